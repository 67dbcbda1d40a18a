//! Parameters of proofs and their security.

mod hiding;
mod parameter_set;
mod protocol;
mod security;
#[cfg(test)]
mod tests;

pub use hiding::Hiding;
pub use parameter_set::{CommitmentHash, ParameterSet, UnknownParameterSet};
pub use protocol::{Protocol, ProtocolVisitor};
pub use security::{Bits, Regime, Round, RoundSecurity, SecurityLevel, SecurityReport};
