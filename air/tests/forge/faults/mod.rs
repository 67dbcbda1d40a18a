//! Faults that did not happen, and successes that did not.
//!
//! The forged traces are consistent except for one lie: multiplicities are adapted, see [`Trace::settle`].

use std::sync::LazyLock;

use miden_core::{
    FaultClaim, FaultCode, Opcode, Outcome, Program,
    outcome::{FAULT_RULES, FaultRule},
};

use crate::{
    assert_broken, assert_honest,
    common::{Trace, felt, ops, straight},
    failures::{self, failures},
};

mod limits;
mod places;
mod predicates;

/// Honest traces; the last fault comes after advice.
static TRACES: LazyLock<Vec<Trace>> = LazyLock::new(failures);

/// The fault in the statement.
fn claim(trace: &Trace) -> FaultClaim {
    *trace.statement.outcome.fault().expect("a fault")
}

/// The rule of the fault in the statement.
fn rule(trace: &Trace) -> FaultRule {
    let FaultClaim { opcode, code, .. } = claim(trace);
    FaultRule::of(opcode, code).expect("a rule")
}

/// The row of the fault in the statement.
fn row(trace: &Trace) -> usize {
    trace.num_input_rows() + claim(trace).clk as usize
}

/// The same trace with another fault in its statement.
fn claiming(trace: &Trace, change: impl FnOnce(&mut FaultClaim)) -> Trace {
    let mut claim = claim(trace);
    change(&mut claim);
    let mut trace = trace.clone();
    trace.statement.outcome = Outcome::Fault(claim);
    trace
}

/// A program that ends, with its trace.
fn ending() -> (Program, Trace) {
    let (program, inputs) = failures::ending();
    let trace = Trace::of(&program, &inputs, None);
    (program, trace)
}

#[test]
fn honest_faults_are_accepted() {
    assert_eq!(TRACES.len(), FAULT_RULES.len() + 1);
    TRACES.iter().for_each(assert_honest);
}

#[test]
fn a_fault_written_by_hand_is_accepted() {
    let program = straight(&ops(&[Opcode::Noop, Opcode::Assert, Opcode::Noop, Opcode::Noop]));
    let honest = Trace::honest(&program, &[7, 1]);
    let row = honest.rows_of(Opcode::Assert)[0];
    let failing = honest.with_inputs(&[felt(5)], row);
    assert_honest(&failing.failing(row, Opcode::Assert, FaultCode::FailedAssertion, 0));
    // It equals the trace that the processor writes.
    let by_hand = failing.failing(row, Opcode::Assert, FaultCode::FailedAssertion, 0);
    let inputs = miden_core::ProgramInputs {
        stack: by_hand.statement.inputs.clone(),
        ..miden_core::ProgramInputs::default()
    };
    assert_eq!(by_hand.rows, Trace::of(&program, &inputs, None).rows);
}

#[test]
fn success_claimed_for_a_fault_is_rejected() {
    for honest in &*TRACES {
        let mut trace = honest.clone();
        trace.statement.outcome = Outcome::Success;
        let last = ["boundary.end(lo0)"];
        // Without the constants of the rule, FAIL rows have no witnesses.
        let violations = trace.violations();
        assert!(last.iter().all(|label| violations.contains(*label)), "{violations:?}");
    }
}

#[test]
fn an_end_after_a_fault_is_rejected() {
    for honest in &*TRACES {
        // The rows of the fault remain, but HALT follows, with an empty continuation list.
        let mut trace = honest.clone();
        let (place, fail) = (row(honest), honest.rows_of(Opcode::Fail)[0]);
        let mut halt = crate::control::halt_after(&honest.rows[fail]);
        halt[miden_core::trace::stack::DEPTH.at(0)] = felt(16);
        let rows: Vec<_> = honest.rows[..fail].iter().copied().chain([halt]).collect();
        trace.splice_execution(rows);
        trace.statement.outcome = Outcome::Success;
        trace.settle();
        let label = if honest.rows_of(Opcode::Trap).contains(&place) {
            "decoder.next_trap"
        } else {
            "decoder.next_fail"
        };
        let violations = trace.violations();
        assert!(violations.contains(label), "{label} not in {violations:?}");
    }
}

#[test]
fn a_fault_after_a_success_is_rejected() {
    let (_, honest) = ending();
    for kind in [Opcode::Fail, Opcode::Trap, Opcode::NTrap] {
        let mut trace = honest.clone();
        let end = trace.rows_of(Opcode::Halt)[0] + 1;
        trace.rows[end..].iter_mut().for_each(|row| miden_core::trace::write_opcode(row, kind));
        let violations = trace.violations();
        assert!(violations.contains("decoder.next_halt"), "{kind}: {violations:?}");
    }
}

#[test]
fn other_outputs_of_a_fault_are_rejected() {
    let honest = &TRACES[0];
    for index in 0..16 {
        let mut trace = honest.clone();
        let mut items = honest.statement.outputs.items().to_vec();
        items[index] += felt(1);
        trace.statement = crate::common::with_outputs(&honest.statement, items);
        assert_broken(&trace, &[&format!("boundary.end(s{index})")]);
    }
}

#[test]
fn determinism_claimed_after_advice_is_rejected() {
    for honest in &*TRACES {
        let lie = !claim(honest).deterministic;
        assert_broken(&claiming(honest, |claim| claim.deterministic = lie), &["boundary.end(adv)"]);
    }
    // With the register forged as well.
    let honest = TRACES.last().expect("a trace with advice");
    assert!(!claim(honest).deterministic);
    let mut trace = claiming(honest, |claim| claim.deterministic = true);
    let adv = miden_core::trace::system::ADV.at(0);
    trace.rows.iter_mut().for_each(|row| row[adv] = felt(0));
    assert_broken(&trace, &["system.adv"]);
}

#[test]
fn another_target_of_a_system_call_is_rejected() {
    let code = FaultCode::SyscallTargetNotInKernel;
    let honest = TRACES.iter().find(|trace| claim(trace).code == code).expect("such a fault");
    let other = miden_core::Digest::new([1, 2, 3, 4].map(felt));
    let labels = (0..4).map(|i| format!("boundary.fault(g{i})")).collect::<Vec<_>>();
    let labels: Vec<_> = labels.iter().map(String::as_str).collect();
    assert_broken(&claiming(honest, |claim| claim.target = Some(other)), &labels);
    // With the node's child forged as well: then the node has another digest.
    let mut trace = claiming(honest, |claim| claim.target = Some(other));
    let row = row(honest);
    trace.rows[row][miden_core::trace::decoder::GROUPS.start()..][..4].copy_from_slice(other.elements());
    assert_broken(&trace, &["bus(HasherInput)"]);
}

#[test]
fn statements_without_a_trace_are_rejected() {
    let honest = &TRACES[0];
    let rows = honest.rows.len() as u64;
    for clk in [0, rows - 3, rows, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
        assert_broken(&claiming(honest, |claim| claim.clk = clk), &["statement"]);
    }
    for opcode in [Opcode::Halt, Opcode::Fail, Opcode::Trap, Opcode::NTrap, Opcode::Input, Opcode::Add] {
        assert_broken(&claiming(honest, |claim| claim.opcode = opcode), &["statement"]);
    }
    let mut trace = honest.clone();
    let items = honest.statement.outputs.items().iter().copied().chain([felt(0)]).collect();
    trace.statement = crate::common::with_outputs(&honest.statement, items);
    assert_broken(&trace, &["statement"]);
    for limit in [0, claim(honest).clk] {
        let mut trace = honest.clone();
        trace.statement.cycle_limit = Some(limit);
        assert_broken(&trace, &["statement"]);
    }
}
