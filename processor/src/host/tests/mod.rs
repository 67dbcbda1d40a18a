use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{AdviceInputs, Digest, Felt, MerkleStore, Word, field::FieldElement};

use super::{InMemoryAdvice, ProcessState};

mod advice;
mod events;
mod injectors;
mod replay;

/// A machine in context 3, with this stack, top first, and this memory.
#[derive(Default)]
struct Machine {
    stack: Vec<u64>,
    memory: BTreeMap<u32, Word>,
}

impl Machine {
    fn new(stack: &[u64]) -> Self {
        Self { stack: stack.to_vec(), memory: BTreeMap::new() }
    }
}

impl ProcessState for Machine {
    fn clk(&self) -> u64 {
        17
    }

    fn ctx(&self) -> u64 {
        3
    }

    fn fmp(&self) -> Felt {
        Felt::new(1 << 30)
    }

    fn depth(&self) -> usize {
        self.stack.len().max(16)
    }

    fn item(&self, position: usize) -> Felt {
        self.stack.get(position).copied().map_or(Felt::ZERO, Felt::new)
    }

    fn memory(&self, ctx: u64, address: u32) -> Word {
        assert_eq!(ctx, 3, "injectors see the current context");
        self.memory.get(&address).copied().unwrap_or_default()
    }

    fn written_memory(&self, ctx: u64) -> Vec<(u32, Word)> {
        assert_eq!(ctx, 3, "injectors see the current context");
        self.memory.iter().map(|(address, word)| (*address, *word)).collect()
    }
}

fn felts(values: &[u64]) -> Vec<Felt> {
    values.iter().copied().map(Felt::new).collect()
}

fn word(value: u64) -> Digest {
    Digest::new([value, value + 1, value + 2, value + 3].map(Felt::new))
}

/// The items of a digest on the stack, top first.
fn on_stack(digest: &Digest) -> [u64; 4] {
    let [e0, e1, e2, e3] = digest.elements().map(|element| element.as_int());
    [e3, e2, e1, e0]
}

/// A tree with the leaves 10, 20, 30, 40, and its root.
fn tree() -> (MerkleStore, Digest) {
    let mut store = MerkleStore::new();
    let root = store.add_tree(&[10, 20, 30, 40].map(word)).unwrap();
    (store, root)
}

/// Tape `[1, 2, 3]`, lists `[7, 8]` under key 100 and `[]` under key 200, the tree.
fn inputs() -> AdviceInputs {
    let map = [(word(100), felts(&[7, 8])), (word(200), Vec::new())];
    AdviceInputs::new(felts(&[1, 2, 3])).with_map(map.into()).with_merkle_store(tree().0)
}

fn advice() -> InMemoryAdvice {
    InMemoryAdvice::new(inputs(), 1000).unwrap()
}

fn tape(advice: &InMemoryAdvice) -> Vec<u64> {
    advice.tape().map(|value| value.as_int()).collect()
}
