#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bytes;
mod convert;
#[cfg(feature = "serde")]
pub mod decimal;
mod element;
mod extension;
mod felt;
mod line;
#[cfg(feature = "serde")]
mod serialize;

pub use convert::{NotCanonical, ParseFeltError};
pub use felt::Felt;
pub use line::{Line, PANEL};
