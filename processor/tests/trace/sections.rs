//! The hasher section and the range list. The other sections are checked only by the constraints.

use std::collections::BTreeMap;

use miden_core::{
    Felt, Opcode, RescueState, apply_round,
    field::FieldElement,
    inverse_mds,
    operations::Class,
    trace::{chiplets, decoder, range, stack},
};

use super::table::Table;

impl Table<'_> {
    /// Checks the hasher section against the requests for permutations; returns its number of rows.
    pub(crate) fn hasher(&self) -> usize {
        // Requests for the input, the whole output and the digest.
        let mut requests = BTreeMap::<u64, [u64; 3]>::new();
        for row in 0..self.num_rows - 1 {
            let opcode = self.opcode(row);
            let is_node = Class::Node.contains(opcode);
            if !is_node && opcode != Opcode::HPerm {
                continue;
            }
            let address = self.int(row, decoder::HELPERS.at(4));
            let counts = requests.entry(address).or_default();
            counts[0] += 1;
            let start = address as usize;
            let (before, after) = (self.ints(start, chiplets::X), self.ints(start + 7, chiplets::X));
            if is_node {
                counts[2] += 1;
                // The kind of the node, which NTRAP replaces.
                let domain = self.int(row, decoder::HELPERS.at(5));
                assert!(opcode == Opcode::NTrap || domain == u64::from(opcode.code()));
                assert_eq!(before[..4], [domain, 0, 0, 0]);
                assert_eq!(before[4..], self.ints(row, decoder::GROUPS));
                assert_eq!(after[4..8], self.ints(row, decoder::HELPERS)[..4]);
            } else {
                counts[1] += 1;
                assert!(before.iter().rev().eq(&self.ints(row, stack::S)[..12]));
                assert!(after.iter().rev().eq(&self.ints(row + 1, stack::S)[..12]));
            }
        }
        for row in (0..self.num_rows).filter(|&row| self.ints(row, chiplets::Q) == [1, 1, 1, 0, 0]) {
            let counts = requests.entry(self.cell(row, chiplets::merkle::HASH_ADDRESS)).or_default();
            counts[0] += 1;
            counts[2] += 1;
        }
        let end = 8 * requests.len();
        assert!(requests.keys().copied().eq((0..end as u64).step_by(8)), "every permutation is requested");
        for row in 0..end {
            self.is_zero(row, chiplets::Q.range());
            let x: RescueState = std::array::from_fn(|i| self.felt(row, chiplets::X.at(i)));
            let w: RescueState = std::array::from_fn(|i| self.felt(row, chiplets::W.at(i)));
            for (i, &cell) in x.iter().enumerate() {
                assert_eq!(self.felt(row, chiplets::U.at(i)), cell.cube());
            }
            let address = row as u64 / 8 * 8;
            let [inputs, outputs, digests] = requests[&address];
            let round = row % 8;
            let multiplicities = match round {
                0 => [inputs, 0],
                7 => [outputs, digests],
                _ => [0, 0],
            };
            assert_eq!(self.ints(row, chiplets::M), multiplicities);
            if round == 7 {
                let mut message = [Felt::ZERO; 12];
                message[..4].copy_from_slice(&x[4..8]);
                message[4] = Felt::new(address);
                assert_eq!(w, message);
            } else {
                let mut next = x;
                apply_round(&mut next, round);
                let constants = miden_core::ROUND_CONSTANTS_2[round];
                for (a, cell) in w.iter().enumerate() {
                    let z = (0..12)
                        .map(|b| inverse_mds()[a][b] * (next[b] - constants[b]))
                        .fold(Felt::ZERO, |sum, term| sum + term);
                    assert_eq!(*cell, z.cube());
                }
                let recorded: RescueState = std::array::from_fn(|i| self.felt(row + 1, chiplets::X.at(i)));
                assert_eq!(recorded, next);
            }
        }
        for row in end..self.num_rows {
            assert_eq!(self.int(row, chiplets::Q.at(0)), 1);
        }
        end
    }

    /// Checks the range list against the limbs of operations and memory; returns its number of rows.
    pub(crate) fn range(&self) -> usize {
        let mut look_ups = BTreeMap::<u64, u64>::from([(0, 0), (65535, 0)]);
        for row in (0..self.num_rows - 1).filter(|&row| Class::Limb.contains(self.opcode(row))) {
            for limb in &self.ints(row, decoder::HELPERS)[..4] {
                *look_ups.entry(*limb).or_default() += 1;
            }
        }
        for row in 0..self.num_rows {
            if self.ints(row, chiplets::Q) == [1, 1, 0, 0, 0] {
                for limb in [chiplets::memory::LOW_LIMB, chiplets::memory::HIGH_LIMB] {
                    *look_ups.entry(self.cell(row, limb)).or_default() += 1;
                }
            }
        }
        let mut gaps = [0; 256];
        let mut seen = BTreeMap::<u64, u64>::new();
        for row in 0..self.num_rows {
            let value = self.cell(row, range::VALUE);
            let multiplicity = self.cell(row, range::MULTIPLICITY);
            if row + 1 < self.num_rows {
                gaps[(self.cell(row + 1, range::VALUE) - value) as usize] += 1;
                *seen.entry(value).or_default() += multiplicity;
            } else {
                assert_eq!(multiplicity, 0);
            }
        }
        assert_eq!((self.cell(0, range::VALUE), self.cell(self.num_rows - 1, range::VALUE)), (0, 65535));
        for (value, count) in &look_ups {
            assert_eq!(seen.get(value), Some(count), "value {value}");
        }
        for (value, count) in &seen {
            assert_eq!(look_ups.get(value).copied().unwrap_or(0), *count, "value {value}");
        }
        for row in 0..self.num_rows {
            let expected = gaps.get(row).copied().unwrap_or(0);
            assert_eq!(self.cell(row, range::BYTE_MULTIPLICITY), expected, "gap {row}");
        }
        seen.len() + 1
    }
}
