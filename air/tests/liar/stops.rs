//! Lies before a fault, and lies under a limit.

use miden_core::{
    FaultCode, Opcode,
    operations::OPERATIONS,
    outcome::{FAULT_RULES, FaultPlace},
    trace::{WIDTH, decoder, write_opcode},
};

use crate::{
    Counts, MAX_ATTEMPTS, assert_rejected,
    common::{Row, Trace, felt},
    is_slow,
    kind::Kind,
    latest,
    machine::{execute, execute_until},
    program::Case,
    rng::Rng,
    tell_all,
    told::Told,
};

/// Failures that are ignored.
const FAILURES: [Kind; 3] = [Kind::OperationFailed, Kind::NodeFailed, Kind::ReturnTooDeep];

/// Lies about the statement of a success, and an end that no step follows.
const ENDS: [Kind; 3] = [Kind::OutputForged, Kind::InputForged, Kind::EarlyEnd];

/// The kind of a row.
fn opcode(row: &Row) -> Opcode {
    let digits = decoder::HI.start()..decoder::LO.end();
    let is = |opcode: &Opcode| {
        let mut expected = [felt(0); WIDTH];
        write_opcode(&mut expected, *opcode);
        row[digits.clone()] == expected[digits.clone()]
    };
    OPERATIONS.iter().map(|info| info.opcode).find(is).expect("an opcode")
}

/// The trace with a claim that its last step fails; `None` if no fault of this step can be proven on its operands.
fn failing(trace: &Trace, stop: usize) -> Option<Trace> {
    let opcode = opcode(&trace.rows[stop]);
    let rules = FAULT_RULES.iter().filter(|rule| rule.opcode == opcode);
    let claims =
        rules.flat_map(|rule| (0..rule.operand.candidates()).map(|candidate| (rule.code, candidate)));
    claims.map(|(code, candidate)| trace.failing(stop, opcode, code, candidate as u64)).find(|trace| {
        let violations = trace.violations();
        !violations.iter().any(|label| label.starts_with("fault."))
    })
}

/// The trace with a claim that its last step is beyond the limit.
fn limited(trace: &Trace, stop: usize) -> Option<Trace> {
    let opcode = opcode(&trace.rows[stop]);
    FaultPlace::of(opcode)?;
    Some(trace.failing(stop, opcode, FaultCode::CycleLimitExceeded, 0))
}

/// A run with a lie of this kind, that stops after it.
fn run(kind: Kind, fails: bool, rng: &mut Rng, attempt: usize) -> Option<(Case, Told)> {
    let (seed, machine_seed) = (rng.next(), rng.next());
    let case = Case::new(seed, fails);
    let mut lies = vec![(rng.below(latest(attempt)), kind)];
    if rng.one_in(3) {
        lies.push((rng.below(100), rng.pick(Kind::ALL)));
    }
    let whole = execute(&case, &lies, machine_seed)?;
    let told = whole.lies.iter().find(|&&(_, told)| told == kind)?.0;
    let stop = if fails {
        whole.lies.iter().find(|(row, kind)| *row >= told && FAILURES.contains(kind))?.0
    } else {
        let steps = told..whole.trace.num_active_rows();
        told + rng.below(steps.len().clamp(1, 100))
    };
    let mut until = execute_until(&case, &lies, machine_seed, stop)?;
    until.trace = if fails { failing(&until.trace, stop) } else { limited(&until.trace, stop) }?;
    // In the row of the fault, the failure is not a lie.
    until.lies.retain(|(row, kind)| *row < stop || !FAILURES.contains(kind));
    until.kinds().contains(&kind).then_some((case, until))
}

/// Tells the lie of this number and counts the verdict.
fn tell(number: usize, counts: &mut Counts) {
    let mut rng = Rng::new(number as u64 + 1_000_000);
    let is_here = |kind: &&Kind| !FAILURES.contains(kind) && !ENDS.contains(kind);
    let kinds: Vec<Kind> = Kind::ALL.iter().filter(is_here).copied().collect();
    let kind = kinds[number % kinds.len()];
    let fails = number / kinds.len() % 2 == 1;
    let run = (0..MAX_ATTEMPTS).find_map(|attempt| run(kind, fails, &mut rng, attempt));
    let (case, told) = run.unwrap_or_else(|| panic!("no place for {kind:?}, lie {number}"));
    counts.count(kind, &case, &told, &format!("stopped run {number}"));
}

#[test]
fn what_is_accepted_has_happened_up_to_a_fault_or_a_limit() {
    let counts = tell_all(if is_slow() { 8_000 } else { 400 }, tell);
    assert_rejected(&counts, &[FAILURES, ENDS].concat());
}
