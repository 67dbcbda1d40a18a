//! Helpers of operations, by the equations that they satisfy.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    operations::Class,
    params::{FMP_MAX, STREAM_ADDRESS},
    trace::{decoder, stack, system},
};

use super::table::Table;

impl Table<'_> {
    /// Helpers of an operation row, by the equations that they satisfy.
    pub(crate) fn helpers(&self, row: usize) {
        let opcode = self.opcode(row);
        let h: Vec<Felt> = decoder::HELPERS.range().map(|index| self.felt(row, index)).collect();
        let s: Vec<Felt> = stack::S.range().map(|index| self.felt(row, index)).collect();
        let next: Vec<Felt> = stack::S.range().map(|index| self.felt(row + 1, index)).collect();
        let [b, w] = [1u64 << 16, 1 << 32].map(Felt::new);
        let (lo, hi) = (h[0] + b * h[1], h[2] + b * h[3]);
        for (helper, &cell) in h.iter().enumerate() {
            let multiplicity = helper == 5 && Class::Right.contains(opcode);
            if !opcode.info().uses_helper(helper) && !multiplicity {
                assert_eq!(cell, Felt::ZERO, "row {row}: {opcode}, h{helper}");
            }
        }
        if Class::Limb.contains(opcode) {
            assert!(h[..4].iter().all(|limb| limb.as_int() < 1 << 16), "row {row}");
        }
        if Class::Canon.contains(opcode) {
            let expected = if lo == Felt::ZERO { Felt::ZERO } else { (w - Felt::ONE - hi).inv() };
            assert_eq!(h[4], expected, "row {row}: {opcode}");
        }
        let value = match opcode {
            Opcode::Eqz => return assert_eq!(h[0], s[0].inv()),
            Opcode::Eq => return assert_eq!(h[0], (s[0] - s[1]).inv()),
            Opcode::U32Assert2 => return assert_eq!((lo, hi), (s[0], s[1])),
            Opcode::ExpAcc => {
                assert_eq!(lo, s[3]);
                assert_eq!((h[0], h[3]), (h[2].double() + next[0], Felt::ZERO));
                assert_eq!(next[3], h[2] + Felt::new(1 << 15) * h[1]);
                assert_eq!(h[5], Felt::ONE + next[0] * (s[1] - Felt::ONE));
                return assert_eq!(next[2], s[2] * h[5]);
            }
            Opcode::U32Div => {
                assert_eq!((lo, hi), (next[0], next[1]));
                let (divisor, rest) = (s[0].as_int(), (s[0] - Felt::ONE - lo).as_int());
                return assert_eq!(h[4].as_int(), divisor & rest);
            }
            Opcode::FmpUpdate => {
                let y = Felt::new(FMP_MAX) - self.felt(row + 1, system::FMP.at(0));
                return assert_eq!((lo, hi), (y, y.double()));
            }
            Opcode::MLoad | Opcode::MLoadW | Opcode::MStore | Opcode::MStoreW => {
                return assert_eq!((lo, hi), (s[0], Felt::ZERO));
            }
            Opcode::MStream | Opcode::Pipe => {
                return assert_eq!((lo, hi), (s[STREAM_ADDRESS], s[STREAM_ADDRESS] + Felt::ONE));
            }
            Opcode::MpVerify | Opcode::MrUpdate => {
                return assert_eq!((lo, hi), (Felt::from(63u32) - s[4], Felt::ZERO));
            }
            Opcode::U32Maj => return assert_eq!(h[4].as_int(), s[0].as_int() & s[1].as_int()),
            Opcode::U32Ch => return assert_eq!(h[4].as_int(), s[2].as_int() & s[1].as_int()),
            Opcode::U32Chi => return assert_eq!(h[4].as_int(), !s[1].as_int() & s[0].as_int()),
            Opcode::U32Split => s[0],
            Opcode::U32Add | Opcode::U32WAdd => s[0] + s[1],
            Opcode::U32Sub | Opcode::U32Lt => s[1] - s[0] + w,
            Opcode::U32Add3 => s[0] + s[1] + s[2],
            Opcode::U32Mul | Opcode::U32Rot => s[0] * s[1],
            Opcode::U32MAdd => s[0] * s[1] + s[2],
            _ => return,
        };
        assert_eq!(value, hi * w + lo, "row {row}: {opcode}");
    }
}
