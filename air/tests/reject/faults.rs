//! Rows of faults: the failing step, the remaining digits, the predicate.

use miden_core::{
    FaultCode, Felt, Opcode,
    field::FieldElement,
    params::STACK_TOP,
    trace::{
        decoder::{
            DONE, GROUP_END, GROUPS, HELPERS, POSITION,
            fail::{CANDIDATE, CANONICAL, HIGH, LIMBS, VALUE, WITNESS},
            trap::{DIGIT, SCALED},
        },
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{ADV, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::{
    Cases, MINUS_ONE, MINUS_SQRT_2, SQRT_2,
    common::{TestFrame, Trace, felt, next, now, ops, straight},
    inside,
};

/// A program of one operation that succeeds on `good` and fails on `bad`, both top first.
fn fails(opcode: Opcode, code: FaultCode, good: &[u64], bad: &[u64], candidate: u64) -> Trace {
    let inputs: Vec<u64> = [7; 4].into_iter().chain(good.iter().rev().copied()).collect();
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop, opcode, Opcode::Noop])), &inputs);
    let row = honest.rows_of(opcode)[0];
    let bad: Vec<Felt> = bad.iter().copied().map(felt).collect();
    let trace = honest.with_inputs(&bad, row).failing(row, opcode, code, candidate);
    assert_eq!(trace.violations(), std::collections::BTreeSet::new(), "{opcode}");
    trace
}

/// The first FAIL row.
fn failed(trace: &Trace) -> TestFrame {
    trace.frame(trace.rows_of(Opcode::Fail)[0]).holds()
}

pub(crate) fn rows(cases: &mut Cases) {
    let trace = fails(Opcode::Assert, FaultCode::FailedAssertion, &[1], &[5], 0);
    let traps = trace.rows_of(Opcode::Trap);
    let (first, last) = (trace.frame(traps[0]).holds(), trace.frame(*traps.last().expect("a row")).holds());
    let becomes = |frame: &TestFrame, opcode| {
        let mut frame = frame.clone();
        write_opcode(&mut frame.next, opcode);
        frame
    };
    cases.only("operation after a trap", &becomes(&first, Opcode::Incr), &["decoder.next_trap"]);
    let trapped = [("trap", &first), ("last trap", &last)];
    for (what, frame) in trapped {
        cases.only(what, &frame.clone().bump(now(SCALED, 0)), &["decoder.trap_digit"]);
        cases.only(what, &frame.clone().bump(next(GROUPS, 0)), &["decoder.group_digit"]);
        let digit = frame.clone().bump(now(DIGIT, 0));
        cases.only(what, &digit, &["decoder.group_digit", "decoder.trap_digit"]);
        for i in 2..4 {
            cases.only(what, &frame.clone().bump(now(HELPERS, i)), &["fault.trap_limbs"]);
        }
        for i in 4..HELPERS.width() {
            let label = format!("decoder.idle_h[{i}]");
            cases.only(what, &frame.clone().bump(now(HELPERS, i)), &[&label]);
        }
        same_state(cases, what, frame);
    }
    for i in 1..GROUPS.width() {
        cases.only("shift", &first.clone().bump(next(GROUPS, i)), &[&format!("decoder.shift[{i}]")]);
    }
    cases.only("position", &first.clone().bump(next(POSITION, 0)), &["decoder.position"]);
    let wide = first.clone().set(now(POSITION, 0), felt(3)).set(now(POSITION, 1), Felt::ZERO);
    let wide = wide.set(next(POSITION, 0), felt(1)).set(next(POSITION, 1), Felt::ONE);
    cases.only("digit 3", &wide, &["decoder.position_digit[0]"]);
    cases.only("a digit left", &last.set(now(POSITION, 0), Felt::ONE), &["decoder.trap_whole_group"]);
    // The row of the operation itself, as if it were the last of its group.
    let early = becomes(&first, Opcode::Fail);
    cases.among("digits left", &early, "decoder.trap_whole_group");

    let fail = failed(&trace);
    cases.only("operation after a failure", &becomes(&fail, Opcode::Noop), &["decoder.next_fail"]);
    cases.only("end after a failure", &becomes(&fail, Opcode::Halt), &["decoder.next_fail"]);
    same_state(cases, "fail", &fail);
    for i in 0..POSITION.width() {
        cases.only("p", &fail.clone().bump(now(POSITION, i)), &[&format!("decoder.idle_p[{i}]")]);
    }
    let operand = [CANDIDATE, VALUE, HIGH].map(|column| column.at(0));
    for i in (0..GROUPS.width()).filter(|&i| !operand.contains(&GROUPS.at(i))) {
        cases.only("g", &fail.clone().bump(now(GROUPS, i)), &[&format!("decoder.idle_g[{i}]")]);
    }
    for (cell, label) in [(GROUP_END, "decoder.ge_in_block"), (DONE, "decoder.done_frame")] {
        cases.among("flag", &fail.clone().set(now(cell, 0), Felt::ONE), label);
    }
}

/// Failing nodes and returns, made from rows of a successful execution.
pub(crate) fn nodes(cases: &mut Cases, trace: &Trace) {
    for opcode in [Opcode::Join, Opcode::Split, Opcode::Loop, Opcode::Call, Opcode::Dyn, Opcode::Return] {
        let row = trace.rows_of(opcode)[0];
        let failing = trace.failing(row, opcode, FaultCode::CycleLimitExceeded, 0);
        let frame = failing.frame(row).holds();
        let mut gone_on = frame.clone();
        gone_on.next = trace.rows[row + 1];
        cases.among(opcode.info().name, &gone_on, "decoder.next_fail");
        same_state(cases, opcode.info().name, &frame);
        failed(&failing);
    }
    let join = trace.rows_of(Opcode::Join)[0];
    let frame = trace.failing(join, Opcode::Join, FaultCode::CycleLimitExceeded, 0).frame(join).holds();
    cases.only(
        "an entry of a node that fails",
        &frame.clone().bump(now(POSITION, 1)),
        &["decoder.idle_p[1]"],
    );
    cases.among("done", &frame.set(now(DONE, 0), Felt::ONE), "decoder.done_node");
    // A failing node in a block, a failing operation after a node.
    let mut frame = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    write_opcode(&mut frame.next, Opcode::NTrap);
    cases.only("a node in a block", &frame, &["decoder.next_in_block"]);
    let mut frame = trace.frame(join).holds();
    write_opcode(&mut frame.next, Opcode::Trap);
    cases.only("an operation after a join", &frame, &["decoder.next_descend"]);
    let ends = trace.rows_of(Opcode::Return)[0];
    let mut frame = trace.frame(ends - 1).holds();
    write_opcode(&mut frame.next, Opcode::Fail);
    cases.among("a failure without a failing step", &frame, "decoder.next_done");
}

/// Nothing but the row number changes after the row.
fn same_state(cases: &mut Cases, what: &str, frame: &TestFrame) {
    for i in 0..STACK_TOP {
        cases.only(what, &frame.clone().bump(next(S, i)), &[&format!("stack.item[{i}]")]);
    }
    for column in [CTX, FMP, INSYS, ADV] {
        let label = format!("system.{}", column.name());
        cases.only(what, &frame.clone().bump(next(column, 0)), &[&label]);
    }
    for i in 0..FN.width() {
        cases.only(what, &frame.clone().bump(next(FN, i)), &[&format!("system.fn[{i}]")]);
    }
    for (column, label) in [(DEPTH, "stack.depth"), (OVF, "stack.ovf")] {
        cases.only(what, &frame.clone().bump(next(column, 0)), &[label]);
    }
    let pointer = miden_core::trace::decoder::CONTINUATION;
    cases.only(what, &frame.clone().bump(next(pointer, 0)), &["decoder.cs"]);
    cases.among(what, &frame.clone().set(now(OVERFLOW_POP, 0), Felt::ONE), "stack.z_left");
}

pub(crate) fn predicates(cases: &mut Cases, trace: &Trace) {
    use FaultCode::{DivideByZero, FailedAssertion, NotBinaryValue, NotU32Value};
    let big = 1 << 40;
    let assertion = failed(&fails(Opcode::Assert, FailedAssertion, &[1], &[5], 0));
    let of_zero = failed(&fails(Opcode::Inv, DivideByZero, &[1], &[0], 0));
    let logic = fails(Opcode::Or, NotBinaryValue, &[1, 0], &[5, 1], 0);
    let words = fails(Opcode::U32Assert2, NotU32Value, &[1, 2], &[1, big + 3], 1);
    let (logic, words) = (failed(&logic), failed(&words));
    let three = failed(&fails(Opcode::U32Maj, NotU32Value, &[1, 2, 3], &[1, 2, big + 3], 2));

    // A candidate number that does not exist, with the operand that follows from it.
    for value in [2, 3, MINUS_ONE, SQRT_2, MINUS_SQRT_2] {
        for frame in [&assertion, &logic, &words, &three] {
            let forged = frame.clone().set(now(CANDIDATE, 0), felt(value));
            if frame.get(now(CANDIDATE, 0)) != felt(value) {
                cases.among("candidate", &forged, "fault.candidate");
            }
        }
    }
    cases.only("candidate", &assertion.clone().set(now(CANDIDATE, 0), Felt::ONE), &["fault.candidate"]);
    // An operand that differs from the state.
    for frame in [&assertion, &of_zero, &logic, &words, &three] {
        cases.among("operand", &frame.clone().bump(now(VALUE, 0)), "fault.value");
    }
    cases.only("operand", &logic.clone().set(now(CANDIDATE, 0), Felt::ONE), &["fault.value"]);
    // Witnesses.
    for frame in [&assertion, &logic, &words, &of_zero] {
        cases.only("witness", &frame.clone().bump(now(WITNESS, 0)), &["fault.not_zero"]);
    }
    for i in 0..LIMBS.width() {
        let label = if i < 2 { "fault.split" } else { "fault.high" };
        cases.among("limb", &words.clone().bump(now(LIMBS, i)), label);
        cases.among("limb", &assertion.clone().bump(now(LIMBS, i)), label);
    }
    // A quotient of 2^32 or more, and a high half that differs from the limbs in the trap row.
    let quotient = fails(Opcode::U32Div, NotU32Value, &[5, 6], &[5, 7 << 32], 1);
    let last_trap = quotient.frame(quotient.rows_of(Opcode::Trap).into_iter().next_back().expect("a row"));
    cases.among("limb", &last_trap.holds().bump(now(HELPERS, 2)), "fault.trap_limbs");
    let quotient = failed(&quotient);
    cases.among("high", &quotient.clone().bump(now(HIGH, 0)), "fault.split");
    cases.only("less", &quotient.clone().bump(now(LIMBS, 2)), &["fault.high"]);
    cases.only("divisor", &quotient.bump(now(WITNESS, 0)), &["fault.not_zero"]);
    cases.only("canonical", &words.clone().bump(now(CANONICAL, 0)), &["fault.canonical"]);
    cases.only("canonical", &assertion.clone().bump(now(CANONICAL, 0)), &["fault.idle_canonical"]);
    // p is not a split of 0.
    let modulus = [1, 0, 0xFFFF, 0xFFFF].into_iter().enumerate();
    let of_zero_split = of_zero.clone().set(now(HIGH, 0), felt(u64::from(u32::MAX)));
    let modulus = modulus.fold(of_zero_split, |frame, (i, limb)| frame.set(now(LIMBS, i), felt(limb)));
    cases.only("p", &modulus, &["fault.canonical"]);
    // States on which the operation does not fail.
    let holds = [
        (&assertion, Felt::ONE, &["fault.not_zero"][..]),
        (&of_zero, felt(5), &["fault.zero"]),
        (&logic, Felt::ZERO, &["fault.not_zero"]),
        (&logic, Felt::ONE, &["fault.not_zero"]),
    ];
    for (frame, value, labels) in holds {
        let forged = [now(S, 0), next(S, 0), now(VALUE, 0)].into_iter();
        cases.only("operand", &forged.fold(frame.clone(), |frame, cell| frame.set(cell, value)), labels);
    }
    // Registers: CALLER in a system call, a call outside.
    let caller = trace.rows_of(Opcode::Caller)[0];
    let forged = trace.failing(caller, Opcode::Caller, FaultCode::CallerNotInSyscall, 0);
    let row = forged.rows_of(Opcode::Fail)[0];
    cases.only("insys", &forged.frame(row), &["fault.zero"]);
    let call = trace.rows_of(Opcode::Call)[0];
    let forged = trace.failing(call, Opcode::Call, FaultCode::CallInSyscall, 0);
    let row = forged.rows_of(Opcode::Fail)[0];
    cases.only("insys", &forged.frame(row), &["fault.zero"]);
    // A return at depth 16.
    let returns = trace.rows_of(Opcode::Return)[0];
    let forged = trace.failing(returns, Opcode::Return, FaultCode::InvalidStackDepthOnReturn, 0);
    let row = forged.rows_of(Opcode::Fail)[0];
    cases.only("depth", &forged.frame(row), &["fault.not_zero"]);
}
