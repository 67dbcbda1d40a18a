//! Measures storage with many keys: bulk loading, opening, lookups, size, single commits.
//!
//! `cargo run --release -p miden-storage --example figures -- 10000000 FOLDER`

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use miden_core::{Digest, Felt};
use miden_storage::{RedbStorage, StorageBackend, StorageError, StorageReader, lookup, prove_entry};
use redb::{Database, ReadableDatabase, TableDefinition};

/// Lookups that are timed.
const LOOKUPS: u64 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let keys: u64 = arguments.next().unwrap_or_else(|| "1000000".into()).parse()?;
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let path = Path::new(&folder).join("figures.redb");
    let plain_path = Path::new(&folder).join("figures-plain.redb");
    for path in [&path, &plain_path] {
        if path.exists() {
            fs::remove_file(path)?;
        }
    }

    let mut storage = RedbStorage::create(&path)?;
    let start = Instant::now();
    let entries = (0..keys).map(|i| Ok::<_, StorageError>((key(i), value(i))));
    storage.load(entries, |_| ())?;
    report("bulk load, keys a second", keys as f64 / start.elapsed().as_secs_f64());
    report("peak memory, MiB", peak_memory()?);
    let bytes = storage.file_bytes()?;
    report("file, bytes a key", bytes as f64 / keys as f64);
    drop(storage);

    let start = Instant::now();
    let mut storage = RedbStorage::open(&path)?;
    let reader = storage.reader()?;
    let (_, root) = reader.current()?;
    report("open, ms", milliseconds(start.elapsed()));

    let start = Instant::now();
    let mut nodes = 0;
    for i in 0..LOOKUPS {
        let i = scattered(i, keys);
        assert_eq!(
            lookup(&reader, &root, &key(i))?,
            Some(value(i)),
            "a lookup finds the value that was loaded"
        );
    }
    let ours = start.elapsed();
    for i in 0..1000 {
        nodes += prove_entry(&reader, &root, &key(scattered(i, keys)))?.siblings.len() as u64 + 1;
    }
    let path_nodes = nodes as f64 / 1000.0;
    report("nodes on a path", path_nodes);
    report("lookup with its path, µs", ours.as_secs_f64() * 1e6 / LOOKUPS as f64);

    // As many plain reads of a redb table that has as many records of the same size.
    let plain = plain_table(&plain_path, keys)?;
    let reads = (path_nodes * LOOKUPS as f64) as u64;
    let start = Instant::now();
    let transaction = plain.begin_read()?;
    let table = transaction.open_table(PLAIN)?;
    for i in 0..reads {
        assert!(table.get(scattered(i, keys))?.is_some(), "every record is there");
    }
    let theirs = start.elapsed();
    report("as many plain reads of redb, µs", theirs.as_secs_f64() * 1e6 / LOOKUPS as f64);
    report("speed of a lookup, % of plain reads", 100.0 * theirs.as_secs_f64() / ours.as_secs_f64());

    let start = Instant::now();
    for i in 0..100 {
        storage.edit(&[(key(keys + i), value(i))].into())?;
    }
    report("commit of one entry, ms", milliseconds(start.elapsed()) / 100.0);
    let start = Instant::now();
    let removed = storage.gc(1)?;
    report("gc of 100 versions, ms", milliseconds(start.elapsed()));
    report("nodes removed", removed as f64);
    drop(storage);
    let start = Instant::now();
    drop(RedbStorage::open(&path)?);
    report("open and close, ms", milliseconds(start.elapsed()));
    fs::remove_file(path)?;
    fs::remove_file(plain_path)?;
    Ok(())
}

const PLAIN: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("plain");

/// A table with as many records as a trie of `keys` entries has nodes of a path's kind.
fn plain_table(path: &Path, keys: u64) -> Result<Database, Box<dyn std::error::Error>> {
    let database = redb::Builder::new().set_cache_size(256 << 20).create(path)?;
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(PLAIN)?;
        let mut end = table.upper_bound_mut(std::ops::Bound::<u64>::Unbounded)?;
        for i in 0..keys {
            end.insert_before(i, [7; 81].as_slice())?;
        }
    }
    transaction.commit()?;
    Ok(database)
}

/// A key in no order, without the cost of hashing it.
fn key(i: u64) -> Digest {
    Digest::new([1, 2, 3, 4].map(|n| Felt::new(scramble(i.wrapping_mul(8) + n))))
}

fn value(i: u64) -> Digest {
    Digest::new([i, i + 1, 0, 1].map(Felt::new))
}

/// A number below `limit` that jumps about.
fn scattered(i: u64, limit: u64) -> u64 {
    scramble(i) % limit
}

/// The finalizer of splitmix64.
fn scramble(i: u64) -> u64 {
    let z = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The most memory that the process has had, as Linux says.
fn peak_memory() -> Result<f64, Box<dyn std::error::Error>> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0").parse()?;
    Ok(kib / 1024.0)
}

#[expect(clippy::print_stdout, reason = "the figures are the result")]
fn report(what: &str, figure: f64) {
    println!("| {what} | {figure:.2} |");
}
