use core::ops::Range;

use miden_core::{Felt, RescuePrime};
use winter_crypto::{
    ElementHasher,
    hashers::{Blake3_192, Blake3_256},
};

use crate::table::{Line, PANEL, Table};

/// Rows of field elements, in lines of [`PANEL`].
pub(crate) trait Rows: Sync {
    /// Number of elements of a row.
    fn width(&self) -> usize;

    /// Elements `PANEL·line` and following of a row; those beyond the width do not count.
    fn line(&self, row: usize, line: usize) -> &[Felt; PANEL];
}

/// The rows of one coset of a table.
pub(crate) struct CosetRows<'a> {
    table: &'a Table,
    coset: usize,
}

impl<'a> CosetRows<'a> {
    pub(crate) const fn new(table: &'a Table, coset: usize) -> Self {
        Self { table, coset }
    }
}

impl Rows for CosetRows<'_> {
    fn width(&self) -> usize {
        self.table.width()
    }

    fn line(&self, row: usize, line: usize) -> &[Felt; PANEL] {
        let Line(elements) = &self.table.coset(line, self.coset)[row];
        elements
    }
}

/// A hash function that hashes many rows, and merges many pairs of digests, at once.
pub(crate) trait RowHash: ElementHasher<BaseField = Felt> + Send + Sync {
    /// Writes the digest of row `range.start + i` to `digests[stride·i]`, like
    /// [`hash_elements`](ElementHasher::hash_elements).
    fn hash_rows<R: Rows>(rows: &R, range: Range<usize>, digests: &mut [Self::Digest], stride: usize) {
        let width = rows.width();
        let mut row = alloc::vec![Felt::default(); width];
        for (number, digest) in range.zip(digests.iter_mut().step_by(stride)) {
            for (line, elements) in row.chunks_mut(PANEL).enumerate() {
                elements.copy_from_slice(&rows.line(number, line)[..elements.len()]);
            }
            *digest = Self::hash_elements(&row);
        }
    }

    /// Writes the digest of children `2i` and `2i + 1` to `parents[i]`, like [`merge`](winter_crypto::Hasher::merge).
    fn merge_pairs(children: &[Self::Digest], parents: &mut [Self::Digest]) {
        for (pair, parent) in children.as_chunks().0.iter().zip(parents) {
            *parent = Self::merge(pair);
        }
    }
}

impl RowHash for Blake3_192<Felt> {}
impl RowHash for Blake3_256<Felt> {}
impl RowHash for RescuePrime {}
