use crate::Lanes;

/// The product in the extension by `x² − x + 2`.
#[inline(always)]
pub fn mul_quadratic<L: Lanes>(lanes: L, a: [L::Vector; 2], b: [L::Vector; 2]) -> [L::Vector; 2] {
    let low = lanes.mul(a[0], b[0]);
    let high = lanes.mul(a[1], b[1]);
    let all = lanes.mul(lanes.add(a[0], a[1]), lanes.add(b[0], b[1]));
    // x² = x − 2: a0·b0 − 2·a1·b1, and a0·b1 + a1·b0 + a1·b1
    [lanes.sub(low, lanes.double(high)), lanes.sub(all, low)]
}

/// The product in the extension by `x³ − x − 1`.
#[inline(always)]
pub fn mul_cubic<L: Lanes>(lanes: L, a: [L::Vector; 3], b: [L::Vector; 3]) -> [L::Vector; 3] {
    let squares = [lanes.mul(a[0], b[0]), lanes.mul(a[1], b[1]), lanes.mul(a[2], b[2])];
    let (c1, c3) = (cross(lanes, a, b, squares, 0, 1), cross(lanes, a, b, squares, 1, 2));
    let c2 = lanes.add(cross(lanes, a, b, squares, 0, 2), squares[1]);
    let c4 = squares[2];
    // x³ = x + 1, x⁴ = x² + x
    [lanes.add(squares[0], c3), lanes.add(lanes.add(c1, c3), c4), lanes.add(c2, c4)]
}

/// `ai·bj + aj·bi = (ai + aj)·(bi + bj) − ai·bi − aj·bj`
#[inline(always)]
fn cross<L: Lanes>(
    lanes: L,
    a: [L::Vector; 3],
    b: [L::Vector; 3],
    squares: [L::Vector; 3],
    i: usize,
    j: usize,
) -> L::Vector {
    let all = lanes.mul(lanes.add(a[i], a[j]), lanes.add(b[i], b[j]));
    lanes.sub(lanes.sub(all, squares[i]), squares[j])
}
