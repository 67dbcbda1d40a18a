//! Merkle paths: one row per level of a path, two per level of an update.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{
    Felt, Word,
    field::FieldElement,
    trace::chiplets::merkle::{
        BIT, CARRY, HASH_ADDRESS, INDEX, LEFT, LEVELS, MULTIPLICITY, NODE, NUMERATORS, OLD, OTHER_ROOT,
        OTHER_ROOT_3, PARENT, RIGHT, ROOT, TOP, UPDATE,
    },
};

use super::{
    Section,
    hasher::{Hasher, address},
};

/// A path in a Merkle tree: a node, its position in its level, and at least one sibling, from the node upwards.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct MerklePath<'a> {
    pub(in super::super) node: Word,
    pub(in super::super) index: u64,
    pub(in super::super) siblings: &'a [Word],
}

/// A requested path; its address is known once the sections are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct PathTicket(u32);

/// A hash of two children.
struct Level {
    node: Word,
    sibling: Word,
    parent: Word,
    /// Number of the permutation.
    hash: u32,
}

/// A path, or the old and the new path of an update.
struct Entry {
    index: u64,
    /// The levels from the node upwards.
    levels: Vec<Level>,
    /// The levels of the new path; empty if nothing is updated.
    new_levels: Vec<Level>,
    first_row: usize,
    multiplicity: u64,
}

/// The identity of a path: siblings, node and new node; index; whether there is a new node.
type Key = (Vec<[u64; 4]>, u64, bool);

/// The paths, in the order of the first requests.
#[derive(Default)]
pub(super) struct Merkle {
    entries: Vec<Entry>,
    numbers: BTreeMap<Key, u32>,
    num_rows: usize,
}

impl Merkle {
    pub(super) fn verify(&mut self, hasher: &mut Hasher<'_>, path: MerklePath<'_>) -> PathTicket {
        self.request(hasher, path, None)
    }

    pub(super) fn update(
        &mut self,
        hasher: &mut Hasher<'_>,
        path: MerklePath<'_>,
        new_node: Word,
    ) -> PathTicket {
        self.request(hasher, path, Some(new_node))
    }

    fn request(
        &mut self,
        hasher: &mut Hasher<'_>,
        path: MerklePath<'_>,
        new_node: Option<Word>,
    ) -> PathTicket {
        let words = path.siblings.iter().chain([&path.node]).chain(&new_node);
        let words = words.map(|word| word.map(|element| element.as_int())).collect();
        let entries = &mut self.entries;
        let number = *self.numbers.entry((words, path.index, new_node.is_some())).or_insert_with(|| {
            let new_levels = new_node.map(|node| levels(hasher, MerklePath { node, ..path }));
            let entry = Entry {
                index: path.index,
                levels: levels(hasher, path),
                new_levels: new_levels.unwrap_or_default(),
                first_row: self.num_rows,
                multiplicity: 0,
            };
            self.num_rows += entry.levels.len() + entry.new_levels.len();
            entries.push(entry);
            entries.len() as u32 - 1
        });
        self.entries[number as usize].multiplicity += 1;
        PathTicket(number)
    }

    /// The row of the section at which the path begins.
    pub(super) fn first_row(&self, PathTicket(number): PathTicket) -> usize {
        self.entries[number as usize].first_row
    }

    pub(super) const fn num_rows(&self) -> usize {
        self.num_rows
    }

    pub(super) fn write(&self, section: &mut Section<'_>) {
        for entry in &self.entries {
            entry.write(section);
        }
    }
}

/// The levels of a path; each of them requests its permutation from the hasher.
fn levels(hasher: &mut Hasher<'_>, path: MerklePath<'_>) -> Vec<Level> {
    let mut node = path.node;
    let mut levels = Vec::with_capacity(path.siblings.len());
    for (level, &sibling) in path.siblings.iter().enumerate() {
        let (left, right) = children(path.index, level, node, sibling);
        let (hash, parent) = hasher.merge(&left, &right);
        levels.push(Level { node, sibling, parent, hash });
        node = parent;
    }
    levels
}

/// Left and right child: the node is the right one if its bit of the index is 1.
fn children(index: u64, level: usize, node: Word, sibling: Word) -> (Word, Word) {
    if index >> level & 1 == 1 { (sibling, node) } else { (node, sibling) }
}

impl Entry {
    fn write(&self, section: &mut Section<'_>) {
        let root = |levels: &[Level]| levels.last().map_or_else(Word::default, |level| level.parent);
        let (old_root, new_root) = (root(&self.levels), root(&self.new_levels));
        let mut row = self.first_row;
        // The parent of the previous row; before the first row, the new node.
        let mut carry = self.new_levels.first().map_or_else(Word::default, |level| level.node);
        for (number, level) in self.levels.iter().enumerate() {
            let new_level = self.new_levels.get(number);
            self.write_level(section, row, number, level, old_root);
            if let Some(new_level) = new_level {
                self.write_update(section, row, true, new_root, carry);
                row += 1;
                self.write_level(section, row, number, new_level, new_root);
                self.write_update(section, row, false, old_root, level.parent);
                carry = new_level.parent;
            }
            row += 1;
        }
        let multiplicity = Felt::new(self.multiplicity);
        section.set(self.first_row, MULTIPLICITY, multiplicity);
        if !self.new_levels.is_empty() {
            section.set(self.first_row + 1, MULTIPLICITY, multiplicity);
        }
    }

    /// The cells of every level.
    fn write_level(&self, section: &mut Section<'_>, row: usize, number: usize, level: &Level, root: Word) {
        let (left, right) = children(self.index, number, level.node, level.sibling);
        let rest = self.index >> number;
        let top = if number + 1 == self.levels.len() { Felt::ONE } else { Felt::ZERO };
        for (column, word) in
            [(LEFT, left), (RIGHT, right), (PARENT, level.parent), (NODE, level.node), (ROOT, root)]
        {
            section.set_all(row, column, &word);
        }
        section.set(row, HASH_ADDRESS, address(level.hash));
        section.set(row, BIT, Felt::new(rest & 1));
        section.set(row, TOP, top);
        section.set(row, LEVELS, Felt::new((self.levels.len() - number) as u64));
        section.set(row, INDEX, Felt::new(rest));
        section.set_all(row, NUMERATORS, &[-Felt::ONE; 2]);
    }

    /// The cells that link the two rows of a level of an update.
    fn write_update(
        &self,
        section: &mut Section<'_>,
        row: usize,
        is_old: bool,
        other_root: Word,
        carry: Word,
    ) {
        section.set(row, UPDATE, Felt::ONE);
        section.set(row, OLD, if is_old { Felt::ONE } else { Felt::ZERO });
        let [others @ .., last] = other_root;
        section.set_all(row, OTHER_ROOT, &others);
        section.set(row, OTHER_ROOT_3, last);
        section.set_all(row, CARRY, &carry);
    }
}
