use alloc::vec::Vec;

use miden_core::{Operation, program::Decorator};

use crate::{
    debug::{InstructionId, Origin},
    instructions::Operations,
    optimize::{self, Rewrite, WINDOW},
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

    /// Appends what an instruction is lowered to.
    pub(super) fn push(&mut self, operations: &Operations, origin: InstructionId, optimize: bool) {
        let mut decorators = operations.decorators();
        for (index, &operation) in operations.as_slice().iter().enumerate() {
            while let Some(((place, decorator), later)) = decorators.split_first()
                && *place <= index
            {
                self.decorate(decorator.clone(), origin);
                decorators = later;
            }
            self.push_operation(operation, origin.into(), optimize);
        }
        decorators.iter().for_each(|(_, decorator)| self.decorate(decorator.clone(), origin));
    }

    /// Appends code that is finished. Where the two parts meet, it may become shorter.
    pub(super) fn append(&mut self, other: &Self, optimize: bool) {
        let mut decorations = other.decorations.as_slice();
        let mut done = 0;
        // Rules that reach across the seam end within one window behind it, or behind the last place where one applied.
        let mut near = if optimize { WINDOW } else { 0 };
        for (&operation, &origin) in other.operations.iter().zip(&other.origins) {
            if near == 0 {
                break;
            }
            let before = decorations.partition_point(|decoration| decoration.index <= done);
            let (now, later) = decorations.split_at_checked(before).unwrap_or_default();
            for decoration in now {
                self.decorations.push(Decoration { index: self.operations.len(), ..decoration.clone() });
            }
            decorations = later;
            near = if self.push_operation(operation, origin, optimize) { WINDOW } else { near - 1 };
            done += 1;
        }
        let start = self.operations.len();
        self.operations.extend_from_slice(other.operations.get(done..).unwrap_or_default());
        self.origins.extend_from_slice(other.origins.get(done..).unwrap_or_default());
        self.decorations.extend(decorations.iter().map(|decoration| Decoration {
            index: start + decoration.index.saturating_sub(done),
            ..decoration.clone()
        }));
    }

    /// Appends an operation. Returns whether the end of the code became shorter by a rule.
    fn push_operation(&mut self, operation: Operation, origin: Origin, optimize: bool) -> bool {
        self.operations.push(operation);
        self.origins.push(origin);
        optimize && self.shorten_end()
    }

    /// Applies rules to the end of the code for as long as there is one.
    fn shorten_end(&mut self) -> bool {
        // The last operation has been appended. Those that take the place of others are appended one after the other.
        let mut pending: Vec<(Operation, Origin)> = Vec::new();
        let mut shortened = false;
        loop {
            let free = self.first_free_operation();
            if let Some(Rewrite { len, to }) =
                optimize::shorten(self.operations.get(free..).unwrap_or_default())
            {
                let start = self.operations.len().saturating_sub(len);
                let origins = self.origins.split_off(start);
                self.operations.truncate(start);
                let origin = |index: usize| origins.get(index).copied().unwrap_or_default();
                pending.extend(to.iter().rev().map(|&(operation, index)| (operation, origin(index))));
                shortened = true;
            }
            let Some((operation, origin)) = pending.pop() else { return shortened };
            self.operations.push(operation);
            self.origins.push(origin);
        }
    }

    /// The first operation that no decorator stands behind, and for which none says how it fails.
    fn first_free_operation(&self) -> usize {
        let Some(last) = self.decorations.last() else { return 0 };
        let says_how_it_fails = self
            .decorations
            .iter()
            .rev()
            .take_while(|decoration| decoration.index == last.index)
            .any(|decoration| matches!(decoration.decorator, Decorator::Error(_)));
        last.index + usize::from(says_how_it_fails)
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
