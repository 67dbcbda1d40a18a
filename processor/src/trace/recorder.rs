use alloc::vec::Vec;

use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Operation, Program,
    field::FieldElement,
    operations::Shift,
    params::STACK_TOP,
    program::HashedNode,
    trace::{
        decoder::{
            CS, DONE, G, GE, H, P,
            trap::{DIGIT, LIMBS},
        },
        stack::{DEPTH, OVF, Z},
    },
};

use super::{
    END_ROWS,
    chiplets::PathTicket,
    fault::FailCells,
    list::List,
    register::Register,
    requests::Requests,
    rows::{Row, Rows, register_cells},
};
use crate::{
    Step,
    permutations::Permutations,
    recorder::{Access, MerklePath, Recorder, Visit},
    state::{Frame, Stack, State},
};

/// Writes down every row.
///
/// An entry of a list is taken out as often as its push says: once. What waits to be continued is continued before the
/// program ends, and the rows of the outputs take out what is left below the top of the stack. Only a program that fails
/// leaves entries, which are never taken out.
pub(super) struct TraceRecorder<'a> {
    rows: Rows,
    requests: Requests<'a>,
    /// Rows of the items below the top 16.
    overflow: List,
    /// Rows of the nodes that have a continuation waiting, and of the calls.
    continuations: List,
    /// The calls that have not returned.
    calls: Vec<Call>,
    register: Register,
    /// Operations that are left of the block.
    left: usize,
    /// Rows that wait for the address of a Merkle path.
    paths: Vec<(usize, PathTicket)>,
    /// The last row changes the registers.
    registers_change: bool,
    /// What the last rows prove, if the program fails.
    fail: Option<FailCells>,
}

/// What the lists need to know about a call.
struct Call {
    row: Felt,
    /// Topmost item of the caller below its top 16.
    overflow: Felt,
    /// Number of the items that were hidden from the caller itself.
    hidden: usize,
}

/// What was recorded.
pub(super) struct Recorded<'a> {
    pub(super) rows: Rows,
    pub(super) requests: Requests<'a>,
    /// Rows that wait for the address of a Merkle path, in `h4`.
    pub(super) paths: Vec<(usize, PathTicket)>,
    /// Rows that have pushed an item which is never taken out.
    pub(super) idle_overflow: Vec<usize>,
    /// Rows that have pushed a continuation or a frame which is never taken out.
    pub(super) idle_continuations: Vec<usize>,
}

impl Recorded<'_> {
    /// Rows of the execution. Constraints do not reach the last row, so the row before it is one of the end as well.
    pub(super) const fn num_rows(&self) -> usize {
        self.rows.len() - 1 + END_ROWS
    }
}

impl<'a> TraceRecorder<'a> {
    /// Starts with no rows; `capacity` is their number in the end. The rows of the end prove what `fail` says.
    pub(super) fn new(
        program: &'a Program,
        permutations: &'a Permutations,
        capacity: usize,
        fail: Option<FailCells>,
    ) -> Self {
        Self {
            rows: Rows::with_capacity(capacity),
            requests: Requests::new(program, permutations),
            overflow: List::default(),
            continuations: List::default(),
            calls: Vec::new(),
            register: Register::default(),
            left: 0,
            paths: Vec::new(),
            registers_change: false,
            fail,
        }
    }

    /// What was recorded of an execution that has ended.
    pub(super) fn finish(self) -> Recorded<'a> {
        let Self { rows, requests, paths, overflow, continuations, .. } = self;
        let idle_overflow = overflow.into_rows().collect();
        let idle_continuations = continuations.into_rows().collect();
        Recorded { rows, requests, paths, idle_overflow, idle_continuations }
    }

    /// Begins the row of a cycle.
    #[inline]
    fn begin(&mut self, opcode: Opcode, state: &State) -> &mut Row {
        if self.registers_change {
            self.rows.set_registers(state.registers);
        }
        self.registers_change = matches!(
            opcode,
            Opcode::Call | Opcode::SysCall | Opcode::DynCall | Opcode::Return | Opcode::FmpUpdate
        );
        self.begin_on(opcode, &state.stack)
    }

    /// Begins a row: opcode, stack, and what its shift does to the items below the top 16.
    #[inline]
    fn begin_on(&mut self, opcode: Opcode, stack: &Stack) -> &mut Row {
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

    /// Begins the row of a node, with this address of its permutation, or of what stands in its place.
    #[inline]
    fn begin_node(&mut self, opcode: Opcode, node: &HashedNode, address: Felt, state: &State) -> &mut Row {
        let continuation = self.continuations.pointer();
        let row = self.begin(opcode, state);
        row[G.range()].copy_from_slice(node.rate());
        row[H.start()..H.at(4)].copy_from_slice(node.digest().elements());
        row[H.at(4)] = address;
        row[H.at(5)] = Felt::from(node.node().opcode().code());
        row[CS.at(0)] = continuation;
        row
    }

    /// Begins the row that leaves a frame. The row before has taken the frame off: what is left is what the call had
    /// found.
    fn begin_return(&mut self, call: &Call, frame: &Frame, state: &State) -> &mut Row {
        let continuation = self.continuations.pointer();
        let row = self.begin(Opcode::Return, state);
        let [ctx, fmp, _, d0, d1, d2, d3] = register_cells(&frame.registers);
        let depth = Felt::new(frame.depth() as u64);
        row[G.range()].copy_from_slice(&[ctx, fmp, d0, d1, d2, d3, depth, call.overflow]);
        row[H.at(4)] = call.row;
        row[CS.at(0)] = continuation;
        row
    }

    /// Takes all digits that are left off the group, none of which is executed.
    fn trap(&mut self, fail: &FailCells, state: &State) {
        let continuation = self.continuations.pointer();
        while !self.register.is_used_up() {
            let (groups, position) = (self.register.cells(), self.register.position());
            let digit = self.register.take_digit();
            let more = if self.register.is_used_up() { fail.trap_limbs } else { [Felt::ZERO; 2] };
            let limbs = self.requests.trap(digit, more);
            let row = self.begin(Opcode::Trap, state);
            row[G.range()].copy_from_slice(&groups);
            row[DIGIT.start()..LIMBS.end()].copy_from_slice(&limbs);
            row[P.at(0)] = Felt::from(position % 3);
            row[P.at(1)] = Felt::from(position / 3);
            row[CS.at(0)] = continuation;
        }
    }
}

impl Recorder for TraceRecorder<'_> {
    fn input(&mut self, stack: &Stack) {
        self.begin_on(Opcode::Input, stack);
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, state: &State) {
        let clk = self.rows.clk();
        let address = self.requests.node(visit, node);
        let row = self.begin_node(node.node().opcode(), node, address, state);
        if visit.pushes {
            row[P.at(1)] = Felt::ONE;
            self.continuations.push(clk);
        } else if visit.ends {
            row[DONE.at(0)] = Felt::ONE;
            self.continuations.pop();
        }
        match node.node() {
            Node::Block(block) => {
                self.register = Register::new(*node.rate());
                self.left = block.operations().len();
            }
            Node::Call(_) | Node::SysCall(_) | Node::DynCall if visit.pushes => {
                let overflow = self.overflow.pointer();
                self.calls.push(Call { row: clk, overflow, hidden: self.overflow.hide() });
            }
            _ => {}
        }
    }

    fn operation(&mut self, _node: NodeId, _index: usize, operation: Operation, state: &State) {
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
        row[G.range()].copy_from_slice(&groups);
        row[P.at(0)] = Felt::from(position % 3);
        row[P.at(1)] = Felt::from(position / 3);
        row[CS.at(0)] = continuation;
        if ends_block {
            row[DONE.at(0)] = Felt::ONE;
        } else if ends_group {
            row[GE.at(0)] = Felt::ONE;
        }
        if let Some(helpers) = helpers {
            for &helper in opcode.info().helpers {
                row[H.at(helper)] = helpers.cells[helper];
            }
            if let Some(helper) = helpers.inverse {
                self.rows.invert(H.at(helper));
            }
        }
        if let Some(h4) = h4 {
            self.rows.set(H.at(4), h4);
        }
        if let Opcode::Read | Opcode::ReadW | Opcode::Pipe = opcode {
            self.rows.read_advice();
        }
    }

    fn returns(&mut self, _call: NodeId, frame: &Frame, state: &State) {
        // No call, no return.
        let Some(call) = self.calls.pop() else { return };
        self.begin_return(&call, frame, state)[DONE.at(0)] = Felt::ONE;
        self.continuations.pop();
        self.overflow.show(call.hidden);
    }

    fn stop(&mut self, id: NodeId, node: &HashedNode, step: Step, state: &State) {
        // A limit that is not public leads to no trace.
        let Some(fail) = self.fail else { return };
        match step {
            Step::Operation { .. } => self.trap(&fail, state),
            Step::Node => {
                let address = self.requests.node_trap(id);
                self.begin_node(Opcode::NTrap, node, address, state);
            }
            Step::Return => {
                if let (Some(call), Some(frame)) = (self.calls.pop(), state.frame()) {
                    self.begin_return(&call, frame, state);
                }
            }
        }
        self.requests.fail(&fail, 1);
        let continuation = self.continuations.pointer();
        let row = self.begin(Opcode::Fail, state);
        fail.write(row);
        row[CS.at(0)] = continuation;
    }

    fn end(&mut self, state: &State) {
        if self.registers_change {
            self.rows.set_registers(state.registers);
        }
        // The outputs below the top 16 are taken out one by one.
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
