//! Faults that can be proven: what is claimed, and why it holds. Book: design/faults.md

use miden_core::{
    FaultClaim, FaultCode, Felt,
    field::FieldElement,
    outcome::{FaultRule, Operand, Predicate},
    params::{FMP_MAX, STACK_TOP},
    trace::decoder::{
        fail::{CANDIDATE, CANONICAL, HIGH, LIMBS, VALUE, WITNESS},
        trap,
    },
};

use super::{
    helpers::{canonical_witness, limbs},
    rows::Row,
};
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
    high: Felt,
    pub(super) limbs: [Felt; LIMBS.width()],
    /// What the last TRAP row holds beside its digit.
    pub(super) trap_limbs: [Felt; trap::LIMBS.width()],
    witness: Felt,
    canonical: Felt,
}

impl FailCells {
    /// Chooses the first candidate that the predicate holds for; `None` if there is none.
    fn of(rule: FaultRule, place: &Place) -> Option<Self> {
        let mut candidates = 0..rule.operand.candidates().max(1) as u64;
        candidates.find_map(|number| {
            let candidate = Felt::new(number);
            let value = operand(rule.operand, candidate, place);
            let cells = match (rule.operand, number) {
                (Operand::Quotient, 1) => Self::large_quotient(value, place.stack[0])?,
                _ => Self::proving(rule.predicate, value, place)?,
            };
            let trap_limbs = match rule.operand {
                Operand::Quotient => limbs(cells.high),
                _ => Default::default(),
            };
            Some(Self { candidate, value, trap_limbs, ..cells })
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
        let (high, _) = split(value);
        Some(Self { witness: Self::not_zero(high)?.witness, ..Self::halves(value, high) })
    }

    /// `dividend = lo + 2^32·high` with `high − divisor` a u32, as limbs, and `divisor ≠ 0`.
    fn large_quotient(dividend: Felt, divisor: Felt) -> Option<Self> {
        let (high, _) = split(dividend);
        let more = high.as_int().checked_sub(divisor.as_int())?;
        Some(Self { witness: Self::not_zero(divisor)?.witness, ..Self::halves(dividend, Felt::new(more)) })
    }

    /// The canonical halves of a value, with these limbs in the place of those of the high one.
    fn halves(value: Felt, hi: Felt) -> Self {
        let (high, lo) = split(value);
        let ([l0, l1], [l2, l3]) = (limbs(lo), limbs(hi));
        let canonical = canonical_witness(high, lo).inv();
        Self { high, limbs: [l0, l1, l2, l3], canonical, ..Self::default() }
    }

    pub(super) fn write(&self, row: &mut Row) {
        row[LIMBS.range()].copy_from_slice(&self.limbs);
        let cells = [
            (CANDIDATE, self.candidate),
            (VALUE, self.value),
            (HIGH, self.high),
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
        Operand::Items(_) | Operand::Quotient => place.stack[candidate.as_int() as usize],
        Operand::Item3 => place.stack[3],
        Operand::Pointer => place.stack[12] + candidate,
        Operand::FmpRoom => (Felt::ONE + candidate) * (Felt::new(FMP_MAX) - place.fmp - place.stack[0]),
    }
}
