//! The list of 16-bit values.

use std::collections::BTreeMap;

use miden_core::{
    Felt,
    trace::range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
};

use crate::common::{Row, felt};

/// The lookups of each value.
#[derive(Clone, Default)]
pub(crate) struct Range(BTreeMap<usize, u64>);

impl Range {
    /// Counts a lookup; a value of more than 16 bits gets no response.
    pub(crate) fn look_up(&mut self, value: Felt) {
        if value.as_int() <= u64::from(u16::MAX) {
            *self.0.entry(value.as_int() as usize).or_default() += 1;
        }
    }

    /// The ascending list with gaps of at most 255, from 0 to the largest value.
    fn values(&self) -> Vec<usize> {
        let mut values = vec![0];
        for &value in self.0.keys().chain([&usize::from(u16::MAX)]) {
            let mut last = values[values.len() - 1];
            while last < value {
                last = value.min(last + 255);
                values.push(last);
            }
        }
        values
    }

    pub(crate) fn num_rows(&self) -> usize {
        // The last row serves no lookup.
        self.values().len() + 1
    }

    pub(crate) fn write(&self, rows: &mut [Row]) {
        let values = self.values();
        let mut gaps = [0; 256];
        let mut previous = None;
        for (i, row) in rows.iter_mut().enumerate() {
            let value = values.get(i).copied().unwrap_or(usize::from(u16::MAX));
            row[VALUE.at(0)] = felt(value as u64);
            let count = if i < values.len() { self.0.get(&value).copied().unwrap_or(0) } else { 0 };
            row[MULTIPLICITY.at(0)] = felt(count);
            if let Some(previous) = previous.replace(value) {
                gaps[value - previous] += 1;
            }
        }
        for (row, gap) in rows.iter_mut().zip(gaps) {
            row[BYTE_MULTIPLICITY.at(0)] = felt(gap);
        }
    }
}
