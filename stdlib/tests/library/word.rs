//! `std::word` and `std::utils`, against the ordering of arrays.

use std::cmp::Ordering;

use crate::support::{Random, Run};

const P: u64 = 0xFFFF_FFFF_0000_0001;

/// A word in stack order, the most significant element first.
type Items = [u64; 4];

fn run(name: &str, items: impl IntoIterator<Item = u64>) -> Run {
    Run::of(format!("std::word::{name}")).stack(items)
}

/// `a op b`: the right-hand side is on top.
fn compare(name: &str, a: Items, b: Items) -> Run {
    run(name, [b, a].concat())
}

pub(crate) fn measured() -> Vec<Run> {
    let word = [4, 3, 2, 1];
    let comparisons = ["eq", "test_eq", "lt", "lte", "gt", "gte"].map(|name| compare(name, word, word));
    let single = ["reverse", "eqz", "testz"].map(|name| run(name, word));
    let other = Run::of("std::utils::is_empty_word").stack(word);
    comparisons.into_iter().chain(single).chain([other]).collect()
}

/// An element that is often equal to others, or an edge case.
fn element(random: &mut Random) -> u64 {
    const EDGES: [u64; 8] = [0, 1, 2, 0xFFFF_FFFF, 1 << 32, (1 << 32) + 1, P - 2, P - 1];
    match random.below(4) {
        0 => random.felt(),
        _ => EDGES[random.below(8) as usize],
    }
}

/// Two words that often share their most significant elements.
fn words(random: &mut Random) -> [Items; 2] {
    let a = random.array(element);
    let mut b = random.array(element);
    let alike = random.below(5) as usize;
    b[..alike].copy_from_slice(&a[..alike]);
    [a, b]
}

#[test]
fn comparisons_are_lexicographic() {
    type Holds = fn(Ordering) -> bool;
    const COMPARISONS: [(&str, Holds); 5] = [
        ("eq", Ordering::is_eq),
        ("lt", Ordering::is_lt),
        ("lte", Ordering::is_le),
        ("gt", Ordering::is_gt),
        ("gte", Ordering::is_ge),
    ];
    let mut random = Random::new(1);
    for _ in 0..200 {
        let [a, b] = words(&mut random);
        for (name, holds) in COMPARISONS {
            compare(name, a, b).gives([u64::from(holds(a.cmp(&b)))]);
        }
        let kept = [b, a].concat();
        compare("test_eq", a, b).gives([u64::from(a == b)].into_iter().chain(kept));
    }
}

#[test]
fn each_element_decides_if_all_above_are_equal() {
    for place in 0..4 {
        let (mut less, mut greater) = ([7; 4], [7; 4]);
        less[place] = 6;
        greater[place] = P - 1;
        // The elements below must not matter.
        less[place + 1..].fill(P - 1);
        greater[place + 1..].fill(0);
        compare("lt", less, greater).gives([1_u64]);
        compare("lt", greater, less).gives([0_u64]);
        compare("gt", greater, less).gives([1_u64]);
        compare("eq", greater, less).gives([0_u64]);
    }
}

#[test]
fn only_the_zero_word_is_zero() {
    let almost = (0..4).flat_map(|place| {
        [1, 1 << 32, P - 1].map(|element| {
            let mut word = [0; 4];
            word[place] = element;
            word
        })
    });
    // Elements that cancel out in a sum.
    for word in almost.chain([[0; 4], [1, P - 1, 0, 0], [0, 5, 0, P - 5]]) {
        let is_zero = u64::from(word == [0; 4]);
        run("eqz", word).gives([is_zero]);
        run("testz", word).gives([is_zero].into_iter().chain(word));
        Run::of("std::utils::is_empty_word").stack(word).gives([is_zero].into_iter().chain(word));
    }
}

#[test]
fn reverse_reverses() {
    run("reverse", [1, 2, 3, 4]).gives([4_u64, 3, 2, 1]);
}
