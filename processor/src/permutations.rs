//! A cache of permutations.
//!
//! A trace needs every permutation three times: in both runs, and with the states between its rounds in the rows of the
//! hasher. It is by far the most expensive operation, so the first run records it.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    vec::Vec,
};

use miden_core::{Digest, Felt, NUM_ROUNDS, RescueState, STATE_WIDTH, apply_round, permute};

/// Number of permutations to keep, each about 3/4 KiB; further ones are computed anew each time. A trace with as many
/// permutations takes more than ten times the memory, but a program without a trace must not.
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
    /// Permutes, and records the rounds.
    pub(crate) fn record(&mut self, state: &mut RescueState) {
        self.record_up_to(CAPACITY, state);
    }

    fn record_up_to(&mut self, capacity: usize, state: &mut RescueState) {
        let number = self.rounds.len();
        match self.numbers.entry(key(state)) {
            Entry::Occupied(place) => [.., *state] = self.rounds[*place.get() as usize],
            Entry::Vacant(_) if number >= capacity => permute(state),
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

/// The input of the permutation that hashes two children of a Merkle tree like `miden_core::merge`: the domain is the
/// number of elements.
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

#[cfg(test)]
mod tests {
    use miden_core::merge;

    use super::*;

    fn state(value: u64) -> RescueState {
        core::array::from_fn(|element| Felt::new(value + element as u64))
    }

    #[test]
    fn recorded_and_computed_permutations_are_equal() {
        let mut permutations = Permutations::default();
        for value in [0, 1, 0, 2, 3, 1] {
            let mut expected = state(value);
            permute(&mut expected);
            let (mut recorded, mut read) = (state(value), state(value));
            permutations.record_up_to(2, &mut recorded);
            permutations.permute(&mut read);
            assert_eq!([recorded, read], [expected; 2]);
            assert_eq!(permutations.rounds(&state(value)), compute(&state(value)));
        }
        assert_eq!((permutations.rounds.len(), permutations.numbers.len()), (2, 2));
    }

    #[test]
    fn merge_input_hashes_like_merge() {
        let [left, right] = [[1u64, 2, 3, 4], [5, 6, 7, 8]].map(|word| Digest::new(word.map(Felt::new)));
        let mut state = merge_input(&left, &right);
        permute(&mut state);
        assert_eq!(digest(&state), merge(Felt::new(8), &left, &right));
    }
}
