use alloc::{vec, vec::Vec};

use miden_core::hash_elements;

use super::*;
use crate::{MemoryStorage, StorageBackend, Trie};

/// A machine that has stopped at an event: only its stack counts.
struct Stopped([Felt; 8]);

impl Stopped {
    /// The stack `[KEY, ROOT]`.
    fn at(key: &Digest, root: &Digest) -> Self {
        let mut items = [*root.elements(), *key.elements()].concat();
        items.reverse();
        Self(items.try_into().unwrap())
    }
}

impl ProcessState for Stopped {
    fn clk(&self) -> u64 {
        0
    }

    fn ctx(&self) -> u64 {
        0
    }

    fn fmp(&self) -> Felt {
        Felt::new(0)
    }

    fn depth(&self) -> usize {
        16
    }

    fn item(&self, position: usize) -> Felt {
        self.0.get(position).copied().unwrap_or(Felt::new(0))
    }

    fn memory(&self, _ctx: u64, _address: u32) -> Word {
        Word::from(EMPTY)
    }

    fn written_memory(&self, _ctx: u64) -> Vec<(u32, Word)> {
        Vec::new()
    }
}

const MAX_ADVICE: usize = 1 << 20;

fn key(i: u64) -> Digest {
    hash_elements(&[Felt::new(i)])
}

fn value(i: u64) -> Digest {
    Digest::new([i, 0, 0, 1].map(Felt::new))
}

/// Storage with `n` entries, in several versions.
fn storage(n: u64) -> MemoryStorage {
    let mut storage = MemoryStorage::new();
    for i in 0..n {
        storage.edit(&[(key(i), value(i))].into()).unwrap();
    }
    storage
}

fn host(storage: &MemoryStorage) -> StorageHost<&MemoryStorage> {
    StorageHost::new(storage, AdviceInputs::default(), MAX_ADVICE).unwrap()
}

/// Emits an event and returns the answer.
fn ask(host: &mut StorageHost<&MemoryStorage>, event: u32, key: &Digest, root: &Digest) -> Vec<Felt> {
    host.on_event(event, &Stopped::at(key, root)).unwrap();
    let answer: Vec<Felt> = host.advice.tape().collect();
    for item in &answer {
        assert_eq!(host.advice.read().as_ref(), Ok(item));
    }
    answer
}

/// Does on the host's advice what the program does to set a value, and returns the new root.
fn set(host: &mut StorageHost<&MemoryStorage>, root: &Digest, key: &Digest, to: &Digest) -> Digest {
    ask(host, FIND_EVENT, key, root);
    let (end, siblings) = host.descend(root, key).unwrap();
    let mut place = |key: &Digest, value: &Digest| {
        let digest = hash::leaf(key, value);
        let list = [*key.elements(), *value.elements()].concat();
        host.advice.map_insert(digest, list).unwrap();
        digest
    };
    let is_own = matches!(&end, Subtree::Leaf { key: found, .. } if found == key);
    let (mut node, mut level) = (EMPTY, siblings.len());
    match end {
        _ if *to != EMPTY && (is_own || matches!(end, Subtree::Empty)) => node = place(key, to),
        Subtree::Leaf { key: other, value } if *to != EMPTY => {
            let split = (0..).find(|&level| hash::bit(key, level) != hash::bit(&other, level)).unwrap();
            let (own, other) = (place(key, to), place(&other, &value));
            let pair = |node, other, level| if hash::bit(key, level) { (other, node) } else { (node, other) };
            let (left, right) = pair(own, other, split);
            node = host.advice.merkle_merge(&left, &right).unwrap();
            for level in (level as u32..split).rev() {
                let (left, right) = pair(node, EMPTY, level);
                node = host.advice.merkle_merge(&left, &right).unwrap();
            }
        }
        Subtree::Leaf { .. } if is_own && !siblings.is_empty() => {
            ask(host, REMOVE_EVENT, key, root);
            // The sibling has been loaded; a leaf moves up past empty siblings.
            if let Some(Subtree::Leaf { key, value }) = host.subtree(&siblings[level - 1]).unwrap() {
                node = hash::leaf(&key, &value);
                level -= 1;
                while level > 0 && siblings[level - 1] == EMPTY {
                    level -= 1;
                }
            }
        }
        Subtree::Leaf { .. } if is_own => {}
        _ => return *root,
    }
    for (level, sibling) in siblings[..level].iter().enumerate().rev() {
        let (left, right) = if hash::bit(key, level as u32) { (*sibling, node) } else { (node, *sibling) };
        node = host.advice.merkle_merge(&left, &right).unwrap();
    }
    node
}

#[test]
fn answers_say_where_a_path_ends() {
    let storage = storage(3);
    let root = storage.head().unwrap().root;
    let mut host = host(&storage);
    for i in 0..6 {
        let answer = ask(&mut host, FIND_EVENT, &key(i), &root);
        let proof = crate::prove_entry(&storage, &storage.current().unwrap().1, &key(i)).unwrap();
        assert_eq!(answer[0].as_int(), proof.siblings.len() as u64);
        if i < 3 {
            assert_eq!((answer[1].as_int(), &answer[2..]), (1, value(i).elements().as_slice()));
        } else {
            assert_ne!(answer[1].as_int(), 1);
        }
    }
    assert_eq!(ask(&mut host, FIND_EVENT, &key(0), &EMPTY), [0, 0].map(Felt::new));
}

#[test]
fn only_nodes_on_the_paths_are_loaded() {
    let storage = storage(400);
    let root = storage.head().unwrap().root;
    let mut host = host(&storage);
    ask(&mut host, FIND_EVENT, &key(7), &root);
    let loaded = host.advice.merkle_store().len();
    assert!((4..30).contains(&loaded), "{loaded}");
    ask(&mut host, FIND_EVENT, &key(7), &root);
    assert_eq!(host.advice.merkle_store().len(), loaded);
}

#[test]
fn the_limit_of_the_advice_covers_loaded_nodes() {
    let storage = storage(50);
    let root = storage.head().unwrap().root;
    let mut host = StorageHost::new(&storage, AdviceInputs::default(), 40).unwrap();
    let error = host.on_event(FIND_EVENT, &Stopped::at(&key(7), &root)).unwrap_err();
    assert!(error.to_string().contains("more than 40 elements"), "{error}");
}

#[test]
fn the_writes_of_a_run_are_those_that_lead_to_its_last_state() {
    // Additions, changes, no changes, removals with siblings of both kinds, down to one and to none.
    let storage = storage(12);
    let runs: [Vec<(u64, u64)>; 6] = [
        (100..140).map(|i| (i, i)).collect(),
        vec![(3, 300), (4, 4), (500, 0)],
        (0..11).map(|i| (i, 0)).collect(),
        (0..12).map(|i| (i, 0)).collect(),
        (0..12).map(|i| (i, 0)).chain((0..3).map(|i| (i, i))).collect(),
        Vec::new(),
    ];
    for run in runs {
        let mut host = host(&storage);
        let mut model = Trie::new(&storage, storage.current().unwrap().1);
        let mut root = host.version().root;
        for (i, to) in run {
            let to = if to == 0 { EMPTY } else { value(to) };
            root = set(&mut host, &root, &key(i), &to);
            model.set(&key(i), &to).unwrap();
            assert_eq!(root, model.root());
        }
        let writes = host.writes(&root).unwrap();
        let mut copy = storage.clone();
        assert_eq!(copy.edit(&writes).unwrap().root, root);
    }
}

#[test]
fn a_last_state_that_is_not_a_trie_is_an_error() {
    let storage = storage(2);
    let mut host = host(&storage);
    let [a, b] = [key(8), key(9)].map(|key| {
        let digest = hash::leaf(&key, &value(1));
        let list = [*key.elements(), *value(1).elements()].concat();
        host.advice.map_insert(digest, list).unwrap();
        digest
    });
    // Far too deep, and with two to the power of its depth leaves.
    let mut node = host.advice.merkle_merge(&a, &b).unwrap();
    for _ in 0..1000 {
        node = host.advice.merkle_merge(&node, &node).unwrap();
    }
    assert!(matches!(host.writes(&node), Err(StorageError::InvalidState { .. })));
    let hollow = host.advice.merkle_merge(&EMPTY, &EMPTY).unwrap();
    assert!(matches!(host.writes(&hollow), Err(StorageError::InvalidState { .. })));
    let missing = host.advice.merkle_merge(&value(5), &value(6)).unwrap();
    assert!(matches!(host.writes(&missing), Err(StorageError::MissingNode { .. })));
}

#[test]
fn a_list_under_the_digest_of_a_leaf_is_not_believed() {
    let storage = storage(0);
    let mut host = host(&storage);
    let digest = hash::leaf(&key(1), &value(1));
    host.advice.map_insert(digest, [*key(1).elements(), *value(2).elements()].concat()).unwrap();
    let error = host.on_event(FIND_EVENT, &Stopped::at(&key(1), &digest)).unwrap_err();
    assert!(error.to_string().contains("neither stored nor made"), "{error}");
}

#[test]
fn other_events_have_no_handler() {
    let storage = storage(0);
    let state = Stopped::at(&key(1), &EMPTY);
    assert_eq!(host(&storage).on_event(77, &state), Err(EventError::NoHandler { event: 77 }));
}
