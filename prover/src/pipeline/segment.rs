//! A segment of the trace on the domain. Book: design/pipeline.md#memory

use alloc::{collections::BTreeMap, vec, vec::Vec};

use miden_air::proof::Opening;
use miden_core::{Felt, field::FieldElement};
use winter_crypto::Hasher;

use super::{
    committed::{Committed, open_rows},
    domain::Domain,
};
use crate::{
    ProverError,
    commitment::{Commitment, Leaves, RowHash},
    control::Control,
    table::{Line, PANEL, Table},
    transform::{self, Highest, Transform},
};

/// A segment with the commitment to its rows on the domain.
pub(crate) enum Segment<H: Hasher> {
    /// All cosets are kept.
    Kept(Committed<H>),
    /// A coset is computed when it is needed, which takes a fraction of the memory.
    Recomputed(Recomputed<H>),
}

/// The values on one coset at a time.
pub(crate) struct Recomputed<H: Hasher> {
    domain: Domain,
    commitment: Commitment<H>,
    /// The coefficients, unless no other coset is needed.
    coefficients: Option<Table>,
    values: Table,
    /// The coset of the values.
    coset: Option<usize>,
}

/// What remains of a segment when it is committed to.
pub(crate) struct Extended<H: Hasher> {
    pub(crate) segment: Segment<H>,
    /// The segment on the domain of the trace, unless there is little memory.
    pub(crate) trace: Option<Table>,
    /// The highest coefficients of the columns.
    pub(crate) highest: Highest,
}

impl<H: RowHash> Segment<H> {
    /// Commits to the segment on all cosets, and keeps the `highest` highest coefficients of each column.
    pub(crate) fn extend(
        trace: Table,
        domain: &Domain,
        highest: usize,
        low_memory: bool,
        control: &Control<'_>,
    ) -> Result<Extended<H>, ProverError> {
        let blowup = domain.blowup();
        if !low_memory {
            let offset = domain.coset_offset(0);
            let (table, highest) = transform::extend(&trace, Felt::ONE, blowup, offset, highest, control);
            let segment = Self::Kept(Committed::new(table, control)?);
            return Ok(Extended { segment, trace: Some(trace), highest });
        }
        let mut coefficients = trace;
        transform::interpolate(&mut coefficients, Felt::ONE, control);
        let highest = Highest::of(&coefficients, highest);
        let mut values = Table::new(coefficients.width(), domain.rows(), 1);
        let mut leaves = Leaves::<H>::new(domain.rows(), blowup);
        for coset in 0..blowup {
            transform::evaluate_coset(&coefficients, &mut values, domain.coset_offset(coset), control);
            leaves.hash(coset, &values, control);
        }
        let commitment = Commitment::from_leaves(&leaves, control);
        drop(leaves);
        let commitment = commitment.expect("a domain has at least two points, a power of two");
        control.check()?;
        let coefficients = Some(coefficients);
        let coset = Some(blowup - 1);
        let segment =
            Self::Recomputed(Recomputed { domain: *domain, commitment, coefficients, values, coset });
        Ok(Extended { segment, trace: None, highest })
    }

    /// The commitment.
    pub(crate) fn root(&self) -> H::Digest {
        match self {
            Self::Kept(committed) => committed.root(),
            Self::Recomputed(recomputed) => recomputed.commitment.root(),
        }
    }

    /// The values on the domain of the trace: `kept`, or computed again.
    pub(crate) fn trace<'a>(&'a mut self, kept: Option<&'a Table>, control: &Control<'_>) -> &'a Table {
        match (self, kept) {
            (Self::Recomputed(recomputed), None) => {
                recomputed.evaluate(None, Felt::ONE, control);
                &recomputed.values
            }
            (Self::Kept(_) | Self::Recomputed(_), kept) => kept.expect("a segment keeps one of the two"),
        }
    }

    /// Computes the values on a coset, for [`Self::coset`].
    pub(crate) fn load(&mut self, coset: usize, control: &Control<'_>) {
        if let Self::Recomputed(recomputed) = self
            && recomputed.coset != Some(coset)
        {
            recomputed.evaluate(Some(coset), recomputed.domain.coset_offset(coset), control);
        }
    }

    /// A table that has the values on a coset, which is loaded, and the position of this coset in it.
    pub(crate) const fn coset(&self, coset: usize) -> (&Table, usize) {
        match self {
            Self::Kept(committed) => (committed.table(), coset),
            Self::Recomputed(recomputed) => (&recomputed.values, 0),
        }
    }

    /// Forgets the values on all cosets but the first, if there is little memory.
    pub(crate) fn keep_first(&mut self, control: &Control<'_>) {
        self.load(0, control);
        if let Self::Recomputed(recomputed) = self {
            recomputed.coefficients = None;
        }
    }

    /// A table that has the values on the first coset, after [`Self::keep_first`].
    pub(crate) const fn first(&self) -> &Table {
        self.coset(0).0
    }

    /// The rows at these positions, as elements of `T`, with their paths.
    pub(crate) fn open<T: FieldElement<BaseField = Felt>>(
        self,
        positions: &[usize],
        control: &Control<'_>,
    ) -> Opening<H, T> {
        match self {
            Self::Kept(committed) => committed.open(positions),
            Self::Recomputed(recomputed) => recomputed.open(positions, control),
        }
    }
}

impl<H: RowHash> Recomputed<H> {
    fn evaluate(&mut self, coset: Option<usize>, shift: Felt, control: &Control<'_>) {
        let coefficients =
            self.coefficients.as_ref().expect("only the first coset remains after `keep_first`");
        transform::evaluate_coset(coefficients, &mut self.values, shift, control);
        self.coset = coset;
    }

    /// From the values on the first coset, panel by panel.
    fn open<T: FieldElement<BaseField = Felt>>(
        self,
        positions: &[usize],
        control: &Control<'_>,
    ) -> Opening<H, T> {
        let Self { domain, commitment, mut values, .. } = self;
        let width = values.width();
        let wanted = commitment.rows_of_opening(positions).into_iter();
        let mut rows: BTreeMap<usize, Vec<Felt>> =
            wanted.map(|position| (position, Vec::with_capacity(width))).collect();
        let transform = Transform::new(domain.rows());
        let mut buffer = vec![Line::ZERO; domain.rows()];
        for panel in 0..values.panels() {
            let columns = PANEL.min(width - panel * PANEL);
            let mut read = |coset: usize, lines: &[Line]| {
                for (position, row) in &mut rows {
                    if position % domain.blowup() == coset {
                        row.extend_from_slice(&lines[position / domain.blowup()].0[..columns]);
                    }
                }
            };
            let lines = values.coset_mut(panel, 0);
            read(0, lines);
            transform.interpolate(lines, domain.coset_offset(0), control);
            for coset in 1..domain.blowup() {
                transform.evaluate_from(lines, &mut buffer, domain.coset_offset(coset), control);
                read(coset, &buffer);
            }
        }
        open_rows(&commitment, positions, width, |position| &rows[&position])
    }
}
