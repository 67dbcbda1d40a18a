//! Files that others have changed: bits, length, permissions.

use std::{collections::BTreeMap, fs, panic, path::Path};

use miden_core::Digest;
use miden_storage::{
    FileProblem, LogEntry, RedbOptions, RedbStorage, StorageBackend, StorageError, StorageReader, Version,
    is_panic_contained,
};

use crate::{Random, amount, check, entries, key, model, storage, value, writes};

const VERSIONS: u64 = 12;

/// All that a file says.
#[derive(Debug, PartialEq)]
struct Content {
    head: Version,
    states: Vec<BTreeMap<Digest, Digest>>,
    log: Vec<LogEntry>,
}

impl Content {
    fn read(path: &Path) -> Result<Self, StorageError> {
        let storage = RedbStorage::open_with(path, RedbOptions { cache: 1 << 20, ..Default::default() })?;
        let reader = storage.reader()?;
        let head = reader.head()?;
        Ok(Self {
            head,
            states: (1..=head.number).map(|version| entries(&reader, version)).collect::<Result<_, _>>()?,
            log: (1..=head.number).map(|version| reader.log_entry(version)).collect::<Result<_, _>>()?,
        })
    }
}

/// Leaves it to the errors to speak of panics that become errors.
fn silence() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !is_panic_contained() {
            default(info);
        }
    }));
}

#[test]
fn a_flipped_bit_is_an_error_or_makes_no_difference() {
    silence();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    drop(storage(&path, VERSIONS));
    let expected = Content::read(&path).unwrap();
    assert_eq!(expected.states.last(), Some(&model(VERSIONS)));
    let bytes = fs::read(&path).unwrap();
    let altered = folder.path().join("altered.redb");
    let mut random = Random(0x1234_5678_9abc_def1);
    let flips = amount(60, 1000);
    let (mut errors, mut harmless, mut refused) = (0, 0, 0);
    for flip in 0..flips {
        let mut copy = bytes.clone();
        let bit = random.below(8 * copy.len() as u64);
        copy[(bit / 8) as usize] ^= 1 << (bit % 8);
        fs::write(&altered, copy).unwrap();
        match Content::read(&altered) {
            Ok(content) => {
                assert_eq!(content, expected, "flip {flip} of bit {bit}");
                harmless += 1;
            }
            Err(StorageError::File { .. }) => errors += 1,
            Err(error) => panic!("flip {flip} of bit {bit}: the error does not name the file: {error}"),
        }
        // A commit goes by the true state or is refused.
        let next = writes(VERSIONS + 1);
        let committed = RedbStorage::open(&altered).and_then(|mut storage| storage.edit(&next));
        match committed {
            Ok(version) => {
                let mut clean = expected.states.last().unwrap().clone();
                clean.extend(next);
                clean.retain(|_, value| *value != Digest::default());
                let mut memory = miden_storage::MemoryStorage::new();
                assert_eq!(version.root, memory.edit(&clean).unwrap().root, "flip {flip} of bit {bit}");
            }
            Err(_) => refused += 1,
        }
    }
    println!(
        "flips: {flips}; {errors} errors, {harmless} without effect on what was read; {refused} commits refused"
    );
}

#[test]
fn a_file_that_is_cut_off_is_an_error_or_complete() {
    silence();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    drop(storage(&path, VERSIONS));
    let expected = Content::read(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let altered = folder.path().join("altered.redb");
    let mut random = Random(0xfeed_5eed_1234_4321);
    let random_lengths = (0..amount(8, 200)).map(|_| random.below(bytes.len() as u64) as usize);
    let lengths: Vec<usize> = [0, 1, 64, 320, 4096, bytes.len() - 4096, bytes.len() - 1]
        .into_iter()
        .chain(random_lengths)
        .collect();
    let mut errors = 0;
    for &len in &lengths {
        fs::write(&altered, &bytes[..len]).unwrap();
        match Content::read(&altered) {
            Ok(content) => assert_eq!(content, expected, "{len} bytes"),
            Err(StorageError::File { .. }) => errors += 1,
            Err(error) => panic!("{len} bytes: the error does not name the file: {error}"),
        }
    }
    println!("cut off: {} lengths; {errors} errors, the others complete", lengths.len());
}

#[test]
fn a_read_only_file_can_be_read_and_a_commit_names_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    drop(storage(&path, VERSIONS));
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::File::options().write(true).open(&path).is_ok() {
        println!("read-only: this user may write every file, so nothing is tested");
        return;
    }
    let mut file = RedbStorage::open(&path).unwrap();
    assert!(file.is_read_only());
    assert_eq!(check(&path), VERSIONS);
    let error = file.edit(&[(key(1), value(1))].into()).unwrap_err();
    assert!(matches!(error, StorageError::File { problem: FileProblem::ReadOnly, .. }), "{error}");
    assert_eq!(check(&path), VERSIONS);
}
