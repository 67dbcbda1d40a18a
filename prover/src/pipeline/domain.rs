use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};

/// The domain of the low-degree extension: cosets of the domain of the trace.
///
/// Coset `j` of `b` consists of the points `s·wʲ·gᵏ`, with `w` of order `b·n` and `g = w^b` of order `n`; row `k` of it is
/// row `j + b·k` of the domain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain {
    rows: usize,
    blowup: usize,
    offset: Felt,
}

impl Domain {
    /// `blowup` cosets of `rows` points each, both powers of two, the first of which begins with `offset`.
    pub(crate) const fn new(rows: usize, blowup: usize, offset: Felt) -> Self {
        Self { rows, blowup, offset }
    }

    /// Number of points of a coset: the length of the trace.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of cosets.
    pub(crate) const fn blowup(&self) -> usize {
        self.blowup
    }

    /// Number of points.
    pub(crate) const fn len(&self) -> usize {
        self.rows * self.blowup
    }

    /// `g`, which leads from a row to the next one.
    pub(crate) fn row_generator(&self) -> Felt {
        root_of_unity(self.rows)
    }

    /// `s·wʲ`, the first point of a coset.
    pub(crate) fn coset_offset(&self, coset: usize) -> Felt {
        self.offset * root_of_unity(self.len()).exp(coset as u64)
    }
}

/// The generator of the group of this order, a power of two.
fn root_of_unity(order: usize) -> Felt {
    match order.ilog2() {
        0 => Felt::ONE,
        log2 => Felt::get_root_of_unity(log2),
    }
}
