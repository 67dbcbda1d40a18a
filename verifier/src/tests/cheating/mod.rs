//! A cheating prover: each check after the grinding, met by name.
//!
//! Nearly every altered proof ends at the grinding, because the transcript depends on all messages. So no test of
//! altered proofs shows that the later checks exist. The prover here is written by hand, with its own trees, and grinds
//! the transcript of its lies; what follows from a lie is computed honestly, so that one check is left to notice.
//! Without a lie it sends the bytes of the backend's prover, which shows that it follows the protocol.
//!
//! - `prover` lies in the trace, in the evaluations at the out-of-domain point and in the FRI layers.
//! - `hostile` damages what follows the nonce.
//!
//! Tables of long traces consist of one row, repeated: their trees are known although nobody could store them. The
//! deeper FRI checks need layers that agree with each other, so they are met with short traces only.
//!
//! The computation is the [stand-in](super::stand_in). The constraints of the machine have tests of their own; what is
//! shown here is that a proof has to satisfy them, and that opened rows, evaluations and layers belong together.

mod commitment;
mod hostile;
mod prover;

use alloc::{format, vec::Vec};
use std::{sync::LazyLock, thread};

use miden_air::ParameterSet;

use super::{bytes::Prove, stand_in::*};
use crate::VerifierError;
use commitment::Opening;
use prover::{Forgery, FrameLie, Plan, TraceLie};

/// Binary logarithm of the rows of the shortest trace with two FRI layers.
const TWO_LAYERS: u32 = 12;

/// For each set, an honest proof in each form.
static HONEST: LazyLock<Vec<(ParameterSet, Forgery)>> = LazyLock::new(|| {
    let all = each_set(|set| Form::ALL.map(|form| Forgery::new(set, u32::from(LOG2), Plan::honest(form))));
    all.into_iter().flat_map(|(set, forgeries)| forgeries.map(|forgery| (set, forgery))).collect()
});

/// The bytes of an honest proof.
pub(super) fn honest_bytes(form: Form, set: ParameterSet) -> Vec<u8> {
    let (_, forgery) = HONEST.iter().find(|(of, forgery)| (*of, forgery.form) == (set, form)).unwrap();
    forgery.bytes()
}

/// Runs `make` for every parameter set, each in a thread of its own.
fn each_set<T: Send>(make: impl Fn(ParameterSet) -> T + Sync) -> Vec<(ParameterSet, T)> {
    each(&ParameterSet::ALL, make)
}

fn each<T: Send>(sets: &[ParameterSet], make: impl Fn(ParameterSet) -> T + Sync) -> Vec<(ParameterSet, T)> {
    let make = &make;
    thread::scope(|scope| {
        let threads: Vec<_> = sets.iter().map(|&set| (set, scope.spawn(move || make(set)))).collect();
        threads.into_iter().map(|(set, thread)| (set, thread.join().unwrap())).collect()
    })
}

/// The sets that dishonest proofs of a form are made with: grinding takes its time, and our own forms differ from that of
/// the backend by numbers, which one set of each extension shows.
fn sets(form: Form) -> &'static [ParameterSet] {
    match form {
        Form::Stock => &ParameterSet::ALL,
        Form::Plain | Form::Hiding => &[ParameterSet::Fast96, ParameterSet::Std128],
    }
}

#[track_caller]
fn assert_rejected(forgery: &Forgery, proof: &[u8], expected: &VerifierError, what: &str) {
    let error = verify_in(forgery.form, forgery.result, proof).err();
    assert_eq!(error.as_ref(), Some(expected), "{:?}, {what}", forgery.form);
}

/// Checks that a proof as planned fails at `expected`, in every form.
#[track_caller]
fn assert_plan_fails(log2: u32, plan: Plan, expected: &VerifierError) {
    for form in Form::ALL {
        let plan = Plan { form, ..plan };
        for (set, forgery) in each(sets(form), |set| Forgery::new(set, log2, plan)) {
            assert_rejected(&forgery, &forgery.bytes(), expected, &format!("{set}, {plan:?}"));
        }
    }
}

/// The verdict on a proof as planned.
fn verdict(set: ParameterSet, plan: Plan) -> Result<(), VerifierError> {
    let forgery = Forgery::new(set, u32::from(LOG2), plan);
    verify_in(forgery.form, forgery.result, &forgery.bytes())
}

#[test]
fn without_a_lie_the_proof_is_that_of_the_backend() {
    for (set, forgery) in &*HONEST {
        assert_eq!(verify_in(forgery.form, forgery.result, &forgery.bytes()), Ok(()), "{set}");
        if forgery.form != Form::Stock {
            continue;
        }
        // The backend's threads do not settle on the smallest nonce, so this one starts from the nonce they found.
        let backend = set.visit(Prove(Inputs::new(*set)));
        let nonce =
            backend[..forgery.head.len()].last_chunk().map(|bytes| u64::from_le_bytes(*bytes)).unwrap();
        let same = Forgery::from_nonce(*set, u32::from(LOG2), Plan::HONEST, nonce);
        assert!(same.bytes() == backend, "{set}");
    }
    for form in Form::ALL {
        for (set, forgery) in each(sets(form), |set| Forgery::new(set, TWO_LAYERS, Plan::honest(form))) {
            assert_eq!(forgery.openings.len(), 3 + 2, "two FRI layers");
            assert_eq!(verify_in(form, forgery.result, &forgery.bytes()), Ok(()), "{form:?}, {set}");
        }
    }
}

#[test]
fn a_false_trace_or_statement_fails_at_the_constraints() {
    let cells = [0, 1, 2].map(TraceLie::Cell);
    // The last row that transitions reach: exempt rows begin after it.
    let last_cells = [0, 1, 2].map(TraceLie::LastCell);
    for trace in cells.into_iter().chain(last_cells).chain([TraceLie::Result]) {
        assert_plan_fails(u32::from(LOG2), Plan { trace, ..Plan::HONEST }, &VerifierError::Constraints);
    }
}

#[test]
fn false_evaluations_fail_at_the_constraints_or_in_the_remainder() {
    let set = ParameterSet::Fast96;
    for form in Form::ALL {
        let shape = shape(&Inputs::in_form(set, form));
        // The quotient at the next row's point occurs in no constraint, so only FRI can notice it.
        let in_constraints = 2 * 3 + shape.num_chunks();
        for cell in 0..in_constraints + shape.num_next_chunks() {
            let expected = match cell {
                _ if cell < in_constraints => VerifierError::Constraints,
                _ => VerifierError::RemainderFolding,
            };
            let plan = Plan { frame: FrameLie::Cell(cell), ..Plan::honest(form) };
            assert_eq!(verdict(set, plan), Err(expected), "{form:?}, evaluation {cell}");
        }
    }
}

/// Evaluations that satisfy the constraints, of a false trace: what FRI tests is not of low degree.
const SOLVED: Plan = Plan { trace: TraceLie::Cell(1), frame: FrameLie::Solved, ..Plan::HONEST };

#[test]
fn evaluations_that_satisfy_the_constraints_fail_in_the_remainder() {
    assert_plan_fails(u32::from(LOG2), SOLVED, &VerifierError::RemainderFolding);
}

#[test]
fn a_trace_of_too_high_a_degree_fails_in_the_remainder() {
    for form in Form::ALL {
        for column in 0..3 {
            let trace = TraceLie::HighDegree { column, excess: 1 };
            let plan = Plan { form, trace, ..SOLVED };
            let expected = Err(VerifierError::RemainderFolding);
            assert_eq!(verdict(ParameterSet::Fast96, plan), expected, "{form:?}, column {column}");
        }
    }
}

/// FRI tests columns divided by `x − z`, so degree `n` passes, one more than an honest column has. That is no lie: the
/// constraints speak of the values in the rows, which are the same, and the security level counts the larger degree.
#[test]
fn a_column_of_degree_n_with_true_rows_is_accepted() {
    for form in Form::ALL {
        let trace = TraceLie::HighDegree { column: 1, excess: 0 };
        assert_eq!(verdict(ParameterSet::Fast96, Plan { trace, ..Plan::honest(form) }), Ok(()), "{form:?}");
    }
}

/// With random rows, the quotient of the stand-in has two chunks. They are what they claim to be and add up to the quotient, but one has too many coefficients: more than `n + 1`,
/// as above.
#[test]
fn a_chunk_of_too_high_a_degree_fails_in_the_remainder() {
    for (excess, expected) in [(0, Ok(())), (1, Err(VerifierError::RemainderFolding))] {
        let plan = Plan { trace: TraceLie::HighChunk { excess }, ..Plan::honest(Form::Hiding) };
        assert_eq!(verdict(ParameterSet::Fast96, plan), expected, "x^(n + {excess})");
    }
}

/// The mask is not divided, so it has at most `n` coefficients.
#[test]
fn a_mask_of_too_high_a_degree_fails_in_the_remainder() {
    for excess in [0, 1] {
        let plan = Plan { trace: TraceLie::HighMask { excess }, ..Plan::honest(Form::Hiding) };
        let expected = Err(VerifierError::RemainderFolding);
        assert_eq!(verdict(ParameterSet::Fast96, plan), expected, "x^(n + {excess})");
    }
}

/// Nothing is claimed about random rows, so nothing is false about them.
#[test]
fn any_cells_in_random_rows_are_accepted() {
    for column in 0..3 {
        let plan = Plan { trace: TraceLie::RandomCell(column), ..Plan::honest(Form::Hiding) };
        assert_eq!(verdict(ParameterSet::Fast96, plan), Ok(()), "column {column}");
    }
}

#[test]
fn a_layer_of_low_degree_is_not_the_folding_of_the_previous_one() {
    for layer in 0..2 {
        let plan = Plan { low_degree: Some(layer), ..SOLVED };
        assert_plan_fails(TWO_LAYERS, plan, &VerifierError::LayerFolding { layer });
    }
}

/// The check that opened rows have to pass.
fn opening_error(section: usize) -> VerifierError {
    match section {
        0 | 1 => VerifierError::TraceOpening,
        2 => VerifierError::QuotientOpening,
        _ => VerifierError::LayerOpening,
    }
}

/// Checks that openings of another table, and openings with one change, fail at the check of their section.
fn assert_openings_are_checked(set: ParameterSet, forgery: &Forgery) {
    for section in 0..forgery.openings.len() {
        let check = |what: &str, opening: Opening| {
            let mut openings = forgery.openings.clone();
            assert_ne!(openings[section], opening, "{what}");
            openings[section] = opening;
            let what = format!("{set}, section {section}: {what}");
            assert_rejected(forgery, &forgery.with(&openings), &opening_error(section), &what);
        };
        check("another table", forgery.others[section].clone());
        let honest = &forgery.openings[section];
        let changed = |change: fn(&mut Opening)| {
            let mut opening = honest.clone();
            change(&mut opening);
            opening
        };
        check("the first value", changed(|opening| opening.leaves[0][0] ^= 1));
        check(
            "the last value",
            changed(|opening| *opening.leaves.last_mut().unwrap().last_mut().unwrap() ^= 1),
        );
        check("the first node", changed(|opening| opening.nodes[0][0] ^= 1));
        check("the last node", changed(|opening| opening.nodes.last_mut().unwrap()[0] ^= 1));
        if honest.leaves[0] != honest.leaves[1] {
            check("two leaves swapped", changed(|opening| opening.leaves.swap(0, 1)));
            check("two nodes swapped", changed(|opening| opening.nodes.swap(0, 1)));
            check("a leaf twice", changed(|opening| opening.leaves[1] = opening.leaves[0].clone()));
        }
    }
}

#[test]
fn rows_that_were_not_committed_to_fail_at_their_opening() {
    for (set, forgery) in &*HONEST {
        assert_eq!(forgery.openings.len(), 3 + 1, "one FRI layer");
        assert_openings_are_checked(*set, forgery);
    }
}

/// A false statement about a trace of which every row is the same.
fn uniform(set: ParameterSet, log2: u32, form: Form, frame: FrameLie) -> Forgery {
    Forgery::new(set, log2, Plan { trace: TraceLie::Uniform, frame, ..Plan::honest(form) })
}

/// Checks all that can be met with a uniform trace.
fn assert_uniform_traces_are_rejected(set: ParameterSet, log2: u32, form: Form) {
    let what = format!("{set} with 2^{log2} rows");
    let forgery = uniform(set, log2, form, FrameLie::None);
    assert_rejected(&forgery, &forgery.bytes(), &VerifierError::Constraints, &what);
    let forgery = uniform(set, log2, form, FrameLie::Solved);
    let folding = VerifierError::LayerFolding { layer: 0 };
    assert_rejected(&forgery, &forgery.bytes(), &folding, &what);
    // The openings of deeper layers are read after the first one is compared.
    for section in 0..4 {
        let mut openings = forgery.openings.clone();
        openings[section] = forgery.others[section].clone();
        let what = format!("{what}, section {section}");
        assert_rejected(&forgery, &forgery.with(&openings), &opening_error(section), &what);
    }
}

/// The longest and the shortest trace of each set; with `SLOW_TESTS`, all lengths between.
#[test]
fn traces_of_any_length_meet_the_checks() {
    let is_slow = std::env::var_os("SLOW_TESTS").is_some();
    each_set(|set| {
        let (min, max) = set.trace_log2_range();
        let lengths = (min..=max).filter(|&log2| is_slow || log2 == min || log2 == max);
        for log2 in lengths {
            for form in Form::ALL.into_iter().filter(|form| sets(*form).contains(&set)) {
                assert_uniform_traces_are_rejected(set, log2, form);
            }
        }
    });
}
