#![doc = include_str!("../README.md")]
#![no_std]

pub use miden_assembly::{Assembler, Assembly, Diagnostics, Source};
pub use miden_core::{
    AdviceInputs, Digest, FaultClaim, FaultCode, Felt, Kernel, Outcome, Program, ProgramInputs, ProofBundle,
    StackInputs, StackOutputs, Statement, Word,
};
pub use miden_processor::{Execution, ExecutionError, ExecutionOptions, Executor, execute};
pub use miden_prover::{
    ExecutionProof, ParameterSet, Prover, ProverError, ProverOptions, SecurityLevel, Stage, prove,
};
pub use miden_stdlib::StdLibrary;
pub use miden_verifier::{
    Expectation, ExpectedOutcome, Policy, Verified, VerifierError, verify, verify_all, verify_bundle,
    verify_outcome, verify_with,
};

/// Source text to programs: libraries, kernels, diagnostics, debug information, formatter.
pub mod assembly {
    pub use miden_assembly::{
        Assembler, Assembly, AssemblyError, AssemblyErrorKind, Bundle, BundleError, CompiledLibrary,
        DebugInfo, Diagnostics, FormatOptions, InstructionInfo, Library, LibraryError, Location, Package,
        ProcedureInfo, Source, Span, Version, VersionError, format,
    };
}

/// Programs as trees of nodes, and the parts of nodes.
pub mod program {
    pub use miden_core::{
        DecodeError, Digest, Felt, Kernel, KernelError, Node, NodeId, Opcode, Operation, Program, Word,
        field::{FieldElement, StarkField},
        hash_bytes, hash_elements, merge,
        program::{
            AdviceInjector, Block, DebugCommand, Decorator, ErrorCode, HashedNode, ProgramBuilder, Watch,
        },
    };
}

/// Persistent storage: the wrapper around programs, the keys of entries, the hashes of the trie.
pub mod storage {
    pub use miden_core::storage::{
        FIND_EVENT, MAX_DEPTH, Mode, REMOVE_EVENT, SEGMENT, entry_key, leaf_digest, path_bit, wrap,
        wrapped_digest, wrapped_inputs,
    };
}

/// Executions: limits, failures, observers, traces.
pub mod execution {
    pub use miden_core::{InputError, ProgramInputs, StackInputs, StackOutputs};
    pub use miden_processor::{
        CausedRows, Cycle, CycleObserver, Execution, ExecutionError, ExecutionOptions, ExecutionTrace,
        Executor, FailureSite, Fault, Memory, PartRows, RowObserver, Stack, Step, Unobserved, execute,
    };
}

/// The surroundings of an execution: advice providers, event handlers, Merkle trees.
pub mod host {
    pub use miden_core::{AdviceInputs, MAX_MERKLE_DEPTH, MerkleError, MerkleStore, merkle_root};
    pub use miden_processor::{
        AdviceError, AdviceProvider, DebugSite, DefaultHost, EventError, HandlerError, Host, HostError,
        HostSource, InMemoryAdvice, ProcessState, answer_trie_event, inject,
    };
}

/// Proofs: statements, parameters, security levels, errors of prover and verifier.
pub mod proof {
    pub use miden_air::{
        CommitmentHash, ParameterSet, SecurityLevel, StatementError, UnknownParameterSet,
        proof::{ProofError, UnexpectedForm},
    };
    pub use miden_core::{
        Difference, FailureKind, FaultClaim, FaultCode, Outcome, OutcomeError, ProofBundle, StackName,
        Statement, UnknownFaultCode,
    };
    pub use miden_prover::{
        Cancellation, ExecutionProof, ProofObserver, Prover, ProverError, ProverOptions, Stage, prove,
    };
    pub use miden_verifier::{
        Expectation, ExpectedOutcome, Mismatch, Policy, ProofBundleError, Verified, VerifierError, verify,
        verify_all, verify_bundle, verify_outcome, verify_with,
    };
}

/// The code blocks of the book's page for embedders, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/user/embedding.md")]
struct Embedding;

/// The same for the page of proof bundles.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/user/proof-bundles.md")]
struct ProofBundles;
