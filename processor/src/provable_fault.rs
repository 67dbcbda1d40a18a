//! Provable faults: the claim, and the witness that it holds. Book: design/faults.md

use miden_core::{
    FaultClaim, FaultCode, Felt,
    field::FieldElement,
    operations::halves,
    outcome::{FaultRule, Operand, Predicate},
    params::{FMP_MAX, STACK_TOP, STREAM_ADDRESS},
    trace::decoder::{fail, trap},
};

use crate::{
    ExecutionError, FailureSite, Fault,
    limbs::{canonical_witness, limbs},
};

/// A fault that can be proven.
pub(crate) struct ProvableFault {
    pub(crate) claim: FaultClaim,
    pub(crate) witness: FaultWitness,
}

impl ProvableFault {
    /// The fault with which an execution has ended; `None` if it cannot be proven: the host has failed, a limit that is
    /// not part of the statement was exceeded, or no rule applies.
    pub(crate) fn of(error: &ExecutionError) -> Option<Self> {
        let (code, target, site) = match error {
            ExecutionError::Fault { fault, site, .. } => (fault.code()?, target(fault), site),
            ExecutionError::CycleLimit { public: true, site, .. } => {
                (FaultCode::CycleLimitExceeded, None, site)
            }
            _ => return None,
        };
        let FailureSite { opcode, clk, advice_read, .. } = **site;
        let rule = FaultRule::of(opcode, code)?;
        let witness = FaultWitness::of(rule, site)?;
        Some(Self { claim: FaultClaim { code, opcode, clk, deterministic: !advice_read, target }, witness })
    }
}

impl ExecutionError {
    /// The part of the failure that can be proven: the fault with which the program ends. `None` if it is not an
    /// outcome of the program: the host has failed, a limit that is not part of the statement was exceeded, or no rule
    /// covers the fault.
    pub fn claim(&self) -> Option<FaultClaim> {
        ProvableFault::of(self).map(|fault| fault.claim)
    }
}

fn target(fault: &Fault) -> Option<miden_core::Digest> {
    match fault {
        Fault::SyscallTargetNotInKernel { digest } => Some(*digest),
        _ => None,
    }
}

/// The values in the last rows of the trace that prove the fault; all zero where the predicate needs no witness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultWitness {
    pub(crate) candidate: Felt,
    pub(crate) value: Felt,
    pub(crate) high: Felt,
    pub(crate) limbs: [Felt; fail::LIMBS.width()],
    /// The limbs of the last TRAP row, next to its digit.
    pub(crate) trap_limbs: [Felt; trap::LIMBS.width()],
    pub(crate) witness: Felt,
    pub(crate) canonical: Felt,
}

impl FaultWitness {
    /// Chooses the first candidate for which the predicate holds; `None` if there is none.
    fn of(rule: FaultRule, site: &FailureSite) -> Option<Self> {
        let mut candidates = 0..rule.operand.candidates().max(1) as u64;
        candidates.find_map(|number| {
            let candidate = Felt::new(number);
            let value = operand(rule.operand, candidate, site);
            let cells = match (rule.operand, number) {
                (Operand::Quotient, 1) => Self::large_quotient(value, site.stack[0])?,
                _ => Self::proving(rule.predicate, value, site)?,
            };
            let trap_limbs = match rule.operand {
                Operand::Quotient => limbs(cells.high),
                _ => Default::default(),
            };
            Some(Self { candidate, value, trap_limbs, ..cells })
        })
    }

    /// The witness that the predicate holds for this value.
    fn proving(predicate: Predicate, value: Felt, site: &FailureSite) -> Option<Self> {
        match predicate {
            Predicate::NotOne => Self::not_zero(value - Felt::ONE),
            Predicate::NotZero => Self::not_zero(value),
            Predicate::NotBinary => Self::not_zero(value * (value - Felt::ONE)),
            Predicate::NotU32 => Self::not_u32(value),
            Predicate::TooDeep => Self::not_zero(Felt::new(site.depth as u64) - Felt::from(STACK_TOP as u32)),
            Predicate::Zero => (value == Felt::ZERO).then(Self::default),
            // The processor has just checked this, and the registers show it.
            Predicate::OutsideSyscall | Predicate::InsideSyscall | Predicate::Always => Some(Self::default()),
        }
    }

    fn not_zero(value: Felt) -> Option<Self> {
        (value != Felt::ZERO).then(|| Self { witness: value.inv(), ..Self::default() })
    }

    /// `value = lo + 2^32·hi` with `hi ≠ 0`, as limbs, and the witness that these are the canonical halves.
    fn not_u32(value: Felt) -> Option<Self> {
        let (high, _) = halves(value);
        Some(Self { witness: Self::not_zero(high)?.witness, ..Self::halves(value, high) })
    }

    /// `dividend = lo + 2^32·high` with `high − divisor` a u32, as limbs, and `divisor ≠ 0`.
    fn large_quotient(dividend: Felt, divisor: Felt) -> Option<Self> {
        let (high, _) = halves(dividend);
        let more = high.as_int().checked_sub(divisor.as_int())?;
        Some(Self { witness: Self::not_zero(divisor)?.witness, ..Self::halves(dividend, Felt::new(more)) })
    }

    /// The canonical halves of a value, with these limbs instead of those of the high one.
    fn halves(value: Felt, hi: Felt) -> Self {
        let (high, lo) = halves(value);
        let ([l0, l1], [l2, l3]) = (limbs(lo), limbs(hi));
        let canonical = canonical_witness(high, lo).inv();
        Self { high, limbs: [l0, l1, l2, l3], canonical, ..Self::default() }
    }
}

/// A candidate of the operand.
fn operand(operand: Operand, candidate: Felt, site: &FailureSite) -> Felt {
    match operand {
        Operand::None => Felt::ZERO,
        Operand::Items(_) | Operand::Quotient => site.stack[candidate.as_int() as usize],
        Operand::Item3 => site.stack[3],
        Operand::StreamAddress => site.stack[STREAM_ADDRESS] + candidate,
        Operand::FmpRoom => (Felt::ONE + candidate) * (Felt::new(FMP_MAX) - site.fmp - site.stack[0]),
    }
}
