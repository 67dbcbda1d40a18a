//! Runs one kernel, for `scripts/instruction-counts`, which counts the instructions in `measured`.

#![allow(clippy::print_stderr, reason = "a tool of the repository reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

extern crate alloc;

#[path = "../../common/mod.rs"]
mod common;
#[allow(dead_code)]
#[path = "../../../src/errors.rs"]
mod errors;
#[allow(dead_code)]
#[path = "../../../src/observer.rs"]
mod observer;
#[allow(dead_code)]
#[path = "../../../src/stage.rs"]
mod stage;

use std::{env, hint::black_box, process::ExitCode};

// Where the modules expect each other.
use common::{Case, commitment, constraints, control, table, transform, unwatched};
use errors::ProverError;
use miden_air::{Challenges, ParameterSet};
use miden_core::{Felt, field::FieldElement};
use observer::ProofObserver;
use stage::Stage;
use winter_air::Air;
use winter_crypto::{ElementHasher, hashers::Blake3_192};
use winter_math::fields::QuadExtension;

type E = QuadExtension<Felt>;
type H = Blake3_192<Felt>;

/// Rows of the trace.
const BITS: u32 = 10;

/// The work whose instructions count.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn main() -> ExitCode {
    let Some(kernel) = env::args().nth(1) else {
        eprintln!("the name of a kernel is missing");
        return ExitCode::FAILURE;
    };
    // One thread, that of `measured`: the work of others would not count.
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| run(&kernel))
}

fn run(kernel: &str) -> ExitCode {
    let case = Case::<E>::new(ParameterSet::Fast96, BITS);
    let control = unwatched();
    let challenges = Challenges::new(case.challenges.rand_elements()).unwrap();
    match kernel {
        "extension" => {
            let (blowup, offset) = (case.air.options().blowup_factor(), case.air.domain_offset());
            measured(|| transform::extend(&case.trace, Felt::ONE, blowup, offset, 0, &control));
        }
        "commitment" => {
            let [main, _] = case.extension(&control);
            measured(|| commitment::Commitment::<H>::new(&main, &control)).unwrap();
        }
        "auxiliary" => {
            measured(|| constraints::build_auxiliary(&case.trace, case.trace.rows(), challenges, &control));
        }
        "quotient" => {
            let [main, auxiliary] = case.extension(&control);
            let evaluator = constraints::ConstraintEvaluator::new(
                &case.air,
                &case.challenges,
                &case.coefficients,
                &control,
            );
            let mut quotient = table::Table::new(E::EXTENSION_DEGREE, main.rows(), 1);
            measured(|| {
                evaluator.evaluate(0, (&main, 0), (&auxiliary, 0), quotient.coset_mut(0, 0), &control);
            });
        }
        "nonces" => {
            use commitment::RowHash;
            let mut digests = vec![Default::default(); 1 << BITS];
            measured(|| H::merge_with_integers(H::hash_elements(&[Felt::ONE]), 1, &mut digests));
        }
        "recording" => {
            measured(|| {
                let coefficients = &case.coefficients;
                constraints::ConstraintEvaluator::new(&case.air, &case.challenges, coefficients, &control)
            });
        }
        _ => {
            eprintln!("unknown kernel `{kernel}`");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
