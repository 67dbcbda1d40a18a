#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bytes;
mod felt;
mod hasher;
mod inputs;
mod kernel;
mod merkle;
pub mod operations;
pub mod outcome;
mod outputs;
pub mod params;
pub mod program;
mod rescue;
#[cfg(feature = "serde")]
mod serialize;
mod shared;
mod statement;
pub mod storage;
pub mod trace;

pub use bytes::{DecodeError, Reader, Writer};
pub use felt::{Digest, Felt, HexError, ParseFeltError, Word, felt_from_canonical};
pub use hasher::RescuePrime;
pub use inputs::{AdviceInputs, InputError, ProgramInputs, StackInputs};
pub use kernel::{Kernel, KernelError};
pub use merkle::{MAX_MERKLE_DEPTH, MergePairs, MerkleError, MerkleStore, merge_pairs, merkle_root};
pub use operations::{Opcode, Operation, UnknownOpcode};
pub use outcome::{FailureKind, FaultClaim, FaultCode, Outcome, OutcomeError, UnknownFaultCode};
pub use outputs::StackOutputs;
pub use program::{Node, NodeId, Program};
pub use rescue::{
    NUM_ROUNDS, ROUND_CONSTANTS_1, ROUND_CONSTANTS_2, RescueState, STATE_WIDTH, apply_round, hash_bytes,
    hash_elements, inverse_mds, mds, merge, permute,
};
pub use shared::Shared;
pub use statement::{Difference, ProofBundle, StackName, Statement};

/// Field traits and batch helpers: the only path to the field for the other crates.
pub mod field {
    pub use winter_math::{
        ExtensibleField, ExtensionOf, FieldElement, StarkField, ToElements, batch_inversion,
    };
}
