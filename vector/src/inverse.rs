use crate::Lanes;

/// `1/a`, or 0 for 0: `a^(p − 2)`, by 63 squarings and 9 products.
#[inline(always)]
pub fn inverse<L: Lanes>(lanes: L, a: L::Vector) -> L::Vector {
    // x_k = a^(2^k − 1), whose exponent has k ones in binary.
    let x2 = extend(lanes, a, 1, a);
    let x3 = extend(lanes, x2, 1, a);
    let x6 = extend(lanes, x3, 3, x3);
    let x12 = extend(lanes, x6, 6, x6);
    let x24 = extend(lanes, x12, 12, x12);
    let x30 = extend(lanes, x24, 6, x6);
    let x31 = extend(lanes, x30, 1, a);
    // p − 2 is 31 ones, a zero and 32 ones.
    let most = extend(lanes, x31, 32, x31);
    extend(lanes, most, 1, a)
}

/// `a^(2^count)·b`
#[inline(always)]
fn extend<L: Lanes>(lanes: L, a: L::Vector, count: usize, b: L::Vector) -> L::Vector {
    let mut power = a;
    for _ in 0..count {
        power = lanes.square(power);
    }
    lanes.mul(power, b)
}
