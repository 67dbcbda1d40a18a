//! Keccak-f[1600]: a round on 25 lanes of 64 bits, each stored as two halves in memory.

use super::{Round, Style, emit};

/// Address of the state: the lower half of lane `x + 5·y` is at offset `2·(x + 5·y)`, the upper half after it.
pub(crate) const STATE: u32 = 100;

/// Address of the sums of the columns, and of the lanes between the steps.
const COLUMNS: u32 = 200;
const LANES: u32 = 300;

/// The constant of the second round.
const CONSTANT: u64 = 0x8082;

/// Rotation of lane `x + 5·y`.
const ROTATIONS: [u32; 25] =
    [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

pub(crate) fn round() -> Round {
    Round::new("Keccak, of 24", |style| {
        let mut code = Vec::new();
        theta_rho_pi(&mut code);
        for y in 0..5 {
            for half in 0..2 {
                match style {
                    Style::Usual => chi(y, half, &mut code),
                    Style::Direct => chi_direct(y, half, &mut code),
                }
            }
        }
        for (half, constant) in [CONSTANT as u32, (CONSTANT >> 32) as u32].into_iter().enumerate() {
            let address = STATE + half as u32;
            emit(
                &mut code,
                &format!("mem_load.{address} push.{constant} u32checked_xor mem_store.{address}"),
            );
        }
        code
    })
}

fn theta_rho_pi(code: &mut Vec<String>) {
    for x in 0..5 {
        for half in 0..2 {
            emit(code, &format!("mem_load.{}", STATE + 2 * x + half));
            for y in 1..5 {
                emit(code, &format!("mem_load.{} u32checked_xor", STATE + 2 * (x + 5 * y) + half));
            }
            emit(code, &format!("mem_store.{}", COLUMNS + 2 * x + half));
        }
    }
    for x in 0..5 {
        // [lower half, upper half] of the next column, rotated by 1, and of the previous column.
        let (next, previous) = (COLUMNS + 2 * ((x + 1) % 5), COLUMNS + 2 * ((x + 4) % 5));
        rotated_load(next, 1, code);
        emit(code, &format!("mem_load.{previous} u32checked_xor swap"));
        emit(code, &format!("mem_load.{} u32checked_xor swap", previous + 1));
        for y in 0..5 {
            lane(x, y, code);
        }
        emit(code, "drop drop");
    }
}

/// `[] → [lower half, upper half]` of a lane rotated by `bits` below 32.
fn rotated_load(address: u32, bits: u32, code: &mut Vec<String>) {
    emit(code, &format!("mem_load.{} mem_load.{address}", address + 1));
    rotate(bits, code);
}

/// `[lo, hi] → [lo', hi']`: rotates by `bits` below 32.
fn rotate(bits: u32, code: &mut Vec<String>) {
    if bits > 0 {
        let power = 1u64 << bits;
        // [carry of lo, lo · 2^bits, hi] → [carry of hi, hi', lo · 2^bits]
        emit(
            code,
            &format!("u32overflowing_mul.{power} movup.2 push.{power} u32overflowing_madd movup.2 add"),
        );
    }
}

/// Adds `[lo, hi]`, which stay on the stack, to a lane; rotates it and stores it at its new position.
fn lane(x: u32, y: u32, code: &mut Vec<String>) {
    let from = STATE + 2 * (x + 5 * y);
    let to = LANES + 2 * (y + 5 * ((2 * x + 3 * y) % 5));
    let bits = ROTATIONS[(x + 5 * y) as usize];
    // Rotation by 32 bits swaps the halves.
    if bits < 32 {
        emit(code, &format!("dup.1 mem_load.{} u32checked_xor", from + 1));
        emit(code, &format!("dup.1 mem_load.{from} u32checked_xor"));
    } else {
        emit(code, &format!("dup mem_load.{from} u32checked_xor"));
        emit(code, &format!("dup.2 mem_load.{} u32checked_xor", from + 1));
    }
    rotate(bits % 32, code);
    emit(code, &format!("mem_store.{to} mem_store.{}", to + 1));
}

/// One half of a row: `a XOR (NOT b AND c)` of adjacent lanes.
fn chi(y: u32, half: u32, code: &mut Vec<String>) {
    for x in (0..5).rev() {
        emit(code, &format!("mem_load.{}", LANES + 2 * (x + 5 * y) + half));
    }
    for x in 0..5 {
        let (b, c) = ((x + 1) % 5, (x + 2) % 5);
        emit(code, &format!("dup.{c} dup.{} u32checked_not u32checked_and", b + 1));
        emit(code, &format!("dup.{} u32checked_xor mem_store.{}", x + 1, STATE + 2 * (x + 5 * y) + half));
    }
    emit(code, "drop drop drop drop drop");
}

fn chi_direct(y: u32, half: u32, code: &mut Vec<String>) {
    let load = |x: u32| format!("mem_load.{}", LANES + 2 * (x + 5 * y) + half);
    let store = |x: u32| format!("u32chi mem_store.{}", STATE + 2 * (x + 5 * y) + half);
    emit(code, &format!("{} {}", load(0), load(1)));
    for x in 0..3 {
        emit(code, &format!("{} {}", load(x + 2), store(x)));
    }
    for x in 3..5 {
        emit(code, &format!("movup.4 {}", store(x)));
    }
    emit(code, "drop drop drop drop drop");
}

/// The state after a round.
pub(crate) fn model(state: [u64; 25]) -> [u64; 25] {
    let column = |x: usize| (0..5).fold(0, |sum, y| sum ^ state[x % 5 + 5 * y]);
    let mut lanes = [0; 25];
    for x in 0..5 {
        let sum = column(x + 4) ^ column(x + 1).rotate_left(1);
        for y in 0..5 {
            lanes[y + 5 * ((2 * x + 3 * y) % 5)] = (state[x + 5 * y] ^ sum).rotate_left(ROTATIONS[x + 5 * y]);
        }
    }
    let mut result = [0; 25];
    for y in 0..5 {
        for x in 0..5 {
            let lane = |x: usize| lanes[x % 5 + 5 * y];
            result[x + 5 * y] = lane(x) ^ (!lane(x + 1) & lane(x + 2));
        }
    }
    result[0] ^= CONSTANT;
    result
}
