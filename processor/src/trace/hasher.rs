//! The hasher: one permutation in eight rows for each distinct node.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt, NUM_ROUNDS, NodeId, Program, ROUND_CONSTANTS_2, RescueState, STATE_WIDTH, apply_round,
    field::FieldElement,
    inverse_mds,
    params::HASH_CYCLE,
    program::HashedNode,
    trace::{
        WIDTH,
        chiplets::{M, Q, U, W, X},
    },
};

/// Visits of the nodes.
pub(super) struct HasherTrace<'a> {
    program: &'a Program,
    /// Nodes in the order of their first visits, with the number of visits.
    nodes: Vec<(NodeId, u64)>,
    /// Index in `nodes` of each node of the program that was visited.
    numbers: Vec<Option<u32>>,
}

impl<'a> HasherTrace<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self { program, nodes: Vec::new(), numbers: vec![None; program.nodes().len()] }
    }

    /// Counts a visit; returns the address of the node's permutation.
    pub(super) fn visit(&mut self, id: NodeId) -> Felt {
        let nodes = &mut self.nodes;
        let number = *self.numbers[id.index()].get_or_insert_with(|| {
            nodes.push((id, 0));
            nodes.len() as u32 - 1
        });
        nodes[number as usize].1 += 1;
        Felt::new(u64::from(number) * HASH_CYCLE as u64)
    }

    /// Rows that the permutations take, and a row of padding.
    pub(super) fn num_rows(&self) -> usize {
        HASH_CYCLE * self.nodes.len() + 1
    }

    /// The chiplet columns.
    pub(super) fn into_columns(self, num_rows: usize) -> Vec<Vec<Felt>> {
        let mut columns = vec![vec![Felt::ZERO; num_rows]; WIDTH - Q.start()];
        let mut set = |column: usize, row: usize, value: Felt| columns[column - Q.start()][row] = value;
        let mut first = 0;
        for (id, visits) in self.nodes {
            let state = initial_state(self.program.node(id));
            for (offset, [x, u, w]) in permutation_rows(state, first).into_iter().enumerate() {
                for (column, state) in [(X, x), (U, u), (W, w)] {
                    for (i, value) in state.into_iter().enumerate() {
                        set(column.at(i), first + offset, value);
                    }
                }
            }
            // Every visit asks for the input once and for the digest once.
            set(M.at(0), first, Felt::new(visits));
            set(M.at(1), first + HASH_CYCLE - 1, Felt::new(visits));
            first += HASH_CYCLE;
        }
        for column in &mut columns[..Q.width()] {
            column[first..].fill(Felt::ONE);
        }
        columns
    }
}

/// Capacity `(opcode, 0, 0, 0)`, then the rate.
fn initial_state(node: &HashedNode) -> RescueState {
    let mut state = [Felt::ZERO; STATE_WIDTH];
    state[0] = Felt::from(node.node().opcode().code());
    state[4..].copy_from_slice(node.rate());
    state
}

/// State, its cubes, and the cubes in the middle of the round, for each of the eight rows; the last row has the digest
/// and the address in the place of the latter.
fn permutation_rows(mut state: RescueState, address: usize) -> Vec<[RescueState; 3]> {
    let cube = |state: RescueState| state.map(|x| x * x * x);
    let mut rows = Vec::with_capacity(HASH_CYCLE);
    for round in 0..NUM_ROUNDS {
        let before = state;
        apply_round(&mut state, round);
        rows.push([before, cube(before), cube(middle(&state, round))]);
    }
    let mut message = [Felt::ZERO; STATE_WIDTH];
    message[..4].copy_from_slice(&state[4..8]);
    message[4] = Felt::new(address as u64);
    rows.push([state, cube(state), message]);
    rows
}

/// The state between the halves of the round that led to `after`: `MDS⁻¹·(after − ark2)`.
fn middle(after: &RescueState, round: usize) -> RescueState {
    let mut difference = *after;
    for (x, &constant) in difference.iter_mut().zip(&ROUND_CONSTANTS_2[round]) {
        *x -= constant;
    }
    inverse_mds()
        .map(|row| row.iter().zip(&difference).map(|(&a, &x)| a * x).fold(Felt::ZERO, |sum, term| sum + term))
}
