use miden_core::{Felt, hash_elements, merge, permute};

use crate::{
    Run,
    run::{digest, items},
};

#[test]
fn the_permutation_has_element_0_of_its_state_deepest() {
    for instruction in ["hperm", "rpperm"] {
        let state: Vec<u64> = (1..=12).map(|i| (i * i * i) << 40).collect();
        let mut expected: [Felt; 12] = std::array::from_fn(|i| Felt::new(state[11 - i]));
        permute(&mut expected);
        let expected = expected.iter().rev().map(|element| element.as_int()).chain([99]);
        Run::body(instruction).stack(state.iter().copied().chain([99])).gives(expected);
    }
}

#[test]
fn two_words_are_merged_into_one() {
    let (a, b) = (digest([1, 2, 3, 4]), digest([5, 6, 7, 8]));
    let expected = items(&merge(Felt::new(8), &a, &b));
    assert_eq!(merge(Felt::new(8), &a, &b), hash_elements(&[*a.elements(), *b.elements()].concat()));
    for instruction in ["hmerge", "rphash", "mtree_merge"] {
        let stack = items(&b).into_iter().chain(items(&a)).chain([9, 10]);
        Run::body(instruction).stack(stack).gives(expected.into_iter().chain([9, 10]));
        // Items below the top 16 are unchanged.
        let stack = items(&b).into_iter().chain(items(&a)).chain(100..120);
        Run::body(instruction).stack(stack).gives(expected.into_iter().chain(100..120));
    }
}

#[test]
fn a_word_is_hashed() {
    let word = digest([1, 2, 3, 4]);
    let expected = items(&hash_elements(word.elements()));
    Run::body("hash").stack(items(&word).into_iter().chain([9])).gives(expected.into_iter().chain([9]));
    let stack = items(&word).into_iter().chain(100..120);
    Run::body("hash").stack(stack).gives(expected.into_iter().chain(100..120));
}
