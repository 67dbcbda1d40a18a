//! Time to prove a Fibonacci number, by trace length and parameter set, and to prove a success and a fault of equal
//! length.

#![allow(clippy::print_stdout, reason = "a bench reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use std::{env, time::Duration};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use miden_air::{CommitmentHash, ParameterSet};
use miden_assembly::{Assembler, Source};
use miden_core::{ProgramInputs, StackInputs};
use miden_prover::{ProverOptions, prove};

const FIB: &str = include_str!("../../examples/fib/fib.masm");

/// Rows per iteration of the program.
const ROWS_PER_ITERATION: u64 = 12;

/// Upper bound for the other rows of the trace.
const OTHER_ROWS: u64 = 32;

fn prove_fib(c: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    let mut group = c.benchmark_group("prove");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
    // 2^20 rows take minutes and several GiB, so they are measured on request only.
    let sizes = if env::var_os("LARGE_BENCHES").is_some() { vec![20] } else { vec![10, 14, 18] };
    for log2 in sizes {
        let rows = 1u64 << log2;
        let n = (rows - OTHER_ROWS) / ROWS_PER_ITERATION;
        let stack = StackInputs::from_ints(&[n]).unwrap();
        let inputs = ProgramInputs { stack, ..ProgramInputs::default() };
        // Rescue Prime commitments take minutes for long traces; the tests cover that set.
        for set in ParameterSet::ALL.into_iter().filter(|set| set.hash() != CommitmentHash::RescuePrime) {
            let options = ProverOptions::new(set);
            let proof = prove(&program, &inputs, &options).unwrap();
            assert_eq!(proof.trace_rows() as u64, rows);
            let bytes = proof.to_bytes().len() as u64;
            println!("{} with 2^{log2} rows: {bytes} bytes of proof, {}", set.name(), proof.security());
            group.throughput(Throughput::ElementsAndBytes { elements: rows, bytes });
            group.bench_function(BenchmarkId::new(set.name(), format!("2^{log2}")), |b| {
                b.iter(|| prove(&program, &inputs, &options).unwrap());
            });
        }
    }
    group.finish();
}

/// A program that counts down and then asserts the item below the counter.
const CHECKED: &str = "
begin
    push.1
    while.true
        sub.1 dup.0 neq.0
    end
    drop assert
end
";

/// Rows per iteration of this program.
const ROWS_PER_CHECKED_ITERATION: u64 = 9;

fn prove_outcomes(c: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("checked", CHECKED)).unwrap().program;
    let mut group = c.benchmark_group("outcome");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
    for log2 in [14, 16] {
        let rows = 1u64 << log2;
        let n = (rows - OTHER_ROWS) / ROWS_PER_CHECKED_ITERATION;
        for (name, asserted) in [("success", 1), ("fault", 2)] {
            let stack = StackInputs::from_ints(&[asserted, n]).unwrap();
            let inputs = ProgramInputs { stack, ..ProgramInputs::default() };
            let options = ProverOptions::default();
            let proof = prove(&program, &inputs, &options).unwrap();
            assert_eq!((proof.trace_rows() as u64, proof.outcome().is_success()), (rows, asserted == 1));
            let bytes = proof.as_bytes().len() as u64;
            println!("{name} with 2^{log2} rows: {bytes} bytes of proof, {} cycles", proof.cycles());
            group.throughput(Throughput::ElementsAndBytes { elements: rows, bytes });
            group.bench_function(BenchmarkId::new(name, format!("2^{log2}")), |b| {
                b.iter(|| prove(&program, &inputs, &options).unwrap());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, prove_fib, prove_outcomes);
criterion_main!(benches);
