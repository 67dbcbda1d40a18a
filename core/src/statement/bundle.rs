use alloc::vec::Vec;

use crate::Statement;

/// A statement and its proof, in one file.
///
/// The statement is only a claim of the file's author. To accept it, a verifier compares the program, and everything else
/// that it relies on, with what it expects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProofBundle {
    /// The statement.
    pub statement: Statement,
    /// The bytes of the proof.
    pub proof: Vec<u8>,
}
