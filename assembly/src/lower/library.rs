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
    placed_node::PlacedNode,
};
use crate::{
    DebugInfo, Diagnostics, Library,
    ast::{InvocationKind, Target},
    debug::{ExportPlaces, FrameId, NodeOrigins, Origin, Origins, Transfer},
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
    let (modules, nodes, debug) = lowered.map_err(|kind| lowering.error(kind))?;
    let (name, advice) = (library.name().into(), linked.advice.clone());
    Ok(CompiledLibrary::new(name, library.version(), modules, nodes, advice, Some(debug)))
}

/// The modules of a library, their nodes, and the places of the code.
type Modules = (Vec<CompiledModule>, ProgramBuilder, DebugInfo);

/// Nodes of a library that have been copied to a program, and the debug information with them.
#[derive(Debug, Default)]
struct Imported {
    nodes: BTreeMap<NodeId, NodeId>,
    transfer: Transfer,
}

impl Lowering {
    fn lower_modules(&mut self, linked: &Linked<'_>) -> Result<Modules> {
        self.lower_procedures(linked)?;
        let referenced = self.references(linked)?;
        let mut nodes = ProgramBuilder::new();
        let mut copied = BTreeMap::new();
        let (mut debug, mut transfer) = (DebugInfo::new(linked.source()), Transfer::default());
        let mut origins = NodeOrigins::default();
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
                let LoweredProcedure { code, info, .. } = self.procedure(target)?;
                let (code, procedure) = (code.clone(), info.clone());
                let node = code.rest.as_ref().map(|(placed, _)| placed.node);
                let roots: Vec<NodeId> = node.into_iter().chain(references.iter().copied()).collect();
                for (node, copy) in nodes.copy(&self.builder, &roots, &mut copied)? {
                    let info = self.origins.node_info(node);
                    transfer.node(info, &self.debug, &mut debug, (copy, &mut origins));
                }
                let mut copy = |run: &OperationRun| transfer.origins(&run.places(), &self.debug, &mut debug);
                let (head, tail) = (copy(&code.head), code.rest.as_ref().map(|(_, tail)| copy(tail)));
                let frames = code.rest.as_ref().map(|(placed, _)| placed.frames);
                let frames = frames.map(|frames| transfer.frames(frames, &self.debug, &mut debug));
                let places = ExportPlaces { procedure, head, rest: frames.zip(tail) };
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
                    places: Some(places),
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
        debug.set_nodes(nodes.node_ids().map(|id| (id, id)), origins, FrameId::NONE);
        Ok((modules, nodes, debug))
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
        let mut imported: BTreeMap<usize, Imported> = BTreeMap::new();
        for id in linked.compiled() {
            let library = linked.libraries.compiled(id.module.library);
            let procedure = linked.libraries.procedure(id);
            self.import(id, library, procedure, imported.entry(id.module.library).or_default())?;
        }
        Ok(())
    }

    fn import(
        &mut self,
        id: CompiledId,
        library: &CompiledLibrary,
        procedure: &CompiledProcedure,
        imported: &mut Imported,
    ) -> Result<()> {
        let CompiledFragment { head, rest } = &procedure.code;
        let node = rest.as_ref().map(|(node, _)| *node);
        let roots: Vec<NodeId> = node.into_iter().chain(procedure.referenced.iter().copied()).collect();
        let added = self.builder.copy(library.nodes(), &roots, &mut imported.nodes)?;
        let places = self.place_import(library, procedure, &added, imported);
        let name = |node: NodeId| copy_of(node, &imported.nodes);
        let rest = match (rest, places.rest) {
            (Some((node, tail)), Some((frames, origins))) => {
                Some((PlacedNode { node: name(*node)?, frames }, operation_run(tail, origins)))
            }
            _ => None,
        };
        let code = Fragment { head: operation_run(head, places.head), rest };
        let referenced = procedure.referenced.iter().copied().map(name).collect::<Result<Vec<NodeId>>>()?;
        self.referenced.extend(&referenced);
        let lowered = LoweredProcedure { code, info: places.procedure, node: None, referenced };
        self.procedures.insert(Target::Compiled(id), lowered);
        Ok(())
    }

    /// The places of an imported procedure, and those of the nodes that were `added` for it.
    fn place_import(
        &mut self,
        library: &CompiledLibrary,
        procedure: &CompiledProcedure,
        added: &[(NodeId, NodeId)],
        imported: &mut Imported,
    ) -> ExportPlaces {
        let (Some(from), Some(places)) = (library.debug(), &procedure.places) else {
            return self.place_stripped(library, procedure, added);
        };
        let (to, transfer) = (&mut self.debug, &mut imported.transfer);
        for &(node, copy) in added {
            transfer.node(from.node_info(node), from, to, (copy, &mut self.origins));
        }
        let head = transfer.origins(&places.head, from, to);
        let rest = places.rest.as_ref().map(|(frames, tail)| {
            let frames = transfer.frames(*frames, from, to);
            (frames, transfer.origins(tail, from, to))
        });
        ExportPlaces { procedure: places.procedure.clone(), head, rest }
    }

    /// The places of a procedure of a stripped library: all of its code comes from one instruction, its name.
    fn place_stripped(
        &mut self,
        library: &CompiledLibrary,
        procedure: &CompiledProcedure,
        added: &[(NodeId, NodeId)],
    ) -> ExportPlaces {
        self.debug.set_source(library.source().clone());
        let origin = self.debug.add_instruction(procedure.span, Some(procedure.span), procedure.code.len());
        let origins = |operations: usize, decorators: usize| Origins {
            operations: alloc::vec![Origin::from(origin); operations].into(),
            decorators: alloc::vec![Origin::from(origin); decorators].into(),
        };
        for &(_, node) in added {
            let (operations, decorators) = match self.builder.node(node).node() {
                miden_core::Node::Block(block) => (block.operations().len(), block.decorators().len()),
                miden_core::Node::Join(..) => continue,
                _ => (1, 0),
            };
            self.origins.insert(node, origins(operations, decorators));
        }
        let run = |run: &CompiledRun| origins(run.operations.len(), run.decorators.len());
        let rest = procedure.code.rest.as_ref().map(|(_, tail)| (FrameId::NONE, run(tail)));
        let info = self.debug.procedure_info(procedure.span);
        ExportPlaces { procedure: info, head: run(&procedure.code.head), rest }
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

fn operation_run(run: &CompiledRun, places: Origins) -> OperationRun {
    let decoration = |((index, decorator), origin): (&(usize, _), &Origin)| Decoration {
        index: *index,
        decorator: Clone::clone(decorator),
        origin: *origin,
    };
    let decorations = run.decorators.iter().zip(&places.decorators).map(decoration).collect();
    OperationRun::new(run.operations.clone(), places.operations.into(), decorations)
}
