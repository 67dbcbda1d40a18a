//! Abstract syntax tree. It borrows names from the source text, and has the place of every element.

use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::Name;

mod block;
mod import;
mod invocation;
mod name;
mod procedure;

pub(crate) use block::{Block, BlockId, Body, Item};
pub(crate) use import::{Import, Imported, Reexport};
pub(crate) use invocation::{Invocation, InvocationKind, ModuleId, ProcedureId, Target};
pub(crate) use name::ProcedureName;
pub(crate) use procedure::{Attribute, Procedure};

/// Kind of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModuleKind {
    /// A program with its procedures.
    Program,
    /// A kernel: procedures for system calls.
    Kernel,
    /// A module of a library.
    Library,
}

/// Declarations of a source file.
#[derive(Debug, Default)]
pub(crate) struct Module<'s> {
    /// The documentation of the module itself.
    pub(crate) docs: Option<String>,
    pub(crate) imports: Vec<Import<'s>>,
    pub(crate) reexports: Vec<Reexport<'s>>,
    /// The declared submodules.
    pub(crate) submodules: Vec<Name<'s>>,
    pub(crate) procedures: Vec<Procedure<'s>>,
    pub(crate) program: Option<Body<'s>>,
    /// The attributes before the program.
    pub(crate) program_attributes: Vec<Attribute<'s>>,
}

impl<'s> Module<'s> {
    /// Whether it has exports.
    pub(crate) fn exports_any(&self) -> bool {
        !self.reexports.is_empty() || self.procedures.iter().any(|procedure| procedure.exported)
    }

    /// All bodies, in the order of the text.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &Body<'s>> {
        self.procedures.iter().map(|procedure| &procedure.body).chain(&self.program)
    }

    /// All bodies, in the order of the text.
    pub(crate) fn bodies_mut(&mut self) -> impl Iterator<Item = &mut Body<'s>> {
        self.procedures.iter_mut().map(|procedure| &mut procedure.body).chain(&mut self.program)
    }
}
