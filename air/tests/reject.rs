//! For each constraint a frame that is honest but for the forged cells, and the constraints that then fail.
//!
//! `every_constraint_has_a_case` collects the labels that the cases name and compares them with the constraints that
//! exist.

mod common;

use std::collections::BTreeSet;

use common::{Cell, Row, TestFrame, Trace, everything, felt, next, now, ops, straight};
use miden_core::{
    Felt, Opcode,
    field::{FieldElement, StarkField},
    operations::{Class, OPERATIONS, Shift},
    params::STACK_TOP,
    trace::{
        chiplets::{M, Q, U, W, X},
        decoder::{CS, DONE, G, GE, H, HI, LO, MID, P},
        stack::{DEPTH, OVF, S, Z},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

/// Collects the labels that cases expect to fail.
#[derive(Default)]
struct Cases {
    covered: BTreeSet<String>,
    failures: Vec<String>,
}

impl Cases {
    /// Exactly `labels` fail on the frame.
    fn only(&mut self, what: &str, frame: &TestFrame, labels: &[&str]) {
        let expected: BTreeSet<String> = labels.iter().map(ToString::to_string).collect();
        let broken = frame.broken();
        if broken != expected {
            self.failures.push(format!("{what}: expected {expected:?}, got {broken:?}"));
        }
        self.covered.extend(expected);
    }

    /// `label` is among those that fail: cells that many constraints read cannot be forged for one alone.
    fn among(&mut self, what: &str, frame: &TestFrame, label: &str) {
        if !frame.broken().contains(label) {
            self.failures.push(format!("{what}: {label} holds"));
        }
        self.covered.insert(label.into());
    }
}

fn zero(row: &Row, cell: Cell) -> bool {
    row[cell.0] == Felt::ZERO
}

/// A block operation in the middle of its group.
fn inside(row: &Row) -> bool {
    zero(row, now(GE, 0)) && zero(row, now(DONE, 0))
}

#[test]
fn every_constraint_has_a_case() {
    let trace = everything();
    assert_eq!(trace.violations(), BTreeSet::new());

    let mut cases = Cases::default();
    registers(&mut cases, &trace);
    opcodes(&mut cases, &trace);
    succession(&mut cases, &trace);
    blocks(&mut cases, &trace);
    nodes(&mut cases, &trace);
    idle_cells(&mut cases, &trace);
    items(&mut cases, &trace);
    field(&mut cases, &trace);
    u32(&mut cases, &trace);
    overflow(&mut cases, &trace);
    sections(&mut cases, &trace);
    hasher(&mut cases, &trace);
    assert!(cases.failures.is_empty(), "{}", common::lines(cases.failures));

    let existing: BTreeSet<String> =
        miden_air::main_degrees().iter().map(|(label, _)| label.to_string()).collect();
    let uncovered: Vec<_> = existing.difference(&cases.covered).collect();
    assert!(uncovered.is_empty(), "no case for {uncovered:?}");
    let unknown: Vec<_> = cases.covered.difference(&existing).collect();
    assert!(unknown.is_empty(), "cases for constraints that do not exist: {unknown:?}");
}

fn registers(cases: &mut Cases, trace: &Trace) {
    let frame = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    for (column, label) in [
        (CLK, "system.clk"),
        (CTX, "system.ctx"),
        (FMP, "system.fmp"),
        (INSYS, "system.insys"),
        (ADV, "system.adv"),
    ] {
        cases.only(label, &frame.clone().bump(next(column, 0)), &[label]);
    }
    for i in 0..FN.width() {
        cases.only("fn", &frame.clone().bump(next(FN, i)), &[&format!("system.fn[{i}]")]);
    }
}

fn opcodes(cases: &mut Cases, trace: &Trace) {
    let frame = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    for (column, name, first) in [(HI, "hi", 1), (MID, "mid", 0), (LO, "lo", 0)] {
        for i in 0..column.width() {
            for value in [2, MINUS_ONE, SQRT_2, MINUS_SQRT_2] {
                let forged = frame.clone().set(now(column, i), felt(value));
                cases.among(name, &forged, &format!("decoder.{name}_binary[{}]", i + first));
            }
        }
        // Two digits at once leave −1 or less for the implicit one.
        let implicit = if first == 1 { 0 } else { column.width() };
        let both = (0..column.width()).fold(frame.clone(), |f, i| f.set(now(column, i), Felt::ONE));
        cases.among(name, &both, &format!("decoder.{name}_binary[{implicit}]"));
    }
    // SWAP of equal items, with its last digit raised to the unassigned opcode after it.
    let swap = trace.frame(trace.rows_of(Opcode::Swap)[0]);
    let swap = [now(S, 0), now(S, 1), next(S, 0), next(S, 1)]
        .into_iter()
        .fold(swap, |f, cell| f.set(cell, Felt::ONE));
    let swap = swap.holds();
    cases.only("unassigned", &swap.bump(now(G, 0)).set(now(LO, 2), Felt::ZERO), &["decoder.assigned"]);

    cases.among("done", &frame.clone().set(now(DONE, 0), felt(2)), "decoder.done_binary");
    cases.among("ge", &frame.clone().set(now(GE, 0), felt(2)), "decoder.ge_binary");
    let ends = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0)))).holds();
    cases.among("both", &ends.set(now(GE, 0), Felt::ONE), "decoder.ge_not_done");
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    cases.among("ge", &halt.clone().set(now(GE, 0), Felt::ONE), "decoder.ge_in_block");
    cases.among("done", &halt.set(now(DONE, 0), Felt::ONE), "decoder.done_frame");
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]).holds();
    cases.among("done", &join.set(now(DONE, 0), Felt::ONE), "decoder.done_node");
    // A loop whose condition is 2 neither ends nor goes on.
    let entered = trace.frame(trace.find(Opcode::Loop, |row| !zero(row, now(S, 0)))).holds();
    cases.only("condition", &entered.set(now(S, 0), felt(2)), &["decoder.done_loop"]);
    let split = trace.frame(trace.rows_of(Opcode::Split)[0]).holds();
    cases.among("condition", &split.set(now(S, 0), felt(2)), "decoder.split_binary");
}

fn succession(cases: &mut Cases, trace: &Trace) {
    let becomes = |frame: TestFrame, opcode| {
        let mut frame = frame.holds();
        write_opcode(&mut frame.next, opcode);
        frame
    };
    let inside_block = trace.frame(trace.find(Opcode::Noop, inside));
    cases.only("halt in a block", &becomes(inside_block, Opcode::Halt), &["decoder.next_in_block"]);
    let block = trace.frame(trace.rows_of(Opcode::Block)[0]);
    cases.only("block without operations", &becomes(block, Opcode::Halt), &["decoder.next_in_block"]);
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]);
    cases.only("join without child", &becomes(join, Opcode::Noop), &["decoder.next_descend"]);
    let ends = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0))));
    cases.only("operation after the end", &becomes(ends.clone(), Opcode::Noop), &["decoder.next_done"]);
    cases.only("end with something left", &becomes(ends, Opcode::Halt), &["decoder.next_end"]);
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]);
    cases.only("life after the end", &becomes(halt, Opcode::Noop), &["decoder.next_halt"]);
    let output = trace.frame(trace.rows_of(Opcode::Output)[0]);
    cases.only("life after the outputs", &becomes(output, Opcode::Noop), &["decoder.next_output"]);
    let input = trace.frame(trace.rows_of(Opcode::Input)[0]);
    cases.only("operation without a node", &becomes(input, Opcode::Noop), &["decoder.next_input"]);
}

fn blocks(cases: &mut Cases, trace: &Trace) {
    let same = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    cases.only("digit", &same.clone().bump(next(G, 0)), &["decoder.group_digit"]);
    cases.only("position", &same.clone().bump(next(P, 0)), &["decoder.position"]);

    let pushes = trace.rows_of(Opcode::Push);
    let ends_group = |&row: &usize| !zero(&trace.rows[row], now(GE, 0)) && !pushes.contains(&row);
    let group_end = trace.frame((0..trace.rows.len()).find(ends_group).expect("a group that ends"));
    let group_end_push = trace.frame(trace.find(Opcode::Push, |row| !zero(row, now(GE, 0))));
    let block_end = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0))));
    let block_end_push = trace.frame(trace.find(Opcode::Push, |row| !zero(row, now(DONE, 0))));
    for (what, frame) in [("group", &group_end), ("push", &group_end_push), ("block", &block_end)] {
        let frame = frame.clone().holds();
        cases.only(what, &frame.bump(now(G, 0)), &["decoder.group_ends"]);
    }
    for frame in [&group_end, &group_end_push] {
        cases.only("next group", &frame.clone().bump(next(G, 0)), &["decoder.next_group"]);
        for i in 0..P.width() {
            let label = format!("decoder.position_start[{i}]");
            cases.only("position", &frame.clone().bump(next(P, i)), &[&label]);
        }
    }
    cases.only("more to do", &block_end.bump(now(G, 1)), &["decoder.block_ends"]);
    cases.only("more to do", &block_end_push.holds().bump(now(G, 2)), &["decoder.block_ends"]);

    let block = trace.frame(trace.rows_of(Opcode::Block)[0]).holds();
    cases.only("first group", &block.clone().bump(next(G, 0)), &["decoder.first_group"]);
    let push = trace.frame(trace.find(Opcode::Push, inside)).holds();
    for frame in [&same, &block, &push, &group_end, &group_end_push] {
        for i in 1..G.width() {
            cases.only("shift", &frame.clone().bump(next(G, i)), &[&format!("decoder.shift[{i}]")]);
        }
    }
    // Position 3·p1 + p0 kept while one of its digits leaves 0..2.
    let wide = same.clone().set(now(P, 0), felt(3)).set(now(P, 1), Felt::ZERO);
    let wide = wide.set(next(P, 0), felt(1)).set(next(P, 1), Felt::ONE);
    cases.only("digit 3", &wide, &["decoder.position_digit[0]"]);
    let wide = same.set(now(P, 0), Felt::ZERO).set(now(P, 1), felt(3));
    let wide = wide.set(next(P, 0), Felt::ONE).set(next(P, 1), felt(3));
    cases.only("digit 3", &wide, &["decoder.position_digit[1]"]);
}

fn nodes(cases: &mut Cases, trace: &Trace) {
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]).holds();
    let entered = trace.frame(trace.find(Opcode::Loop, |row| !zero(row, now(S, 0)))).holds();
    let splits = trace.rows_of(Opcode::Split);
    for frame in [&join, &entered, &trace.frame(splits[0]).holds(), &trace.frame(splits[1]).holds()] {
        cases.only("domain", &frame.clone().bump(now(H, 5)), &["decoder.domain"]);
        for i in 0..4 {
            cases.only("child", &frame.clone().bump(next(H, i)), &[&format!("decoder.child[{i}]")]);
        }
        cases.only("continuation", &frame.clone().bump(next(CS, 0)), &["decoder.cs"]);
    }
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    let output = trace.frame(trace.rows_of(Opcode::Output)[0]).holds();
    for frame in [&halt, &output] {
        let forged = frame.clone().bump(now(CS, 0)).bump(next(CS, 0));
        cases.only("something left", &forged, &["decoder.end_cs"]);
    }
    let deep = halt.bump(now(DEPTH, 0)).bump(next(DEPTH, 0));
    cases.only("items left", &deep, &["decoder.halt_depth"]);
}

fn idle_cells(cases: &mut Cases, trace: &Trace) {
    let split = trace.frame(trace.rows_of(Opcode::Split)[0]).holds();
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    for frame in [&split, &halt] {
        for i in 0..P.width() {
            cases.only("p", &frame.clone().bump(now(P, i)), &[&format!("decoder.idle_p[{i}]")]);
        }
    }
    for i in 0..G.width() {
        cases.only("g", &halt.clone().bump(now(G, i)), &[&format!("decoder.idle_g[{i}]")]);
    }
    // Every operation leaves the helpers at 0 that it does not use.
    for info in OPERATIONS.iter().filter(|info| info.built && !Class::Node.contains(info.opcode)) {
        let frame = trace.frame(trace.rows_of(info.opcode)[0]).holds();
        for i in 0..H.width() {
            let multiplicity = i == 5 && info.shift() == Shift::Right;
            if !info.uses_helper(i) && !multiplicity {
                let label = format!("decoder.idle_h[{i}]");
                cases.among(info.name, &frame.clone().bump(now(H, i)), &label);
            }
        }
    }
    for i in 0..H.width() {
        cases.only("h", &halt.clone().bump(now(H, i)), &[&format!("decoder.idle_h[{i}]")]);
    }
}

/// Every operation, every position: the next item is bound by the routes, or by a constraint of its own.
fn items(cases: &mut Cases, trace: &Trace) {
    for info in OPERATIONS.iter().filter(|info| info.built) {
        let frame = trace.frame(trace.rows_of(info.opcode)[0]).holds();
        for i in 0..STACK_TOP {
            let own = match (info.opcode, i) {
                // The value comes over the bus.
                (Opcode::Input, 0) => continue,
                (Opcode::Inv, 0) => "field.inv",
                (Opcode::ExpAcc, 0) => "u32.expacc_bit",
                (_, 15) if info.shift() == Shift::Left => continue,
                _ => "stack.item",
            };
            let forged = frame.clone().set(next(S, i), felt(0x1234_5678_9abc));
            let label = if own == "stack.item" { format!("stack.item[{i}]") } else { own.into() };
            cases.among(info.name, &forged, &label);
        }
    }
}

fn field(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    // Operands that are not binary, with the result that the formula then gives.
    let not = first(Opcode::Not).set(now(S, 0), felt(2)).set(next(S, 0), Felt::ZERO - Felt::ONE);
    cases.only("not 2", &not, &["field.not_binary"]);
    let and = first(Opcode::And).set(now(S, 0), Felt::ONE);
    cases.only(
        "2 and 1",
        &and.clone().set(now(S, 1), felt(2)).set(next(S, 0), felt(2)),
        &["field.and_or_binary"],
    );
    cases.only(
        "1 and 2",
        &and.set(now(S, 1), Felt::ONE).set(now(S, 0), felt(2)).set(next(S, 0), felt(2)),
        &["stack.binary_top"],
    );
    let or = first(Opcode::Or).set(now(S, 0), Felt::ZERO).set(now(S, 1), felt(2)).set(next(S, 0), felt(2));
    cases.only("2 or 0", &or, &["field.and_or_binary"]);
    let swap = first(Opcode::CSwap);
    let (b, a) = (swap.get(now(S, 1)), swap.get(now(S, 2)));
    let blend = |x: Felt, y: Felt| x + felt(2) * (y - x);
    let swap = swap.set(now(S, 0), felt(2)).set(next(S, 0), blend(b, a)).set(next(S, 1), blend(a, b));
    cases.only("cswap by 2", &swap, &["stack.binary_top"]);

    cases.only("inverse", &first(Opcode::Inv).bump(next(S, 0)), &["field.inv"]);
    let no_inverse = first(Opcode::Inv).set(now(S, 0), Felt::ZERO);
    cases.only("inverse of 0", &no_inverse, &["field.inv"]);
    // Equal items said to differ, with any helper; different ones said to be equal.
    let equal = trace.frame(trace.find(Opcode::Eq, |row| row[S.at(0)] == row[S.at(1)])).holds();
    cases.only("a free helper", &equal.bump(now(H, 0)), &["field.eq_helper"]);
    let differ = trace.frame(trace.find(Opcode::Eq, |row| row[S.at(0)] != row[S.at(1)])).holds();
    let forged = differ.set(now(H, 0), Felt::ZERO).set(next(S, 0), Felt::ONE);
    cases.only("different said equal", &forged, &["field.eq_zero"]);
    let is_zero = trace.frame(trace.find(Opcode::Eqz, |row| zero(row, now(S, 0)))).holds();
    cases.only("a free helper", &is_zero.bump(now(H, 0)), &["field.eq_helper"]);
    let not_zero = trace.frame(trace.find(Opcode::Eqz, |row| !zero(row, now(S, 0)))).holds();
    let forged = not_zero.set(now(H, 0), Felt::ZERO).set(next(S, 0), Felt::ONE);
    cases.only("5 said to be 0", &forged, &["field.eq_zero"]);

    cases.only("assert 2", &first(Opcode::Assert).set(now(S, 0), felt(2)), &["field.assert"]);
    cases.only("assertz 1", &first(Opcode::AssertZ).set(now(S, 0), Felt::ONE), &["field.assertz"]);
}

fn u32(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    // The other split of a value below 2^32: v + p = (2^32 − 1)·2^32 + v + 1.
    let split = first(Opcode::U32Split);
    let limbs = |frame: TestFrame, limbs: [u64; 4]| {
        limbs.into_iter().enumerate().fold(frame, |frame, (i, limb)| frame.set(now(H, i), felt(limb)))
    };
    let forged = limbs(split.clone().set(now(S, 0), felt(5)), [6, 0, 0xffff, 0xffff]);
    let forged = forged.set(next(S, 0), felt(0xffff_ffff)).set(next(S, 1), felt(6));
    cases.only("split of 5 + p", &forged, &["u32.canonical"]);
    for info in OPERATIONS.iter().filter(|info| info.built && info.page == "u32#split") {
        let frame = first(info.opcode);
        cases.among(info.name, &frame.clone().bump(now(H, 0)), "u32.split");
        cases.among(info.name, &frame.bump(now(H, 2)), "u32.split");
    }
    let assert2 = first(Opcode::U32Assert2);
    cases.only("top", &assert2.clone().bump(now(H, 0)), &["u32.assert2[0]"]);
    cases.among("below", &assert2.bump(now(H, 2)), "u32.assert2[1]");

    let expacc = first(Opcode::ExpAcc);
    // bit = −1, h0 = 2·h2 − 1 …: everything follows but the bit
    let (h1, h2) = (expacc.get(now(H, 1)), expacc.get(now(H, 2)));
    let (base, acc) = (expacc.get(now(S, 1)), expacc.get(now(S, 2)));
    let bit = Felt::ZERO - Felt::ONE;
    let factor = Felt::ONE + bit * (base - Felt::ONE);
    let h0 = h2 + h2 + bit;
    let low = h0 + felt(1 << 16) * h1;
    let room = felt(0xffff_ffff) - h2;
    let forged = expacc
        .clone()
        .set(next(S, 0), bit)
        .set(now(H, 0), h0)
        .set(now(H, 4), room.inv())
        .set(now(H, 5), factor)
        .set(now(S, 3), low)
        .set(next(S, 2), acc * factor);
    cases.only("bit −1", &forged, &["u32.expacc_bit"]);
    cases.only("other exponent", &expacc.clone().bump(now(S, 3)), &["u32.expacc_exponent"]);
    let forged = expacc.clone().bump(now(H, 0)).bump(now(S, 3));
    cases.only("low limb", &forged, &["u32.expacc_low_limb"]);
    let factor = expacc.get(now(H, 5)) + Felt::ONE;
    let forged = expacc.set(now(H, 5), factor).set(next(S, 2), acc * factor);
    cases.only("other factor", &forged, &["u32.expacc_factor"]);
}

fn overflow(cases: &mut Cases, trace: &Trace) {
    let full = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(Z, 0)))).holds();
    cases.among("z", &full.clone().set(now(Z, 0), felt(2)).bump(now(DEPTH, 0)), "stack.z_binary");
    let noop = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    let taken = noop.clone().set(now(Z, 0), Felt::ONE);
    let depth = taken.get(next(DEPTH, 0)) - Felt::ONE;
    cases.only("z without a shift", &taken.set(next(DEPTH, 0), depth), &["stack.z_left"]);
    // Left shift at depth 17 that takes nothing back.
    let kept = full.clone().set(now(Z, 0), Felt::ZERO).bump(next(DEPTH, 0)).set(next(S, 15), Felt::ZERO);
    let kept = kept.set(next(OVF, 0), full.get(now(OVF, 0)));
    cases.only("item not taken back", &kept, &["stack.z_depth"]);
    let shallow = Trace::honest(&straight(&ops(&[Opcode::Drop, Opcode::Noop])), &[1, 2]);
    let empty = shallow.frame(shallow.rows_of(Opcode::Drop)[0]);
    cases.only("item from nowhere", &empty.holds().bump(next(S, 15)), &["stack.zero_shifted_in"]);
    let dup = trace.frame(trace.find(Opcode::Dup0, inside)).holds();
    for frame in [&noop, &full, &dup] {
        cases.only("depth", &frame.clone().bump(next(DEPTH, 0)), &["stack.depth"]);
    }
    for frame in [&noop, &dup] {
        cases.only("pointer", &frame.clone().bump(next(OVF, 0)), &["stack.ovf"]);
    }
}

fn sections(cases: &mut Cases, trace: &Trace) {
    let last_padding = trace.frame(trace.rows.len() - 2).holds();
    let all_q = |frame: TestFrame, value| (0..Q.width()).fold(frame, |f, i| f.set(now(Q, i), value));
    cases.among("q1 = 2", &all_q(last_padding.clone(), felt(2)), "chiplets.q_binary");
    let back = last_padding.clone().set(next(Q, 0), Felt::ZERO);
    cases.only("hasher comes back", &back, &["chiplets.q_monotone"]);
    let row_3 = trace.frame(3).holds();
    for i in 1..Q.width() {
        let label = format!("chiplets.section_empty[{i}]");
        cases.among("section", &row_3.clone().bump(now(Q, i)), &label);
    }
    cases.only("cut off", &row_3.set(next(Q, 0), Felt::ONE), &["chiplets.hasher_whole"]);
    for (column, name) in [(X, "x"), (U, "u"), (W, "w"), (M, "m")] {
        for i in 0..column.width() {
            let forged = last_padding.clone().bump(now(column, i));
            cases.only("padding", &forged, &[&format!("chiplets.idle_{name}[{i}]")]);
        }
    }
}

fn hasher(cases: &mut Cases, trace: &Trace) {
    let (round, last) = (trace.frame(2).holds(), trace.frame(7).holds());
    for i in 0..X.width() {
        let cube = format!("hasher.cube[{i}]");
        let middle = format!("hasher.middle[{i}]");
        let this_round = format!("hasher.round[{i}]");
        // In the last row no round follows, so a forged cube stands alone.
        cases.only("cube", &last.clone().bump(now(U, i)), &[&cube]);
        cases.only("digest", &last.clone().bump(now(W, i)), &[&middle]);
        cases.only("middle", &round.clone().bump(now(W, i)), &[&middle, &this_round]);
        cases.among("next state", &round.clone().bump(next(X, i)), &this_round);
    }
    for row in 1..7 {
        let frame = trace.frame(row).holds();
        cases.only("input sent twice", &frame.bump(now(M, 0)), &["hasher.multiplicity[1]"]);
    }
    for row in 0..7 {
        let frame = trace.frame(row).holds();
        cases.only("digest sent early", &frame.bump(now(M, 1)), &["hasher.multiplicity[2]"]);
    }
}

/// A square root of 2 modulo `p`: `x² − 2` vanishes there.
const SQRT_2: u64 = 18446742969919734017;

/// The other square root of 2.
const MINUS_SQRT_2: u64 = Felt::MODULUS - SQRT_2;

/// −1 modulo `p`.
const MINUS_ONE: u64 = Felt::MODULUS - 1;
