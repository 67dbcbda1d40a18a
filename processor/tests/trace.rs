//! Checks recorded traces row by row against the rules of the layout, with no use of the recording code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, HashMap};

use common::{inputs, model, programs, push, straight_line};
use miden_core::{
    Felt, Opcode, Operation, Program, RescueState, apply_round,
    field::{FieldElement, StarkField},
    inverse_mds,
    operations::Class,
    params::{FMP_INIT, MIN_TRACE_ROWS, STACK_TOP},
    permute,
    program::ProgramBuilder,
    trace::{Column, WIDTH, chiplets, decoder, range, stack, system},
};
use miden_processor::{ExecutionOptions, ExecutionTrace, execute, trace};
use proptest::prelude::*;

struct Table<'a> {
    columns: &'a [Vec<Felt>],
    num_rows: usize,
}

/// An entry of a list: its previous pointer, what it holds, its multiplicity, and how often it was asked for.
struct Entry<T> {
    previous: u64,
    payload: T,
    multiplicity: u64,
    pops: u64,
}

#[derive(Default)]
struct Lists {
    overflow: HashMap<u64, Entry<u64>>,
    continuations: HashMap<u64, Entry<Vec<u64>>>,
}

impl Lists {
    fn check_balance(&self) {
        for (address, entry) in &self.overflow {
            assert_eq!(entry.multiplicity, entry.pops, "overflow entry {address}");
        }
        for (address, entry) in &self.continuations {
            assert_eq!(entry.multiplicity, entry.pops, "continuation {address}");
        }
    }
}

impl Table<'_> {
    fn felt(&self, row: usize, column: usize) -> Felt {
        self.columns[column][row]
    }

    fn int(&self, row: usize, column: usize) -> u64 {
        self.felt(row, column).as_int()
    }

    fn cell(&self, row: usize, column: Column) -> u64 {
        assert_eq!(column.width(), 1);
        self.int(row, column.start())
    }

    fn ints(&self, row: usize, column: Column) -> Vec<u64> {
        column.range().map(|index| self.int(row, index)).collect()
    }

    /// The operation whose digits the row holds.
    fn opcode(&self, row: usize) -> Opcode {
        let digit = |column: Column, implied: usize| {
            let cells = self.ints(row, column);
            assert!(cells.iter().all(|&cell| cell < 2) && cells.iter().sum::<u64>() <= 1, "row {row}");
            cells.iter().position(|&cell| cell == 1).map_or(implied, |index| index + column.first_number())
        };
        let code = 16 * digit(decoder::HI, 0) + 4 * digit(decoder::MID, 3) + digit(decoder::LO, 3);
        let opcode = Opcode::from_code(code as u8).expect("an assigned opcode");
        assert!(opcode.info().built);
        opcode
    }

    fn is_zero(&self, row: usize, columns: impl IntoIterator<Item = usize>) {
        for column in columns {
            let name = miden_core::trace::column_name(column);
            assert_eq!(self.int(row, column), 0, "row {row} ({}), {name:?}", self.opcode(row));
        }
    }

    fn system(&self) {
        for row in 0..self.num_rows {
            assert_eq!(self.cell(row, system::CLK), row as u64);
            assert_eq!(self.cell(row, system::FMP), FMP_INIT);
            self.is_zero(
                row,
                [system::CTX, system::INSYS, system::FN, system::ADV]
                    .map(Column::range)
                    .into_iter()
                    .flatten(),
            );
        }
    }

    /// Stack rules between a row and the next one.
    fn stack(&self, row: usize, lists: &mut Lists) {
        let opcode = self.opcode(row);
        let (s, next) = (self.ints(row, stack::S), self.ints(row + 1, stack::S));
        let (depth, next_depth) = (self.cell(row, stack::DEPTH), self.cell(row + 1, stack::DEPTH));
        let (ovf, next_ovf) = (self.cell(row, stack::OVF), self.cell(row + 1, stack::OVF));
        let z = self.cell(row, stack::Z);

        // The top as the operation leaves it, over a stack that is just deep enough to show the sixteenth item.
        let mut expected = s.clone();
        match opcode {
            Opcode::Input => expected.insert(0, next[0]),
            Opcode::Output | Opcode::Split | Opcode::Loop => {
                expected.remove(0);
            }
            Opcode::SDepth => expected.insert(0, depth),
            _ if opcode.info().is_block_operation() => {
                let operation = match opcode {
                    Opcode::Push => push(self.int(row, decoder::G.at(1))),
                    opcode => opcode.into(),
                };
                expected.push(u64::MAX);
                model::apply(operation, &mut expected).expect("no operation of a trace fails");
                // What stands in for the seventeenth item is of interest to nobody.
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
            let multiplicity = self.int(row, decoder::H.at(5));
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
        } else {
            assert_eq!((next_depth, next_ovf, z), (depth, ovf, 0));
        }
    }

    /// Decoder rules between a row and the next one; the row is one of a node or of a block.
    fn decoder(&self, row: usize, lists: &mut Lists) {
        let opcode = self.opcode(row);
        let (g, next_g) = (self.ints(row, decoder::G), self.ints(row + 1, decoder::G));
        let h = self.ints(row, decoder::H);
        let next_digest = self.ints(row + 1, decoder::H)[..4].to_vec();
        let p = self.ints(row, decoder::P);
        let (cs, next_cs) = (self.cell(row, decoder::CS), self.cell(row + 1, decoder::CS));
        let (ge, done) = (self.cell(row, decoder::GE), self.cell(row, decoder::DONE));
        let next = self.opcode(row + 1);
        let condition = self.int(row, stack::S.at(0));
        let push = |lists: &mut Lists, payload: &[u64]| {
            assert_eq!(next_cs, row as u64);
            let entry = Entry { previous: cs, payload: payload.to_vec(), multiplicity: p[1], pops: 0 };
            lists.continuations.insert(row as u64, entry);
        };

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
                assert!(next.info().is_block_operation());
                assert_eq!(self.ints(row + 1, decoder::P), [0, 0]);
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
            _ => self.block_row(row),
        }

        if done == 1 {
            if cs == 0 {
                assert!(matches!(next, Opcode::Output | Opcode::Halt), "row {row}: {next}");
                assert_eq!(next_cs, 0);
            } else {
                let entry = lists.continuations.get_mut(&cs).expect("the entry was pushed");
                entry.pops += 1;
                assert!(Class::Node.contains(next));
                assert_eq!((&next_digest, next_cs), (&entry.payload, entry.previous));
            }
        } else if !matches!(opcode, Opcode::Join | Opcode::Loop) {
            assert_eq!(cs, next_cs);
        }
    }

    /// Rules of an operation row: the register of groups and the position.
    fn block_row(&self, row: usize) {
        let opcode = self.opcode(row);
        assert!(opcode.info().is_block_operation(), "row {row}: {opcode}");
        let (mut g, next_g) = (self.ints(row, decoder::G), self.ints(row + 1, decoder::G));
        let p = self.ints(row, decoder::P);
        let (ge, done) = (self.cell(row, decoder::GE), self.cell(row, decoder::DONE));
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
        assert!(self.opcode(row + 1).info().is_block_operation());
        let next_p = self.ints(row + 1, decoder::P);
        if ge == 1 {
            assert_eq!(next_p, [0, 0]);
        } else {
            g.insert(0, rest);
            assert_eq!(3 * next_p[1] + next_p[0], position + 1);
        }
        g.resize(8, 0);
        assert_eq!(next_g, g, "row {row}");
    }

    /// Helpers of an operation row, from the equations that they satisfy.
    fn helpers(&self, row: usize) {
        let opcode = self.opcode(row);
        let h: Vec<Felt> = decoder::H.range().map(|index| self.felt(row, index)).collect();
        let s: Vec<Felt> = stack::S.range().map(|index| self.felt(row, index)).collect();
        let next: Vec<Felt> = stack::S.range().map(|index| self.felt(row + 1, index)).collect();
        let [b, w] = [1u64 << 16, 1 << 32].map(Felt::new);
        let (lo, hi) = (h[0] + b * h[1], h[2] + b * h[3]);
        for (helper, &cell) in h.iter().enumerate() {
            let multiplicity = helper == 5 && Class::Right.contains(opcode);
            if !opcode.info().uses_helper(helper) && !multiplicity {
                assert_eq!(cell, Felt::ZERO, "row {row}: {opcode}, h{helper}");
            }
        }
        if Class::Limb.contains(opcode) {
            assert!(h[..4].iter().all(|limb| limb.as_int() < 1 << 16), "row {row}");
        }
        if Class::Canon.contains(opcode) {
            let expected = if lo == Felt::ZERO { Felt::ZERO } else { (w - Felt::ONE - hi).inv() };
            assert_eq!(h[4], expected, "row {row}: {opcode}");
        }
        let value = match opcode {
            Opcode::Eqz => return assert_eq!(h[0], s[0].inv()),
            Opcode::Eq => return assert_eq!(h[0], (s[0] - s[1]).inv()),
            Opcode::U32Assert2 => return assert_eq!((lo, hi), (s[0], s[1])),
            Opcode::ExpAcc => {
                assert_eq!(lo, s[3]);
                assert_eq!((h[0], h[3]), (h[2].double() + next[0], Felt::ZERO));
                assert_eq!(next[3], h[2] + Felt::new(1 << 15) * h[1]);
                assert_eq!(h[5], Felt::ONE + next[0] * (s[1] - Felt::ONE));
                return assert_eq!(next[2], s[2] * h[5]);
            }
            Opcode::U32Split => s[0],
            Opcode::U32Add | Opcode::U32WAdd => s[0] + s[1],
            Opcode::U32Sub | Opcode::U32Lt => s[1] - s[0] + w,
            Opcode::U32Add3 => s[0] + s[1] + s[2],
            Opcode::U32Mul | Opcode::U32Rot => s[0] * s[1],
            Opcode::U32MAdd => s[0] * s[1] + s[2],
            _ => return,
        };
        assert_eq!(value, hi * w + lo, "row {row}: {opcode}");
    }

    /// The hasher section against the rows that ask for permutations; returns the number of its rows.
    fn hasher(&self) -> usize {
        // How often the input, the whole output and the digest are asked for.
        let mut requests = BTreeMap::<u64, [u64; 3]>::new();
        for row in 0..self.num_rows - 1 {
            let opcode = self.opcode(row);
            let is_node = Class::Node.contains(opcode);
            if !is_node && opcode != Opcode::HPerm {
                continue;
            }
            let address = self.int(row, decoder::H.at(4));
            let number_of_visited = requests.len() as u64;
            let counts = requests.entry(address).or_insert_with(|| {
                assert_eq!(address, 8 * number_of_visited, "addresses follow the order of first requests");
                [0; 3]
            });
            counts[0] += 1;
            let start = address as usize;
            let (before, after) = (self.ints(start, chiplets::X), self.ints(start + 7, chiplets::X));
            if is_node {
                counts[2] += 1;
                assert_eq!(before[..4], [u64::from(opcode.code()), 0, 0, 0]);
                assert_eq!(before[4..], self.ints(row, decoder::G));
                assert_eq!(after[4..8], self.ints(row, decoder::H)[..4]);
            } else {
                counts[1] += 1;
                assert!(before.iter().rev().eq(&self.ints(row, stack::S)[..12]));
                assert!(after.iter().rev().eq(&self.ints(row + 1, stack::S)[..12]));
            }
        }
        let end = 8 * requests.len();
        for row in 0..end {
            self.is_zero(row, chiplets::Q.range());
            let x: RescueState = std::array::from_fn(|i| self.felt(row, chiplets::X.at(i)));
            let w: RescueState = std::array::from_fn(|i| self.felt(row, chiplets::W.at(i)));
            for (i, &cell) in x.iter().enumerate() {
                assert_eq!(self.felt(row, chiplets::U.at(i)), cell.cube());
            }
            let address = row as u64 / 8 * 8;
            let [inputs, outputs, digests] = requests[&address];
            let round = row % 8;
            let multiplicities = match round {
                0 => [inputs, 0],
                7 => [outputs, digests],
                _ => [0, 0],
            };
            assert_eq!(self.ints(row, chiplets::M), multiplicities);
            if round == 7 {
                let mut message = [Felt::ZERO; 12];
                message[..4].copy_from_slice(&x[4..8]);
                message[4] = Felt::new(address);
                assert_eq!(w, message);
            } else {
                let mut next = x;
                apply_round(&mut next, round);
                let constants = miden_core::ROUND_CONSTANTS_2[round];
                for (a, cell) in w.iter().enumerate() {
                    let z = (0..12)
                        .map(|b| inverse_mds()[a][b] * (next[b] - constants[b]))
                        .fold(Felt::ZERO, |sum, term| sum + term);
                    assert_eq!(*cell, z.cube());
                }
                let recorded: RescueState = std::array::from_fn(|i| self.felt(row + 1, chiplets::X.at(i)));
                assert_eq!(recorded, next);
            }
        }
        for row in end..self.num_rows {
            assert_eq!(self.int(row, chiplets::Q.at(0)), 1);
        }
        end
    }

    /// The range list against the limbs of the operation rows; returns its number of rows.
    fn range(&self) -> usize {
        let mut look_ups = BTreeMap::<u64, u64>::from([(0, 0), (65535, 0)]);
        for row in (0..self.num_rows - 1).filter(|&row| Class::Limb.contains(self.opcode(row))) {
            for limb in &self.ints(row, decoder::H)[..4] {
                *look_ups.entry(*limb).or_default() += 1;
            }
        }
        let mut gaps = [0; 256];
        let mut seen = BTreeMap::<u64, u64>::new();
        for row in 0..self.num_rows {
            let value = self.cell(row, range::VALUE);
            let multiplicity = self.cell(row, range::MULTIPLICITY);
            if row + 1 < self.num_rows {
                gaps[(self.cell(row + 1, range::VALUE) - value) as usize] += 1;
                *seen.entry(value).or_default() += multiplicity;
            } else {
                assert_eq!(multiplicity, 0);
            }
        }
        assert_eq!((self.cell(0, range::VALUE), self.cell(self.num_rows - 1, range::VALUE)), (0, 65535));
        for (value, count) in &look_ups {
            assert_eq!(seen.get(value), Some(count), "value {value}");
        }
        for (value, count) in &seen {
            assert_eq!(look_ups.get(value).copied().unwrap_or(0), *count, "value {value}");
        }
        for row in 0..self.num_rows {
            let expected = gaps.get(row).copied().unwrap_or(0);
            assert_eq!(self.cell(row, range::BYTE_MULTIPLICITY), expected, "gap {row}");
        }
        seen.len() + 1
    }
}

/// Checks the whole trace of `program` on these inputs, and that plain execution agrees with it.
fn check(program: &Program, stack_inputs: &[u64]) -> ExecutionTrace {
    let inputs = inputs(stack_inputs);
    let options = ExecutionOptions::default();
    let recorded = trace(program, &inputs, &options).unwrap();
    let plain = execute(program, &inputs, &options).unwrap();
    assert_eq!((recorded.outputs(), recorded.cycles()), (&plain.outputs, plain.cycles));

    let num_rows = recorded.num_rows();
    assert!(num_rows.is_power_of_two() && num_rows >= MIN_TRACE_ROWS);
    assert_eq!(recorded.columns().len(), WIDTH);
    assert!(recorded.columns().iter().all(|column| column.len() == num_rows));
    let table = Table { columns: recorded.columns(), num_rows };

    // Inputs.
    let num_inputs = stack_inputs.len().saturating_sub(15).max(1);
    let initial: Vec<u64> =
        stack_inputs[..stack_inputs.len().saturating_sub(num_inputs)].iter().rev().copied().collect();
    let s = table.ints(0, stack::S);
    assert_eq!(s[..initial.len()], initial);
    assert!(s[initial.len()..].iter().all(|&item| item == 0));
    assert_eq!(table.cell(0, stack::OVF), 0);
    // What row 0 pushes below the top does not exist, so that row 1 finds nothing there.
    assert_eq!(table.cell(1, stack::OVF), 0);
    for row in 0..num_inputs {
        assert_eq!(table.opcode(row), Opcode::Input);
        let last = stack_inputs.len().wrapping_sub(num_inputs - row);
        assert_eq!(table.int(row + 1, stack::S.at(0)), stack_inputs.get(last).copied().unwrap_or(0));
    }
    let digest = &table.ints(num_inputs, decoder::H)[..4];
    assert_eq!(programs::felts(digest), program.digest().elements());
    assert_eq!(table.cell(num_inputs, decoder::CS), 0);

    // Execution.
    let mut lists = Lists::default();
    let end = num_inputs + usize::try_from(recorded.cycles()).unwrap();
    for row in 0..num_rows - 1 {
        table.stack(row, &mut lists);
        if (num_inputs..end).contains(&row) {
            table.decoder(row, &mut lists);
            if !Class::Node.contains(table.opcode(row)) {
                table.helpers(row);
            }
        } else {
            assert!(Class::Frame.contains(table.opcode(row)), "row {row}");
            let multiplicity = usize::from(table.opcode(row) == Opcode::Input);
            table.is_zero(row, decoder::G.start()..decoder::H.end() - multiplicity);
            table.is_zero(row, decoder::P.start()..decoder::DONE.end());
        }
    }
    lists.check_balance();

    // Outputs.
    let outputs: Vec<u64> = recorded.outputs().items().iter().map(StarkField::as_int).collect();
    let num_deep = outputs.len() - STACK_TOP;
    for (row, output) in (end..).zip(&outputs[..num_deep]) {
        assert_eq!((table.opcode(row), table.int(row, stack::S.at(0))), (Opcode::Output, *output));
    }
    for row in end + num_deep..num_rows {
        assert_eq!(table.opcode(row), Opcode::Halt);
        assert_eq!(table.ints(row, stack::S), outputs[num_deep..]);
        assert_eq!((table.cell(row, stack::DEPTH), table.cell(row, stack::OVF)), (STACK_TOP as u64, 0));
    }
    assert!(end + num_deep + 2 <= num_rows);

    table.system();
    let parts = recorded.part_rows();
    assert_eq!(parts.execution, end + num_deep + 2);
    assert_eq!(parts.hasher, table.hasher());
    assert_eq!(parts.range, table.range());
    assert_eq!(num_rows, parts.longest().next_power_of_two().max(MIN_TRACE_ROWS));
    recorded
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn traces_of_generated_programs_follow_the_rules(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
    ) {
        check(&tree.program(), &stack);
    }
}

#[test]
fn every_number_of_inputs_has_a_trace() {
    let program = straight_line(&[Opcode::Add.into()]);
    for len in 0..40 {
        check(&program, &(1..=len).collect::<Vec<_>>());
    }
}

#[test]
fn groups_may_be_full_and_end_with_an_immediate() {
    for noops in 0..80 {
        let mut operations = vec![Operation::from(Opcode::Noop); noops];
        operations.extend([push(7), push(0)]);
        operations.extend(vec![Operation::from(Opcode::Incr); noops % 10]);
        operations.push(push(3));
        check(&straight_line(&operations), &[]);
    }
}

#[test]
fn many_distinct_limbs_make_the_range_list_decide_the_length() {
    let mut operations = vec![];
    for value in 0..400u64 {
        operations.push(push(model::mul(value + 1, 0x9e37_79b9_7f4a_7c15 % model::P)));
        operations.extend([Opcode::U32Split, Opcode::Drop, Opcode::Drop].map(Operation::from));
    }
    let recorded = check(&straight_line(&operations), &[]);
    assert!(recorded.part_rows().range > 1400, "{:?}", recorded.part_rows());
}

#[test]
fn a_loop_is_hashed_once() {
    let tree = programs::Tree::Loop(200, vec![]);
    let recorded = check(&tree.program(), &[]);
    assert!(recorded.part_rows().hasher < 100, "{:?}", recorded.part_rows());
    assert!(recorded.cycles() > 1400);
}

#[test]
fn many_distinct_nodes_make_the_hasher_decide_the_length() {
    let mut builder = ProgramBuilder::new();
    let blocks: Vec<_> =
        (0..100).map(|value| builder.block(&[push(value), Opcode::Drop.into()]).unwrap()).collect();
    let root = builder.sequence(&blocks).unwrap();
    let recorded = check(&builder.finish(root), &[]);
    assert_eq!(recorded.part_rows().hasher, 8 * 199);
    assert_eq!(recorded.num_rows(), 2048);
}
