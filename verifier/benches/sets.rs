//! Size of proofs and time to prove and verify, for each parameter set: the table in the book.
//!
//! `cargo bench -p miden-verifier --bench sets -- 16` takes 2^16 rows instead of 2^18; with `UPDATE_EXPECT=1`, the table
//! replaces the one of the page.

#![allow(clippy::print_stdout, reason = "a bench reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use std::{
    env,
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use miden_assembly::{Assembler, Source};
use miden_core::{Program, ProgramInputs};
use miden_prover::{ProverOptions, prove};
use miden_verifier::{ParameterSet, StackInputs, verify};

const FIB: &str = include_str!("../../examples/fib/fib.masm");

/// Rows per iteration of the program, and an upper bound for its other rows.
const ROWS_PER_ITERATION: usize = 12;
const OTHER_ROWS: usize = 32;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/design/security.md");
const INTRODUCTION: &str =
    "\nSizes and times, for proofs of the Fibonacci example that hide the execution:\n\n";
const BEGIN: &str = "<!-- measured: sets -->\n";
const END: &str = "<!-- end of measured -->\n";

fn main() {
    let log2 = env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(18);
    let program = Assembler::new().assemble(&Source::new("fib", FIB)).unwrap().program;
    let mut table = format!(
        "| Set, 2^{log2} rows | Proof | Prove | Verify | Conjectured / proven bits |\n|---|---|---|---|---|\n"
    );
    for set in ParameterSet::ALL {
        let row = measure(&program, set, 1 << log2);
        println!("{row}");
        writeln!(table, "{row}").unwrap();
    }
    println!("\n{table}");
    if env::var_os("UPDATE_EXPECT").is_some() {
        let page = fs::read_to_string(PAGE).unwrap();
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        fs::write(PAGE, format!("{before}{BEGIN}{INTRODUCTION}{table}\n{END}{after}")).unwrap();
    }
}

/// A row of the table: the best of 3 proofs, and the median of 201 verifications.
fn measure(program: &Program, set: ParameterSet, rows: usize) -> String {
    let of_execution = rows - set.hiding(true).random_rows();
    let n = (of_execution - OTHER_ROWS) / ROWS_PER_ITERATION;
    let stack = StackInputs::from_ints(&[n as u64]).unwrap();
    let inputs = ProgramInputs { stack, ..ProgramInputs::default() };
    let mut best = Duration::MAX;
    let mut proof = None;
    for _ in 0..3 {
        let start = Instant::now();
        proof = Some(prove(program, &inputs, &ProverOptions::new(set)).unwrap());
        best = best.min(start.elapsed());
    }
    let proof = proof.unwrap();
    assert_eq!(proof.trace_rows(), rows);
    let bytes = proof.to_bytes();
    let verification = || {
        let start = Instant::now();
        verify(proof.statement(), &bytes).unwrap();
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..201).map(|_| verification()).collect();
    times.sort_unstable();
    let level = proof.security();
    format!(
        "| `{}` | {:.0} KiB | {:.1} s | {:.2} ms | {} / {} |",
        set.name(),
        bytes.len() as f64 / 1024.0,
        best.as_secs_f64(),
        times[times.len() / 2].as_secs_f64() * 1e3,
        level.conjectured,
        level.proven,
    )
}
