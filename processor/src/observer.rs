use miden_core::{Felt, Node, NodeId, Operation, Program, program::HashedNode};

use crate::{
    Step,
    state::{Frame, MachineState, Memory, Stack},
    tracer::{Tracer, Visit},
};

/// The state of the machine before a cycle.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Cycle<'a> {
    /// Number of the cycle, from 0.
    pub clk: u64,
    /// Execution context: 0 in the root, else the number of the row of the call.
    pub ctx: u64,
    /// The free memory pointer.
    pub fmp: Felt,
    /// The node being executed.
    pub node: NodeId,
    /// The effect of the cycle.
    pub step: Step,
    /// The stack before the cycle.
    pub stack: &'a Stack,
    /// The memory before the cycle.
    pub memory: &'a Memory,
}

/// Watches an execution cycle by cycle.
pub trait CycleObserver {
    /// Called before each cycle.
    fn observe(&mut self, cycle: &Cycle<'_>);
}

impl<O: CycleObserver + ?Sized> CycleObserver for &mut O {
    #[inline]
    fn observe(&mut self, cycle: &Cycle<'_>) {
        (**self).observe(cycle);
    }
}

/// An observer that pauses the execution which it watches, see [`Stepper::run_or_pause`](crate::Stepper::run_or_pause).
pub trait PausingObserver: CycleObserver {
    /// Whether to pause before this cycle, which visits a node or returns. It may be asked twice for a cycle.
    fn pauses(&mut self, cycle: &Cycle<'_>) -> bool;
}

impl<O: PausingObserver + ?Sized> PausingObserver for &mut O {
    #[inline]
    fn pauses(&mut self, cycle: &Cycle<'_>) -> bool {
        (**self).pauses(cycle)
    }
}

/// The observer of an execution that nobody watches; it costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl CycleObserver for Unobserved {
    #[inline(always)]
    fn observe(&mut self, _cycle: &Cycle<'_>) {}
}

/// Shows an observer the cycles of an execution.
pub(crate) struct ObserverTracer<O>(pub(crate) O);

impl<O: CycleObserver> ObserverTracer<O> {
    #[inline(always)]
    fn show(&mut self, node: NodeId, step: Step, state: &MachineState) {
        self.0.observe(&cycle(node, step, state));
    }
}

/// The node that the visit of a node executes: a watched node has no cycle of its own.
#[inline]
pub(crate) fn visited(program: &Program, id: NodeId) -> NodeId {
    match program.node(id).node() {
        Node::Watched(inner, _) => *inner,
        _ => id,
    }
}

#[inline(always)]
const fn cycle(node: NodeId, step: Step, state: &MachineState) -> Cycle<'_> {
    let MachineState { stack, memory, registers, clk, .. } = state;
    let (ctx, fmp) = (registers.ctx, registers.fmp);
    Cycle { clk: *clk, ctx, fmp, node, step, stack, memory }
}

impl<O: CycleObserver> Tracer for ObserverTracer<O> {
    #[inline(always)]
    fn node(&mut self, visit: Visit, _node: &HashedNode, state: &MachineState) {
        self.show(visit.id, Step::Node, state);
    }

    #[inline(always)]
    fn operation(&mut self, node: NodeId, index: usize, _operation: Operation, state: &MachineState) {
        self.show(node, Step::Operation { index }, state);
    }

    #[inline(always)]
    fn returns(&mut self, call: NodeId, _frame: &Frame, state: &MachineState) {
        self.show(call, Step::Return, state);
    }
}

/// Shows an observer the cycles of an execution, which it may pause.
pub(crate) struct PausingTracer<O>(pub(crate) ObserverTracer<O>);

impl<O: PausingObserver> Tracer for PausingTracer<O> {
    #[inline(always)]
    fn node(&mut self, visit: Visit, node: &HashedNode, state: &MachineState) {
        self.0.node(visit, node, state);
    }

    #[inline(always)]
    fn operation(&mut self, node: NodeId, index: usize, operation: Operation, state: &MachineState) {
        self.0.operation(node, index, operation, state);
    }

    #[inline(always)]
    fn returns(&mut self, call: NodeId, frame: &Frame, state: &MachineState) {
        self.0.returns(call, frame, state);
    }

    #[inline(always)]
    fn pauses(&mut self, program: &Program, node: NodeId, step: Step, state: &MachineState) -> bool {
        self.0.0.pauses(&cycle(visited(program, node), step, state))
    }
}
