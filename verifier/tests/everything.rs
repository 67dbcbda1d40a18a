//! A proof that exercises every operation and every chiplet section.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../air/tests/common/programs.rs"]
mod programs;

use miden_prover::{ProverOptions, prove};
use miden_verifier::{Digest, Kernel, ParameterSet, Statement, verify};
use programs::{felt, program_with_everything};

#[test]
fn every_operation_is_proven() {
    let (program, inputs) = program_with_everything();
    let proof = prove(&program, &inputs, &ProverOptions::new(ParameterSet::Fast96)).unwrap();
    let statement = proof.statement();
    assert!(statement.program == program.digest() && statement.inputs == inputs.stack);
    verify(statement, &proof.to_bytes()).unwrap();

    // Other kernels: empty, foreign, one procedure less, one more.
    let procedures = statement.kernel.procedures();
    let foreign = Digest::new([1, 2, 3, 4].map(felt));
    let kernels = [&[][..], &[foreign], &procedures[1..], &[procedures, &[foreign]].concat()];
    for kernel in kernels {
        let kernel = Kernel::new(kernel.to_vec()).unwrap();
        assert!(verify(&Statement { kernel, ..statement.clone() }, &proof.to_bytes()).is_err());
    }
}
