//! Operations that copy or move stack items and do nothing else.
#![allow(clippy::indexing_slicing, reason = "executed at compile time, and const code cannot iterate")]

use super::{OPERATIONS, Opcode};
use crate::params::STACK_TOP;

/// How an operation reorders stack items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Exchanges the `count` items on top with those `distance` further down.
    Exchange {
        /// Distance between the items of a pair.
        distance: usize,
        /// Number of pairs.
        count: usize,
    },
    /// Moves the item at this position to the top.
    Up(usize),
    /// Moves the top item to this position.
    Down(usize),
}

impl Opcode {
    /// How the operation moves items, if it does nothing else.
    pub const fn movement(self) -> Option<Movement> {
        use Movement::{Down, Exchange, Up};
        // The operation names all items down to the one that it moves.
        let deepest = self.info().inputs.saturating_sub(1);
        Some(match self {
            Self::Swap => Exchange { distance: 1, count: 1 },
            Self::SwapW => Exchange { distance: 4, count: 4 },
            Self::SwapW2 => Exchange { distance: 8, count: 4 },
            Self::SwapW3 => Exchange { distance: 12, count: 4 },
            Self::SwapDW => Exchange { distance: 8, count: 8 },
            Self::MovUp2
            | Self::MovUp3
            | Self::MovUp4
            | Self::MovUp5
            | Self::MovUp6
            | Self::MovUp7
            | Self::MovUp8 => Up(deepest),
            Self::MovDn2
            | Self::MovDn3
            | Self::MovDn4
            | Self::MovDn5
            | Self::MovDn6
            | Self::MovDn7
            | Self::MovDn8 => Down(deepest),
            _ => return None,
        })
    }

    /// Position of the item that the operation copies to the top, if it does nothing else.
    pub const fn copied_item(self) -> Option<usize> {
        match self {
            Self::Dup0
            | Self::Dup1
            | Self::Dup2
            | Self::Dup3
            | Self::Dup4
            | Self::Dup5
            | Self::Dup6
            | Self::Dup7
            | Self::Dup9
            | Self::Dup11
            | Self::Dup13
            | Self::Dup15 => Some(self.info().inputs - 1),
            _ => None,
        }
    }
}

/// The operations that move items and do nothing else, ordered by opcode.
pub const MOVES: [(Opcode, Movement); NUM_MOVES] = {
    let mut moves = [(Opcode::Swap, Movement::Exchange { distance: 0, count: 0 }); NUM_MOVES];
    let (mut i, mut count) = (0, 0);
    while i < OPERATIONS.len() {
        let opcode = OPERATIONS[i].opcode;
        if let Some(movement) = opcode.movement() {
            moves[count] = (opcode, movement);
            count += 1;
        }
        i += 1;
    }
    moves
};

const NUM_MOVES: usize = {
    let (mut i, mut count) = (0, 0);
    while i < OPERATIONS.len() {
        count += OPERATIONS[i].opcode.movement().is_some() as usize;
        i += 1;
    }
    count
};

/// Element `n` is the operation that copies item `n` to the top, if there is one.
pub const DUPS: [Option<Opcode>; STACK_TOP] = {
    let mut dups = [None; STACK_TOP];
    let mut i = 0;
    while i < OPERATIONS.len() {
        let opcode = OPERATIONS[i].opcode;
        if let Some(n) = opcode.copied_item() {
            dups[n] = Some(opcode);
        }
        i += 1;
    }
    dups
};

/// Element `n` is the operation that moves item `n` to the top, if there is one; `swap` is not among them.
pub const MOVE_UPS: [Option<Opcode>; STACK_TOP] = {
    let mut ups = [None; STACK_TOP];
    let mut i = 0;
    while i < MOVES.len() {
        if let (opcode, Movement::Up(n)) = MOVES[i] {
            ups[n] = Some(opcode);
        }
        i += 1;
    }
    ups
};

/// Element `n` is the operation that moves the top item to position `n`, if there is one; `swap` is not among them.
pub const MOVE_DOWNS: [Option<Opcode>; STACK_TOP] = {
    let mut downs = [None; STACK_TOP];
    let mut i = 0;
    while i < MOVES.len() {
        if let (opcode, Movement::Down(n)) = MOVES[i] {
            downs[n] = Some(opcode);
        }
        i += 1;
    }
    downs
};
