//! Time to prove a Fibonacci number, by trace length and parameter set, beside the stock prover of the backend; the
//! time of each stage, and per row; the time from a cancellation to the end of a proof; and the time to prove a success
//! and a fault of equal length.

#![allow(clippy::print_stdout, reason = "a bench reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

#[path = "../tests/stock/mod.rs"]
mod stock;

use std::{
    env,
    time::{Duration, Instant},
};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use miden_air::{CommitmentHash, ParameterSet};
use miden_assembly::{Assembler, Source};
use miden_core::{ProgramInputs, StackInputs};
use miden_processor::Executor;
use miden_prover::{Cancellation, ProofObserver, Prover, ProverError, ProverOptions, Stage, prove};

const FIB: &str = include_str!("../../examples/fib/fib.masm");

/// Rows per iteration of the program.
const ROWS_PER_ITERATION: u64 = 12;

/// Upper bound for the other rows of the trace, among them the random ones of any set; at most half of the shortest trace.
const OTHER_ROWS: u64 = 512;

/// 2^20 rows take minutes with the stock prover, and several GiB, so they are measured on request only.
fn large() -> bool {
    env::var_os("LARGE_BENCHES").is_some()
}

fn prove_fib(c: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    let mut group = c.benchmark_group("prove");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(1));
    let sizes = if large() { vec![20] } else { vec![10, 14, 16, 18] };
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
            group.bench_function(
                BenchmarkId::new(format!("stock {}", set.name()), format!("2^{log2}")),
                |b| {
                    b.iter(|| {
                        let trace = Executor::new(&program).with_inputs(inputs.clone()).trace().unwrap();
                        stock::prove(trace, &program, &inputs.stack, set)
                    });
                },
            );
        }
    }
    group.finish();
}

/// Prints the time of each stage, and of all of them per row: the best of three runs.
fn print_stages(_: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    let sizes = [12, 14, 16, 18].into_iter().chain(large().then_some(20));
    for log2 in sizes {
        let n = ((1u64 << log2) - OTHER_ROWS) / ROWS_PER_ITERATION;
        let stack = StackInputs::from_ints(&[n]).unwrap();
        let mut best: Vec<(Stage, Duration)> = Vec::new();
        for _ in 0..3 {
            let mut begins = Vec::new();
            let stages = &mut |stage: Stage| begins.push((stage, Instant::now()));
            Prover::new(&program).with_stack(stack.clone()).with_progress(stages).prove().unwrap();
            let end = Instant::now();
            let ends = begins.iter().skip(1).map(|&(_, begin)| begin).chain([end]);
            let times = begins.iter().zip(ends).map(|(&(stage, begin), end)| (stage, end - begin));
            let times: Vec<_> = times.collect();
            best.resize(times.len(), (Stage::Execute, Duration::MAX));
            best.iter_mut().zip(times).for_each(|(best, time)| {
                *best = (time.0, best.1.min(time.1));
            });
        }
        let total: Duration = best.iter().map(|&(_, time)| time).sum();
        println!("2^{log2} rows: {:.2} µs per row", total.as_secs_f64() * 1e6 / f64::from(1 << log2));
        for (stage, time) in best {
            println!("2^{log2} rows: {stage:<32} {:>8.1} ms", time.as_secs_f64() * 1e3);
        }
    }
}

/// Cancels a proof when a share of a stage is done.
struct CancelAt {
    stage: Stage,
    share: f64,
    cancellation: Cancellation,
    cancelled: Option<Instant>,
}

impl ProofObserver for CancelAt {
    fn begin(&mut self, stage: Stage) {
        self.advance(stage, 0.0);
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        if self.cancelled.is_none() && stage == self.stage && share >= self.share {
            self.cancellation.cancel();
            self.cancelled = Some(Instant::now());
        }
    }
}

/// Prints the time from the cancellation of a proof to its end: the longest of several moments of each stage.
fn print_cancellation(_: &mut Criterion) {
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    for log2 in [14, 18] {
        let stack = StackInputs::from_ints(&[((1u64 << log2) - OTHER_ROWS) / ROWS_PER_ITERATION]).unwrap();
        for stage in Stage::ALL {
            let mut longest = Duration::ZERO;
            for quarter in 0..4 {
                let cancellation = Cancellation::new();
                let share = f64::from(quarter) / 4.0;
                let mut cancel =
                    CancelAt { stage, share, cancellation: cancellation.clone(), cancelled: None };
                let result = Prover::new(&program)
                    .with_stack(stack.clone())
                    .with_progress(&mut cancel)
                    .with_cancellation(&cancellation)
                    .prove();
                // The execution has no shares.
                if let Some(cancelled) = cancel.cancelled {
                    longest = longest.max(cancelled.elapsed());
                    assert_eq!(result, Err(ProverError::Cancelled));
                }
            }
            println!("2^{log2} rows, cancelled while {stage:<28} {:>8.1} ms", longest.as_secs_f64() * 1e3);
        }
    }
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

criterion_group!(benches, print_stages, print_cancellation, prove_fib, prove_outcomes);
criterion_main!(benches);
