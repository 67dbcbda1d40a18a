use miden_core::MerkleError;

use super::*;
use crate::host::{AdviceError, AdviceProvider};

#[test]
fn the_tape_is_read_from_its_front() {
    let mut advice = advice();
    assert_eq!(advice.read(), Ok(Felt::new(1)));
    advice.push_front(&felts(&[11, 12, 13, 14, 15, 16])).unwrap();
    assert_eq!(tape(&advice), [11, 12, 13, 14, 15, 16, 2, 3]);
    let eight = [[11, 12, 13, 14], [15, 16, 2, 3]].map(|word| word.map(Felt::new));
    assert_eq!(advice.clone().read_two_words(), Ok(eight));
    assert_eq!(advice.read_word(), Ok([11, 12, 13, 14].map(Felt::new)));
    assert_eq!(tape(&advice), [15, 16, 2, 3]);
}

#[test]
fn a_tape_that_is_too_short_is_left_unchanged() {
    let mut advice = advice();
    let before = advice.clone();
    assert_eq!(advice.read_word(), Err(AdviceError::TapeReadFailed { needed: 4, left: 3 }));
    assert_eq!(advice.read_two_words(), Err(AdviceError::TapeReadFailed { needed: 8, left: 3 }));
    assert_eq!(advice, before);
    for value in [1, 2, 3] {
        assert_eq!(advice.read(), Ok(Felt::new(value)));
    }
    assert_eq!(advice.read(), Err(AdviceError::TapeReadFailed { needed: 1, left: 0 }));
}

#[test]
fn a_key_keeps_its_list() {
    let mut advice = advice();
    assert_eq!(advice.map_get(&word(100)), Some(&felts(&[7, 8])[..]));
    assert_eq!(advice.map_get(&word(300)), None);
    let before = advice.clone();
    assert_eq!(advice.map_insert(word(100), felts(&[7, 8])), Ok(()));
    let error = AdviceError::DuplicateKey { key: word(100) };
    assert_eq!(advice.map_insert(word(100), felts(&[7])), Err(error));
    assert_eq!(advice, before);
    advice.map_insert(word(300), felts(&[9])).unwrap();
    assert_eq!(advice.map_get(&word(300)), Some(&felts(&[9])[..]));
}

#[test]
fn setting_a_node_keeps_both_trees() {
    let (mut advice, (_, root)) = (advice(), tree());
    let after = advice.merkle_set(&root, 2, 1, &word(50)).unwrap();
    assert_eq!(advice.merkle_node(&root, 2, 1), Ok(word(20)));
    assert_eq!(advice.merkle_node(&after, 2, 1), Ok(word(50)));
    assert_eq!(advice.merkle_path(&after, 2, 1), advice.merkle_path(&root, 2, 1));
    // An inner node can be set too; the new tree has nothing below it.
    let inner = advice.merkle_set(&root, 1, 0, &word(60)).unwrap();
    assert_eq!(advice.merkle_node(&inner, 2, 2), Ok(word(30)));
    let reason = MerkleError::NodeNotFound { root: inner, depth: 2, index: 0 };
    assert_eq!(advice.merkle_node(&inner, 2, 0), Err(AdviceError::SetLookupFailed { reason }));
}

#[test]
fn failures_of_merkle_trees_name_their_cause() {
    let (mut advice, (_, root)) = (advice(), tree());
    let before = advice.clone();
    let not_found = AdviceError::SetNotFound { root: word(1) };
    assert_eq!(advice.merkle_node(&word(1), 2, 0), Err(not_found.clone()));
    assert_eq!(advice.merkle_path(&word(1), 2, 0), Err(not_found.clone()));
    assert_eq!(advice.merkle_set(&word(1), 2, 0, &word(2)), Err(not_found));
    let reason = MerkleError::InvalidIndex { depth: 2, index: 4 };
    let lookup = AdviceError::SetLookupFailed { reason: reason.clone() };
    assert_eq!(lookup.kind(), "AdviceSetLookupFailed");
    assert_eq!(advice.merkle_node(&root, 2, 4), Err(lookup.clone()));
    assert_eq!(advice.merkle_path(&root, 2, 4), Err(lookup));
    let update = AdviceError::SetUpdateFailed { reason };
    assert_eq!(update.kind(), "AdviceSetUpdateFailed");
    assert_eq!(advice.merkle_set(&root, 2, 4, &word(2)), Err(update));
    assert_eq!(advice, before);
}

#[test]
fn growth_ends_at_the_limit() {
    // Three values, two keys of four elements with two more in a list, three nodes of twelve.
    let size = 3 + 2 * 4 + 2 + 3 * 12;
    let error = AdviceError::LimitExceeded { limit: size - 1 };
    assert_eq!(InMemoryAdvice::new(inputs(), size - 1), Err(error));
    let mut advice = InMemoryAdvice::new(inputs(), size).unwrap();
    assert_eq!(advice.num_elements(), size);
    let (before, (_, root)) = (advice.clone(), tree());

    let full = AdviceError::LimitExceeded { limit: size };
    assert_eq!(advice.push_front(&felts(&[1])), Err(full.clone()));
    assert_eq!(advice.map_insert(word(300), Vec::new()), Err(full.clone()));
    assert_eq!(advice.merkle_set(&root, 1, 0, &word(5)), Err(full.clone()));
    assert_eq!(advice.merkle_merge(&root, &root), Err(full.clone()));
    assert_eq!(advice.check_room(usize::MAX), Err(full));
    assert_eq!(advice.map_insert(word(100), felts(&[7, 8])), Ok(()));
    assert_eq!(advice, before);

    // Reading makes room.
    advice.read().unwrap();
    advice.push_front(&felts(&[9])).unwrap();
    let mut roomy = InMemoryAdvice::new(inputs(), size + 4 + 2 + 24).unwrap();
    roomy.map_insert(word(300), felts(&[1, 2])).unwrap();
    roomy.merkle_set(&root, 2, 3, &word(5)).unwrap();
    assert_eq!(roomy.num_elements(), size + 4 + 2 + 24);
}
