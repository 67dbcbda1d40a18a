//! Stack movement without a single operation.

use miden_core::{
    Opcode::{self, Add, Pad, Swap, SwapDW, SwapW, SwapW2, SwapW3},
    operations::{DUPS, MOVE_DOWNS, MOVE_UPS},
    params::STACK_TOP,
};

use super::{Operations, extend, repeat};

/// Positions within reach of a single operation.
const NEAR: u8 = 8;

/// Copies item `n` to the top.
pub(super) fn dup(n: u8, operations: &mut Operations) {
    match DUPS.get(usize::from(n)).expect("instructions reach the top of the stack only") {
        Some(opcode) => extend(operations, &[*opcode]),
        None => {
            // Every odd position has an operation: push a zero, copy the item one position deeper, add.
            extend(operations, &[Pad]);
            dup(n + 1, operations);
            extend(operations, &[Add]);
        }
    }
}

/// Copies word `n` to the top: after each copy, the next item is again at `4n + 3`.
pub(super) fn dupw(n: u8, operations: &mut Operations) {
    for _ in 0..4 {
        dup(4 * n + 3, operations);
    }
}

/// Exchanges item 0 and item `n`.
pub(super) fn swap(n: u8, operations: &mut Operations) {
    match n {
        0 => {}
        1 => extend(operations, &[Swap]),
        2..=NEAR => {
            near_down(n, operations);
            near_up(n - 1, operations);
        }
        _ => {
            // [x0, x1..x8, x9..] → [x1..x8 | x0, x9..]; after exchanging the halves, xn is at n − 8.
            near_down(NEAR, operations);
            extend(operations, &[SwapDW]);
            swap(n - NEAR, operations);
            extend(operations, &[SwapDW]);
            near_up(NEAR, operations);
        }
    }
}

/// Moves item `n` to the top.
pub(super) fn movup(n: u8, operations: &mut Operations) {
    if n <= NEAR {
        near_up(n, operations);
    } else {
        // [x0..x7 | x8..x15] → [xn, x8.. | x0..x7] → [x0..x7 | xn, x8..] → [xn, x0..x7, x8..]
        extend(operations, &[SwapDW]);
        near_up(n - NEAR, operations);
        extend(operations, &[SwapDW]);
        near_up(NEAR, operations);
    }
}

/// Moves the top item to position `n`.
pub(super) fn movdn(n: u8, operations: &mut Operations) {
    if n <= NEAR {
        near_down(n, operations);
    } else {
        // The steps of `movup` in reverse.
        near_down(NEAR, operations);
        extend(operations, &[SwapDW]);
        near_down(n - NEAR, operations);
        extend(operations, &[SwapDW]);
    }
}

fn near_up(n: u8, operations: &mut Operations) {
    near(n, MOVE_UPS, operations);
}

fn near_down(n: u8, operations: &mut Operations) {
    near(n, MOVE_DOWNS, operations);
}

/// A move over `n` positions, at most [`NEAR`].
fn near(n: u8, moves: [Option<Opcode>; STACK_TOP], operations: &mut Operations) {
    match n {
        0 => {}
        1 => extend(operations, &[Swap]),
        _ => {
            let opcode = moves.get(usize::from(n)).copied().flatten();
            extend(operations, &[opcode.expect("there is a move for every near position")]);
        }
    }
}

/// Exchanges word 0 and word `n`.
pub(super) fn swapw(n: u8, operations: &mut Operations) {
    if let Some(index) = usize::from(n).checked_sub(1) {
        extend(operations, &[*WORD_SWAPS.get(index).expect("the table limits the position of a word to 3")]);
    }
}

/// Moves word `n` to the top.
pub(super) fn movupw(n: u8, operations: &mut Operations) {
    extend(
        operations,
        WORD_SWAPS.get(..usize::from(n)).expect("the table limits the position of a word to 3"),
    );
}

/// Moves the top word to word position `n`.
pub(super) fn movdnw(n: u8, operations: &mut Operations) {
    WORD_SWAPS.iter().take(usize::from(n)).rev().for_each(|&opcode| extend(operations, &[opcode]));
}

/// Exchanges word 0 with word 1, 2, 3.
const WORD_SWAPS: [Opcode; 3] = [SwapW, SwapW2, SwapW3];

/// `[c, B, A] → [B]` if `c = 1`, `[A]` if `c = 0`.
pub(super) fn cdropw(operations: &mut Operations) {
    extend(operations, &[Opcode::CSwapW]);
    repeat(operations, Opcode::Drop, 4);
}
