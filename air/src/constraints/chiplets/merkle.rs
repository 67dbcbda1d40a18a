//! Merkle paths: one row per level; an update takes two, one on the old path and one on the new. Book: design/merkle.md

use miden_core::trace::chiplets::{
    Q,
    merkle::{
        BIT, CARRY, INDEX, LEFT, LEVELS, NODE, NUMERATORS, OLD, OTHER_ROOT, OTHER_ROOT_3, PARENT, RIGHT,
        ROOT, TOP, UPDATE,
    },
};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame};

/// Number of elements of a node.
const WIDTH: usize = NODE.width();

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    merkle: &C::Expr,
    merkle_next: &C::Expr,
) {
    let top = f.at(TOP);
    // merkle·x·(x − 1) = 0 for bit, top, update, old
    for (i, flag) in [BIT, TOP, UPDATE, OLD].into_iter().enumerate() {
        c.assert_zero_at("merkle.flag", i, merkle.clone() * f.at(flag).binary());
    }
    // merkle·old·(1 − update) = 0
    c.assert_zero("merkle.old_in_update", merkle.clone() * f.at(OLD) * f.at(UPDATE).complement());
    // merkle·(m1 + 1) = 0, merkle·(m2 + 1) = 0: each row requests its hash once
    for i in 0..NUMERATORS.width() {
        let rest = f.cell(NUMERATORS, i) + C::Expr::one();
        c.assert_zero_at("merkle.numerator", i + 1, merkle.clone() * rest);
    }
    for i in 0..WIDTH {
        // merkle·(node_i − left_i − bit·(right_i − left_i)) = 0
        let (left, right) = (f.cell(LEFT, i), f.cell(RIGHT, i));
        let node = left.clone() + f.at(BIT) * (right - left);
        c.assert_zero_at("merkle.node", i, merkle.clone() * (f.cell(NODE, i) - node));
        // merkle·top·(parent_i − root_i) = 0
        c.assert_zero_at(
            "merkle.top_root",
            i,
            merkle.clone() * top.clone() * (f.cell(PARENT, i) - f.cell(ROOT, i)),
        );
    }
    // merkle·top·(levels − 1) = 0
    c.assert_zero("merkle.top_levels", merkle.clone() * top.clone() * (f.at(LEVELS) - C::Expr::one()));
    // merkle·top·(index − bit) = 0: no other bit of the index is left
    c.assert_zero("merkle.top_index", merkle.clone() * top * (f.at(INDEX) - f.at(BIT)));
    levels(c, f, merkle, merkle_next);
    passes(c, f, merkle);
}

/// The next row continues the path or starts another one.
fn levels<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, merkle: &C::Expr, merkle_next: &C::Expr) {
    let (update, old, top) = (f.at(UPDATE), f.at(OLD), f.at(TOP));
    // goes_on = merkle·(1 − top·(1 − old)): a path ends at its top, but the old top is followed by the new
    let ends = top.clone() * old.clone().complement();
    let goes_on = (merkle.clone() * ends.complement()).named("goes_on");
    // goes_on·q4' = 0: the section ends with a complete path
    c.assert_zero("merkle.whole", goes_on.clone() * f.cell_next(Q, 3));
    // (1 − goes_on)·merkle'·(update' − old') = 0: an update starts with a row on the old path
    let begins = goes_on.clone().complement() * merkle_next.clone();
    c.assert_zero("merkle.begins", begins * (f.at_next(UPDATE) - f.at_next(OLD)));
    // goes_on·(update' − update) = 0
    c.assert_zero("merkle.update", goes_on.clone() * (f.at_next(UPDATE) - update.clone()));
    // goes_on·(old' − update + old) = 0: old and new rows alternate
    c.assert_zero("merkle.alternates", goes_on.clone() * (f.at_next(OLD) - update.clone() + old.clone()));
    for i in 0..WIDTH {
        let (parent, carry, root, other) =
            (f.cell(PARENT, i), f.cell(CARRY, i), f.cell(ROOT, i), other_root(f, i));
        let blend = |in_update: C::Expr, else_: C::Expr| else_.clone() + update.clone() * (in_update - else_);
        // goes_on·(node_i' − parent_i − update·(carry_i − parent_i)) = 0
        c.assert_zero_at(
            "merkle.next_node",
            i,
            goes_on.clone() * (f.cell_next(NODE, i) - blend(carry.clone(), parent.clone())),
        );
        // goes_on·(carry_i' − update·parent_i) = 0
        c.assert_zero_at(
            "merkle.carry",
            i,
            goes_on.clone() * (f.cell_next(CARRY, i) - update.clone() * parent),
        );
        // goes_on·(root_i' − root_i − update·(other_i − root_i)) = 0
        c.assert_zero_at(
            "merkle.root",
            i,
            goes_on.clone() * (f.cell_next(ROOT, i) - blend(other.clone(), root.clone())),
        );
        // goes_on·(other_i' − update·root_i) = 0
        c.assert_zero_at(
            "merkle.other_root",
            i,
            goes_on.clone() * (other_root_next(f, i) - update.clone() * root),
        );
        // merkle·(1 − update)·carry_i = 0, merkle·(1 − update)·other_i = 0
        let verifies = merkle.clone() * update.clone().complement();
        c.assert_zero_at("merkle.idle_carry", i, verifies.clone() * carry);
        c.assert_zero_at("merkle.idle_other_root", i, verifies * other);
    }
    // merkle·(1 − old)·(1 − top)·(levels' − levels + 1) = 0
    let next_level = merkle.clone() * old.complement() * top.complement();
    let levels = f.at_next(LEVELS) - f.at(LEVELS) + C::Expr::one();
    c.assert_zero("merkle.next_levels", next_level.clone() * levels);
    // merkle·(1 − old)·(1 − top)·(index − 2·index' − bit) = 0
    let index = f.at(INDEX) - C::Expr::int(2) * f.at_next(INDEX) - f.at(BIT);
    c.assert_zero("merkle.next_index", next_level * index);
}

/// Both rows of a level of an update have the same sibling and the same position.
fn passes<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, merkle: &C::Expr) {
    let old = merkle.clone() * f.at(OLD);
    for i in 0..WIDTH {
        // merkle·old·(sibling_i' − sibling_i) = 0, sibling_i = right_i − bit·(right_i − left_i)
        let sibling = |left: C::Expr, right: C::Expr, bit| right.clone() - bit * (right - left);
        let here = sibling(f.cell(LEFT, i), f.cell(RIGHT, i), f.at(BIT));
        let next = sibling(f.cell_next(LEFT, i), f.cell_next(RIGHT, i), f.at_next(BIT));
        c.assert_zero_at("merkle.same_sibling", i, old.clone() * (next - here));
    }
    // merkle·old·(x' − x) = 0 for levels, index, bit, top
    for (i, column) in [LEVELS, INDEX, BIT, TOP].into_iter().enumerate() {
        c.assert_zero_at("merkle.same_place", i, old.clone() * (f.at_next(column) - f.at(column)));
    }
}

/// Element `i` of the root of the other path of an update.
fn other_root<T: Algebra>(f: &Frame<'_, T>, i: usize) -> T {
    if i < OTHER_ROOT.width() { f.cell(OTHER_ROOT, i) } else { f.at(OTHER_ROOT_3) }
}

/// Element `i` of the other root in the next row.
fn other_root_next<T: Algebra>(f: &Frame<'_, T>, i: usize) -> T {
    if i < OTHER_ROOT.width() { f.cell_next(OTHER_ROOT, i) } else { f.at_next(OTHER_ROOT_3) }
}
