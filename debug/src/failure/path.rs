//! The path from the root of a program to the node that executes.

use std::collections::VecDeque;

use miden_assembly::{DebugInfo, Inlined, InstructionInfo, ProcedureInfo};
use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::Stack;

/// Longest path that is kept. Only a procedure that invokes itself by `dynexec` leads to a longer one, of which the end
/// is kept.
const MAX_STEPS: usize = 1 << 20;

/// The edges from the root to the current node, and the continuations of the machine.
pub(super) struct Path<'a> {
    program: &'a Program,
    steps: VecDeque<Step>,
    /// Number of steps at the start that are no longer kept.
    dropped: usize,
    /// The next continuation is the last one.
    pending: Vec<Pending>,
}

/// An edge down from a node.
#[derive(Clone, Copy, Debug)]
enum Step {
    Root,
    Child(NodeId, usize),
    /// From a call to the procedure that begins with the second node.
    Call(NodeId, NodeId),
}

/// A continuation, with the length of the path to the node that it belongs to.
struct Pending {
    len: usize,
    /// The edge to a node; `None` for the return to a call.
    step: Option<Step>,
}

impl<'a> Path<'a> {
    /// The path before the root is visited.
    pub(super) fn new(program: &'a Program) -> Self {
        let pending = vec![Pending { len: 0, step: Some(Step::Root) }];
        Self { program, steps: VecDeque::new(), dropped: 0, pending }
    }

    /// Follows the next continuation: to a node, or back to a call.
    pub(super) fn enter(&mut self) {
        let Some(Pending { len, step }) = self.pending.pop() else { return };
        self.steps.truncate(len.saturating_sub(self.dropped));
        self.dropped = self.dropped.min(len);
        self.steps.extend(step);
        if self.steps.len() > MAX_STEPS {
            self.steps.pop_front();
            self.dropped += 1;
        }
    }

    /// Adds the continuations of the node that was entered last.
    pub(super) fn visit(&mut self, id: NodeId, stack: &Stack) {
        let holds = stack.item(0) == Felt::ONE;
        let dynamic = || self.program.procedure(&Digest::new(std::array::from_fn(|i| stack.item(3 - i))));
        match self.program.node(id).node() {
            Node::Join(..) => {
                self.push(Step::Child(id, 1));
                self.push(Step::Child(id, 0));
            }
            Node::Split(..) => self.push(Step::Child(id, usize::from(!holds))),
            Node::Loop(_) if holds => {
                // The loop is visited again, by the same edge.
                let len = self.len().saturating_sub(1);
                self.pending.push(Pending { len, step: self.steps.back().copied() });
                self.push(Step::Child(id, 0));
            }
            Node::Call(procedure) | Node::SysCall(procedure) => self.call(id, Some(*procedure)),
            Node::DynCall => {
                let procedure = dynamic();
                self.call(id, procedure);
            }
            Node::Dyn => {
                if let Some(procedure) = dynamic() {
                    self.push(Step::Call(id, procedure));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, id: NodeId, procedure: Option<NodeId>) {
        self.pending.push(Pending { len: self.len(), step: None });
        if let Some(procedure) = procedure {
            self.push(Step::Call(id, procedure));
        }
    }

    fn push(&mut self, step: Step) {
        self.pending.push(Pending { len: self.len(), step: Some(step) });
    }

    fn len(&self) -> usize {
        self.dropped + self.steps.len()
    }

    /// The invocations on the path, outermost first, and the innermost procedure; `None` for the program's body.
    pub(super) fn invocations(&self, debug: &DebugInfo) -> (Vec<InstructionInfo>, Option<ProcedureInfo>) {
        let (mut sites, mut procedure) = (Vec::new(), None);
        for step in &self.steps {
            let inlined: Vec<Inlined> = match *step {
                Step::Root => debug.inlined_root().collect(),
                Step::Child(parent, child) => debug.inlined_child(parent, child).collect(),
                Step::Call(call, target) => {
                    let place = debug.place_in(call, procedure.as_ref());
                    sites.extend(debug.instruction_at(call, place, 0).cloned());
                    let target = debug.procedure(target);
                    target.map_or_else(Vec::new, |(called, inlined)| {
                        procedure = Some(called.clone());
                        inlined.collect()
                    })
                }
            };
            for invocation in inlined {
                sites.push(invocation.call().clone());
                procedure = Some(invocation.procedure().clone());
            }
        }
        (sites, procedure)
    }
}
