//! Nodes, blocks and continuations.

use miden_core::{
    Felt, Opcode, RescueState,
    operations::Class,
    permute,
    trace::{decoder, stack, system},
};

use super::{
    lists::{Entry, Lists},
    programs,
    table::Table,
};

impl Table<'_> {
    /// Decoder rules between the row of a node or an operation and the next row.
    pub(crate) fn decoder(&self, row: usize, lists: &mut Lists) {
        let opcode = self.opcode(row);
        let (g, next_g) = (self.ints(row, decoder::GROUPS), self.ints(row + 1, decoder::GROUPS));
        let h = self.ints(row, decoder::HELPERS);
        let next_digest = self.ints(row + 1, decoder::HELPERS)[..4].to_vec();
        let p = self.ints(row, decoder::POSITION);
        let (cs, next_cs) =
            (self.cell(row, decoder::CONTINUATION), self.cell(row + 1, decoder::CONTINUATION));
        let (ge, done) = (self.cell(row, decoder::GROUP_END), self.cell(row, decoder::DONE));
        let next = self.opcode(row + 1);
        let condition = self.int(row, stack::S.at(0));
        let entry = |payload: &[u64]| {
            assert_eq!((next_cs, done), (row as u64, 0));
            Entry { previous: cs, payload: payload.to_vec(), multiplicity: p[1], pops: 0 }
        };
        let push = |lists: &mut Lists, payload: &[u64]| {
            lists.continuations.insert(row as u64, entry(payload));
        };
        let top_word = [3, 2, 1, 0].map(|item| self.int(row, stack::S.at(item)));

        if Class::Node.contains(opcode) {
            assert_eq!((p[0], ge, h[5]), (0, 0, u64::from(opcode.code())));
            let mut state = RescueState::default();
            state[0] = Felt::from(opcode.code());
            state[4..].copy_from_slice(&programs::felts(&g));
            permute(&mut state);
            assert_eq!(state[4..8], programs::felts(&h[..4]));
        }
        match opcode {
            Opcode::Block => {
                assert_eq!((done, p[1], cs), (0, 0, next_cs));
                assert_eq!(g, next_g);
                assert!(next.info().is_block_operation() || next == Opcode::Trap);
                assert_eq!(self.ints(row + 1, decoder::POSITION), [0, 0]);
            }
            Opcode::Join => {
                assert_eq!(done, 0);
                push(lists, &g[4..]);
                assert_eq!(next_digest, g[..4]);
            }
            Opcode::Split => {
                assert_eq!((done, p[1], cs), (0, 0, next_cs));
                assert!(condition < 2);
                assert_eq!(next_digest, if condition == 1 { &g[..4] } else { &g[4..] });
            }
            Opcode::Loop if condition == 1 => {
                assert_eq!(done, 0);
                push(lists, &h[..4]);
                assert_eq!(next_digest, g[..4]);
            }
            Opcode::Loop => assert_eq!((condition, done, p[1]), (0, 1, 0)),
            Opcode::Call | Opcode::SysCall | Opcode::DynCall => {
                let frame = [system::CTX, system::FMP, system::FN, stack::DEPTH, stack::OVF];
                let frame: Vec<u64> = frame.into_iter().flat_map(|column| self.ints(row, column)).collect();
                lists.frames.insert(row as u64, entry(&frame));
                assert_eq!(self.cell(row, system::INSYS), 0);
                assert_eq!(next_digest, if opcode == Opcode::DynCall { &top_word } else { &g[..4] });
            }
            Opcode::Dyn => {
                assert_eq!((done, p[1], cs), (0, 0, next_cs));
                assert_eq!(next_digest, top_word);
            }
            Opcode::Return => {
                assert_eq!((done, ge, &p[..]), (1, 0, &[0, 0][..]));
                self.is_zero(row, (0..6).filter(|&i| i != 4).map(|i| decoder::HELPERS.at(i)));
            }
            _ => self.block_row(row),
        }

        if done == 1 {
            if cs == 0 {
                assert!(matches!(next, Opcode::Output | Opcode::Halt), "row {row}: {next}");
                assert_eq!(next_cs, 0);
            } else {
                let is_return = next == Opcode::Return;
                let list = if is_return { &mut lists.frames } else { &mut lists.continuations };
                let entry = list.get_mut(&cs).expect("the entry was pushed");
                entry.pops += 1;
                assert_eq!(next_cs, entry.previous);
                if is_return {
                    assert_eq!((&next_g, self.int(row + 1, decoder::HELPERS.at(4))), (&entry.payload, cs));
                } else {
                    assert!(Class::Node.contains(next));
                    assert_eq!(next_digest, entry.payload);
                }
            }
        } else if !matches!(opcode, Opcode::Join | Opcode::Loop) && !Class::Call.contains(opcode) {
            assert_eq!(cs, next_cs);
        }
    }

    /// Rules of an operation row: shift register and position.
    fn block_row(&self, row: usize) {
        let opcode = self.opcode(row);
        assert!(opcode.info().is_block_operation(), "row {row}: {opcode}");
        let (mut g, next_g) = (self.ints(row, decoder::GROUPS), self.ints(row + 1, decoder::GROUPS));
        let p = self.ints(row, decoder::POSITION);
        let (ge, done) = (self.cell(row, decoder::GROUP_END), self.cell(row, decoder::DONE));
        assert!(p[0] < 3 && p[1] < 3 && ge + done < 2);
        let position = 3 * p[1] + p[0];
        let code = u64::from(opcode.code());
        assert_eq!(g[0] % 128, code, "row {row}");
        let rest = g.remove(0) / 128;
        if opcode == Opcode::Push {
            g.remove(0);
        }
        assert_eq!(rest == 0, ge + done == 1, "row {row}");
        if done == 1 {
            assert!(g.iter().all(|&slot| slot == 0));
            return;
        }
        let next = self.opcode(row + 1);
        assert!(next.info().is_block_operation() || next == Opcode::Trap);
        let next_p = self.ints(row + 1, decoder::POSITION);
        if ge == 1 {
            assert_eq!(next_p, [0, 0]);
        } else {
            g.insert(0, rest);
            assert_eq!(3 * next_p[1] + next_p[0], position + 1);
        }
        g.resize(8, 0);
        assert_eq!(next_g, g, "row {row}");
    }
}
