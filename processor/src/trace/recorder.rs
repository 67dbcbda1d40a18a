use miden_core::{
    Felt, Node, NodeId, Opcode, Operation, Program,
    field::FieldElement,
    operations::Shift,
    params::STACK_TOP,
    program::HashedNode,
    trace::{
        decoder::{CS, DONE, G, GE, H, P},
        stack::{DEPTH, OVF, Z},
    },
};

use super::{
    chiplets::Chiplets,
    helpers::Helpers,
    list::List,
    range::RangeTrace,
    register::Register,
    rows::{Row, Rows},
};
use crate::{
    process::{Recorder, Visit},
    stack::Stack,
};

/// Writes down every row.
///
/// An entry of a list is taken out as often as its push says: always once. What waits to be continued is continued
/// before the program ends, and the rows of the outputs take out what is left below the top of the stack.
pub(super) struct TraceRecorder<'a> {
    pub(super) rows: Rows,
    pub(super) chiplets: Chiplets<'a>,
    pub(super) range: RangeTrace,
    /// Rows of the items below the top 16.
    overflow: List,
    /// Rows of the nodes that have a continuation waiting.
    continuations: List,
    register: Register,
    /// Operations that are left of the block.
    left: usize,
}

impl<'a> TraceRecorder<'a> {
    /// Starts with no rows; `capacity` is their number in the end.
    pub(super) fn new(program: &'a Program, capacity: usize) -> Self {
        Self {
            rows: Rows::with_capacity(capacity),
            chiplets: Chiplets::new(program),
            range: RangeTrace::new(),
            overflow: List::default(),
            continuations: List::default(),
            register: Register::default(),
            left: 0,
        }
    }

    /// The outputs below the top 16 are taken out one by one, and the program is at its end.
    pub(super) fn end(&mut self, outputs: &[Felt]) {
        let mut stack = Stack::from_top_first(outputs);
        while stack.depth() > STACK_TOP {
            self.begin(Opcode::Output, &stack);
            stack.drop_top();
        }
        self.begin(Opcode::Halt, &stack);
    }

    /// Begins a row: opcode, stack, and what its shift does to the items below the top 16.
    fn begin(&mut self, opcode: Opcode, stack: &Stack) -> &mut Row {
        let clk = self.rows.clk();
        let row = self.rows.push(opcode, stack);
        row[OVF.at(0)] = self.overflow.pointer();
        match opcode.info().shift() {
            // Row 0 makes room for the first input: it has one item less than a stack, and pushes nothing below.
            Shift::Right if clk == Felt::ZERO => row[DEPTH.at(0)] -= Felt::ONE,
            Shift::Right => {
                row[H.at(5)] = Felt::ONE;
                self.overflow.push(clk);
            }
            Shift::Left if self.overflow.pop() => row[Z.at(0)] = Felt::ONE,
            Shift::Left | Shift::None => {}
        }
        row
    }
}

impl Recorder for TraceRecorder<'_> {
    fn input(&mut self, _value: Felt, stack: &Stack) {
        self.begin(Opcode::Input, stack);
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, stack: &Stack) {
        let clk = self.rows.clk();
        let continuation = self.continuations.pointer();
        let address = self.chiplets.visit(visit.id);
        let opcode = node.node().opcode();

        let row = self.begin(opcode, stack);
        row[G.range()].copy_from_slice(node.rate());
        row[H.start()..H.at(4)].copy_from_slice(node.digest().elements());
        row[H.at(4)] = address;
        row[H.at(5)] = Felt::from(opcode.code());
        row[CS.at(0)] = continuation;
        if visit.pushes {
            row[P.at(1)] = Felt::ONE;
            self.continuations.push(clk);
        } else if visit.ends {
            row[DONE.at(0)] = Felt::ONE;
            self.continuations.pop();
        }
        if let Node::Block(block) = node.node() {
            self.register = Register::new(*node.rate());
            self.left = block.operations().len();
        }
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, stack: &Stack) {
        let opcode = operation.opcode();
        let continuation = self.continuations.pointer();
        let (groups, position) = (self.register.cells(), self.register.position());
        let ends_group = self.register.take(operation);
        self.left -= 1;
        let ends_block = self.left == 0;
        if ends_block {
            self.continuations.pop();
        }

        let row = self.begin(opcode, stack);
        row[G.range()].copy_from_slice(&groups);
        row[P.at(0)] = Felt::from(position % 3);
        row[P.at(1)] = Felt::from(position / 3);
        row[CS.at(0)] = continuation;
        if ends_block {
            row[DONE.at(0)] = Felt::ONE;
        } else if ends_group {
            row[GE.at(0)] = Felt::ONE;
        }
        if let Some(helpers) = Helpers::of(opcode, stack) {
            for &helper in opcode.info().helpers {
                row[H.at(helper)] = helpers.cells[helper];
            }
            if let Some(helper) = helpers.inverse {
                self.rows.invert(H.at(helper));
            }
            self.range.look_up(opcode, &helpers.cells);
        } else {
            self.range.look_up_zeros(opcode);
        }
    }
}
