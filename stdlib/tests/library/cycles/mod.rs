//! Cycles of the procedures: proven bounds, computed from the code, and the cycles of sample runs.
//!
//! Every operation and every visit of a node takes one cycle, so the shortest and the longest path through the nodes of
//! a procedure bound its cycles. A comment beside each loop states its iterations: a maximum, or a letter that becomes a
//! parameter of the bounds. Page *Standard library* of the book describes the comments.

mod bounds;
mod counts;
mod nodes;
mod sources;

use std::{collections::BTreeMap, sync::LazyLock};

use miden_core::Felt;

pub(crate) use bounds::Bounds;
use counts::Counts;
use nodes::Notes;

use crate::{collections::trie, kernels, measured, support::Run};

/// The cycles of a procedure.
#[derive(Clone, Debug)]
pub(crate) struct Cycles {
    pub(crate) bounds: Bounds,
    /// The fewest and the most cycles of the sample runs.
    pub(crate) samples: (u64, u64),
}

impl Cycles {
    /// The samples, unless they attain both bounds.
    pub(crate) fn measured(&self) -> Option<String> {
        let Bounds { least, most, terms, .. } = &self.bounds;
        (terms.is_empty() && self.samples != (*least, *most)).then(|| range(self.samples))
    }

    /// The computed part of the line in the documentation.
    pub(crate) fn line(&self) -> String {
        match self.measured() {
            Some(measured) => format!("{}, measured {measured}", self.bounds),
            None => self.bounds.to_string(),
        }
    }
}

pub(crate) fn range((least, most): (u64, u64)) -> String {
    if least == most { least.to_string() } else { format!("{least}–{most}") }
}

/// A sample run with its cycles and its numbers of iterations.
struct Sample {
    run: Run,
    cycles: u64,
    counts: Counts,
}

static NOTES: LazyLock<Notes> = LazyLock::new(Notes::read);

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let sample = |run: Run| Sample { cycles: run.cycles(), counts: Counts::of(&run, &NOTES), run };
    measured().into_iter().map(sample).collect()
});

/// The cycles of every procedure, by its path.
pub(crate) static CYCLES: LazyLock<BTreeMap<String, Cycles>> = LazyLock::new(|| {
    let mut all: BTreeMap<String, Cycles> = BTreeMap::new();
    for Sample { run, cycles, .. } in SAMPLES.iter() {
        let entry = all.entry(run.path().to_owned()).or_insert_with(|| {
            let bounds = Bounds::of(&run.program(), &NOTES);
            Cycles { bounds, samples: (*cycles, *cycles) }
        });
        let (least, most) = entry.samples;
        entry.samples = (least.min(*cycles), most.max(*cycles));
    }
    all
});

#[test]
fn samples_lie_within_the_bounds() {
    for Sample { run, cycles, counts } in SAMPLES.iter() {
        let Bounds { least, most, terms } = &CYCLES[run.path()].bounds;
        let count = |letter: &char| counts.letters.get(letter).copied().unwrap_or_default();
        let sum = |side: fn(&(u64, u64)) -> u64| -> u64 {
            terms.iter().map(|(letter, coefficient)| side(coefficient) * count(letter)).sum()
        };
        let (least, most) = (least + sum(|(least, _)| *least), most + sum(|(_, most)| *most));
        assert!(
            (least..=most).contains(cycles),
            "{run:?} takes {cycles} cycles, outside of {least}–{most}: {:?}",
            counts.letters
        );
    }
}

#[test]
fn samples_respect_the_stated_numbers_of_iterations() {
    for Sample { run, counts, .. } in SAMPLES.iter() {
        assert!(counts.excesses.is_empty(), "{}: {:?}", run.path(), counts.excesses);
    }
}

/// The numbers of iterations, as the documentation of the procedures defines the letters.
fn letters(run: &Run) -> Vec<(char, u64)> {
    let operand = |index: usize| run.operand(index);
    let halvings = |entries: u64| u64::from(entries.max(1).next_power_of_two().trailing_zeros());
    let copied = |words: u64| vec![('q', words / 4), ('s', words % 4)];
    let writes = |[crossings, levels]: [u64; 2]| vec![('s', crossings), ('u', levels)];
    let hashed = |words: u64| vec![('e', words / 16), ('r', words % 16 / 2)];
    match run.path().strip_prefix("std::").unwrap() {
        "mem::memcopy" | "mem::memcopy_words" => copied(operand(0)),
        "mem::memcopy_elements" => copied(operand(0) / 4),
        "mem::pipe_words_to_memory"
        | "mem::pipe_preimage_to_memory"
        | "mem::pipe_double_words_preimage_to_memory" => hashed(operand(0)),
        "mem::pipe_double_words_to_memory" | "crypto::hashes::native::hash_memory_even" => {
            hashed(operand(13) - operand(12))
        }
        "crypto::hashes::native::hash_memory_words" => hashed(operand(1) - operand(0)),
        "crypto::hashes::native::hash_memory" => hashed(operand(1) / 4),
        "crypto::hashes::sha256::hash_memory" => vec![('b', operand(1) / 64)],
        "crypto::hashes::keccak256::hash_memory" => vec![('b', operand(1) / 136)],
        "crypto::hashes::blake3::hash_memory" => {
            let chunks = operand(1).div_ceil(1024);
            let merges = chunks.saturating_sub(1);
            vec![('b', operand(1).div_ceil(64) - chunks), ('c', merges), ('m', merges)]
        }
        "collections::mmr::add" => {
            let [leaves, ..] = run.memory_at(operand(4)).unwrap();
            vec![('t', leaves.trailing_ones().into())]
        }
        "collections::mmr::pack" => {
            let [leaves, ..] = run.memory_at(operand(0)).unwrap();
            hashed(1 + u64::from(leaves.count_ones()))
        }
        "collections::mmr::unpack" => {
            let leaves = run.lists().next().unwrap()[0].as_int();
            hashed(1 + u64::from(leaves.count_ones()))
        }
        "collections::smt::get" | "collections::smt::peek" => {
            let pairs = leaf(run, operand(0)).len() as u64;
            vec![('e', pairs / 8), ('h', halvings(pairs)), ('r', pairs % 8)]
        }
        "collections::smt::set" => {
            let key = [4, 5, 6, 7].map(operand);
            let keys = leaf(run, key[0]);
            let place = keys.partition_point(|other| *other < key);
            let (before, after) = (keys.len() as u64, (keys.len() - place) as u64);
            let (pairs, moved) = match (keys.contains(&key), (0..4).all(|index| operand(index) == 0)) {
                (true, true) => (before - 1, after - 1),
                (false, false) => (before + 1, after),
                _ => (before, 0),
            };
            let (eights, rest) = (before / 8 + pairs / 8, before % 8 + pairs % 8);
            let moved = 2 * moved;
            vec![('e', eights), ('h', halvings(before)), ('q', moved / 4), ('r', rest), ('s', moved % 4)]
        }
        "collections::sorted_array::find_word" => vec![('h', halvings(operand(5) - operand(4)))],
        "collections::sorted_array::find_key_value" => vec![('h', halvings((operand(5) - operand(4)) / 2))],
        "collections::sorted_array::find_half_key_value" => {
            vec![('h', halvings((operand(3) - operand(2)) / 2))]
        }
        "collections::sorted_array::assert_sorted_words" => vec![('n', operand(1) - operand(0))],
        "collections::sorted_array::assert_sorted_key_values"
        | "collections::sorted_array::assert_sorted_half_key_values" => {
            vec![('n', (operand(1) - operand(0)) / 2)]
        }
        "collections::trie::set" => writes(trie::letters_of(run)),
        path if path.starts_with("kernels::storage::") => kernels::letters_of(run).map_or(vec![], writes),
        "sys::truncate_stack" => vec![('k', run.depth().saturating_sub(32).div_ceil(8))],
        _ => Vec::new(),
    }
}

/// The keys in a leaf of a sparse Merkle tree, element 3 first; `last` is element 3 of all of them.
fn leaf(run: &Run, last: u64) -> Vec<[u64; 4]> {
    let keys = |list: &[Felt]| -> Vec<[u64; 4]> {
        let pairs = list.chunks(8);
        pairs.map(|pair| [pair[3], pair[2], pair[1], pair[0]].map(|element| element.as_int())).collect()
    };
    run.lists().map(keys).find(|keys| keys[0][0] == last).unwrap_or_default()
}

#[test]
fn letters_count_what_the_documentation_says() {
    for Sample { run, counts, .. } in SAMPLES.iter() {
        let terms = &CYCLES[run.path()].bounds.terms;
        let stated = letters(run);
        let letters: Vec<char> = stated.iter().map(|(letter, _)| *letter).collect();
        assert_eq!(letters, terms.keys().copied().collect::<Vec<_>>(), "{}", run.path());
        for (letter, count) in stated {
            let observed = counts.letters.get(&letter).copied().unwrap_or_default();
            assert_eq!(observed, count, "{letter} of {run:?}");
        }
    }
}
