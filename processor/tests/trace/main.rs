//! Checks recorded traces row by row against the rules of the layout, independently of the recording code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod decoder;
mod faults;
mod helpers;
mod lists;
mod sections;
mod stack;
mod table;

use common::{inputs, model, programs, push, straight_line, trace, traced};
use lists::Lists;
use miden_core::{
    Opcode, Operation, Program, ProgramInputs,
    field::StarkField,
    operations::Class,
    params::{MIN_TRACE_ROWS, STACK_TOP},
    program::ProgramBuilder,
    trace as layout,
};
use miden_processor::{ExecutionOptions, ExecutionTrace, execute};
use proptest::prelude::*;
use table::Table;

/// Checks the whole trace of `program` on these inputs, and that `execute` agrees with it.
fn check(program: &Program, stack_inputs: &[u64]) -> ExecutionTrace {
    let inputs = ProgramInputs { advice: programs::advice(), ..inputs(stack_inputs) };
    check_with(program, &inputs, &ExecutionOptions::default())
}

fn check_with(program: &Program, inputs: &ProgramInputs, options: &ExecutionOptions) -> ExecutionTrace {
    let stack_inputs: Vec<u64> = inputs.stack.items().iter().map(StarkField::as_int).collect();
    let recorded = trace(program, inputs, options).unwrap();
    assert_eq!(execute(program, inputs, options), traced(program, inputs, options));

    let num_rows = recorded.num_rows();
    assert!(num_rows.is_power_of_two() && num_rows >= MIN_TRACE_ROWS);
    let columns = recorded.to_columns();
    assert_eq!(columns.len(), layout::WIDTH);
    assert!(columns.iter().all(|column| column.len() == num_rows));

    // Inputs.
    let num_inputs = stack_inputs.len().saturating_sub(15).max(1);
    let table = Table { columns: &columns, num_rows, num_inputs };
    let initial: Vec<u64> =
        stack_inputs[..stack_inputs.len().saturating_sub(num_inputs)].iter().rev().copied().collect();
    let s = table.ints(0, layout::stack::S);
    assert_eq!(s[..initial.len()], initial);
    assert!(s[initial.len()..].iter().all(|&item| item == 0));
    assert_eq!(table.cell(0, layout::stack::OVF), 0);
    // Row 0 pushes nothing below the top, so row 1 finds no entry there.
    assert_eq!(table.cell(1, layout::stack::OVF), 0);
    for row in 0..num_inputs {
        assert_eq!(table.opcode(row), Opcode::Input);
        let last = stack_inputs.len().wrapping_sub(num_inputs - row);
        assert_eq!(table.int(row + 1, layout::stack::S.at(0)), stack_inputs.get(last).copied().unwrap_or(0));
    }
    let digest = &table.ints(num_inputs, layout::decoder::HELPERS)[..4];
    assert_eq!(programs::felts(digest), program.digest().elements());
    assert_eq!(table.cell(num_inputs, layout::decoder::CONTINUATION), 0);

    // Execution.
    let mut lists = Lists::new();
    let end = num_inputs + usize::try_from(recorded.cycles()).unwrap();
    for row in 0..num_rows - 1 {
        table.system(row);
        table.stack(row, &mut lists);
        if recorded.failure().is_some() && row >= end {
            table.fault(row, &recorded, &mut lists);
        } else if (num_inputs..end).contains(&row) {
            table.decoder(row, &mut lists);
            if table.opcode(row).info().is_block_operation() {
                table.helpers(row);
            }
        } else {
            assert!(Class::Frame.contains(table.opcode(row)), "row {row}");
            let multiplicity = usize::from(table.opcode(row) == Opcode::Input);
            table
                .is_zero(row, layout::decoder::GROUPS.start()..layout::decoder::HELPERS.end() - multiplicity);
            table.is_zero(row, layout::decoder::POSITION.start()..layout::decoder::DONE.end());
        }
    }
    lists.check_balance();

    let parts = recorded.part_rows();
    assert_eq!(parts.hasher, table.hasher());
    assert_eq!(parts.range, table.range());
    assert_eq!(num_rows, parts.longest().next_power_of_two().max(MIN_TRACE_ROWS));
    assert!(parts.execution <= num_rows);
    if recorded.failure().is_some() {
        table.failed(end, &recorded);
        return recorded;
    }

    // Outputs.
    let outputs: Vec<u64> = recorded.outputs().items().iter().map(StarkField::as_int).collect();
    let num_deep = outputs.len() - STACK_TOP;
    for (row, output) in (end..).zip(&outputs[..num_deep]) {
        assert_eq!((table.opcode(row), table.int(row, layout::stack::S.at(0))), (Opcode::Output, *output));
    }
    for row in end + num_deep..num_rows {
        assert_eq!(table.opcode(row), Opcode::Halt);
        assert_eq!(table.ints(row, layout::stack::S), outputs[num_deep..]);
        assert_eq!(
            (table.cell(row, layout::stack::DEPTH), table.cell(row, layout::stack::OVF)),
            (STACK_TOP as u64, 0)
        );
    }
    assert_eq!(parts.execution, end + num_deep + 2);
    recorded
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn traces_of_generated_programs_follow_the_rules(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
    ) {
        check(&tree.program(), &stack);
    }
}

#[test]
fn every_number_of_inputs_has_a_trace() {
    let program = straight_line(&[Opcode::Add.into()]);
    for len in 0..40 {
        check(&program, &(1..=len).collect::<Vec<_>>());
    }
}

#[test]
fn groups_may_be_full_and_end_with_an_immediate() {
    for noops in 0..80 {
        let mut operations = vec![Operation::from(Opcode::Noop); noops];
        operations.extend([push(7), push(0)]);
        operations.extend(vec![Operation::from(Opcode::Incr); noops % 10]);
        operations.push(push(3));
        check(&straight_line(&operations), &[]);
    }
}

#[test]
fn many_distinct_limbs_make_the_range_list_the_longest_part() {
    let mut operations = vec![];
    for value in 0..400u64 {
        operations.push(push(model::mul(value + 1, 0x9e37_79b9_7f4a_7c15 % model::P)));
        operations.extend([Opcode::U32Split, Opcode::Drop, Opcode::Drop].map(Operation::from));
    }
    let recorded = check(&straight_line(&operations), &[]);
    assert!(recorded.part_rows().range > 1400, "{:?}", recorded.part_rows());
}

#[test]
fn a_loop_is_hashed_once() {
    let tree = programs::Tree::Loop(200, vec![]);
    let recorded = check(&tree.program(), &[]);
    assert!(recorded.part_rows().hasher < 100, "{:?}", recorded.part_rows());
    assert!(recorded.cycles() > 1400);
}

#[test]
fn many_distinct_nodes_make_the_hasher_the_longest_part() {
    let mut builder = ProgramBuilder::new();
    let blocks: Vec<_> =
        (0..100).map(|value| builder.block(&[push(value), Opcode::Drop.into()]).unwrap()).collect();
    let root = builder.sequence(&blocks).unwrap();
    let recorded = check(&builder.finish(root), &[]);
    assert_eq!(recorded.part_rows().hasher, 8 * 199);
    assert_eq!(recorded.num_rows(), 2048);
}
