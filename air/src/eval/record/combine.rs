//! The sum of all constraints with their coefficients.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    expression::Tape,
    extension::{ExtensionId, ExtensionNode},
    graph::{Node, NodeId},
    program::Parameter,
};

/// Number of values that are combined at once: they live until then.
const COMBINED: usize = 24;

/// Least number of constraints with a common factor for which it pays to multiply their combination by the factor, with
/// as many products as the extension has degrees, instead of each constraint.
const LEAST_COMMON: usize = 6;

type Term = (Parameter, NodeId);

/// `Σ coefficient·constraint` of values of the base field, as summands of the extension.
pub(super) fn combine(tape: &mut Tape, constraints: Vec<Term>) -> Vec<ExtensionId> {
    let mut rest = constraints;
    let mut sums = Vec::new();
    while let Some(factor) = commonest_factor(tape, &rest) {
        // Σ cᵢ·(f·xᵢ) = f·Σ cᵢ·xᵢ
        let mut cofactors = Vec::new();
        rest.retain(|&(coefficient, constraint)| {
            let cofactor = cofactor(tape, constraint, factor);
            cofactors.extend(cofactor.map(|cofactor| (coefficient, cofactor)));
            cofactor.is_none()
        });
        let summands = combine_in_parts(tape, &cofactors);
        let sum = summands.into_iter().reduce(|a, b| tape.extensions.intern(ExtensionNode::Add(a, b)));
        sums.extend(sum.map(|sum| tape.extensions.intern(ExtensionNode::Scale(sum, factor))));
    }
    sums.extend(combine_in_parts(tape, &rest));
    sums
}

fn combine_in_parts(tape: &mut Tape, terms: &[Term]) -> Vec<ExtensionId> {
    let parts = terms.chunks(COMBINED);
    parts.map(|terms| tape.extensions.intern(ExtensionNode::Combination(terms.into()))).collect()
}

/// The factor of most constraints, if it has enough of them.
fn commonest_factor(tape: &Tape, terms: &[Term]) -> Option<NodeId> {
    let mut counts: BTreeMap<NodeId, usize> = BTreeMap::new();
    for &(_, constraint) in terms {
        if let Node::Mul(a, b) = tape.graph.node(constraint) {
            *counts.entry(a).or_default() += 1;
            *counts.entry(b).or_default() += 1;
        }
    }
    let variables = counts.into_iter().filter(|&(id, _)| tape.graph.value(id).is_none());
    let (factor, count) = variables.max_by_key(|&(_, count)| count)?;
    (count >= LEAST_COMMON).then_some(factor)
}

/// `x` of `factor·x`.
fn cofactor(tape: &Tape, id: NodeId, factor: NodeId) -> Option<NodeId> {
    match tape.graph.node(id) {
        Node::Mul(a, b) if a == factor => Some(b),
        Node::Mul(a, b) if b == factor => Some(a),
        _ => None,
    }
}
