//! `std::collections::trie` against a map.

use std::{collections::BTreeMap, fmt::Write as _};

use expect_test::expect_file;
use miden_assembly::{Assembler, Source};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, StackInputs,
    field::StarkField,
    merge,
    storage::{leaf_digest, path_bit},
};
use miden_processor::{DefaultHost, Executor, HandlerError, InMemoryAdvice, ProcessState};
use miden_stdlib::StdLibrary;

use crate::support::{Random, Run, Word4, digest, felt, felts, hostile, reversed};

const MODULE: &str = "std::collections::trie";
const ZERO: Word4 = [0; 4];

/// No flipped bit of this key makes an element exceed the modulus.
const BASE: Word4 =
    [0x0123_4567_89AB_CDEF, 0x5A5A_5A5A_A5A5_A5A5, 0x7FFF_0000_1234_5678, 0x2222_3333_4444_5555];

fn word(elements: Word4) -> [Felt; 4] {
    elements.map(felt)
}

fn ints(digest: &Digest) -> Word4 {
    digest.elements().map(|element| element.as_int())
}

/// The base key with these bits flipped; bit 0 leads from the root.
fn key(bits: &[usize]) -> Word4 {
    let mut key = BASE;
    for bit in bits {
        key[3 - bit / 64] ^= 1 << (63 - bit % 64);
    }
    key
}

fn value(seed: u64) -> Word4 {
    Random::new(seed).array(|random| 1 + random.below(Felt::MODULUS - 1))
}

/// A map, which determines a trie.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(pub(crate) BTreeMap<Word4, Word4>);

/// The trie of a map, as advice.
#[derive(Default)]
struct Trie {
    store: MerkleStore,
    leaves: Vec<(Digest, Vec<u64>)>,
}

impl Trie {
    /// Adds the subtree of entries with the same bits before `depth`: the definition, word for word.
    fn add(&mut self, entries: &[(Word4, Word4)], depth: usize) -> Digest {
        match entries {
            [] => Digest::default(),
            [(key, value)] => {
                let leaf = leaf_digest(&word(*key), &word(*value));
                self.leaves.push((leaf, [*key, *value].concat()));
                leaf
            }
            _ => {
                let (right, left): (Vec<_>, Vec<_>) =
                    entries.iter().copied().partition(|(key, _)| path_bit(&word(*key), depth));
                let [left, right] = [left, right].map(|half| self.add(&half, depth + 1));
                self.store.merge(&left, &right)
            }
        }
    }
}

impl Map {
    /// A map with these keys.
    fn of(keys: impl IntoIterator<Item = Word4>) -> Self {
        Self((1..).zip(keys).map(|(seed, key)| (key, value(seed))).collect())
    }

    pub(crate) fn get(&self, key: Word4) -> Word4 {
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// The depth of the node at which the path of a key ends.
    pub(crate) fn depth(&self, key: Word4) -> usize {
        let key = word(key);
        let shares = |other: &Word4, depth: usize| {
            (0..depth).all(|level| path_bit(&word(*other), level) == path_bit(&key, level))
        };
        let below = |depth: &usize| self.0.keys().filter(|other| shares(other, *depth)).nth(1).is_some();
        (0..=256).find(|depth| !below(depth)).unwrap()
    }

    pub(crate) fn set(&mut self, key: Word4, value: Word4) -> Word4 {
        let old = if value == ZERO { self.0.remove(&key) } else { self.0.insert(key, value) };
        old.unwrap_or_default()
    }

    fn trie(&self) -> (Word4, Trie) {
        let entries: Vec<_> = self.0.iter().map(|(key, value)| (*key, *value)).collect();
        let mut trie = Trie::default();
        let root = trie.add(&entries, 0);
        (ints(&root), trie)
    }

    pub(crate) fn root(&self) -> Word4 {
        self.trie().0
    }

    /// Adds the trie to the advice of a run.
    pub(crate) fn advise(&self, run: Run) -> Run {
        let (_, Trie { store, leaves }) = self.trie();
        leaves.into_iter().fold(run.store(store), |run, (leaf, list)| run.map(leaf, list))
    }

    /// A call with the trie as advice and the root as the last operand.
    fn run(&self, name: &str, operands: &[Word4]) -> Run {
        let run = Run::of(format!("{MODULE}::{name}"));
        let run = operands.iter().chain([&self.root()]).fold(run, |run, word| run.stack(reversed(*word)));
        self.advise(run)
    }

    fn run_get(&self, key: Word4) -> Run {
        self.run("get", &[key])
    }

    fn run_set(&self, key: Word4, value: Word4) -> Run {
        self.run("set", &[value, key])
    }

    #[track_caller]
    fn check_get(&self, key: Word4) {
        self.run_get(key).gives([self.get(key), self.root()].map(reversed).concat());
    }

    #[track_caller]
    fn check_set(&mut self, key: Word4, value: Word4) {
        let run = self.run_set(key, value);
        let old = self.set(key, value);
        run.gives([old, self.root()].map(reversed).concat());
    }
}

/// Keys whose leaves have depths from 1 to 256, with empty siblings, in one half of an element and across several.
fn map() -> Map {
    let bits: [&[usize]; 10] =
        [&[], &[0], &[3], &[3, 7], &[3, 7, 31], &[3, 32], &[3, 33, 70], &[3, 33, 71], &[40], &[255]];
    Map::of(bits.map(key))
}

/// Keys that are not in [`map`]: with an empty node, and with the leaf of another key on their path.
fn absent() -> [Word4; 8] {
    [
        key(&[1]),
        key(&[3, 4]),
        key(&[254]),
        key(&[0, 200]),
        key(&[3, 7, 30]),
        key(&[3, 33, 70, 71]),
        ZERO,
        [1; 4],
    ]
}

pub(crate) fn measured() -> Vec<Run> {
    let (empty, map) = (Map::default(), map());
    let mut runs = vec![empty.run_get(BASE), map.run_get(BASE), empty.run_set(BASE, ZERO)];
    runs.extend(
        [key(&[0]), key(&[3, 7]), key(&[1]), key(&[0, 200]), key(&[254])].map(|key| map.run_get(key)),
    );
    let keys = map.0.keys().copied();
    runs.extend(keys.flat_map(|key| [map.run_set(key, value(50)), map.run_set(key, ZERO)]));
    runs.extend(absent().into_iter().flat_map(|key| [map.run_set(key, value(50)), map.run_set(key, ZERO)]));
    runs
}

/// The parameters of the cycles of a write: `s`, the number of times that the subtree of two leaves, added or removed,
/// crosses from one half of an element to another, and `u`, its number of inner nodes with an empty child.
pub(crate) fn letters(map: &Map, key: Word4, value: Word4) -> [u64; 2] {
    let common = |other: &Word4| {
        (0..256).take_while(|depth| path_bit(&word(*other), *depth) == path_bit(&word(key), *depth)).count()
    };
    let mut others: Vec<usize> = map.0.keys().filter(|other| **other != key).map(common).collect();
    others.sort_unstable_by(|a, b| b.cmp(a));
    // The subtree of the key and its nearest neighbour alone begins below the branch of the next key.
    let (Some(nearest), next) = (others.first(), others.get(1).map_or(0, |next| next + 1)) else {
        return [0, 0];
    };
    let changes = map.0.contains_key(&key) == (value == ZERO);
    match nearest.checked_sub(next).filter(|_| changes) {
        Some(levels) => [levels.saturating_sub(nearest % 32).div_ceil(32), levels].map(|count| count as u64),
        None => [0, 0],
    }
}

/// The parameters of a run of `set`.
pub(crate) fn letters_of(run: &Run) -> [u64; 2] {
    let word = |at: usize| reversed([0, 1, 2, 3].map(|index| run.operand(at + index)));
    letters(&entries(run), word(4), word(0))
}

/// The map whose leaves the advice of a run has.
pub(crate) fn entries(run: &Run) -> Map {
    let pair = |list: &[Felt]| {
        let word = |at: usize| core::array::from_fn(|index| list[at + index].as_int());
        (word(0), word(4))
    };
    Map(run.lists().map(pair).collect())
}

#[test]
fn values_are_read() {
    Map::default().check_get(BASE);
    Map::of([BASE]).check_get(BASE);
    Map::of([BASE]).check_get(ZERO);
    let map = map();
    for key in map.0.keys().copied().chain(absent()) {
        map.check_get(key);
    }
}

#[test]
fn values_are_set_and_removed() {
    let mut map = map();
    let present: Vec<Word4> = map.0.keys().copied().collect();
    for (seed, key) in (100..).zip(present.iter().copied().chain(absent())) {
        map.clone().check_set(key, value(seed));
        map.clone().check_set(key, ZERO);
    }
    // Empties the map.
    for key in present {
        map.check_set(key, ZERO);
    }
    assert_eq!(map.root(), ZERO);
}

#[test]
fn keys_with_every_common_prefix_are_separated() {
    for prefix in (0..=72).chain([95, 96, 97, 127, 128, 159, 160, 191, 192, 223, 224, 254, 255]) {
        let (mut map, other) = (Map::of([BASE]), key(&[prefix]));
        map.check_get(other);
        map.check_set(other, value(prefix as u64));
        map.check_get(BASE);
        // A third one below, on the path and above.
        map.clone().check_set(key(&[prefix.saturating_sub(1)]), value(7));
        map.clone().check_set(key(&[(prefix + 1).min(255), prefix]), value(7));
        map.check_set(BASE, ZERO);
        map.check_set(other, ZERO);
        assert_eq!(map.root(), ZERO);
    }
}

/// Executes writes one after the other from the empty trie, with the advice that they leave; checks the old values, and
/// returns the roots.
fn written(writes: &[(Word4, Word4)]) -> Vec<Word4> {
    let text = format!(
        "use.{MODULE} begin repeat.{} swapw swapw.2 swapw swapw.2 exec.trie::set emit.1 dropw end end",
        writes.len()
    );
    let assembler = StdLibrary::add_to(Assembler::new()).unwrap();
    let program =
        assembler.assemble(&Source::new("test", text)).unwrap_or_else(|errors| panic!("{errors}")).program;
    let operands = writes.iter().flat_map(|(key, value)| [reversed(*value), reversed(*key)].concat());
    let mut stack: Vec<u64> = [0; 4].into_iter().chain(operands).collect();
    stack.reverse();
    let mut seen = Vec::new();
    let mut host = DefaultHost::new(InMemoryAdvice::new(AdviceInputs::default(), 1 << 24).unwrap());
    host.register(1, |state: &dyn ProcessState, _: &mut InMemoryAdvice| -> Result<(), HandlerError> {
        seen.push([0, 4].map(|at| state.word(at).map(|element| element.as_int())));
        Ok(())
    });
    let stack = StackInputs::new(felts(&stack)).unwrap();
    Executor::new(&program).with_stack(stack).with_host(&mut host).execute().unwrap();
    drop(host);
    let mut map = Map::default();
    for ((key, value), [old, _]) in writes.iter().zip(&seen) {
        assert_eq!(map.set(*key, *value), *old, "{key:x?}");
    }
    seen.into_iter().map(|[_, root]| root).collect()
}

/// Keys that share prefixes of any length.
fn crowded(random: &mut Random) -> Word4 {
    let mut key = BASE;
    for _ in 0..random.below(3) {
        let bit = match random.below(3) {
            0 => random.below(6),
            1 => random.below(70),
            _ => random.below(256),
        } as usize;
        key[3 - bit / 64] ^= 1 << (63 - bit % 64);
    }
    key
}

#[test]
fn a_long_sequence_of_writes_agrees_with_a_map() {
    let mut random = Random::new(3);
    let mut known: Vec<Word4> = Vec::new();
    let writes: Vec<(Word4, Word4)> = (0..600_u64)
        .map(|seed| {
            let key = match random.below(4) {
                0 if !known.is_empty() => known[random.below(known.len() as u64) as usize],
                1 => random.array(Random::felt),
                _ => crowded(&mut random),
            };
            known.push(key);
            // More removals than insertions from time to time, down to an empty map.
            let removes = if seed / 100 % 2 == 0 { 1 } else { 3 };
            (key, if random.below(4) < removes { ZERO } else { value(seed) })
        })
        .collect();
    let roots = written(&writes);
    let mut map = Map::default();
    for (index, ((key, value), root)) in writes.iter().zip(&roots).enumerate() {
        map.set(*key, *value);
        if index % 8 == 0 || index + 1 == writes.len() {
            assert_eq!(map.root(), *root, "after write {index}");
        }
    }
}

/// The file that the trie of `miden-storage` is tested with, too.
const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../storage/src/trie/vectors.txt");

#[test]
fn the_vectors_are_those_of_this_trie() {
    let mut random = Random::new(5);
    let keys: Vec<Word4> = (0..12).map(|_| crowded(&mut random)).chain([ZERO, key(&[255])]).collect();
    // Insertions, changes, removals, and everything back to the empty trie.
    let mut writes: Vec<(Word4, Word4)> = (1..).zip(&keys).map(|(seed, key)| (*key, value(seed))).collect();
    writes.extend((21..).zip(keys.iter().step_by(3)).map(|(seed, key)| (*key, value(seed))));
    writes.extend(keys.iter().step_by(2).chain(keys.iter().skip(1).step_by(2)).map(|key| (*key, ZERO)));
    let mut text = String::from(
        "# A key, the value that is set, and the root afterwards, from the empty trie on.\n\
         # `stdlib/tests/library/collections/trie.rs` computes the roots in assembly; `UPDATE_EXPECT=1` updates them.\n",
    );
    for ((key, value), root) in writes.iter().zip(written(&writes)) {
        let [key, value, root] = [*key, *value, root].map(|word| digest(word).to_hex());
        writeln!(text, "{key} {value} {root}").unwrap();
    }
    expect_file![VECTORS].assert_eq(&text);
}

#[test]
fn the_root_does_not_depend_on_the_history() {
    let mut random = Random::new(4);
    let entries: Vec<(Word4, Word4)> = (0..24).map(|seed| (crowded(&mut random), value(seed))).collect();
    let map = Map(entries.iter().copied().collect());
    for _ in 0..4 {
        // Writes with other values, keys that are removed again, and the entries in any order.
        let mut writes: Vec<(Word4, Word4)> =
            (0..24).map(|seed| (crowded(&mut random), value(seed + 50))).collect();
        let removed: Vec<_> = writes.iter().map(|(key, _)| (*key, ZERO)).collect();
        writes.extend(removed);
        let mut last: Vec<_> = map.0.iter().map(|(key, value)| (*key, *value)).collect();
        for index in (1..last.len()).rev() {
            last.swap(index, random.below(index as u64 + 1) as usize);
        }
        writes.extend(last);
        assert_eq!(written(&writes).last(), Some(&map.root()));
    }
    // Back to one entry and to none.
    let (first, rest) = entries.split_first().unwrap();
    let mut writes = entries.clone();
    writes.extend(rest.iter().filter(|(key, _)| *key != first.0).map(|(key, _)| (*key, ZERO)));
    writes.push(*first);
    assert_eq!(written(&writes).last(), Some(&Map(BTreeMap::from([*first])).root()));
    writes.push((first.0, ZERO));
    assert_eq!(written(&writes).last(), Some(&ZERO));
}

#[test]
fn a_written_value_can_be_read() {
    let mut map = map();
    let (key, value) = (key(&[3, 7, 30]), value(70));
    // `set` leaves the old value, zero, where `get` expects a key.
    let run = map.run_set(key, value).then(&format!("{MODULE}::get"));
    map.set(key, value);
    run.gives([ZERO, map.root()].map(reversed).concat());
}

/// Answers to replace the true one: every kind with every depth, with the key's own leaf, that of another entry, and one
/// that is in no trie.
fn scripts(map: &Map, key: Word4) -> Vec<Vec<u64>> {
    let mut entries: Vec<(Word4, Word4)> = map.0.iter().map(|(key, value)| (*key, *value)).take(4).collect();
    entries.extend([(key, value(99)), (key, map.get(key)), (self::key(&[100]), value(98)), (ZERO, ZERO)]);
    let mut scripts = Vec::new();
    for depth in [0, 1, 2, 4, 8, 32, 33, 34, 41, 64, 72, 256, 257, 1 << 32, Felt::MODULUS - 1] {
        scripts.push(vec![depth, 0]);
        for (key, value) in &entries {
            scripts.push([&[depth, 1][..], value].concat());
            scripts.push([&[depth, 2][..], key, value].concat());
        }
    }
    scripts
}

/// A smaller trie with shallow and deep leaves.
fn small_map() -> Map {
    Map::of([key(&[]), key(&[1]), key(&[1, 5]), key(&[1, 5, 40])])
}

#[test]
fn a_value_cannot_be_forged() {
    let map = small_map();
    // Leaves at depth 2, 6 and 41; an empty node and leaves of other keys on the paths of absent ones.
    for key in [key(&[]), key(&[1]), key(&[1, 5]), key(&[0]), key(&[2]), key(&[1, 6]), key(&[1, 5, 41])] {
        hostile(&map.run_get(key), &scripts(&map, key));
    }
    for map in [Map::default(), Map::of([BASE])] {
        hostile(&map.run_get(BASE), &scripts(&map, BASE));
        hostile(&map.run_get(ZERO), &scripts(&map, ZERO));
    }
}

#[test]
fn a_change_cannot_be_forged() {
    let map = small_map();
    let keys = [key(&[]), key(&[1]), key(&[1, 5]), key(&[0]), key(&[1, 6]), key(&[1, 5, 41])];
    for key in keys {
        hostile(&map.run_set(key, value(50)), &scripts(&map, key));
    }
    for map in [Map::default(), Map::of([BASE])] {
        hostile(&map.run_set(BASE, value(50)), &scripts(&map, BASE));
        hostile(&map.run_set(ZERO, value(50)), &scripts(&map, ZERO));
    }
}

#[test]
fn a_removal_cannot_be_forged() {
    let map = small_map();
    let present = [(2, key(&[])), (6, key(&[1])), (41, key(&[1, 5])), (41, key(&[1, 5, 40]))];
    let absent = [(0, key(&[0])), (0, key(&[1, 6])), (0, key(&[1, 5, 41]))];
    for (depth, key) in present.into_iter().chain(absent) {
        let mut lies = scripts(&map, key);
        // The true first answer, and every way to remove the leaf.
        let found = [&[depth, 1][..], &map.get(key)].concat();
        let others: Vec<(Word4, Word4)> = map.0.iter().map(|(key, value)| (*key, *value)).collect();
        lies.push([found.as_slice(), &[2]].concat());
        for (other, value) in others {
            for to in [0, 1, 2, 5, 6, 40, 41] {
                for side in [0, 1] {
                    for sibling in [ZERO, value, map.root()] {
                        let moved = [&[1, to][..], &other, &value, &[side], &sibling].concat();
                        lies.push([found.as_slice(), &moved].concat());
                        // The leaf itself as the inner node of something.
                        let leaf = ints(&leaf_digest(&word(other), &word(value)));
                        for left in [other, leaf] {
                            let inner = [&[0, side][..], &left, &sibling].concat();
                            lies.push([found.as_slice(), &inner].concat());
                        }
                    }
                }
            }
        }
        hostile(&map.run_set(key, ZERO), &lies);
    }
    let single = Map::of([BASE]);
    hostile(&single.run_set(BASE, ZERO), &scripts(&single, BASE));
}

#[test]
fn unknown_nodes_fail() {
    let run =
        |name: &str, operands: usize| Run::of(format!("{MODULE}::{name}")).stack(vec![1_u64; 4 * operands]);
    run("get", 2).fails("EventHandlerFailed");
    run("set", 3).fails("EventHandlerFailed");
    // Inner nodes without the leaves.
    let (root, Trie { store, .. }) = map().trie();
    let run = Run::of(format!("{MODULE}::get")).stack(reversed(BASE)).stack(reversed(root)).store(store);
    run.fails("EventHandlerFailed");
}

#[test]
fn a_leaf_is_not_an_inner_node() {
    // The digest of an inner node as a leaf, and the other way round, have other preimages.
    let (left, right) = (digest(value(1)), digest(value(2)));
    let inner = ints(&merge(Felt::new(8), &left, &right));
    let run = Run::of(format!("{MODULE}::get")).stack(reversed(value(1))).stack(reversed(inner));
    let list = [value(1), value(2)].concat();
    run.map(digest(inner), list).fails("FailedAssertion");
}
