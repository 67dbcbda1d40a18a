//! Lowers libraries to compiled libraries, and imports the code of compiled procedures.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{Name, Span};
use miden_core::{NodeId, program::ProgramBuilder};

use super::{
    LoweredKernel, Lowering, Options, Result,
    fragment::Fragment,
    internal,
    invocation::LoweredProcedure,
    operation_run::{Decoration, OperationRun},
};
use crate::{
    Diagnostics, Library,
    ast::{InvocationKind, Target},
    debug::{InstructionId, Origin, Origins},
    library::{
        CompiledConstant, CompiledFragment, CompiledId, CompiledLibrary, CompiledModule, CompiledProcedure,
        CompiledRun,
    },
    link::{Linked, LinkedModule},
};

/// Lowers the modules of a library without errors.
pub(crate) fn lower_library(
    library: &Library,
    linked: &Linked<'_>,
    kernel: Option<&LoweredKernel>,
    options: Options,
) -> Result<CompiledLibrary, Diagnostics> {
    let mut lowering = Lowering::on(kernel, linked.source(), options);
    let lowered = lowering.lower_modules(linked);
    let (modules, nodes) = lowered.map_err(|kind| lowering.error(kind))?;
    let (name, advice) = (library.name().into(), linked.advice.clone());
    Ok(CompiledLibrary::new(name, library.version(), modules, nodes, advice))
}

impl Lowering {
    fn lower_modules(&mut self, linked: &Linked<'_>) -> Result<(Vec<CompiledModule>, ProgramBuilder)> {
        self.lower_procedures(linked)?;
        let referenced = self.references(linked)?;
        let mut nodes = ProgramBuilder::new();
        let mut copied = BTreeMap::new();
        let mut modules = Vec::new();
        for module in linked.roots() {
            self.debug.set_source(module.source.clone());
            let mut exports = Vec::new();
            for (label, target, span) in module.exports() {
                self.current = span;
                let node = self.procedure_node(target)?;
                let digest = *self.builder.node(node).digest();
                let references = referenced.get(&target).into_iter().flatten().copied();
                let references: Vec<NodeId> = references.collect();
                let code = self.procedure(target)?.code.clone();
                let node = code.rest.as_ref().map(|(placed, _)| placed.node);
                let roots: Vec<NodeId> = node.into_iter().chain(references.iter().copied()).collect();
                nodes.copy(&self.builder, &roots, &mut copied)?;
                let name = |node: NodeId| copy_of(node, &copied);
                let (docs, attributes) = description(module, label);
                let mut referenced = references.into_iter().map(name).collect::<Result<Vec<NodeId>>>()?;
                referenced.sort_unstable();
                exports.push(CompiledProcedure {
                    label: label.into(),
                    docs,
                    attributes,
                    digest,
                    code: compiled(&code, name)?,
                    referenced,
                    span: Span::new(0, 0),
                });
            }
            let path = module.path.ok_or(internal("a module of a library has no path"))?.into();
            let constants = module.constants.exports().map(|constant| {
                let (name, docs) = (constant.name.text.into(), constant.docs.clone());
                let value = constant.value.clone().ok_or(internal("a constant has no value"))?;
                Ok(CompiledConstant { name, docs, value })
            });
            let constants = constants.collect::<Result<_>>()?;
            modules.push(CompiledModule { path, docs: module.ast.docs.clone(), exports, constants });
        }
        Ok((modules, nodes))
    }

    /// The procedures whose digests each procedure pushes, directly or through others.
    fn references(&mut self, linked: &Linked<'_>) -> Result<BTreeMap<Target, BTreeSet<NodeId>>> {
        let mut all: BTreeMap<Target, BTreeSet<NodeId>> = BTreeMap::new();
        for (&target, procedure) in &self.procedures {
            if !procedure.referenced.is_empty() {
                all.insert(target, procedure.referenced.iter().copied().collect());
            }
        }
        for (id, _, procedure) in linked.procedures() {
            let mut own = BTreeSet::new();
            for invocation in procedure.body.invocations() {
                let target = invocation.target.ok_or(internal("an invocation is not resolved"))?;
                own.extend(all.get(&target).into_iter().flatten());
                if invocation.kind == InvocationKind::Reference {
                    own.insert(self.procedure_node(target)?);
                }
            }
            if !own.is_empty() {
                all.insert(Target::Procedure(id), own);
            }
        }
        Ok(all)
    }

    /// Imports the needed procedures of compiled libraries.
    pub(super) fn import_procedures(&mut self, linked: &Linked<'_>) -> Result<()> {
        let mut copied: BTreeMap<usize, BTreeMap<NodeId, NodeId>> = BTreeMap::new();
        for id in linked.compiled() {
            let library = linked.libraries.compiled(id.module.library);
            let procedure = linked.libraries.procedure(id);
            self.import(id, library, procedure, copied.entry(id.module.library).or_default())?;
        }
        Ok(())
    }

    fn import(
        &mut self,
        id: CompiledId,
        library: &CompiledLibrary,
        procedure: &CompiledProcedure,
        copied: &mut BTreeMap<NodeId, NodeId>,
    ) -> Result<()> {
        self.debug.set_source(library.source().clone());
        let origin = self.debug.add_instruction(procedure.span, Some(procedure.span), procedure.code.len());
        let node = procedure.code.rest.as_ref().map(|(node, _)| *node);
        let roots: Vec<NodeId> = node.into_iter().chain(procedure.referenced.iter().copied()).collect();
        for (_, node) in self.builder.copy(library.nodes(), &roots, copied)? {
            let (operations, decorators) = match self.builder.node(node).node() {
                miden_core::Node::Block(block) => (block.operations().len(), block.decorators().len()),
                miden_core::Node::Join(..) => continue,
                _ => (1, 0),
            };
            let operations = alloc::vec![Origin::from(origin); operations].into();
            let decorators = alloc::vec![origin; decorators].into();
            self.origins.insert(node, Origins { operations, decorators });
        }
        let name = |node: NodeId| copy_of(node, copied);
        let rest = match &procedure.code.rest {
            Some((node, tail)) => Some((name(*node)?.into(), operation_run(tail, origin))),
            None => None,
        };
        let code = Fragment { head: operation_run(&procedure.code.head, origin), rest };
        let referenced = procedure.referenced.iter().copied().map(name).collect::<Result<Vec<NodeId>>>()?;
        self.referenced.extend(&referenced);
        let info = self.debug.procedure_info(procedure.span);
        let lowered = LoweredProcedure { code, info, node: None, referenced };
        self.procedures.insert(Target::Compiled(id), lowered);
        Ok(())
    }
}

/// Documentation and attributes of an export.
fn description(module: &LinkedModule<'_>, label: &str) -> (Option<String>, Vec<(String, Option<String>)>) {
    let export = module.ast.reexports.iter().find(|export| export.alias.text == label);
    let procedure = module.ast.procedures.iter().find(|procedure| procedure.label.text == label);
    let docs = export.and_then(|export| export.docs.clone());
    let docs = docs.or_else(|| procedure.and_then(|procedure| procedure.docs.clone()));
    let attributes = procedure.into_iter().flat_map(|procedure| &procedure.attributes);
    let text = |name: Name<'_>| name.text.to_string();
    (docs, attributes.map(|attribute| (text(attribute.name), attribute.value.map(text))).collect())
}

/// A node in the builder that it has been copied to.
fn copy_of(node: NodeId, copied: &BTreeMap<NodeId, NodeId>) -> Result<NodeId> {
    copied.get(&node).copied().ok_or(internal("a node has not been copied"))
}

fn compiled(code: &Fragment, name: impl Fn(NodeId) -> Result<NodeId>) -> Result<CompiledFragment> {
    let run = |run: &OperationRun| CompiledRun {
        operations: run.operations.clone(),
        decorators: run
            .decorations()
            .iter()
            .map(|decoration| (decoration.index, decoration.decorator.clone()))
            .collect(),
    };
    let rest = match &code.rest {
        Some((placed, tail)) => Some((name(placed.node)?, run(tail))),
        None => None,
    };
    Ok(CompiledFragment { head: run(&code.head), rest })
}

fn operation_run(run: &CompiledRun, origin: InstructionId) -> OperationRun {
    let decoration = |(index, decorator): &(usize, _)| Decoration {
        index: *index,
        decorator: Clone::clone(decorator),
        origin,
    };
    let origins = alloc::vec![origin.into(); run.operations.len()];
    OperationRun::new(run.operations.clone(), origins, run.decorators.iter().map(decoration).collect())
}
