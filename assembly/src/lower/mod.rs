//! Lowers syntax trees to programs.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use miden_assembly_syntax::{Source, Span};
use miden_core::{Felt, Kernel, NodeId, Program, field::FieldElement, program::ProgramBuilder};

use crate::{
    AssemblyError, AssemblyErrorKind, DebugInfo, Diagnostics,
    ast::{BlockId, Body, Item, Procedure, Target},
    debug::{NodeOrigins, Origins},
    instructions::{Operations, push},
    link::{KernelInterface, Linked, LinkedModule},
};

mod control_flow;
mod fragment;
mod invocation;
mod library;
mod operation_run;
mod placed_node;
#[cfg(test)]
mod tests;

use fragment::{Fragment, FragmentBuilder};
use invocation::LoweredProcedure;
pub(crate) use library::lower_library;
use placed_node::PlacedNode;

/// Maximum number of operations that procedures and unrolled code may expand to, each copy counted.
pub(crate) const MAX_OPERATIONS: usize = 1 << 24;

/// Options of lowering.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Whether operation runs are optimized.
    pub(crate) optimize: bool,
    /// Maximum number of operations.
    pub(crate) max_operations: usize,
    /// Whether debug commands are kept.
    pub(crate) debug: bool,
}

/// A lowered kernel, from which programs start.
#[derive(Clone, Debug)]
pub(crate) struct LoweredKernel {
    pub(crate) interface: KernelInterface,
    builder: ProgramBuilder,
    debug: DebugInfo,
    origins: NodeOrigins,
    referenced: BTreeSet<NodeId>,
}

impl LoweredKernel {
    /// The nodes, to which those of programs are added.
    pub(crate) const fn nodes(&self) -> &ProgramBuilder {
        &self.builder
    }
}

/// Lowers a program without errors.
pub(crate) fn lower(
    linked: &Linked<'_>,
    kernel: Option<&LoweredKernel>,
    options: Options,
) -> Result<(Program, DebugInfo), Diagnostics> {
    let mut lowering = Lowering::on(kernel, linked.source(), options);
    // 5 ----- lower the procedures in their order, then the program; operation runs are optimized as they grow
    let result = lowering.lower_program(linked);
    let root = result.map_err(|kind| lowering.error(kind))?;
    let Lowering { builder, mut debug, origins, referenced, .. } = lowering;
    let kernel = kernel.map(|kernel| kernel.interface.kernel.clone()).unwrap_or_default();
    let referenced: Vec<NodeId> = referenced.into_iter().collect();
    // 6 ----- keep the nodes that the program reaches
    let (program, nodes) = builder.finish_with(root.node, &referenced, kernel);
    // 7 ----- attach the origins of operations to these nodes
    debug.set_nodes(program.node_ids().zip(nodes), origins, root.frames);
    Ok((program.with_advice(linked.advice.clone()), debug))
}

/// Lowers the procedures of a kernel without errors.
pub(crate) fn lower_kernel(linked: &Linked<'_>, options: Options) -> Result<LoweredKernel, Diagnostics> {
    let mut lowering = Lowering::new(DebugInfo::new(linked.source()), options);
    let result = lowering.lower_exports(linked);
    let mut interface = result.map_err(|kind| lowering.error(kind))?;
    interface.advice.clone_from(&linked.advice);
    let Lowering { builder, debug, origins, referenced, .. } = lowering;
    Ok(LoweredKernel { interface, builder, debug, origins, referenced })
}

struct Lowering {
    builder: ProgramBuilder,
    debug: DebugInfo,
    origins: NodeOrigins,
    procedures: BTreeMap<Target, LoweredProcedure>,
    /// The procedures whose digests are pushed.
    referenced: BTreeSet<NodeId>,
    num_operations: usize,
    options: Options,
    /// The current place, for errors.
    current: Span,
}

type Result<T, E = AssemblyErrorKind> = core::result::Result<T, E>;

impl Lowering {
    fn new(debug: DebugInfo, options: Options) -> Self {
        Self {
            builder: ProgramBuilder::new(),
            debug,
            origins: NodeOrigins::default(),
            procedures: BTreeMap::new(),
            referenced: BTreeSet::new(),
            num_operations: 0,
            options,
            current: Span::new(0, 0),
        }
    }

    /// Starts lowering, from a kernel if there is one.
    fn on(kernel: Option<&LoweredKernel>, source: Source, options: Options) -> Self {
        match kernel {
            Some(kernel) => Self {
                builder: kernel.builder.clone(),
                origins: kernel.origins.clone(),
                referenced: kernel.referenced.clone(),
                ..Self::new(kernel.debug.clone().with_source(source), options)
            },
            None => Self::new(DebugInfo::new(source), options),
        }
    }

    fn lower_program(&mut self, linked: &Linked<'_>) -> Result<PlacedNode> {
        self.lower_procedures(linked)?;
        self.debug.set_source(linked.source());
        let body = linked.program().ok_or(internal("a program without a body"))?;
        let code = self.lower_body(body, None)?;
        self.seal(&code)
    }

    fn lower_exports(&mut self, linked: &Linked<'_>) -> Result<KernelInterface> {
        self.lower_procedures(linked)?;
        self.debug.set_source(linked.source());
        let mut exports = BTreeMap::new();
        let mut digests = Vec::new();
        for (label, target, span) in linked.roots().iter().flat_map(LinkedModule::exports) {
            self.current = span;
            let node = self.procedure_node(target)?;
            digests.push(*self.builder.node(node).digest());
            exports.insert(String::from(label), node);
        }
        // Procedures with equal code share a digest, and are one procedure for a system call.
        digests.sort_unstable();
        digests.dedup();
        Ok(KernelInterface { kernel: Kernel::new(digests)?, exports, advice: BTreeMap::new() })
    }

    fn error(&self, kind: AssemblyErrorKind) -> Diagnostics {
        let source = self.debug.current_source().clone();
        Diagnostics::new([AssemblyError::new(kind, source, self.current)].into())
    }

    /// Lowers the blocks in order, innermost first.
    fn lower_body(&mut self, body: &Body<'_>, procedure: Option<&Procedure<'_>>) -> Result<Fragment> {
        // The code of each finished block, until the block around it takes it.
        let mut lowered: Vec<Option<Fragment>> = Vec::with_capacity(body.blocks.len());
        let mut scratch = Operations::new();
        let label = procedure.map(|procedure| procedure.label.span);
        for (number, block) in (1..).zip(&body.blocks) {
            let mut code = FragmentBuilder::default();
            let outermost = procedure.filter(|_| number == body.blocks.len());
            if let Some(procedure) = outermost {
                self.enter(&mut code, procedure)?;
            }
            for item in &block.items {
                match item {
                    Item::Instruction { instruction, span } => {
                        self.current = *span;
                        if instruction.is_debug() && !self.options.debug {
                            continue;
                        }
                        scratch.clear();
                        instruction.lower(&mut scratch);
                        self.append_operations(&mut code, &scratch, *span, label)?;
                    }
                    Item::Invocation(invocation) => {
                        self.current = invocation.span;
                        self.lower_invocation(&mut code, invocation, label)?;
                    }
                    Item::Dynamic { call, span } => {
                        self.current = *span;
                        let node = self.lower_dynamic(*call)?;
                        self.append_control(&mut code, node, *span, label)?;
                    }
                    Item::If { on_one, on_zero, span } => {
                        self.current = *span;
                        let on_one = take_optional(&mut lowered, *on_one)?;
                        let on_zero = take_optional(&mut lowered, *on_zero)?;
                        let node = self.lower_if(&on_one, &on_zero)?;
                        self.append_control(&mut code, node, *span, label)?;
                    }
                    Item::While { body, span } => {
                        self.current = *span;
                        let body = take(&mut lowered, *body)?;
                        let node = self.lower_while(&body)?;
                        self.append_control(&mut code, node, *span, label)?;
                    }
                    Item::DoWhile { body, span } => {
                        self.current = *span;
                        // The first condition.
                        scratch.clear();
                        push(&[Felt::ONE], &mut scratch);
                        self.append_operations(&mut code, &scratch, *span, label)?;
                        let body = take(&mut lowered, *body)?;
                        let node = self.lower_while(&body)?;
                        self.append_control(&mut code, node, *span, label)?;
                    }
                    Item::Repeat { count, body, span } => {
                        self.current = *span;
                        let body = take(&mut lowered, *body)?;
                        let repeated = self.lower_repeat(&body, *count)?;
                        self.append(&mut code, &repeated)?;
                    }
                }
            }
            if let Some(procedure) = outermost {
                self.leave(&mut code, procedure)?;
            }
            lowered.push(Some(self.finish(code)?));
        }
        lowered.pop().flatten().ok_or(internal("a body without a block"))
    }

    fn count(&mut self, operations: usize) -> Result<()> {
        self.num_operations += operations;
        let max = self.options.max_operations;
        if self.num_operations > max {
            return Err(AssemblyErrorKind::TooManyOperations { max });
        }
        Ok(())
    }

    /// Appends the lowering of an instruction.
    fn append_operations(
        &mut self,
        code: &mut FragmentBuilder,
        operations: &Operations,
        span: Span,
        procedure: Option<Span>,
    ) -> Result<()> {
        let origin = self.debug.add_instruction(span, procedure, operations.len());
        self.count(operations.len() + operations.decorators().len())?;
        code.push(operations, origin, self.options.optimize);
        self.seal_long_run(code)
    }

    /// Appends a node that is neither a block nor a join.
    fn append_control(
        &mut self,
        code: &mut FragmentBuilder,
        node: NodeId,
        span: Span,
        procedure: Option<Span>,
    ) -> Result<()> {
        let origin = self.debug.add_instruction(span, procedure, 1);
        self.origins.insert(node, Origins::of_control(origin));
        self.append_node(code, node.into())
    }
}

/// Takes the code of a block, which is used only once.
fn take(lowered: &mut [Option<Fragment>], id: BlockId) -> Result<Fragment> {
    lowered.get_mut(id.0).and_then(Option::take).ok_or(internal("a block is missing, or has two places"))
}

/// Like [`take`]; a missing `else` block has no code.
fn take_optional(lowered: &mut [Option<Fragment>], id: Option<BlockId>) -> Result<Fragment> {
    id.map_or_else(|| Ok(Fragment::default()), |id| take(lowered, id))
}

/// A broken rule of the assembler.
const fn internal(broken: &'static str) -> AssemblyErrorKind {
    AssemblyErrorKind::Internal { broken }
}
