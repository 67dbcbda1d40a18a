use miden_air::proof::ProofShape;

use super::fold::FACTOR;
use crate::table::PANEL;

/// The units of work of each stage: lines of tables that are read or written. Short steps count as nothing.
pub(super) struct Units {
    rows: usize,
    blowup: usize,
    /// Number of cosets of the constraint domain.
    cosets: usize,
    /// Panels of main segment, auxiliary segment and quotient.
    main: usize,
    aux: usize,
    quotient: usize,
    /// Lines of the layers of the low-degree test.
    layers: usize,
}

impl Units {
    pub(super) fn new(main_width: usize, shape: &ProofShape, degree: usize, cosets: usize) -> Self {
        let panels = |width: usize| width.div_ceil(PANEL);
        Self {
            rows: shape.trace().length(),
            blowup: shape.options().blowup_factor(),
            cosets,
            main: panels(main_width),
            aux: panels(shape.trace().aux_segment_width() * degree),
            quotient: panels(shape.quotient_width() * degree),
            layers: shape.layer_sizes().into_iter().sum::<usize>() * panels(FACTOR * degree),
        }
    }

    /// Extension: a line of the source and those of all cosets. Hashing: those of all cosets.
    const fn commit(&self, panels: usize) -> usize {
        panels * self.rows * (1 + 2 * self.blowup)
    }

    pub(super) const fn commit_trace(&self) -> usize {
        self.commit(self.main)
    }

    pub(super) const fn build_aux_trace(&self) -> usize {
        self.main * self.rows + self.commit(self.aux)
    }

    pub(super) const fn evaluate_constraints(&self) -> usize {
        self.cosets * self.rows
    }

    pub(super) const fn commit_quotient(&self) -> usize {
        self.commit(self.quotient)
    }

    /// Values out of the domain, DEEP combination, layers.
    pub(super) const fn low_degree_test(&self) -> usize {
        2 * (self.main + self.aux + self.quotient) * self.rows + self.layers
    }
}
