use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    trace::chiplets::bitwise::{BITS, MULTIPLICITY, RESULT, ROTATE_12_8_7, ROTATE_16},
};

use super::forge_output;
use crate::{
    assert_broken, assert_honest,
    common::{Section, Trace, felt, ops, straight},
};

/// Trace of one operation on two words, with its row. The first word of the section is the top item.
fn operation(opcode: Opcode, below: u64, top: u64) -> (Trace, usize) {
    let trace = Trace::honest(&straight(&ops(&[opcode])), &[below, top]);
    assert_honest(&trace);
    let row = trace.rows_of(opcode)[0];
    (trace, row)
}

#[test]
fn another_result_is_rejected() {
    let (mut trace, row) = operation(Opcode::U32And, 6, 3);
    let first = trace.section(Section::Bitwise)[0];
    assert_eq!(trace.rows[first][RESULT.at(0)], felt(2));
    forge_output(&mut trace, 0, felt(7), row + 1);
    assert_broken(&trace, &["bus(And)"]);
    trace.rows[first][RESULT.at(0)] = felt(7);
    assert_broken(&trace, &["bitwise.result"]);
}

#[test]
fn a_bit_that_is_two_is_rejected() {
    // 2 = 2·2⁰: then 2 ∧ 1 is 2.
    let (mut trace, row) = operation(Opcode::U32And, 2, 1);
    let [first, second] = trace.section(Section::Bitwise)[..] else { panic!("two words") };
    trace.rows[second][BITS.at(0)] = felt(2);
    trace.rows[second][BITS.at(1)] = Felt::ZERO;
    trace.rows[first][RESULT.at(0)] = felt(2);
    forge_output(&mut trace, 0, felt(2), row + 1);
    assert_broken(&trace, &["bitwise.bit[0]"]);
}

#[test]
fn two_kinds_at_once_are_rejected() {
    // 1 + 2 = 3: rotations by 16 and by 12 have the label of that by 8.
    let (a, b) = (0x1234_5678_u32, 0x0F0F_F0F1_u32);
    let (mut trace, row) = operation(Opcode::U32Xr8, b.into(), a.into());
    let first = trace.section(Section::Bitwise)[0];
    trace.rows[first][ROTATE_16.at(0)] = Felt::ONE;
    trace.rows[first][ROTATE_12_8_7.at(0)] = Felt::ONE;
    trace.rows[first][ROTATE_12_8_7.at(1)] = Felt::ZERO;
    let rotated = |by| Felt::from((a ^ b).rotate_right(by));
    let result = rotated(16) + rotated(12) - Felt::from(a & b);
    trace.rows[first][RESULT.at(0)] = result;
    forge_output(&mut trace, 0, result, row + 1);
    assert_broken(&trace, &["bitwise.one_kind"]);
}

#[test]
fn a_response_of_the_last_word_is_rejected() {
    // The last word would be combined with cells of the next section.
    let program = straight(&ops(&[Opcode::U32And, Opcode::MLoad]));
    let mut trace = Trace::honest(&program, &[6, 3]);
    assert_honest(&trace);
    let last = trace.section(Section::Bitwise)[1];
    trace.rows[last][MULTIPLICITY.at(0)] = Felt::ONE;
    assert_broken(&trace, &["bitwise.last", "bus(And)"]);
}
