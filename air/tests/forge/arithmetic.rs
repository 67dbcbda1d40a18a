//! Results of wrong helpers and of other solutions of an equation.

use miden_core::{
    Felt,
    Opcode::{self, Eq, Eqz, Inv, SwapW, U32Assert2, U32Div},
    field::FieldElement,
    trace::{
        decoder::HELPERS,
        range::{MULTIPLICITY, VALUE},
        stack::S,
    },
};

use crate::{
    assert_broken, assert_honest,
    chiplets::{forge_input, forge_output},
    common::{Trace, felt, ops, straight},
};

/// Trace of one operation, with its row.
fn operation(opcode: Opcode, inputs: &[u64]) -> (Trace, usize) {
    let trace = Trace::honest(&straight(&ops(&[opcode])), inputs);
    assert_honest(&trace);
    let row = trace.rows_of(opcode)[0];
    (trace, row)
}

#[test]
fn a_wrong_comparison_is_rejected() {
    // Claimed equal, with the helper 0 or half of the inverse.
    for (opcode, inputs) in [(Eqz, &[5][..]), (Eq, &[5, 3])] {
        let (honest, row) = operation(opcode, inputs);
        let half = honest.rows[row][HELPERS.at(0)] * felt(2).inv();
        for (helper, result, labels) in [
            (Felt::ZERO, Felt::ONE, &["field.eq_zero"][..]),
            (half, felt(2).inv(), &["field.eq_helper", "field.eq_zero"]),
        ] {
            let mut trace = honest.clone();
            trace.rows[row][HELPERS.at(0)] = helper;
            forge_output(&mut trace, 0, result, row + 1);
            assert_broken(&trace, labels);
        }
    }
    // Claimed different: no helper exists.
    for (opcode, inputs) in [(Eqz, &[0][..]), (Eq, &[5, 5])] {
        let (mut trace, row) = operation(opcode, inputs);
        trace.rows[row][HELPERS.at(0)] = felt(7);
        forge_output(&mut trace, 0, Felt::ZERO, row + 1);
        assert_broken(&trace, &["stack.item[0]"]);
    }
}

#[test]
fn a_wrong_inverse_is_rejected() {
    let (honest, row) = operation(Inv, &[5]);
    for inverse in [Felt::ZERO, Felt::ONE] {
        let mut trace = honest.clone();
        forge_output(&mut trace, 0, inverse, row + 1);
        assert_broken(&trace, &["field.inv"]);
        // Zero has no inverse.
        forge_input(&mut trace, 0, Felt::ZERO, row);
        assert_broken(&trace, &["field.inv"]);
    }
}

/// Adds a lookup of a limb, or removes one.
fn look_up(trace: &mut Trace, limb: u64, more: bool) {
    let row = trace.rows.iter().position(|row| row[VALUE.at(0)] == felt(limb)).expect("a limb in use");
    trace.rows[row][MULTIPLICITY.at(0)] += if more { Felt::ONE } else { -Felt::ONE };
}

/// Claims that a division gave this quotient and remainder, both of a single limb.
fn forge_division(trace: &mut Trace, row: usize, [quotient, remainder]: [u64; 2]) {
    for (limb, position, value) in [(0, 0, remainder), (2, 1, quotient)] {
        let before = trace.rows[row][HELPERS.at(limb)].as_int();
        look_up(trace, before, false);
        look_up(trace, value, true);
        trace.rows[row][HELPERS.at(limb)] = felt(value);
        // SWAPW moves both down after the division.
        trace.rows[row + 1][S.at(position)] = felt(value);
        forge_output(trace, 4 + position, felt(value), row + 2);
    }
}

#[test]
fn another_quotient_is_rejected() {
    // 7 = 1·5 + 2. The limbs 7 and 2 are in the list, whatever the claim about the division.
    let program = straight(&ops(&[U32Div, SwapW, U32Assert2]));
    let honest = Trace::honest(&program, &[7, 2, 0, 0, 7, 5]);
    assert_honest(&honest);
    let row = honest.rows_of(U32Div)[0];

    // 7 = 0·5 + 7: the remainder is not below the divisor, and 5 − 1 − 7 is not a word.
    let mut trace = honest.clone();
    forge_division(&mut trace, row, [0, 7]);
    assert_broken(&trace, &["bus(And)"]);

    // 7 = 2·0 + 7: no remainder is below 0.
    let mut trace = honest.clone();
    forge_input(&mut trace, 0, Felt::ZERO, row);
    forge_division(&mut trace, row, [2, 7]);
    assert_broken(&trace, &["bus(And)"]);

    // 7 = 2·5 + 2 is false.
    let mut trace = honest;
    forge_division(&mut trace, row, [2, 2]);
    assert_broken(&trace, &["u32.div"]);
}
