//! The field beside the backend's: chains of operations, of which each waits for the last, and transforms.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use miden_field::Felt;
use winter_math::{
    ExtensibleField, FieldElement, StarkField, fft,
    fields::{CubeExtension, QuadExtension, f64::BaseElement},
};

const OPERATIONS: u32 = 1024;
const POINTS: usize = 1 << 14;

/// [`OPERATIONS`] operations, one after the other.
fn chain<E: FieldElement>(criterion: &mut Criterion, name: &str, operation: impl Fn(E, E) -> E) {
    let [a, b] = [0xdead_beef_u32, 0xcafe_babe].map(|value| E::from(value).inv());
    let mut group = criterion.benchmark_group("arithmetic");
    group.throughput(Throughput::Elements(OPERATIONS.into()));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let b = black_box(b);
            (0..OPERATIONS).fold(black_box(a), |a, _| operation(a, b))
        });
    });
    group.finish();
}

fn field<B: StarkField + ExtensibleField<2> + ExtensibleField<3>>(criterion: &mut Criterion, name: &str) {
    chain::<B>(criterion, &format!("sum, {name}"), |a, b| a + b);
    chain::<B>(criterion, &format!("double, {name}"), |a, _| a.double());
    chain::<B>(criterion, &format!("product, {name}"), |a, b| a * b);
    chain::<QuadExtension<B>>(criterion, &format!("quadratic product, {name}"), |a, b| a * b);
    chain::<CubeExtension<B>>(criterion, &format!("cubic product, {name}"), |a, b| a * b);
    chain::<CubeExtension<B>>(criterion, &format!("cubic square, {name}"), |a, _| a.square());

    let twiddles = fft::get_twiddles::<B>(POINTS);
    let values: Vec<B> = (1..=POINTS as u32).map(|i| B::from(i).inv()).collect();
    criterion.bench_function(&format!("transform, {name}"), |bencher| {
        let copy = || values.clone();
        bencher.iter_batched_ref(copy, |values| fft::evaluate_poly(values, &twiddles), BatchSize::LargeInput);
    });
}

fn fields(criterion: &mut Criterion) {
    field::<Felt>(criterion, "ours");
    field::<BaseElement>(criterion, "backend");
}

criterion_group!(benches, fields);
criterion_main!(benches);
