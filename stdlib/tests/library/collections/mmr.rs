//! `std::collections::mmr` against trees over lists of leaves.

use miden_core::{Digest, MerkleStore, merge};

use crate::support::{Random, Run, Word4, digest, felt, hash, hostile, reversed};

const PTR: u32 = 100;
const MODULE: &str = "std::collections::mmr";
const P: u64 = 0xFFFF_FFFF_0000_0001;

fn run(name: &str) -> Run {
    Run::of(format!("{MODULE}::{name}"))
}

/// A range as it is in memory, and its trees.
#[derive(Clone, Debug)]
struct Range {
    leaves: u64,
    peaks: Vec<Word4>,
    store: MerkleStore,
}

fn leaf(index: u64) -> Word4 {
    Random::new(index).array(Random::felt)
}

fn word(digest: Digest) -> Word4 {
    digest.elements().map(|element| element.as_int())
}

/// The range of the first leaves.
fn range(leaves: u64) -> Range {
    let mut range = Range { leaves, peaks: Vec::new(), store: MerkleStore::new() };
    let mut next = 0;
    for depth in (0..u64::BITS).rev().filter(|depth| leaves >> depth & 1 == 1) {
        let nodes: Vec<Digest> = (next..next + (1 << depth)).map(|index| digest(leaf(index))).collect();
        range.peaks.push(word(if depth == 0 { nodes[0] } else { range.store.add_tree(&nodes).unwrap() }));
        next += 1 << depth;
    }
    range
}

/// A range in which only one leaf is known; its siblings on the path to the peak are random.
fn sparse_range(leaves: u64, pos: u64) -> Range {
    let mut random = Random::new(leaves);
    let mut range = Range { leaves, peaks: Vec::new(), store: MerkleStore::new() };
    let mut begin = 0;
    for depth in (0..u64::BITS).rev().filter(|depth| leaves >> depth & 1 == 1) {
        let index = pos.wrapping_sub(begin);
        let path: Vec<_> = (0..depth).map(|_| digest(random.array(Random::felt))).collect();
        let is_here = pos >= begin && index >> depth == 0;
        let peak = match depth {
            0 => digest(leaf(begin)),
            _ if is_here => range.store.add_path(index, &digest(leaf(pos)), &path).unwrap(),
            _ => path[0],
        };
        range.peaks.push(word(peak));
        begin = begin.wrapping_add(1 << depth);
    }
    range
}

impl Range {
    fn words(&self) -> Vec<Word4> {
        let mut words = vec![[self.leaves, 0, 0, 0]];
        words.extend(&self.peaks);
        words
    }

    fn watch(&self, run: Run) -> Run {
        run.watch(PTR..PTR + 1 + self.peaks.len() as u32)
    }

    fn get(&self, pos: u64) -> Run {
        let run = run("get").stack([pos, PTR.into()]).memory(PTR, self.words());
        run.store(self.store.clone())
    }

    fn add(&self, leaf: Word4) -> Run {
        run("add").stack(reversed(leaf)).stack([PTR]).memory(PTR, self.words()).store(self.store.clone())
    }

    fn pack(&self) -> Run {
        run("pack").stack([PTR]).memory(PTR, self.words())
    }

    fn unpack(&self) -> Run {
        let key = hash(&self.words().concat());
        let run = run("unpack").stack(reversed(key)).stack([PTR]).map(digest(key), self.words().concat());
        self.watch(run)
    }
}

pub(crate) fn measured() -> Vec<Run> {
    let get = [range(8).get(3), range(7).get(6), sparse_range(1 << 40, 1 << 33).get(1 << 33)];
    let add = [0, 4, 7].map(|leaves| range(leaves).add(leaf(leaves)));
    let pack = [1, 7, 255].map(|leaves| range(leaves).pack());
    let unpack = [1, 7, 255].map(|leaves| range(leaves).unpack());
    let others =
        [run("num_leaves_to_num_peaks").stack([7_u64]), run("num_peaks_to_message_size").stack([3_u64])];
    get.into_iter().chain(add).chain(pack).chain(unpack).chain(others).collect()
}

#[test]
fn peaks_are_counted() {
    for leaves in [0, 1, 2, 3, 0xFFFF_FFFF, 1 << 32, 0x5555_5555_5555_5555, P - 1] {
        let peaks = leaves.count_ones();
        run("num_leaves_to_num_peaks").stack([leaves]).gives([peaks]);
        run("num_peaks_to_message_size").stack([peaks]).gives([peaks + 1]);
    }
}

#[test]
fn every_leaf_is_found() {
    for leaves in 1..=20 {
        let range = range(leaves);
        for pos in 0..leaves {
            range.get(pos).gives(reversed(leaf(pos)));
        }
    }
}

#[test]
fn leaves_of_large_ranges_are_found() {
    let mut random = Random::new(3);
    let edges = [1 << 32, (1 << 32) + 1, (1 << 33) - 1, (1 << 63) + 5, P - 1, (1 << 32) - 1, 3 << 31];
    for leaves in edges.into_iter().chain((0..20).map(|_| random.felt() >> random.below(64))) {
        let leaves = leaves.max(1);
        let near = [0, 1, leaves - 1, leaves / 2, leaves - leaves / 3, 1 << 31, 1 << 32];
        for pos in near.into_iter().filter(|pos| *pos < leaves) {
            sparse_range(leaves, pos).get(pos).gives(reversed(leaf(pos)));
        }
    }
}

#[test]
fn positions_after_the_last_leaf_fail() {
    for leaves in [0, 1, 5, 8, 1 << 32, (1 << 32) + 3] {
        let range = Range { leaves, peaks: vec![[0; 4]; 3], store: MerkleStore::new() };
        for pos in [leaves, leaves + 1, leaves + (1 << 32), leaves | 1 << 62, P - 1] {
            range.get(pos).fails("FailedAssertion");
        }
    }
    let unknown = Range { store: MerkleStore::new(), ..range(4) };
    unknown.get(1).fails("AdviceSetNotFound");
}

#[test]
fn ranges_grow_leaf_by_leaf() {
    for leaves in 0..=40 {
        let next = range(leaves + 1);
        let ended = next.watch(range(leaves).add(leaf(leaves))).execute().unwrap();
        assert_eq!(ended.stack, [0; 0]);
        assert_eq!(ended.memory, next.words());
    }
}

#[test]
fn large_ranges_grow() {
    let peaks = |count: u64| (0..count).map(leaf).collect::<Vec<_>>();
    for leaves in [(1 << 32) - 1, (1 << 33) - 1, (1 << 32) + 7, (1 << 62) - 1, P - 2] {
        let mut grown = peaks(leaves.count_ones().into());
        let mut node = digest(leaf(99));
        for _ in 0..leaves.trailing_ones() {
            node = merge(felt(8), &digest(grown.pop().unwrap()), &node);
        }
        grown.push(word(node));
        let before = Range { leaves, peaks: peaks(leaves.count_ones().into()), store: MerkleStore::new() };
        let after = Range { leaves: leaves + 1, peaks: grown, store: MerkleStore::new() };
        assert_eq!(after.watch(before.add(leaf(99))).execute().unwrap().memory, after.words());
    }
    let full = Range { leaves: P - 1, peaks: peaks(32), store: MerkleStore::new() };
    full.add(leaf(0)).fails("FailedAssertion");
}

#[test]
fn added_leaves_can_be_read() {
    for leaves in [1, 2, 3, 7, 12] {
        let add = range(leaves).add(leaf(leaves)).stack([leaves, PTR.into()]);
        add.then(&format!("{MODULE}::get")).gives(reversed(leaf(leaves)));
    }
}

#[test]
fn ranges_are_packed_and_unpacked() {
    for leaves in (0..=16).chain([255]) {
        let range = range(leaves);
        range.pack().gives(reversed(hash(&range.words().concat())));
        let ended = range.unpack().execute().unwrap();
        assert_eq!(ended.stack, [0; 0]);
        assert_eq!(ended.memory, range.words());
        // To another address.
        let moved = range.pack().stack([PTR + 500]).then(&format!("{MODULE}::unpack"));
        let end = PTR + 501 + range.peaks.len() as u32;
        assert_eq!(moved.watch(PTR + 500..end).execute().unwrap().memory, range.words());
    }
}

#[test]
fn lists_that_are_not_ranges_fail() {
    let unpack = |key: Word4, list: &[u64]| {
        let run = run("unpack").stack(reversed(key)).stack([PTR]);
        run.map(digest(key), list.iter().copied())
    };
    let range = range(5);
    let list = range.words().concat();
    unpack(leaf(1), &list).fails("FailedAssertion");
    unpack(hash(&list[..11]), &list[..11]).fails("NotU32Value");
    // Lists with too few or too many peaks, and the matching hash.
    for list in [[].as_slice(), &list[..8], &[list.as_slice(), &[0; 4]].concat()] {
        unpack(hash(list), list).fails("FailedAssertion");
    }
    run("unpack").stack(leaf(1)).stack([PTR]).fails("AdviceKeyNotFound");
}

#[test]
fn a_leaf_cannot_be_forged() {
    for (leaves, pos) in [(8, 3), (13, 9), (13, 2)] {
        hostile(&range(leaves).get(pos), &[]);
    }
    hostile(&sparse_range(1 << 63, 5).get(5), &[]);
}

#[test]
fn the_number_of_leaves_cannot_be_forged() {
    let range = range(5);
    let words = range.words();
    // Six leaves have as many peaks; a part of the range; swapped peaks; a wrong length.
    let six = [vec![12, 6], words.concat()[1..].to_vec()].concat();
    let part = [vec![8], words[..2].concat()].concat();
    let four = [vec![8, 4, 0, 0, 0], words[1].to_vec()].concat();
    let exchanged = [vec![12], words[0].to_vec(), words[2].to_vec(), words[1].to_vec()].concat();
    let empty = vec![0];
    let wrapped = vec![P - 4];
    hostile(&range.unpack(), &[six, part, four, exchanged, empty, wrapped]);
}
