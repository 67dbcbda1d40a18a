//! Two processes that write, and readers beside them.

use std::{
    io::Read,
    path::Path,
    process::Child,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use miden_core::Felt;
use miden_storage::{
    Cause, LogEntry, RedbStorage, StorageBackend, StorageError, StorageReader, Trie, Writes, lookup,
};

use crate::{amount, key, role, value};

/// The key of the number of commits of both processes.
const COUNTER: u64 = u64::MAX >> 32;

/// Adds an entry of its own and counts it, again and again; a conflict is repeated on the new state.
pub(crate) fn commit_in_a_race(path: &Path, process: u64) {
    let mut storage = RedbStorage::open(path).unwrap();
    let mut conflicts = 0;
    for i in 0..amount(20, 1000) {
        loop {
            let (writes, entry) = {
                let reader = storage.reader().unwrap();
                let (version, root) = reader.current().unwrap();
                let count = lookup(&reader, &root, &key(COUNTER)).unwrap();
                let count = count.map_or(0, |count| count.elements()[0].as_int());
                let writes: Writes =
                    [(key(process * 1_000_000 + i), value(i)), (key(COUNTER), value(count + 1))].into();
                let mut trie = Trie::new(&reader, root);
                writes.iter().for_each(|(key, value)| trie.set(key, value).unwrap());
                let (root_before, root_after) = (version.root, trie.root());
                (writes, LogEntry { root_before, root_after, cause: Cause::Edit { entries: 2 } })
            };
            match storage.commit(&writes, &entry) {
                Ok(_) => break,
                Err(StorageError::Conflict { expected, found }) => {
                    assert!(expected == entry.root_before && found != expected);
                    conflicts += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    println!("conflicts {conflicts}");
}

fn conflicts(child: &mut Child) -> u64 {
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(child.wait().unwrap().success(), "{printed}");
    printed.lines().find_map(|line| line.split_once("conflicts ")?.1.parse().ok()).unwrap()
}

#[test]
fn every_commit_of_two_processes_is_applied_once_or_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    drop(RedbStorage::create(&path).unwrap());
    let mut children = [0, 1].map(|process| role(&format!("race{process}"), &path).spawn().unwrap());

    // A reader beside them keeps its moment, and a collector removes what nobody needs.
    let stop = AtomicBool::new(false);
    let (refused, rounds) = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut rounds = 0;
            let mut storage = RedbStorage::open(&path).unwrap();
            while !stop.load(Ordering::Relaxed) {
                let reader = storage.reader().unwrap();
                let (version, root) = reader.current().unwrap();
                let counted =
                    |reader| lookup(reader, &root, &key(COUNTER)).unwrap().map(|count| count.elements()[0]);
                storage.gc(3).unwrap();
                assert_eq!(counted(&reader).unwrap_or(Felt::new(0)).as_int(), version.number);
                rounds += 1;
            }
            rounds
        });
        let refused: u64 = children.iter_mut().map(conflicts).sum();
        stop.store(true, Ordering::Relaxed);
        (refused, reader.join().unwrap())
    });

    let storage = RedbStorage::open(&path).unwrap();
    let reader = storage.reader().unwrap();
    let (version, root) = reader.current().unwrap();
    let each = amount(20, 1000);
    assert_eq!(version.number, 2 * each);
    assert_eq!(lookup(&reader, &root, &key(COUNTER)), Ok(Some(value(2 * each))));
    for process in [0, 1] {
        for i in 0..each {
            assert_eq!(lookup(&reader, &root, &key(process * 1_000_000 + i)), Ok(Some(value(i))));
        }
    }
    let mut before = Default::default();
    for number in 1..=version.number {
        let entry = reader.log_entry(number).unwrap();
        assert_eq!(entry.root_before, before);
        before = entry.root_after;
    }
    println!(
        "race: {} commits, each applied once; {refused} conflicts; {rounds} readings and collections beside them",
        2 * each
    );
}
