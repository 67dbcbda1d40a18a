//! A file that cannot grow.

use std::path::Path;

use miden_storage::{FileProblem, RedbStorage, StorageBackend, StorageError, StorageReader};

use crate::writes;

/// Commits until there is no more room.
pub(crate) fn commit_until_full(path: &Path) {
    let mut storage = RedbStorage::open(path).unwrap();
    let mut version = storage.reader().unwrap().head().unwrap().number;
    loop {
        version += 1;
        match storage.edit(&writes(version)) {
            Ok(_) => {}
            Err(StorageError::File { problem: FileProblem::Full, .. }) => {
                return println!("full at {version}");
            }
            Err(error) => panic!("{error}"),
        }
        assert!(version < 10_000, "the limit has no effect");
    }
}

/// The limit of a file's size is reported like a full disk; a test cannot fill the disk.
#[cfg(unix)]
#[test]
fn without_room_a_commit_is_an_error_and_the_state_before_it_remains() {
    use std::process::Command;

    use crate::{check, role};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    let storage = crate::storage(&path, 3);
    let kib = storage.file_bytes().unwrap() / 1024 + 64;
    drop(storage);
    // Without the trap, the signal of the limit would end the process.
    let limited = role("full", &path);
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", 2 * kib);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, "sh"]).arg(limited.get_program()).args(limited.get_args());
    shell.envs(limited.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let failed = printed.lines().find_map(|line| line.split_once("full at ")?.1.parse::<u64>().ok());
    let failed = failed.unwrap_or_else(|| panic!("{printed}{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(check(&path), failed - 1);
    // With room again, work continues.
    RedbStorage::open(&path).unwrap().edit(&writes(failed)).unwrap();
    assert_eq!(check(&path), failed);
    println!("full: commit {failed} was refused, the {} before it remained", failed - 1);
}
