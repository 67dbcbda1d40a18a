use miden_core::{
    AdviceInputs, Felt,
    Opcode::{self, Drop, MLoad, MLoadW, MStore, MStoreW, MStream, Pipe, U32And},
    field::{FieldElement, StarkField},
    trace::{
        chiplets::memory::{
            ADDRESS, CONTEXT, FIRST, FIRST_OF_CONTEXT, HIGH_LIMB, LOW_LIMB, MESSAGE, NUMERATORS, REST, ROW,
            WRITE,
        },
        decoder::HELPERS,
        range::{MULTIPLICITY, VALUE},
        stack::S,
    },
};

use super::{chiplet_columns, forge_input, forge_output};
use crate::{
    assert_broken, assert_honest,
    common::{Section, Trace, felt, ops, straight},
};

/// Runs operations on items, the top one last.
fn run(opcodes: &[Opcode], inputs: &[u64]) -> Trace {
    let trace = Trace::honest(&straight(&ops(opcodes)), inputs);
    assert_honest(&trace);
    trace
}

/// Writes 7 to address 5 and reads it again.
fn write_and_read() -> Trace {
    run(&[MStore, Drop, MLoad], &[5, 7, 5])
}

#[test]
fn a_first_read_that_is_not_zero_is_rejected() {
    // After the hasher section, and after the bitwise section.
    for trace in [run(&[MLoad], &[5]), run(&[U32And, MLoad], &[5, 7])] {
        let mut trace = trace;
        let access = trace.section(Section::Memory)[0];
        let row = trace.rows_of(MLoad)[0];
        trace.rows[access][MESSAGE.at(0)] = felt(7);
        forge_output(&mut trace, 0, felt(7), row + 1);
        assert_broken(&trace, &["memory.keeps[0]"]);
        // … claiming not to be the first access.
        for flag in [FIRST, FIRST_OF_CONTEXT] {
            trace.rows[access][flag.at(0)] = Felt::ZERO;
        }
        // The previous word is then in the cells of another section; here it happens to be right.
        trace.rows[access - 1][MESSAGE.at(0)] = felt(7);
        assert!(trace.violations().contains("memory.begins"));
    }
}

#[test]
fn a_second_first_access_is_rejected() {
    // 7 is written and 0 read, as if of another word with the same address.
    let honest = write_and_read();
    let access = honest.section(Section::Memory)[1];
    let row = honest.rows_of(MLoad)[0];
    for flags in [&[FIRST][..], &[FIRST, FIRST_OF_CONTEXT]] {
        let mut trace = honest.clone();
        trace.rows[access][MESSAGE.at(0)] = Felt::ZERO;
        forge_output(&mut trace, 0, Felt::ZERO, row + 1);
        for flag in flags {
            trace.rows[access][flag.at(0)] = Felt::ONE;
        }
        assert_broken(&trace, &["memory.order"]);
        // The distance is 0, so the limbs would have to be those of −1.
        trace.rows[access][LOW_LIMB.at(0)] = -Felt::ONE;
        trace.rows[access][HIGH_LIMB.at(0)] = Felt::ZERO;
        assert_broken(&trace, &["bus(Limb)"]);
    }
}

#[test]
fn a_read_before_the_write_that_came_first_is_rejected() {
    let mut trace = write_and_read();
    let [first, second] = trace.section(Section::Memory)[..] else { panic!("two accesses") };
    let row = trace.rows_of(MLoad)[0];
    let chiplets = chiplet_columns();
    let (write, read) = (trace.rows[first], trace.rows[second]);
    trace.rows[first][chiplets.clone()].copy_from_slice(&read[chiplets.clone()]);
    trace.rows[second][chiplets.clone()].copy_from_slice(&write[chiplets]);
    for (access, flag) in [(first, Felt::ONE), (second, Felt::ZERO)] {
        trace.rows[access][FIRST.at(0)] = flag;
        trace.rows[access][FIRST_OF_CONTEXT.at(0)] = flag;
    }
    trace.rows[first][MESSAGE.at(0)] = Felt::ZERO;
    forge_output(&mut trace, 0, Felt::ZERO, row + 1);
    let distance = trace.rows[second][ROW.at(0)] - trace.rows[first][ROW.at(0)];
    trace.rows[first][LOW_LIMB.at(0)] = Felt::ZERO;
    trace.rows[second][LOW_LIMB.at(0)] = distance - Felt::ONE;
    assert_broken(&trace, &["bus(Limb)"]);
}

#[test]
fn a_write_of_an_element_that_changes_another_one_is_rejected() {
    let mut trace = run(&[MStore, Drop, MLoadW], &[5, 7, 5]);
    let [write, read] = trace.section(Section::Memory)[..] else { panic!("two accesses") };
    let row = trace.rows_of(MLoadW)[0];
    for access in [write, read] {
        trace.rows[access][REST.at(1)] = felt(9);
    }
    trace.rows[read][MESSAGE.at(2)] = felt(9);
    // Element 2 is the second item of a word.
    forge_output(&mut trace, 1, felt(9), row + 1);
    assert_broken(&trace, &["memory.keeps[2]"]);
}

#[test]
fn a_read_of_another_value_than_written_is_rejected() {
    let mut trace = write_and_read();
    let row = trace.rows_of(MLoad)[0];
    forge_output(&mut trace, 0, felt(8), row + 1);
    assert_broken(&trace, &["bus(ElementRead)"]);
    let access = trace.section(Section::Memory)[1];
    trace.rows[access][MESSAGE.at(0)] = felt(8);
    assert_broken(&trace, &["memory.keeps[0]"]);
}

#[test]
fn each_item_of_a_read_is_bound() {
    for (opcode, inputs, positions) in [(MLoadW, 1, 4), (MStream, 13, 8)] {
        let mut items = vec![0; inputs];
        items[0] = 5;
        let honest = run(&[opcode], &items);
        let row = honest.rows_of(opcode)[0];
        for position in 0..positions {
            let mut trace = honest.clone();
            forge_output(&mut trace, position, felt(7), row + 1);
            assert_broken(&trace, &["bus(MemoryRead)"]);
        }
    }
}

#[test]
fn a_write_of_another_value_is_rejected() {
    let mut trace = run(&[MStore], &[7, 5]);
    let access = trace.section(Section::Memory)[0];
    trace.rows[access][MESSAGE.at(0)] = felt(8);
    assert_broken(&trace, &["bus(ElementWrite)"]);
    let mut trace = run(&[MStoreW], &[1, 2, 3, 4, 5]);
    let access = trace.section(Section::Memory)[0];
    trace.rows[access][MESSAGE.at(3)] = felt(8);
    trace.rows[access][REST.at(2)] = felt(8);
    assert_broken(&trace, &["bus(MemoryWrite)"]);
}

#[test]
fn a_write_of_other_advice_than_on_the_stack_is_rejected() {
    let advice = AdviceInputs::new((1..=8).map(felt).collect());
    let mut inputs = vec![0; 13];
    inputs[0] = 5;
    let honest = Trace::honest_with_advice(&straight(&ops(&[Pipe])), &inputs, advice);
    assert_honest(&honest);
    let row = honest.rows_of(Pipe)[0];
    for position in 0..8 {
        let mut trace = honest.clone();
        let item = honest.rows[row + 1][S.at(position)];
        forge_output(&mut trace, position, item + Felt::ONE, row + 1);
        assert_broken(&trace, &["bus(MemoryWrite)"]);
    }
}

#[test]
fn an_access_of_another_context_is_rejected() {
    let mut trace = run(&[MLoad], &[5]);
    let access = trace.section(Section::Memory)[0];
    trace.rows[access][CONTEXT.at(0)] = Felt::ONE;
    assert_broken(&trace, &["bus(ElementRead)"]);
}

#[test]
fn an_access_that_no_operation_requests_is_rejected() {
    // A write between the two, which the read would see.
    let mut trace = write_and_read();
    let [first, second] = trace.section(Section::Memory)[..] else { panic!("two accesses") };
    let chiplets = chiplet_columns();
    let (write, read) = (trace.rows[first], trace.rows[second]);
    trace.rows[second][chiplets.clone()].copy_from_slice(&write[chiplets.clone()]);
    trace.rows[second][MESSAGE.at(0)] = felt(9);
    trace.rows[second][ROW.at(0)] += Felt::ONE;
    for flag in [FIRST, FIRST_OF_CONTEXT, LOW_LIMB] {
        trace.rows[second][flag.at(0)] = Felt::ZERO;
    }
    trace.rows[second + 1][chiplets.clone()].copy_from_slice(&read[chiplets]);
    trace.rows[second + 1][MESSAGE.at(0)] = felt(9);
    trace.rows[second + 1][LOW_LIMB.at(0)] -= Felt::ONE;
    let row = trace.rows_of(MLoad)[0];
    forge_output(&mut trace, 0, felt(9), row + 1);
    let violations = trace.violations();
    assert!(violations.contains("bus(ElementWrite)"), "{violations:?}");
    assert!(!violations.iter().any(|label| label.starts_with("memory.")), "{violations:?}");
}

#[test]
fn addresses_at_the_end_are_rejected() {
    let mut inputs = vec![0; 13];
    inputs[0] = 5;
    let honest = run(&[MStream], &inputs);
    let row = honest.rows_of(MStream)[0];
    // Address, its limbs, and those of the next address: after 2³² − 1 there is none, and p − 1 has none.
    let last = u64::from(u32::MAX);
    for (address, limbs) in
        [(last, [0xffff, 0xffff, 0, 0x1_0000]), (Felt::MODULUS - 1, [Felt::MODULUS - 1, 0, 0, 0])]
    {
        let mut trace = honest.clone();
        let address = felt(address);
        forge_input(&mut trace, 12, address, row);
        forge_output(&mut trace, 12, address + felt(2), row + 1);
        for (i, limb) in limbs.into_iter().enumerate() {
            trace.rows[row][HELPERS.at(i)] = felt(limb);
        }
        for (offset, &access) in trace.section(Section::Memory).iter().enumerate() {
            trace.rows[access][ADDRESS.at(0)] = address + felt(offset as u64);
        }
        assert_eq!(trace.rows[row][S.at(12)], address);
        // The first operation is in the class canon, so its witness changes.
        let violations = trace.violations();
        assert!(violations.contains("bus(Limb)"), "{violations:?}");
        assert!(!violations.iter().any(|label| label.starts_with("memory.")), "{violations:?}");
    }
}

#[test]
fn addresses_beyond_a_word_are_rejected() {
    // 2³² as 0 + 2¹⁶·2¹⁶, with all accesses and lookups as if it were an address.
    for (opcode, inputs) in [(MLoad, 1), (MLoadW, 5), (MStore, 2), (MStoreW, 5)] {
        let mut trace = run(&[opcode], &vec![0; inputs]);
        let row = trace.rows_of(opcode)[0];
        let address = felt(1 << 32);
        forge_input(&mut trace, 0, address, row);
        trace.rows[row][HELPERS.at(1)] = felt(1 << 16);
        if opcode.info().uses_helper(4) {
            trace.rows[row][HELPERS.at(4)] = felt(u64::from(u32::MAX)).inv();
        }
        let zero = trace.rows.iter().position(|row| row[VALUE.at(0)] == Felt::ZERO).expect("the list begins");
        trace.rows[zero][MULTIPLICITY.at(0)] -= Felt::ONE;
        let access = trace.section(Section::Memory)[0];
        trace.rows[access][ADDRESS.at(0)] = address;
        assert_broken(&trace, &["bus(Limb)"]);
    }
}

#[test]
fn a_read_that_writes_is_rejected() {
    // The same values with another label.
    let mut trace = run(&[MLoad], &[5]);
    let access = trace.section(Section::Memory)[0];
    let row = trace.rows_of(MLoad)[0];
    trace.rows[access][WRITE.at(0)] = Felt::ONE;
    trace.rows[access][MESSAGE.at(0)] = felt(7);
    forge_output(&mut trace, 0, felt(7), row + 1);
    assert_broken(&trace, &["bus(ElementRead)", "bus(ElementWrite)"]);
}

#[test]
fn an_access_that_responds_twice_is_rejected() {
    // The first access responds to both loads, also for the row of the second.
    let mut trace = run(&[MLoad, Drop, MLoad], &[5, 5]);
    let [first, second] = trace.section(Section::Memory)[..] else { panic!("two accesses") };
    trace.rows[first][NUMERATORS.at(0)] = felt(2);
    trace.rows[second][NUMERATORS.at(0)] = Felt::ZERO;
    assert_broken(&trace, &["bus(ElementRead)", "memory.numerator[1]"]);
    // … or by two accesses with the same key.
    let mut trace = run(&[MLoad, Drop, MLoad], &[5, 5]);
    let row = trace.rows[first][ROW.at(0)];
    trace.rows[second][ROW.at(0)] = row;
    assert_broken(&trace, &["bus(ElementRead)", "memory.order"]);
}
