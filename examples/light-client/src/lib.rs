//! A light client of persistent storage: follows the root from proof to proof, and checks single entries under it.
//!
//! It knows a kernel and a root, and never sees the state. It needs neither the machine nor an assembler, and builds
//! without the standard library.

#![no_std]

use core::iter;

use miden_core::{Digest, Kernel, Word, storage::EMPTY};
use miden_verifier::{BrokenLink, EntryError, Policy, Transition, verify_chain, verify_entry};

/// A client that follows one storage.
#[derive(Clone, Debug)]
pub struct LightClient {
    /// What programs can do to the state depends on the kernel alone, so this is all that the client has to trust.
    kernel: Kernel,
    policy: Policy,
    root: Digest,
}

impl LightClient {
    /// Starts at the empty state, on a kernel that the caller trusts.
    pub fn from_genesis(kernel: Kernel) -> Self {
        Self::at(kernel, EMPTY)
    }

    /// Starts at the root of a state that the caller trusts.
    pub fn at(kernel: Kernel, root: Digest) -> Self {
        Self { kernel, policy: Policy::default(), root }
    }

    /// The root that the accepted transitions led to.
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// Follows a transition, by any program.
    ///
    /// # Errors
    /// If it does not start at the current root, or the proof does not prove it on the kernel; the root stays as it is.
    pub fn follow(&mut self, transition: Transition<'_>, proof: &[u8]) -> Result<(), BrokenLink> {
        let link = iter::once((transition, proof));
        let root = verify_chain(&self.kernel, self.root, link, &self.policy);
        self.root = root.map_err(|error| error.reason)?;
        Ok(())
    }

    /// Checks that an entry has a value in the current state; zero if it is absent. The key is that of
    /// [`entry_key`](miden_core::storage::entry_key).
    ///
    /// # Errors
    /// If the proof shows something else, or is about another state.
    pub fn check(&self, key: &Word, value: &Word, proof: &[u8]) -> Result<(), EntryError> {
        verify_entry(&self.root, key, value, proof)
    }
}
