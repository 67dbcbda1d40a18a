use alloc::vec::Vec;

use winter_math::FieldElement;

use crate::{Felt, InputError, inputs::felts_from_ints, params::STACK_TOP};

/// The complete final stack, top first; at least 16 items.
///
/// Fewer items stand for the stack padded with zeros below them, as in [`StackInputs`](crate::StackInputs).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Vec<Felt>"))]
pub struct StackOutputs(Vec<Felt>);

impl StackOutputs {
    /// Largest number of outputs. Each one below the top 16 costs a row of the trace.
    pub const MAX: usize = 1 << 16;

    /// The final stack of these items, top first, with zeros below if there are fewer than 16.
    ///
    /// # Errors
    /// If there are more than [`Self::MAX`].
    pub fn new(mut items: Vec<Felt>) -> Result<Self, InputError> {
        let got = items.len();
        if got > Self::MAX {
            return Err(InputError::TooMany { list: "the final stack", max: Self::MAX, got });
        }
        items.resize(got.max(STACK_TOP), Felt::ZERO);
        Ok(Self(items))
    }

    /// Like [`Self::new`], from integers.
    ///
    /// # Errors
    /// If a number is not below the modulus, or there are too many.
    pub fn from_ints(items: &[u64]) -> Result<Self, InputError> {
        Self::new(felts_from_ints("the final stack", items)?)
    }

    /// The items, top first.
    pub fn items(&self) -> &[Felt] {
        &self.0
    }

    /// Number of OUTPUT rows, before the end of a trace: one for each item below the top 16.
    pub fn num_output_rows(&self) -> usize {
        self.0.len() - STACK_TOP
    }

    /// The 16 topmost items, top first.
    pub fn top(&self) -> &[Felt] {
        self.0.first_chunk::<STACK_TOP>().expect("the final stack has at least 16 items")
    }
}

impl TryFrom<Vec<Felt>> for StackOutputs {
    type Error = InputError;

    /// Like [`StackOutputs::new`].
    fn try_from(items: Vec<Felt>) -> Result<Self, InputError> {
        Self::new(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stacks_are_equal() {
        let stack = |items: &[u64]| StackOutputs::from_ints(items).unwrap();
        let padded = stack(&[[1, 2, 3].as_slice(), &[0; 13]].concat());
        assert_eq!(padded.items().len(), STACK_TOP);
        for zeros in 0..=13 {
            assert_eq!(stack(&[&[1, 2, 3], &[0; 13][..zeros]].concat()), padded);
        }
        assert_ne!(stack(&[[1, 2, 3].as_slice(), &[0; 14]].concat()), padded);
        assert_ne!(stack(&[0, 1, 2, 3]), padded);
    }
}
