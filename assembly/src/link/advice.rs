//! Lists for the advice map, which come with modules.

use alloc::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    vec::Vec,
};

use miden_assembly_syntax::{Source, Span};
use miden_core::{Digest, Felt};

use super::{Linking, order::Order};
use crate::{
    AssemblyError, AssemblyErrorKind,
    ast::{Body, ModuleId, Target},
};

impl<'s> Linking<'s> {
    /// The lists of the kernel, of all modules that are read, and of the compiled libraries that are used. Two
    /// different lists under one key are an error.
    pub(super) fn collect_advice(&mut self, order: &Order) -> BTreeMap<Digest, Vec<Felt>> {
        let mut lists = self.linker.kernel.map(|kernel| kernel.advice.clone()).unwrap_or_default();
        for library in self.used_libraries(order) {
            for (key, list) in self.linker.libraries.compiled(library).advice() {
                if lists.entry(*key).or_insert_with(|| list.clone()) != list {
                    // No source has a place for a conflict of compiled code.
                    let kind = AssemblyErrorKind::DuplicateAdviceKey { key: *key };
                    self.errors[ModuleId(0)].push(kind, Span::new(0, 0));
                }
            }
        }
        let mut places: BTreeMap<Digest, (&'s Source, Span)> = BTreeMap::new();
        for (id, module) in (0..).map(ModuleId).zip(self.modules.iter()) {
            for list in &module.constants.lists {
                match lists.entry(list.key) {
                    Entry::Vacant(entry) => drop(entry.insert(list.elements.clone())),
                    Entry::Occupied(entry) if *entry.get() == list.elements => {}
                    Entry::Occupied(_) => {
                        let kind = AssemblyErrorKind::DuplicateAdviceKey { key: list.key };
                        let mut error = AssemblyError::new(kind, module.source.clone(), list.span);
                        if let Some((source, span)) = places.get(&list.key) {
                            error = error.with_related(source, *span, "the other list");
                        }
                        self.errors[id].add(error);
                    }
                }
                places.entry(list.key).or_insert((module.source, list.span));
            }
        }
        lists
    }

    /// The compiled libraries of which a procedure is used.
    fn used_libraries(&self, order: &Order) -> BTreeSet<usize> {
        let procedures = order.procedures.iter().map(|id| &self.modules.procedure(*id).body);
        let programs = self.modules.iter().filter_map(|module| module.ast.program.as_ref());
        let invoked = procedures.chain(programs).flat_map(Body::invocations);
        let targets = invoked.filter_map(|invocation| invocation.target);
        let exported = self.modules.iter().flat_map(|module| module.exports.values().copied());
        let compiled = targets.chain(exported).filter_map(|target| match target {
            Target::Compiled(id) => Some(id.module.library),
            _ => None,
        });
        compiled.collect()
    }
}
