//! Merkle paths: a path leads from its node to its root, and the two paths of an update have the same siblings.
//!
//! The requests of the rows to the hasher say which node is the digest of which two; nothing else is known of the tree.

use std::collections::BTreeMap;

use miden_air::inspect::{MessageKind, Unbalanced};
use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::merkle::{BIT, INDEX, LEVELS, MULTIPLICITY, NUMERATORS, OLD, TOP, UPDATE},
};

use crate::{
    assert_needed, assert_true,
    common::{Random, Section, felt},
    flags, index_in,
    window::{Subject, Verdict},
};

/// A node of a tree.
type Node = [Felt; 4];

/// A permutation that the rows request: left child, right child, parent.
type Hash = [Node; 3];

/// Domain of a node of two digests.
const DOMAIN: u64 = 8;

/// Largest number of levels of a request.
const MAX_LEVELS: u64 = 63;

struct Merkle;

impl Subject for Merkle {
    const SECTION: Section = Section::Merkle;
    const TOPIC: &'static str = "merkle";
    const NUM_ROWS: usize = 4;
    const NUM_POINTS: usize = 3;

    fn flags() -> Vec<usize> {
        [BIT, TOP, UPDATE, OLD].map(|column| column.at(0)).into()
    }

    fn assignments(dropped: Option<&str>) -> Vec<Vec<Felt>> {
        flags(4, index_in(dropped, "merkle.flag"))
    }

    fn idle_next_to() -> Vec<usize> {
        vec![BIT.at(0)]
    }

    fn choose(column: usize, random: &mut Random) -> Felt {
        let is = |other: miden_core::trace::Column| other.range().contains(&column);
        match () {
            () if is(LEVELS) => random.small(5),
            () if is(INDEX) => random.small(8),
            () if is(MULTIPLICITY) => Felt::ONE,
            () if is(NUMERATORS) => random.numerator(),
            () => random.element(),
        }
    }

    fn judge(messages: &[Unbalanced]) -> Verdict {
        let (mut children, mut digests, mut paths) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for message in messages {
            let values: [Felt; 13] =
                std::array::from_fn(|i| message.values.get(1 + i).copied().unwrap_or(Felt::ZERO));
            let (address, node) = (values[0].as_int(), |from: usize| -> Node {
                values[from..from + 4].try_into().expect("four elements")
            });
            let is_first = match message.kind {
                Some(MessageKind::Byte) => true,
                None => return Verdict::Impossible,
                Some(MessageKind::HasherInput) => {
                    // Any other capacity belongs to another function.
                    let capacity = [felt(DOMAIN), Felt::ZERO, Felt::ZERO, Felt::ZERO];
                    let is_merge = node(1) == capacity;
                    !is_merge || children.insert(address, [node(5), node(9)]).is_none()
                }
                Some(MessageKind::Digest) => digests.insert(address, node(1)).is_none(),
                Some(kind @ (MessageKind::MerklePath | MessageKind::MerkleNewPath)) => {
                    let [levels, index] = [5, 6].map(|i| values[i].as_int());
                    let is_new = kind == MessageKind::MerkleNewPath;
                    paths.push(Path { is_new, address, node: node(1), levels, index, root: node(7) });
                    true
                }
                Some(kind) => return Verdict::False(format!("a level that is a {kind:?}")),
            };
            // An address has one permutation.
            if !is_first {
                return Verdict::Impossible;
            }
        }
        let both = |(address, [left, right]): (&u64, &[Node; 2])| {
            digests.get(address).map(|&parent| [*left, *right, parent])
        };
        let hashes: Vec<Hash> = children.iter().filter_map(both).collect();
        let collide = |a: &Hash, b: &Hash| (a[..2] == b[..2]) != (a[2] == b[2]);
        if hashes.iter().any(|a| hashes.iter().any(|b| collide(a, b))) {
            return Verdict::Impossible;
        }
        judge_paths(&paths, &hashes)
    }
}

/// A message about a path.
#[derive(Clone, Debug)]
struct Path {
    is_new: bool,
    address: u64,
    node: Node,
    levels: u64,
    index: u64,
    root: Node,
}

impl Path {
    /// The siblings of all walks from the node to the root.
    fn walks(&self, hashes: &[Hash]) -> Vec<Vec<Node>> {
        let mut walks = vec![(self.node, Vec::new())];
        for level in 0..self.levels {
            let is_right = self.index >> level & 1 == 1;
            let climb = |(node, siblings): &(Node, Vec<Node>)| {
                let (node, siblings) = (*node, siblings.clone());
                let up = move |&[left, right, parent]: &Hash| {
                    let (child, sibling) = if is_right { (right, left) } else { (left, right) };
                    (child == node).then(|| (parent, [siblings.clone(), vec![sibling]].concat()))
                };
                hashes.iter().filter_map(up).collect::<Vec<_>>()
            };
            walks = walks.iter().flat_map(climb).collect();
        }
        walks.into_iter().filter(|(end, _)| *end == self.root).map(|(_, siblings)| siblings).collect()
    }
}

fn judge_paths(paths: &[Path], hashes: &[Hash]) -> Verdict {
    // No operation requests more levels.
    if paths.iter().any(|path| path.levels > MAX_LEVELS) {
        return Verdict::Impossible;
    }
    for path in paths {
        if path.index >> path.levels != 0 || path.walks(hashes).is_empty() {
            return Verdict::False(format!("{path:?} does not exist"));
        }
    }
    // An update requests both paths with the same address, number of levels and index.
    for new in paths.iter().filter(|path| path.is_new) {
        let place = |path: &Path| (path.address, path.levels, path.index);
        for old in paths.iter().filter(|old| !old.is_new && place(old) == place(new)) {
            if old.walks(hashes) != new.walks(hashes) {
                return Verdict::False(format!("{new:?} changes more than the node of {old:?}"));
            }
        }
    }
    Verdict::True
}

/// Constraints without which no path is wrong.
const REVIEWED: [(&str, &str); 7] = [
    (
        "merkle.flag[1]",
        "a row with another value of `top` continues, with 0 levels left in the next one, and no path ends there",
    ),
    ("merkle.flag[2]", "`begins` makes the first `update` equal to `old`, and `update` keeps it"),
    (
        "merkle.flag[3]",
        "`begins` makes the first `old` equal to `update`, and `alternates` then swaps 0 and 1",
    ),
    ("merkle.old_in_update", "an old row has a next row, whose `old` would be −1 by `alternates`"),
    ("merkle.idle_carry", "nothing reads the cells outside updates; they are 0 to make the trace unique"),
    ("merkle.idle_other_root", "as `merkle.idle_carry`"),
    (
        "merkle.depth",
        "binds a row of the execution; the model takes for granted that no path has more than 63 levels",
    ),
];

#[test]
fn paths_lead_to_their_roots() {
    let (windows, points) = assert_true::<Merkle>();
    // Paths of verifications and of updates that fill one to four rows, with any index: 2, 10, 40 and 176. Three
    // sections may come before, and two after.
    assert_eq!(windows, (2 + 10 + 40 + 176) * 3 * 2);
    assert_eq!(points, 3 * windows);
}

#[test]
fn without_a_constraint_a_path_may_be_wrong() {
    assert_needed::<Merkle>(&REVIEWED);
}
