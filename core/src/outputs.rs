use alloc::vec::Vec;

use crate::{Felt, InputError, inputs::felts_from_ints, params::STACK_TOP};

/// Error of building outputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A stack has at least 16 items.
    #[error("the final stack has {got} items, but a stack always has at least {min}")]
    TooFew {
        /// The least number of items.
        min: usize,
        /// The given number of items.
        got: usize,
    },
    /// An item is not a field element, or there are too many.
    #[error(transparent)]
    Items(#[from] InputError),
}

/// The complete final stack, top first; at least 16 items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackOutputs(Vec<Felt>);

impl StackOutputs {
    /// Largest number of outputs. Each one below the top 16 costs a row of the trace.
    pub const MAX: usize = 1 << 16;

    /// The final stack of these items, top first.
    ///
    /// # Errors
    /// If there are fewer than 16 or more than [`Self::MAX`].
    pub fn new(items: Vec<Felt>) -> Result<Self, OutputError> {
        match items.len() {
            got if got < STACK_TOP => Err(OutputError::TooFew { min: STACK_TOP, got }),
            got if got > Self::MAX => {
                Err(InputError::TooMany { list: "the final stack", max: Self::MAX, got }.into())
            }
            _ => Ok(Self(items)),
        }
    }

    /// Like [`Self::new`], from integers.
    ///
    /// # Errors
    /// If a number is not below the modulus, or the number of items is out of range.
    pub fn from_ints(items: &[u64]) -> Result<Self, OutputError> {
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
