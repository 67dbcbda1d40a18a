//! Advice map and Merkle trees of a file of inputs.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use miden_core::{Digest, Felt, MAX_MERKLE_DEPTH, MerkleError, MerkleStore};

use super::{
    errors::ValueFileError,
    items::{Item, Roots, find_root, items},
    merge::merge_pairs,
    place::{At, WORD},
    value::{Value, shorten},
};
use crate::digest;

/// Limit of inner nodes, 1.5 GiB: a few bytes of a sparse tree expand to many nodes.
const MAX_NODES: usize = 1 << 24;

/// Parses `{KEY: [item, …], …}`.
pub(super) fn map(
    path: &Path,
    entries: &At<'_>,
    roots: &Roots,
) -> Result<BTreeMap<Digest, Vec<Felt>>, ValueFileError> {
    let mut map = BTreeMap::new();
    for (text, value) in entries.object("an object of lists")? {
        let key = map_key(text).ok_or_else(|| ValueFileError::Expected {
            path: path.into(),
            place: "a key of \"advice_map\"".into(),
            got: format!("\"{}\"", shorten(text)),
            expected: WORD.into(),
        })?;
        let list = entries.member(text, value);
        let Entry::Vacant(entry) = map.entry(key) else { return Err(list.twice()) };
        entry.insert(items(&list, roots)?.into_iter().flat_map(|item: Item| item.elements).collect());
    }
    Ok(map)
}

/// Parses a word: hex digits, or four numbers separated by commas, since a key is always a text.
fn map_key(text: &str) -> Option<Digest> {
    let Some(numbers) = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return digest::parse(text).ok();
    };
    let numbers: Vec<_> = numbers.split(',').map(|number| Value::Text(number.trim().into())).collect();
    At::key(Path::new(""), "", &Value::List(numbers)).word().ok()
}

/// The Merkle trees of a file.
#[derive(Default)]
pub(super) struct Trees {
    store: MerkleStore,
    trees: Vec<Tree>,
}

/// A Merkle tree of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) name: Option<String>,
    /// The key under which it is written.
    pub(crate) kind: &'static str,
    pub(crate) leaves: usize,
    pub(crate) root: Digest,
}

impl Trees {
    /// The roots of the trees with names.
    pub(super) fn roots(&self) -> Roots {
        self.trees.iter().filter_map(|tree| Some((tree.name.clone()?, tree.root))).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    pub(super) fn into_parts(self) -> (MerkleStore, Vec<Tree>) {
        (self.store, self.trees)
    }
}

/// Parses `[{"merkle_tree": […]}, {"sparse_merkle_tree": […]}, {"partial_merkle_tree": […]}, …]`.
pub(super) fn merkle_store(path: &Path, list: &At<'_>) -> Result<Trees, ValueFileError> {
    let mut trees = Trees::default();
    for tree in list.items("a list of Merkle trees")? {
        let added = add_tree(&mut trees, &tree)?;
        log::info!("{}: {tree} has the root {}", path.display(), added.root);
        trees.trees.push(added);
    }
    Ok(trees)
}

const FULL: &str = "merkle_tree";
const SPARSE: &str = "sparse_merkle_tree";
const PARTIAL: &str = "partial_merkle_tree";

fn add_tree(trees: &mut Trees, tree: &At<'_>) -> Result<Tree, ValueFileError> {
    const EXPECTED: &str = "an object with one of the keys \"merkle_tree\", \"sparse_merkle_tree\" (with \"depth\" \
                            unless it is 63), \"partial_merkle_tree\", and perhaps a \"name\"";
    let [full, sparse, partial, depth, name] =
        tree.members([FULL, SPARSE, PARTIAL, "depth", "name"], EXPECTED)?;
    let roots = trees.roots();
    let name = match name {
        Some(name) => {
            let text = name.text("a text")?;
            if roots.iter().any(|(known, _)| known == text) {
                return Err(name.twice());
            }
            Some(text.to_owned())
        }
        None => None,
    };
    let store = &mut trees.store;
    let (kind, leaves, root) = match (full, sparse, partial, depth) {
        (Some(leaves), None, None, None) => (FULL, leaves, add_full_tree(store, &leaves, &roots)?),
        (None, Some(leaves), None, depth) => {
            let depth = depth.map_or(Ok(MAX_MERKLE_DEPTH), |depth| read_depth(&depth))?;
            (SPARSE, leaves, add_sparse_tree(store, depth, &leaves, &roots)?)
        }
        (None, None, Some(leaves), None) => (PARTIAL, leaves, add_partial_tree(store, &leaves, &roots)?),
        _ => return Err(tree.expected(EXPECTED)),
    };
    Ok(Tree { name, kind, leaves: leaves.items("a list")?.len(), root })
}

/// A leaf: a word, or the root of a tree above.
fn leaf(at: &At<'_>, roots: &Roots) -> Result<Digest, ValueFileError> {
    match at.value() {
        Value::Object(_) => {
            let [root] = at.members(["root"], WORD)?;
            Ok(find_root(&at.required(root, "root")?, roots)?.1)
        }
        _ => at.word(),
    }
}

/// `[leaf, …]`
fn add_full_tree(store: &mut MerkleStore, leaves: &At<'_>, roots: &Roots) -> Result<Digest, ValueFileError> {
    let words: Vec<_> =
        leaves.items("a list of leaves")?.map(|at| leaf(&at, roots)).collect::<Result<_, _>>()?;
    store.add_tree_with(&words, &merge_pairs).map_err(|source| leaves.merkle(source))
}

/// `[[index, leaf], …]`
fn add_sparse_tree(
    store: &mut MerkleStore,
    depth: u8,
    leaves: &At<'_>,
    roots: &Roots,
) -> Result<Digest, ValueFileError> {
    let pairs = leaves.items("a list of [index, leaf]")?.map(|pair| sparse_leaf(&pair, roots));
    let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
    if store.len().saturating_add(sparse_nodes(depth, pairs.len())) > MAX_NODES {
        return Err(leaves.too_many_nodes(MAX_NODES));
    }
    store.add_sparse_tree_with(depth, &pairs, &merge_pairs).map_err(|source| leaves.merkle(source))
}

/// Upper bound of the nodes above the leaves of a sparse tree, its empty subtrees included: the paths of the leaves are
/// disjoint at most below the depth with as many nodes as there are leaves.
fn sparse_nodes(depth: u8, leaves: usize) -> usize {
    let shared = leaves.checked_ilog2().unwrap_or(0).min(depth.into());
    let different = leaves.saturating_mul(usize::from(depth) - shared as usize);
    different.saturating_add(2 * leaves).saturating_add(depth.into())
}

fn sparse_leaf(pair: &At<'_>, roots: &Roots) -> Result<(u64, Digest), ValueFileError> {
    let [index, value] = pair.pair(["index", "leaf"], "[index, leaf]")?;
    Ok((index.number()?, leaf(&value, roots)?))
}

/// `[[[depth, index], leaf], …]`
fn add_partial_tree(
    store: &mut MerkleStore,
    leaves: &At<'_>,
    roots: &Roots,
) -> Result<Digest, ValueFileError> {
    let pairs = leaves.items("a list of [[depth, index], leaf]")?.map(|pair| partial_leaf(&pair, roots));
    let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
    store.add_partial_tree(&pairs).map_err(|source| leaves.merkle(source))
}

fn partial_leaf(pair: &At<'_>, roots: &Roots) -> Result<((u8, u64), Digest), ValueFileError> {
    let [place, value] = pair.pair(["place", "leaf"], "[[depth, index], leaf]")?;
    let [depth, index] = place.pair(["depth", "index"], "[depth, index]")?;
    Ok(((read_depth(&depth)?, index.number()?), leaf(&value, roots)?))
}

fn read_depth(at: &At<'_>) -> Result<u8, ValueFileError> {
    let depth = at.number()?;
    u8::try_from(depth).map_err(|_| at.merkle(MerkleError::InvalidDepth { depth }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_bound_of_sparse_trees_holds() {
        for depth in [1, 2, 7, 20, 63] {
            for count in [0, 1, 2, 3, 50, 128].map(|count: u64| count.min(1 << depth.min(30))) {
                for step in [1, (1 << depth) / count.max(1)] {
                    let leaf = |i| (i * step, Digest::new([i, 1, 2, 3].map(Felt::new)));
                    let leaves: Vec<_> = (0..count).map(leaf).collect();
                    let mut store = MerkleStore::new();
                    store.add_sparse_tree(depth, &leaves).unwrap();
                    assert!(store.len() <= sparse_nodes(depth, leaves.len()), "{depth} {count} {step}");
                }
            }
        }
    }

    #[test]
    fn sparse_tree_that_would_exhaust_memory_is_rejected() {
        let leaf = |i| Value::List(vec![Value::Integer(i), Value::Text("0".repeat(64))]);
        let leaves = Value::List((0..400_000).map(leaf).collect());
        let trees = Value::List(vec![Value::Object(vec![("sparse_merkle_tree".into(), leaves)])]);
        let path = Path::new("p.inputs");
        let error = merkle_store(path, &At::key(path, "merkle_store", &trees)).map(|_| ()).unwrap_err();
        let text = "p.inputs: \"merkle_store\" item 0 \"sparse_merkle_tree\" has too many leaves: the trees would \
                    exceed 16777216 nodes";
        assert_eq!(error.to_string(), text);
    }
}
