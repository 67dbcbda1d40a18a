//! State that rows carry from earlier rows.

use std::collections::HashMap;

use super::{model::Machine, programs};

/// An entry of a list: previous pointer, contents, multiplicity, and number of requests.
pub(crate) struct Entry<T> {
    pub(crate) previous: u64,
    pub(crate) payload: T,
    pub(crate) multiplicity: u64,
    pub(crate) pops: u64,
}

pub(crate) struct Lists {
    pub(crate) overflow: HashMap<u64, Entry<u64>>,
    pub(crate) continuations: HashMap<u64, Entry<Vec<u64>>>,
    pub(crate) frames: HashMap<u64, Entry<Vec<u64>>>,
    /// Memory and advice.
    pub(crate) machine: Machine,
}

impl Lists {
    pub(crate) fn new() -> Self {
        let mut machine = Machine::new(vec![]);
        machine.tape.extend(programs::tape());
        machine.trees.insert(super::model::root(&programs::leaves()), programs::leaves().to_vec());
        Self { overflow: HashMap::new(), continuations: HashMap::new(), frames: HashMap::new(), machine }
    }

    pub(crate) fn check_balance(&self) {
        for (address, entry) in &self.overflow {
            assert_eq!(entry.multiplicity, entry.pops, "overflow entry {address}");
        }
        for (address, entry) in self.continuations.iter().chain(&self.frames) {
            assert_eq!(entry.multiplicity, entry.pops, "continuation {address}");
        }
    }
}
