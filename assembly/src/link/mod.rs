//! The files that a program, a kernel or a library consists of, and which procedure each name in them means.
//!
//! A module is read when something of it is named. Modules do not import each other in a circle, so that those that
//! a module imports are complete when its own names are resolved; no procedure reaches itself, so that procedures have
//! an order in which each stands behind those that it invokes.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    AssemblyError, Diagnostics, Source, Span,
    ast::{Body, Module, ModuleId, ModuleKind, Procedure, ProcedureId, Target},
    errors::Errors,
    instructions::InstructionSet,
    library::Libraries,
    parser,
    syntax::Syntax,
};

mod chain;
mod modules;
mod names;
mod order;
mod restrictions;
mod scope;

use order::Order;
use scope::Scope;

/// What a kernel exports, by name.
pub(crate) type Exports = BTreeMap<alloc::string::String, miden_core::NodeId>;

/// Files without errors, all names resolved.
#[derive(Debug)]
pub(crate) struct Linked<'s> {
    /// The first one is what is assembled, the others are what it uses.
    pub(crate) modules: Vec<LinkedModule<'s>>,
    /// The procedures that are needed, each behind those that it invokes.
    pub(crate) order: Vec<ProcedureId>,
    /// What is not wrong, but worth to know.
    pub(crate) warnings: Diagnostics,
}

/// A module of a program.
#[derive(Debug)]
pub(crate) struct LinkedModule<'s> {
    /// Its path; a program and a kernel have none.
    pub(crate) path: Option<&'s str>,
    pub(crate) source: &'s Source,
    pub(crate) ast: Module<'s>,
    /// What other modules can name.
    exports: BTreeMap<&'s str, Target>,
    /// Whether these are all exports: names are resolved, and without errors.
    is_complete: bool,
}

impl<'s> Linked<'s> {
    /// The source of what is assembled.
    pub(crate) fn source(&self) -> Source {
        self.modules.first().map(|module| module.source.clone()).unwrap_or_default()
    }

    /// The body of the program.
    pub(crate) fn program(&self) -> Option<&Body<'s>> {
        self.modules.first()?.ast.program.as_ref()
    }

    /// The procedures that are needed, each behind those that it invokes.
    pub(crate) fn procedures(&self) -> impl Iterator<Item = (ProcedureId, &'s Source, &Procedure<'s>)> {
        self.order.iter().filter_map(|&id| {
            let module = self.modules.get(id.module.0)?;
            Some((id, module.source, module.ast.procedures.get(id.index)?))
        })
    }

    /// What the first module exports, and where it says so.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&'s str, Target, Span)> {
        let exports = self.modules.first().into_iter().flat_map(|module| {
            let own = module.ast.procedures.iter().map(|procedure| (procedure.label.text, procedure.header));
            let others = module.ast.reexports.iter().map(|export| (export.alias.text, export.span));
            own.chain(others).map(|(label, span)| (label, module.exports.get(label), span))
        });
        exports.filter_map(|(label, target, span)| target.map(|target| (label, *target, span)))
    }
}

/// What linking starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linker<'s> {
    pub(crate) instructions: &'s InstructionSet,
    pub(crate) libraries: &'s Libraries,
    /// What system calls can name.
    pub(crate) kernel: Option<&'s Exports>,
}

impl<'s> Linker<'s> {
    /// Reads a program or a kernel, and the modules that it uses.
    pub(crate) fn link(self, kind: ModuleKind, source: &'s Source) -> Result<Linked<'s>, Diagnostics> {
        let mut linking = Linking::new(self);
        linking.read(kind, None, source);
        linking.load(ModuleId(0));
        linking.finish(kind)
    }
}

/// Linking under way.
struct Linking<'s> {
    linker: Linker<'s>,
    modules: Vec<LinkedModule<'s>>,
    scopes: Vec<Scope<'s>>,
    /// The errors of each module.
    errors: Vec<Errors>,
    warnings: Vec<AssemblyError>,
    /// The modules that have been read, by path.
    known: BTreeMap<&'s str, ModuleId>,
}

impl<'s> Linking<'s> {
    const fn new(linker: Linker<'s>) -> Self {
        Self {
            linker,
            modules: Vec::new(),
            scopes: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// Reads a module. Its names are not resolved yet.
    fn read(&mut self, kind: ModuleKind, path: Option<&'s str>, source: &'s Source) -> ModuleId {
        let mut errors = Errors::new(source.clone());
        let syntax = Syntax::parse_into(source, &mut errors);
        let mut ast = parser::parse(kind, source, &syntax, self.linker.instructions, &mut errors);
        let id = ModuleId(self.modules.len());
        self.scopes.push(Scope::new(kind, path, &mut ast, &mut errors));
        self.modules.push(LinkedModule { path, source, ast, exports: BTreeMap::new(), is_complete: false });
        self.errors.push(errors);
        if let Some(path) = path {
            self.known.insert(path, id);
        }
        id
    }

    /// Checks what can only be checked when all names are resolved.
    fn finish(mut self, kind: ModuleKind) -> Result<Linked<'s>, Diagnostics> {
        let order = Order::new(&self.modules, &mut self.errors);
        restrictions::check(kind, &mut self.modules, &order, self.linker, &mut self.errors);
        if self.errors.iter().all(Errors::is_empty) {
            let warnings = Diagnostics::new(self.warnings);
            return Ok(Linked { modules: self.modules, order: order.into_needed(), warnings });
        }
        Err(Diagnostics::new(self.errors.into_iter().flat_map(Errors::into_vec).collect()))
    }
}
