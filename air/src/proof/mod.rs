//! The proof format.
//!
//! Header, messages in the order of the transcript, openings. Nothing that the verifier can derive is encoded: no
//! widths, lengths, counts or options, no commitment to the FRI remainder (it is the remainder's hash), no query
//! positions. So a proof has one encoding, and no length of a read comes from the proof.
//!
//! Book: design/proof-format.md

mod coin;
mod encode;
mod header;
mod messages;
mod openings;
mod shape;
#[cfg(test)]
mod tests;
mod wire;

pub use coin::{Coin, SeedHasher};
pub use encode::{UnexpectedForm, encode_proof};
pub use header::{ProofError, ProofHeader};
pub use messages::{Messages, merge_evaluations};
pub use openings::{Opening, Openings};
pub use shape::ProofShape;
