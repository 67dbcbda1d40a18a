use alloc::vec::Vec;

use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Operation, Program,
    field::FieldElement,
    operations::Shift,
    params::STACK_TOP,
    program::HashedNode,
    trace::{
        Line,
        decoder::{
            CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, POSITION,
            trap::{DIGIT, LIMBS},
        },
        stack::{DEPTH, OVERFLOW_POP, OVF},
    },
};

use super::{
    chiplets::PathTicket,
    fault,
    list::List,
    parts::END_ROWS,
    requests::Requests,
    rows::{PANELS, Row, Rows, register_cells},
    shift_register::ShiftRegister,
};
use crate::{
    Step,
    permutations::Permutations,
    provable_fault::FaultWitness,
    state::{Frame, MachineState, Stack},
    tracer::{Access, MerklePath, Tracer, Visit},
};

/// Records every row.
///
/// A push declares how often its entry is popped: once. Every continuation resumes before the program ends, and the
/// OUTPUT rows pop the items that remain below the top of the stack. Only a program that fails leaves entries that are
/// never popped.
pub(super) struct TraceBuilder<'a> {
    rows: Rows,
    requests: Requests<'a>,
    /// Rows that pushed the items below the top 16.
    overflow: List,
    /// Rows of the nodes with a pending continuation, and of the calls.
    continuations: List,
    /// The calls that have not returned.
    calls: Vec<Call>,
    register: ShiftRegister,
    /// Number of remaining operations in the block.
    left: usize,
    /// Rows that lack the address of a Merkle path.
    paths: Vec<(usize, PathTicket)>,
    /// Whether the last row changes the registers.
    registers_change: bool,
    /// Witness for the final rows, if the program fails.
    fail: Option<FaultWitness>,
}

/// A call, as far as the lists are concerned.
struct Call {
    row: Felt,
    /// Topmost item of the caller below its top 16.
    overflow: Felt,
    /// Number of items that were hidden from the caller.
    hidden: usize,
}

/// The result of a recording.
pub(super) struct RecordedExecution<'a> {
    pub(super) rows: Rows,
    pub(super) requests: Requests<'a>,
    /// Rows that lack the address of a Merkle path, in `h4`.
    pub(super) paths: Vec<(usize, PathTicket)>,
    /// Rows that pushed an item that is never popped.
    pub(super) idle_overflow: Vec<usize>,
    /// Rows that pushed a continuation or a frame that is never popped.
    pub(super) idle_continuations: Vec<usize>,
}

impl RecordedExecution<'_> {
    /// Rows of the execution, with the final rows.
    pub(super) const fn num_rows(&self) -> usize {
        self.rows.len() - 1 + END_ROWS
    }
}

impl<'a> TraceBuilder<'a> {
    /// Starts with no rows, in panels that are empty. If the program fails, `fail` is the witness.
    pub(super) fn new(
        program: &'a Program,
        permutations: &'a Permutations,
        panels: [Vec<Line>; PANELS],
        fail: Option<FaultWitness>,
    ) -> Self {
        Self {
            rows: Rows::new(panels),
            requests: Requests::new(program, permutations),
            overflow: List::default(),
            continuations: List::default(),
            calls: Vec::new(),
            register: ShiftRegister::default(),
            left: 0,
            paths: Vec::new(),
            registers_change: false,
            fail,
        }
    }

    /// Ends the recording.
    pub(super) fn finish(self) -> RecordedExecution<'a> {
        let Self { rows, requests, paths, overflow, continuations, .. } = self;
        let idle_overflow = overflow.into_rows().collect();
        let idle_continuations = continuations.into_rows().collect();
        RecordedExecution { rows, requests, paths, idle_overflow, idle_continuations }
    }

    /// Begins the row of a cycle.
    #[inline]
    fn begin(&mut self, opcode: Opcode, state: &MachineState) -> &mut Row {
        if self.registers_change {
            self.rows.set_registers(state.registers);
        }
        self.registers_change = matches!(
            opcode,
            Opcode::Call | Opcode::SysCall | Opcode::DynCall | Opcode::Return | Opcode::FmpUpdate
        );
        self.begin_on(opcode, &state.stack)
    }

    /// Begins a row: opcode, stack, and the effect of its shift on the items below the top 16.
    #[inline]
    fn begin_on(&mut self, opcode: Opcode, stack: &Stack) -> &mut Row {
        let clk = self.rows.clk();
        let row = self.rows.push(opcode, stack);
        row[OVF.at(0)] = self.overflow.pointer();
        match opcode.info().shift() {
            // Row 0 makes room for the first input: its depth is 15, and it pushes no item below the top 16.
            Shift::Right if clk == Felt::ZERO => row[DEPTH.at(0)] -= Felt::ONE,
            Shift::Right => {
                row[HELPERS.at(5)] = Felt::ONE;
                self.overflow.push(clk);
            }
            Shift::Left if self.overflow.pop() => row[OVERFLOW_POP.at(0)] = Felt::ONE,
            Shift::Left | Shift::None => {}
        }
        row
    }

    /// Begins the row of a node or of the NTRAP that replaces it; `address` is that of its permutation.
    #[inline]
    fn begin_node(
        &mut self,
        opcode: Opcode,
        node: &HashedNode,
        address: Felt,
        state: &MachineState,
    ) -> &mut Row {
        let continuation = self.continuations.pointer();
        let row = self.begin(opcode, state);
        row[GROUPS.range()].copy_from_slice(node.rate());
        row[HELPERS.start()..HELPERS.at(4)].copy_from_slice(node.digest().elements());
        row[HELPERS.at(4)] = address;
        row[HELPERS.at(5)] = Felt::from(node.node().opcode().code());
        row[CONTINUATION.at(0)] = continuation;
        row
    }

    /// Begins the row that leaves a frame. The row before has popped the frame, so the pointer is that before the call.
    fn begin_return(&mut self, call: &Call, frame: &Frame, state: &MachineState) -> &mut Row {
        let continuation = self.continuations.pointer();
        let row = self.begin(Opcode::Return, state);
        let [ctx, fmp, _, d0, d1, d2, d3] = register_cells(&frame.registers);
        let depth = Felt::new(frame.depth() as u64);
        row[GROUPS.range()].copy_from_slice(&[ctx, fmp, d0, d1, d2, d3, depth, call.overflow]);
        row[HELPERS.at(4)] = call.row;
        row[CONTINUATION.at(0)] = continuation;
        row
    }

    /// Shifts out the remaining digits of the group without executing them.
    fn trap(&mut self, fail: &FaultWitness, state: &MachineState) {
        let continuation = self.continuations.pointer();
        while !self.register.is_used_up() {
            let (groups, position) = (self.register.cells(), self.register.position());
            let digit = self.register.take_digit();
            let more = if self.register.is_used_up() { fail.trap_limbs } else { [Felt::ZERO; 2] };
            let limbs = self.requests.trap(digit, more);
            let row = self.begin(Opcode::Trap, state);
            row[GROUPS.range()].copy_from_slice(&groups);
            row[DIGIT.start()..LIMBS.end()].copy_from_slice(&limbs);
            row[POSITION.at(0)] = Felt::from(position % 3);
            row[POSITION.at(1)] = Felt::from(position / 3);
            row[CONTINUATION.at(0)] = continuation;
        }
    }
}

impl Tracer for TraceBuilder<'_> {
    fn input(&mut self, stack: &Stack) {
        self.begin_on(Opcode::Input, stack);
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, state: &MachineState) {
        let clk = self.rows.clk();
        let address = self.requests.node(visit, node);
        let row = self.begin_node(node.node().opcode(), node, address, state);
        if visit.pushes {
            row[POSITION.at(1)] = Felt::ONE;
            self.continuations.push(clk);
        } else if visit.ends {
            row[DONE.at(0)] = Felt::ONE;
            self.continuations.pop();
        }
        match node.node() {
            Node::Block(block) => {
                self.register = ShiftRegister::new(*node.rate());
                self.left = block.operations().len();
            }
            Node::Call(_) | Node::SysCall(_) | Node::DynCall if visit.pushes => {
                let overflow = self.overflow.pointer();
                self.calls.push(Call { row: clk, overflow, hidden: self.overflow.hide() });
            }
            _ => {}
        }
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, state: &MachineState) {
        let opcode = operation.opcode();
        let continuation = self.continuations.pointer();
        let (groups, position) = (self.register.cells(), self.register.position());
        let ends_group = self.register.take(operation);
        self.left -= 1;
        let ends_block = self.left == 0;
        if ends_block {
            self.continuations.pop();
        }

        let (helpers, h4) = self.requests.operation(opcode, state);
        let row = self.begin(opcode, state);
        row[GROUPS.range()].copy_from_slice(&groups);
        row[POSITION.at(0)] = Felt::from(position % 3);
        row[POSITION.at(1)] = Felt::from(position / 3);
        row[CONTINUATION.at(0)] = continuation;
        if ends_block {
            row[DONE.at(0)] = Felt::ONE;
        } else if ends_group {
            row[GROUP_END.at(0)] = Felt::ONE;
        }
        if let Some(helpers) = helpers {
            for &helper in opcode.info().helpers {
                row[HELPERS.at(helper)] = helpers.cells[helper];
            }
            if let Some(helper) = helpers.inverse {
                self.rows.invert(HELPERS.at(helper));
            }
        }
        if let Some(h4) = h4 {
            self.rows.set(HELPERS.at(4), h4);
        }
        if let Opcode::Read | Opcode::ReadW | Opcode::Pipe = opcode {
            self.rows.read_advice();
        }
    }

    fn returns(&mut self, _call: NodeId, frame: &Frame, state: &MachineState) {
        let call = self.calls.pop().expect("every return has a call before it");
        self.begin_return(&call, frame, state)[DONE.at(0)] = Felt::ONE;
        self.continuations.pop();
        self.overflow.show(call.hidden);
    }

    fn stop(&mut self, id: NodeId, node: &HashedNode, step: Step, state: &MachineState) {
        let fail = self.fail.expect("only an execution with a provable fault is recorded up to a stop");
        match step {
            Step::Operation { .. } => self.trap(&fail, state),
            Step::Node => {
                let address = self.requests.node_trap(id);
                self.begin_node(Opcode::NTrap, node, address, state);
            }
            Step::Return => {
                let call = self.calls.pop().expect("every return has a call before it");
                self.begin_return(&call, state.frame(), state);
            }
        }
        self.requests.fail(&fail, 1);
        let continuation = self.continuations.pointer();
        let row = self.begin(Opcode::Fail, state);
        fault::write(&fail, row);
        row[CONTINUATION.at(0)] = continuation;
    }

    fn end(&mut self, state: &MachineState) {
        if self.registers_change {
            self.rows.set_registers(state.registers);
        }
        // The outputs below the top 16 are popped one by one.
        let mut stack = state.stack.clone();
        while stack.depth() > STACK_TOP {
            self.begin_on(Opcode::Output, &stack);
            stack.drop_top();
        }
        self.begin_on(Opcode::Halt, &stack);
    }

    fn access(&mut self, access: Access) {
        self.requests.access(self.rows.registers().ctx, self.rows.last(), access);
    }

    fn merkle_path(&mut self, path: MerklePath<'_>, new_node: Option<&Digest>) {
        let ticket = self.requests.merkle_path(path, new_node);
        self.paths.push((self.rows.last(), ticket));
    }
}
