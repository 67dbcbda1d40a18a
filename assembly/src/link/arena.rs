//! Lists with an entry for each module.

use alloc::vec::{IntoIter, Vec};
use core::{
    ops::{Index, IndexMut},
    slice::Iter,
};

use super::LinkedModule;
use crate::ast::{ModuleId, Procedure, ProcedureId};

/// A list with an entry for each module that has been read.
///
/// Reading a module adds an entry to each list and returns the index; no entry is ever removed, so an index is always
/// valid.
#[derive(Clone, Debug)]
pub(crate) struct PerModule<T>(Vec<T>);

impl<T> PerModule<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, entry: T) -> ModuleId {
        self.0.push(entry);
        ModuleId(self.0.len() - 1)
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> Iter<'_, T> {
        self.0.iter()
    }

    /// The entry of the first module, if any has been read.
    pub(super) fn first(&self) -> Option<&T> {
        self.0.first()
    }

    /// The entries of the first `count` modules.
    pub(super) fn first_few(&self, count: usize) -> &[T] {
        self.0.get(..count).expect("as many modules have been read")
    }

    /// A list with an entry computed from each of this one.
    pub(super) fn map<U>(&self, entry: impl FnMut(&T) -> U) -> PerModule<U> {
        PerModule(self.0.iter().map(entry).collect())
    }
}

impl<T> Index<ModuleId> for PerModule<T> {
    type Output = T;

    fn index(&self, id: ModuleId) -> &T {
        self.0.get(id.0).expect("the module has been read")
    }
}

impl<T> IndexMut<ModuleId> for PerModule<T> {
    fn index_mut(&mut self, id: ModuleId) -> &mut T {
        self.0.get_mut(id.0).expect("the module has been read")
    }
}

impl<T> IntoIterator for PerModule<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        self.0.into_iter()
    }
}

impl<'s> PerModule<LinkedModule<'s>> {
    pub(crate) fn procedure(&self, id: ProcedureId) -> &Procedure<'s> {
        self[id.module].procedure(id.index)
    }
}
