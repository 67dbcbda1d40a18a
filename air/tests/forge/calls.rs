//! Calls that enter another procedure, returns to a wrong frame, system calls outside the kernel.

use miden_core::{
    Digest, Felt, Kernel, Opcode, Program,
    field::FieldElement,
    params::FMP_INIT,
    program::ProgramBuilder,
    trace::{
        decoder::{CONTINUATION, DONE, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::{
    assert_broken, assert_honest, assert_rejected,
    common::{Trace, felt, ops, push},
};

/// A procedure that calls another procedure, which asks the kernel for its caller.
fn calling() -> Program {
    let mut b = ProgramBuilder::new();
    let of_kernel = b.block(&ops(&[Opcode::Caller])).expect("a block");
    let kernel = Kernel::new([*b.node(of_kernel).digest()].to_vec()).expect("a kernel");
    let inner = b.syscall(of_kernel).expect("a system call");
    let first = b.block(&[push(5), Opcode::FmpUpdate.into()]).expect("a block");
    let call = b.call(inner).expect("a call");
    let last = b.block(&ops(&[Opcode::FmpAdd])).expect("a block");
    let outer = b.sequence(&[first, call, last]).expect("a sequence");
    let root = b.call(outer).expect("a call");
    b.finish_with(root, &[], kernel).0
}

/// More inputs than a procedure can see.
const INPUTS: [u64; 20] = [9; 20];

fn honest() -> Trace {
    let trace = Trace::honest(&calling(), &INPUTS);
    assert_honest(&trace);
    trace
}

/// Fills the column with a value in a range of rows.
fn fill(trace: &mut Trace, rows: core::ops::Range<usize>, column: usize, value: Felt) {
    trace.rows[rows].iter_mut().for_each(|row| row[column] = value);
}

#[test]
fn registers_that_differ_from_those_of_the_frame_are_rejected() {
    let honest = honest();
    let end = honest.rows.len();
    // RETURN from the inner call restores the registers of the outer one. The prover changes the frame and all rows
    // after it, so that only the entry of the call contradicts it.
    let returns = honest.rows_of(Opcode::Return)[1];
    let next = honest.rows_of(Opcode::Return)[2];
    for (i, column) in [CTX.at(0), FMP.at(0), FN.at(0), FN.at(1), FN.at(2), FN.at(3)].into_iter().enumerate()
    {
        let mut trace = honest.clone();
        let value = trace.rows[returns][GROUPS.at(i)] + Felt::ONE;
        trace.rows[returns][GROUPS.at(i)] = value;
        fill(&mut trace, returns + 1..next + 1, column, value);
        assert_rejected(&trace, "bus(Frame)");
    }
    // More items than the caller had.
    let mut trace = honest;
    let depth = trace.rows[next][GROUPS.at(6)] + Felt::ONE;
    trace.rows[next][GROUPS.at(6)] = depth;
    fill(&mut trace, next + 1..end, DEPTH.at(0), depth);
    assert_rejected(&trace, "bus(Frame)");
}

#[test]
fn the_frame_of_another_call_is_rejected() {
    // The inner RETURN takes the frame of the outer call, as if the inner call had not happened.
    let honest = honest();
    let [inner, outer] = [1, 2].map(|i| honest.rows_of(Opcode::Return)[i]);
    let mut trace = honest.clone();
    for column in GROUPS.range().chain([HELPERS.at(4), CONTINUATION.at(0)]) {
        trace.rows[inner][column] = honest.rows[outer][column];
    }
    assert_rejected(&trace, "decoder.return_address");
    assert_rejected(&trace, "bus(Frame)");
}

#[test]
fn an_end_without_return_is_rejected() {
    let honest = honest();
    let [inner, outer] = [1, 2].map(|i| honest.rows_of(Opcode::Return)[i]);
    // The outer procedure continues in the context of the inner one: the RETURN row is missing.
    let mut rows = honest.rows.clone();
    rows.remove(inner);
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    assert_rejected(&trace, "bus(Frame)");
    // A RETURN row instead of the end.
    let mut trace = honest.clone();
    let mut returns = honest.rows[outer];
    write_opcode(&mut returns, Opcode::Return);
    trace.rows[outer + 1] = returns;
    assert_rejected(&trace, "bus(Frame)");
}

#[test]
fn a_call_that_pushes_no_frame_is_rejected() {
    // The procedure ends with the continuation of its call, in its own context: no row returns.
    let mut b = ProgramBuilder::new();
    let procedure = b.block(&ops(&[Opcode::Incr])).expect("a block");
    let last = b.block(&ops(&[Opcode::FmpAdd])).expect("a block");
    let call = b.call(procedure).expect("a call");
    let join = b.join(call, last).expect("a join");
    // Either a node follows, or the end.
    for root in [join, call] {
        let honest = Trace::honest(&b.finish(root), &[5]);
        assert_honest(&honest);
        let [call, returns] = [Opcode::Call, Opcode::Return].map(|opcode| honest.rows_of(opcode)[0]);
        let mut rows = honest.rows.clone();
        let cs = rows[call][CONTINUATION.at(0)];
        rows[call][POSITION.at(1)] = Felt::ZERO;
        rows[call + 1..returns].iter_mut().for_each(|row| row[CONTINUATION.at(0)] = cs);
        let callee = rows[returns];
        for column in [CTX, FMP, FN].into_iter().flat_map(|column| column.range()) {
            rows[returns + 1..].iter_mut().for_each(|row| row[column] = callee[column]);
        }
        rows.remove(returns);
        let mut trace = honest.clone();
        trace.splice_execution(rows);
        assert_broken(&trace, &["decoder.cs"]);
    }
}

#[test]
fn another_procedure_is_rejected() {
    let mut b = ProgramBuilder::new();
    let one = b.block(&[push(1), Opcode::Drop.into()]).expect("a block");
    let two = b.block(&[push(2), Opcode::Drop.into()]).expect("a block");
    let calls = [one, two].map(|procedure| b.call(procedure).expect("a call"));
    let [honest, other] = calls.map(|root| Trace::honest(&b.finish(root), &[]));
    let mut trace = honest.clone();
    let call = honest.rows_of(Opcode::Call)[0];
    let execution = 0..OVERFLOW_POP.end();
    for row in call + 1..trace.rows.len() {
        trace.rows[row][execution.clone()].copy_from_slice(&other.rows[row][execution.clone()]);
    }
    assert_rejected(&trace, "decoder.child");
}

#[test]
fn a_dynamic_call_of_another_procedure_is_rejected() {
    let mut b = ProgramBuilder::new();
    let procedures = [1, 2].map(|value| b.block(&[push(value), Opcode::Drop.into()]).expect("a block"));
    let digests = procedures.map(|id| *b.node(id).digest());
    let root = b.dyncall().expect("a node");
    let (program, _) = b.finish_with(root, &procedures, Kernel::default());
    let inputs = |digest: &Digest| digest.elements().map(|element| element.as_int());
    let [honest, other] = [0, 1].map(|i| Trace::honest(&program, &inputs(&digests[i])));
    assert_honest(&honest);
    // As if the other digest were on the stack, except for the stack itself.
    let mut trace = other.clone();
    trace.statement = honest.statement.clone();
    let call = other.rows_of(Opcode::DynCall)[0];
    for row in &mut trace.rows[..=call] {
        row[S.range()].copy_from_slice(&honest.rows[call][S.range()]);
    }
    assert_rejected(&trace, "decoder.child");
}

#[test]
fn items_of_the_caller_are_out_of_reach() {
    // The procedure pops an item that its caller has pushed below the top 16.
    let mut b = ProgramBuilder::new();
    let procedure = b.block(&ops(&[Opcode::Drop, Opcode::Noop])).expect("a block");
    let root = b.call(procedure).expect("a call");
    let honest = Trace::honest(&b.finish(root), &(1..=20).collect::<Vec<u64>>());
    let call = honest.rows_of(Opcode::Call)[0];
    let drop = honest.rows_of(Opcode::Drop)[0];
    let mut trace = honest.clone();
    let pointer = honest.rows[call][OVF.at(0)];
    trace.rows[drop][OVF.at(0)] = pointer;
    trace.rows[drop][OVERFLOW_POP.at(0)] = Felt::ONE;
    trace.rows[drop][DEPTH.at(0)] += Felt::ONE;
    for row in &mut trace.rows[drop + 1..] {
        row[S.at(15)] = felt(4);
    }
    assert_rejected(&trace, "stack.ovf");
    assert_rejected(&trace, "stack.depth");
}

#[test]
fn another_caller_is_rejected() {
    let honest = honest();
    let (call, caller) = (honest.rows_of(Opcode::Call)[1], honest.rows_of(Opcode::Caller)[0]);
    // Only the result of CALLER.
    let mut trace = honest.clone();
    for row in &mut trace.rows[caller + 1..] {
        row[S.at(0)] += Felt::ONE;
    }
    assert_rejected(&trace, "stack.item");
    // The register, from the call on.
    let mut trace = honest.clone();
    fill(&mut trace, call + 1..caller + 1, FN.at(3), honest.rows[caller][FN.at(3)] + Felt::ONE);
    assert_rejected(&trace, "system.fn");
    // A system call that changes the register.
    let mut trace = honest.clone();
    fill(&mut trace, caller..caller + 1, FN.at(3), honest.rows[caller][FN.at(3)] + Felt::ONE);
    assert_rejected(&trace, "system.fn");
}

#[test]
fn another_kernel_is_rejected() {
    let honest = honest();
    let own = honest.statement.kernel.procedures()[0];
    let foreign = Digest::new([1, 2, 3, 4].map(felt));
    let kernels: [(&[Digest], &str); 3] = [
        (&[], "bus(KernelProcedure)"),
        (&[foreign], "bus(KernelProcedure)"),
        (&[own, foreign], "bus(KernelProcedure)"),
    ];
    for (procedures, label) in kernels {
        let mut trace = honest.clone();
        trace.statement.kernel = Kernel::new(procedures.to_vec()).expect("a kernel");
        assert_broken(&trace, &[label]);
    }
    // The kernel section matches the statement, the call does not.
    use miden_core::trace::chiplets::{
        Q,
        kernel::{CALLED, STATED},
    };
    let mut trace = honest.clone();
    trace.statement.kernel = Kernel::new([foreign].to_vec()).expect("a kernel");
    let row = trace.rows.iter().position(|row| row[Q.at(3)] == Felt::ONE).expect("a row");
    assert_eq!(trace.rows[row][STATED.range()], own.elements()[..]);
    trace.rows[row][STATED.range()].copy_from_slice(foreign.elements());
    assert_rejected(&trace, "kernel.digest");
    trace.rows[row][CALLED.range()].copy_from_slice(foreign.elements());
    assert_broken(&trace, &["bus(KernelCall)"]);
}

#[test]
fn a_call_out_of_a_system_call_is_rejected() {
    // A kernel procedure with a call. The processor rejects it, so the row of the call is forged from that of the root,
    // where calls are allowed.
    let honest = honest();
    let call = honest.rows_of(Opcode::Call)[0];
    let mut trace = honest;
    trace.rows[call][INSYS.at(0)] = Felt::ONE;
    assert_rejected(&trace, "system.no_call_in_syscall");
}

#[test]
fn another_context_is_rejected() {
    let honest = honest();
    let (call, returns) = (honest.rows_of(Opcode::Call)[0], honest.rows_of(Opcode::Return)[2]);
    // The procedure runs in the root context, or in one that another call could enter, too.
    for value in [0, 1_000_000] {
        let mut trace = honest.clone();
        fill(&mut trace, call + 1..returns + 1, CTX.at(0), felt(value));
        assert_rejected(&trace, "system.ctx");
    }
    // With the free memory pointer of the caller.
    let mut trace = honest;
    fill(&mut trace, call + 1..returns + 1, FMP.at(0), felt(FMP_INIT + 1));
    assert_rejected(&trace, "system.fmp");
}

#[test]
fn a_frame_cannot_claim_never_to_be_left() {
    // Multiplicity 0: no row provides the frame that RETURN requests.
    let mut trace = honest();
    let call = trace.rows_of(Opcode::Call)[0];
    trace.rows[call][POSITION.at(1)] = Felt::ZERO;
    assert_broken(&trace, &["bus(Frame)"]);
    let returns = trace.rows_of(Opcode::Return)[0];
    trace.rows[returns][DONE.at(0)] = Felt::ZERO;
    assert_rejected(&trace, "decoder.next_fail");
}
