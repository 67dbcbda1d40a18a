//! `kill -9` at any moment.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use miden_storage::{RedbStorage, StorageBackend, StorageReader};

use crate::{Random, amount, check, role, writes};

/// Commits version after version, and prints the number of each.
pub(crate) fn commit_for_ever(path: &Path) {
    let mut storage = RedbStorage::open(path).unwrap();
    let mut version = storage.reader().unwrap().head().unwrap().number;
    loop {
        version += 1;
        storage.edit(&writes(version)).unwrap();
        println!("committed {version}");
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn killed_processes_lose_no_commit_and_leave_no_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    drop(RedbStorage::create(&path).unwrap());
    let (kills, commits) = (amount(8, 200), amount(6, 1000));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut done, mut count, mut slowest) = (0, 0, Duration::ZERO);
    while count < kills || done < commits {
        let mut child = role("kill", &path).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        // The first ones are killed before they have begun, the others while they commit.
        if count > 1 {
            while !printed.contains("committed") && output.read_line(&mut printed).unwrap() > 0 {}
        }
        thread::sleep(Duration::from_micros(random.below(40_000)));
        child.kill().unwrap();
        output.read_to_string(&mut printed).unwrap();
        child.wait().unwrap();
        count += 1;
        let numbers = printed.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let last = numbers.filter_map(|line| line.split_once("committed ")?.1.trim().parse().ok()).max();
        let start = Instant::now();
        let found = check(&path);
        slowest = slowest.max(start.elapsed());
        // A commit may be complete without having been reported.
        let reported = last.unwrap_or(done);
        assert!(found == reported || found == reported + 1, "{found} versions, {reported} reported");
        done = found;
    }
    println!("kill: {count} kills, {done} commits, none lost; slowest open and full check {slowest:?}");
}
