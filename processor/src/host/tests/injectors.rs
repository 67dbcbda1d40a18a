use alloc::{vec, vec::Vec};

use miden_core::{
    MerkleError, RescueState, hash_elements, merge, permute,
    program::AdviceInjector::{self, *},
};
use proptest::prelude::*;

use super::*;
use crate::host::{AdviceError, AdviceProvider, inject};

/// The values that the injector adds to the tape.
#[track_caller]
fn pushed(injector: AdviceInjector, stack: &[u64]) -> Vec<u64> {
    let mut advice = advice();
    inject(injector, &Machine::new(stack), &mut advice).unwrap();
    let mut tape = tape(&advice);
    assert_eq!(tape.split_off(tape.len() - 3), [1, 2, 3]);
    tape
}

/// The list that the injector inserts under the key.
#[track_caller]
fn inserted(injector: AdviceInjector, machine: &Machine, key: &Digest) -> Vec<u64> {
    let mut advice = advice();
    assert_eq!(advice.map_get(key), None);
    inject(injector, machine, &mut advice).unwrap();
    assert_eq!(tape(&advice), [1, 2, 3]);
    advice.map_get(key).unwrap().iter().map(|value| value.as_int()).collect()
}

#[track_caller]
fn fails(injector: AdviceInjector, machine: &Machine) -> AdviceError {
    let mut advice = advice();
    let error = inject(injector, machine, &mut advice).unwrap_err();
    assert_eq!(advice, self::advice(), "a failure changes nothing");
    error
}

/// `[d, i, R]`
fn place(depth: u64, index: u64, root: &Digest) -> Vec<u64> {
    [&[depth, index][..], &on_stack(root)].concat()
}

proptest! {
    #[test]
    fn u64div_gives_quotient_and_remainder(a: u64, b in prop_oneof![any::<u64>(), 1u64..1 << 34]) {
        prop_assume!(b != 0);
        let split = |value: u64| [value & 0xffff_ffff, value >> 32];
        let ([b_lo, b_hi], [a_lo, a_hi]) = (split(b), split(a));
        let expected = [split(a / b), split(a % b)].concat();
        prop_assert_eq!(pushed(U64Div, &[b_hi, b_lo, a_hi, a_lo]), expected);
    }
}

#[test]
fn u64div_rejects_zero_and_operands_that_are_not_limbs() {
    assert_eq!(fails(U64Div, &Machine::new(&[0, 0, 1, 1])), AdviceError::DivideByZero);
    for position in 0..4 {
        let mut stack = [1; 4];
        stack[position] = 1 << 32;
        let error = AdviceError::NotU32Value { value: Felt::new(1 << 32) };
        assert_eq!(fails(U64Div, &Machine::new(&stack)), error);
    }
}

#[test]
fn lists_of_the_map_move_to_the_tape() {
    let (full, empty) = (on_stack(&word(100)), on_stack(&word(200)));
    assert_eq!(pushed(MapValue, &full), [7, 8]);
    assert_eq!(pushed(MapValue, &empty), []);
    assert_eq!(pushed(MapValueWithLength, &full), [2, 7, 8]);
    assert_eq!(pushed(MapValueWithLength, &empty), [0]);
    assert_eq!(pushed(MapValueLength, &full), [2]);
    assert_eq!(pushed(HasMapKey, &full), [1]);
    assert_eq!(pushed(HasMapKey, &empty), [1]);
}

#[test]
fn a_missing_list_is_an_error_only_where_the_list_is_needed() {
    // The key of a list, reversed.
    let mut stack = on_stack(&word(100));
    stack.reverse();
    let key = Digest::new([103, 102, 101, 100].map(Felt::new));
    for injector in [MapValue, MapValueWithLength, MapValueLength] {
        let error = AdviceError::KeyNotFound { key };
        assert_eq!(fails(injector, &Machine::new(&stack)), error);
    }
    assert_eq!(pushed(HasMapKey, &stack), [0]);
}

#[test]
fn nodes_move_to_the_tape() {
    let (store, root) = tree();
    assert_eq!(pushed(MerkleNode, &place(2, 2, &root)), [30, 31, 32, 33]);
    let inner = store.node(&root, 1, 1).unwrap().elements().map(|element| element.as_int());
    assert_eq!(pushed(MerkleNode, &place(1, 1, &root)), inner);

    let failure = |depth, index, root| fails(MerkleNode, &Machine::new(&place(depth, index, &root)));
    assert_eq!(failure(2, 0, word(1)), AdviceError::SetNotFound { root: word(1) });
    for (depth, index, reason) in [
        (0, 0, MerkleError::InvalidDepth { depth: 0 }),
        (64, 0, MerkleError::InvalidDepth { depth: 64 }),
        (258, 0, MerkleError::InvalidDepth { depth: 258 }),
        (1 << 40, 0, MerkleError::InvalidDepth { depth: 1 << 40 }),
        (2, 4, MerkleError::InvalidIndex { depth: 2, index: 4 }),
        (2, u64::MAX << 33, MerkleError::InvalidIndex { depth: 2, index: u64::MAX << 33 }),
        (3, 4, MerkleError::NodeNotFound { root, depth: 3, index: 4 }),
    ] {
        assert_eq!(failure(depth, index, root), AdviceError::SetLookupFailed { reason });
    }
}

#[test]
fn merged_trees_are_added_to_the_store() {
    let (left, right) = (tree().1, word(9));
    let mut advice = advice();
    let machine = Machine::new(&[on_stack(&right), on_stack(&left)].concat());
    inject(MerkleMerge, &machine, &mut advice).unwrap();
    assert_eq!(tape(&advice), [1, 2, 3]);
    let root = merge(Felt::new(8), &left, &right);
    assert_eq!(advice.merkle_node(&root, 3, 3), Ok(word(40)));
    assert_eq!(advice.merkle_node(&root, 1, 1), Ok(right));
}

#[test]
fn memory_moves_to_the_map() {
    let key = word(300);
    let mut machine = Machine::new(&[&on_stack(&key)[..], &[u64::from(u32::MAX), 1 << 32]].concat());
    machine.memory.insert(6, [1, 2, 3, 4].map(Felt::new));
    machine.memory.insert(u32::MAX, [5, 6, 7, 8].map(Felt::new));
    let insert = |address, count| InsertMemory { address, count };
    assert_eq!(inserted(insert(5, 3), &machine, &key), [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
    assert_eq!(inserted(insert(u32::MAX, 1), &machine, &key), [5, 6, 7, 8]);
    assert_eq!(inserted(InsertMemoryRange, &machine, &key), [5, 6, 7, 8]);
    machine.stack[4..].copy_from_slice(&[6, 6]);
    assert_eq!(inserted(InsertMemoryRange, &machine, &key), []);
}

#[test]
fn memory_ranges_that_are_invalid_or_too_long_are_rejected() {
    let range = |a: u64, b: u64| Machine::new(&[&on_stack(&word(300))[..], &[a, b]].concat());
    let invalid = |start, end| AdviceError::InvalidMemoryRange { start, end };
    assert_eq!(fails(InsertMemoryRange, &range(6, 5)), invalid(6, 5));
    assert_eq!(fails(InsertMemoryRange, &range(6, (1 << 32) + 1)), invalid(6, (1 << 32) + 1));
    assert_eq!(fails(InsertMemoryRange, &range(u64::MAX << 33, 0)), invalid(u64::MAX << 33, 0));
    let beyond = InsertMemory { address: u32::MAX, count: 2 };
    assert_eq!(fails(beyond, &range(0, 0)), invalid(u32::MAX.into(), (1 << 32) + 1));
    // The whole memory would be 2^34 elements.
    assert_eq!(fails(InsertMemoryRange, &range(0, 1 << 32)), AdviceError::LimitExceeded { limit: 1000 });
    let known = Machine::new(&on_stack(&word(100)));
    let insert = InsertMemory { address: 0, count: 1 };
    assert_eq!(fails(insert, &known), AdviceError::DuplicateKey { key: word(100) });
}

#[test]
fn words_move_to_the_map_under_their_hash() {
    // `[D, C, B, A]`, whose elements in order are 1 to 16 from A to D.
    let machine = Machine::new(&(1..=16).rev().collect::<Vec<_>>());
    let [d, c] = [[13, 14, 15, 16], [9, 10, 11, 12]].map(|word| Digest::new(word.map(Felt::new)));
    let list = (9..=16).collect::<Vec<_>>();
    let with_domain = |domain| merge(Felt::new(domain), &c, &d);
    for (domain, capacity) in [(0, 8), (8, 8), (5, 5), (u32::MAX, u32::MAX.into())] {
        assert_eq!(inserted(InsertDoubleWord { domain }, &machine, &with_domain(capacity)), list);
    }
    // The domain is the item below both words.
    assert_eq!(inserted(InsertDoubleWordInDomain, &machine, &with_domain(8)), list);
    let mut other = Machine::new(&machine.stack);
    other.stack[8] = 0;
    assert_eq!(inserted(InsertDoubleWordInDomain, &other, &with_domain(8)), list);
    other.stack[8] = 1 << 50;
    assert_eq!(inserted(InsertDoubleWordInDomain, &other, &with_domain(1 << 50)), list);

    let all = (1..=16).collect::<Vec<_>>();
    assert_eq!(inserted(InsertQuadWord, &machine, &hash_elements(&felts(&all))), all);

    // Capacity 5 to 8, rate 9 to 16.
    let mut state: RescueState = core::array::from_fn(|i| Felt::new(5 + i as u64));
    permute(&mut state);
    let key = Digest::new([state[4], state[5], state[6], state[7]]);
    assert_eq!(inserted(InsertPermutation, &machine, &key), list);
}

#[test]
fn words_do_not_replace_another_list() {
    let machine = Machine::new(&(1..=16).rev().collect::<Vec<_>>());
    for injector in
        [InsertDoubleWord { domain: 0 }, InsertDoubleWordInDomain, InsertQuadWord, InsertPermutation]
    {
        let mut advice = advice();
        inject(injector, &machine, &mut advice).unwrap();
        let once = advice.clone();
        assert_eq!(inject(injector, &machine, &mut advice), Ok(()), "an equal list is fine");
        assert_eq!(advice, once);
        let key = *once.map().keys().find(|&key| self::advice().map_get(key).is_none()).unwrap();
        let mut other = self::advice();
        other.map_insert(key, Vec::new()).unwrap();
        let error = AdviceError::DuplicateKey { key };
        assert_eq!(inject(injector, &machine, &mut other), Err(error));
    }
}

#[test]
fn injectors_stop_at_the_limit() {
    let key = on_stack(&word(100));
    let size = advice().num_elements();
    let injectors = [
        (U64Div, vec![1; 4]),
        (MapValue, key.to_vec()),
        (MapValueWithLength, key.to_vec()),
        (MapValueLength, key.to_vec()),
        (HasMapKey, key.to_vec()),
        (MerkleNode, place(1, 0, &tree().1)),
        (MerkleMerge, vec![3; 8]),
        (InsertMemory { address: 0, count: 1 }, vec![3; 4]),
        (InsertDoubleWord { domain: 0 }, vec![3; 8]),
        (InsertDoubleWordInDomain, vec![3; 9]),
        (InsertQuadWord, vec![3; 16]),
        (InsertPermutation, vec![3; 12]),
    ];
    for (injector, stack) in injectors {
        let mut advice = InMemoryAdvice::new(inputs(), size).unwrap();
        let before = advice.clone();
        let error = AdviceError::LimitExceeded { limit: size };
        assert_eq!(inject(injector, &Machine::new(&stack), &mut advice), Err(error), "{injector:?}");
        assert_eq!(advice, before);
    }
}
