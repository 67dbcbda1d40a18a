//! Lanes of x86-64: one file for each set of instructions.

mod avx2;
mod avx512;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
