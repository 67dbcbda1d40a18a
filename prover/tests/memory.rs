//! The estimate of the memory against what is allocated.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_core::{Opcode, Operation, Program, ProgramInputs, program::ProgramBuilder};
use miden_prover::{ParameterSet, Prover, ProverError, ProverOptions, Stage, peak_memory, prove};
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
        (ParameterSet::Small96, 12),
    ] {
        let program = program((1 << log2) - 1000);
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let options = ProverOptions::new(set);
        let proof = prove(&program, &ProgramInputs::default(), &options).unwrap();
        let used = (ALLOCATOR.peak_usage() - before) as f64;
        assert_eq!(proof.trace_rows(), 1 << log2);
        let estimate = peak_memory(set, 1 << log2);
        let ratio = used / estimate as f64;
        assert!(
            (0.85..1.15).contains(&ratio),
            "{set}, 2^{log2} rows: {used} bytes of {estimate}: {ratio:.2}"
        );

        // One byte less is refused, before anything large is allocated and any stage of the proof begins.
        ALLOCATOR.reset_peak_usage();
        let mut stages = Vec::new();
        let result = Prover::new(&program)
            .with_options(options.with_max_memory(Some(estimate - 1)))
            .with_progress(&mut |stage: Stage| stages.push(stage))
            .prove();
        let expected = ProverError::Memory { rows: 1 << log2, needed: estimate, limit: estimate - 1 };
        assert_eq!(result, Err(expected));
        assert_eq!(stages, [Stage::Execute]);
        assert!((ALLOCATOR.peak_usage() - before) < estimate as usize / 20, "{set}, 2^{log2} rows");
        let enough = options.with_max_memory(Some(estimate));
        if log2 < 13 {
            prove(&program, &ProgramInputs::default(), &enough).unwrap();
        }
    }
}
