//! Permutations that were computed once, for all who need them again.
//!
//! A trace needs every permutation three times: in both runs, and with the states between its rounds in the rows of the
//! hasher. It is by far the most expensive operation, so the first run writes it down.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    vec::Vec,
};

use miden_core::{Digest, Felt, NUM_ROUNDS, RescueState, STATE_WIDTH, apply_round, permute};

/// Number of permutations that are kept, at about 3/4 KiB; those behind them are computed anew each time. The trace of
/// as many takes more than ten times the memory, but a program that fails has none.
const CAPACITY: usize = 1 << 18;

/// The states after each round; the last one is the output.
pub(crate) type Rounds = [RescueState; NUM_ROUNDS];

/// The rounds of permutations, by their inputs.
#[derive(Debug, Default)]
pub(crate) struct Permutations {
    numbers: BTreeMap<[u64; STATE_WIDTH], u32>,
    rounds: Vec<Rounds>,
}

impl Permutations {
    /// Permutes, and keeps the rounds.
    pub(crate) fn record(&mut self, state: &mut RescueState) {
        let number = self.rounds.len();
        match self.numbers.entry(key(state)) {
            Entry::Occupied(place) => [.., *state] = self.rounds[*place.get() as usize],
            Entry::Vacant(_) if number == CAPACITY => permute(state),
            Entry::Vacant(place) => {
                place.insert(number as u32);
                let rounds = compute(state);
                [.., *state] = rounds;
                self.rounds.push(rounds);
            }
        }
    }

    /// Permutes.
    pub(crate) fn permute(&self, state: &mut RescueState) {
        match self.get(state) {
            Some(&[.., output]) => *state = output,
            None => permute(state),
        }
    }

    /// The rounds of the permutation of this input.
    pub(crate) fn rounds(&self, input: &RescueState) -> Rounds {
        self.get(input).copied().unwrap_or_else(|| compute(input))
    }

    fn get(&self, input: &RescueState) -> Option<&Rounds> {
        self.numbers.get(&key(input)).map(|&number| &self.rounds[number as usize])
    }
}

fn key(input: &RescueState) -> [u64; STATE_WIDTH] {
    input.map(|x| x.as_int())
}

fn compute(input: &RescueState) -> Rounds {
    let mut state = *input;
    core::array::from_fn(|round| {
        apply_round(&mut state, round);
        state
    })
}

/// The input of the permutation that hashes two children of a Merkle tree, as `miden_core::merge` does: the number of
/// elements is the domain.
pub(crate) fn merge_input(left: &Digest, right: &Digest) -> RescueState {
    let mut state = RescueState::default();
    state[0] = Felt::new((left.elements().len() + right.elements().len()) as u64);
    state[4..8].copy_from_slice(left.elements());
    state[8..].copy_from_slice(right.elements());
    state
}

/// The digest in the output of a permutation.
pub(crate) fn digest(output: &RescueState) -> Digest {
    let [_, _, _, _, d0, d1, d2, d3, ..] = *output;
    Digest::new([d0, d1, d2, d3])
}
