//! Bitwise operations: a row contains one word and responds for it and the word of the next row.
//!
//! Requests are the edges of a graph whose vertices are words; the rows are the vertices along trails that use each
//! edge once. A trail of `n` requests takes `n + 1` rows, so the fewer trails the better.

use alloc::{collections::BTreeMap, vec::Vec};
use core::{array, iter::repeat_n, ops::Range};

use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::bitwise::{BITS, MULTIPLICITY, RESULT, ROTATE_12_8_7, ROTATE_16},
};

use super::Section;

/// A function of two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum BitwiseKind {
    /// AND.
    And,
    /// XOR, rotated right by 16.
    XorRotate16,
    /// XOR, rotated right by 12.
    XorRotate12,
    /// XOR, rotated right by 8.
    XorRotate8,
    /// XOR, rotated right by 7.
    XorRotate7,
}

impl BitwiseKind {
    const fn apply(self, a: u32, b: u32) -> u32 {
        match self {
            Self::And => a & b,
            Self::XorRotate16 => (a ^ b).rotate_right(16),
            Self::XorRotate12 => (a ^ b).rotate_right(12),
            Self::XorRotate8 => (a ^ b).rotate_right(8),
            Self::XorRotate7 => (a ^ b).rotate_right(7),
        }
    }
}

/// A request; ordered by words, so that requests with the same first word are adjacent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Request {
    a: u32,
    b: u32,
    kind: BitwiseKind,
}

/// The requests in execution order.
#[derive(Default)]
pub(super) struct Bitwise(Vec<Request>);

/// A word, and the request for it and the word of the next row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) word: u32,
    pub(super) kind: BitwiseKind,
    pub(super) multiplicity: usize,
}

impl Bitwise {
    /// The requests in their order.
    pub(super) const fn requests(&self) -> &[Request] {
        self.0.as_slice()
    }

    pub(super) fn request(&mut self, kind: BitwiseKind, a: u32, b: u32) {
        self.0.push(Request { a, b, kind });
    }

    /// The rows. Equal requests are one edge. A trail starts wherever more edges begin than end; the edges that these
    /// trails leave form cycles.
    pub(super) fn into_rows(mut self) -> Vec<Row> {
        self.0.sort_unstable();
        let edges: Vec<(Request, usize)> =
            self.0.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len())).collect();
        // For each word, the unused edges that begin there, and how many more edges begin than end there.
        let mut begins: BTreeMap<u32, Range<usize>> = BTreeMap::new();
        let mut surplus: BTreeMap<u32, i64> = BTreeMap::new();
        for (index, (edge, _)) in edges.iter().enumerate() {
            begins.entry(edge.a).or_insert(index..index).end = index + 1;
            *surplus.entry(edge.a).or_default() += 1;
            *surplus.entry(edge.b).or_default() -= 1;
        }
        let open = surplus.iter().flat_map(|(&word, &count)| repeat_n(word, count.max(0) as usize));
        let closed = edges.iter().map(|(edge, _)| edge.a);

        let mut rows = Vec::with_capacity(edges.len());
        for start in open.chain(closed) {
            let (mut word, length) = (start, rows.len());
            while let Some(index) = begins.get_mut(&word).and_then(Iterator::next) {
                let (edge, multiplicity) = edges[index];
                rows.push(Row { word, kind: edge.kind, multiplicity });
                word = edge.b;
            }
            if rows.len() > length {
                rows.push(Row { word, kind: BitwiseKind::And, multiplicity: 0 });
            }
        }
        rows
    }
}

/// Writes the rows.
pub(super) fn write(rows: &[Row], section: &mut Section<'_>) {
    let bit = |condition: bool| if condition { Felt::ONE } else { Felt::ZERO };
    for (index, row) in rows.iter().enumerate() {
        let bits: [Felt; u32::BITS as usize] = array::from_fn(|i| bit(row.word >> i & 1 == 1));
        section.set_all(index, BITS, &bits);
        // The last word has no partner; its result is 0.
        let next = rows.get(index + 1).map_or(0, |next| next.word);
        section.set(index, RESULT, Felt::from(row.kind.apply(row.word, next)));
        section.set(index, MULTIPLICITY, Felt::new(row.multiplicity as u64));
        section.set(index, ROTATE_16, bit(row.kind == BitwiseKind::XorRotate16));
        let kinds = [BitwiseKind::XorRotate12, BitwiseKind::XorRotate8, BitwiseKind::XorRotate7];
        section.set_all(index, ROTATE_12_8_7, &kinds.map(|kind| bit(row.kind == kind)));
    }
}
