//! Procedures in the places where they are named, and what stands around their bodies.

use miden_core::{Felt, NodeId, Opcode};

use super::{Code, CodeBuilder, Lowering, Result};
use crate::{
    Span,
    ast::{Invocation, InvocationKind, Procedure, ProcedureId, Target},
    instructions::{Operations, push},
};

/// The code of a procedure.
#[derive(Debug)]
pub(super) struct LoweredProcedure {
    code: Code,
    /// As a node, once one has been needed.
    node: Option<NodeId>,
}

impl Lowering {
    pub(super) fn lower_procedures(&mut self, procedures: &[Procedure<'_>]) -> Result<()> {
        for procedure in procedures {
            let code = self.lower_body(&procedure.body, Some(procedure))?;
            self.procedures.push(LoweredProcedure { code, node: None });
        }
        Ok(())
    }

    pub(super) fn lower_invocation(
        &mut self,
        code: &mut CodeBuilder,
        invocation: &Invocation<'_>,
        procedure: Option<Span>,
    ) -> Result<()> {
        let id = match invocation.target {
            Some(Target::Procedure(id)) => id,
            Some(Target::Kernel(export)) => {
                let node = self.builder.system_call(export)?;
                return self.append_control(code, node, invocation.span, procedure);
            }
            // The names of a module without errors are resolved.
            None => return Ok(()),
        };
        match invocation.kind {
            InvocationKind::Exec => {
                let callee = self.procedures.get(id.0).map(|callee| callee.code.clone());
                self.append(code, &callee.unwrap_or_default())
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

    pub(super) fn lower_dynamic(&mut self, call: bool) -> Result<NodeId> {
        let node = if call { self.builder.dynamic_call() } else { self.builder.dynamic_execution() };
        Ok(node?)
    }

    /// The code of a procedure as a node.
    pub(super) fn procedure_node(&mut self, id: ProcedureId) -> Result<NodeId> {
        let known = self.procedures.get(id.0).and_then(|procedure| procedure.node);
        if let Some(node) = known {
            return Ok(node);
        }
        let code = self.procedures.get(id.0).map(|procedure| procedure.code.clone()).unwrap_or_default();
        let node = self.seal(&code)?;
        if let Some(procedure) = self.procedures.get_mut(id.0) {
            procedure.node = Some(node);
        }
        Ok(node)
    }

    /// Reserves the locals of a procedure at the begin of its body.
    pub(super) fn enter(&mut self, code: &mut CodeBuilder, procedure: &Procedure<'_>) -> Result<()> {
        self.move_free_memory_pointer(code, procedure, procedure.locals.into())
    }

    /// Gives the locals back at the end of the body.
    pub(super) fn leave(&mut self, code: &mut CodeBuilder, procedure: &Procedure<'_>) -> Result<()> {
        self.move_free_memory_pointer(code, procedure, -Felt::from(procedure.locals))
    }

    fn move_free_memory_pointer(
        &mut self,
        code: &mut CodeBuilder,
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
