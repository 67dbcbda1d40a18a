//! Execution of the nodes of a program.

use alloc::{boxed::Box, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering};

use miden_core::{
    Digest, Node, NodeId, Opcode, Operation, Program, StackInputs, StackOutputs,
    operations::binary,
    params::STACK_TOP,
    program::{Block, DebugCommand, Decorator, ErrorCode},
};

use crate::{
    DebugSite, Execution, ExecutionError, ExecutionOptions, FailureSite, Fault, HostError, Step,
    host::Oracle,
    operations::{self, Failure},
    state::{MachineState, Registers, Stack},
    tracer::{Tracer, Visit},
};

/// Runs the program to its end, or until `interrupt` is set, which each node checks. Nothing here recurses, so programs
/// may nest and call to any depth.
pub(crate) fn run(
    program: &Program,
    inputs: &StackInputs,
    options: &ExecutionOptions,
    interrupt: Option<&AtomicBool>,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<Execution, ExecutionError> {
    let mut state = start(inputs, options, tracer);
    let mut continuations = Vec::new();
    let mut process = Process::new(program, &mut state, options, oracle, tracer, &mut continuations);
    process.interrupt = interrupt;
    // No execution has 2^64 cycles, so this one does not pause.
    process.resume(Point::Node(program.root()), u64::MAX)?;
    process.finish()
}

/// The state before the first cycle.
pub(crate) fn start(
    inputs: &StackInputs,
    options: &ExecutionOptions,
    tracer: &mut impl Tracer,
) -> MachineState {
    MachineState::new(push_inputs(inputs, tracer), inputs.num_input_rows() as u64, options)
}

/// The stack after the INPUT rows, each of which pushes one input.
fn push_inputs(inputs: &StackInputs, tracer: &mut impl Tracer) -> Stack {
    let (initial, pushed) = inputs.split_pushed();
    // Before the first input the stack has room for one more item.
    tracer.input(&Stack::new(initial));
    let (first, rest) = pushed.split_first().expect("there is at least one INPUT row");
    let mut stack = Stack::new(&[initial, &[*first]].concat());
    for &item in rest {
        tracer.input(&stack);
        stack.push(item);
    }
    stack
}

/// The continuation after the end of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Continuation {
    /// Visits a node.
    Node(NodeId),
    /// Returns from the procedure that this node called.
    Return(NodeId),
    /// Carries out the debug commands after this node.
    Watched(NodeId),
}

/// The point between two cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// Before the visit of a node.
    Node(NodeId),
    /// Inside a block.
    Block { node: NodeId, at: BlockPoint },
    /// After a node; the next continuation follows.
    Between,
}

/// The point before an operation of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BlockPoint {
    /// Index of the operation.
    pub(crate) operation: usize,
    /// Index of the next decorator.
    decorator: usize,
}

pub(crate) struct Process<'a, O, R> {
    program: &'a Program,
    state: &'a mut MachineState,
    options: &'a ExecutionOptions,
    interrupt: Option<&'a AtomicBool>,
    /// The smaller one of the cycle limits.
    max_cycles: u64,
    oracle: &'a mut O,
    tracer: &'a mut R,
    /// The next continuation is the last one.
    continuations: &'a mut Vec<Continuation>,
}

impl<'a, O: Oracle, R: Tracer> Process<'a, O, R> {
    /// An execution in this state, which nothing interrupts.
    #[inline(always)]
    pub(crate) fn new(
        program: &'a Program,
        state: &'a mut MachineState,
        options: &'a ExecutionOptions,
        oracle: &'a mut O,
        tracer: &'a mut R,
        continuations: &'a mut Vec<Continuation>,
    ) -> Self {
        let max_cycles = options.cycle_limit.unwrap_or(u64::MAX).min(options.max_cycles);
        Self { program, state, options, interrupt: None, max_cycles, oracle, tracer, continuations }
    }

    /// Continues at a point, until this cycle would be next, or the tracer pauses. Returns the point that it reaches, or
    /// `None` if the program has ended.
    #[inline(always)]
    pub(crate) fn resume(&mut self, mut point: Point, until: u64) -> Result<Option<Point>, ExecutionError> {
        loop {
            point = match point {
                Point::Between => match self.continuations.last() {
                    None => return Ok(None),
                    // Debug commands belong to the cycle before them.
                    Some(&Continuation::Watched(id)) => {
                        self.continuations.pop();
                        self.watch_end(id);
                        Point::Between
                    }
                    Some(_) if self.state.clk >= until => return Ok(Some(point)),
                    Some(&Continuation::Node(id)) => {
                        self.continuations.pop();
                        Point::Node(id)
                    }
                    Some(&Continuation::Return(call)) => {
                        if self.tracer.pauses(self.program, call, Step::Return, self.state) {
                            return Ok(Some(point));
                        }
                        self.return_from(call)?;
                        Point::Between
                    }
                },
                _ if self.state.clk >= until => return Ok(Some(point)),
                Point::Node(id) => {
                    if self.tracer.pauses(self.program, id, Step::Node, self.state) {
                        return Ok(Some(point));
                    }
                    self.node(id, until)?
                }
                Point::Block { node, at } => match self.program.node(node).node() {
                    Node::Block(block) => self.block(node, block, at, until)?,
                    _ => unreachable!("the point is in a block"),
                },
            };
        }
    }

    /// The result, after the end of the program.
    pub(crate) fn finish(self) -> Result<Execution, ExecutionError> {
        self.tracer.end(self.state);
        let outputs = StackOutputs::new(self.state.stack.to_vec())?;
        Ok(Execution { outputs, cycles: self.state.clk })
    }
    /// Visits a node, and executes it if it is a block, until this cycle would be next.
    #[inline(always)]
    fn node(&mut self, id: NodeId, until: u64) -> Result<Point, ExecutionError> {
        self.check_limits(id, Step::Node)?;
        match self.program.node(id).node() {
            Node::Block(block) => {
                self.visit(Visit { id, pushes: false, ends: false });
                self.block(id, block, BlockPoint::default(), until)
            }
            Node::Join(left, right) => {
                self.visit(Visit { id, pushes: true, ends: false });
                self.continuations.push(Continuation::Node(*right));
                Ok(Point::Node(*left))
            }
            Node::Split(on_one, on_zero) => {
                let condition = self.condition(id)?;
                self.visit(Visit { id, pushes: false, ends: false });
                self.state.stack.drop_top();
                Ok(Point::Node(if condition { *on_one } else { *on_zero }))
            }
            Node::Loop(body) => {
                let condition = self.condition(id)?;
                self.visit(Visit { id, pushes: condition, ends: !condition });
                self.state.stack.drop_top();
                if condition {
                    self.continuations.push(Continuation::Node(id));
                }
                Ok(if condition { Point::Node(*body) } else { Point::Between })
            }
            Node::Call(callee) => self.procedure(id, |process| process.call(*callee)),
            Node::SysCall(callee) => self.procedure(id, |process| process.system_call(*callee)),
            Node::DynCall => self.procedure(id, Self::dynamic_call),
            Node::Dyn => self.procedure(id, |process| Ok((process.dynamic()?, None))),
            Node::Watched(inner, watch) => {
                self.debug(id, 0, watch.before());
                if !watch.after().is_empty() {
                    self.continuations.push(Continuation::Watched(id));
                }
                Ok(Point::Node(*inner))
            }
            // `Node` is non-exhaustive outside `core`.
            node => unreachable!("the processor knows all nodes, but not {}", node.opcode()),
        }
    }

    /// Visits a node that executes a procedure, which is next. `entry` determines it, with the registers at
    /// its start if it gets a frame.
    fn procedure(
        &mut self,
        id: NodeId,
        entry: impl FnOnce(&Self) -> Result<(NodeId, Option<Registers>), Fault>,
    ) -> Result<Point, ExecutionError> {
        let (procedure, registers) = entry(self).map_err(|fault| self.node_fault(fault, id))?;
        self.visit(Visit { id, pushes: registers.is_some(), ends: false });
        if let Some(registers) = registers {
            self.state.enter(registers);
            self.continuations.push(Continuation::Return(id));
        }
        Ok(Point::Node(procedure))
    }

    fn call(&self, callee: NodeId) -> Result<(NodeId, Option<Registers>), Fault> {
        self.check_outside_system_call()?;
        Ok((callee, Some(self.called(callee))))
    }

    fn system_call(&self, callee: NodeId) -> Result<(NodeId, Option<Registers>), Fault> {
        self.check_outside_system_call()?;
        self.check_kernel(callee)?;
        Ok((callee, Some(self.state.registers.system_called())))
    }

    fn dynamic_call(&self) -> Result<(NodeId, Option<Registers>), Fault> {
        self.check_outside_system_call()?;
        self.call(self.dynamic()?)
    }

    /// System calls cannot call.
    const fn check_outside_system_call(&self) -> Result<(), Fault> {
        match self.state.registers.in_syscall {
            true => Err(Fault::CallInSyscall),
            false => Ok(()),
        }
    }

    /// The registers at the start of a procedure that is called now.
    fn called(&self, procedure: NodeId) -> Registers {
        Registers::called(self.state.row(), *self.program.node(procedure).digest())
    }

    /// A system call enters only procedures of the kernel.
    fn check_kernel(&self, procedure: NodeId) -> Result<(), Fault> {
        let digest = *self.program.node(procedure).digest();
        match self.program.kernel().contains(&digest) {
            true => Ok(()),
            false => Err(Fault::SyscallTargetNotInKernel { digest }),
        }
    }

    /// The procedure whose digest is the top word.
    fn dynamic(&self) -> Result<NodeId, Fault> {
        let digest = Digest::new(self.state.stack.word(0));
        self.program.procedure(&digest).ok_or(Fault::CodeBlockNotFound { digest })
    }

    /// Returns from the procedure that the node `call` called.
    fn return_from(&mut self, call: NodeId) -> Result<(), ExecutionError> {
        self.check_limits(call, Step::Return)?;
        self.tracer.returns(call, self.state.frame(), self.state);
        let depth = self.state.stack.depth();
        if depth != STACK_TOP {
            return Err(self.fault(Fault::InvalidStackDepthOnReturn { depth }, call, Step::Return, None));
        }
        self.continuations.pop();
        self.state.leave();
        self.state.clk += 1;
        Ok(())
    }

    /// Carries out the debug commands after a node.
    #[cold]
    fn watch_end(&mut self, id: NodeId) {
        if let Node::Watched(_, watch) = self.program.node(id).node() {
            self.debug(id, watch.before().len(), watch.after());
        }
    }

    /// Carries out debug commands, the first of which has this index among those of the node.
    #[cold]
    fn debug(&mut self, id: NodeId, first: usize, commands: &[DebugCommand]) {
        for (index, command) in (first..).zip(commands) {
            self.oracle.debug(DebugSite { node: id, decorator: index }, command, self.state);
        }
    }

    /// Records the visit of a node.
    #[inline(always)]
    fn visit(&mut self, visit: Visit) {
        self.tracer.node(visit, self.program.node(visit.id), self.state);
        self.state.clk += 1;
    }

    /// Executes the operations of a block from a point on, and the decorators between them, until this cycle would be
    /// next. Decorators before an operation belong to its cycle, those after the last one to that of the last one.
    #[inline(always)]
    fn block(
        &mut self,
        id: NodeId,
        block: &Block,
        from: BlockPoint,
        until: u64,
    ) -> Result<Point, ExecutionError> {
        let operations = block.operations();
        let mut start = from.operation;
        let mut decorators = block.decorators().get(from.decorator..).unwrap_or_default();
        loop {
            // Most blocks have no decorators. Error codes are looked up when an error occurs.
            while let [(_, Decorator::Error(_)), rest @ ..] = decorators {
                decorators = rest;
            }
            let end = decorators.first().map_or(operations.len(), |(index, _)| usize::from(*index));
            let done = start + self.operations(id, block, start, &operations[start..end], until)?;
            if done < operations.len() && self.state.clk >= until {
                let decorator = block.decorators().len() - decorators.len();
                return Ok(Point::Block { node: id, at: BlockPoint { operation: done, decorator } });
            }
            let [(_, decorator), rest @ ..] = decorators else { return Ok(Point::Between) };
            if end < operations.len() && self.state.clk >= self.max_cycles {
                return Err(self.cycle_limit(id, Step::Operation { index: end }));
            }
            let index = block.decorators().len() - decorators.len();
            if let Err(error) = self.decorate(DebugSite { node: id, decorator: index }, decorator) {
                return Err(self.decorator_failure(error, id, end.min(operations.len() - 1), index));
            }
            (start, decorators) = (end, rest);
        }
    }

    /// Executes the operations of a block that begin at index `start`, until this cycle would be next. Returns how many
    /// were executed.
    #[inline(always)]
    fn operations(
        &mut self,
        id: NodeId,
        block: &Block,
        start: usize,
        operations: &[Operation],
        until: u64,
    ) -> Result<usize, ExecutionError> {
        let clk = self.state.clk;
        let left = usize::try_from(self.max_cycles.min(until).saturating_sub(clk)).unwrap_or(usize::MAX);
        let allowed = operations.get(..left).unwrap_or(operations);
        for (offset, &operation) in allowed.iter().enumerate() {
            self.state.clk = clk + offset as u64;
            self.tracer.operation(id, start + offset, operation, self.state);
            if let Err(failure) = operations::execute(operation, self.state, self.oracle, self.tracer) {
                return Err(self.failure(failure, id, start + offset, block));
            }
        }
        self.state.clk = clk + allowed.len() as u64;
        if allowed.len() < operations.len() && self.state.clk < until {
            return Err(self.cycle_limit(id, Step::Operation { index: start + allowed.len() }));
        }
        Ok(allowed.len())
    }

    /// Carries out a decorator.
    #[inline(never)]
    fn decorate(&mut self, site: DebugSite, decorator: &Decorator) -> Result<(), HostError> {
        match decorator {
            Decorator::Debug(command) => {
                self.oracle.debug(site, command, self.state);
                Ok(())
            }
            Decorator::Advice(injector) => Ok(self.oracle.inject(*injector, self.state)?),
            Decorator::Emit(event) => self.oracle.emit(*event, self.state),
            // An error code matters only if the next operation fails; decorators of later versions change no result.
            _ => Ok(()),
        }
    }

    /// The condition on top of the stack; it is not removed.
    #[inline(always)]
    fn condition(&mut self, id: NodeId) -> Result<bool, ExecutionError> {
        binary(self.state.stack.item(0)).map_err(|fault| self.node_fault(fault.into(), id))
    }

    /// Checks the limits at each node and at each return.
    #[inline(always)]
    fn check_limits(&mut self, id: NodeId, step: Step) -> Result<(), ExecutionError> {
        if self.state.clk >= self.max_cycles {
            return Err(self.cycle_limit(id, step));
        }
        if self.state.stack.total() > self.options.max_stack_depth {
            return Err(self.stack_limit(id, step));
        }
        match self.interrupt {
            Some(interrupt) if interrupt.load(Ordering::Relaxed) => Err(ExecutionError::Interrupted),
            _ => Ok(()),
        }
    }

    #[cold]
    fn cycle_limit(&mut self, node: NodeId, step: Step) -> ExecutionError {
        self.tracer.stop(node, self.program.node(node), step, self.state);
        ExecutionError::CycleLimit {
            limit: self.max_cycles,
            public: self.options.cycle_limit == Some(self.max_cycles),
            site: self.site(node, step),
        }
    }

    #[cold]
    fn stack_limit(&self, node: NodeId, step: Step) -> ExecutionError {
        ExecutionError::StackLimit {
            limit: self.options.max_stack_depth,
            depth: self.state.stack.total(),
            site: self.site(node, step),
        }
    }

    /// The error of a node that cannot be visited on this stack.
    #[cold]
    fn node_fault(&mut self, fault: Fault, id: NodeId) -> ExecutionError {
        let visit = Visit { id, pushes: false, ends: false };
        self.tracer.node(visit, self.program.node(id), self.state);
        self.fault(fault, id, Step::Node, None)
    }

    /// The error of an operation that cannot execute.
    #[cold]
    fn failure(&self, failure: Failure, id: NodeId, index: usize, block: &Block) -> ExecutionError {
        let step = Step::Operation { index };
        let site = || self.site(id, step);
        match failure {
            Failure::Fault(fault) => self.fault(fault, id, step, explanation(block, index)),
            Failure::Host(error) => ExecutionError::Host { error, site: site() },
            Failure::MemoryLimit => {
                ExecutionError::MemoryLimit { limit: self.options.max_memory_words, site: site() }
            }
        }
    }

    /// The error of a decorator that the host cannot carry out.
    #[cold]
    fn decorator_failure(
        &self,
        error: HostError,
        id: NodeId,
        operation: usize,
        index: usize,
    ) -> ExecutionError {
        let step = Step::Operation { index: operation };
        let site = FailureSite { decorator: Some(index), ..*self.site(id, step) };
        ExecutionError::Host { error: Box::new(error), site: Box::new(site) }
    }

    #[cold]
    fn fault(&self, fault: Fault, node: NodeId, step: Step, code: Option<ErrorCode>) -> ExecutionError {
        ExecutionError::Fault { fault, site: self.site(node, step), code }
    }

    fn site(&self, node: NodeId, step: Step) -> Box<FailureSite> {
        let MachineState { stack, registers, clk, advice_read, .. } = &*self.state;
        let (operation, opcode) = match (step, self.program.node(node).node()) {
            (Step::Return, _) => (None, Opcode::Return),
            (Step::Operation { index }, Node::Block(block)) => {
                (Some(index), block.operations()[index].opcode())
            }
            (_, node) => (None, node.opcode()),
        };
        Box::new(FailureSite {
            clk: *clk,
            advice_read: *advice_read,
            ctx: registers.ctx,
            fmp: registers.fmp,
            node,
            operation,
            decorator: None,
            opcode,
            depth: stack.depth(),
            stack: core::array::from_fn(|position| stack.item(position)),
        })
    }
}

/// The error code that the block has for this operation.
fn explanation(block: &Block, operation: usize) -> Option<ErrorCode> {
    let own = block.decorators().iter().filter(|(index, _)| usize::from(*index) == operation);
    own.filter_map(|(_, decorator)| match decorator {
        Decorator::Error(code) => Some(code.clone()),
        _ => None,
    })
    .next_back()
}
