use alloc::{vec, vec::Vec};

use proptest::{collection::vec as vec_of, prelude::*};

use super::*;
use crate::{DecodeError, Digest, Felt, Reader, Writer, merge};

/// Model of the store: all nodes of a complete tree by depth, root first.
struct FullTree(Vec<Vec<Digest>>);

impl FullTree {
    fn new(leaves: Vec<Digest>) -> Self {
        let mut layers = vec![leaves];
        while layers[0].len() > 1 {
            layers
                .insert(0, layers[0].chunks(2).map(|pair| merge(Felt::new(8), &pair[0], &pair[1])).collect());
        }
        Self(layers)
    }

    fn root(&self) -> Digest {
        self.0[0][0]
    }

    fn depth(&self) -> u8 {
        (self.0.len() - 1) as u8
    }

    /// Depth, index and value of every node but the root.
    fn nodes(&self) -> impl Iterator<Item = (u8, u64, Digest)> {
        self.0.iter().enumerate().skip(1).flat_map(|(depth, layer)| {
            layer.iter().enumerate().map(move |(index, &node)| (depth as u8, index as u64, node))
        })
    }

    fn path(&self, depth: u8, index: u64) -> Vec<Digest> {
        let sibling = |up: u8| self.0[usize::from(depth - up)][(index >> up ^ 1) as usize];
        (0..depth).map(sibling).collect()
    }

    fn set(&self, depth: u8, index: u64, value: Digest) -> Self {
        let mut layers = self.0.clone();
        layers[usize::from(depth)][index as usize] = value;
        for depth in (0..usize::from(depth)).rev() {
            for i in 0..layers[depth].len() {
                layers[depth][i] =
                    merge(Felt::new(8), &layers[depth + 1][2 * i], &layers[depth + 1][2 * i + 1]);
            }
        }
        Self(layers)
    }

    /// Checks that the store has the tree down to this depth.
    #[track_caller]
    fn assert_known(&self, store: &MerkleStore, down_to: u8) {
        let root = self.root();
        assert!(store.contains(&root));
        for (depth, index, node) in self.nodes().filter(|&(depth, ..)| depth <= down_to) {
            assert_eq!(store.node(&root, depth, index), Ok(node));
            let path = store.path(&root, depth, index).unwrap();
            assert_eq!(path, self.path(depth, index));
            assert_eq!(merkle_root(index, &node, &path), root);
        }
    }
}

fn word(value: u64) -> Digest {
    Digest::new([value, value ^ 1, 2, value << 7].map(Felt::new))
}

fn words(count: u64) -> Vec<Digest> {
    (0..count).map(|i| word(i + 1)).collect()
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u32; 4]>().prop_map(|elements| Digest::new(elements.map(|element| Felt::new(element.into()))))
}

fn leaves(max_depth: u32) -> impl Strategy<Value = Vec<Digest>> {
    (1..=max_depth).prop_flat_map(|depth| vec_of(digest(), 1 << depth))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_tree_is_stored_as_built(leaves in leaves(5)) {
        let (mut store, model) = (MerkleStore::new(), FullTree::new(leaves.clone()));
        prop_assert_eq!(store.add_tree(&leaves), Ok(model.root()));
        model.assert_known(&store, model.depth());
        prop_assert!(store.len() < leaves.len());
    }

    #[test]
    fn a_sparse_tree_is_the_full_tree_with_zeros(depth in 1u8..=6, chosen in vec_of(any::<Option<u32>>(), 64)) {
        let number = 1 << depth;
        let leaf = |choice: &Option<u32>| choice.map_or(Digest::default(), |value| word(value.into()));
        let model = FullTree::new(chosen.iter().map(leaf).take(number).collect());
        let given = chosen.iter().enumerate().take(number).filter(|(_, choice)| choice.is_some());
        let mut given: Vec<_> = given.map(|(index, choice)| (index as u64, leaf(choice))).collect();
        given.reverse();
        let mut store = MerkleStore::new();
        prop_assert_eq!(store.add_sparse_tree(depth, &given), Ok(model.root()));
        model.assert_known(&store, depth);
    }

    #[test]
    fn a_partial_tree_has_the_root_of_the_whole(leaves in leaves(5), stops in vec_of(0u8..=5, 64)) {
        let model = FullTree::new(leaves);
        // Descends from the root; the node at which it stops becomes a leaf.
        let (mut given, mut open) = (Vec::new(), vec![(0u8, 0u64)]);
        while let Some((depth, index)) = open.pop() {
            let stop = depth > 0 && stops[(index + (1 << depth)) as usize] == 0;
            if stop || depth == model.depth() {
                given.push(((depth, index), model.0[usize::from(depth)][index as usize]));
            } else {
                open.extend([(depth + 1, 2 * index), (depth + 1, 2 * index + 1)]);
            }
        }
        let mut store = MerkleStore::new();
        prop_assert_eq!(store.add_partial_tree(&given), Ok(model.root()));
        for ((depth, index), node) in given {
            prop_assert_eq!(store.path(&model.root(), depth, index), Ok(model.path(depth, index)));
            prop_assert_eq!(store.node(&model.root(), depth, index), Ok(node));
        }
    }

    #[test]
    fn setting_a_node_keeps_the_old_tree(leaves in leaves(4), place in any::<(u8, u64)>(), value in digest()) {
        let model = FullTree::new(leaves.clone());
        let depth = 1 + place.0 % model.depth();
        let index = place.1 % (1 << depth);
        let mut store = MerkleStore::new();
        store.add_tree(&leaves).unwrap();
        let root = store.set_node(&model.root(), depth, index, &value).unwrap();
        let after = model.set(depth, index, value);
        prop_assert_eq!(root, after.root());
        model.assert_known(&store, model.depth());
        after.assert_known(&store, depth);
    }

    #[test]
    fn a_path_adds_its_nodes(leaves in leaves(5), at in any::<u64>()) {
        let model = FullTree::new(leaves);
        let (depth, index) = (model.depth(), at % (1 << model.depth()));
        let (node, path) = (model.0[usize::from(depth)][index as usize], model.path(depth, index));
        let mut store = MerkleStore::new();
        prop_assert_eq!(store.add_path(index, &node, &path), Ok(model.root()));
        prop_assert_eq!(store.len(), usize::from(depth));
        prop_assert_eq!(store.node(&model.root(), depth, index), Ok(node));
        prop_assert_eq!(store.node(&model.root(), depth, index ^ 1), Ok(path[0]));
        prop_assert_eq!(store.path(&model.root(), depth, index), Ok(path));
    }

    #[test]
    fn stores_round_trip_as_bytes(trees in vec_of(leaves(3), 0..4)) {
        let mut store = MerkleStore::new();
        for leaves in trees {
            store.add_tree(&leaves).unwrap();
        }
        let bytes = bytes(&store);
        prop_assert_eq!(read(&bytes), Ok(store));
        for len in 0..bytes.len() {
            prop_assert!(read(&bytes[..len]).is_err());
        }
    }
}

fn bytes(store: &MerkleStore) -> Vec<u8> {
    let mut writer = Writer::new();
    store.write(&mut writer);
    writer.finish()
}

fn read(bytes: &[u8]) -> Result<MerkleStore, DecodeError> {
    let mut reader = Reader::new(bytes);
    let store = MerkleStore::read(&mut reader)?;
    reader.finish()?;
    Ok(store)
}

#[test]
fn encoded_nodes_must_ascend() {
    let mut store = MerkleStore::new();
    store.add_tree(&words(4)).unwrap();
    let bytes = bytes(&store);
    let (count, nodes) = bytes.split_at(4);
    let [first, second, third] = [0, 1, 2].map(|i| &nodes[64 * i..64 * (i + 1)]);
    for order in [[second, first, third], [first, third, second], [first, first, third]] {
        let error = read(&[count, &order.concat()].concat()).unwrap_err();
        assert!(
            matches!(error, DecodeError::Invalid { what: "Merkle store", offset: 68 | 132, .. }),
            "{error}"
        );
    }
}

#[test]
fn an_excessive_number_of_nodes_is_rejected_before_allocation() {
    let error = read(&u32::MAX.to_le_bytes()).unwrap_err();
    assert_eq!(error, DecodeError::Truncated { what: "Merkle store", offset: 0 });
}

#[test]
fn the_deepest_sparse_tree_is_small() {
    let last = (1 << 63) - 1;
    let given = [(last, word(9)), (0, word(7)), (1, word(8))];
    let mut store = MerkleStore::new();
    let root = store.add_sparse_tree(63, &given).unwrap();
    assert!(store.len() <= 4 * 63);
    for (index, leaf) in given.into_iter().chain([(2, Digest::default()), (last / 2, Digest::default())]) {
        assert_eq!(store.node(&root, 63, index), Ok(leaf));
        let path = store.path(&root, 63, index).unwrap();
        assert_eq!(merkle_root(index, &leaf, &path), root);
    }
    let after = store.set_node(&root, 63, last / 2, &word(5)).unwrap();
    let with_leaf = [&given[..], &[(last / 2, word(5))]].concat();
    assert_eq!(MerkleStore::new().add_sparse_tree(63, &with_leaf), Ok(after));
}

#[test]
fn a_sparse_tree_without_leaves_is_all_zeros() {
    let mut store = MerkleStore::new();
    let root = store.add_sparse_tree(3, &[]).unwrap();
    let model = FullTree::new(vec![Digest::default(); 8]);
    assert_eq!(root, model.root());
    model.assert_known(&store, 3);
    let with_zero = MerkleStore::new().add_sparse_tree(3, &[(4, Digest::default())]);
    assert_eq!(with_zero, Ok(root));
}

#[test]
fn merging_two_roots_makes_a_deeper_tree() {
    let (mut store, leaves) = (MerkleStore::new(), words(8));
    let left = store.add_tree(&leaves[..4]).unwrap();
    let right = store.add_tree(&leaves[4..]).unwrap();
    assert_ne!(store.merge(&right, &left), store.merge(&left, &right));
    let model = FullTree::new(leaves);
    assert_eq!(store.merge(&left, &right), model.root());
    model.assert_known(&store, 3);
}

#[test]
fn invalid_places_are_rejected() {
    let mut store = MerkleStore::new();
    let root = store.add_tree(&words(4)).unwrap();
    let before = store.clone();
    let cases = [
        (root, 0, 0, MerkleError::InvalidDepth { depth: 0 }),
        (root, 64, 0, MerkleError::InvalidDepth { depth: 64 }),
        (root, 255, u64::MAX, MerkleError::InvalidDepth { depth: 255 }),
        (root, 2, 4, MerkleError::InvalidIndex { depth: 2, index: 4 }),
        (root, 63, 1 << 63, MerkleError::InvalidIndex { depth: 63, index: 1 << 63 }),
        (root, 3, 0, MerkleError::NodeNotFound { root, depth: 3, index: 0 }),
        (root, 63, 5, MerkleError::NodeNotFound { root, depth: 63, index: 5 }),
        (word(1), 1, 0, MerkleError::RootNotFound { root: word(1) }),
    ];
    for (root, depth, index, error) in cases {
        assert_eq!(store.node(&root, depth, index), Err(error.clone()));
        assert_eq!(store.path(&root, depth, index), Err(error.clone()));
        assert_eq!(store.set_node(&root, depth, index, &word(3)), Err(error));
    }
    assert_eq!(store, before);
}

#[test]
fn malformed_trees_are_rejected() {
    let mut store = MerkleStore::new();
    for count in [0, 1, 3, 6] {
        let error = MerkleError::NumLeavesNotPowerOfTwo { got: count as usize };
        assert_eq!(store.add_tree(&words(count)), Err(error));
    }
    let value = word(1);
    for depth in [0, 64] {
        let error = MerkleError::InvalidDepth { depth: depth.into() };
        assert_eq!(store.add_sparse_tree(depth, &[]), Err(error));
    }
    let error = MerkleError::InvalidIndex { depth: 3, index: 8 };
    assert_eq!(store.add_sparse_tree(3, &[(1, value), (8, value)]), Err(error));
    let error = MerkleError::DuplicateNode { depth: 3, index: 5 };
    assert_eq!(store.add_sparse_tree(3, &[(5, value), (1, value), (5, value)]), Err(error));
    let error = MerkleError::InvalidDepth { depth: 0 };
    assert_eq!(store.add_path(0, &value, &[]), Err(error));
    let error = MerkleError::InvalidDepth { depth: 64 };
    assert_eq!(store.add_path(0, &value, &[value; 64]), Err(error));
    let error = MerkleError::InvalidIndex { depth: 2, index: 4 };
    assert_eq!(store.add_path(4, &value, &[value; 2]), Err(error));
    assert!(store.is_empty());
}

#[test]
fn malformed_partial_trees_are_rejected() {
    let value = word(1);
    let given = |places: &[(u8, u64)]| {
        let leaves: Vec<_> = places.iter().map(|&place| (place, value)).collect();
        MerkleStore::new().add_partial_tree(&leaves)
    };
    assert!(given(&[(2, 1), (1, 1), (2, 0)]).is_ok());
    assert_eq!(given(&[]), Err(MerkleError::NoLeaves));
    assert_eq!(given(&[(0, 0)]), Err(MerkleError::InvalidDepth { depth: 0 }));
    assert_eq!(given(&[(64, 0)]), Err(MerkleError::InvalidDepth { depth: 64 }));
    assert_eq!(given(&[(1, 2)]), Err(MerkleError::InvalidIndex { depth: 1, index: 2 }));
    assert_eq!(given(&[(1, 0)]), Err(MerkleError::SiblingMissing { depth: 1, index: 1 }));
    assert_eq!(given(&[(1, 1), (2, 1)]), Err(MerkleError::SiblingMissing { depth: 2, index: 0 }));
    assert_eq!(
        given(&[(2, 1), (2, 2), (1, 0), (1, 1)]),
        Err(MerkleError::SiblingMissing { depth: 2, index: 0 })
    );
    assert_eq!(given(&[(2, 0), (2, 1), (1, 0), (1, 1)]), Err(MerkleError::NotALeaf { depth: 1, index: 0 }));
    assert_eq!(given(&[(1, 0), (1, 1), (1, 0)]), Err(MerkleError::DuplicateNode { depth: 1, index: 0 }));
}

#[test]
fn a_store_is_the_same_whatever_the_order_of_its_trees() {
    let large: Vec<_> = (0..300).map(|i| (i * i, word(i))).collect();
    let small: Vec<_> = (0..40).map(|i| [word(i), word(i + 1)]).collect();
    let (mut first, mut last) = (MerkleStore::new(), MerkleStore::new());
    first.add_sparse_tree(40, &large).unwrap();
    for pair in &small {
        first.add_tree(pair).unwrap();
        last.add_tree(pair).unwrap();
    }
    last.add_sparse_tree(40, &large).unwrap();
    assert_eq!(first, last);
    // One node at a time.
    let mut single = MerkleStore::new();
    let nodes = first.nodes().map(|(_, children)| *children);
    nodes.for_each(|children| {
        single.merge(&children.left, &children.right);
    });
    assert_eq!(single, first);
}
