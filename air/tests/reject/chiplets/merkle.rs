use miden_core::{
    Felt,
    field::FieldElement,
    trace::{
        Column,
        chiplets::{
            Q,
            merkle::{
                BIT, CARRY, INDEX, LEFT, LEVELS, NODE, NUMERATORS, OLD, OTHER_ROOT, OTHER_ROOT_3, PARENT,
                RIGHT, ROOT, TOP, UPDATE,
            },
        },
    },
};

use crate::{
    Cases, MINUS_ONE, SQRT_2,
    common::{Cell, Row, Section, TestFrame, Trace, felt, next, now},
};

/// Number of elements of a node.
const WIDTH: usize = NODE.width();

/// Frames that start with a row of each kind, inside a path and at its top.
struct Frames {
    verify: TestFrame,
    verify_top: TestFrame,
    old: TestFrame,
    old_top: TestFrame,
    new: TestFrame,
    new_top: TestFrame,
}

impl Frames {
    fn all(&self) -> [&TestFrame; 6] {
        [&self.verify, &self.verify_top, &self.old, &self.old_top, &self.new, &self.new_top]
    }

    /// The frames whose path continues in the next row.
    fn inside(&self) -> [&TestFrame; 4] {
        [&self.verify, &self.old, &self.old_top, &self.new]
    }
}

pub(super) fn reject(cases: &mut Cases, trace: &Trace) {
    let is = |row: &Row, column: Column| row[column.at(0)] == Felt::ONE;
    let find = |update, old, top| {
        let mut rows = trace.section(Section::Merkle).into_iter();
        let accept = |row: &Row| is(row, UPDATE) == update && is(row, OLD) == old && is(row, TOP) == top;
        trace.frame(rows.find(|&row| accept(&trace.rows[row])).expect("such a level")).holds()
    };
    let frames = Frames {
        verify: find(false, false, false),
        verify_top: find(false, false, true),
        old: find(true, true, false),
        old_top: find(true, true, true),
        new: find(true, false, false),
        new_top: find(true, false, true),
    };
    flags(cases, &frames);
    single_rows(cases, &frames);
    levels(cases, &frames);
    starts(cases, trace);
    passes(cases, &frames);
}

/// The cell of the other root.
fn other(i: usize) -> (Column, usize) {
    if i < OTHER_ROOT.width() { (OTHER_ROOT, i) } else { (OTHER_ROOT_3, 0) }
}

fn flags(cases: &mut Cases, frames: &Frames) {
    for frame in frames.all() {
        for (i, column) in [BIT, TOP, UPDATE, OLD].into_iter().enumerate() {
            for value in [2, MINUS_ONE, SQRT_2] {
                let forged = frame.clone().set(now(column, 0), felt(value));
                cases.among("flag", &forged, &format!("merkle.flag[{i}]"));
            }
        }
        for i in 0..NUMERATORS.width() {
            let label = format!("merkle.numerator[{}]", i + 1);
            cases.only("no request", &frame.clone().set(now(NUMERATORS, i), Felt::ZERO), &[&label]);
        }
    }
    // A bit of 2, with node and index to match.
    let frame = &frames.verify;
    let mut forged = frame.clone().set(now(BIT, 0), felt(2));
    for i in 0..WIDTH {
        let (left, right) = (frame.get(now(LEFT, i)), frame.get(now(RIGHT, i)));
        forged = forged.set(now(NODE, i), right + right - left);
    }
    let index = frame.get(next(INDEX, 0)).double() + felt(2);
    cases.only("bit 2", &forged.set(now(INDEX, 0), index), &["merkle.flag[0]"]);
    for frame in [&frames.verify, &frames.verify_top] {
        let forged = frame.clone().set(now(OLD, 0), Felt::ONE);
        cases.among("old path of nothing", &forged, "merkle.old_in_update");
    }
}

fn single_rows(cases: &mut Cases, frames: &Frames) {
    for frame in frames.all() {
        for i in 0..WIDTH {
            let label = format!("merkle.node[{i}]");
            cases.only("node", &frame.clone().bump(now(NODE, i)), &[&label]);
        }
    }
    // No later row reads the cells of the end of a path.
    for frame in [&frames.verify_top, &frames.new_top] {
        for i in 0..WIDTH {
            let label = format!("merkle.top_root[{i}]");
            cases.only("root", &frame.clone().bump(now(ROOT, i)), &[&label]);
            cases.only("parent", &frame.clone().bump(now(PARENT, i)), &[&label]);
        }
        cases.only("level", &frame.clone().bump(now(LEVELS, 0)), &["merkle.top_levels"]);
        cases.only("index", &frame.clone().bump(now(INDEX, 0)), &["merkle.top_index"]);
    }
    for i in 0..WIDTH {
        let (column, offset) = other(i);
        let carry = frames.verify_top.clone().bump(now(CARRY, i));
        cases.only("carry", &carry, &[&format!("merkle.idle_carry[{i}]")]);
        let root = frames.verify_top.clone().bump(now(column, offset));
        cases.only("other root", &root, &[&format!("merkle.idle_other_root[{i}]")]);
    }
}

fn levels(cases: &mut Cases, frames: &Frames) {
    for frame in frames.inside() {
        // The next row belongs to the kernel section or the padding.
        cases.only("cut off", &frame.clone().set(next(Q, 3), Felt::ONE), &["merkle.whole"]);
        let flip = |cell: Cell| frame.clone().set(cell, Felt::ONE - frame.get(cell));
        cases.only("update", &flip(next(UPDATE, 0)), &["merkle.update"]);
        cases.only("old or new", &flip(next(OLD, 0)), &["merkle.alternates"]);
        for i in 0..WIDTH {
            // The sibling is kept.
            let node = frame.clone().bump(next(NODE, i));
            cases.only("next node", &node, &[&format!("merkle.next_node[{i}]")]);
            let carry = frame.clone().bump(next(CARRY, i));
            cases.only("carry", &carry, &[&format!("merkle.carry[{i}]")]);
            let root = frame.clone().bump(next(ROOT, i));
            cases.only("root", &root, &[&format!("merkle.root[{i}]")]);
            let (column, offset) = other(i);
            let root = frame.clone().bump(next(column, offset));
            cases.only("other root", &root, &[&format!("merkle.other_root[{i}]")]);
        }
    }
    for frame in [&frames.verify, &frames.new] {
        cases.only("levels", &frame.clone().bump(next(LEVELS, 0)), &["merkle.next_levels"]);
        cases.only("index", &frame.clone().bump(next(INDEX, 0)), &["merkle.next_index"]);
    }
}

/// A path starts after another section, or after the end of a path.
fn starts(cases: &mut Cases, trace: &Trace) {
    let rows = trace.section(Section::Merkle);
    let first = trace.frame(rows[0] - 1).holds();
    let ends = |row: &Row| row[TOP.at(0)] == Felt::ONE && row[OLD.at(0)] == Felt::ZERO;
    let after_paths = rows.iter().filter(|&&row| ends(&trace.rows[row]) && rows.contains(&(row + 1)));
    let after_paths: Vec<_> = after_paths.map(|&row| trace.frame(row).holds()).collect();
    assert!(!after_paths.is_empty(), "two paths");
    for frame in after_paths.iter().chain([&first]) {
        let new = frame.clone().set(next(UPDATE, 0), Felt::ONE).set(next(OLD, 0), Felt::ZERO);
        cases.only("new path without an old one", &new, &["merkle.begins"]);
    }
}

fn passes(cases: &mut Cases, frames: &Frames) {
    for frame in [&frames.old, &frames.old_top] {
        let on_the_right = frame.get(next(BIT, 0)) == Felt::ONE;
        for i in 0..WIDTH {
            let sibling = next(if on_the_right { LEFT } else { RIGHT }, i);
            let label = format!("merkle.same_sibling[{i}]");
            cases.only("sibling", &frame.clone().bump(sibling), &[&label]);
        }
        for (i, column) in [LEVELS, INDEX, BIT, TOP].into_iter().enumerate() {
            let cell = next(column, 0);
            let label = format!("merkle.same_place[{i}]");
            if column == BIT {
                // With the children exchanged, so that the sibling is kept.
                let mut forged = frame.clone().set(cell, Felt::ONE - frame.get(cell));
                for i in 0..WIDTH {
                    let (left, right) = (frame.get(next(LEFT, i)), frame.get(next(RIGHT, i)));
                    forged = forged.set(next(LEFT, i), right).set(next(RIGHT, i), left);
                }
                cases.only("bit", &forged, &[&label]);
            } else {
                cases.only("place", &frame.clone().bump(cell), &[&label]);
            }
        }
    }
}
