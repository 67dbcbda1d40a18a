use alloc::{sync::Arc, vec::Vec};

/// Number of bytes of a chunk, about.
const CHUNK_BYTES: usize = 8 << 10;

/// A saved list in chunks; lists that were saved one after the other share the chunks in which they agree.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T>(Vec<Arc<[T]>>);

impl<T: Clone + PartialEq> Chunks<T> {
    /// Saves a list. Chunks that the list saved before has as well are shared with it.
    pub(crate) fn save(items: &[T], before: Option<&Self>) -> Self {
        let before = before.map(|chunks| chunks.0.as_slice()).unwrap_or_default();
        let len = (CHUNK_BYTES / size_of::<T>()).max(1);
        let chunk = |(number, items): (usize, &[T])| match before.get(number) {
            Some(shared) if **shared == *items => Arc::clone(shared),
            _ => items.into(),
        };
        Self(items.chunks(len).enumerate().map(chunk).collect())
    }

    /// The list.
    pub(crate) fn to_vec(&self) -> Vec<T> {
        self.0.concat()
    }

    /// Number of bytes of the chunks that are not shared with the other list.
    pub(crate) fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        let other = other.map(|chunks| chunks.0.as_slice()).unwrap_or_default();
        let is_shared =
            |number: usize, chunk| other.get(number).is_some_and(|other| Arc::ptr_eq(other, chunk));
        let own = self.0.iter().enumerate().filter(|(number, chunk)| !is_shared(*number, *chunk));
        let chunks = own.map(|(_, chunk)| size_of_val(&**chunk)).sum::<usize>();
        chunks + self.0.len() * size_of::<Arc<[T]>>()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn equal_chunks_are_shared() {
        let mut list: Vec<u64> = (0..5000).collect();
        let first = Chunks::save(&list, None);
        assert_eq!(first.to_vec(), list);
        let whole = first.bytes_beyond(None);
        assert!(whole >= 8 * 5000);
        list[2000] = 7;
        list.push(1);
        let second = Chunks::save(&list, Some(&first));
        assert_eq!(second.to_vec(), list);
        assert_ne!(first.to_vec(), list);
        // The chunk of item 2,000 and the last one, which is shorter, are its own.
        let last = size_of_val(&list[4 * CHUNK_BYTES / 8..]);
        let references = 5 * size_of::<Arc<[u64]>>();
        assert_eq!(second.bytes_beyond(Some(&first)), CHUNK_BYTES + last + references);
        assert_eq!(Chunks::<u64>::save(&[], Some(&first)).to_vec(), vec![0u64; 0]);
    }
}
