//! Execution of the nodes of a program.

use alloc::{boxed::Box, vec::Vec};

use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Operation, Program, StackInputs, StackOutputs,
    field::FieldElement,
    params::STACK_TOP,
    program::{Block, Decorator, ErrorCode},
};

use crate::{
    Execution, ExecutionError, ExecutionOptions, Fault, HostError, Place, Step,
    host::Oracle,
    operations::{self, Failure},
    recorder::{Recorder, Visit},
    state::{Registers, Stack, State},
};

/// Runs the program to its end. Nothing here recurses, so that programs may nest and call to any depth.
pub(crate) fn run(
    program: &Program,
    inputs: &StackInputs,
    options: &ExecutionOptions,
    oracle: &mut impl Oracle,
    recorder: &mut impl Recorder,
) -> Result<Execution, ExecutionError> {
    let state = State::new(bring_in(inputs.items(), recorder), num_input_rows(inputs) as u64, options);
    let max_cycles = options.cycle_limit.unwrap_or(u64::MAX).min(options.max_cycles);
    let mut process =
        Process { program, state, options, max_cycles, oracle, recorder, continuations: Vec::new() };
    let mut current = Some(program.root());
    loop {
        if let Some(id) = current {
            current = process.node(id)?;
            continue;
        }
        match process.continuations.pop() {
            Some(Continuation::Node(id)) => current = Some(id),
            Some(Continuation::Return(call)) => process.return_from(call)?,
            None => break,
        }
    }
    process.recorder.end(&process.state);
    let outputs = StackOutputs::new(process.state.stack.to_vec())?;
    Ok(Execution { outputs, cycles: process.state.clk })
}

/// Number of rows that bring in the inputs: the deepest 15 are there from the start, and there is one row at least.
pub(crate) fn num_input_rows(inputs: &StackInputs) -> usize {
    inputs.items().len().max(STACK_TOP) - (STACK_TOP - 1)
}

/// The stack after all inputs have been brought in: the deepest ones are there from the start, the others are pushed
/// one by one, at least one of them.
fn bring_in(items: &[Felt], recorder: &mut impl Recorder) -> Stack {
    let below = items.len().min(STACK_TOP - 1).min(items.len().saturating_sub(1));
    let (below, rest) = items.split_at(below);
    let first = rest.first().copied().unwrap_or(Felt::ZERO);
    // Before the first input the stack has room for one item more.
    recorder.input(&Stack::new(below));
    let mut stack = Stack::new(&[below, &[first]].concat());
    for &item in rest.iter().skip(1) {
        recorder.input(&stack);
        stack.push(item);
    }
    stack
}

/// What remains to be done when a node has ended.
#[derive(Clone, Copy)]
enum Continuation {
    /// Visits a node.
    Node(NodeId),
    /// Returns from the procedure that this node has called.
    Return(NodeId),
}

struct Process<'a, O, R> {
    program: &'a Program,
    state: State,
    options: &'a ExecutionOptions,
    /// The lesser one of the limits of the cycles.
    max_cycles: u64,
    oracle: &'a mut O,
    recorder: &'a mut R,
    /// The next one last.
    continuations: Vec<Continuation>,
}

impl<O: Oracle, R: Recorder> Process<'_, O, R> {
    /// Visits a node, and executes it if it is a block. Returns the child that comes next, if the node has one.
    #[inline(always)]
    fn node(&mut self, id: NodeId) -> Result<Option<NodeId>, ExecutionError> {
        self.check_limits(id, Step::Node)?;
        match self.program.node(id).node() {
            Node::Block(block) => {
                self.visit(Visit { id, pushes: false, ends: false });
                self.block(id, block)?;
                Ok(None)
            }
            Node::Join(left, right) => {
                self.visit(Visit { id, pushes: true, ends: false });
                self.continuations.push(Continuation::Node(*right));
                Ok(Some(*left))
            }
            Node::Split(on_one, on_zero) => {
                let condition = self.condition(id)?;
                self.visit(Visit { id, pushes: false, ends: false });
                self.state.stack.drop_top();
                Ok(Some(if condition { *on_one } else { *on_zero }))
            }
            Node::Loop(body) => {
                let condition = self.condition(id)?;
                self.visit(Visit { id, pushes: condition, ends: !condition });
                self.state.stack.drop_top();
                if condition {
                    self.continuations.push(Continuation::Node(id));
                }
                Ok(condition.then_some(*body))
            }
            node => self.procedure(id, node).map(Some),
        }
    }

    /// Visits a node that runs a procedure, which is returned.
    fn procedure(&mut self, id: NodeId, node: &Node) -> Result<NodeId, ExecutionError> {
        let (procedure, registers) = self.entry(node).map_err(|fault| self.node_fault(fault, id))?;
        self.visit(Visit { id, pushes: registers.is_some(), ends: false });
        if let Some(registers) = registers {
            self.state.enter(registers);
            self.continuations.push(Continuation::Return(id));
        }
        Ok(procedure)
    }

    /// The procedure that a node runs, and the registers at its start if it has a frame of its own.
    fn entry(&self, node: &Node) -> Result<(NodeId, Option<Registers>), Fault> {
        if let Node::Dyn = node {
            return Ok((self.dynamic()?, None));
        }
        if self.state.registers.in_syscall {
            return Err(Fault::CallInSyscall);
        }
        match *node {
            Node::Call(procedure) => Ok((procedure, Some(self.called(procedure)))),
            Node::SysCall(procedure) => {
                self.check_kernel(procedure)?;
                Ok((procedure, Some(self.state.registers.system_called())))
            }
            Node::DynCall => {
                let procedure = self.dynamic()?;
                Ok((procedure, Some(self.called(procedure))))
            }
            // The others run no procedure.
            ref other => Err(Fault::NotBuilt { opcode: other.opcode() }),
        }
    }

    /// The registers at the start of a procedure that is called now.
    fn called(&self, procedure: NodeId) -> Registers {
        Registers::called(self.state.row(), *self.program.node(procedure).digest())
    }

    /// A system call enters procedures of the kernel only.
    fn check_kernel(&self, procedure: NodeId) -> Result<(), Fault> {
        let digest = *self.program.node(procedure).digest();
        match self.program.kernel().contains(&digest) {
            true => Ok(()),
            false => Err(Fault::SyscallTargetNotInKernel { digest }),
        }
    }

    /// The procedure whose digest is in the topmost word.
    fn dynamic(&self) -> Result<NodeId, Fault> {
        let digest = Digest::new(self.state.stack.word(0));
        self.program.procedure(&digest).ok_or(Fault::CodeBlockNotFound { digest })
    }

    /// Returns from the procedure that the node `call` has called.
    fn return_from(&mut self, call: NodeId) -> Result<(), ExecutionError> {
        self.check_limits(call, Step::Return)?;
        let Some(frame) = self.state.frame() else { return Ok(()) };
        self.recorder.returns(call, frame, &self.state);
        let depth = self.state.stack.depth();
        if depth != STACK_TOP {
            return Err(self.fault(Fault::InvalidStackDepthOnReturn { depth }, call, Step::Return, None));
        }
        self.state.leave();
        self.state.clk += 1;
        Ok(())
    }

    /// Records the visit of a node.
    #[inline(always)]
    fn visit(&mut self, visit: Visit) {
        self.recorder.node(visit, self.program.node(visit.id), &self.state);
        self.state.clk += 1;
    }

    /// Executes the operations of a block, and its decorators between them.
    #[inline(always)]
    fn block(&mut self, id: NodeId, block: &Block) -> Result<(), ExecutionError> {
        let operations = block.operations();
        let mut decorators = block.decorators();
        let mut start = 0;
        loop {
            // Most blocks have none. What an error says is looked up when there is one.
            while let [(_, Decorator::Error(_)), rest @ ..] = decorators {
                decorators = rest;
            }
            let end = decorators.first().map_or(operations.len(), |(index, _)| usize::from(*index));
            self.operations(id, block, start, &operations[start..end])?;
            let [(_, decorator), rest @ ..] = decorators else { return Ok(()) };
            if end < operations.len() && self.state.clk >= self.max_cycles {
                return Err(self.cycle_limit(id, Step::Operation { index: end }));
            }
            if let Err(error) = self.decorate(decorator) {
                let index = block.decorators().len() - decorators.len();
                return Err(self.decorator_failure(error, id, end.min(operations.len() - 1), index));
            }
            (start, decorators) = (end, rest);
        }
    }

    /// Executes operations of a block, of which the first has the index `start`.
    #[inline(always)]
    fn operations(
        &mut self,
        id: NodeId,
        block: &Block,
        start: usize,
        operations: &[Operation],
    ) -> Result<(), ExecutionError> {
        let clk = self.state.clk;
        let left = usize::try_from(self.max_cycles.saturating_sub(clk)).unwrap_or(usize::MAX);
        let allowed = operations.get(..left).unwrap_or(operations);
        for (offset, &operation) in allowed.iter().enumerate() {
            self.state.clk = clk + offset as u64;
            self.recorder.operation(id, start + offset, operation, &self.state);
            if let Err(failure) = operations::execute(operation, &mut self.state, self.oracle, self.recorder)
            {
                return Err(self.failure(failure, id, start + offset, block));
            }
        }
        self.state.clk = clk + allowed.len() as u64;
        if allowed.len() < operations.len() {
            return Err(self.cycle_limit(id, Step::Operation { index: start + allowed.len() }));
        }
        Ok(())
    }

    /// Does what a decorator says.
    #[inline(never)]
    fn decorate(&mut self, decorator: &Decorator) -> Result<(), HostError> {
        match decorator {
            Decorator::Advice(injector) => Ok(self.oracle.inject(*injector, &self.state)?),
            Decorator::Emit(event) => self.oracle.emit(*event, &self.state),
            // An error speaks if the next operation fails; decorators of later versions change no result.
            _ => Ok(()),
        }
    }

    /// The condition on top of the stack, which stays there.
    #[inline(always)]
    fn condition(&mut self, id: NodeId) -> Result<bool, ExecutionError> {
        operations::binary(self.state.stack.item(0)).map_err(|fault| self.node_fault(fault, id))
    }

    /// What is checked at each node, and at its return.
    #[inline(always)]
    fn check_limits(&mut self, id: NodeId, step: Step) -> Result<(), ExecutionError> {
        if self.state.clk >= self.max_cycles {
            return Err(self.cycle_limit(id, step));
        }
        if self.state.stack.total() > self.options.max_stack_depth {
            return Err(self.stack_limit(id, step));
        }
        Ok(())
    }

    #[cold]
    fn cycle_limit(&mut self, node: NodeId, step: Step) -> ExecutionError {
        self.recorder.stop(node, self.program.node(node), step, &self.state);
        ExecutionError::CycleLimit {
            limit: self.max_cycles,
            public: self.options.cycle_limit == Some(self.max_cycles),
            place: self.place(node, step),
        }
    }

    #[cold]
    fn stack_limit(&self, node: NodeId, step: Step) -> ExecutionError {
        ExecutionError::StackLimit {
            limit: self.options.max_stack_depth,
            depth: self.state.stack.total(),
            place: self.place(node, step),
        }
    }

    /// A node that cannot be visited on this stack.
    #[cold]
    fn node_fault(&mut self, fault: Fault, id: NodeId) -> ExecutionError {
        let visit = Visit { id, pushes: false, ends: false };
        self.recorder.node(visit, self.program.node(id), &self.state);
        self.fault(fault, id, Step::Node, None)
    }

    /// An operation that cannot be executed.
    #[cold]
    fn failure(&self, failure: Failure, id: NodeId, index: usize, block: &Block) -> ExecutionError {
        let step = Step::Operation { index };
        let place = || self.place(id, step);
        match failure {
            Failure::Fault(fault) => self.fault(fault, id, step, explanation(block, index)),
            Failure::Host(error) => ExecutionError::Host { error, place: place() },
            Failure::MemoryLimit => {
                ExecutionError::MemoryLimit { limit: self.options.max_memory_words, place: place() }
            }
        }
    }

    /// A decorator that the host cannot follow.
    #[cold]
    fn decorator_failure(
        &self,
        error: HostError,
        id: NodeId,
        operation: usize,
        index: usize,
    ) -> ExecutionError {
        let step = Step::Operation { index: operation };
        let place = Place { decorator: Some(index), ..*self.place(id, step) };
        ExecutionError::Host { error: Box::new(error), place: Box::new(place) }
    }

    #[cold]
    fn fault(&self, fault: Fault, node: NodeId, step: Step, code: Option<ErrorCode>) -> ExecutionError {
        ExecutionError::Fault { fault, place: self.place(node, step), code }
    }

    fn place(&self, node: NodeId, step: Step) -> Box<Place> {
        let State { stack, registers, clk, advice_read, .. } = &self.state;
        let (operation, opcode) = match (step, self.program.node(node).node()) {
            (Step::Return, _) => (None, Opcode::Return),
            (Step::Operation { index }, Node::Block(block)) => {
                (Some(index), block.operations()[index].opcode())
            }
            (_, node) => (None, node.opcode()),
        };
        Box::new(Place {
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

/// What the block says about a failure of this operation.
fn explanation(block: &Block, operation: usize) -> Option<ErrorCode> {
    let own = block.decorators().iter().filter(|(index, _)| usize::from(*index) == operation);
    own.filter_map(|(_, decorator)| match decorator {
        Decorator::Error(code) => Some(code.clone()),
        _ => None,
    })
    .next_back()
}
