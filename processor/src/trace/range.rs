//! The sorted list of the 16-bit values in use, and the byte table for its gaps.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt, Opcode,
    operations::Class,
    trace::{
        Line, PANEL,
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
    },
};

/// Number of 16-bit values.
const NUM_VALUES: usize = 1 << 16;

/// The largest value, which fills up the list.
pub(super) const LARGEST: Felt = Felt::new((NUM_VALUES - 1) as u64);

/// Limbs in a row.
const LIMBS: usize = 4;

/// Largest gap between neighbours in the list.
const MAX_GAP: usize = 255;

/// Number of lookups of each 16-bit value.
pub(super) struct RangeTrace {
    look_ups: Vec<u64>,
    /// Number of values in use between the smallest and the largest, which are always in the list.
    num_inner: usize,
}

impl RangeTrace {
    pub(super) fn new() -> Self {
        Self { look_ups: vec![0; NUM_VALUES], num_inner: 0 }
    }

    /// Number of values in use between the smallest and the largest.
    pub(super) const fn num_inner(&self) -> usize {
        self.num_inner
    }

    #[inline]
    fn count(&mut self, value: usize, look_ups: u64) {
        let count = &mut self.look_ups[value];
        let is_inner = value.wrapping_sub(1) < NUM_VALUES - 2;
        self.num_inner += usize::from(*count == 0 && look_ups > 0 && is_inner);
        *count += look_ups;
    }

    /// Counts the lookups of an operation: four, if its helpers are limbs.
    pub(super) fn look_up(&mut self, opcode: Opcode, helpers: &[Felt]) {
        if Class::Limb.contains(opcode) {
            self.look_up_limbs(helpers, 1);
        }
    }

    /// Counts the lookups of `rows` rows, each with the limbs at the start of `cells`.
    pub(super) fn look_up_limbs(&mut self, cells: &[Felt], rows: u64) {
        for limb in cells.iter().take(LIMBS) {
            self.count(limb.as_int() as usize, rows);
        }
    }

    /// Counts the lookups of an operation with limbs, all of them zero.
    pub(super) fn look_up_zeros(&mut self, opcode: Opcode) {
        if Class::Limb.contains(opcode) {
            self.look_ups[0] += LIMBS as u64;
        }
    }

    /// Counts a lookup.
    pub(super) fn look_up_limb(&mut self, limb: u16) {
        self.count(usize::from(limb), 1);
    }

    /// Values in the list: those in use, 0 and 65535, and fillers where a gap would be too wide.
    fn values(&self) -> impl Iterator<Item = usize> {
        let used = self.look_ups.iter().enumerate().filter(|(_, count)| **count > 0).map(|(value, _)| value);
        let ends = used.filter(|&value| value > 0 && value + 1 < NUM_VALUES).chain([NUM_VALUES - 1]);
        let steps = ends.scan(0, |previous, value| {
            let from = core::mem::replace(previous, value);
            Some((from, value))
        });
        // From `from` to `value` in steps of the largest gap.
        let filled = steps.flat_map(|(from, value)| {
            (1..=(value - from).div_ceil(MAX_GAP)).map(move |step| value.min(from + step * MAX_GAP))
        });
        core::iter::once(0).chain(filled)
    }

    /// Length of the list; the last row serves no lookup, so the largest value occurs twice.
    pub(super) fn num_rows(&self) -> usize {
        self.values().count() + 1
    }

    /// Writes values, their multiplicities, and those of the byte table to their panel, where all values are [`LARGEST`]
    /// and all multiplicities zero.
    pub(super) fn write(&self, lines: &mut [Line]) {
        // The rows after the list have no gap.
        let mut gaps = [0u64; MAX_GAP + 1];
        gaps[0] = (lines.len() - self.values().count()) as u64;
        let mut previous = None;
        for (line, value) in lines.iter_mut().zip(self.values()) {
            line.0[VALUE.at(0) % PANEL] = Felt::new(value as u64);
            line.0[MULTIPLICITY.at(0) % PANEL] = Felt::new(self.look_ups[value]);
            if let Some(previous) = previous.replace(value) {
                gaps[value - previous] += 1;
            }
        }
        for (line, gap) in lines.iter_mut().zip(gaps) {
            line.0[BYTE_MULTIPLICITY.at(0) % PANEL] = Felt::new(gap);
        }
    }
}
