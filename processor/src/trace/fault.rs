//! Faults that can be proven: what is claimed, and why it holds. Book: design/faults.md

use miden_core::{
    FaultClaim, FaultCode, Felt,
    field::FieldElement,
    outcome::{FaultRule, Operand, Predicate},
    params::{FMP_MAX, STACK_TOP},
    trace::decoder::fail::{CANDIDATE, CANONICAL, LIMBS, VALUE, WITNESS},
};

use super::{helpers::canonical_witness, rows::Row};
use crate::{ExecutionError, Fault, Place, operations::split};

/// A fault with the cells that prove it.
pub(crate) struct ProvableFault {
    pub(crate) claim: FaultClaim,
    pub(super) fail: FailCells,
}

impl ProvableFault {
    /// The fault that an execution has ended with; `None` if it cannot be proven: the host has failed, or a limit that is
    /// not part of the statement was exceeded, or there is no rule that applies.
    pub(crate) fn of(error: &ExecutionError) -> Option<Self> {
        let (code, target, place) = match error {
            ExecutionError::Fault { fault, place, .. } => (fault.code()?, target(fault), place),
            ExecutionError::CycleLimit { public: true, place, .. } => {
                (FaultCode::CycleLimitExceeded, None, place)
            }
            _ => return None,
        };
        let Place { opcode, clk, advice_read, .. } = **place;
        let rule = FaultRule::of(opcode, code)?;
        let fail = FailCells::of(rule, place)?;
        Some(Self { claim: FaultClaim { code, opcode, clk, deterministic: !advice_read, target }, fail })
    }
}

fn target(fault: &Fault) -> Option<miden_core::Digest> {
    match fault {
        Fault::SyscallTargetNotInKernel { digest } => Some(*digest),
        _ => None,
    }
}

/// The cells of the rows that say why a fault is one; all zero where the predicate needs no witness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FailCells {
    candidate: Felt,
    value: Felt,
    pub(super) limbs: [Felt; LIMBS.width()],
    witness: Felt,
    canonical: Felt,
}

impl FailCells {
    /// Chooses the first candidate that the predicate holds for; `None` if there is none.
    fn of(rule: FaultRule, place: &Place) -> Option<Self> {
        let mut candidates = (0..rule.operand.candidates().max(1) as u64).map(Felt::new);
        candidates.find_map(|candidate| {
            let value = operand(rule.operand, candidate, place);
            let cells = Self::proving(rule.predicate, value, place)?;
            Some(Self { candidate, value, ..cells })
        })
    }

    /// The witnesses that the predicate holds for this value.
    fn proving(predicate: Predicate, value: Felt, place: &Place) -> Option<Self> {
        match predicate {
            Predicate::NotOne => Self::not_zero(value - Felt::ONE),
            Predicate::NotZero => Self::not_zero(value),
            Predicate::NotBinary => Self::not_zero(value * (value - Felt::ONE)),
            Predicate::NotU32 => Self::not_u32(value),
            Predicate::TooDeep => {
                Self::not_zero(Felt::new(place.depth as u64) - Felt::from(STACK_TOP as u32))
            }
            Predicate::Zero => (value == Felt::ZERO).then(Self::default),
            // The processor has just found that it is so, and the registers show it.
            Predicate::OutsideSyscall | Predicate::InsideSyscall | Predicate::Always => Some(Self::default()),
        }
    }

    fn not_zero(value: Felt) -> Option<Self> {
        (value != Felt::ZERO).then(|| Self { witness: value.inv(), ..Self::default() })
    }

    /// `value = lo + 2^32·hi` with `hi ≠ 0`, as limbs, and the witness that these are the canonical halves.
    fn not_u32(value: Felt) -> Option<Self> {
        let (hi, lo) = split(value);
        let half = |half: Felt| [half.as_int() & 0xffff, half.as_int() >> 16].map(Felt::new);
        let ([l0, l1], [l2, l3]) = (half(lo), half(hi));
        let canonical = canonical_witness(hi, lo).inv();
        Self::not_zero(hi).map(|cells| Self { limbs: [l0, l1, l2, l3], canonical, ..cells })
    }

    pub(super) fn write(&self, row: &mut Row) {
        row[LIMBS.range()].copy_from_slice(&self.limbs);
        let cells = [
            (CANDIDATE, self.candidate),
            (VALUE, self.value),
            (WITNESS, self.witness),
            (CANONICAL, self.canonical),
        ];
        for (column, value) in cells {
            row[column.at(0)] = value;
        }
    }
}

/// A candidate of the operand.
fn operand(operand: Operand, candidate: Felt, place: &Place) -> Felt {
    match operand {
        Operand::None => Felt::ZERO,
        Operand::Items(_) => place.stack[candidate.as_int() as usize],
        Operand::Item3 => place.stack[3],
        Operand::Pointer => place.stack[12] + candidate,
        Operand::FmpRoom => (Felt::ONE + candidate) * (Felt::new(FMP_MAX) - place.fmp - place.stack[0]),
    }
}
