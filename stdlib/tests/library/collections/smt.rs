//! `std::collections::smt` against a map.

use std::collections::BTreeMap;

use miden_core::{Digest, MerkleStore};

use crate::support::{Random, Run, Word4, digest, hash, hostile, reversed};

const MODULE: &str = "std::collections::smt";
const P: u64 = 0xFFFF_FFFF_0000_0001;
const BIT_63: u64 = 1 << 63;
/// The maximum number of pairs in a leaf.
const MAX_PAIRS: u64 = 1024;
const ZERO: Word4 = [0; 4];

/// A map, which determines a tree.
#[derive(Clone, Debug, Default)]
struct Map {
    /// Values by reversed keys: in the order of the leaves, and sorted within each leaf.
    values: BTreeMap<Word4, Word4>,
}

/// The tree of a map, as advice.
struct Tree {
    root: Word4,
    store: MerkleStore,
    leaves: Vec<(Digest, Vec<u64>)>,
}

impl Map {
    fn new(pairs: impl IntoIterator<Item = (Word4, Word4)>) -> Self {
        let mut map = Self::default();
        for (key, value) in pairs {
            map.set(key, value);
        }
        map
    }

    fn get(&self, key: Word4) -> Word4 {
        self.values.get(&reversed(key)).copied().unwrap_or_default()
    }

    fn set(&mut self, key: Word4, value: Word4) -> Word4 {
        let old = if value == ZERO {
            self.values.remove(&reversed(key))
        } else {
            self.values.insert(reversed(key), value)
        };
        old.unwrap_or_default()
    }

    /// The elements of a leaf.
    fn leaf(&self, index: u64) -> Vec<u64> {
        let pairs = self.values.range([index, 0, 0, 0]..=[index, P, P, P]);
        pairs.flat_map(|(key, value)| reversed(*key).into_iter().chain(*value)).collect()
    }

    fn tree(&self) -> Tree {
        let mut indexes: Vec<u64> = self.values.keys().map(|key| key[0]).collect();
        indexes.dedup();
        let lists: Vec<_> = indexes.iter().map(|index| self.leaf(*index)).collect();
        let leaves: Vec<_> = lists.into_iter().map(|list| (digest(hash(&list)), list)).collect();
        let mut store = MerkleStore::new();
        let [left, right] = [0, BIT_63].map(|half| {
            let here = indexes.iter().zip(&leaves).filter(|(index, _)| **index & BIT_63 == half);
            let here: Vec<_> = here.map(|(index, (leaf, _))| (index & !BIT_63, *leaf)).collect();
            store.add_sparse_tree(63, &here).unwrap()
        });
        let root = store.merge(&left, &right).elements().map(|element| element.as_int());
        Tree { root, store, leaves }
    }

    fn root(&self) -> Word4 {
        self.tree().root
    }

    /// A call with the tree as advice and the root as the last operand.
    fn run(&self, name: &str, operands: &[Word4]) -> Run {
        let Tree { root, store, leaves } = self.tree();
        let run = Run::of(format!("{MODULE}::{name}")).store(store);
        let run = operands.iter().chain([&root]).fold(run, |run, word| run.stack(reversed(*word)));
        leaves.into_iter().fold(run, |run, (leaf, list)| run.map(leaf, list))
    }

    fn run_get(&self, key: Word4) -> Run {
        self.run("get", &[key])
    }

    fn run_set(&self, key: Word4, value: Word4) -> Run {
        self.run("set", &[value, key])
    }

    #[track_caller]
    fn check_get(&self, key: Word4) {
        let expected = [self.get(key), self.root()].map(reversed).concat();
        self.run_get(key).gives(expected.clone());
        self.run("peek", &[key]).gives(expected);
    }

    #[track_caller]
    fn check_set(&mut self, key: Word4, value: Word4) {
        let run = self.run_set(key, value);
        let old = self.set(key, value);
        run.gives([old, self.root()].map(reversed).concat());
    }
}

fn value(seed: u64) -> Word4 {
    Random::new(seed).array(Random::felt)
}

/// A leaf with one pair, one with three pairs, and leaves at edge indexes.
fn map() -> Map {
    let keys = [
        [1, 2, 3, 4],
        [5, 0, 0, 10],
        [P - 1, 5, 0, 10],
        [0, 0, 7, 10],
        ZERO,
        [0, 0, 0, BIT_63 - 1],
        [0, 0, 0, BIT_63],
        [0, 0, 0, P - 1],
        [0, 0, 0, 0xFFFF_FFFF],
        [0, 0, 0, 0x7FFF_FFFF << 32],
    ];
    Map::new((1..).zip(keys).map(|(seed, key)| (key, value(seed))))
}

/// Keys that are not in [`map`], in its leaves and in empty leaves.
const ABSENT: [Word4; 9] = [
    [0, 0, 0, 10],
    [6, 0, 0, 10],
    [0, 5, 0, 10],
    [1, 0, 7, 10],
    [1, 0, 0, 0],
    [0, 0, 0, 11],
    [0, 0, 0, BIT_63 + 1],
    [1, 2, 2, 4],
    [0, 0, 0, P - 2],
];

pub(crate) fn measured() -> Vec<Run> {
    let map = map();
    let mut runs = Vec::new();
    for key in [[0, 0, 0, 11], [1, 2, 3, 4], [0, 5, 0, 10]] {
        runs.extend(["get", "peek"].map(|name| map.run(name, &[key])));
    }
    for (key, value) in [
        ([0, 0, 0, 11], value(1)),
        ([1, 2, 3, 4], value(2)),
        ([1, 2, 3, 4], ZERO),
        ([1, 2, 3, 5], ZERO),
        ([0, 5, 0, 10], value(3)),
    ] {
        runs.push(map.run_set(key, value));
    }
    // A leaf with 20 pairs: a value in the middle is read, replaced, removed and inserted.
    let key = |index| [index, 0, 0, 7];
    let full = Map::new((0..20).map(|index| (key(2 * index), value(index))));
    runs.extend(["get", "peek"].map(|name| full.run(name, &[key(20)])));
    runs.extend(
        [(key(20), value(1)), (key(20), ZERO), (key(21), value(1))]
            .map(|(key, value)| full.run_set(key, value)),
    );
    runs
}

#[test]
fn values_are_read() {
    Map::default().check_get([1, 2, 3, 4]);
    let map = map();
    for key in map.values.keys().copied().map(reversed).chain(ABSENT) {
        map.check_get(key);
    }
}

#[test]
fn values_are_set_and_removed() {
    let mut map = map();
    let present: Vec<Word4> = map.values.keys().copied().map(reversed).collect();
    for (seed, key) in (100..).zip(present.iter().copied().chain(ABSENT)) {
        let mut changed = map.clone();
        changed.check_set(key, value(seed));
        map.clone().check_set(key, ZERO);
    }
    // Empties the map.
    for key in present {
        map.check_set(key, ZERO);
    }
    assert_eq!(map.root(), Map::default().root());
}

#[test]
fn maps_grow_from_empty() {
    let mut random = Random::new(5);
    let mut map = Map::default();
    for _ in 0..40 {
        let mut key = random.array(|random| random.below(3));
        key[3] = [1, P - 1][random.below(2) as usize];
        let value = if random.below(3) == 0 { ZERO } else { random.array(Random::felt) };
        map.check_set(key, value);
        map.check_get(key);
    }
}

#[test]
fn values_that_were_set_can_be_read() {
    let then = format!("{MODULE}::get");
    // `set` leaves the old value where `get` expects the key: zero, or the key itself.
    for (pairs, key) in [(vec![], ZERO), (vec![([1, 2, 3, 4], [1, 2, 3, 4])], [1, 2, 3, 4])] {
        let mut map = Map::new(pairs);
        let run = map.run_set(key, value(1)).then(&then);
        map.set(key, value(1));
        run.gives([value(1), map.root()].map(reversed).concat());
    }
}

#[test]
fn a_leaf_holds_a_thousand_pairs() {
    let key = |index| [index, 0, 0, 7];
    let full = Map::new((0..MAX_PAIRS).map(|index| (key(index), value(index))));
    full.check_get(key(0));
    full.check_get(key(MAX_PAIRS));
    full.clone().check_set(key(MAX_PAIRS - 1), value(0));
    full.clone().check_set(key(5), ZERO);
    full.run_set(key(MAX_PAIRS), value(0)).fails("FailedAssertion");
    let mut fuller = full;
    fuller.set(key(MAX_PAIRS), value(0));
    fuller.run_get(key(0)).fails("FailedAssertion");
    fuller.set(key(0), ZERO);
    fuller.check_set(key(0), ZERO);
    fuller.set(key(1), ZERO);
    fuller.check_set(key(0), value(3));
}

#[test]
fn unknown_trees_fail() {
    let call =
        |name: &str, operands: usize| Run::of(format!("{MODULE}::{name}")).stack(vec![1_u64; 4 * operands]);
    call("get", 2).fails("AdviceSetNotFound");
    call("peek", 2).fails("AdviceSetNotFound");
    call("set", 3).fails("AdviceSetNotFound");
    // A tree without the pairs of its leaves.
    let Tree { root, store, .. } = map().tree();
    for name in ["get", "peek"] {
        let run = call(name, 0).stack([4_u64, 3, 2, 1]).stack(reversed(root)).store(store.clone());
        run.fails("AdviceKeyNotFound");
    }
}

/// Lists to replace the list of a leaf.
fn scripts(map: &Map, key: Word4) -> Vec<Vec<u64>> {
    let list = map.leaf(key[3]);
    let with_length = |list: Vec<u64>| [vec![list.len() as u64], list].concat();
    let mut other_value = list.clone();
    let mut reordered = list.clone();
    if let Some(element) = other_value.last_mut() {
        *element = 1;
    }
    reordered.rotate_left(8.min(list.len()));
    let more = [list.as_slice(), &[9, 9, 9, key[3], 1, 1, 1, 1]].concat();
    let replaced = [key, value(77)].concat();
    let fewer = list[..list.len().saturating_sub(8)].to_vec();
    let mut scripts: Vec<_> =
        [other_value, reordered, more, replaced, fewer, vec![]].into_iter().map(with_length).collect();
    // Lengths that are not a number of words or far too large.
    scripts.extend([vec![1], vec![P - 8], vec![8 * (1 << 32)], vec![2 * 4 * MAX_PAIRS + 8]]);
    scripts
}

/// A leaf with one pair and one with three.
fn small_map() -> Map {
    let keys = [[1, 2, 3, 4], [5, 0, 0, 10], [P - 1, 5, 0, 10], [0, 0, 7, 10]];
    Map::new((1..).zip(keys).map(|(seed, key)| (key, value(seed))))
}

#[test]
fn a_value_cannot_be_forged() {
    let map = small_map();
    for key in [[1, 2, 3, 4], [P - 1, 5, 0, 10], [0, 5, 0, 10], [1, 2, 2, 4]] {
        hostile(&map.run_get(key), &scripts(&map, key));
    }
    hostile(&map.run_get([0, 0, 0, 11]), &[]);
    hostile(&map.run_get([0, 0, 0, P - 1]), &[]);
}

#[test]
fn a_change_cannot_be_forged() {
    let map = small_map();
    // A change, an insertion and a removal.
    for (key, value) in [([1, 2, 3, 4], value(50)), ([0, 5, 0, 10], value(50)), ([P - 1, 5, 0, 10], ZERO)] {
        hostile(&map.run_set(key, value), &scripts(&map, key));
    }
    hostile(&map.run_set([0, 0, 0, 11], value(1)), &[]);
}

#[test]
fn peek_trusts_the_host() {
    let (map, key) = (map(), [1, 2, 3, 4]);
    // The host presents another tree as the lower half of this one.
    let other = Map::new([(key, value(99))]).tree();
    let mut run = map.run("peek", &[key]);
    for (leaf, list) in other.leaves {
        run = run.map(leaf, list);
    }
    let child = other.store.node(&digest(other.root), 1, 0).unwrap();
    let mut store = map.tree().store;
    let leaf = other.store.node(&child, 63, key[3]).unwrap();
    let path = other.store.path(&child, 63, key[3]).unwrap();
    assert_eq!(store.add_path(key[3], &leaf, &path).unwrap(), child);
    let told = run.store(store).told(&child.elements().map(|element| element.as_int()));
    assert_eq!(told.unwrap().stack, [value(99), map.root()].map(reversed).concat());
}
