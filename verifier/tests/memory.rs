//! Bounds of the heap and the stack of a verification, as the book states them.
//!
//! `SLOW_TESTS=1 cargo test -p miden-verifier --test memory -- --nocapture` prints the table of the book.

#![allow(clippy::print_stdout, reason = "prints the table of the book")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread;

use miden_core::{Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_prover::{ProverOptions, prove};
use miden_verifier::{ParameterSet, StackInputs, Statement, verify};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes of the stack.
const STACK: usize = 96 << 10;

/// Bytes of the heap besides the statement and the bytes of the proof, which belong to the caller.
fn bound(statement: &Statement, proof: usize) -> usize {
    let items = statement.inputs.items().len() + statement.outputs.items().len();
    80 * 1024 + proof * 3 / 2 + 48 * items
}

fn program(rows: usize) -> Program {
    let mut builder = ProgramBuilder::new();
    let operations: Vec<Operation> = [Opcode::Dup0.into(), Opcode::Drop.into()].repeat(rows / 2);
    let root = builder.block(&operations).unwrap();
    builder.finish(root)
}

/// One test, as the allocator counts for all threads of the process.
#[test]
fn verification_needs_no_more_memory_than_stated() {
    let slow = std::env::var_os("SLOW_TESTS").is_some();
    println!("| Set | Rows | Proof, bytes | Heap, bytes |\n|---|---|---|---|");
    for set in ParameterSet::ALL {
        let lengths: &[u32] = match (slow, set) {
            (true, _) => &[10, 12, 14, 16, 18],
            (false, ParameterSet::Fast96) => &[10, 13],
            (false, _) => &[10],
        };
        for &log2 in lengths {
            // More than half of the rows, and room for those that hide the execution.
            check(&program((5 << log2) / 8), set, log2, &[]);
        }
    }
    // Every input beyond the deepest 15 is a message of the statement.
    check(&program(100), ParameterSet::Fast96, 13, &[1; 3000]);
}

fn check(program: &Program, set: ParameterSet, log2: u32, stack: &[u64]) {
    let inputs = ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..ProgramInputs::default() };
    let proof = prove(program, &inputs, &ProverOptions::new(set)).unwrap();
    assert_eq!(proof.trace_rows(), 1 << log2, "{set}");
    let (statement, bytes) = (proof.statement().clone(), proof.to_bytes());
    drop(proof);
    let verification = thread::Builder::new().stack_size(STACK).spawn(move || {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        verify(&statement, &bytes).unwrap();
        let heap = ALLOCATOR.peak_usage() - before;
        assert_eq!(ALLOCATOR.current_usage(), before, "everything is free again");
        (heap, bytes.len(), bound(&statement, bytes.len()))
    });
    let (heap, length, bound) = verification.unwrap().join().unwrap();
    println!("| `{set}` | 2^{log2} | {length} | {heap} |");
    assert!(heap <= bound, "{set}, 2^{log2} rows: {heap} bytes, stated are {bound}");
}
