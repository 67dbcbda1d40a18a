use alloc::{collections::BTreeSet, vec::Vec};

use crate::Keyword;

/// The names of the instructions, which the grammar needs to tell an instruction from a misspelt keyword.
#[derive(Clone, Debug, Default)]
pub struct InstructionNames {
    /// Of several names that are equally similar to a misspelt one, the first is suggested.
    in_order: Vec<&'static str>,
    sorted: BTreeSet<&'static str>,
}

impl InstructionNames {
    /// Whether there is an instruction with this name.
    pub fn contains(&self, name: &str) -> bool {
        self.sorted.contains(name)
    }

    /// Every name that can appear in a body: instructions, then keywords.
    pub fn body_names(&self) -> impl Iterator<Item = &'static str> {
        self.in_order.iter().copied().chain(Keyword::in_bodies().map(Keyword::name))
    }
}

impl FromIterator<&'static str> for InstructionNames {
    fn from_iter<I: IntoIterator<Item = &'static str>>(names: I) -> Self {
        let in_order: Vec<&'static str> = names.into_iter().collect();
        let sorted = in_order.iter().copied().collect();
        Self { in_order, sorted }
    }
}
