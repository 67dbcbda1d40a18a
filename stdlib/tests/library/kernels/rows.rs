//! Rows of the hasher of each call, as its documentation states them.

use std::collections::BTreeMap;

use miden_stdlib::StdLibrary;

use super::storage::{accesses, measured};
use crate::{
    collections::trie::{self, Map},
    support::{PERMUTATION, Run},
};

/// The line of the documentation of a call, given how many entries it reads and writes, one of them the length of an
/// array if there are two.
fn line(reads: usize, writes: usize) -> &'static str {
    match (reads, writes) {
        (0, 0) => "Rows: none of the hasher",
        (1, 0) => "Rows: at most 8·(d + 2) of the hasher; d = depth of the entry",
        (2, 0) => "Rows: at most 8·(d + e + 4) of the hasher; d, e = depth of the length, of the element",
        (0, 1) => "Rows: at most 8·(2·d + u + 4) of the hasher; d = depth of the entry",
        (1, 1) => {
            "Rows: at most 8·(d + 2·e + u + 6) of the hasher; d, e = depth of the length, of the element"
        }
        (1, 2) => {
            "Rows: at most 8·(2·d + 2·e + u + 8) of the hasher; d, e = depth of the length, of the element"
        }
        other => panic!("no call reads and writes {other:?} entries"),
    }
}

/// The most rows that these lines allow for a run, and the depth of the paths that its accesses may share.
fn bound(run: &Run) -> (usize, usize) {
    let (reads, writes) = accesses(run).unwrap();
    let mut map: Map = trie::entries(run);
    // `push` and `pop` read the length that they then write: the same path.
    let is_read_only = |key: &&_| writes.iter().all(|(written, _)| written != *key);
    let depths: Vec<usize> = reads.iter().filter(is_read_only).map(|key| map.depth(*key)).collect();
    let mut permutations: usize = depths.iter().map(|depth| depth + 2).sum();
    let mut shared = depths;
    for (key, value) in &writes {
        let depth = map.depth(*key);
        let [_, levels] = trie::letters(&map, *key, *value);
        permutations += 2 * depth + levels as usize + 4;
        shared.push(2 * depth);
        map.set(*key, *value);
    }
    // All but the longest path can be among the nodes of the others.
    let shared = shared.iter().sum::<usize>() - shared.iter().max().copied().unwrap_or_default();
    (PERMUTATION * permutations, PERMUTATION * shared)
}

#[test]
fn no_call_takes_more_rows_than_its_documentation_states() {
    // The least distance from the bound, by procedure.
    let mut slack: BTreeMap<String, usize> = BTreeMap::new();
    for run in measured() {
        let (rows, (most, shared)) = (run.hasher_rows(), bound(&run));
        assert!(rows <= most, "{run:?} takes {rows} rows, more than {most}");
        let least = slack.entry(run.path().to_owned()).or_insert(usize::MAX);
        *least = (*least).min((most - rows).saturating_sub(shared));
    }
    // Some sample attains each bound, but for nodes that two of its paths share.
    slack.retain(|_, slack| *slack > 0);
    assert_eq!(slack, BTreeMap::new());
}

#[test]
fn the_documentation_of_each_call_states_its_rows() {
    let library = StdLibrary::compiled().unwrap();
    let docs: BTreeMap<String, String> = library
        .exports()
        .map(|export| {
            let path = format!("{}::{}", export.module(), export.label());
            (path, export.docs().unwrap_or_default().to_owned())
        })
        .collect();
    for run in measured() {
        let (reads, writes) = accesses(&run).unwrap();
        let line = line(reads.len(), writes.len());
        assert!(docs[run.path()].contains(line), "the documentation of {} lacks {line:?}", run.path());
    }
}
