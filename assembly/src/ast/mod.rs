//! The syntax tree. It borrows names from the source text, and knows where everything stands.

use alloc::vec::Vec;

mod block;
mod procedure;

pub(crate) use block::{Block, BlockId, Body, Item};
pub(crate) use procedure::{Invocation, InvocationKind, Procedure, ProcedureId, Target};

/// What a source file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModuleKind {
    /// A program with the procedures that it uses.
    Program,
    /// Procedures for system calls.
    Kernel,
}

/// What a source file holds.
#[derive(Debug, Default)]
pub(crate) struct Module<'s> {
    pub(crate) procedures: Vec<Procedure<'s>>,
    pub(crate) program: Option<Body<'s>>,
}

impl<'s> Module<'s> {
    /// All bodies, in the order of the text.
    pub(crate) fn bodies_mut(&mut self) -> impl Iterator<Item = &mut Body<'s>> {
        self.procedures.iter_mut().map(|procedure| &mut procedure.body).chain(&mut self.program)
    }
}
