#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

use alloc::borrow::ToOwned;

use miden_assembly::{Assembler, CompiledLibrary, Library, LibraryError, Source, Version};
use miden_core::DecodeError;

/// A module of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// Path by which programs import it, such as `std::math::u64`.
    pub path: &'static str,
    /// Its assembly source.
    pub source: &'static str,
}

/// The standard library, as sources and compiled.
///
/// Programs that use the one or the other are the same, up to their digest. With the sources, an error that occurs in a
/// procedure of the library shows the line there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StdLibrary;

impl StdLibrary {
    /// The name, with which the paths of all modules begin.
    pub const NAME: &'static str = "std";

    /// The modules, ordered by path.
    pub const MODULES: &'static [Module] = include!(concat!(env!("OUT_DIR"), "/modules.rs"));

    /// The file form of the compiled library, as `CompiledLibrary::to_bytes` has written it.
    pub const COMPILED: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/std.masl"));

    /// The version, that of this crate.
    pub fn version() -> Version {
        // The build script has read it; a test compares it with that of the compiled library.
        env!("CARGO_PKG_VERSION").parse().unwrap_or_default()
    }

    /// The library as sources. Modules are read when something of them is used.
    ///
    /// # Errors
    /// None: the same library was assembled when this crate was built.
    pub fn library() -> Result<Library, LibraryError> {
        let modules = Self::MODULES.iter().map(|module| {
            let name = module.path.replace("::", "/") + ".masm";
            (module.path.to_owned(), Source::new(name, module.source))
        });
        Library::new(Self::NAME, Self::version(), modules)
    }

    /// The compiled library.
    ///
    /// # Errors
    /// None: the bytes were written by the same version of the assembler when this crate was built.
    pub fn compiled() -> Result<CompiledLibrary, DecodeError> {
        CompiledLibrary::from_bytes(Self::COMPILED)
    }

    /// Makes the library known to an assembler, as sources.
    ///
    /// # Errors
    /// If the assembler knows a module of the same path already.
    pub fn add_to(assembler: Assembler) -> Result<Assembler, LibraryError> {
        assembler.with_library(Self::library()?)
    }
}
