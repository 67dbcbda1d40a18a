//! The auxiliary segment and the quotient of a trace, beside the backend's evaluator on the same constraints.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

extern crate alloc;

mod common;

use std::hint::black_box;

// Where the modules expect each other.
use common::{Case, constraints, control, table, transform, unwatched};
use constraints::{ConstraintEvaluator, build_auxiliary};
use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use miden_air::{Challenges, ParameterSet};
use miden_core::{Felt, field::FieldElement};
use miden_prover::{ProofObserver, ProverError, Stage};
use table::Table;
use winter_air::{Air, PartitionOptions};
use winter_crypto::{MerkleTree, hashers::Blake3_192};
use winter_math::fields::QuadExtension;
use winter_prover::{
    ConstraintEvaluator as _, DefaultConstraintEvaluator, DefaultTraceLde, StarkDomain, TraceLde,
    matrix::ColMatrix,
};

type E = QuadExtension<Felt>;
type Lde = DefaultTraceLde<E, Blake3_192<Felt>, MerkleTree<Blake3_192<Felt>>>;

fn evaluation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("constraints");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for bits in [10, 14, 16] {
        let case = Case::<E>::new(ParameterSet::Fast96, bits);
        group.throughput(Throughput::Elements(1 << bits));
        let control = unwatched();

        let challenges = Challenges::new(case.challenges.rand_elements()).unwrap();
        group.bench_function(format!("auxiliary segment, 2^{bits}"), |bencher| {
            bencher.iter_with_large_drop(|| {
                build_auxiliary(black_box(&case.trace), case.trace.rows(), challenges, &control)
            });
        });

        let [main, auxiliary] = case.extension(&control);
        let evaluator = ConstraintEvaluator::new(&case.air, &case.challenges, &case.coefficients, &control);
        group.bench_function(format!("quotient, 2^{bits}"), |bencher| {
            bencher.iter_with_large_drop(|| {
                let mut quotient = Table::new(E::EXTENSION_DEGREE, 1 << bits, main.cosets());
                for (coset, quotient) in quotient.cosets_mut().enumerate() {
                    evaluator.evaluate(coset, (&main, coset), (&auxiliary, coset), quotient, &control);
                }
                quotient
            });
        });

        let auxiliary = build_auxiliary(&case.trace, case.trace.rows(), challenges, &control);
        let columns = ColMatrix::new(case.columns.clone());
        let auxiliary = (0..auxiliary.width() / E::EXTENSION_DEGREE).map(|column| {
            let value = |row| {
                let component = |i| auxiliary.cell(column * E::EXTENSION_DEGREE + i, 0, row);
                E::new(component(0), component(1))
            };
            (0..auxiliary.rows()).map(value).collect()
        });
        let domain = StarkDomain::new(&case.air);
        let options = PartitionOptions::default();
        let (mut lde, _) = Lde::new(case.air.trace_info(), &columns, &domain, options);
        lde.set_aux_trace(&ColMatrix::new(auxiliary.collect()), &domain);
        group.bench_function(format!("quotient, 2^{bits}, winter-prover"), |bencher| {
            bencher.iter_batched(
                || {
                    let (challenges, coefficients) = (case.challenges.clone(), case.coefficients.clone());
                    DefaultConstraintEvaluator::new(&case.air, Some(challenges), coefficients)
                },
                |evaluator| evaluator.evaluate(black_box(&lde), &domain).into_inner(),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, evaluation);
criterion_main!(benches);
