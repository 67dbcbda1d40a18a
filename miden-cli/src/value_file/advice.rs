//! Advice map and Merkle trees of a file of inputs.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use miden_core::{Digest, Felt, MAX_MERKLE_DEPTH, MerkleError, MerkleStore};
use serde_json::Value;

use super::{
    errors::ValueFileError,
    json::{At, Entries, WORD, shorten, word},
};

/// Limit of inner nodes, 1.5 GiB: a few bytes of a sparse tree expand to many nodes.
const MAX_NODES: usize = 1 << 24;

/// Parses `{KEY: [number, …], …}`.
pub(super) fn map(path: &Path, entries: &Entries) -> Result<BTreeMap<Digest, Vec<Felt>>, ValueFileError> {
    let mut map = BTreeMap::new();
    for (text, value) in &entries.0 {
        let key = word(text).ok_or_else(|| ValueFileError::Expected {
            path: path.into(),
            place: "a key of \"advice_map\"".into(),
            got: format!("\"{}\"", shorten(text)),
            expected: WORD,
        })?;
        let entry = At::key(path, "advice_map", value);
        let list = entry.member(text, value);
        let Entry::Vacant(entry) = map.entry(key) else {
            return Err(ValueFileError::DuplicateKey { path: path.into(), place: list.to_string() });
        };
        let list: Vec<_> =
            list.items("a list of numbers")?.map(|item| item.felt()).collect::<Result<_, _>>()?;
        entry.insert(list);
    }
    Ok(map)
}

/// Parses `[{"merkle_tree": […]}, {"sparse_merkle_tree": […]}, {"partial_merkle_tree": […]}, …]`.
pub(super) fn merkle_store(path: &Path, value: &Value) -> Result<MerkleStore, ValueFileError> {
    let mut store = MerkleStore::new();
    let trees = At::key(path, "merkle_store", value);
    for tree in trees.items("a list of Merkle trees")? {
        let root = add_tree(&mut store, &tree)?;
        log::info!("{}: {tree} has the root {root}", path.display());
    }
    Ok(store)
}

fn add_tree(store: &mut MerkleStore, tree: &At<'_>) -> Result<Digest, ValueFileError> {
    const EXPECTED: &str = "an object with one of the keys \"merkle_tree\", \"sparse_merkle_tree\" (with \"depth\" \
                            unless it is 63), \"partial_merkle_tree\"";
    let object = tree.object(EXPECTED)?;
    let [full, sparse, partial, depth] =
        ["merkle_tree", "sparse_merkle_tree", "partial_merkle_tree", "depth"]
            .map(|key| object.get(key).map(|value| tree.member(key, value)));
    match (object.len(), full, sparse, partial, depth) {
        (1, Some(leaves), None, None, None) => add_full_tree(store, &leaves),
        (1, None, Some(leaves), None, None) => add_sparse_tree(store, MAX_MERKLE_DEPTH, &leaves),
        (2, None, Some(leaves), None, Some(depth)) => add_sparse_tree(store, read_depth(&depth)?, &leaves),
        (1, None, None, Some(leaves), None) => add_partial_tree(store, &leaves),
        _ => Err(tree.expected(EXPECTED)),
    }
}

/// `[leaf, …]`
fn add_full_tree(store: &mut MerkleStore, leaves: &At<'_>) -> Result<Digest, ValueFileError> {
    let words: Vec<_> =
        leaves.items("a list of leaves")?.map(|leaf| leaf.word()).collect::<Result<_, _>>()?;
    store.add_tree(&words).map_err(|source| leaves.merkle(source))
}

/// `[[index, leaf], …]`
fn add_sparse_tree(store: &mut MerkleStore, depth: u8, leaves: &At<'_>) -> Result<Digest, ValueFileError> {
    let pairs = leaves.items("a list of [index, leaf]")?.map(|pair| sparse_leaf(&pair));
    let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
    if store.len().saturating_add(sparse_nodes(depth, pairs.len())) > MAX_NODES {
        return Err(leaves.too_many_nodes(MAX_NODES));
    }
    store.add_sparse_tree(depth, &pairs).map_err(|source| leaves.merkle(source))
}

/// Upper bound of the nodes above the leaves of a sparse tree, its empty subtrees included: the paths of the leaves are
/// disjoint at most below the depth with as many nodes as there are leaves.
fn sparse_nodes(depth: u8, leaves: usize) -> usize {
    let shared = leaves.checked_ilog2().unwrap_or(0).min(depth.into());
    let different = leaves.saturating_mul(usize::from(depth) - shared as usize);
    different.saturating_add(2 * leaves).saturating_add(depth.into())
}

fn sparse_leaf(pair: &At<'_>) -> Result<(u64, Digest), ValueFileError> {
    let [index, leaf] = pair.pair(["index", "leaf"], "[index, leaf]")?;
    Ok((index.number()?, leaf.word()?))
}

/// `[[[depth, index], leaf], …]`
fn add_partial_tree(store: &mut MerkleStore, leaves: &At<'_>) -> Result<Digest, ValueFileError> {
    let pairs = leaves.items("a list of [[depth, index], leaf]")?.map(|pair| partial_leaf(&pair));
    let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
    store.add_partial_tree(&pairs).map_err(|source| leaves.merkle(source))
}

fn partial_leaf(pair: &At<'_>) -> Result<((u8, u64), Digest), ValueFileError> {
    let [place, leaf] = pair.pair(["place", "leaf"], "[[depth, index], leaf]")?;
    let [depth, index] = place.pair(["depth", "index"], "[depth, index]")?;
    Ok(((read_depth(&depth)?, index.number()?), leaf.word()?))
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
        let leaves = (0..400_000).map(|i| serde_json::json!([i, "0".repeat(64)])).collect();
        let trees = serde_json::json!([{"sparse_merkle_tree": Value::Array(leaves)}]);
        let error = merkle_store(Path::new("p.inputs"), &trees).unwrap_err();
        let text = "p.inputs: \"merkle_store\" item 0 \"sparse_merkle_tree\" has too many leaves: the trees would \
                    exceed 16777216 nodes";
        assert_eq!(error.to_string(), text);
    }
}
