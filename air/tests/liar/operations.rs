//! The operations of blocks: their effect on the state, their helpers, their requests.

use miden_core::{
    Digest, Felt, Opcode, Operation, Word,
    field::FieldElement,
    merkle_root,
    operations::{MachineOperation, OperandStack, Shift, apply},
    params::{FMP_INIT, FMP_MAX, OPCODE_BITS, STACK_TOP},
    trace::decoder::{DONE, GROUP_END, GROUPS, HELPERS, POSITION},
};

use crate::{
    chiplets::Access,
    common::{Row, felt},
    helpers::{Items, force, set_limbs, split_value, write_helpers},
    kind::Kind,
    machine::Machine,
};

/// The groups of a block that are still to be executed.
struct Register {
    slots: [Felt; 8],
    position: u64,
}

impl Register {
    fn shift(&mut self) {
        self.slots[1..].rotate_left(1);
        self.slots[7] = Felt::ZERO;
    }

    /// Removes an operation; returns whether it ends its group.
    fn take(&mut self, operation: Operation) -> bool {
        if operation.immediate().is_some() {
            self.shift();
        }
        self.slots[0] = felt(self.slots[0].as_int() >> OPCODE_BITS);
        self.position += 1;
        let ends = self.slots[0] == Felt::ZERO;
        if ends {
            self.slots[0] = self.slots[1];
            self.shift();
            self.position = 0;
        }
        ends
    }
}

impl Machine<'_> {
    /// Executes a block.
    pub(crate) fn block(&mut self, slots: [Felt; 8], operations: &[Operation]) {
        self.swaps = false;
        let mut register = Register { slots, position: 0 };
        for (i, &operation) in operations.iter().enumerate() {
            let is_last = i + 1 == operations.len();
            if self.lies(Kind::OperationSkipped) {
                register.take(operation);
                continue;
            }
            if self.lies(Kind::OperationDoubled) {
                self.operation(operation, &register, [false; 2]);
            }
            let executed = self.replacement(operation, operations, i);
            let mut after = Register { ..register };
            let ends_group = after.take(operation);
            if !is_last && self.lies(Kind::BlockCut) {
                self.operation(executed, &register, [false, true]);
                return;
            }
            if is_last && self.lies(Kind::BlockProlonged) {
                self.operation(executed, &register, [true, false]);
                self.operation(Opcode::Incr.into(), &after, [false, true]);
                return;
            }
            self.operation(executed, &register, [ends_group && !is_last, is_last]);
            register = after;
        }
    }

    /// The operation that is executed instead of the one at an index.
    fn replacement(&mut self, operation: Operation, operations: &[Operation], index: usize) -> Operation {
        const OTHERS: [Opcode; 8] = [
            Opcode::Incr,
            Opcode::Neg,
            Opcode::Swap,
            Opcode::Add,
            Opcode::Pad,
            Opcode::U32Split,
            Opcode::Drop,
            Opcode::Clk,
        ];
        if operation.immediate().is_some() && self.lies(Kind::ImmediateForged) {
            return Operation::Push(felt(self.rng.next() >> 32));
        }
        if self.lies(Kind::OperationReplaced) {
            let others: Vec<Opcode> =
                OTHERS.into_iter().filter(|&opcode| opcode != operation.opcode()).collect();
            return self.rng.pick(&others).into();
        }
        // The next operation is this one then: both change places.
        let before = index.checked_sub(1).map(|before| operations[before]);
        if let Some(before) = before
            && self.swaps
        {
            self.swaps = false;
            return before;
        }
        match operations.get(index + 1) {
            Some(&next) if self.lies(Kind::OperationsSwapped) => {
                self.swaps = true;
                next
            }
            _ => operation,
        }
    }

    /// Executes an operation, in a row with these groups; `ends` tells whether it ends its group and its block.
    fn operation(&mut self, operation: Operation, register: &Register, [group, block]: [bool; 2]) {
        let opcode = operation.opcode();
        let mut row = self.begin(opcode);
        row[GROUPS.range()].copy_from_slice(&register.slots);
        row[POSITION.at(0)] = felt(register.position % 3);
        row[POSITION.at(1)] = felt(register.position / 3);
        row[GROUP_END.at(0)] = felt(group.into());
        row[DONE.at(0)] = felt(block.into());
        self.operate(operation, &mut row);
        self.commit(row, opcode);
    }

    fn operate(&mut self, operation: Operation, row: &mut Row) {
        let opcode = operation.opcode();
        let fmp = self.state.fmp;
        let old = self.state;
        let mut items = Items([Felt::ZERO].into_iter().chain(old.top.into_iter().rev()).collect());
        let before = items.clone();
        write_helpers(opcode, &before, fmp, row);
        match apply(operation, &mut items) {
            Ok(None) => {}
            Ok(Some(operation)) => self.machine_operation(operation, &mut items, row),
            Err(_) => {
                self.ignores_failure(Kind::OperationFailed);
                force(operation, &mut items);
            }
        }
        self.lie_about_result(opcode, &before, &mut items, row);
        match opcode.info().shift() {
            Shift::Left => self.shift_left(row),
            Shift::Right => self.shift_right(),
            Shift::None => {}
        }
        // All items except one that came back follow from the operation.
        let bound = STACK_TOP - usize::from(matches!(opcode.info().shift(), Shift::Left));
        for position in 0..bound {
            self.state.top[position] = items.item(position);
        }
        self.bits(opcode, &before, &items, row);
    }

    fn machine_operation(&mut self, operation: MachineOperation, items: &mut Items, row: &mut Row) {
        use MachineOperation::*;
        let clk = self.rows.len() as u64;
        match operation {
            SDepth => items.push(felt(self.state.depth)),
            Clk => {
                let lie = u64::from(self.lies(Kind::ClockForged));
                items.push(felt(clk - self.case.stack.num_input_rows() as u64 + lie));
            }
            FmpAdd => items.set(0, items.item(0) + self.state.fmp),
            FmpUpdate => {
                self.state.fmp += items.item(0);
                if !(FMP_INIT..=FMP_MAX).contains(&self.state.fmp.as_int()) {
                    self.ignores_failure(Kind::OperationFailed);
                }
                items.drop_top();
            }
            Caller => {
                if !self.state.insys {
                    self.ignores_failure(Kind::OperationFailed);
                }
                items.set_word(0, self.state.procedure);
            }
            MLoad => {
                let word = self.load(items.item(0), true);
                items.set(0, word[0]);
            }
            MLoadW => {
                let word = self.load(items.item(0), false);
                items.drop_top();
                items.set_word(0, word);
            }
            MStore => {
                let (address, value) = (items.item(0), items.item(1));
                self.store(address, [value; 4], true);
                items.drop_top();
            }
            MStoreW => {
                let (address, word) = (items.item(0), items.word(1));
                self.store(address, word, false);
                items.drop_top();
            }
            MStream | Pipe => {
                let address = items.item(12);
                for (address, position) in [(address, 4), (address + Felt::ONE, 0)] {
                    let word = if operation == Pipe {
                        let word = [(); 4].map(|()| self.advice());
                        self.store(address, word, false);
                        word
                    } else {
                        self.load(address, false)
                    };
                    let [a, b, c, d] = items.word(position);
                    items.set_word(position, [a + word[0], b + word[1], c + word[2], d + word[3]]);
                }
                items.set(12, address + felt(2));
            }
            Read => {
                let value = self.advice();
                items.push(value);
            }
            ReadW => {
                let word = [(); 4].map(|()| self.advice());
                items.set_word(0, word);
            }
            HPerm => {
                let mut state = [Felt::ZERO; 12];
                state.copy_from_slice(items.top_mut(12));
                let (address, output) = self.chiplets.permute(state);
                items.top_mut(12).copy_from_slice(&output);
                if self.lies(Kind::HashForged) {
                    let element = self.rng.below(12);
                    items.set(element, items.item(element) + Felt::ONE);
                }
                row[HELPERS.at(4)] = address;
            }
            MpVerify => {
                self.path(items, None);
            }
            MrUpdate => {
                let root = self.path(items, Some(items.word(10)));
                items.set_word(0, root);
            }
        }
    }

    /// The next advice value.
    fn advice(&mut self) -> Felt {
        let mut value = self.case.advice.tape().get(self.read.len()).copied().unwrap_or_default();
        if self.lies(Kind::AdviceChanged) {
            value += Felt::ONE;
        }
        self.read.push(value);
        self.state.adv = true;
        value
    }

    /// The context in which the memory is accessed.
    fn context(&mut self, address: Felt) -> u64 {
        if address.as_int() > u64::from(u32::MAX) {
            self.ignores_failure(Kind::OperationFailed);
        }
        let ctx = self.state.ctx;
        if self.lies(Kind::AccessForged) {
            return if ctx > 0 { 0 } else { self.rng.below(self.rows.len()).max(1) as u64 };
        }
        ctx
    }

    fn load(&mut self, address: Felt, element: bool) -> Word {
        let context = self.context(address);
        let mut word = self.memory.get(&(context, address.as_int())).copied().unwrap_or_default();
        if self.lies(Kind::LoadForged) {
            word[0] += Felt::ONE;
        }
        let row = self.rows.len() as u64;
        self.chiplets.access(Access { context, address, row, write: false, element, word });
        word
    }

    fn store(&mut self, address: Felt, new: Word, element: bool) {
        let context = self.context(address);
        let key = (context, address.as_int());
        let mut word = self.memory.get(&key).copied().unwrap_or_default();
        let len = if element { 1 } else { 4 };
        word[..len].copy_from_slice(&new[..len]);
        if !self.lies(Kind::StoreLost) {
            self.memory.insert(key, word);
        }
        let row = self.rows.len() as u64;
        self.chiplets.access(Access { context, address, row, write: true, element, word });
    }

    /// Requests the path of the node on top, and returns the root with the new node.
    fn path(&mut self, items: &Items, new_node: Option<Word>) -> Word {
        let [node, root] = [0, 6].map(|position| Digest::new(items.word(position)));
        let [depth, index] = [4, 5].map(|position| items.item(position).as_int());
        let store = self.case.advice.merkle_store();
        let depth = u8::try_from(depth).ok().filter(|depth| (1..=63).contains(depth)).unwrap_or(1);
        let other = self.lies(Kind::PathForged);
        let index = if other { index ^ 1 } else { index };
        let (node, siblings) = match (store.node(&root, depth, index), store.path(&root, depth, index)) {
            (Ok(other_node), Ok(siblings)) => (if other { other_node } else { node }, siblings),
            _ => (node, vec![Digest::default(); depth.into()]),
        };
        if !other && merkle_root(index, &node, &siblings) != root {
            self.ignores_failure(Kind::OperationFailed);
        }
        let siblings: Vec<Word> = siblings.iter().map(|sibling| *sibling.elements()).collect();
        let row = self.rows.len();
        self.chiplets.path(row, index, &siblings, *node.elements(), new_node).1
    }

    /// Lies about the result of an operation whose helpers then fit the lie.
    fn lie_about_result(&mut self, opcode: Opcode, before: &Items, items: &mut Items, row: &mut Row) {
        use Opcode::*;
        let helpers = HELPERS.range();
        if let Some(value) = split_value(opcode, before) {
            // value + p = (2^32 − 1)·2^32 + value + 1
            if value.as_int() < u64::from(u32::MAX) && self.lies(Kind::SplitForged) {
                let (hi, lo) = (felt(u32::MAX.into()), value + Felt::ONE);
                set_limbs(&mut row[helpers], lo, hi);
                row[HELPERS.at(4)] = Felt::ZERO;
                match opcode {
                    U32Sub => {
                        items.set(0, Felt::ONE - hi);
                        items.set(1, lo);
                    }
                    U32WAdd => items.set(0, lo),
                    U32Lt => items.set(0, Felt::ONE - hi),
                    U32Rot => items.set(0, hi + lo),
                    _ => {
                        items.set(0, hi);
                        items.set(1, lo);
                    }
                }
            }
            return;
        }
        match opcode {
            U32Div if items.item(1) != Felt::ZERO && self.lies(Kind::QuotientForged) => {
                let (quotient, remainder) = (items.item(1) - Felt::ONE, items.item(0) + before.item(0));
                items.set(0, remainder);
                items.set(1, quotient);
                set_limbs(&mut row[helpers], remainder, quotient);
            }
            U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12 | U32Xr8 | U32Xr7 | U32Maj | U32Ch
            | U32Chi
                if self.lies(Kind::BitsForged) =>
            {
                items.set(0, items.item(0) + Felt::ONE);
            }
            _ => {}
        }
    }

    /// Requests to the bitwise section; operands are cut to 32 bits.
    fn bits(&mut self, opcode: Opcode, before: &Items, after: &Items, row: &mut Row) {
        use Opcode::*;
        let s = |position| before.item(position).as_int() as u32;
        let chiplets = &mut self.chiplets;
        let mut and = |a: u32, b: u32| {
            chiplets.bits(0, a, b);
            a & b
        };
        let h4 = match opcode {
            U32And | U32Xor | U32Or | U32AndN => {
                and(s(0), s(1));
                return;
            }
            U32Xr16 | U32Xr12 | U32Xr8 | U32Xr7 => {
                let rotation = match opcode {
                    U32Xr16 => 16,
                    U32Xr12 => 12,
                    U32Xr8 => 8,
                    _ => 7,
                };
                return chiplets.bits(rotation, s(0), s(1));
            }
            U32Div => {
                let room = before.item(0) - Felt::ONE - after.item(0);
                and(room.as_int() as u32, s(0))
            }
            U32Maj => {
                let both = and(s(0), s(1));
                and(s(2), s(0) ^ s(1));
                both
            }
            U32Ch => {
                let chosen = and(s(2), s(1));
                and(s(2), s(0));
                chosen
            }
            U32Chi => {
                let rest = s(0) - and(s(1), s(0));
                and(s(2), rest);
                rest
            }
            _ => return,
        };
        row[HELPERS.at(4)] = felt(h4.into());
    }
}
