//! Faults claimed in another cycle, of another operation or of another node.

use miden_core::{
    FaultCode, Felt,
    Opcode::{self, Assert, Incr, Neg, Noop},
    Outcome,
    field::FieldElement,
    program::ProgramBuilder,
    trace::{
        decoder::{
            DONE, GROUPS, HELPERS, POSITION,
            trap::{DIGIT, SCALED},
        },
        stack::S,
        write_opcode,
    },
};

use super::{TRACES, claim, claiming, row};
use crate::{
    assert_broken, assert_honest,
    common::{Trace, felt, ops, straight},
};

#[test]
fn a_fault_one_cycle_early_or_late_is_rejected() {
    for honest in &*TRACES {
        let clk = claim(honest).clk;
        for other in [clk.checked_sub(1), Some(clk + 1)].into_iter().flatten() {
            let violations = claiming(honest, |claim| claim.clk = other).violations();
            let nothing_before = other == 0 && violations.contains("statement");
            let elsewhere = violations.iter().any(|label| label.starts_with("boundary.fault"));
            assert!(elsewhere || nothing_before, "{violations:?}");
        }
    }
}

#[test]
fn another_operation_or_node_is_rejected() {
    // The statement fixes kind of row and opcode; no other claim matches the trace.
    for honest in &*TRACES {
        let code = FaultCode::CycleLimitExceeded;
        let limit = claim(honest).clk;
        let own = claim(honest).opcode;
        let others = [Opcode::Drop, Opcode::Join, Opcode::Return].into_iter().filter(|&other| other != own);
        // Cycle 0 is a node.
        for opcode in others.filter(|&opcode| limit > 0 || opcode == Opcode::Join) {
            let mut trace = claiming(honest, |claim| {
                (claim.opcode, claim.code, claim.target) = (opcode, code, None);
            });
            trace.statement.cycle_limit = Some(limit);
            let violations = trace.violations();
            assert!(violations.iter().any(|label| label.starts_with("boundary.fault")), "{violations:?}");
        }
    }
}

#[test]
fn a_node_of_another_kind_is_rejected() {
    // The conditions of splits and loops are alike, but a node of the other kind has another digest.
    let honest = TRACES.iter().find(|trace| claim(trace).opcode == Opcode::Split).expect("a split");
    let mut trace = claiming(honest, |claim| claim.opcode = Opcode::Loop);
    trace.rows[row(honest)][HELPERS.at(5)] = Felt::from(Opcode::Loop.code());
    assert_broken(&trace, &["bus(HasherInput)"]);
}

#[test]
fn another_node_of_the_program_is_rejected() {
    // The second of two splits fails, but the first is claimed in its row.
    let mut b = ProgramBuilder::new();
    let [one, two, three] = [Noop, Incr, Neg].map(|opcode| b.block(&ops(&[opcode])).expect("a block"));
    let first = b.split(one, two).expect("a split");
    let second = b.split(one, three).expect("a split");
    let root = b.join(first, second).expect("a join");
    let inputs = miden_core::StackInputs::from_ints(&[5, 1]).expect("inputs");
    let inputs = miden_core::ProgramInputs { stack: inputs, ..miden_core::ProgramInputs::default() };
    let honest = Trace::of(&b.finish(root), &inputs, None);
    assert_honest(&honest);
    let mut trace = honest.clone();
    let (visited, failed) = (honest.rows_of(Opcode::Split)[0], row(&honest));
    for cell in GROUPS.range().chain(HELPERS.range()) {
        trace.rows[failed][cell] = honest.rows[visited][cell];
    }
    trace.settle();
    assert_broken(&trace, &["bus(Code)"]);
}

/// The trace of a block that is executed to its end, with the row of its first operation.
fn executed(operations: &[Opcode], input: u64) -> (Trace, usize) {
    let trace = Trace::honest(&straight(&ops(operations)), &[input]);
    let block = trace.rows_of(Opcode::Block)[0];
    (trace, block + 1)
}

/// Writes these digits, and the rest of the group after each, into the TRAP rows from `row` on; the last row consumes
/// the rest.
fn forge_digits(trace: &mut Trace, row: usize, digits: &[Felt]) {
    let count = trace.rows_of(Opcode::Trap).len();
    let mut rest = trace.rows[row][GROUPS.at(0)];
    for (i, row) in trace.rows[row..row + count].iter_mut().enumerate() {
        let last = i + 1 == count;
        let digit = if last { rest } else { digits.get(i).copied().unwrap_or(Felt::ZERO) };
        row[GROUPS.at(0)] = rest;
        row[DIGIT.at(0)] = digit;
        row[SCALED.at(0)] = digit * felt(512);
        rest = (rest - digit) / felt(128);
    }
    trace.settle();
}

#[test]
fn another_digit_than_the_next_is_rejected() {
    // ASSERT claimed instead of INCR: the rest of the group would be a fraction, which has no digits.
    let (honest, row) = executed(&[Incr, Noop, Assert], 0);
    let mut trace = honest.failing(row, Assert, FaultCode::FailedAssertion, 0);
    assert_broken(&trace, &["boundary.fault(h0)"]);
    forge_digits(&mut trace, row, &[Felt::from(Assert.code())]);
    assert_broken(&trace, &["bus(Limb)"]);
    // Only the digit of the failing operation changed.
    let digits = [Assert, Noop, Assert].map(|opcode| Felt::from(opcode.code()));
    forge_digits(&mut trace, row, &digits);
    assert_broken(&trace, &["bus(Limb)"]);
}

#[test]
fn an_earlier_digit_that_is_forged_is_rejected() {
    // NEG claimed to have been executed instead of INCR, so that ASSERT fails on −0.
    let (honest, row) = executed(&[Incr, Assert], 0);
    let assert_row = row + 1;
    let mut trace = honest.clone();
    write_opcode(&mut trace.rows[row], Neg);
    trace.rows[assert_row][S.at(0)] = Felt::ZERO;
    trace.rows[assert_row][GROUPS.at(0)] =
        (trace.rows[row][GROUPS.at(0)] - Felt::from(Neg.code())) / felt(128);
    let mut trace = trace.failing(assert_row, Assert, FaultCode::FailedAssertion, 0);
    forge_digits(&mut trace, assert_row, &[Felt::from(Assert.code())]);
    assert_broken(&trace, &["bus(Limb)"]);
}

#[test]
fn a_digit_of_eight_bits_is_rejected() {
    // 128 more in the first digit and 1 less in the second give the same sum.
    let (honest, row) = executed(&[Incr, Noop, Assert], 0);
    let mut trace = honest.failing(row, Incr, FaultCode::CycleLimitExceeded, 0);
    assert_honest(&trace);
    let digits = [u64::from(Incr.code()) + 128, 0, Assert.code().into()].map(felt);
    forge_digits(&mut trace, row, &digits);
    assert_broken(&trace, &["boundary.fault(h0)", "bus(Limb)"]);
    // After the digit of the failing operation.
    let digits = [u64::from(Incr.code()), u64::from(Noop.code()) + 128, u64::from(Assert.code()) - 1];
    forge_digits(&mut trace, row, &digits.map(felt));
    assert_broken(&trace, &["bus(Limb)"]);
}

#[test]
fn digits_that_are_left_or_skipped_are_rejected() {
    let (honest, row) = executed(&[Incr, Noop, Assert], 0);
    let failing = honest.failing(row, Incr, FaultCode::CycleLimitExceeded, 0);
    let traps = failing.rows_of(Opcode::Trap);
    // FAIL before the last digit.
    for &end in &traps[1..] {
        let mut trace = failing.clone();
        let fail = failing.rows[traps[traps.len() - 1] + 1];
        trace.splice_execution(failing.rows[..end].iter().copied().chain([fail]));
        trace.settle();
        let violations = trace.violations();
        assert!(violations.contains("decoder.trap_whole_group"), "{violations:?}");
    }
    // One row less: a position is missing.
    let mut trace = failing.clone();
    let mut rows = failing.rows.clone();
    rows.remove(traps[4]);
    trace.splice_execution(rows);
    trace.settle();
    assert_broken(&trace, &["decoder.position"]);
    // One row more: it has no position.
    let mut trace = failing.clone();
    let mut rows = failing.rows.clone();
    rows.insert(traps[8], rows[traps[8]]);
    rows[traps[8]][POSITION.at(0)] = felt(2);
    rows[traps[8] + 1][POSITION.at(0)] = felt(3);
    trace.splice_execution(rows);
    trace.settle();
    assert_broken(&trace, &["decoder.position_digit[0]", "decoder.trap_whole_group"]);
}

#[test]
fn a_fault_claimed_at_a_later_digit_is_rejected() {
    // A run of TRAP rows starts with the failing operation; here the statement claims its second row, a NOOP.
    let (honest, row) = executed(&[Incr, Noop, Assert], 0);
    let mut trace = honest.failing(row, Incr, FaultCode::CycleLimitExceeded, 0);
    trace = claiming(&trace, |claim| {
        claim.clk += 1;
        claim.opcode = Noop;
    });
    trace.statement.cycle_limit = Some(claim(&trace).clk);
    assert_broken(&trace, &["boundary.fault(hi6)"]);
}

#[test]
fn a_failure_without_a_failing_step_is_rejected() {
    // FAIL rows without a failing step, after a step of each kind.
    let (honest, row) = executed(&[Incr, Noop, Assert], 0);
    for (last, label) in [
        (0, "decoder.next_input"),
        (row - 1, "decoder.next_in_block"),
        (row, "decoder.next_in_block"),
        (row + 2, "decoder.next_done"),
    ] {
        let mut trace = honest.failing(row + 1, Noop, FaultCode::CycleLimitExceeded, 0);
        let fail = *trace.rows.last().expect("a row");
        trace.splice_execution(honest.rows[..=last].iter().copied().chain([fail]));
        trace.settle();
        let violations = trace.violations();
        assert!(violations.contains(label), "{label} not in {violations:?}");
    }
}

#[test]
fn a_return_that_fails_and_continues_is_rejected() {
    let honest = TRACES.iter().find(|trace| claim(trace).opcode == Opcode::Return).expect("a return");
    let mut trace = honest.clone();
    trace.rows[row(honest)][DONE.at(0)] = Felt::ONE;
    let violations = trace.violations();
    assert!(violations.contains("decoder.return_depth"), "{violations:?}");
    assert!(violations.contains("boundary.fault(done)"), "{violations:?}");
    trace.statement.outcome = Outcome::Success;
    assert!(trace.violations().contains("decoder.next_done"));
}
