//! Wrong starts and ends of executions.

use miden_core::{
    Felt, Kernel, Opcode,
    field::FieldElement,
    program::ProgramBuilder,
    trace::{
        decoder::GROUPS,
        stack::S,
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
    },
};

use crate::{
    assert_broken, assert_honest, assert_rejected,
    chiplets::forge_output,
    common::{Row, Trace, felt, ops, straight, with_outputs},
};

#[test]
fn a_start_with_other_registers_is_rejected() {
    // The registers are consistent with another start.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    assert_honest(&honest);
    for column in [CTX, FMP, FN, INSYS, ADV].into_iter().flat_map(|column| column.range()) {
        let mut trace = honest.clone();
        trace.rows.iter_mut().for_each(|row| row[column] += Felt::ONE);
        let name = miden_core::trace::column_name(column).expect("a column");
        assert_broken(&trace, &[&format!("boundary.start({name})")]);
    }
    let mut trace = honest;
    trace.rows.iter_mut().for_each(|row| row[CLK.at(0)] += Felt::ONE);
    assert_rejected(&trace, "boundary.start(clk)");
}

#[test]
fn a_caller_from_nowhere_is_rejected() {
    // A system call by the root, which claims to be a procedure.
    let mut b = ProgramBuilder::new();
    let of_kernel = b.block(&ops(&[Opcode::Caller])).expect("a block");
    let kernel = Kernel::new([*b.node(of_kernel).digest()].to_vec()).expect("a kernel");
    let root = b.syscall(of_kernel).expect("a system call");
    let mut trace = Trace::honest(&b.finish_with(root, &[], kernel).0, &[]);
    assert_honest(&trace);
    let procedure = [1, 2, 3, 4].map(felt);
    trace.rows.iter_mut().for_each(|row| row[FN.range()].copy_from_slice(&procedure));
    let [returns, caller] = [Opcode::Return, Opcode::Caller].map(|opcode| trace.rows_of(opcode)[0]);
    for (i, &element) in procedure.iter().enumerate() {
        trace.rows[returns][GROUPS.at(2 + i)] = element;
        forge_output(&mut trace, 3 - i, element, caller + 1);
    }
    assert_broken(&trace, &[0, 1, 2, 3].map(|i| format!("boundary.start(fn{i})")).each_ref().map(|s| &**s));
}

#[test]
fn nothing_happens_after_the_end() {
    let honest = Trace::honest(&straight(&ops(&[Opcode::Incr])), &[5]);
    let (incr, halt) = (honest.rows_of(Opcode::Incr)[0], honest.rows_of(Opcode::Halt)[0]);
    let step = |row: usize| {
        let mut row = honest.rows[row];
        row[S.at(0)] += Felt::ONE;
        row
    };
    let rows: Vec<Row> = honest.rows[..=halt].iter().copied().chain([step(incr), step(halt)]).collect();
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    let mut outputs = honest.statement.outputs.items().to_vec();
    outputs[0] += Felt::ONE;
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_broken(&trace, &["decoder.next_halt"]);
}

#[test]
fn an_execution_that_does_not_end_is_rejected() {
    // The operation before the end is repeated forever.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    let noop = honest.rows_of(Opcode::Noop)[0];
    let mut trace = honest.clone();
    trace.splice_execution(honest.rows[..=noop].to_vec());
    assert_rejected(&trace, "boundary.end(hi6)");
    assert_rejected(&trace, "decoder.next_done");
}
