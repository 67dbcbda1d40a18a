//! A machine that executes a program row by row, and lies where it is told to.
//!
//! It works on what the trace says, not on a model of the program: the next node is the entry at the pointer of the
//! continuations, the item that comes back is the entry at that of the overflow list. So after a lie it continues as
//! a prover would who believes it: every later row, entry, multiplicity and response follows from the lie.

use std::collections::BTreeMap;

use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Word,
    field::FieldElement,
    operations::Class,
    params::{FMP_INIT, FMP_SYSCALL, STACK_TOP},
    trace::{
        WIDTH,
        decoder::{CONTINUATION, DONE, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::{
    chiplets::{Chiplets, hasher_input},
    common::{Row, felt},
    kind::Kind,
    program::Case,
    range::Range,
    rng::Rng,
    told::{Stopped, Told},
};

/// Rows after which an execution counts as endless.
const MAX_ROWS: usize = 1000;

/// The registers and the stack in a row.
#[derive(Clone, Copy)]
pub(crate) struct State {
    /// Topmost item first.
    pub(crate) top: [Felt; STACK_TOP],
    pub(crate) depth: u64,
    pub(crate) ovf: u64,
    pub(crate) cs: u64,
    pub(crate) ctx: u64,
    pub(crate) fmp: Felt,
    pub(crate) insys: bool,
    pub(crate) procedure: Word,
    pub(crate) adv: bool,
}

/// An entry of the continuation list, with the pointer before it.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) previous: u64,
    payload: Payload,
}

#[derive(Clone, Copy)]
pub(crate) enum Payload {
    Code(NodeId),
    Frame(Frame),
}

/// The part of the state that a return restores.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    depth: u64,
    ovf: u64,
    ctx: u64,
    fmp: Felt,
    procedure: Word,
}

/// What comes after a row.
enum Next {
    Visit(NodeId),
    Continue,
    End,
}

pub(crate) struct Machine<'a> {
    pub(crate) case: &'a Case,
    pub(crate) rng: Rng,
    pub(crate) state: State,
    pub(crate) rows: Vec<Row>,
    pub(crate) chiplets: Chiplets,
    pub(crate) range: Range,
    /// Items below the top 16 by the row that stored them: the pointer before, and the value.
    pub(crate) items: BTreeMap<u64, (u64, Felt)>,
    pub(crate) memory: BTreeMap<(u64, u64), Word>,
    pub(crate) read: Vec<Felt>,
    pub(crate) outputs: Vec<Felt>,
    pub(crate) entries: BTreeMap<u64, Entry>,
    /// Lies still to be told, each from some row on.
    pub(crate) pending: Vec<(usize, Kind)>,
    /// The lies with their rows.
    pub(crate) told: Vec<(usize, Kind)>,
    /// The operation before was executed instead of this one.
    pub(crate) swaps: bool,
    /// The row whose step is not executed; the machine goes on, but the trace does not.
    pub(crate) stop: Option<usize>,
    pub(crate) stopped: Option<Stopped>,
}

/// Executes the program with these lies, each at the first opportunity from some row on. `None` if it does not end.
pub(crate) fn execute(case: &Case, lies: &[(usize, Kind)], seed: u64) -> Option<Told> {
    Machine::new(case, lies, seed, None).run().map(Machine::finish)
}

/// The same execution up to the step of a row, with the trace to its end.
pub(crate) fn execute_until(case: &Case, lies: &[(usize, Kind)], seed: u64, stop: usize) -> Option<Told> {
    Machine::new(case, lies, seed, Some(stop)).run()?.stopped()
}

impl<'a> Machine<'a> {
    fn new(case: &'a Case, lies: &[(usize, Kind)], seed: u64, stop: Option<usize>) -> Self {
        let (initial, pushed) = case.stack.split_pushed();
        let mut top = [Felt::ZERO; STACK_TOP];
        top.iter_mut().zip(initial.iter().rev()).for_each(|(item, &value)| *item = value);
        let state = State {
            top,
            depth: STACK_TOP as u64 - 1,
            ovf: 0,
            cs: 0,
            ctx: 0,
            fmp: felt(FMP_INIT),
            insys: false,
            procedure: Word::default(),
            adv: false,
        };
        let mut machine = Machine {
            case,
            rng: Rng::new(seed),
            state,
            rows: Vec::new(),
            chiplets: Chiplets::default(),
            range: Range::default(),
            items: BTreeMap::new(),
            memory: BTreeMap::new(),
            read: Vec::new(),
            entries: BTreeMap::new(),
            pending: lies.to_vec(),
            told: Vec::new(),
            swaps: false,
            stop,
            stopped: None,
            outputs: Vec::new(),
        };
        machine.chiplets.kernel =
            case.program.kernel().procedures().iter().map(|&digest| (digest, 0)).collect();
        for &input in pushed {
            let row = machine.row(Opcode::Input);
            if machine.rows.is_empty() {
                machine.state.depth += 1;
                machine.state.top.rotate_right(1);
            } else {
                machine.shift_right();
            }
            machine.state.top[0] = input;
            machine.commit(row, Opcode::Input);
        }
        machine
    }
}

impl Machine<'_> {
    /// Runs to the end; `None` if there is none.
    fn run(mut self) -> Option<Self> {
        let mut root = self.case.program.root();
        if self.lies(Kind::RootReplaced) {
            root = self.another_node(root);
        }
        let mut next = Next::Visit(root);
        loop {
            if self.rows.len() > MAX_ROWS {
                return None;
            }
            next = match next {
                Next::Visit(id) => self.node(id),
                Next::Continue => self.proceed(),
                Next::End => break,
            };
        }
        while self.state.depth > STACK_TOP as u64 {
            let mut row = self.begin(Opcode::Output);
            self.outputs.push(self.state.top[0]);
            self.shift_left(&mut row);
            self.commit(row, Opcode::Output);
        }
        let halt = self.begin(Opcode::Halt);
        self.outputs.extend(self.state.top);
        self.commit(halt, Opcode::Halt);
        Some(self)
    }

    /// Whether a lie of this kind is told here.
    pub(crate) fn lies(&mut self, kind: Kind) -> bool {
        let row = self.rows.len();
        let is_late = matches!(kind, Kind::OutputForged | Kind::InputForged | Kind::RootReplaced);
        let index = self.pending.iter().position(|&(from, k)| k == kind && (from <= row || is_late));
        if let Some(index) = index {
            self.pending.remove(index);
            self.told.push((row, kind));
        }
        index.is_some()
    }

    /// A step that fails is executed nevertheless.
    pub(crate) fn ignores_failure(&mut self, kind: Kind) {
        self.pending.retain(|&(_, k)| k != kind);
        self.told.push((self.rows.len(), kind));
    }

    fn another_node(&mut self, id: NodeId) -> NodeId {
        let others: Vec<NodeId> = self.case.program.node_ids().filter(|&other| other != id).collect();
        self.rng.pick(&others)
    }

    /// The current row, with a lie about the state before it.
    pub(crate) fn begin(&mut self, opcode: Opcode) -> Row {
        self.lie_between();
        if !Self::keeps_requests(opcode) {
            self.stop_here();
        }
        self.row(opcode)
    }

    fn row(&self, opcode: Opcode) -> Row {
        let State { top, depth, ovf, cs, ctx, fmp, insys, procedure, adv } = self.state;
        let mut row = [Felt::ZERO; WIDTH];
        write_opcode(&mut row, opcode);
        let cells = [
            (CLK, felt(self.rows.len() as u64)),
            (CTX, felt(ctx)),
            (FMP, fmp),
            (INSYS, felt(insys.into())),
            (ADV, felt(adv.into())),
            (CONTINUATION, felt(cs)),
            (DEPTH, felt(depth)),
            (OVF, felt(ovf)),
        ];
        cells.into_iter().for_each(|(column, value)| row[column.at(0)] = value);
        row[FN.range()].copy_from_slice(&procedure);
        row[S.range()].copy_from_slice(&top);
        row
    }

    /// Whether a row that stops the execution sends the requests of its step: a node is hashed, a return has its frame.
    fn keeps_requests(opcode: Opcode) -> bool {
        Class::Node.contains(opcode) || opcode == Opcode::Return
    }

    /// Remembers what has been requested so far, if the execution stops in this row.
    fn stop_here(&mut self) {
        if self.stop == Some(self.rows.len()) {
            let (chiplets, range) = (self.chiplets.clone(), self.range.clone());
            self.stopped = Some(Stopped { chiplets, range, num_read: self.read.len() });
        }
    }

    pub(crate) fn commit(&mut self, row: Row, opcode: Opcode) {
        if Class::Limb.contains(opcode) {
            HELPERS.range().take(4).for_each(|cell| self.range.look_up(row[cell]));
        }
        if Self::keeps_requests(opcode) {
            self.stop_here();
        }
        self.rows.push(row);
    }

    /// Stores the deepest item below the top 16.
    pub(crate) fn shift_right(&mut self) {
        let clk = self.rows.len() as u64;
        self.items.insert(clk, (self.state.ovf, self.state.top[STACK_TOP - 1]));
        self.state.ovf = clk;
        self.state.depth += 1;
        self.state.top.rotate_right(1);
    }

    /// Removes the top; the topmost item below the top 16 comes back.
    pub(crate) fn shift_left(&mut self, row: &mut Row) {
        self.state.top.rotate_left(1);
        self.state.top[STACK_TOP - 1] = Felt::ZERO;
        if self.state.depth > STACK_TOP as u64 {
            row[OVERFLOW_POP.at(0)] = Felt::ONE;
            self.state.depth -= 1;
            let address = self.state.ovf;
            if let Some(&(previous, item)) = self.items.get(&address) {
                self.state.top[STACK_TOP - 1] = item;
                self.state.ovf = previous;
                self.rows[address as usize][HELPERS.at(5)] += Felt::ONE;
            }
        }
    }

    fn push_entry(&mut self, payload: Payload) {
        let clk = self.rows.len() as u64;
        self.entries.insert(clk, Entry { previous: self.state.cs, payload });
        self.state.cs = clk;
    }

    /// Counts a request for the entry at an address.
    fn request_entry(&mut self, address: u64) {
        self.rows[address as usize][POSITION.at(1)] += Felt::ONE;
    }

    /// Visits a node, and executes it if it is a block.
    fn node(&mut self, mut id: NodeId) -> Next {
        if self.lies(Kind::NodeSkipped) {
            return Next::Continue;
        }
        if self.lies(Kind::NodeReplaced) {
            id = self.another_node(id);
        }
        let program = &self.case.program;
        let hashed = program.node(id);
        let node = hashed.node();
        let opcode = node.opcode();
        let mut row = self.begin(opcode);
        let mut rate = *hashed.rate();
        let is_restated = matches!(node, Node::Join(..)) && self.lies(Kind::JoinRestated);
        if is_restated {
            rate.rotate_left(4);
        }
        let (address, digest) = self.chiplets.hash(hasher_input(opcode.code().into(), rate));
        row[GROUPS.range()].copy_from_slice(&rate);
        row[HELPERS.range()][..4].copy_from_slice(&digest);
        row[HELPERS.at(4)] = address;
        row[HELPERS.at(5)] = felt(opcode.code().into());
        let next = match *node {
            Node::Block(ref block) => {
                self.commit(row, opcode);
                self.block(*hashed.rate(), block.operations());
                return Next::Continue;
            }
            Node::Join(left, right) => {
                let swaps = is_restated || self.lies(Kind::JoinSwapped);
                let (first, second) = if swaps { (right, left) } else { (left, right) };
                if !self.lies(Kind::JoinCut) {
                    self.push_entry(Payload::Code(second));
                }
                Next::Visit(first)
            }
            Node::Split(one, zero) => {
                let takes_one = self.condition() != self.lies(Kind::BranchForged);
                self.shift_left(&mut row);
                Next::Visit(if takes_one { one } else { zero })
            }
            Node::Loop(body) => {
                let condition = self.condition();
                let lies = self.lies(if condition { Kind::LoopCut } else { Kind::LoopProlonged });
                self.shift_left(&mut row);
                if condition == lies {
                    row[DONE.at(0)] = Felt::ONE;
                    Next::Continue
                } else {
                    self.push_entry(Payload::Code(id));
                    Next::Visit(body)
                }
            }
            Node::Call(callee) | Node::SysCall(callee) => {
                let digest = *program.node(callee).digest();
                self.call(opcode, callee, digest)
            }
            Node::Dyn => Next::Visit(self.procedure_on_top()),
            Node::DynCall => {
                let [d3, d2, d1, d0, ..] = self.state.top;
                let callee = self.procedure_on_top();
                self.call(opcode, callee, Digest::new([d0, d1, d2, d3]))
            }
            _ => unreachable!("all nodes are known"),
        };
        self.commit(row, opcode);
        next
    }

    /// The condition on top; one that is not binary counts as 1.
    fn condition(&mut self) -> bool {
        let condition = self.state.top[0];
        if condition != Felt::ZERO && condition != Felt::ONE {
            self.ignores_failure(Kind::NodeFailed);
        }
        condition != Felt::ZERO
    }

    /// The procedure whose digest is the top word; any node if there is none.
    fn procedure_on_top(&mut self) -> NodeId {
        let [d3, d2, d1, d0, ..] = self.state.top;
        let procedure = self.case.program.procedure(&Digest::new([d0, d1, d2, d3]));
        let id = procedure.unwrap_or_else(|| {
            self.ignores_failure(Kind::NodeFailed);
            self.another_node(self.case.program.root())
        });
        if self.lies(Kind::ProcedureForged) { self.another_node(id) } else { id }
    }

    /// Enters a procedure; `digest` is what the row says.
    fn call(&mut self, opcode: Opcode, mut callee: NodeId, digest: Digest) -> Next {
        if self.state.insys {
            self.ignores_failure(Kind::NodeFailed);
        }
        if opcode == Opcode::SysCall {
            match self.chiplets.kernel.iter_mut().find(|(procedure, _)| *procedure == digest) {
                Some((_, calls)) => *calls += 1,
                None => self.ignores_failure(Kind::NodeFailed),
            }
        }
        if opcode != Opcode::DynCall && self.lies(Kind::ProcedureForged) {
            callee = self.another_node(callee);
        }
        let State { depth, ovf, ctx, fmp, procedure, .. } = self.state;
        let mut frame = Frame { depth, ovf, ctx, fmp, procedure };
        if self.lies(Kind::FrameForged) {
            match self.rng.below(5) {
                0 => frame.ctx += 1,
                1 => frame.fmp += Felt::ONE,
                2 => frame.procedure[1] += Felt::ONE,
                3 => frame.depth += 1,
                _ => frame.ovf += 1,
            }
        }
        if !self.lies(Kind::FrameOmitted) {
            self.push_entry(Payload::Frame(frame));
        }
        let is_ignored = self.lies(Kind::CallIgnored);
        let state = &mut self.state;
        (state.depth, state.ovf) = (STACK_TOP as u64, 0);
        if is_ignored {
            return Next::Visit(callee);
        }
        if opcode == Opcode::SysCall {
            (state.ctx, state.fmp, state.insys) = (0, felt(FMP_SYSCALL), true);
        } else {
            (state.ctx, state.fmp) = (self.rows.len() as u64, felt(FMP_INIT));
            state.procedure = *digest.elements();
        }
        Next::Visit(callee)
    }

    /// The continuation after the end of a node.
    fn proceed(&mut self) -> Next {
        let mut address = self.state.cs;
        let Some(mut entry) = self.entries.get(&address).copied() else { return Next::End };
        if self.lies(Kind::EarlyEnd) {
            if self.rng.one_in(2) {
                self.state.cs = 0;
            }
            return Next::End;
        }
        let mut frame = match entry.payload {
            Payload::Code(id) => {
                self.request_entry(address);
                if !self.lies(Kind::NodeDoubled) {
                    self.state.cs = entry.previous;
                }
                return Next::Visit(id);
            }
            Payload::Frame(frame) => frame,
        };
        if self.lies(Kind::ReturnSkipped) {
            self.state.cs = entry.previous;
            return Next::Continue;
        }
        if let Some((outer, found, restored)) = self.outer_frame(entry.previous)
            && self.lies(Kind::ReturnTooFar)
        {
            (address, entry, frame) = (outer, found, restored);
        }
        self.request_entry(address);
        self.state.cs = entry.previous;
        let mut row = self.begin(Opcode::Return);
        if self.state.depth != STACK_TOP as u64 {
            self.ignores_failure(Kind::ReturnTooDeep);
        }
        let [d0, d1, d2, d3] = frame.procedure;
        let cells = [felt(frame.ctx), frame.fmp, d0, d1, d2, d3, felt(frame.depth), felt(frame.ovf)];
        row[GROUPS.range()].copy_from_slice(&cells);
        row[HELPERS.at(4)] = felt(address);
        row[DONE.at(0)] = Felt::ONE;
        self.commit(row, Opcode::Return);
        if !self.lies(Kind::ReturnIgnored) {
            let Frame { depth, ovf, ctx, fmp, procedure } = frame;
            self.state = State { depth, ovf, ctx, fmp, procedure, insys: false, ..self.state };
        }
        Next::Continue
    }

    /// The first frame from an entry on, with its address.
    fn outer_frame(&self, mut address: u64) -> Option<(u64, Entry, Frame)> {
        loop {
            let entry = *self.entries.get(&address)?;
            match entry.payload {
                Payload::Frame(frame) => return Some((address, entry, frame)),
                Payload::Code(_) => address = entry.previous,
            }
        }
    }
}
