use std::{collections::BTreeMap, format, fs, path::PathBuf, string::ToString, vec::Vec};

use miden_core::{Digest, Felt, hash_elements};
use tempfile::TempDir;

use super::{RedbStorage, records, sort::Sorter};
use crate::{
    Cause, Entries, FileProblem, LogEntry, MemoryStorage, StorageBackend, StorageError, StorageReader,
    Writes, lookup, trie::hash,
};

fn key(i: u64) -> Digest {
    hash_elements(&[Felt::new(i)])
}

fn value(i: u64) -> Digest {
    Digest::new([i, 1, 2, 3].map(Felt::new))
}

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    (folder, path)
}

/// Writes that depend on a number: additions, changes and removals.
fn writes(i: u64) -> Writes {
    let one = |j: u64| (key(j), if (i + j).is_multiple_of(5) { hash::EMPTY } else { value(i + j) });
    (0..8).map(|n| one((i * 7 + n * 3) % 40)).collect()
}

fn entries(reader: &impl StorageReader) -> BTreeMap<Digest, Digest> {
    let (_, root) = reader.current().unwrap();
    Entries::new(reader, root).map(Result::unwrap).collect()
}

fn problem<T: core::fmt::Debug>(result: Result<T, StorageError>) -> FileProblem {
    match result {
        Err(StorageError::File { problem, .. }) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_keeps_what_memory_keeps() {
    let (_folder, path) = file();
    let mut memory = MemoryStorage::new();
    drop(RedbStorage::create(&path).unwrap());
    for i in 0..20 {
        // A process of its own each time, as far as the file can tell.
        let mut file = RedbStorage::open(&path).unwrap();
        let version = memory.edit(&writes(i)).unwrap();
        assert_eq!(file.edit(&writes(i)).unwrap(), version);
        let reader = file.reader().unwrap();
        assert_eq!(reader.head().unwrap(), version);
        assert_eq!(entries(&reader), entries(&memory));
        assert_eq!(reader.log_entry(version.number), memory.log_entry(version.number));
        assert_eq!(reader.find_root(&version.root).unwrap().0, version);
        assert_eq!(version.keys, entries(&memory).len() as u64);
    }
    let file = RedbStorage::open(&path).unwrap();
    let reader = file.reader().unwrap();
    assert_eq!(reader.num_versions().unwrap(), 21);
    for number in 0..=20 {
        assert_eq!(reader.version(number).unwrap().0, memory.version(number).unwrap().0);
    }
    assert!(matches!(reader.version(21), Err(StorageError::UnknownVersion { version: 21, head: 20 })));
    assert!(matches!(reader.find_root(&key(1)), Err(StorageError::UnknownRoot { .. })));
}

#[test]
fn the_second_commit_on_a_root_is_a_conflict_and_changes_nothing() {
    let (_folder, path) = file();
    let mut first = RedbStorage::create(&path).unwrap();
    let mut second = RedbStorage::open(&path).unwrap();
    let mut memory = MemoryStorage::new();
    memory.edit(&writes(1)).unwrap();
    let entry = memory.log_entry(1).unwrap();
    let committed = first.commit(&writes(1), &entry).unwrap();
    let error = second.commit(&writes(1), &entry).unwrap_err();
    let (expected, found) = (entry.root_before, committed.root);
    assert_eq!(error, StorageError::Conflict { expected, found });
    let text = error.to_string();
    assert!(text.contains(&expected.to_hex()) && text.contains(&found.to_hex()), "{text}");
    assert_eq!(second.reader().unwrap().head().unwrap(), committed);

    // Writes that lead elsewhere are refused, too.
    let cause = Cause::Edit { entries: 0 };
    let entry = LogEntry { root_before: committed.root, root_after: key(5), cause };
    assert!(matches!(second.commit(&writes(2), &entry), Err(StorageError::RootMismatch { .. })));
    assert_eq!(first.reader().unwrap().head().unwrap(), committed);
}

#[test]
fn removed_versions_are_gone_and_kept_ones_and_open_readers_are_complete() {
    let (_folder, path) = file();
    let mut file = RedbStorage::create(&path).unwrap();
    let mut states = Vec::new();
    for i in 0..12 {
        file.edit(&writes(i)).unwrap();
        let reader = file.reader().unwrap();
        states.push((reader.current().unwrap(), entries(&reader)));
    }
    let early = file.reader().unwrap();
    assert!(file.gc(4).unwrap() > 0);
    assert_eq!(file.gc(4).unwrap(), 0);
    let late = file.reader().unwrap();
    assert_eq!(late.num_versions().unwrap(), 4);
    for ((version, root), expected) in &states {
        let read = |reader| Entries::new(reader, *root).collect::<Result<BTreeMap<_, _>, _>>();
        assert_eq!(read(&early).as_ref(), Ok(expected));
        if version.number > 8 {
            assert_eq!(read(&late).as_ref(), Ok(expected));
            assert!(late.find_root(&version.root).is_ok());
        } else {
            assert!(matches!(late.version(version.number), Err(StorageError::UnknownVersion { .. })));
        }
        assert!(late.log_entry(version.number).is_ok());
    }
    // All but the last: exactly its nodes are left.
    drop((early, late));
    file.gc(1).unwrap();
    let mut fresh = MemoryStorage::new();
    fresh.edit(&states.last().unwrap().1).unwrap();
    let left = file.count_nodes().unwrap();
    assert_eq!(left, fresh.num_nodes() as u64);
}

#[test]
fn a_state_that_returns_keeps_its_nodes() {
    let (_folder, path) = file();
    let mut file = RedbStorage::create(&path).unwrap();
    let one: Writes = (0..10).map(|i| (key(i), value(i))).collect();
    let first = file.edit(&one).unwrap();
    file.edit(&[(key(3), value(99))].into()).unwrap();
    let third = file.edit(&[(key(3), value(3))].into()).unwrap();
    assert_eq!(third.root, first.root);
    file.gc(1).unwrap();
    let reader = file.reader().unwrap();
    assert_eq!(reader.find_root(&first.root).unwrap().0, third);
    assert_eq!(entries(&reader), one);
}

#[test]
fn loading_gives_the_root_of_setting_one_by_one() {
    let (_folder, path) = file();
    let mut file = RedbStorage::create(&path).unwrap();
    // Given several times, removed, and removed without having been there.
    let list: Vec<(Digest, Digest)> =
        (0..1500).map(|i| (key(i % 1200), if i % 11 == 10 { hash::EMPTY } else { value(i) })).collect();
    let mut last = 0;
    let loaded = file.load(list.iter().copied().map(Ok::<_, StorageError>), |progress| {
        if let super::LoadProgress::Built(count) = progress {
            last = count;
        }
    });
    let mut memory = MemoryStorage::new();
    let expected = memory.edit(&list.iter().copied().collect()).unwrap();
    assert_eq!(loaded.unwrap(), expected);
    assert_eq!(last, expected.keys);
    assert_eq!(entries(&file.reader().unwrap()), entries(&memory));

    // More entries, changes and removals in storage that has some.
    let more: Vec<_> =
        (1000..1600).map(|i| (key(i), if i % 2 == 0 { value(7) } else { hash::EMPTY })).collect();
    let loaded = file.load(more.iter().copied().map(Ok::<_, StorageError>), |_| ()).unwrap();
    assert_eq!(loaded.root, memory.edit(&more.into_iter().collect()).unwrap().root);
}

#[test]
fn an_error_while_loading_leaves_the_storage_empty() {
    let (_folder, path) = file();
    let mut file = RedbStorage::create(&path).unwrap();
    let bad = StorageError::damaged("a line is malformed");
    let list = [Ok((key(1), value(1))), Err(bad.clone())];
    assert_eq!(file.load(list, |_| ()), Err(bad));
    assert_eq!(file.reader().unwrap().head().unwrap().number, 0);
}

#[test]
fn entries_sort_the_same_in_memory_and_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let sorted = |limit: usize| {
        let mut sorter = Sorter::new(folder.path(), limit);
        for i in 0..500 {
            sorter.push(&key(i % 333), &value(i)).unwrap();
        }
        let mut sorted = sorter.finish().unwrap();
        let mut list = Vec::new();
        while let Some(entry) = sorted.next().unwrap() {
            list.push(entry.unwrap());
        }
        list
    };
    let list = sorted(1000);
    assert_eq!(list, sorted(7));
    assert_eq!(list.len(), 333);
    let expected: BTreeMap<_, _> = (0..500).map(|i| (key(i % 333), value(i))).collect();
    assert_eq!(list.iter().copied().collect::<BTreeMap<_, _>>(), expected);
    let bits = |key: &Digest| (0..256).map(|level| hash::bit(key, level)).collect::<Vec<_>>();
    assert!(list.is_sorted_by(|(a, _), (b, _)| bits(a) < bits(b)));
}

#[test]
fn files_that_are_not_storage_are_named_with_a_way_out() {
    let (folder, path) = file();
    assert_eq!(problem(RedbStorage::open(&path)), FileProblem::Missing);
    fs::write(&path, "a text that is long enough to have room for a header".repeat(100)).unwrap();
    assert_eq!(problem(RedbStorage::open(&path)), FileProblem::NotStorage);
    assert_eq!(problem(RedbStorage::create(&path)), FileProblem::Exists);

    let other = folder.path().join("other.redb");
    let database = redb::Database::create(&other).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(records::NODES).unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert_eq!(problem(RedbStorage::open(&other)), FileProblem::NotStorage);

    let future = folder.path().join("future.redb");
    drop(RedbStorage::create(&future).unwrap());
    let database = redb::Database::open(&future).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(records::META).unwrap().insert(records::META_FORMAT, 9).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = RedbStorage::open(&future).unwrap_err();
    assert!(error.to_string().contains("format version 9, this build reads version 1"), "{error}");
    assert!(error.to_string().contains(&format!("{}", future.display())), "{error}");

    let folder_name = RedbStorage::create(folder.path().join("missing/state.redb")).unwrap_err();
    assert_eq!(problem::<()>(Err(folder_name)), FileProblem::Missing);
}

#[test]
fn another_program_that_locks_the_file_is_reported() {
    let (_folder, path) = file();
    drop(RedbStorage::create(&path).unwrap());
    let _locked = redb::Database::open(&path).unwrap();
    let options = super::RedbOptions { wait: core::time::Duration::ZERO, ..Default::default() };
    assert_eq!(problem(RedbStorage::open_with(&path, options)), FileProblem::Locked);
}

#[test]
fn a_record_that_was_altered_or_moved_is_an_error() {
    let sealed = records::seal(3, [1, 2, 3].into());
    assert_eq!(records::unseal(3, &sealed, "record"), Ok([1, 2, 3].as_slice()));
    assert!(records::unseal(4, &sealed, "record").is_err());
    for i in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[i] ^= 4;
        assert!(records::unseal(3, &altered, "record").is_err());
        assert!(records::unseal(3, &sealed[..i], "record").is_err());
    }
}

#[test]
fn an_altered_node_is_an_error_and_never_a_value() {
    let (_folder, path) = file();
    let mut file = RedbStorage::create(&path).unwrap();
    file.edit(&(0..10).map(|i| (key(i), value(i))).collect()).unwrap();
    file.alter_leaves().unwrap();
    let reader = file.reader().unwrap();
    let (_, root) = reader.current().unwrap();
    for i in 0..10 {
        let error = lookup(&reader, &root, &key(i)).unwrap_err();
        assert!(error.to_string().contains("was altered"), "{error}");
    }
}

impl RedbStorage {
    fn count_nodes(&self) -> Result<u64, StorageError> {
        super::failure::contain(&self.path, || {
            let transaction = self.begin_write()?;
            Ok(redb::ReadableTableMetadata::len(&transaction.open_table(records::NODES)?)?)
        })
    }

    /// Changes a bit of the value in each leaf.
    fn alter_leaves(&self) -> Result<(), StorageError> {
        use redb::ReadableTable;
        super::failure::contain(&self.path, || {
            let transaction = self.begin_write()?;
            {
                let mut nodes = transaction.open_table(records::NODES)?;
                let all: Vec<(u64, Vec<u8>)> = nodes
                    .iter()?
                    .map(|node| node.map(|(id, node)| (id.value(), node.value().to_vec())))
                    .collect::<Result<_, _>>()?;
                for (id, mut node) in all.into_iter().filter(|(_, node)| node.len() == 65) {
                    node[40] ^= 1;
                    nodes.insert(id, &*node)?;
                }
            }
            transaction.commit()?;
            Ok(())
        })
    }
}
