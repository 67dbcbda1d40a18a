//! Public cycle limits.

use miden_core::{FaultCode, Opcode, outcome::FaultPlace};

use super::{claim, claiming, ending};
use crate::{
    assert_broken, assert_honest,
    common::{Trace, felt},
    failures,
};

/// The execution, under a limit, of a program that ends.
fn limited(limit: u64) -> Trace {
    let (program, inputs) = failures::ending();
    Trace::of(&program, &inputs, Some(limit))
}

/// Number of cycles of that program.
fn cycles() -> u64 {
    let (_, trace) = ending();
    (trace.num_active_rows() - trace.num_input_rows()) as u64
}

#[test]
fn a_success_beyond_the_limit_is_rejected() {
    let (_, honest) = ending();
    let cycles = cycles();
    for limit in [cycles, cycles + 1, 1 << 20, u64::MAX] {
        let mut trace = honest.clone();
        trace.statement.cycle_limit = Some(limit);
        assert_honest(&trace);
    }
    for limit in 0..cycles {
        let mut trace = honest.clone();
        trace.statement.cycle_limit = Some(limit);
        let violations = trace.violations();
        assert!(violations.iter().any(|label| label.starts_with("boundary.limit")), "limit {limit}");
    }
}

#[test]
fn a_limit_exceeded_elsewhere_is_rejected() {
    // The limit can be claimed to be exceeded at every step of the execution, but only where it is the limit.
    for limit in 1..cycles() {
        let honest = limited(limit);
        assert_honest(&honest);
        assert_eq!(claim(&honest).code, FaultCode::CycleLimitExceeded);
        for other in [limit - 1, limit + 1] {
            let mut trace = honest.clone();
            trace.statement.cycle_limit = Some(other);
            assert_broken(&trace, &["statement"]);
            let mut trace = claiming(&trace, |claim| claim.clk = other);
            let is_first = other == 0 && FaultPlace::of(claim(&trace).opcode) != Some(FaultPlace::Node);
            if !is_first {
                let violations = trace.violations();
                let elsewhere = violations.iter().any(|label| label.starts_with("boundary.fault"));
                assert!(elsewhere, "limit {limit} in cycle {other}: {violations:?}");
            }
            trace.statement.cycle_limit = None;
            assert_broken(&trace, &["statement"]);
        }
    }
}

#[test]
fn a_limit_exceeded_after_the_end_is_rejected() {
    // The row after the last cycle claims to be a node, a return or an operation.
    let (_, honest) = ending();
    let end = honest.num_active_rows();
    let code = FaultCode::CycleLimitExceeded;
    let labels =
        [(Opcode::Block, "bus(Code)"), (Opcode::Return, "bus(Frame)"), (Opcode::Drop, "decoder.next_done")];
    for (opcode, label) in labels {
        let mut trace = honest.clone();
        // The row of an earlier step, with the state of the end.
        let row = honest.rows_of(opcode)[0];
        let mut step = honest.rows[end];
        for column in [miden_core::trace::decoder::GROUPS, miden_core::trace::decoder::HELPERS] {
            step[column.range()].copy_from_slice(&honest.rows[row][column.range()]);
        }
        if opcode == Opcode::Return {
            step[miden_core::trace::decoder::HELPERS.at(4)] = felt(0);
        }
        miden_core::trace::write_opcode(&mut step, opcode);
        trace.rows[end] = step;
        let mut trace = trace.failing(end, opcode, code, 0);
        trace.statement.cycle_limit = Some(cycles());
        let violations = trace.violations();
        assert!(violations.contains(label), "{opcode}: {label} not in {violations:?}");
    }
}
