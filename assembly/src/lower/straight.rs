use alloc::vec::Vec;

use miden_core::{Operation, program::Decorator};

use crate::{
    debug::{InstructionId, Origin},
    instructions::Operations,
};

/// Straight-line operations with their decorators, and the instruction that each comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Straight {
    pub(super) operations: Vec<Operation>,
    pub(super) origins: Vec<Origin>,
    /// By the place where they stand.
    pub(super) decorations: Vec<Decoration>,
}

/// A decorator in its place.
#[derive(Clone, Debug)]
pub(super) struct Decoration {
    /// Index of the operation that it stands before; the number of operations behind the last one.
    pub(super) index: usize,
    pub(super) decorator: Decorator,
    pub(super) origin: InstructionId,
}

impl Straight {
    /// Number of operations and decorators, which is what copies cost.
    pub(super) const fn len(&self) -> usize {
        self.operations.len() + self.decorations.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a copy that stays as it is.
    pub(super) fn extend(&mut self, other: &Self) {
        let start = self.operations.len();
        self.operations.extend_from_slice(&other.operations);
        self.origins.extend_from_slice(&other.origins);
        let shifted = other
            .decorations
            .iter()
            .map(|decoration| Decoration { index: start + decoration.index, ..decoration.clone() });
        self.decorations.extend(shifted);
    }

    pub(super) fn push(&mut self, operations: &Operations, origin: InstructionId) {
        let mut decorators = operations.decorators();
        for (index, &operation) in operations.as_slice().iter().enumerate() {
            while let Some(((place, decorator), later)) = decorators.split_first()
                && *place <= index
            {
                self.decorate(decorator.clone(), origin);
                decorators = later;
            }
            self.push_operation(operation, origin.into());
        }
        decorators.iter().for_each(|(_, decorator)| self.decorate(decorator.clone(), origin));
    }

    pub(super) fn push_operation(&mut self, operation: Operation, origin: Origin) {
        self.operations.push(operation);
        self.origins.push(origin);
        self.rewrite_end();
    }

    /// Puts a decorator behind the last operation.
    pub(super) fn decorate(&mut self, decorator: Decorator, origin: InstructionId) {
        self.decorations.push(Decoration { index: self.operations.len(), decorator, origin });
    }

    /// Takes the first `len` operations, with the decorators before them.
    pub(super) fn split_off_front(&mut self, len: usize) -> Self {
        let split = self.decorations.partition_point(|decoration| decoration.index < len);
        let mut rest = Self {
            operations: self.operations.split_off(len),
            origins: self.origins.split_off(len),
            decorations: self.decorations.split_off(split),
        };
        rest.decorations.iter_mut().for_each(|decoration| decoration.index -= len);
        core::mem::replace(self, rest)
    }
}
