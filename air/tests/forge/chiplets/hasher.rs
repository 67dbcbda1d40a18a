use miden_core::{
    Opcode, Program,
    field::FieldElement,
    params::HASH_CYCLE,
    trace::{
        chiplets::{M, X},
        decoder::HELPERS,
        stack::S,
    },
};

use super::{chiplet_columns, forge_output};
use crate::{
    assert_broken, assert_honest, assert_rejected,
    common::{Trace, ops, straight},
};

/// Permutes twice.
fn twice() -> Program {
    straight(&ops(&[Opcode::HPerm, Opcode::HPerm]))
}

#[test]
fn a_shifted_permutation_is_rejected() {
    // A section that starts a row late cannot respond to any node.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    let chiplets = chiplet_columns();
    for shift in 1..8 {
        let mut trace = honest.clone();
        for row in (shift..trace.rows.len()).rev() {
            let from = honest.rows[row - shift];
            trace.rows[row][chiplets.clone()].copy_from_slice(&from[chiplets.clone()]);
        }
        assert_rejected(&trace, "hasher.");
    }
}

#[test]
fn the_output_of_another_permutation_is_rejected() {
    // The second permutation claims the output of the first.
    let mut trace = Trace::honest(&twice(), &(1..=12).collect::<Vec<u64>>());
    assert_honest(&trace);
    let [first, second] = trace.rows_of(Opcode::HPerm)[..] else { panic!("two permutations") };
    for position in 0..X.width() {
        let value = trace.rows[second][S.at(position)];
        forge_output(&mut trace, position, value, second + 1);
    }
    assert_broken(&trace, &["bus(HasherOutput)"]);
    // Even if the request names the first permutation.
    let [from, to] =
        [first, second].map(|row| trace.rows[row][HELPERS.at(4)].as_int() as usize + HASH_CYCLE - 1);
    trace.rows[from][M.at(0)] += miden_core::Felt::ONE;
    trace.rows[to][M.at(0)] -= miden_core::Felt::ONE;
    assert_broken(&trace, &["bus(HasherOutput)"]);
}

#[test]
fn another_input_of_a_permutation_is_rejected() {
    let mut trace = Trace::honest(&twice(), &(1..=12).collect::<Vec<u64>>());
    let rows = trace.rows_of(Opcode::HPerm);
    // Both operations name the first permutation.
    trace.rows[rows[1]][HELPERS.at(4)] = trace.rows[rows[0]][HELPERS.at(4)];
    assert_broken(&trace, &["bus(HasherInput)", "bus(HasherOutput)"]);
}

#[test]
fn each_item_of_a_permutation_is_bound() {
    let honest = Trace::honest(&twice(), &(1..=12).collect::<Vec<u64>>());
    let row = honest.rows_of(Opcode::HPerm)[1];
    for position in 0..X.width() {
        let mut trace = honest.clone();
        let value = trace.rows[row + 1][S.at(position)] + miden_core::Felt::ONE;
        forge_output(&mut trace, position, value, row + 1);
        assert_broken(&trace, &["bus(HasherOutput)"]);
    }
}
