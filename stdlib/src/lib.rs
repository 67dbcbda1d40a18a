#![doc = include_str!("../README.md")]
#![no_std]

/// A module of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// Path by which programs import it, such as `std::math::u64`.
    pub path: &'static str,
    /// Its assembly source.
    pub source: &'static str,
}

/// The modules of the library, ordered by path.
pub const MODULES: &[Module] = &[];
