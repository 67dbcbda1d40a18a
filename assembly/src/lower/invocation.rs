//! Invocations of procedures, and the operations that enter and leave their bodies.

use alloc::vec::Vec;

use miden_assembly_syntax::Span;
use miden_core::{Felt, NodeId, Opcode};

use super::{Fragment, FragmentBuilder, Lowering, Result, internal, placed_node::PlacedNode};
use crate::{
    ProcedureInfo,
    ast::{Invocation, InvocationKind, Procedure, Target},
    debug::{FrameId, InstructionId},
    instructions::{Operations, push},
    link::Linked,
};

/// The order of procedures puts each after those that it invokes.
const NOT_LOWERED: &str = "a procedure is used before it is lowered";

/// The code of a procedure.
#[derive(Debug)]
pub(super) struct LoweredProcedure {
    pub(super) code: Fragment,
    pub(super) info: ProcedureInfo,
    /// Its node, once needed.
    pub(super) node: Option<NodeId>,
    /// For a procedure of a compiled library, the nodes whose digests it pushes.
    pub(super) referenced: Vec<NodeId>,
}

impl Lowering {
    /// Lowers the needed procedures.
    pub(super) fn lower_procedures(&mut self, linked: &Linked<'_>) -> Result<()> {
        self.import_procedures(linked)?;
        for (id, source, procedure) in linked.procedures() {
            self.debug.set_source(source.clone());
            let code = self.lower_body(&procedure.body, Some(procedure))?;
            let info = self.debug.procedure_info(procedure.label.span);
            let lowered = LoweredProcedure { code, info, node: None, referenced: Vec::new() };
            self.procedures.insert(Target::Procedure(id), lowered);
        }
        Ok(())
    }

    pub(super) fn lower_invocation(
        &mut self,
        code: &mut FragmentBuilder,
        invocation: &Invocation<'_>,
        procedure: Option<Span>,
    ) -> Result<()> {
        let id = match invocation.target {
            Some(target @ (Target::Procedure(_) | Target::Compiled(_))) => target,
            Some(Target::Kernel(export)) => {
                let node = self.builder.syscall(export)?;
                return self.append_control(code, node, invocation.span, procedure);
            }
            None => return Err(internal("an invocation is not resolved")),
        };
        match invocation.kind {
            InvocationKind::Exec => {
                let LoweredProcedure { code: callee, info, .. } = self.procedure(id)?;
                let (mut callee, info) = (callee.clone(), info.clone());
                let site = self.debug.add_invocation(invocation.span, procedure, info);
                self.inline(&mut callee, site);
                self.append(code, &callee)
            }
            InvocationKind::Call | InvocationKind::SysCall => {
                let callee = self.procedure_node(id)?;
                let node = self.builder.call(callee)?;
                self.append_control(code, node, invocation.span, procedure)
            }
            InvocationKind::Reference => {
                let callee = self.procedure_node(id)?;
                self.referenced.insert(callee);
                let mut operations = Operations::new();
                push(self.builder.node(callee).digest().elements(), &mut operations);
                self.append_operations(code, &operations, invocation.span, procedure)
            }
        }
    }

    /// Records that the code is inlined by the invocation `site`.
    fn inline(&mut self, code: &mut Fragment, site: InstructionId) {
        let mut starts = true;
        let mut inline = |frames: &mut FrameId| {
            *frames = self.debug.inline(*frames, site, core::mem::take(&mut starts));
        };
        code.head.origins.iter_mut().for_each(|origin| inline(&mut origin.frames));
        if let Some((placed, tail)) = &mut code.rest {
            inline(&mut placed.frames);
            tail.origins.iter_mut().for_each(|origin| inline(&mut origin.frames));
        }
        // Decorators take no cycles, so no invocation starts with one.
        let mut inline = |frames: &mut FrameId| *frames = self.debug.inline(*frames, site, false);
        code.head.decoration_frames().for_each(&mut inline);
        code.rest.iter_mut().flat_map(|(_, tail)| tail.decoration_frames()).for_each(inline);
    }

    pub(super) fn lower_dynamic(&mut self, call: bool) -> Result<NodeId> {
        let node = if call { self.builder.dyncall() } else { self.builder.dynexec() };
        Ok(node?)
    }

    /// The code of a procedure as a node.
    pub(super) fn procedure_node(&mut self, id: Target) -> Result<NodeId> {
        let procedure = self.procedure(id)?;
        if let Some(node) = procedure.node {
            return Ok(node);
        }
        let (code, info) = (procedure.code.clone(), procedure.info.clone());
        let PlacedNode { node, frames } = self.seal(&code)?;
        self.origins.insert_procedure(node, info, frames);
        self.procedures.get_mut(&id).ok_or(internal(NOT_LOWERED))?.node = Some(node);
        Ok(node)
    }

    /// A procedure that has been lowered.
    pub(super) fn procedure(&self, id: Target) -> Result<&LoweredProcedure> {
        self.procedures.get(&id).ok_or(internal(NOT_LOWERED))
    }

    /// Reserves the locals of a procedure at the start of its body.
    pub(super) fn enter(&mut self, code: &mut FragmentBuilder, procedure: &Procedure<'_>) -> Result<()> {
        self.move_free_memory_pointer(code, procedure, procedure.locals.into())
    }

    /// Releases the locals at the end of the body.
    pub(super) fn leave(&mut self, code: &mut FragmentBuilder, procedure: &Procedure<'_>) -> Result<()> {
        self.move_free_memory_pointer(code, procedure, -Felt::from(procedure.locals))
    }

    fn move_free_memory_pointer(
        &mut self,
        code: &mut FragmentBuilder,
        procedure: &Procedure<'_>,
        difference: Felt,
    ) -> Result<()> {
        if procedure.locals == 0 {
            return Ok(());
        }
        self.current = procedure.header;
        let mut operations = Operations::new();
        push(&[difference], &mut operations);
        operations.push(Opcode::FmpUpdate.into());
        self.append_operations(code, &operations, procedure.header, Some(procedure.label.span))
    }
}
