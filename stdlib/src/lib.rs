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
/// A program is the same, down to its hash, whichever form it uses. With the sources, a failure inside a procedure of the
/// library shows the source line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StdLibrary;

impl StdLibrary {
    /// The name, the first component of every module path.
    pub const NAME: &'static str = "std";

    /// The modules, sorted by path.
    pub const MODULES: &'static [Module] = include!(concat!(env!("OUT_DIR"), "/modules.rs"));

    /// The compiled library in its file format, as written by `CompiledLibrary::to_bytes`.
    pub const COMPILED: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/std.masl"));

    /// The version, which is that of this crate.
    pub fn version() -> Version {
        // The build script has parsed it already; a test compares it with the version of the compiled library.
        env!("CARGO_PKG_VERSION").parse().unwrap_or_default()
    }

    /// The library as sources. A module is parsed only when a program uses it.
    ///
    /// # Errors
    /// Never: building this crate assembled the same library.
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
    /// Never: the same version of the assembler wrote the bytes when this crate was built.
    pub fn compiled() -> Result<CompiledLibrary, DecodeError> {
        CompiledLibrary::from_bytes(Self::COMPILED)
    }

    /// The kernel of persistent storage, for `Assembler::with_kernel`; it imports modules of the library.
    pub fn storage_kernel() -> Source {
        Source::new("storage.masm", include_str!("../kernels/storage.masm"))
    }

    /// Adds the library to an assembler, as sources.
    ///
    /// # Errors
    /// If the assembler already has a module with the same path.
    pub fn add_to(assembler: Assembler) -> Result<Assembler, LibraryError> {
        assembler.with_library(Self::library()?)
    }
}
