//! The estimate of the memory against what is allocated.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_core::{Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_prover::{
    ParameterSet, Prover, ProverError, ProverOptions, Stage, peak_low_memory, peak_memory, prove,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn program(rows: usize) -> Program {
    let mut builder = ProgramBuilder::new();
    let operations: Vec<Operation> = [Opcode::Dup0.into(), Opcode::Drop.into()].repeat(rows / 2);
    let root = builder.block(&operations).unwrap();
    builder.finish(root)
}

/// One test, as the allocator counts for all threads of the process.
#[test]
fn the_estimate_is_within_fifteen_percent_and_a_limit_below_it_is_an_error() {
    for (set, log2) in [
        (ParameterSet::Fast96, 13),
        (ParameterSet::Fast96, 15),
        (ParameterSet::Std128, 13),
        (ParameterSet::Small96, 13),
    ] {
        let program = program((1 << log2) - 1000);
        let options = ProverOptions::new(set);
        let (most, least) = (peak_memory(set, 1 << log2), peak_low_memory(set, 1 << log2));
        check(&program, options, most);
        check(&program, options.with_low_memory(true), least);
        // One byte less than a proof takes otherwise, and than it takes with low memory.
        check(&program, options.with_max_memory(Some(most - 1)), least);

        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let mut stages = Vec::new();
        let result = Prover::new(&program)
            .with_options(options.with_max_memory(Some(least - 1)))
            .with_progress(&mut |stage: Stage| stages.push(stage))
            .prove();
        // Refused before anything large is allocated and any stage of the proof begins.
        let expected = ProverError::Memory { rows: 1 << log2, needed: least, limit: least - 1 };
        assert_eq!(result, Err(expected));
        assert_eq!(stages, [Stage::Execute]);
        assert!((ALLOCATOR.peak_usage() - before) < most as usize / 20, "{set}, 2^{log2} rows");
    }
}

/// Compares the memory of a proof with its estimate.
fn check(program: &Program, options: ProverOptions, estimate: u64) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let proof = prove(program, &ProgramInputs::default(), &options).unwrap();
    let used = (ALLOCATOR.peak_usage() - before) as f64;
    let ratio = used / estimate as f64;
    assert!(
        (0.85..1.15).contains(&ratio),
        "{options:?}, {} rows: {ratio:.2} of {estimate} bytes",
        proof.trace_rows()
    );
}
