use alloc::vec::Vec;

use miden_core::Felt;
use winter_air::{Air, ProofOptions, TraceInfo, proof::Context};

/// The numbers that determine the length of each part of a proof, derived from constraints and parameters.
#[derive(Clone, Debug)]
pub struct ProofShape {
    context: Context,
    num_quotients: usize,
}

impl ProofShape {
    /// The shape of proofs about `air`.
    pub fn new<A: Air<BaseField = Felt>>(air: &A) -> Self {
        let context = air.context();
        // The backend counts assertions as constraints.
        let num_constraints = context.num_assertions() + context.num_transition_constraints();
        Self {
            context: Context::new::<Felt>(air.trace_info().clone(), air.options().clone(), num_constraints),
            num_quotients: context.num_constraint_composition_columns(),
        }
    }

    /// Start of the backend's transcript.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Parameters in the form of the backend.
    pub fn options(&self) -> &ProofOptions {
        self.context.options()
    }

    /// Widths and length of the trace.
    pub fn trace(&self) -> &TraceInfo {
        self.context.trace_info()
    }

    /// Number of constraints, assertions included.
    pub fn num_constraints(&self) -> usize {
        self.context.num_constraints()
    }

    /// Number of columns of the quotient.
    pub const fn num_quotients(&self) -> usize {
        self.num_quotients
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
