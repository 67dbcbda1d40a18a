use alloc::vec::Vec;

use miden_core::{Felt, field::ToElements};
use winter_air::{Air, ProofOptions, TraceInfo, proof::Context};

use crate::Hiding;

/// The numbers that determine the protocol and the length of each part of a proof, derived from constraints and
/// parameters.
#[derive(Clone, Debug)]
pub struct ProofShape {
    context: Context,
    hiding: Hiding,
    quotient_len: usize,
    is_stock: bool,
}

impl ProofShape {
    /// The shape of proofs about `air`, whose constraints leave room for the random rows of `hiding`.
    pub fn new<A: Air<BaseField = Felt>>(air: &A, hiding: Hiding) -> Self {
        let context = air.context();
        // The backend counts assertions as constraints.
        let num_constraints = context.num_assertions() + context.num_transition_constraints();
        // A constraint of degree `d` times the exempt points, divided by x^n − 1. The backend tells d − 1, and 1 if all
        // constraints are linear.
        let (rows, degree) = (air.trace_length(), context.num_constraint_composition_columns() + 1);
        Self {
            context: Context::new::<Felt>(air.trace_info().clone(), air.options().clone(), num_constraints),
            hiding,
            quotient_len: degree * (rows - 1) + hiding.exempt_rows() + 1 - rows,
            is_stock: false,
        }
    }

    /// The shape of the backend's proofs, for tests that compare with it: nothing is hidden, the quotient is opened at
    /// the next row's point as well, and both openings of a column have the same coefficient.
    pub fn stock<A: Air<BaseField = Felt>>(air: &A) -> Self {
        Self { is_stock: true, ..Self::new(air, Hiding::NONE) }
    }

    /// Start of the backend's transcript.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Start of the transcript: the context, random rows and length of the masks.
    pub fn seed(&self) -> Vec<Felt> {
        let mut seed: Vec<Felt> = self.context.to_elements();
        if !self.is_stock {
            let numbers = [self.hiding.random_rows(), self.hiding.mask_len()];
            seed.extend(numbers.map(|number| Felt::new(number as u64)));
        }
        seed
    }

    /// Parameters in the form of the backend.
    pub fn options(&self) -> &ProofOptions {
        self.context.options()
    }

    /// Widths and length of the trace.
    pub fn trace(&self) -> &TraceInfo {
        self.context.trace_info()
    }

    /// The randomness of the proof.
    pub const fn hiding(&self) -> Hiding {
        self.hiding
    }

    /// Number of constraints, assertions included.
    pub fn num_constraints(&self) -> usize {
        self.context.num_constraints()
    }

    /// Number of coefficients of the quotient.
    pub const fn quotient_len(&self) -> usize {
        self.quotient_len
    }

    /// `S`, the number of coefficients of the quotient in each chunk but the last: the rows of the trace less the mask.
    pub fn chunk_len(&self) -> usize {
        self.trace().length() - self.hiding.mask_len()
    }

    /// Number of chunks of the quotient, each a column.
    pub fn num_chunks(&self) -> usize {
        self.quotient_len.div_ceil(self.chunk_len())
    }

    /// Whether a random column is committed together with the chunks and added to the DEEP polynomial.
    pub const fn has_mask_column(&self) -> bool {
        self.hiding.is_on()
    }

    /// Number of columns that are committed together: the chunks of the quotient, and the mask of the DEEP polynomial.
    pub fn quotient_width(&self) -> usize {
        self.num_chunks() + usize::from(self.has_mask_column())
    }

    /// Number of chunks that are also opened at the next row's point: none, but all of them in the stock shape.
    pub fn num_next_chunks(&self) -> usize {
        if self.is_stock { self.num_chunks() } else { 0 }
    }

    /// Whether the openings of a column at both points have one coefficient: only in the stock shape.
    pub const fn shares_coefficients(&self) -> bool {
        self.is_stock
    }

    /// Number of points of the low-degree extension.
    pub fn domain_size(&self) -> usize {
        self.context.lde_domain_size()
    }

    /// Number of leaves in the commitment of each FRI layer, first layer first, without the remainder.
    pub fn layer_sizes(&self) -> Vec<usize> {
        let fri = self.options().to_fri_options();
        let domain_size = self.domain_size();
        (0..fri.num_fri_layers(domain_size))
            .scan(domain_size, |size, _| {
                *size /= fri.folding_factor();
                Some(*size)
            })
            .collect()
    }

    /// Number of coefficients of the FRI remainder.
    pub fn remainder_len(&self) -> usize {
        // Without layers, the remainder is the DEEP polynomial itself.
        let size = self.layer_sizes().last().copied().unwrap_or_else(|| self.domain_size());
        size / self.options().blowup_factor()
    }
}
