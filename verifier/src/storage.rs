//! Persistent storage: proofs that lead from one root to the next, and proofs of single entries.
//!
//! Book: design/storage.md

use alloc::vec::Vec;

use miden_core::{
    DecodeError, Digest, Felt, InputError, Kernel, StackInputs, StackOutputs, Statement, Word,
    storage::{EntryProof, wrapped_digest, wrapped_inputs},
};

use crate::{Policy, Verified, VerifierError, verify_with};

/// The claim that a program led from one state of the storage to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition<'a> {
    /// Hash of the user's program: of the body, which the wrapper calls.
    pub program: Digest,
    /// The root before.
    pub root_before: Digest,
    /// The user's initial stack, bottom first, without the root.
    pub inputs: &'a [Felt],
    /// The root after.
    pub root_after: Digest,
    /// The final stack, top first, without the root.
    pub outputs: &'a [Felt],
    /// The public cycle limit, if the statement has one.
    pub cycle_limit: Option<u64>,
}

impl Transition<'_> {
    /// The statement about the wrapped program on this kernel.
    ///
    /// # Errors
    /// If there are too many inputs or outputs.
    pub fn statement(&self, kernel: &Kernel) -> Result<Statement, TransitionError> {
        let inputs = wrapped_inputs(&StackInputs::new(self.inputs.to_vec())?, &self.root_before)?;
        let root = self.root_after.elements().iter().rev();
        let outputs: Vec<Felt> = root.chain(self.outputs).copied().collect();
        let statement = Statement::success(
            wrapped_digest(&self.program),
            kernel.clone(),
            inputs,
            StackOutputs::new(outputs)?,
        );
        Ok(Statement { cycle_limit: self.cycle_limit, ..statement })
    }
}

/// Why a transition is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransitionError {
    /// There are too many inputs or outputs.
    #[error(transparent)]
    Stack(#[from] InputError),
    /// The proof does not prove the transition.
    #[error(transparent)]
    Rejected(#[from] VerifierError),
}

/// Checks that `proof` proves the transition: the program, called by the wrapper on `kernel`, started on the root before
/// and these inputs, ends with the root after and these outputs.
///
/// The program may be any; what it can do to the storage is limited by the kernel. So the kernel must be one that the
/// caller trusts.
///
/// # Errors
/// If it does not prove the transition, or `policy` does not accept its parameters.
pub fn verify_transition(
    kernel: &Kernel,
    transition: &Transition<'_>,
    proof: &[u8],
    policy: &Policy,
) -> Result<Verified, TransitionError> {
    Ok(verify_with(&transition.statement(kernel)?, proof, policy)?)
}

/// Why a chain of transitions is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("transition {index} is not valid: {reason}")]
pub struct ChainError {
    /// Index of the transition, counted from 0.
    pub index: usize,
    /// The reason.
    pub reason: BrokenLink,
}

/// Why a transition does not continue a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenLink {
    /// It starts on another root than the one before has led to.
    #[error("it starts on root {found}, but the transitions before lead to root {expected}")]
    Root {
        /// The root that the transitions before lead to.
        expected: Digest,
        /// The root that it starts on.
        found: Digest,
    },
    /// It is not proven.
    #[error(transparent)]
    Transition(#[from] TransitionError),
}

/// Checks that transitions with their proofs lead from `root` from one root to the next, all on `kernel`; returns the
/// last root, which is `root` itself if there are none.
///
/// Memory use does not depend on the number of transitions.
///
/// # Errors
/// If one of them does not start where the one before ended, or is not proven.
pub fn verify_chain<'a, P: AsRef<[u8]>>(
    kernel: &Kernel,
    root: Digest,
    transitions: impl IntoIterator<Item = (Transition<'a>, P)>,
    policy: &Policy,
) -> Result<Digest, ChainError> {
    let mut root = root;
    for (index, (transition, proof)) in transitions.into_iter().enumerate() {
        let (expected, found) = (root, transition.root_before);
        if found != expected {
            return Err(ChainError { index, reason: BrokenLink::Root { expected, found } });
        }
        verify_transition(kernel, &transition, proof.as_ref(), policy)
            .map_err(|error| ChainError { index, reason: error.into() })?;
        root = transition.root_after;
    }
    Ok(root)
}

/// Why a proof of an entry is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The bytes are not a proof of an entry.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The proof shows nothing about the key.
    #[error("the proof is about another key")]
    OtherKey,
    /// The proof is about a state with another root.
    #[error("the proof is about a state with root {found}, not {expected}")]
    OtherRoot {
        /// The root that the caller trusts.
        expected: Digest,
        /// The root that the proof leads to.
        found: Digest,
    },
    /// The key has another value.
    #[error("the value of the key is {}, not {}", Digest::new(*.found), Digest::new(*.expected))]
    OtherValue {
        /// The value that the caller expected.
        expected: Word,
        /// The value of the key; zero if it is absent.
        found: Word,
    },
}

/// Checks that a key has a value in the state with this root; the zero word means that the key is absent.
///
/// The key is that of the trie; [`entry_key`](miden_core::storage::entry_key) computes it for an entry of a program.
///
/// ```
/// use miden_core::{Digest, Felt, storage::{EntryProof, PathEnd, leaf_digest}};
/// use miden_verifier::{EntryError, verify_entry};
///
/// let (key, value) = ([1, 2, 3, 4].map(Felt::new), [5, 6, 7, 8].map(Felt::new));
/// // The root of a state with a single entry is the digest of its leaf.
/// let root = leaf_digest(&key, &value);
/// let proof = EntryProof { siblings: Vec::new(), end: PathEnd::Leaf { key, value } }.to_bytes();
///
/// verify_entry(&root, &key, &value, &proof)?;
/// let other = [5, 6, 7, 9].map(Felt::new);
/// assert!(matches!(verify_entry(&root, &key, &other, &proof), Err(EntryError::OtherValue { .. })));
/// // The same proof shows that any other key is absent.
/// verify_entry(&root, &other, &[0; 4].map(Felt::new), &proof)?;
/// # Ok::<(), EntryError>(())
/// ```
///
/// # Errors
/// If the proof shows something else, or nothing.
pub fn verify_entry(root: &Digest, key: &Word, value: &Word, proof: &[u8]) -> Result<(), EntryError> {
    let (found, shown) = EntryProof::from_bytes(proof)?.claim(key).ok_or(EntryError::OtherKey)?;
    if shown != *root {
        return Err(EntryError::OtherRoot { expected: *root, found: shown });
    }
    if found != *value {
        return Err(EntryError::OtherValue { expected: *value, found });
    }
    Ok(())
}
