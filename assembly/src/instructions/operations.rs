use alloc::vec::Vec;

use miden_core::{Operation, program::Decorator};

/// Output of lowerings: operations, and the decorators before them.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    list: Vec<Operation>,
    /// Each with the index of the operation it precedes, in ascending order.
    decorators: Vec<(usize, Decorator)>,
}

impl Operations {
    pub(crate) const fn new() -> Self {
        Self { list: Vec::new(), decorators: Vec::new() }
    }

    pub(crate) fn push(&mut self, operation: Operation) {
        self.list.push(operation);
    }

    /// Attaches a decorator to the next operation.
    pub(crate) fn decorate(&mut self, decorator: Decorator) {
        self.decorators.push((self.list.len(), decorator));
    }

    /// Attaches a decorator to operation `index`, after which there are no others.
    pub(super) fn decorate_at(&mut self, index: usize, decorator: Decorator) {
        self.decorators.push((index, decorator));
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.decorators.clear();
    }

    pub(crate) const fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) const fn as_slice(&self) -> &[Operation] {
        self.list.as_slice()
    }

    pub(crate) const fn decorators(&self) -> &[(usize, Decorator)] {
        self.decorators.as_slice()
    }
}

impl Extend<Operation> for Operations {
    fn extend<I: IntoIterator<Item = Operation>>(&mut self, operations: I) {
        self.list.extend(operations);
    }
}
