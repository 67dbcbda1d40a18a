//! Links the modules of a program, a kernel or a library, and resolves the names of procedures.
//!
//! A module is parsed when one of its names is used. There are no import cycles, so the modules that a module imports
//! are complete when its own names are resolved; there is no recursion, so procedures can be ordered such that each
//! comes after those it invokes.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use miden_assembly_syntax::{Diagnostic, Source, Span, Syntax, SyntaxKind};
use miden_core::{Digest, Felt, Kernel, NodeId};

use crate::{
    AssemblyError, Diagnostics,
    ast::{
        Block, Body, Invocation, InvocationKind, Item, Module, ModuleId, ModuleKind, Procedure, ProcedureId,
        ProcedureName, Target,
    },
    constants::Constants,
    errors::Errors,
    instructions::InstructionSet,
    library::{CompiledId, Libraries, Library},
    parser::{self, Input},
};

mod advice;
mod arena;
mod chain;
mod constants;
mod modules;
mod names;
mod order;
mod restrictions;
mod scope;

pub(crate) use arena::PerModule;
use constants::PendingModule;
use order::Order;
use scope::Scope;

/// A kernel as system calls see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct KernelInterface {
    pub(crate) kernel: Kernel,
    /// The exported procedures by name, each with its node in the program that begins with the kernel.
    pub(crate) exports: BTreeMap<String, NodeId>,
    /// Its lists for the advice map.
    pub(crate) advice: BTreeMap<Digest, Vec<Felt>>,
}

/// Modules without errors, with all names resolved.
#[derive(Debug)]
pub(crate) struct Linked<'s> {
    /// The assembled modules, followed by those they use.
    pub(crate) modules: PerModule<LinkedModule<'s>>,
    /// Number of assembled modules.
    num_roots: usize,
    pub(crate) libraries: &'s Libraries,
    /// The lists of all modules and used libraries for the advice map.
    pub(crate) advice: BTreeMap<Digest, Vec<Felt>>,
    /// The procedures, each after those it invokes; reachable ones come first.
    pub(crate) order: Vec<ProcedureId>,
    /// Number of reachable procedures.
    num_needed: usize,
    /// Warnings: problems that do not prevent assembly.
    pub(crate) warnings: Diagnostics,
}

/// A module of a program.
#[derive(Debug)]
pub(crate) struct LinkedModule<'s> {
    /// Its path; `None` for a program or a kernel.
    pub(crate) path: Option<&'s str>,
    pub(crate) source: &'s Source,
    pub(crate) ast: Module<'s>,
    pub(crate) constants: Constants<'s>,
    /// The exports.
    exports: BTreeMap<&'s str, Target>,
    /// Whether the exports are complete: all names are resolved without errors.
    is_complete: bool,
}

impl<'s> Linked<'s> {
    /// The source of the first assembled module.
    pub(crate) fn source(&self) -> Source {
        self.modules.first().map(|module| module.source.clone()).unwrap_or_default()
    }

    /// The body of the program.
    pub(crate) fn program(&self) -> Option<&Body<'s>> {
        self.modules.first()?.ast.program.as_ref()
    }

    /// The assembled modules.
    pub(crate) fn roots(&self) -> &[LinkedModule<'s>] {
        self.modules.first_few(self.num_roots)
    }

    /// The reachable procedures, each after those it invokes.
    pub(crate) fn procedures(&self) -> impl Iterator<Item = (ProcedureId, &'s Source, &Procedure<'s>)> {
        self.all_procedures().take(self.num_needed)
    }

    /// The reachable procedures and all others of the assembled modules, each after those it invokes.
    pub(crate) fn all_procedures(&self) -> impl Iterator<Item = (ProcedureId, &'s Source, &Procedure<'s>)> {
        self.order.iter().map(|&id| (id, self.modules[id.module].source, self.modules.procedure(id)))
    }

    /// Whether a module is one of the assembled ones.
    pub(crate) const fn is_root(&self, module: ModuleId) -> bool {
        module.0 < self.num_roots
    }

    /// Makes an invocation of a procedure of the first module the program. `all` are all procedures, each after those it
    /// invokes.
    pub(crate) fn enter(&mut self, entry: ProcedureId, all: &[ProcedureId]) {
        let mut reached = BTreeSet::from([entry]);
        // From the last to the first, so that each comes after the procedures that invoke it.
        for id in all.iter().rev() {
            if reached.contains(id) {
                let targets = self.modules.procedure(*id).body.invocations();
                reached.extend(targets.filter_map(|invocation| match invocation.target {
                    Some(Target::Procedure(invoked)) => Some(invoked),
                    _ => None,
                }));
            }
        }
        self.order = all.iter().copied().filter(|id| reached.contains(id)).collect();
        self.num_needed = self.order.len();
        let label = self.modules.procedure(entry).label;
        let invocation = Invocation {
            kind: InvocationKind::Exec,
            name: ProcedureName::Local(label),
            span: label.span,
            target: Some(Target::Procedure(entry)),
        };
        let block = Block { items: Vec::from([Item::Invocation(invocation)]) };
        self.modules[entry.module].ast.program = Some(Body { blocks: Vec::from([block]) });
    }

    /// The reachable procedures of compiled libraries.
    pub(crate) fn compiled(&self) -> BTreeSet<CompiledId> {
        let bodies = self.procedures().map(|(_, _, procedure)| &procedure.body).chain(self.program());
        let invoked = bodies.flat_map(Body::invocations).filter_map(|invocation| invocation.target);
        let exported = self.roots().iter().flat_map(|module| module.exports.values().copied());
        let targets = invoked.chain(exported);
        targets
            .filter_map(|target| match target {
                Target::Compiled(id) => Some(id),
                _ => None,
            })
            .collect()
    }
}

impl<'s> LinkedModule<'s> {
    /// The exports of the module, with their places.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&'s str, Target, Span)> {
        let own = self.ast.procedures.iter().map(|procedure| (procedure.label.text, procedure.header));
        let others = self.ast.reexports.iter().map(|export| (export.alias.text, export.span));
        // Procedures of the module alone and constants are not among the exports.
        let exports = own.chain(others).map(|(label, span)| (label, self.exports.get(label), span));
        exports.filter_map(|(label, target, span)| target.map(|target| (label, *target, span)))
    }

    fn procedure_mut(&mut self, index: usize) -> &mut Procedure<'s> {
        self.ast.procedures.get_mut(index).expect("indexes of procedures are taken from their module")
    }

    pub(crate) fn procedure(&self, index: usize) -> &Procedure<'s> {
        self.ast.procedures.get(index).expect("indexes of procedures are taken from their module")
    }
}

/// Environment of linking.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linker<'s> {
    pub(crate) instructions: &'s InstructionSet,
    pub(crate) libraries: &'s Libraries,
    /// The kernel of the code, unless it is part of one.
    pub(crate) kernel: Option<&'s KernelInterface>,
}

impl<'s> Linker<'s> {
    /// Links a program or a kernel with the modules it uses.
    pub(crate) fn link(self, kind: ModuleKind, source: &'s Source) -> Result<Linked<'s>, Diagnostics> {
        let mut linking = Linking::new(self);
        // 1 ----- parse the source to a syntax tree, and its declarations
        linking.read(kind, None, source);
        linking.finish(Some(kind))
    }

    /// Links all modules of a library with the modules they use.
    pub(crate) fn link_library(self, library: &'s Library) -> Result<Linked<'s>, Diagnostics> {
        let mut linking = Linking::new(self);
        for (path, source) in library.modules() {
            linking.read(ModuleKind::Library, Some(path), source);
        }
        linking.finish(Some(ModuleKind::Library))
    }

    /// Links a module with the modules it uses, without checking restrictions of kernels and programs.
    pub(crate) fn link_module(
        self,
        path: Option<&'s str>,
        source: &'s Source,
    ) -> Result<Linked<'s>, Diagnostics> {
        let mut linking = Linking::new(self);
        linking.read(ModuleKind::Library, path, source);
        linking.finish(None)
    }

    /// Links a module or a program, whose procedures [`Linked::enter`] makes programs.
    pub(crate) fn link_entries(
        self,
        path: Option<&'s str>,
        source: &'s Source,
    ) -> Result<Linked<'s>, Diagnostics> {
        let (syntax, _) = Syntax::parse(source, self.instructions.names());
        let is_program = syntax.root().children().any(|child| child.kind() == SyntaxKind::Program);
        let mut linking = Linking::new(self);
        linking.read(if is_program { ModuleKind::Program } else { ModuleKind::Library }, path, source);
        linking.finish(Some(ModuleKind::Program))
    }
}

/// State of linking.
struct Linking<'s> {
    linker: Linker<'s>,
    /// Number of assembled modules.
    num_roots: usize,
    modules: PerModule<LinkedModule<'s>>,
    scopes: PerModule<Scope<'s>>,
    /// The errors of each module.
    errors: PerModule<Errors>,
    warnings: Vec<AssemblyError>,
    /// The rest of the work for each module that is not complete.
    pending: PerModule<Option<PendingModule<'s>>>,
    /// Whether an import cycle through constants has been reported.
    has_cycle_of_constants: bool,
    /// The modules found so far, by path.
    known: BTreeMap<&'s str, ModuleId>,
}

impl<'s> Linking<'s> {
    const fn new(linker: Linker<'s>) -> Self {
        Self {
            linker,
            num_roots: 0,
            modules: PerModule::new(),
            scopes: PerModule::new(),
            errors: PerModule::new(),
            warnings: Vec::new(),
            pending: PerModule::new(),
            has_cycle_of_constants: false,
            known: BTreeMap::new(),
        }
    }

    /// Parses the declarations of a module, which is not complete yet.
    fn read(&mut self, kind: ModuleKind, path: Option<&'s str>, source: &'s Source) -> ModuleId {
        let mut errors = Errors::new(source.clone());
        let (syntax, found) = Syntax::parse(source, self.linker.instructions.names());
        found.into_iter().map(Diagnostic::convert).for_each(|error| errors.add(error));
        let input = Input { kind, source, syntax: &syntax, instructions: self.linker.instructions };
        let (ast, constants) = parser::parse_declarations(input, &mut errors);
        self.scopes.push(Scope::new(path, &ast, &mut errors));
        self.pending.push(Some(PendingModule::new(kind, syntax, constants, &ast)));
        self.errors.push(errors);
        let id = self.modules.push(LinkedModule {
            path,
            source,
            ast,
            constants: Constants::default(),
            exports: BTreeMap::new(),
            is_complete: false,
        });
        if let Some(path) = path {
            self.known.insert(path, id);
        }
        id
    }

    /// Links the modules read so far with the modules they use, and checks them. Restrictions are checked only if
    /// `kind` is given.
    fn finish(mut self, kind: Option<ModuleKind>) -> Result<Linked<'s>, Diagnostics> {
        self.num_roots = self.modules.len();
        // 2 ----- read the modules that are named, constants before bodies; resolve names to procedures
        (0..self.num_roots).map(ModuleId).for_each(|root| self.complete(root));
        self.load();
        // 3 ----- order the procedures, each after those that it invokes; recursion is an error
        let order = Order::new(&self.modules, self.num_roots, &mut self.errors);
        // 4 ----- check what is forbidden in a kernel, or outside of one
        if let Some(kind) = kind {
            let (modules, errors) = (&mut self.modules, &mut self.errors);
            restrictions::check(kind, modules, self.num_roots, &order, self.linker, errors);
        }
        let advice = self.collect_advice(&order);
        if self.errors.iter().all(Errors::is_empty) {
            let warnings = Diagnostics::new(self.warnings);
            return Ok(Linked {
                modules: self.modules,
                num_roots: self.num_roots,
                libraries: self.linker.libraries,
                advice,
                num_needed: order.num_needed,
                order: order.procedures,
                warnings,
            });
        }
        Err(Diagnostics::new(self.errors.into_iter().flat_map(Errors::into_vec).collect()))
    }
}
