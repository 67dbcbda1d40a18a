//! The stack and the operations.

use miden_core::{
    Opcode,
    operations::Class,
    params::STACK_TOP,
    trace::{decoder, stack, system},
};

use super::{
    lists::{Entry, Lists},
    push,
    table::Table,
};

impl Table<'_> {
    /// Stack rules between a row and the next row.
    pub(crate) fn stack(&self, row: usize, lists: &mut Lists) {
        let opcode = self.opcode(row);
        let (s, next) = (self.ints(row, stack::S), self.ints(row + 1, stack::S));
        let (depth, next_depth) = (self.cell(row, stack::DEPTH), self.cell(row + 1, stack::DEPTH));
        let (ovf, next_ovf) = (self.cell(row, stack::OVF), self.cell(row + 1, stack::OVF));
        let z = self.cell(row, stack::OVERFLOW_POP);

        // The top after the operation, on a stack just deep enough to show the sixteenth item.
        let mut expected = s.clone();
        match opcode {
            Opcode::Input => expected.insert(0, next[0]),
            Opcode::Output | Opcode::Split | Opcode::Loop => {
                expected.remove(0);
            }
            Opcode::SDepth => expected.insert(0, depth),
            _ if opcode.info().is_block_operation() => {
                let operation = match opcode {
                    Opcode::Push => push(self.int(row, decoder::GROUPS.at(1))),
                    opcode => opcode.into(),
                };
                expected.push(u64::MAX);
                let machine = &mut lists.machine;
                machine.stack = expected;
                machine.ctx = self.cell(row, system::CTX);
                machine.fmp = self.cell(row, system::FMP);
                machine.caller = (self.cell(row, system::INSYS) == 1)
                    .then(|| self.ints(row, system::FN).try_into().unwrap());
                machine.clk = (row - self.num_inputs) as u64;
                machine.apply(operation).expect("no operation of a trace fails");
                expected = std::mem::take(&mut machine.stack);
                // The placeholder for the seventeenth item does not matter.
                let kept = expected.iter().position(|&item| item == u64::MAX).unwrap();
                expected.truncate(kept);
            }
            _ => {}
        }
        let shown = expected.len().min(STACK_TOP);
        assert_eq!(next[..shown], expected[..shown], "row {row}: {opcode}");

        if Class::Right.contains(opcode) {
            assert_eq!((next_depth, z), (depth + 1, 0));
            assert_eq!(next_ovf, row as u64);
            let multiplicity = self.int(row, decoder::HELPERS.at(5));
            if row == 0 {
                assert_eq!((multiplicity, s[15], depth), (0, 0, STACK_TOP as u64 - 1));
            } else {
                let entry = Entry { previous: ovf, payload: s[15], multiplicity, pops: 0 };
                lists.overflow.insert(row as u64, entry);
            }
        } else if Class::Left.contains(opcode) {
            assert_eq!(z, u64::from(depth > STACK_TOP as u64), "row {row}");
            if z == 1 {
                let entry = lists.overflow.get_mut(&ovf).expect("the entry was pushed");
                entry.pops += 1;
                assert_eq!((next_depth, next_ovf, next[15]), (depth - 1, entry.previous, entry.payload));
            } else {
                assert_eq!((next_depth, next_ovf, next[15]), (depth, ovf, 0));
            }
        } else if Class::Call.contains(opcode) {
            assert_eq!((next_depth, next_ovf, z), (STACK_TOP as u64, 0, 0));
        } else if opcode == Opcode::Return && self.cell(row, decoder::DONE) == 1 {
            let [frame_depth, frame_ovf] = [6, 7].map(|i| self.int(row, decoder::GROUPS.at(i)));
            assert_eq!((depth, ovf, z), (STACK_TOP as u64, 0, 0));
            assert_eq!((next_depth, next_ovf), (frame_depth, frame_ovf));
        } else {
            assert_eq!((next_depth, next_ovf, z), (depth, ovf, 0));
        }
    }
}
