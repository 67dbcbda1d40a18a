use miden_core::{Digest, MerkleStore};

use crate::{
    Run,
    run::{P, digest, items},
};

const DEPTH: u8 = 3;

fn leaf(index: u64) -> Digest {
    digest([index + 1, 10, 20, 30])
}

fn tree() -> (MerkleStore, Digest) {
    let mut store = MerkleStore::new();
    let leaves: Vec<Digest> = (0..1 << DEPTH).map(leaf).collect();
    let root = store.add_tree(&leaves).unwrap();
    (store, root)
}

/// `[d, i, R, …]`
fn at(depth: u64, index: u64, root: &Digest) -> impl Iterator<Item = u64> + Clone + use<> {
    [depth, index].into_iter().chain(items(root))
}

#[test]
fn nodes_are_found_at_every_depth() {
    let (store, root) = tree();
    for depth in 1..=DEPTH {
        for index in 0..1 << depth {
            let node = store.node(&root, depth, index).unwrap();
            let place = at(depth.into(), index, &root);
            let run = |body: &str| Run::body(body).merkle_store(store.clone());
            let expected = items(&node).into_iter().chain(items(&root));
            run("mtree_get").stack(place.clone().chain([9])).gives(expected.chain([9]));
            let with_node = items(&node).into_iter().chain(place);
            run("mtree_verify").stack(with_node.clone()).gives(with_node.clone());
            // Also with items below the top 16.
            run("mtree_verify").stack(with_node.clone().chain(50..70)).gives(with_node.chain(50..70));
        }
    }
}

#[test]
fn wrong_nodes_are_not_verified() {
    let (store, root) = tree();
    for position in 0..4 {
        let mut node = leaf(5).elements().map(|element| element.as_int());
        node[position] += 1;
        let stack = items(&digest(node)).into_iter().chain(at(3, 5, &root));
        let run = |body: &str| Run::body(body).merkle_store(store.clone()).stack(stack.clone());
        run("mtree_verify").fails("MerklePathVerificationFailed");
        let error = run("mtree_verify.err=\"not a member\"").fails("MerklePathVerificationFailed");
        assert!(error.to_string().contains("not a member"), "{error}");
    }
    let stack = items(&leaf(5)).into_iter().chain(at(3, 4, &root));
    Run::body("mtree_verify").merkle_store(store).stack(stack).fails("MerklePathVerificationFailed");
}

#[test]
fn positions_outside_of_a_tree_are_not_found() {
    let (store, root) = tree();
    let places = [(0, 0), (4, 0), (64, 0), (63, 0), (P - 1, 0), (3, 8), (1, 2), (3, 1 << 63), (3, P - 1)];
    for (depth, index) in places {
        for instruction in ["mtree_get", "mtree_set", "mtree_cwm", "adv.push_mtnode"] {
            let run = Run::body(instruction).merkle_store(store.clone()).stack(at(depth, index, &root));
            run.fails("AdviceSetLookupFailed");
        }
        let stack = [1, 2, 3, 4].into_iter().chain(at(depth, index, &root));
        Run::body("mtree_verify").merkle_store(store.clone()).stack(stack).fails("AdviceSetLookupFailed");
    }
    for instruction in ["mtree_get", "mtree_set", "mtree_cwm", "adv.push_mtnode"] {
        let run = Run::body(instruction).merkle_store(store.clone());
        run.stack(at(3, 0, &digest([1, 2, 3, 4]))).fails("AdviceSetNotFound");
    }
    let stack = items(&leaf(0)).into_iter().chain(at(3, 0, &digest([1, 2, 3, 4])));
    Run::body("mtree_verify").merkle_store(store).stack(stack).fails("AdviceSetNotFound");
}

#[test]
fn replacing_a_node_keeps_both_trees() {
    let (store, root) = tree();
    let new = digest([7, 7, 7, 7]);
    for (depth, index) in [(3u8, 0u64), (3, 5), (3, 7), (2, 1), (1, 0)] {
        let mut changed = store.clone();
        let new_root = changed.set_node(&root, depth, index, &new).unwrap();
        let inputs = at(depth.into(), index, &root).chain(items(&new));
        let run = |body: &str| Run::body(body).merkle_store(store.clone()).stack(inputs.clone().chain([9]));
        run("mtree_set").gives(items(&new_root).into_iter().chain(items(&new)).chain([9]));
        let expected = items(&new_root).into_iter().chain(items(&new)).chain(items(&root));
        run("mtree_cwm").gives(expected.chain([9]));
        for (body, root, node) in [
            ("mtree_set swapw dropw", new_root, new),
            ("mtree_cwm dropw dropw", root, store.node(&root, depth, index).unwrap()),
        ] {
            // [R, 9] → [V]
            let body = format!("{body} push.{index}.{depth} mtree_get swapw dropw");
            run(&body).gives(items(&node).into_iter().chain([9]));
            assert_ne!(root, Digest::default());
        }
    }
}

#[test]
fn merged_trees_are_in_the_store() {
    let (mut store, right) = tree();
    let left = store.add_tree(&[leaf(20), leaf(21)]).unwrap();
    let run = |body: &str| {
        let stack = items(&right).into_iter().chain(items(&left)).chain([9]);
        Run::body(body).merkle_store(store.clone()).stack(stack)
    };
    run("mtree_merge push.1.2 mtree_get swapw dropw").gives(items(&leaf(21)).into_iter().chain([9]));
    run("mtree_merge push.13.4 mtree_get swapw dropw").gives(items(&leaf(5)).into_iter().chain([9]));
    // A hash alone does not add a tree.
    run("hmerge push.1.2 mtree_get").fails("AdviceSetNotFound");
}

#[test]
fn an_injector_pushes_a_node() {
    let (store, root) = tree();
    let run = Run::body("adv.push_mtnode adv_pushw").merkle_store(store).stack(at(3, 6, &root));
    run.gives(items(&leaf(6)).into_iter().chain(at(3, 6, &root)));
}

#[test]
fn a_forged_node_is_rejected() {
    // Like `mtree_get`, but with a wrong node on the tape instead of the injector.
    let (store, root) = tree();
    let body = "adv_push.4 mtree_verify";
    let run = Run::body(body).merkle_store(store).stack(at(3, 2, &root)).tape([1, 2, 3, 4]);
    run.fails("MerklePathVerificationFailed");
}
