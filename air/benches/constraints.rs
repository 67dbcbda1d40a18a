//! Time to evaluate all constraints on one frame: the cost of each row of the low-degree extension.
#![allow(missing_docs, reason = "criterion's macros make public items without docs")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use miden_air::{
    AuxColumn, MidenAir, ParameterSet, PublicInputs,
    inspect::{NUM_CHALLENGES, main_degrees},
    periodic, trace_info,
};
use miden_core::{
    Digest, Felt, Kernel, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    params::{MIN_TRACE_ROWS, STACK_TOP},
    trace::WIDTH,
};
use winter_air::{Air, AuxRandElements, EvaluationFrame};

fn elements(count: usize, seed: u64) -> Vec<Felt> {
    (0..count as u64).map(|i| Felt::new(i * i * 0x9e37_79b9 + seed).cube()).collect()
}

fn constraints(c: &mut Criterion) {
    let statement = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::default(),
        StackOutputs::new(vec![Felt::ZERO; STACK_TOP]).expect("16 items"),
    );
    let set = ParameterSet::Fast96;
    let air =
        MidenAir::new(trace_info(MIN_TRACE_ROWS), PublicInputs::new(statement, set), set.proof_options());
    let main = EvaluationFrame::from_rows(elements(WIDTH, 1), elements(WIDTH, 2));
    let aux = EvaluationFrame::from_rows(elements(AuxColumn::COUNT, 3), elements(AuxColumn::COUNT, 4));
    let periodic = elements(periodic::WIDTH, 5);
    let challenges = AuxRandElements::new(elements(NUM_CHALLENGES, 6));

    let mut residuals = vec![Felt::ZERO; main_degrees().len()];
    c.bench_function("main constraints of a frame", |b| {
        b.iter(|| air.evaluate_transition(black_box(&main), black_box(&periodic), &mut residuals));
    });
    let mut residuals = [Felt::ZERO; AuxColumn::COUNT];
    c.bench_function("auxiliary constraints of a frame", |b| {
        b.iter(|| {
            air.evaluate_aux_transition(
                black_box(&main),
                &aux,
                black_box(&periodic),
                &challenges,
                &mut residuals,
            );
        });
    });
}

criterion_group!(benches, constraints);
criterion_main!(benches);
