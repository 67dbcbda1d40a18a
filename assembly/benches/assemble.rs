//! Time to assemble code that is written out and code that is repeated.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use miden_assembly::{Assembler, Source};

const ITERATIONS: usize = 84_000;

fn assemble(c: &mut Criterion) {
    let mut group = c.benchmark_group("assemble");
    let repeated = format!("begin repeat.{ITERATIONS} swap dup.1 add end end");
    let written_out = format!("begin {} end", "swap dup.1 add\n".repeat(ITERATIONS));
    for (name, text) in [("repeat", repeated), ("written out", written_out)] {
        let source = Source::new(name, text);
        // An element is an operation of the program.
        group.throughput(Throughput::Elements(3 * ITERATIONS as u64));
        group.bench_function(BenchmarkId::new(name, 3 * ITERATIONS), |b| {
            b.iter(|| Assembler::new().assemble(&source).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, assemble);
criterion_main!(benches);
