//! The low-degree extension of 106 columns by 4, beside the backend's.
//!
//! The modules are private in the crate, and compiled here once more.

extern crate alloc;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use winter_prover::{
    StarkDomain,
    math::fft,
    matrix::{ColMatrix, RowMatrix},
};

#[allow(dead_code, unreachable_pub)]
#[path = "../src/control.rs"]
mod control;
#[allow(dead_code)]
#[path = "../src/table.rs"]
mod table;
#[allow(dead_code, unused_imports)]
#[path = "../src/transform/mod.rs"]
mod transform;

use control::{Cancellation, Control};
// Where the modules expect them.
use miden_prover::{ProofObserver, ProverError, Stage};
use table::{PANEL, Table};

const WIDTH: usize = 106;
const BLOWUP: usize = 4;

fn extensions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("extension");
    group.sample_size(10);
    for bits in [12, 16, 18] {
        let rows = 1 << bits;
        let cell = |column: usize, row: usize| Felt::new((column * rows + row) as u64).square();
        group.throughput(Throughput::Elements(rows as u64));

        let mut trace = Table::new(WIDTH, rows, 1);
        for (panel, lines) in trace.cosets_mut().enumerate() {
            for (row, line) in lines.iter_mut().enumerate() {
                line.0 = core::array::from_fn(|i| cell(panel * PANEL + i, row));
            }
        }
        let control = Control::new(None, Cancellation::new());
        group.bench_function(format!("2^{bits}"), |bencher| {
            bencher.iter_with_large_drop(|| {
                transform::extend(black_box(&trace), Felt::ONE, BLOWUP, Felt::GENERATOR, 0, &control).0
            });
        });
        drop(trace);

        let columns = (0..WIDTH).map(|column| (0..rows).map(|row| cell(column, row)).collect()).collect();
        let columns = ColMatrix::new(columns);
        let domain = StarkDomain::from_twiddles(fft::get_twiddles(rows), BLOWUP, Felt::GENERATOR);
        group.bench_function(format!("2^{bits}, winter-prover"), |bencher| {
            bencher.iter_batched(
                || (),
                |()| {
                    let polynomials = black_box(&columns).interpolate_columns();
                    RowMatrix::evaluate_polys_over::<8>(&polynomials, &domain)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, extensions);
criterion_main!(benches);
