//! Items from nowhere, forged inputs and outputs, limbs out of range.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    trace::{
        decoder::HELPERS,
        range::{MULTIPLICITY, VALUE},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
    },
};

use crate::{
    assert_broken, assert_honest, assert_rejected,
    common::{Trace, felt, ops, push, straight, with_outputs},
};

#[test]
fn a_stale_overflow_item_is_rejected() {
    // Two items go below the top 16 and come back, but the second pop names the entry of the first.
    let program = straight(&ops(&[Opcode::Pad, Opcode::Pad, Opcode::Drop, Opcode::Drop]));
    let honest = Trace::honest(&program, &(1..=16).collect::<Vec<u64>>());
    assert_honest(&honest);
    let pops = honest.rows_of(Opcode::Drop);
    let mut trace = honest.clone();
    // The first pop keeps the pointer, so the same item is popped twice.
    let (first, second) = (pops[0], pops[1]);
    trace.rows[second][OVF.at(0)] = trace.rows[first][OVF.at(0)];
    assert_broken(&trace, &["bus(Overflow)"]);
    // Another value of the item.
    let mut trace = honest;
    trace.rows[second + 1][S.at(15)] += Felt::ONE;
    assert_rejected(&trace, "bus(Overflow)");
}

#[test]
fn a_pop_of_the_empty_list_is_rejected() {
    // z = 1 at depth 16: no entry has address 0.
    let mut trace = Trace::honest(&straight(&ops(&[Opcode::Drop, Opcode::Noop])), &[1, 2]);
    let row = trace.rows_of(Opcode::Drop)[0];
    trace.rows[row][OVERFLOW_POP.at(0)] = Felt::ONE;
    for next in &mut trace.rows[row + 1..] {
        next[DEPTH.at(0)] -= Felt::ONE;
    }
    assert_rejected(&trace, "bus(Overflow)");
}

#[test]
fn forged_outputs_are_rejected() {
    let honest = Trace::honest(&straight(&[push(1), push(2)]), &(1..=20).collect::<Vec<u64>>());
    assert_honest(&honest);
    let items = honest.statement.outputs.items();
    for index in 0..items.len() {
        let mut forged = items.to_vec();
        forged[index] += Felt::ONE;
        let mut trace = honest.clone();
        trace.statement = with_outputs(&honest.statement, forged);
        let label = if index < items.len() - 16 { "bus(Output)" } else { "boundary.end" };
        assert_rejected(&trace, label);
    }
    // One item more, one item less.
    let mut trace = honest.clone();
    trace.statement = with_outputs(&honest.statement, [items, &[Felt::ZERO]].concat());
    assert_rejected(&trace, "bus(Output)");
    trace.statement = with_outputs(&honest.statement, items[1..].to_vec());
    assert_broken(&trace, &["bus(Output)"]);
}

#[test]
fn forged_inputs_are_rejected() {
    let many: Vec<u64> = (1..=20).collect();
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &many);
    for index in 0..many.len() {
        let mut forged = many.clone();
        forged[index] += 1;
        let mut trace = honest.clone();
        trace.statement.inputs = miden_core::StackInputs::from_ints(&forged).expect("inputs");
        let label = if index < 15 { "boundary.start" } else { "bus(Input)" };
        assert_rejected(&trace, label);
    }
    // An INPUT row too many.
    let mut trace = honest.clone();
    trace.statement.inputs = miden_core::StackInputs::from_ints(&many[..19]).expect("inputs");
    assert_rejected(&trace, "bus(Input)");
}

#[test]
fn a_limb_out_of_range_is_rejected() {
    // 7 − 2^16 and 1.
    let program = straight(&[push(7), Opcode::U32Split.into()]);
    let honest = Trace::honest(&program, &[]);
    let row = honest.rows_of(Opcode::U32Split)[0];
    let mut trace = honest.clone();
    trace.rows[row][HELPERS.at(0)] = felt(7) - felt(1 << 16);
    trace.rows[row][HELPERS.at(1)] = Felt::ONE;
    assert_broken(&trace, &["bus(Limb)"]);
}

#[test]
fn a_list_of_values_with_gaps_is_rejected() {
    // The list goes from 0 to 7 and on in steps of 255.
    let honest = Trace::honest(&straight(&[push(7), Opcode::U32Split.into()]), &[]);
    let value = VALUE.at(0);
    // A gap of 256.
    let mut trace = honest.clone();
    let filler = trace.rows.iter().position(|row| row[value] == felt(255 + 7)).expect("a filler");
    trace.rows[filler][value] += Felt::ONE;
    assert_broken(&trace, &["bus(Byte)"]);
    // … is not a byte, even if the list contains 256.
    trace.rows[filler][MULTIPLICITY.at(0)] -= Felt::ONE;
    assert_broken(&trace, &["bus(Byte)", "bus(Limb)"]);

    // The list continues to 65,536, which then serves as a limb.
    let mut trace = honest.clone();
    let last = trace.rows.len() - 1;
    trace.rows[last][value] += Felt::ONE;
    assert_broken(&trace, &["boundary.sections(rv)", "bus(Byte)"]);
    // … and comes back in the last row: a gap of −1.
    let mut trace = honest;
    trace.rows[last - 1][value] += Felt::ONE;
    assert_broken(&trace, &["bus(Byte)"]);
}
