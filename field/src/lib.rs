#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bytes;
mod convert;
mod element;
mod extension;
mod felt;

pub use convert::NotCanonical;
pub use felt::Felt;
