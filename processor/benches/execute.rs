//! Cycles per second of a tight loop, a loop over memory, and a loop that hashes; with and without a trace.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use miden_core::{Felt, Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_processor::{ExecutionOptions, Executor, execute};

/// Fibonacci numbers modulo p: 32 of them per iteration of a loop that counts down.
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
    let repeated = builder.while_true(body).unwrap();
    let end = builder.block(&plain(&[Opcode::Drop, Opcode::Swap, Opcode::Drop])).unwrap();
    let root = builder.sequence(&[start, repeated, end]).unwrap();
    builder.finish(root)
}

/// A loop over this body, which may change only the items below the counter `n`.
fn counted(iterations: u64, body: &[Operation]) -> Program {
    let push = |value| Operation::Push(Felt::new(value));
    let is_not_zero = [Opcode::Dup0, Opcode::Eqz, Opcode::Not].map(Operation::from);
    let count_down = [push(1), Opcode::Sub.into()];
    let mut builder = ProgramBuilder::new();
    let start = builder.block(&[&[push(iterations)], &is_not_zero[..]].concat()).unwrap();
    let body = builder.block(&[body, &count_down, &is_not_zero].concat()).unwrap();
    let repeated = builder.while_true(body).unwrap();
    let end = builder.block(&[Opcode::Drop.into()]).unwrap();
    let root = builder.sequence(&[start, repeated, end]).unwrap();
    builder.finish(root)
}

/// Stores a word and loads an element eight times per iteration, at addresses spread over 2^16 words.
fn memory(iterations: u64) -> Program {
    let push = |value| Operation::Push(Felt::new(value));
    // [n] → [n, address]: n·40503 mod 2^16, the high half of n·40503·2^16
    let address = [
        &[Opcode::Dup0.into(), push(40503 << 16), Opcode::Mul.into(), Opcode::U32Split.into()][..],
        &[
            Opcode::Drop.into(),
            push(1 << 16),
            Opcode::U32Mul.into(),
            Opcode::Swap.into(),
            Opcode::Drop.into(),
        ],
    ]
    .concat();
    let access = |offset: u64| {
        let here = [Opcode::Dup0.into(), push(offset), Opcode::Add.into()];
        let store = [Opcode::MStoreW.into()];
        let load = [Opcode::MLoad.into(), Opcode::Drop.into()];
        [&here[..], &store, &here, &load].concat()
    };
    let accesses: Vec<Operation> = (0..8).flat_map(access).collect();
    counted(iterations, &[&address[..], &accesses, &[Opcode::Drop.into()]].concat())
}

/// Permutes once per iteration.
fn hash(iterations: u64) -> Program {
    // Meanwhile the counter is out of reach of the permutation.
    let body = [Opcode::SwapW3, Opcode::HPerm, Opcode::SwapW3];
    counted(iterations, &body.map(Operation::from))
}

fn benches(criterion: &mut Criterion) {
    let (inputs, options) = (ProgramInputs::default(), ExecutionOptions::default());
    let mut group = criterion.benchmark_group("execute");
    group.sample_size(10);
    // An element is a cycle, and also a row of the trace.
    let programs = [
        ("2^18", fibonacci(2_400)),
        ("2^20", fibonacci(9_700)),
        ("memory", memory(13_000)),
        ("hash", hash(20_000)),
    ];
    for (name, program) in programs {
        let cycles = execute(&program, &inputs, &options).unwrap().cycles;
        group.throughput(Throughput::Elements(cycles));
        group.bench_function(BenchmarkId::new("plain", name), |b| {
            b.iter(|| execute(black_box(&program), &inputs, &options).unwrap());
        });
        group.bench_function(BenchmarkId::new("trace", name), |b| {
            let executor = Executor::new(&program).with_inputs(inputs.clone()).with_options(options);
            b.iter_with_large_drop(|| black_box(executor.clone()).trace().unwrap());
        });
    }
    group.finish();
}

criterion_group!(group, benches);
criterion_main!(group);
