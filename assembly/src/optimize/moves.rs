//! Permutations of stack items.

use alloc::vec::Vec;

use miden_core::{
    Felt,
    Opcode::{self, *},
    Operation::{self, Plain},
};

use super::Rewrite;

/// Origins of the top 16 items: digit `i` in base 16 is the previous position of item `i`.
type Permutation = u64;

const IDENTITY: Permutation = 0xFEDC_BA98_7654_3210;

/// The operations that only move items.
const MOVES: [Opcode; 19] = [
    Swap, SwapW, SwapW2, SwapW3, SwapDW, MovUp2, MovUp3, MovUp4, MovUp5, MovUp6, MovUp7, MovUp8, MovDn2,
    MovDn3, MovDn4, MovDn5, MovDn6, MovDn7, MovDn8,
];

/// Maximum number of moves that are combined.
const LONGEST_RUN: usize = 8;

/// The permutation of an operation that only moves items.
const fn permutation(opcode: Opcode) -> Option<Permutation> {
    Some(match opcode {
        Swap => const { exchange(1, 1) },
        SwapW => const { exchange(4, 4) },
        SwapW2 => const { exchange(8, 4) },
        SwapW3 => const { exchange(12, 4) },
        SwapDW => const { exchange(8, 8) },
        MovUp2 => const { up(2) },
        MovUp3 => const { up(3) },
        MovUp4 => const { up(4) },
        MovUp5 => const { up(5) },
        MovUp6 => const { up(6) },
        MovUp7 => const { up(7) },
        MovUp8 => const { up(8) },
        MovDn2 => const { down(2) },
        MovDn3 => const { down(3) },
        MovDn4 => const { down(4) },
        MovDn5 => const { down(5) },
        MovDn6 => const { down(6) },
        MovDn7 => const { down(7) },
        MovDn8 => const { down(8) },
        _ => return None,
    })
}

/// Digits `0` to `count − 1` of a permutation.
const fn mask(count: u32) -> Permutation {
    (1 << (4 * count)) - 1
}

/// Exchanges the top `count` items with those from `position` on.
const fn exchange(position: u32, count: u32) -> Permutation {
    let top = IDENTITY & mask(count);
    let other = IDENTITY >> (4 * position) & mask(count);
    let kept = IDENTITY & !mask(count) & !(mask(count) << (4 * position));
    kept | other | top << (4 * position)
}

/// Moves item `n` to the top.
const fn up(n: u32) -> Permutation {
    IDENTITY & !mask(n + 1) | (IDENTITY & mask(n)) << 4 | n as Permutation
}

/// Moves the top to position `n`.
const fn down(n: u32) -> Permutation {
    IDENTITY & !mask(n + 1) | IDENTITY >> 4 & mask(n)
}

/// Digit `i`.
const fn origin(permutation: Permutation, i: u32) -> u32 {
    (permutation >> (4 * i) & 0xF) as u32
}

/// The composition: `first`, then `second`.
const fn compose(first: Permutation, second: Permutation) -> Permutation {
    let (mut both, mut i) = (0, 0);
    while i < 16 {
        both |= (origin(first, origin(second, i)) as Permutation) << (4 * i);
        i += 1;
    }
    both
}

/// All pairs of moves, sorted by their composition.
static PAIRS: [(Permutation, [Opcode; 2]); MOVES.len() * MOVES.len()] = sorted_pairs();

#[allow(clippy::indexing_slicing, reason = "executed at compile time, and const code cannot iterate")]
const fn sorted_pairs() -> [(Permutation, [Opcode; 2]); MOVES.len() * MOVES.len()] {
    let mut pairs = [(0, [Swap; 2]); MOVES.len() * MOVES.len()];
    let mut count = 0;
    while count < pairs.len() {
        let moves = [MOVES[count / MOVES.len()], MOVES[count % MOVES.len()]];
        let [Some(first), Some(second)] = [permutation(moves[0]), permutation(moves[1])] else {
            panic!("not a move")
        };
        // Insertion sort.
        let (both, mut place) = (compose(first, second), count);
        while place > 0 && pairs[place - 1].0 > both {
            pairs[place] = pairs[place - 1];
            place -= 1;
        }
        pairs[place] = (both, moves);
        count += 1;
    }
    pairs
}

/// Replaces a run of moves with an equivalent of none, one or two.
pub(super) fn shorten(code: &[Operation]) -> Option<Rewrite> {
    let mut run = code.iter().rev().map_while(|operation| permutation(operation.opcode()));
    let mut total = run.next()?;
    for (len, earlier) in (2..=LONGEST_RUN).zip(run) {
        total = compose(earlier, total);
        if let Some(to) = shortest(total).filter(|to| to.len() < len) {
            let to = to.iter().enumerate().map(|(index, &opcode)| (Plain(opcode), index));
            return Some(Rewrite { len, to: to.collect() });
        }
    }
    None
}

/// At most two moves that compose to a permutation.
fn shortest(permutation: Permutation) -> Option<Vec<Opcode>> {
    if permutation == IDENTITY {
        return Some(Vec::new());
    }
    if let Some(opcode) = MOVES.into_iter().find(|&opcode| self::permutation(opcode) == Some(permutation)) {
        return Some([opcode].into());
    }
    let index = PAIRS.binary_search_by_key(&permutation, |(both, _)| *both).ok()?;
    PAIRS.get(index).map(|(_, moves)| moves.to_vec())
}

/// Whether an operation only moves items.
pub(super) const fn is_move(opcode: Opcode) -> bool {
    permutation(opcode).is_some()
}

/// Applies a move to items, the last on top. `None` if the operation is not a move of exactly these items.
pub(super) fn permute(opcode: Opcode, items: &[Felt]) -> Option<Vec<Felt>> {
    let permutation = permutation(opcode)?;
    let count = u32::try_from(items.len()).ok()?;
    let item = |i| items.iter().rev().nth(origin(permutation, i) as usize).copied();
    (0..count).rev().map(item).collect()
}

/// The position of the item that an operation copies to the top.
pub(super) const fn copied(opcode: Opcode) -> Option<usize> {
    Some(match opcode {
        Dup0 => 0,
        Dup1 => 1,
        Dup2 => 2,
        Dup3 => 3,
        Dup4 => 4,
        Dup5 => 5,
        Dup6 => 6,
        Dup7 => 7,
        Dup9 => 9,
        Dup11 => 11,
        Dup13 => 13,
        Dup15 => 15,
        _ => return None,
    })
}
