//! Affine equations over the field, solved by elimination.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    rc::Rc,
};

use miden_core::{Felt, field::FieldElement};

/// `constant + Σ coefficient·variable`; no coefficient is 0.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub constant: Felt,
    pub terms: BTreeMap<usize, Felt>,
}

impl Form {
    /// Adds `factor·other`.
    fn add(&mut self, factor: Felt, other: &Self) {
        self.constant += factor * other.constant;
        for (&variable, &coefficient) in &other.terms {
            match self.terms.entry(variable) {
                Entry::Vacant(entry) => {
                    entry.insert(factor * coefficient);
                }
                Entry::Occupied(mut entry) => {
                    *entry.get_mut() += factor * coefficient;
                    if *entry.get() == Felt::ZERO {
                        entry.remove();
                    }
                }
            }
        }
    }
}

/// Equations in echelon form: each is solved for its first variable, which is the first of no other equation.
///
/// A variable that is the first of no equation is free, so the last variables are free whenever they can be.
#[derive(Clone, Debug, Default)]
pub struct Echelon(BTreeMap<usize, Rc<Form>>);

impl Echelon {
    /// Number of independent equations.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// Adds `form = 0`; `false` if it contradicts the equations so far.
    pub fn push(&mut self, mut form: Form) -> bool {
        while let Some((&first, &coefficient)) = form.terms.first_key_value() {
            match self.0.get(&first) {
                Some(equation) => form.add(-coefficient, equation),
                None => {
                    let inverse = coefficient.inv();
                    form.constant *= inverse;
                    form.terms.values_mut().for_each(|coefficient| *coefficient *= inverse);
                    self.0.insert(first, Rc::new(form));
                    return true;
                }
            }
        }
        form.constant == Felt::ZERO
    }

    /// A solution: `choose` gives the free variables their values. `variables` descend.
    pub fn solution(
        &self,
        variables: &[usize],
        mut choose: impl FnMut(usize) -> Felt,
    ) -> BTreeMap<usize, Felt> {
        let mut values = BTreeMap::new();
        for &variable in variables {
            let value = match self.0.get(&variable) {
                None => choose(variable),
                Some(equation) => {
                    let rest = equation.terms.iter().skip(1);
                    -rest.fold(equation.constant, |sum, (other, &coefficient)| {
                        sum + coefficient * values[other]
                    })
                }
            };
            values.insert(variable, value);
        }
        values
    }
}
