use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{Digest, Felt, hash_elements};
use proptest::prelude::*;

use super::{Builder, Changes, Entries, Node, NodeReader, NodeRef, Trie, hash, prove_entry};
use crate::StorageError;

/// Nodes by number.
#[derive(Debug, Default)]
struct Nodes(BTreeMap<u64, Node>);

impl NodeReader for Nodes {
    fn node(&self, at: &NodeRef) -> Result<Node, StorageError> {
        let node = *self.0.get(&at.id).ok_or_else(|| StorageError::damaged("missing"))?;
        assert_eq!(node.digest(), at.digest);
        Ok(node)
    }
}

fn word(elements: [u64; 4]) -> Digest {
    Digest::new(elements.map(Felt::new))
}

/// The digest of a set of entries, by its definition.
fn root_by_definition(entries: &[(Digest, Digest)], level: u32) -> Digest {
    match entries {
        [] => hash::EMPTY,
        [(key, value)] => hash::leaf(key, value),
        _ => {
            let (right, left): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| hash::bit(key, level));
            hash::inner(&root_by_definition(&left, level + 1), &root_by_definition(&right, level + 1))
        }
    }
}

/// Keys that share long prefixes: few values of each element, which differ in single bits.
fn key() -> impl Strategy<Value = Digest> {
    let element = prop_oneof![
        Just(0),
        (0..64u32).prop_map(|bit| 1 << bit),
        (0..63u32).prop_map(|bit| (1 << 63) | (1 << bit)),
    ];
    let near = element.prop_map(|element: u64| element.min(0xffff_ffff_0000_0000));
    [near.clone(), near.clone(), near.clone(), near].prop_map(word)
}

fn value() -> impl Strategy<Value = Digest> {
    prop_oneof![1 => Just(hash::EMPTY), 3 => (1..4u64).prop_map(|v| word([v, 0, 0, 0]))]
}

/// Applies the writes a few at a time, storing the trie in between.
fn apply(writes: &[(Digest, Digest)]) -> (Nodes, NodeRef, i64) {
    let (mut nodes, mut root, mut keys, mut next_id) = (Nodes::default(), NodeRef::EMPTY, 0, 1);
    for chunk in writes.chunks(3) {
        let mut trie = Trie::new(&nodes, root);
        for (key, value) in chunk {
            trie.set(key, value).unwrap();
            assert_eq!(trie.get(key).unwrap().unwrap_or(hash::EMPTY), *value);
        }
        let changes = trie.into_changes(next_id);
        let Changes { added, removed, .. } = changes;
        (root, keys) = (changes.root, keys + changes.growth);
        next_id += added.len() as u64;
        nodes.0.extend(added);
        for id in removed {
            assert!(nodes.0.remove(&id).is_some(), "a node is removed once");
        }
    }
    (nodes, root, keys)
}

fn count_nodes(nodes: &Nodes, at: &NodeRef) -> usize {
    if at.is_empty() {
        return 0;
    }
    match nodes.node(at).unwrap() {
        Node::Leaf { .. } => 1,
        Node::Inner { left, right } => 1 + count_nodes(nodes, &left) + count_nodes(nodes, &right),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_writes_lead_to_the_root_of_the_entries_that_are_left(
        writes in proptest::collection::vec((key(), value()), 0..24),
    ) {
        let (nodes, root, keys) = apply(&writes);
        let mut entries: BTreeMap<Digest, Digest> = writes.iter().copied().collect();
        entries.retain(|_, value| *value != hash::EMPTY);
        let list: Vec<_> = entries.iter().map(|(key, value)| (*key, *value)).collect();
        prop_assert_eq!(root.digest, root_by_definition(&list, 0));
        prop_assert_eq!(keys, list.len() as i64);
        // Nothing is left of earlier tries.
        prop_assert_eq!(nodes.0.len(), count_nodes(&nodes, &root));

        let mut read: Vec<_> = Entries::new(&nodes, root).collect::<Result<_, _>>().unwrap();
        let in_order = read.clone();
        read.sort();
        prop_assert_eq!(&read, &list);

        for (key, _) in &writes {
            let proof = prove_entry(&nodes, &root, key).unwrap();
            let expected = entries.get(key).copied().unwrap_or(hash::EMPTY);
            prop_assert_eq!(proof.claim(key.elements()), Some((expected.into(), root.digest)));
        }

        // The same trie, built from left to right.
        let mut built = Nodes::default();
        let mut store = |id, node| {
            assert!(built.0.insert(id, node).is_none());
            Ok(())
        };
        let mut builder = Builder::new(1);
        for entry in in_order {
            builder.add(entry, hash::leaf(&entry.0, &entry.1), &mut store).unwrap();
        }
        let (built_root, count, next_id) = builder.finish(&mut store).unwrap();
        prop_assert_eq!((built_root.digest, count), (root.digest, list.len() as u64));
        prop_assert_eq!(next_id, 1 + nodes.0.len() as u64);
        prop_assert_eq!(count_nodes(&built, &built_root), built.0.len());
    }
}

#[test]
fn nodes_round_trip_and_damage_is_an_error() {
    let (a, b) = (word([1, 2, 3, 4]), word([5, 6, 7, 8]));
    let at = |digest, id| NodeRef { digest, id };
    for node in [
        Node::Leaf { key: a, value: b },
        Node::Inner { left: at(a, 1), right: at(b, 2) },
        Node::Inner { left: NodeRef::EMPTY, right: at(b, 2) },
        Node::Inner { left: at(a, 1), right: NodeRef::EMPTY },
    ] {
        let bytes = node.to_bytes();
        assert_eq!(Node::from_bytes(&bytes), Ok(node));
        for len in 0..bytes.len() {
            assert!(Node::from_bytes(&bytes[..len]).is_err());
        }
        assert!(Node::from_bytes(&[&[9], &bytes[1..]].concat()).is_err());
    }
}

#[test]
fn a_thousand_entries_have_one_root_in_any_order() {
    let entries: Vec<_> =
        (0..1000).map(|i| (hash_elements(&[Felt::new(i)]), word([i + 1, 0, 0, 0]))).collect();
    let forward = apply(&entries).1;
    let backward: Vec<_> = entries.iter().rev().copied().collect();
    // Half of them are set to something else and removed first.
    let detour = entries.iter().step_by(2).flat_map(|(key, _)| [(*key, *key), (*key, hash::EMPTY)]);
    let detour: Vec<_> = detour.chain(backward).collect();
    assert_eq!(apply(&detour).1.digest, forward.digest);
    assert_eq!(forward.digest, root_by_definition(&entries, 0));
}

/// The same writes lead to the same roots in the assembly of `std::collections::trie`.
#[test]
fn the_trie_is_that_of_the_library() {
    let vectors = include_str!("vectors.txt").lines().filter(|line| !line.starts_with('#'));
    let vectors: Vec<[Digest; 3]> = vectors
        .map(|line| {
            let words: Vec<Digest> = line.split(' ').map(|word| word.parse().unwrap()).collect();
            words.try_into().unwrap()
        })
        .collect();
    assert!(vectors.len() > 20);
    let (mut nodes, mut root, mut next_id) = (Nodes::default(), NodeRef::EMPTY, 1);
    for [key, value, expected] in &vectors {
        let mut trie = Trie::new(&nodes, root);
        trie.set(key, value).unwrap();
        let changes = trie.into_changes(next_id);
        next_id += changes.added.len() as u64;
        nodes.0.extend(changes.added);
        root = changes.root;
        assert_eq!(root.digest, *expected);
        // So do the proofs of entries that the verifier checks.
        for [key, ..] in &vectors {
            let claim = prove_entry(&nodes, &root, key).unwrap().claim(key.elements());
            assert_eq!(claim.map(|(_, shown)| shown), Some(*expected));
        }
    }
    assert_eq!(root, NodeRef::EMPTY);
}

#[test]
fn many_hashes_are_those_of_each() {
    let words: Vec<[Digest; 2]> =
        (0..21).map(|i| [i, i + 100].map(|i| hash_elements(&[Felt::new(i)]))).collect();
    for count in [0, 1, 7, 8, 9, 21] {
        let words = &words[..count];
        let inners: Vec<Digest> = words.iter().map(|[left, right]| hash::inner(left, right)).collect();
        assert_eq!(hash::inners(words.iter().copied()), inners);
        let leaves: Vec<Digest> = words.iter().map(|[key, value]| hash::leaf(key, value)).collect();
        assert_eq!(hash::leaves(words.iter().copied()), leaves);
    }
}

#[test]
fn a_trie_that_is_hashed_in_many_parts_is_the_same() {
    // More nodes than are hashed together.
    let mut entries: Vec<_> =
        (0..9000).map(|i| (hash_elements(&[Felt::new(i)]), word([i + 1, 0, 0, 0]))).collect();
    let expected = root_by_definition(&entries, 0);
    let reversed = |key: &Digest| key.elements().map(|element| element.as_int()).into_iter().rev();
    entries.sort_by(|(a, _), (b, _)| reversed(a).cmp(reversed(b)));
    let (mut nodes, mut builder) = (Nodes::default(), Builder::new(1));
    let mut store = |id, node| {
        assert_eq!(nodes.0.insert(id, node), None);
        Ok(())
    };
    for entry in &entries {
        builder.add(*entry, hash::leaf(&entry.0, &entry.1), &mut store).unwrap();
    }
    let (root, count, next_id) = builder.finish(&mut store).unwrap();
    assert_eq!((root.digest, count, next_id), (expected, 9000, 1 + nodes.0.len() as u64));
    // The reader of this test checks each digest.
    let read: Vec<_> = Entries::new(&nodes, root).collect::<Result<_, _>>().unwrap();
    assert_eq!(read, entries);
}
