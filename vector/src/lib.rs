#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

#[cfg(target_arch = "aarch64")]
mod aarch64;
pub mod blake3;
mod dispatch;
mod extension;
mod factor;
mod inverse;
mod lanes;
pub mod rescue;
mod rows;
mod scalar;
mod words;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use dispatch::{Instructions, Kernel, dispatch, dispatch_to};
pub use extension::{mul_cubic, mul_quadratic};
pub use factor::Factor;
pub use inverse::inverse;
pub use lanes::{Lanes, MAX_PRODUCTS};
pub use miden_field::{Line, PANEL};
pub use rows::Rows;
pub use words::Words;

/// The modulus, `2^64 − 2^32 + 1`.
const P: u64 = 0xffff_ffff_0000_0001;
/// `2^64 − p`; subtracting it modulo `2^64` adds `p`.
const EPSILON: u64 = 0xffff_ffff;
