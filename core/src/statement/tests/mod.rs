//! Round trips and hostile bytes of statements and proof bundles, and the differences between statements.

mod bytes;
mod differences;
#[cfg(feature = "serde")]
mod json;

use alloc::{vec, vec::Vec};

use proptest::{collection, prelude::*};

use super::*;
use crate::{FaultClaim, FaultCode, Felt, Opcode, operations::OPERATIONS};

fn digest(value: u64) -> Digest {
    Digest::new([value, 0, 0, 1].map(Felt::new))
}

/// A statement in which every part has more than its shortest form.
fn fault() -> Statement {
    Statement {
        program: digest(9),
        kernel: Kernel::new(vec![digest(1), digest(2)]).unwrap(),
        inputs: StackInputs::from_ints(&(0..17).collect::<Vec<_>>()).unwrap(),
        outputs: StackOutputs::from_ints(&[u64::MAX << 32, 5]).unwrap(),
        outcome: Outcome::Fault(FaultClaim {
            code: FaultCode::SyscallTargetNotInKernel,
            opcode: Opcode::SysCall,
            clk: 77,
            deterministic: true,
            target: Some(digest(3)),
        }),
        cycle_limit: Some(u64::MAX),
    }
}

fn success() -> Statement {
    let [inputs, outputs] = [&[3, 5], &[8, 0]];
    Statement::success(
        digest(7),
        Kernel::default(),
        StackInputs::from_ints(inputs).unwrap(),
        StackOutputs::from_ints(outputs).unwrap(),
    )
}

prop_compose! {
    fn any_felt()(value: u64) -> Felt {
        Felt::new(value)
    }
}

prop_compose! {
    fn any_digest()(word in [any_felt(), any_felt(), any_felt(), any_felt()]) -> Digest {
        Digest::new(word)
    }
}

prop_compose! {
    fn any_fault()(
        code in proptest::sample::select(FaultCode::ALL),
        info in 0..OPERATIONS.len(),
        clk: u64,
        deterministic: bool,
        target in proptest::option::of(any_digest()),
    ) -> FaultClaim {
        FaultClaim { code, opcode: OPERATIONS[info].opcode, clk, deterministic, target }
    }
}

prop_compose! {
    fn any_statement()(
        program in any_digest(),
        kernel in collection::btree_set(any_digest(), 0..4),
        inputs in collection::vec(any_felt(), 0..20),
        outputs in collection::vec(any_felt(), 0..20),
        fault in proptest::option::of(any_fault()),
        cycle_limit: Option<u64>,
    ) -> Statement {
        Statement {
            program,
            kernel: Kernel::new(kernel.into_iter().collect()).unwrap(),
            inputs: StackInputs::new(inputs).unwrap(),
            outputs: StackOutputs::new(outputs).unwrap(),
            outcome: fault.map_or(Outcome::Success, Outcome::Fault),
            cycle_limit,
        }
    }
}

prop_compose! {
    fn any_bundle()(statement in any_statement(), proof: Vec<u8>) -> ProofBundle {
        ProofBundle { statement, proof }
    }
}
