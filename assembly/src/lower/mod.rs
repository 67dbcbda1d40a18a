//! Syntax tree to program.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{
    NodeId, Operation, Program,
    program::{Block, BuildError, ProgramBuilder},
};

use crate::{
    AssemblyError, AssemblyErrorKind, DebugInfo, Source, Span,
    ast::{Body, Item, Module, Procedure},
    debug::InstructionId,
    instructions::Operations,
};

mod code;
mod control_flow;

use code::{Code, CodeBuilder, Straight};

/// Largest number of operations that procedures and unrolled code may expand to, equal code counted as often
/// as it is written out.
const MAX_OPERATIONS: usize = 1 << 24;

/// Lowers the program of a module without errors.
pub(crate) fn lower(module: &Module<'_>, source: &Source) -> Result<(Program, DebugInfo), AssemblyError> {
    let mut lowering = Lowering {
        builder: ProgramBuilder::new(),
        debug: DebugInfo::new(source.clone()),
        origins: BTreeMap::new(),
        procedures: Vec::new(),
        num_operations: 0,
        current: Span::new(0, 0),
    };
    let result = lowering.lower_module(module);
    let root = result.map_err(|kind| AssemblyError::new(kind, lowering.current))?;
    let program = lowering.builder.finish(root);
    let Lowering { builder, mut debug, mut origins, .. } = lowering;
    // The program holds the nodes that its root reaches, in the order of the builder.
    let mut node_ids = origins.keys().copied().collect::<Vec<_>>().into_iter();
    for hashed in program.nodes() {
        let traced = !matches!(hashed.node(), miden_core::Node::Join(..));
        let found = traced.then(|| node_ids.find(|&id| builder.node(id).digest() == hashed.digest()));
        debug.push_node(found.flatten().and_then(|id| origins.remove(&id)).unwrap_or_default());
    }
    Ok((program, debug))
}

struct Lowering {
    builder: ProgramBuilder,
    debug: DebugInfo,
    /// Where the operations of each block, and the other nodes that are no joins, come from.
    origins: BTreeMap<NodeId, Vec<InstructionId>>,
    procedures: Vec<Code>,
    num_operations: usize,
    /// What is being lowered, for errors.
    current: Span,
}

type Result<T, E = AssemblyErrorKind> = core::result::Result<T, E>;

impl Lowering {
    fn lower_module(&mut self, module: &Module<'_>) -> Result<NodeId> {
        for Procedure { label, body } in &module.procedures {
            let code = self.lower_body(body, Some(label.span))?;
            self.procedures.push(code);
        }
        let code = match &module.program {
            Some(body) => self.lower_body(body, None)?,
            None => Code::default(),
        };
        self.seal(&code)
    }

    /// Lowers the blocks in their order, which is from the inside to the outside.
    fn lower_body(&mut self, body: &Body<'_>, procedure: Option<Span>) -> Result<Code> {
        let mut lowered: Vec<Code> = Vec::with_capacity(body.blocks.len());
        let mut scratch = Operations::new();
        for block in &body.blocks {
            let mut code = CodeBuilder::default();
            for item in &block.items {
                match item {
                    Item::Instruction { instruction, span } => {
                        self.current = *span;
                        scratch.clear();
                        instruction.lower(&mut scratch);
                        let origin = self.debug.add_instruction(*span, procedure);
                        self.count(scratch.len())?;
                        code.push_operations(&scratch, origin);
                        self.seal_long_run(&mut code)?;
                    }
                    Item::Invocation(invocation) => {
                        self.current = invocation.span;
                        let callee = invocation.target.and_then(|id| self.procedures.get(id.0)).cloned();
                        self.append(&mut code, &callee.unwrap_or_default())?;
                    }
                    Item::If { on_one, on_zero, span } => {
                        self.current = *span;
                        let on_one = take(&mut lowered, Some(*on_one));
                        let on_zero = take(&mut lowered, *on_zero);
                        let node = self.lower_if(&on_one, &on_zero)?;
                        self.add_control(&mut code, node, *span, procedure)?;
                    }
                    Item::While { body, span } => {
                        self.current = *span;
                        let body = take(&mut lowered, Some(*body));
                        let node = self.lower_while(&body)?;
                        self.add_control(&mut code, node, *span, procedure)?;
                    }
                    Item::Repeat { count, body, span } => {
                        self.current = *span;
                        let body = take(&mut lowered, Some(*body));
                        let repeated = self.lower_repeat(&body, *count)?;
                        self.append(&mut code, &repeated)?;
                    }
                }
            }
            lowered.push(self.finish(code)?);
        }
        Ok(lowered.pop().unwrap_or_default())
    }

    fn count(&mut self, operations: usize) -> Result<()> {
        self.num_operations += operations;
        if self.num_operations > MAX_OPERATIONS {
            return Err(AssemblyErrorKind::TooManyOperations { max: MAX_OPERATIONS });
        }
        Ok(())
    }

    /// Appends a node that chooses or loops.
    fn add_control(
        &mut self,
        code: &mut CodeBuilder,
        node: NodeId,
        span: Span,
        procedure: Option<Span>,
    ) -> Result<()> {
        let origin = self.debug.add_instruction(span, procedure);
        self.origins.entry(node).or_insert_with(|| [origin].into());
        self.append_node(code, node)
    }

    /// The block of operations that fit one.
    fn block(&mut self, operations: &[Operation], origins: &[InstructionId]) -> Result<NodeId, BuildError> {
        let node = self.builder.block(operations)?;
        self.origins.entry(node).or_insert_with(|| origins.into());
        Ok(node)
    }

    /// Blocks of straight-line operations, each as full as possible.
    fn blocks(&mut self, straight: &Straight) -> Result<Vec<NodeId>> {
        let (mut operations, mut origins) = (straight.operations.as_slice(), straight.origins.as_slice());
        let mut nodes = Vec::new();
        for block in Block::pack(straight.operations.as_slice()) {
            let len = block.operations().len();
            let (now, later) = operations.split_at_checked(len).unwrap_or_default();
            let (now_origins, later_origins) = origins.split_at_checked(len).unwrap_or_default();
            nodes.push(self.block(now, now_origins)?);
            (operations, origins) = (later, later_origins);
        }
        Ok(nodes)
    }
}

/// Takes the code of a block, which stands in one place only; no block is no code.
fn take(lowered: &mut [Code], id: Option<crate::ast::BlockId>) -> Code {
    id.and_then(|id| lowered.get_mut(id.0)).map(core::mem::take).unwrap_or_default()
}
