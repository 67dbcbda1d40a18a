//! The kernel: one row for each of its procedures, whether it is called or not.

use alloc::{vec, vec::Vec};

use miden_core::{
    Digest, Felt, Kernel as Procedures,
    field::FieldElement,
    trace::chiplets::kernel::{CALLED, NUMERATORS, STATED},
};

use super::Section;

/// The number of calls of each procedure of the kernel.
pub(super) struct Kernel<'a> {
    procedures: &'a [Digest],
    calls: Vec<u64>,
}

impl<'a> Kernel<'a> {
    pub(super) fn new(kernel: &'a Procedures) -> Self {
        let procedures = kernel.procedures();
        Self { procedures, calls: vec![0; procedures.len()] }
    }

    /// Counts a call.
    ///
    /// # Panics
    /// If the procedure is not in the kernel: the call fails then, and has no row.
    pub(super) fn call(&mut self, procedure: &Digest) {
        let index = self.procedures.binary_search(procedure);
        self.calls[index.expect("a system call with a row enters a procedure of the kernel")] += 1;
    }

    pub(super) const fn num_rows(&self) -> usize {
        self.procedures.len()
    }

    pub(super) fn write(&self, section: &mut Section<'_>) {
        for (row, (procedure, &calls)) in self.procedures.iter().zip(&self.calls).enumerate() {
            section.set_all(row, CALLED, procedure.elements());
            section.set_all(row, STATED, procedure.elements());
            section.set_all(row, NUMERATORS, &[Felt::new(calls), -Felt::ONE]);
        }
    }
}
