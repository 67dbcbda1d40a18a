//! Permutations of stack items.

use alloc::vec::Vec;

use miden_core::{
    Opcode::{self, Swap},
    Operation::{self, Plain},
    operations::{MOVES, Movement},
};

use super::Rewrite;

/// Origins of the top 16 items: digit `i` in base 16 is the previous position of item `i`.
type Permutation = u64;

const IDENTITY: Permutation = 0xFEDC_BA98_7654_3210;

/// Maximum number of moves that are combined.
const LONGEST_RUN: usize = 8;

/// The permutation of an operation that only moves items.
const fn permutation(opcode: Opcode) -> Option<Permutation> {
    match opcode.movement() {
        Some(movement) => Some(of(movement)),
        None => None,
    }
}

const fn of(movement: Movement) -> Permutation {
    match movement {
        Movement::Exchange { distance, count } => exchange(distance as u32, count as u32),
        Movement::Up(n) => up(n as u32),
        Movement::Down(n) => down(n as u32),
    }
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
        let [first, second] = [MOVES[count / MOVES.len()], MOVES[count % MOVES.len()]];
        let moves = [first.0, second.0];
        // Insertion sort.
        let (both, mut place) = (compose(of(first.1), of(second.1)), count);
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
    if let Some((opcode, _)) = MOVES.into_iter().find(|&(_, movement)| of(movement) == permutation) {
        return Some([opcode].into());
    }
    let index = PAIRS.binary_search_by_key(&permutation, |(both, _)| *both).ok()?;
    PAIRS.get(index).map(|(_, moves)| moves.to_vec())
}
