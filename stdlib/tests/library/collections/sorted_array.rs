//! `std::collections::sorted_array` against searching in slices.

use crate::support::{Random, Run, Word4, hostile, reversed};

const START: u32 = 100;
const P: u64 = 0xFFFF_FFFF_0000_0001;

fn run(name: &str) -> Run {
    Run::of(format!("std::collections::sorted_array::{name}"))
}

/// The entries of an array, and the part that determines their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Words,
    Pairs,
    Halves,
}

use Kind::{Halves, Pairs, Words};

const KINDS: [Kind; 3] = [Words, Pairs, Halves];

impl Kind {
    const fn find(self) -> &'static str {
        match self {
            Words => "find_word",
            Pairs => "find_key_value",
            Halves => "find_half_key_value",
        }
    }

    const fn assert_sorted(self) -> &'static str {
        match self {
            Words => "assert_sorted_words",
            Pairs => "assert_sorted_key_values",
            Halves => "assert_sorted_half_key_values",
        }
    }

    const fn width(self) -> u32 {
        if matches!(self, Words) { 1 } else { 2 }
    }

    /// The elements that determine the order, in stack order.
    fn items(self, key: Word4) -> Vec<u64> {
        let items = reversed(key);
        items[..if self == Halves { 2 } else { 4 }].to_vec()
    }

    fn end(self, keys: &[Word4]) -> u32 {
        START + self.width() * keys.len() as u32
    }

    /// The array with these keys. The values and the memory around the array must not matter.
    fn array(self, run: Run, keys: &[Word4]) -> Run {
        let around = [P - 1, 0, P - 1, 0];
        let words = keys.iter().flat_map(|key| [*key, around].into_iter().take(self.width() as usize));
        run.memory(START - 2, [around; 2]).memory(START, words).memory(self.end(keys), [around])
    }

    fn search(self, suffix: &str, keys: &[Word4], key: Word4) -> Run {
        let stack = self.items(key).into_iter().chain([START, self.end(keys)].map(u64::from));
        self.array(run(&format!("{}{suffix}", self.find())).stack(stack), keys)
    }

    /// Whether the key is present, and where it is or belongs.
    fn place(self, keys: &[Word4], key: Word4) -> (bool, u32) {
        let index = keys.partition_point(|other| self.items(*other) < self.items(key));
        let found = keys.get(index).is_some_and(|other| self.items(*other) == self.items(key));
        (found, START + self.width() * index as u32)
    }

    fn by_hint(self, keys: &[Word4], key: Word4) -> Run {
        self.search("_by_hint", keys, key).tape([self.place(keys, key).1])
    }

    fn check(self, keys: &[Word4]) -> Run {
        self.array(run(self.assert_sorted()).stack([START, self.end(keys)]), keys)
    }
}

/// Sorted keys, many of which have elements in common.
fn keys(count: usize, kind: Kind) -> Vec<Word4> {
    const EDGES: [u64; 5] = [0, 1, 1 << 32, P - 2, P - 1];
    let mut random = Random::new(count as u64);
    let mut keys: Vec<Word4> =
        (0..count).map(|_| random.array(|random| EDGES[random.below(5) as usize])).collect();
    keys.sort_by_key(|key| kind.items(*key));
    keys
}

/// Keys in the array and others.
fn wanted(keys: &[Word4]) -> Vec<Word4> {
    let near = |key: &Word4| {
        let mut others = vec![*key];
        for place in 0..4 {
            for element in [key[place].saturating_sub(1), (key[place] + 1).min(P - 1)] {
                others.push(*key);
                others.last_mut().unwrap()[place] = element;
            }
        }
        others
    };
    keys.iter().flat_map(near).chain([[0; 4], [P - 1; 4], [0, 0, 0, 5], [0, 0, 7, 0]]).collect()
}

pub(crate) fn measured() -> Vec<Run> {
    let mut runs = Vec::new();
    for kind in KINDS {
        for count in [0, 1, 4, 100] {
            let keys = keys(count, kind);
            runs.push(kind.search("", &keys, [9; 4]));
            runs.push(kind.by_hint(&keys, [9; 4]));
            runs.push(kind.check(&keys));
        }
    }
    runs
}

#[test]
fn keys_are_found_where_they_are_or_belong() {
    for kind in KINDS {
        for count in (0..=9).chain([16, 17, 31]) {
            let keys = keys(count, kind);
            for key in wanted(&keys) {
                let (found, place) = kind.place(&keys, key);
                let expected = [u32::from(found), place, START, kind.end(&keys)];
                kind.search("", &keys, key).gives(expected);
                kind.by_hint(&keys, key).gives(expected);
            }
        }
    }
}

#[test]
fn the_order_is_checked() {
    for kind in KINDS {
        for count in (0..=5).chain([30]) {
            let keys = keys(count, kind);
            kind.check(&keys).gives::<u64>([]);
            for index in 1..count {
                let mut wrong = keys.clone();
                wrong.swap(index - 1, index);
                if kind.items(keys[index - 1]) != kind.items(keys[index]) {
                    kind.check(&wrong).fails("FailedAssertion");
                }
            }
        }
    }
    // Sorted by upper halves, whatever the lower halves are.
    let keys = [[5, 5, 1, 1], [4, 4, 1, 1], [9, 9, 2, 1]];
    Halves.check(&keys).gives::<u64>([]);
    Pairs.check(&keys).fails("FailedAssertion");
}

#[test]
fn arrays_at_the_edges_of_memory_are_searched() {
    const LAST: u32 = u32::MAX;
    for key in [5_u64, 6, 7] {
        let word = |element| [0, 0, 0, element];
        let find = |name: &str| run(name).stack(reversed(word(key)));
        let place = LAST - u32::from(key < 7);
        let end = [u32::from(key == 6), place, LAST - 1, LAST];
        let high = |run: Run| run.stack([LAST - 1, LAST]).memory(LAST - 1, [word(6)]);
        high(find("find_word")).gives(end);
        high(find("find_word_by_hint")).tape([place]).gives(end);
        let (place, low) = (u32::from(key > 6), |run: Run| run.stack([0, 1_u32]).memory(0, [word(6)]));
        low(find("find_word")).gives([u32::from(key == 6), place, 0, 1]);
        low(find("find_word_by_hint")).tape([place]).gives([u32::from(key == 6), place, 0, 1]);
    }
}

#[test]
fn invalid_ranges_fail() {
    const TOO_LARGE: u64 = 1 << 32;
    for kind in KINDS {
        let check = |start: u64, end: u64, fault: &str| {
            let key = kind.items([1; 4]);
            run(kind.find()).stack(key.clone()).stack([start, end]).fails(fault);
            let by_hint = run(&format!("{}_by_hint", kind.find())).stack(key).stack([start, end]);
            by_hint.tape([start]).fails(fault);
            run(kind.assert_sorted()).stack([start, end]).fails(fault);
        };
        check(5, 3, "FailedAssertion");
        check(0, TOO_LARGE, "NotU32Value");
        check(TOO_LARGE, TOO_LARGE, "NotU32Value");
        if kind != Words {
            check(5, 8, "FailedAssertion");
        }
        run(&format!("{}_by_hint", kind.find())).stack([0_u64; 6]).fails("AdviceTapeReadFailed");
    }
}

#[test]
fn wrong_hints_are_caught() {
    for kind in KINDS {
        for count in [1, 2, 5] {
            let keys = keys(count, kind);
            // Every other address, of entries and of values, in the array and around it.
            let all: Vec<Vec<u64>> = (START - 3..kind.end(&keys) + 3).map(|ptr| vec![ptr.into()]).collect();
            for key in wanted(&keys).into_iter().step_by(3) {
                hostile(&kind.by_hint(&keys, key), &all);
            }
        }
    }
}
