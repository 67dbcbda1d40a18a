//! Durability: processes that are killed, that race, and files that are damaged, cut off or have no room.
//!
//! `SLOW_TESTS=1` runs them at full length and prints the figures of the book:
//! `SLOW_TESTS=1 cargo test --release -p miden-storage --test durability -- --nocapture --test-threads 1`.
//!
//! A test that needs another process starts its own binary again, with the role in the environment.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and its figures are printed"
)]

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use miden_core::{Digest, Felt, hash_elements};
use miden_storage::{Entries, RedbReader, RedbStorage, StorageBackend, StorageError, StorageReader, Writes};

mod full;
mod kill;
mod race;
mod touched;

/// Names the role of a process that a test has started.
const ROLE: &str = "MIDEN_STORAGE_ROLE";
/// Names its file.
const FILE: &str = "MIDEN_STORAGE_FILE";

/// `short` without `SLOW_TESTS=1`, `long` with it.
fn amount(short: u64, long: u64) -> u64 {
    if env::var_os("SLOW_TESTS").is_some_and(|value| value == "1") { long } else { short }
}

/// The command that starts this binary in a role.
fn role(role: &str, path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "plays_its_role", "--nocapture"]).env(ROLE, role).env(FILE, path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// The other processes begin here; without a role there is nothing to do.
#[test]
fn plays_its_role() {
    let Some(role) = env::var_os(ROLE) else { return };
    let path = PathBuf::from(env::var_os(FILE).unwrap());
    match role.to_str().unwrap() {
        "kill" => kill::commit_for_ever(&path),
        "full" => full::commit_until_full(&path),
        other => race::commit_in_a_race(&path, other.strip_prefix("race").unwrap().parse().unwrap()),
    }
}

fn key(i: u64) -> Digest {
    hash_elements(&[Felt::new(i)])
}

fn value(i: u64) -> Digest {
    Digest::new([i, 1, 2, 3].map(Felt::new))
}

/// The writes of a version: additions, changes and removals.
fn writes(version: u64) -> Writes {
    let one = |j: u64| {
        (key(j), if (version + j).is_multiple_of(5) { Digest::default() } else { value(version + j) })
    };
    (0..8).map(|n| one((version * 7 + n * 3) % 60)).collect()
}

/// The entries of a version that all those writes led to.
fn model(version: u64) -> BTreeMap<Digest, Digest> {
    let mut entries = BTreeMap::new();
    (1..=version).for_each(|version| entries.extend(writes(version)));
    entries.retain(|_, value| *value != Digest::default());
    entries
}

fn entries(reader: &RedbReader, version: u64) -> Result<BTreeMap<Digest, Digest>, StorageError> {
    let (_, root) = reader.version(version)?;
    Entries::new(reader, root).collect()
}

/// Storage with this many versions.
fn storage(path: &Path, versions: u64) -> RedbStorage {
    let mut storage = RedbStorage::create(path).unwrap();
    for version in 1..=versions {
        storage.edit(&writes(version)).unwrap();
    }
    storage
}

/// Checks that a file has its last state complete, and its log; returns the number of that version.
#[track_caller]
fn check(path: &Path) -> u64 {
    let storage = RedbStorage::open(path).unwrap();
    let reader = storage.reader().unwrap();
    let head = reader.head().unwrap();
    assert_eq!(entries(&reader, head.number).unwrap(), model(head.number));
    if head.number > 0 {
        assert_eq!(reader.log_entry(head.number).unwrap().root_after, head.root);
        assert_eq!(
            reader.log_entry(head.number).unwrap().root_before,
            reader.version(head.number - 1).unwrap().0.root
        );
    }
    head.number
}

/// Pseudo-random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
