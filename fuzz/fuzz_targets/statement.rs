//! A proof proves its own statement only, whatever else is claimed, and different statements enter the transcript
//! differently.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use miden_air::PublicInputs;
use miden_assembly::{Assembler, Source};
use miden_core::{
    Digest, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, ProgramInputs, StackInputs, StackOutputs,
    Statement,
    field::{StarkField, ToElements},
};
use miden_prover::{ParameterSet, ProverOptions, prove};

/// A success and a fault, with their proofs.
static PROVEN: LazyLock<Vec<(Statement, Vec<u8>)>> = LazyLock::new(|| {
    let prove = |text: &str| {
        let program = Assembler::new().assemble(&Source::new("fuzz", text)).unwrap().program;
        let inputs = ProgramInputs { stack: StackInputs::from_ints(&[3, 5]).unwrap(), ..Default::default() };
        let proof = prove(&program, &inputs, &ProverOptions::new(ParameterSet::Fast96)).unwrap();
        (proof.statement().clone(), proof.to_bytes())
    };
    vec![prove("begin add push.7 end"), prove("begin push.0 assert end")]
});

/// Numbers of a statement; which of them replace those of the proven statement is in the first byte.
type Numbers = (u8, u8, u8, [u64; 4], Vec<[u64; 4]>, Vec<u64>, Vec<u64>, (u8, u8, u64, bool), Option<u64>);

fn felts(numbers: &[u64]) -> Vec<Felt> {
    numbers.iter().map(|number| Felt::new(number % Felt::MODULUS)).collect()
}

fn digest(numbers: [u64; 4]) -> Digest {
    Digest::new(numbers.map(|number| Felt::new(number % Felt::MODULUS)))
}

fn alter(statement: &Statement, numbers: Numbers) -> Option<Statement> {
    let (parts, _, _, program, kernel, inputs, mut outputs, fault, cycle_limit) = numbers;
    let mut statement = statement.clone();
    let is_replaced = |part: u8| parts >> part & 1 == 1;
    if is_replaced(0) {
        statement.program = digest(program);
    }
    if is_replaced(1) {
        statement.kernel = Kernel::new(kernel.into_iter().map(digest).collect()).ok()?;
    }
    if is_replaced(2) {
        statement.inputs = StackInputs::new(felts(&inputs)).ok()?;
    }
    if is_replaced(3) {
        outputs.resize(outputs.len().max(16), 0);
        statement.outputs = StackOutputs::new(felts(&outputs)).ok()?;
    }
    if is_replaced(4) {
        let (code, opcode, clk, deterministic) = fault;
        let target = is_replaced(7).then(|| digest(program));
        statement.outcome = match (FaultCode::from_number(code), Opcode::from_code(opcode)) {
            (Some(code), Some(opcode)) => {
                Outcome::Fault(FaultClaim { code, opcode, clk, deterministic, target })
            }
            _ => Outcome::Success,
        };
    }
    if is_replaced(5) {
        statement.cycle_limit = cycle_limit;
    }
    Some(statement)
}

fuzz_target!(|numbers: Numbers| {
    let (parts, choice, log2, ..) = numbers;
    let (proven, proof) = &PROVEN[usize::from(choice) % PROVEN.len()];
    let Some(claimed) = alter(proven, numbers) else { return };
    let mut bytes = proof.clone();
    if parts >> 6 & 1 == 1 {
        bytes[7] = log2;
    }

    let elements =
        |statement: &Statement| PublicInputs::new(statement.clone(), ParameterSet::Fast96).to_elements();
    assert_eq!(elements(&claimed) == elements(proven), claimed == *proven);

    match miden_verifier::verify(&claimed, &bytes) {
        Ok(verified) => {
            assert_eq!((&claimed, &bytes), (proven, proof));
            assert_eq!(verified.outcome, proven.outcome);
        }
        Err(error) => {
            assert!(claimed != *proven || bytes != *proof, "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
});
