//! Another program, another branch, another number of iterations, omitted and repeated operations.

use miden_core::{
    Felt, Opcode, Program, StackInputs,
    field::FieldElement,
    operations::digits,
    program::ProgramBuilder,
    trace::{
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, HI, LO, MID, POSITION},
        stack::{OVERFLOW_POP, S},
        write_opcode,
    },
};

use crate::{
    assert_broken, assert_rejected,
    chiplets::request_digest,
    common::{Row, Trace, felt, ops, push, straight, with_outputs, with_program},
};

/// Takes one of two branches, depending on the top of the stack.
pub(crate) fn branching() -> Program {
    let mut builder = ProgramBuilder::new();
    let one = builder.block(&[push(11)]).expect("a block");
    let zero = builder.block(&[push(22)]).expect("a block");
    let root = builder.split(one, zero).expect("a split");
    builder.finish(root)
}

/// A loop whose conditions are the stack inputs.
pub(crate) fn looping() -> Program {
    let mut builder = ProgramBuilder::new();
    let body = builder.block(&ops(&[Opcode::Noop])).expect("a block");
    let root = builder.while_true(body).expect("a loop");
    builder.finish(root)
}

/// A HALT row with the state of `row`.
pub(crate) fn halt_after(row: &Row) -> Row {
    let mut halt = *row;
    for column in [GROUPS, HELPERS, POSITION, CONTINUATION, GROUP_END, DONE, OVERFLOW_POP] {
        column.range().for_each(|cell| halt[cell] = Felt::ZERO);
    }
    write_opcode(&mut halt, Opcode::Halt);
    halt
}

#[test]
fn another_program_is_rejected() {
    let mut trace = Trace::honest(&straight(&[push(1), push(2), Opcode::Add.into()]), &[]);
    let other = straight(&[push(1), push(2), Opcode::Mul.into()]);
    trace.statement = with_program(&trace.statement, other.digest());
    assert_rejected(&trace, "boundary.program");
    // Only the digest replaced: no permutation outputs it.
    let root = trace.rows_of(Opcode::Block)[0];
    for (cell, &value) in HELPERS.range().zip(other.digest().elements()) {
        trace.rows[root][cell] = value;
    }
    assert_broken(&trace, &["bus(Digest)"]);
}

/// The execution on `run`, but up to row `last` with the stack of the execution on `claimed`, the inputs of the
/// statement: in that row the prover decides against the inputs.
fn decide_otherwise(
    program: &Program,
    run: &[u64],
    claimed: &[u64],
    last: impl Fn(&Trace) -> usize,
) -> Trace {
    let mut trace = Trace::honest(program, run);
    let claimed = Trace::honest(program, claimed);
    let last = last(&trace);
    for (row, honest) in trace.rows.iter_mut().zip(&claimed.rows).take(last + 1) {
        row[S.range()].copy_from_slice(&honest[S.range()]);
    }
    trace.statement.inputs = claimed.statement.inputs;
    trace
}

#[test]
fn the_other_branch_is_rejected() {
    // The condition is 1, but the branch for 0 is taken.
    let split = |trace: &Trace| trace.rows_of(Opcode::Split)[0];
    assert_rejected(&decide_otherwise(&branching(), &[0], &[1], split), "decoder.child");
}

#[test]
fn one_iteration_less_is_rejected() {
    // Two conditions are 1, but the loop ends at the second as if it were 0.
    let second = |trace: &Trace| trace.rows_of(Opcode::Loop)[1];
    assert_broken(&decide_otherwise(&looping(), &[0, 1], &[1, 1], second), &["decoder.done_loop"]);
}

#[test]
fn one_iteration_more_is_rejected() {
    // The second condition is 0, but the loop continues as if it were 1.
    let second = |trace: &Trace| trace.rows_of(Opcode::Loop)[1];
    assert_broken(&decide_otherwise(&looping(), &[0, 1, 1], &[0, 0, 1], second), &["decoder.done_loop"]);
}

#[test]
fn an_early_stop_is_rejected() {
    let honest = Trace::honest(&straight(&[push(1), push(2), Opcode::Drop.into(), push(3)]), &[]);
    for (stop, label) in
        [(1, "decoder.next_input"), (2, "decoder.next_in_block"), (4, "decoder.next_in_block")]
    {
        let mut trace = honest.clone();
        let end = halt_after(&honest.rows[stop]);
        let outputs = end[S.range()].to_vec();
        let rows: Vec<Row> = honest.rows[..stop].iter().copied().chain([end]).collect();
        trace.splice_execution(rows);
        trace.statement = with_outputs(&honest.statement, outputs);
        assert_rejected(&trace, label);
    }
}

#[test]
fn an_empty_execution_is_rejected() {
    let honest = Trace::honest(&straight(&[push(1)]), &[]);
    let mut trace = honest.clone();
    trace.splice_execution([honest.rows[0], halt_after(&honest.rows[1])]);
    trace.statement = with_outputs(&honest.statement, vec![Felt::ZERO; 16]);
    assert_rejected(&trace, "decoder.next_input");
    assert_rejected(&trace, "boundary.program");
}

#[test]
fn code_that_runs_before_the_root_is_rejected() {
    // The statement has four INPUT rows, but rows 1 to 3 run a join whose right child is the root.
    let mut builder = ProgramBuilder::new();
    let before = builder.block(&ops(&[Opcode::Incr])).expect("a block");
    let root = builder.block(&ops(&[Opcode::Neg])).expect("a block");
    let join = builder.join(before, root).expect("a join");
    let inputs: Vec<u64> = (1..=19).collect();
    let mut trace = Trace::honest(&builder.finish(join), &inputs[..16]);
    let node = trace.rows_of(Opcode::Block)[1];
    trace.statement = with_program(&trace.statement, *builder.node(root).digest());
    trace.statement.inputs = StackInputs::from_ints(&inputs).expect("inputs");
    assert_eq!(node, trace.statement.inputs.num_input_rows());
    // Everything that the statement fixes holds; only the three values have no row that requests them.
    assert_broken(&trace, &["bus(Input)"]);
}

#[test]
fn a_dropped_operation_is_rejected() {
    let honest = Trace::honest(&straight(&ops(&[Opcode::Incr, Opcode::Incr, Opcode::Incr])), &[5]);
    let dropped = honest.rows_of(Opcode::Incr)[1];
    let mut rows = honest.rows.clone();
    rows.remove(dropped);
    // The later operations compute with 1 less.
    for row in &mut rows[dropped..] {
        row[S.at(0)] -= Felt::ONE;
    }
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    let mut outputs = honest.statement.outputs.items().to_vec();
    outputs[0] -= Felt::ONE;
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_rejected(&trace, "decoder.group_digit");
    assert_rejected(&trace, "decoder.position");
}

#[test]
fn a_repeated_operation_is_rejected() {
    let honest = Trace::honest(&straight(&ops(&[Opcode::Incr, Opcode::Incr])), &[5]);
    let repeated = honest.rows_of(Opcode::Incr)[0];
    let mut rows = honest.rows.clone();
    rows.insert(repeated, rows[repeated]);
    for row in &mut rows[repeated + 1..] {
        row[S.at(0)] += Felt::ONE;
    }
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    let mut outputs = honest.statement.outputs.items().to_vec();
    outputs[0] += Felt::ONE;
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_rejected(&trace, "decoder.group_digit");
}

#[test]
fn another_digit_of_the_group_is_rejected() {
    // NEG claimed instead of INCR: the rest of the group would have to be a fraction.
    let mut trace = Trace::honest(&straight(&ops(&[Opcode::Incr, Opcode::Noop])), &[5]);
    let row = trace.rows_of(Opcode::Incr)[0];
    write_opcode(&mut trace.rows[row], Opcode::Neg);
    assert_rejected(&trace, "decoder.group_digit");
    // … which it is in this forgery, so that no later digit fits.
    let rest = (trace.rows[row][GROUPS.at(0)] - Felt::from(Opcode::Neg.code())) / felt(128);
    trace.rows[row + 1][GROUPS.at(0)] = rest;
    assert_rejected(&trace, "decoder.group_ends");
}

#[test]
fn a_continuation_that_was_never_pushed_is_rejected() {
    let mut builder = ProgramBuilder::new();
    let left = builder.block(&[push(1)]).expect("a block");
    let right = builder.block(&[push(2)]).expect("a block");
    let root = builder.join(left, right).expect("a join");
    let honest = Trace::honest(&builder.finish(root), &[]);
    // The left child runs again instead of the right one.
    let blocks = honest.rows_of(Opcode::Block);
    let mut trace = honest.clone();
    for cell in HELPERS.range().chain(GROUPS.range()) {
        trace.rows[blocks[1]][cell] = honest.rows[blocks[0]][cell];
        trace.rows[blocks[1] + 1][cell] = honest.rows[blocks[0] + 1][cell];
    }
    assert_rejected(&trace, "bus(Code)");
    // With multiplicity 0, as if nothing had been pushed.
    let mut trace = honest.clone();
    let join = trace.rows_of(Opcode::Join)[0];
    trace.rows[join][POSITION.at(1)] = Felt::ZERO;
    assert_broken(&trace, &["bus(Code)"]);
}

#[test]
fn a_continuation_that_is_taken_twice_is_rejected() {
    // The right child runs twice: the entry stays on top, with multiplicity 2.
    let mut builder = ProgramBuilder::new();
    let [left, right] =
        [Opcode::Incr, Opcode::Neg].map(|opcode| builder.block(&ops(&[opcode])).expect("a block"));
    let root = builder.join(left, right).expect("a join");
    let honest = Trace::honest(&builder.finish(root), &[5]);
    let (join, block, halt) =
        (honest.rows_of(Opcode::Join)[0], honest.rows_of(Opcode::Block)[1], honest.rows_of(Opcode::Halt)[0]);
    let mut rows = honest.rows.clone();
    rows.splice(halt..halt, honest.rows[block..halt].to_vec());
    for row in &mut rows[halt..] {
        row[S.at(0)] = -row[S.at(0)];
    }
    rows[block..halt].iter_mut().for_each(|row| row[CONTINUATION.at(0)] = felt(join as u64));
    rows[join][POSITION.at(1)] = felt(2);
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    request_digest(&mut trace, honest.rows[block][HELPERS.at(4)], true);
    let mut outputs = honest.statement.outputs.items().to_vec();
    outputs[0] = -outputs[0];
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_broken(&trace, &["bus(Code)"]);
}

#[test]
fn another_body_is_rejected() {
    let mut builder = ProgramBuilder::new();
    let bodies = [Opcode::Noop, Opcode::SwapW].map(|opcode| builder.block(&ops(&[opcode])).expect("a block"));
    let [honest, other] = bodies.map(|body| {
        let root = builder.while_true(body).expect("a loop");
        Trace::honest(&builder.finish(root), &[0, 1])
    });
    let mut trace = honest.clone();
    let body = honest.rows_of(Opcode::Loop)[0] + 1;
    trace.splice_execution(honest.rows[..body].iter().chain(&other.rows[body..]).copied());
    assert_rejected(&trace, "decoder.child");
    assert_rejected(&trace, "bus(Code)");
}

#[test]
fn a_block_that_ends_early_is_rejected() {
    // The second of two groups is omitted.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Incr; 12])), &[5]);
    let last =
        honest.rows.iter().position(|row| row[GROUP_END.at(0)] == Felt::ONE).expect("a group that ends");
    let halt = halt_after(&honest.rows[last + 1]);
    let outputs = halt[S.range()].to_vec();
    let mut rows: Vec<Row> = honest.rows[..=last].iter().copied().chain([halt]).collect();
    rows[last][GROUP_END.at(0)] = Felt::ZERO;
    rows[last][DONE.at(0)] = Felt::ONE;
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_broken(&trace, &["decoder.block_ends"]);
}

#[test]
fn a_block_that_continues_is_rejected() {
    // The only group is followed by a group that is 0 and yet holds an operation.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Incr])), &[5]);
    let incr = honest.rows_of(Opcode::Incr)[0];
    let mut rows = honest.rows.clone();
    rows.insert(incr + 1, rows[incr]);
    rows[incr][DONE.at(0)] = Felt::ZERO;
    rows[incr][GROUP_END.at(0)] = Felt::ONE;
    GROUPS.range().for_each(|cell| rows[incr + 1][cell] = Felt::ZERO);
    rows[incr + 1..].iter_mut().for_each(|row| row[S.at(0)] += Felt::ONE);
    let mut trace = honest.clone();
    trace.splice_execution(rows);
    let mut outputs = honest.statement.outputs.items().to_vec();
    outputs[0] += Felt::ONE;
    trace.statement = with_outputs(&honest.statement, outputs);
    assert_broken(&trace, &["decoder.group_ends"]);
}

#[test]
fn unassigned_opcodes_are_rejected() {
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    let row = honest.rows_of(Opcode::Noop)[0];
    let mut count = 0;
    for code in 0..128 {
        if Opcode::from_code(code).is_some() {
            continue;
        }
        let (hi, mid, lo) = digits(code);
        let mut frame = honest.frame(row);
        for (column, digit) in [(HI, hi), (MID, mid), (LO, lo)] {
            for (value, cell) in (column.first_number()..).zip(column.range()) {
                frame.current[cell] = if value == digit { Felt::ONE } else { Felt::ZERO };
            }
        }
        assert!(frame.broken().contains("decoder.assigned"), "opcode {code:#x}");
        count += 1;
    }
    assert!(count > 3);
}
