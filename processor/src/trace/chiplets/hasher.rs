//! The hasher: one permutation in eight rows per distinct node and per distinct state.

use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::iter::once;

use miden_core::{
    Digest, Felt, NodeId, Program, ROUND_CONSTANTS_2, RescueState, STATE_WIDTH, Word,
    field::FieldElement,
    inverse_mds,
    params::HASH_CYCLE,
    program::HashedNode,
    trace::chiplets::{M, U, W, X},
};

use super::Section;
use crate::{
    parallel::for_each,
    permutations::{Permutations, Rounds, digest, merge_input},
};

/// Number of permutations that are written in one piece: a tenth of a millisecond.
const BLOCK: usize = 64;

/// A permutation and the requests for it.
struct Permutation {
    input: RescueState,
    /// Requests for the input.
    inputs: u64,
    /// Requests for the output.
    outputs: u64,
    /// Requests for the digest.
    digests: u64,
}

/// The permutations, in the order of the first requests.
pub(super) struct Hasher<'a> {
    program: &'a Program,
    /// Permutations that the first run computed.
    computed: &'a Permutations,
    permutations: Vec<Permutation>,
    /// Number of the permutation of each visited node.
    nodes: Vec<Option<u32>>,
    /// Number of the permutation of each state that an operation or a Merkle path requested.
    states: BTreeMap<[u64; STATE_WIDTH], u32>,
}

impl<'a> Hasher<'a> {
    pub(super) fn new(program: &'a Program, computed: &'a Permutations) -> Self {
        let nodes = vec![None; program.nodes().len()];
        Self { program, computed, permutations: Vec::new(), nodes, states: BTreeMap::new() }
    }

    /// Requests input and digest of a node; returns the address of the permutation.
    pub(super) fn visit(&mut self, id: NodeId) -> Felt {
        let (program, permutations) = (self.program, &mut self.permutations);
        let number =
            *self.nodes[id.index()].get_or_insert_with(|| push(permutations, node_state(program.node(id))));
        let permutation = &mut permutations[number as usize];
        permutation.inputs += 1;
        permutation.digests += 1;
        address(number)
    }

    /// Requests input and output; returns the address of the permutation.
    pub(super) fn permute(&mut self, state: &RescueState) -> Felt {
        let number = self.number(state);
        let permutation = &mut self.permutations[number as usize];
        permutation.inputs += 1;
        permutation.outputs += 1;
        address(number)
    }

    /// Requests input and digest of two children in a Merkle tree; returns the number of the permutation, which
    /// [`address`] converts to its address, and the parent.
    pub(super) fn merge(&mut self, left: &Word, right: &Word) -> (u32, Word) {
        let mut state = merge_input(&Digest::new(*left), &Digest::new(*right));
        let number = self.number(&state);
        let permutation = &mut self.permutations[number as usize];
        permutation.inputs += 1;
        permutation.digests += 1;
        self.computed.permute(&mut state);
        (number, *digest(&state).elements())
    }

    fn number(&mut self, state: &RescueState) -> u32 {
        let permutations = &mut self.permutations;
        *self.states.entry(state.map(|x| x.as_int())).or_insert_with(|| push(permutations, *state))
    }

    pub(super) const fn num_rows(&self) -> usize {
        HASH_CYCLE * self.permutations.len()
    }

    /// Writes the rows of the section.
    pub(super) fn write(&self, mut section: Section<'_>) {
        let inverse_mds = inverse_mds().map(|row| row.map(|a| a.as_int()));
        let mut blocks = Vec::new();
        for (permutations, number) in self.permutations.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            let [block, rest] = section.split_at(HASH_CYCLE * permutations.len());
            blocks.push((permutations, number, block));
            section = rest;
        }
        for_each(blocks, |(permutations, first, mut block)| {
            for (permutation, index) in permutations.iter().zip(0..) {
                let rounds = self.computed.rounds(&permutation.input);
                let row = HASH_CYCLE * index as usize;
                permutation.write(&mut block, row, address(first + index), &rounds, &inverse_mds);
            }
        });
    }
}

impl Permutation {
    /// Writes state, its cubes, and the cubes in the middle of the round, in each of the eight rows from `first` on; in
    /// the last row, digest and address replace the latter. The first row responds to requests for the input, the last
    /// row to those for output and digest.
    fn write(
        &self,
        section: &mut Section<'_>,
        first: usize,
        address: Felt,
        rounds: &Rounds,
        inverse_mds: &Matrix,
    ) {
        for (row, state) in once(&self.input).chain(rounds).enumerate() {
            let last = match rounds.get(row) {
                Some(after) => middle(after, row, inverse_mds).map(cube),
                None => message(state, address),
            };
            section.set_all(first + row, X, state);
            section.set_all(first + row, U, &state.map(cube));
            section.set_all(first + row, W, &last);
        }
        let [inputs, outputs, digests] = [self.inputs, self.outputs, self.digests].map(Felt::new);
        section.set_all(first, M, &[inputs, Felt::ZERO]);
        section.set_all(first + HASH_CYCLE - 1, M, &[outputs, digests]);
    }
}

/// Adds a permutation; returns its number, which stays below 2^29: no trace is longer.
fn push(permutations: &mut Vec<Permutation>, input: RescueState) -> u32 {
    permutations.push(Permutation { input, inputs: 0, outputs: 0, digests: 0 });
    permutations.len() as u32 - 1
}

/// The first row of a permutation; the hasher is the first section.
pub(super) fn address(number: u32) -> Felt {
    Felt::new(u64::from(number) * HASH_CYCLE as u64)
}

/// Capacity `(opcode, 0, 0, 0)`, then the rate.
fn node_state(node: &HashedNode) -> RescueState {
    let mut state = [Felt::ZERO; STATE_WIDTH];
    state[0] = Felt::from(node.node().opcode().code());
    state[4..].copy_from_slice(node.rate());
    state
}

/// A matrix of canonical integers.
type Matrix = [[u64; STATE_WIDTH]; STATE_WIDTH];

fn cube(x: Felt) -> Felt {
    x * x * x
}

/// The digest and the address.
fn message(output: &RescueState, address: Felt) -> RescueState {
    let mut message = RescueState::default();
    message[..4].copy_from_slice(digest(output).elements());
    message[4] = address;
    message
}

/// The state between the halves of the round that led to `after`: `MDS⁻¹·(after − ark2)`.
fn middle(after: &RescueState, round: usize, inverse_mds: &Matrix) -> RescueState {
    let mut difference = [0; STATE_WIDTH];
    for ((x, &after), &constant) in difference.iter_mut().zip(after).zip(&ROUND_CONSTANTS_2[round]) {
        *x = (after - constant).as_int();
    }
    inverse_mds.map(|row| dot(&row, &difference))
}

/// `Σ aᵢ·bᵢ`, reduced once for all terms.
fn dot(a: &[u64; STATE_WIDTH], b: &[u64; STATE_WIDTH]) -> Felt {
    // 2^64 ≡ 2^32 − 1
    const EPSILON: u64 = u32::MAX as u64;
    let (mut low, mut high) = (0u128, 0u128);
    for (&a, &b) in a.iter().zip(b) {
        let product = u128::from(a) * u128::from(b);
        low += u128::from(product as u64);
        high += product >> 64;
    }
    // Both are below 12·2^64.
    let sum = low + high * u128::from(EPSILON);
    Felt::new(sum as u64) + Felt::new((sum >> 64) as u64) * Felt::new(EPSILON)
}
