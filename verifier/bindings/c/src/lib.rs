//! The verifier as a C library; its interface is `include/miden_verifier.h`.
//!
//! `boundary.rs` alone has `unsafe` code: it turns the pointers of a call into slices and texts, for the safe code of the
//! other modules.

mod boundary;
mod statement;
mod verdict;

pub use boundary::*;
pub use statement::*;
pub use verdict::*;
