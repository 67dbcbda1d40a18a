//! Rows and cycles of reads and writes in large states, for the book.
//!
//! A path at a given depth costs the same whatever the other nodes are, so they are random.

use std::fmt::Write as _;

use expect_test::expect_file;
use miden_core::{
    AdviceInputs, Digest, MerkleStore, Program, StackInputs,
    storage::{Mode, leaf_digest, path_bit, wrap},
};
use miden_processor::{DefaultHost, Executor, InMemoryAdvice};

use super::{
    storage::{entry, number},
    wrapped::assemble,
};
use crate::support::{KERNEL_MODULE, PERMUTATION, Random, Run, Word4, digest, felt, felts, reversed};

const ZERO: Word4 = [0; 4];
const SLOT: u64 = 1;
const VALUE: Word4 = [5, 6, 7, 8];

/// The state around a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// The leaf of the key has an inner node as its sibling.
    Leaf,
    /// The sibling of the leaf is a leaf, too.
    Pair,
    /// On the path of the key, the leaf of another one.
    Other,
}

/// A path in a trie, as advice.
#[derive(Default)]
struct Paths {
    store: MerkleStore,
    leaves: Vec<(Digest, Vec<u64>)>,
}

impl Paths {
    fn leaf(&mut self, key: Word4) -> Digest {
        let leaf = leaf_digest(&key.map(felt), &VALUE.map(felt));
        self.leaves.push((leaf, [key, VALUE].concat()));
        leaf
    }

    /// The node at depth 1 over the end of the path at `depth`.
    fn add(&mut self, key: Word4, depth: usize, around: Around) -> Digest {
        let mut random = Random::new(key[0]);
        let with_flipped = |bit: usize| {
            let mut other = key;
            other[3 - bit / 64] ^= 1 << (63 - bit % 64);
            other
        };
        let mut node = match around {
            Around::Leaf | Around::Pair => self.leaf(key),
            Around::Other => self.leaf(with_flipped(depth + 1)),
        };
        for level in (1..depth).rev() {
            let sibling = match around {
                Around::Pair if level + 1 == depth => self.leaf(with_flipped(level)),
                _ => {
                    let [left, right] = [0, 1].map(|_| digest(random.array(Random::felt)));
                    self.store.merge(&left, &right)
                }
            };
            let (left, right) =
                if path_bit(&key.map(felt), level) { (sibling, node) } else { (node, sibling) };
            node = self.store.merge(&left, &right);
        }
        node
    }
}

/// Two keys of a map whose paths part at the root, and the trie with both at a depth.
fn pair(owner: Word4, depth: usize, around: Around) -> ([Word4; 2], Word4, Paths) {
    let goes_right = |user: &u64| path_bit(&entry(owner, Mode::Map, SLOT, number(*user)).map(felt), 0);
    let mut users = (1..).filter(|user| !goes_right(user));
    let left = users.next().unwrap();
    let right = (1..).find(goes_right).unwrap();
    let mut paths = Paths::default();
    let [a, b] =
        [left, right].map(|user| paths.add(entry(owner, Mode::Map, SLOT, number(user)), depth, around));
    let root = paths.store.merge(&a, &b).elements().map(|element| element.as_int());
    ([number(left), number(right)], root, paths)
}

/// Rows of the hasher of an execution.
fn hasher_rows(body: &Program, root: Word4, inputs: &[u64], paths: &Paths) -> usize {
    let mut stack = [reversed(root).as_slice(), inputs].concat();
    stack.reverse();
    let map = paths.leaves.iter().map(|(leaf, list)| (*leaf, felts(list))).collect();
    let advice = AdviceInputs::default().with_map(map).with_merkle_store(paths.store.clone());
    let mut host = DefaultHost::new(InMemoryAdvice::new(advice, 1 << 20).unwrap());
    let program = wrap(body).unwrap();
    let stack = StackInputs::new(felts(&stack)).unwrap();
    Executor::new(&program).with_stack(stack).with_host(&mut host).count_rows().unwrap().hasher
}

/// Rows of the hasher and cycles of a call.
fn cost(value: Option<Word4>, depth: usize, around: Around) -> (usize, u64) {
    let (name, words, call) = match value {
        None => ("map_get", 1, format!("push.{SLOT} movdn.4 syscall.map_get dropw drop")),
        Some(_) => ("map_set", 2, format!("push.{SLOT} movdn.8 syscall.map_set dropw dropw drop")),
    };
    // A call for each key on the stack: as many nodes of the program, each hashed once, for one call as for two.
    let body = assemble(&format!("begin push.1 while.true {call} dup.{} neq.0 end end", 4 * words - 1));
    let owner = body.digest().elements().map(|element| element.as_int());
    let ([first, second], root, paths) = pair(owner, depth, around);
    let operands = |key: Word4| -> Vec<u64> { value.into_iter().chain([key]).flat_map(reversed).collect() };
    let rows = |keys: &[Word4]| {
        let inputs: Vec<u64> = keys.iter().copied().flat_map(operands).collect();
        hasher_rows(&body, root, &inputs, &paths)
    };
    // The root is a permutation that both calls share.
    let rows = rows(&[first, second]) - rows(&[first]) + PERMUTATION;
    let ([key, _], root, Paths { store, leaves }) = pair(ZERO, depth, around);
    let run = Run::of(format!("{KERNEL_MODULE}{name}")).stack(operands(key)).stack([SLOT]);
    let run = run.memory(0, [root]).store(store);
    (rows, leaves.into_iter().fold(run, |run, (leaf, list)| run.map(leaf, list)).cycles())
}

/// The mean depth of the leaves of `keys` random keys.
fn mean_depth(keys: f64) -> f64 {
    // A leaf is below depth d if and only if another key has the same d bits.
    (0..64).map(|depth| -((keys - 1.0) * (-(-f64::from(depth)).exp2()).ln_1p()).exp_m1()).sum()
}

#[test]
fn the_costs_in_the_book_are_current() {
    let mut page = String::from(
        "\
# Costs of storage

This page is generated by `stdlib/tests/library/kernels/costs.rs`; `UPDATE_EXPECT=1` updates it.

Rows of the hasher, and cycles, of a system call `map_get` or `map_set` that is the first to visit its path. The key's hash
is included. Each row of the table is a depth, close to the mean depth of the leaves among so many keys.

| Keys | Mean depth | Depth | Read | Absent | Replace | Insert | Remove | Remove beside a leaf |
|---|---|---|---|---|---|---|---|---|
",
    );
    for (keys, depth) in [(1e3_f64, 11), (1e6, 21), (1e6, 22), (1e9, 31)] {
        let new = Some([1, 2, 3, 4]);
        let calls = [
            cost(None, depth, Around::Leaf),
            cost(None, depth, Around::Other),
            cost(new, depth, Around::Leaf),
            cost(new, depth, Around::Other),
            cost(Some(ZERO), depth, Around::Leaf),
            cost(Some(ZERO), depth, Around::Pair),
        ];
        write!(page, "| 10^{} | {:.1} | {depth} |", keys.log10(), mean_depth(keys)).unwrap();
        for (rows, cycles) in calls {
            write!(page, " {rows}, {cycles} |").unwrap();
        }
        page.push('\n');
        if keys <= 1e6 {
            for (rows, cycles) in &calls[..2] {
                assert!(*rows <= 220 && *cycles <= 250, "a read takes {rows} rows and {cycles} cycles");
            }
            let [_, _, (_, replaced), ..] = calls;
            assert!(replaced <= 450, "replacing a value takes {replaced} cycles");
            for (rows, cycles) in &calls[2..] {
                // The first bit in which two keys differ is computed, and their leaves and subtree are hashed.
                assert!(*rows <= 450 && *cycles <= 600, "a write takes {rows} rows and {cycles} cycles");
            }
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/generated/storage-costs.md");
    expect_file![file].assert_eq(&page);
}
