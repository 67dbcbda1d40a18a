//! Time to verify a proof of a Fibonacci number, by trace length and parameter set.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use std::cell::LazyCell;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use miden_assembly::{Assembler, Source};
use miden_core::{ProgramInputs, program::ProgramBuilder};
use miden_prover::{ProverOptions, prove};
use miden_verifier::{
    CommitmentHash, Digest, Felt, Kernel, Opcode, ParameterSet, StackInputs, StackOutputs, verify,
};

const FIB: &str = include_str!("../../examples/fib/fib.masm");

fn verify_fib(c: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    let mut group = c.benchmark_group("verify");
    group.sample_size(30);
    for (log2, n) in [(10, 60), (14, 1_300), (18, 21_800)] {
        let stack = StackInputs::from_ints(&[n]).unwrap();
        let inputs = ProgramInputs { stack, ..ProgramInputs::default() };
        // Rescue Prime commitments take minutes for long traces: left to the tests.
        for set in ParameterSet::ALL.into_iter().filter(|set| set.hash() != CommitmentHash::RescuePrime) {
            // Made only for the benchmarks that run.
            let proof = LazyCell::new(|| {
                let proof = prove(&program, &inputs, &ProverOptions::new(set)).unwrap();
                assert_eq!(proof.trace_rows(), 1 << log2);
                let bytes = proof.to_bytes();
                (proof, bytes)
            });
            group.throughput(Throughput::Elements(1 << log2));
            group.bench_function(BenchmarkId::new(set.name(), format!("2^{log2}")), |b| {
                let (proof, bytes) = &*proof;
                b.iter(|| verify(proof.statement(), bytes).unwrap());
            });
        }
    }
    group.finish();
}

/// As many inputs, outputs and procedures of the kernel as a statement can have, for a program that does nothing.
fn verify_large_statement(c: &mut Criterion) {
    let digests = (0..Kernel::MAX as u64).map(|i| Digest::new([i, 1, 2, 3].map(Felt::new)));
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::Noop.into()]).unwrap();
    let (program, _) = builder.finish_with(root, &[], Kernel::new(digests.collect()).unwrap());
    let items: Vec<u64> = (0..StackInputs::MAX as u64).collect();
    let inputs = ProgramInputs { stack: StackInputs::from_ints(&items).unwrap(), ..ProgramInputs::default() };
    let proof = LazyCell::new(|| {
        let proof = prove(&program, &inputs, &ProverOptions::new(ParameterSet::Fast96)).unwrap();
        assert_eq!(proof.outputs().items().len(), StackOutputs::MAX);
        let bytes = proof.to_bytes();
        (proof, bytes)
    });
    c.bench_function("verify large statement/fast-96", |b| {
        let (proof, bytes) = &*proof;
        b.iter(|| verify(proof.statement(), bytes).unwrap());
    });
}

criterion_group!(benches, verify_fib, verify_large_statement);
criterion_main!(benches);
