//! Cycles per second of a tight loop, with and without a trace.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use miden_core::{Felt, Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_processor::{ExecutionOptions, execute, trace};

/// Fibonacci numbers modulo p: 32 of them in each iteration of a loop that counts down.
fn fibonacci(iterations: u64) -> Program {
    const UNROLLED: usize = 32;
    let push = |value| Operation::Push(Felt::new(value));
    let plain =
        |opcodes: &[Opcode]| -> Vec<Operation> { opcodes.iter().copied().map(Operation::from).collect() };
    let is_not_zero = plain(&[Opcode::Dup0, Opcode::Eqz, Opcode::Not]);

    // [n, b, a]: the counter is on top between iterations.
    let mut builder = ProgramBuilder::new();
    let start = [vec![push(0), push(1), push(iterations)], is_not_zero.clone()].concat();
    let steps = plain(&[Opcode::Swap, Opcode::Dup1, Opcode::Add]).repeat(UNROLLED);
    let count_down = [vec![Opcode::MovUp2.into(), push(1), Opcode::Sub.into()], is_not_zero].concat();
    let body = [plain(&[Opcode::MovDn2]), steps, count_down].concat();

    let start = builder.block(&start).unwrap();
    let body = builder.block(&body).unwrap();
    let repeated = builder.repeat_while(body).unwrap();
    let end = builder.block(&plain(&[Opcode::Drop, Opcode::Swap, Opcode::Drop])).unwrap();
    let root = builder.sequence(&[start, repeated, end]).unwrap();
    builder.finish(root)
}

fn benches(criterion: &mut Criterion) {
    let (inputs, options) = (ProgramInputs::default(), ExecutionOptions::default());
    let mut group = criterion.benchmark_group("execute");
    group.sample_size(10);
    // An element is a cycle, and at the same time a row of the trace.
    for (name, iterations) in [("2^18", 2_400), ("2^20", 9_700)] {
        let program = fibonacci(iterations);
        let cycles = execute(&program, &inputs, &options).unwrap().cycles;
        group.throughput(Throughput::Elements(cycles));
        group.bench_function(BenchmarkId::new("plain", name), |b| {
            b.iter(|| execute(black_box(&program), &inputs, &options).unwrap());
        });
        group.bench_function(BenchmarkId::new("trace", name), |b| {
            b.iter_with_large_drop(|| trace(black_box(&program), &inputs, &options).unwrap());
        });
    }
    group.finish();
}

criterion_group!(group, benches);
criterion_main!(group);
