//! The verifier as a C library; its interface is `include/miden_verifier.h`.

mod exports;
mod memory;
mod statement;
mod verdict;

pub use exports::*;
pub use statement::*;
pub use verdict::*;
