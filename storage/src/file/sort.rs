//! Sorting more entries than fit into memory.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    path::{Path, PathBuf},
    vec::Vec,
};

use miden_core::Digest;

use crate::StorageError;

/// Bytes of a key in the order of paths: element 3 first, each with its highest byte first.
type SortKey = [u8; Digest::NUM_BYTES];
/// A key in the order of paths, and its value.
type Record = (SortKey, [u8; Digest::NUM_BYTES]);

/// Bytes of a record in a run.
const RECORD: usize = 2 * Digest::NUM_BYTES;
/// Bytes that are buffered of each run.
const BUFFER: usize = 1 << 16;

fn sort_key(key: &Digest) -> SortKey {
    let mut bytes = [0; Digest::NUM_BYTES];
    for (chunk, element) in bytes.chunks_exact_mut(8).zip(key.elements().iter().rev()) {
        chunk.copy_from_slice(&element.as_int().to_be_bytes());
    }
    bytes
}

/// The entry of a record; only a file that was altered since has others than canonical elements.
fn entry((key, value): &Record) -> Result<(Digest, Digest), StorageError> {
    let mut bytes = *key;
    bytes.reverse();
    match (Digest::from_bytes(&bytes), Digest::from_bytes(value)) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => Err(StorageError::damaged("a temporary file was altered")),
    }
}

/// Sorts entries by their paths: in memory up to `limit` of them, in temporary files beyond.
pub(super) struct Sorter {
    folder: PathBuf,
    limit: usize,
    buffer: Vec<Record>,
    runs: Vec<File>,
}

impl Sorter {
    pub(super) fn new(folder: &Path, limit: usize) -> Self {
        Self { folder: folder.into(), limit, buffer: Vec::new(), runs: Vec::new() }
    }

    pub(super) fn push(&mut self, key: &Digest, value: &Digest) -> io::Result<()> {
        self.buffer.push((sort_key(key), value.to_bytes()));
        if self.buffer.len() < self.limit {
            return Ok(());
        }
        self.sort_buffer();
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.folder)?);
        for (key, value) in self.buffer.drain(..) {
            run.write_all(&key)?;
            run.write_all(&value)?;
        }
        let mut run = run.into_inner().map_err(io::IntoInnerError::into_error)?;
        run.rewind()?;
        self.runs.push(run);
        Ok(())
    }

    fn sort_buffer(&mut self) {
        // Stable: of equal keys, the one given last comes last.
        self.buffer.sort_by_key(|(key, _)| *key);
    }

    /// The entries in order; of equal keys only the one given last.
    pub(super) fn finish(mut self) -> io::Result<Sorted> {
        self.sort_buffer();
        let mut sources: Vec<Source> = self.runs.into_iter().map(Source::run).collect();
        sources.push(Source::Memory(self.buffer.into_iter()));
        let mut heap = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            if let Some(record) = source.next()? {
                heap.push(Reverse((record.0, index, record.1)));
            }
        }
        Ok(Sorted { sources, heap })
    }
}

enum Source {
    Run(BufReader<File>),
    Memory(std::vec::IntoIter<Record>),
}

impl Source {
    fn run(file: File) -> Self {
        Self::Run(BufReader::with_capacity(BUFFER, file))
    }

    fn next(&mut self) -> io::Result<Option<Record>> {
        let Self::Run(file) = self else {
            let Self::Memory(records) = self else { return Ok(None) };
            return Ok(records.next());
        };
        let mut bytes = [0; RECORD];
        match file.read_exact(&mut bytes) {
            Ok(()) => {
                let (mut key, mut value) = ([0; Digest::NUM_BYTES], [0; Digest::NUM_BYTES]);
                let (first, last) = bytes.split_at(Digest::NUM_BYTES);
                key.copy_from_slice(first);
                value.copy_from_slice(last);
                Ok(Some((key, value)))
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Entries in the order of their paths, from several sorted sources.
pub(super) struct Sorted {
    sources: Vec<Source>,
    /// The next record of each source, with the index of the source.
    heap: BinaryHeap<Reverse<(SortKey, usize, [u8; Digest::NUM_BYTES])>>,
}

impl Sorted {
    fn pop(&mut self) -> io::Result<Option<Record>> {
        let Some(Reverse((key, index, value))) = self.heap.pop() else { return Ok(None) };
        if let Some(source) = self.sources.get_mut(index)
            && let Some(record) = source.next()?
        {
            self.heap.push(Reverse((record.0, index, record.1)));
        }
        Ok(Some((key, value)))
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<(Digest, Digest), StorageError>>> {
        let Some(mut record) = self.pop()? else { return Ok(None) };
        while self.heap.peek().is_some_and(|Reverse((key, ..))| *key == record.0) {
            match self.pop()? {
                Some(later) => record = later,
                None => break,
            }
        }
        Ok(Some(entry(&record)))
    }
}
