//! Executing single procedures of the library.

#![allow(dead_code, unused_imports, reason = "not every part is used yet")]

mod host;
mod hostile;
pub(crate) mod polynomial;
mod random;
mod run;
mod words;

pub(crate) use hostile::{hostile, hostile_unless};
pub(crate) use random::Random;
pub(crate) use run::{Ended, KERNEL_MODULE, PERMUTATION, Run, event, felt, felts};
pub(crate) use words::{Word4, digest, hash, reversed};
