//! Execution of the nodes of a program.

use alloc::vec::Vec;

use miden_core::{
    Felt, Node, NodeId, Operation, Program, ProgramInputs, StackOutputs, field::FieldElement,
    params::STACK_TOP, program::HashedNode,
};

use crate::{Execution, ExecutionError, ExecutionOptions, Fault, Place, operations, stack::Stack};

/// Takes note of each row of an execution, before it takes effect.
///
/// The plain execution uses [`Nothing`], whose methods vanish.
pub(crate) trait Recorder {
    /// A stack input is brought in.
    fn input(&mut self, value: Felt, stack: &Stack);

    /// A node is visited.
    fn node(&mut self, visit: Visit, node: &HashedNode, stack: &Stack);

    /// An operation of the block `node` is executed.
    fn operation(&mut self, node: NodeId, index: usize, operation: Operation, stack: &Stack);
}

/// What the visit of a node leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) id: NodeId,
    /// A continuation is pushed.
    pub(crate) pushes: bool,
    /// The node ends with this row.
    pub(crate) ends: bool,
}

/// Records nothing.
pub(crate) struct Nothing;

impl Recorder for Nothing {
    #[inline(always)]
    fn input(&mut self, _value: Felt, _stack: &Stack) {}

    #[inline(always)]
    fn node(&mut self, _visit: Visit, _node: &HashedNode, _stack: &Stack) {}

    #[inline(always)]
    fn operation(&mut self, _node: NodeId, _index: usize, _operation: Operation, _stack: &Stack) {}
}

/// Runs the program to its end. Nothing here recurses, so that programs may nest to any depth.
pub(crate) fn run(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
    recorder: &mut impl Recorder,
) -> Result<Execution, ExecutionError> {
    let stack = bring_in(inputs.stack.items(), recorder);
    let mut process = Process { stack, clk: 0, limit: options.max_cycles };
    // Nodes that remain to be visited when the current one has ended, the next one last.
    let mut continuations: Vec<NodeId> = Vec::new();
    let mut current = Some(program.root());
    while let Some(id) = current {
        let hashed = program.node(id);
        let child = match hashed.node() {
            Node::Block(block) => {
                process.visit(Visit { id, pushes: false, ends: false }, hashed, recorder)?;
                process.block(id, block.operations(), recorder)?;
                None
            }
            Node::Join(left, right) => {
                process.visit(Visit { id, pushes: true, ends: false }, hashed, recorder)?;
                continuations.push(*right);
                Some(*left)
            }
            Node::Split(on_one, on_zero) => {
                let condition = process.condition(id)?;
                process.visit(Visit { id, pushes: false, ends: false }, hashed, recorder)?;
                process.stack.drop_top();
                Some(if condition { *on_one } else { *on_zero })
            }
            Node::Loop(body) => {
                let condition = process.condition(id)?;
                process.visit(Visit { id, pushes: condition, ends: !condition }, hashed, recorder)?;
                process.stack.drop_top();
                if condition {
                    continuations.push(id);
                }
                condition.then_some(*body)
            }
            node => return Err(process.fault(Fault::NotBuilt { opcode: node.opcode() }, id, None)),
        };
        current = child.or_else(|| continuations.pop());
    }
    let outputs = StackOutputs::new(process.stack.to_vec())?;
    Ok(Execution { outputs, cycles: process.clk })
}

/// The stack after all inputs have been brought in: the deepest ones are there from the start, the others are pushed
/// one by one, at least one of them.
fn bring_in(items: &[Felt], recorder: &mut impl Recorder) -> Stack {
    let below = items.len().min(STACK_TOP - 1).min(items.len().saturating_sub(1));
    let (below, rest) = items.split_at(below);
    let first = rest.first().copied().unwrap_or(Felt::ZERO);
    // Before the first input the stack has room for one item more.
    recorder.input(first, &Stack::new(below));
    let mut stack = Stack::new(&[below, &[first]].concat());
    for &item in rest.iter().skip(1) {
        recorder.input(item, &stack);
        stack.push(item);
    }
    stack
}

struct Process {
    stack: Stack,
    clk: u64,
    limit: u64,
}

impl Process {
    /// Records the visit of a node.
    #[inline(always)]
    fn visit(
        &mut self,
        visit: Visit,
        node: &HashedNode,
        recorder: &mut impl Recorder,
    ) -> Result<(), ExecutionError> {
        self.check_limit(visit.id, None)?;
        recorder.node(visit, node, &self.stack);
        self.clk += 1;
        Ok(())
    }

    /// Executes the operations of a block.
    #[inline(always)]
    fn block(
        &mut self,
        id: NodeId,
        operations: &[Operation],
        recorder: &mut impl Recorder,
    ) -> Result<(), ExecutionError> {
        for (index, &operation) in operations.iter().enumerate() {
            self.check_limit(id, Some(index))?;
            recorder.operation(id, index, operation, &self.stack);
            if let Err(fault) = operations::execute(operation, &mut self.stack) {
                return Err(self.fault(fault, id, Some(index)));
            }
            self.clk += 1;
        }
        Ok(())
    }

    /// The condition on top of the stack, which stays there.
    #[inline(always)]
    fn condition(&self, id: NodeId) -> Result<bool, ExecutionError> {
        self.check_limit(id, None)?;
        operations::binary(self.stack.item(0)).map_err(|fault| self.fault(fault, id, None))
    }

    #[inline(always)]
    fn check_limit(&self, node: NodeId, operation: Option<usize>) -> Result<(), ExecutionError> {
        if self.clk < self.limit {
            return Ok(());
        }
        Err(ExecutionError::CycleLimit { limit: self.limit, place: Place { clk: self.clk, node, operation } })
    }

    #[cold]
    fn fault(&self, fault: Fault, node: NodeId, operation: Option<usize>) -> ExecutionError {
        ExecutionError::Fault { fault, place: Place { clk: self.clk, node, operation } }
    }
}
