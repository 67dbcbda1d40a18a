use super::{FaultClaim, FaultCode, FaultPlace, FaultRule, Outcome};
use crate::{Digest, Opcode, Statement, params::STACK_TOP};

/// Why a statement with this outcome is false whatever the program, or means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The operation has no such fault.
    #[error("{opcode} cannot fail with {code}")]
    NoSuchFault {
        /// The operation of the statement.
        opcode: Opcode,
        /// The code of the statement.
        code: FaultCode,
    },
    /// A program begins with a node.
    #[error("a program begins with a node, so {opcode} cannot fail in cycle 0")]
    FirstCycle {
        /// The operation of the statement.
        opcode: Opcode,
    },
    /// A fault leaves the 16 items that were on top.
    #[error("the outputs of a fault are the {STACK_TOP} topmost stack items, the statement has {got}")]
    Outputs {
        /// Number of outputs.
        got: usize,
    },
    /// The procedure belongs to one code, and that code to the procedure.
    #[error(
        "the statement must name a procedure if its code is SyscallTargetNotInKernel, and only then; its code is {code}"
    )]
    Target {
        /// The code of the statement.
        code: FaultCode,
    },
    /// The kernel has the procedure.
    #[error("the kernel of the statement has the procedure {target} that it is said not to have")]
    TargetInKernel {
        /// The procedure.
        target: Digest,
    },
    /// The limit is exceeded at the limit and nowhere else, and nothing else happens there.
    #[error("{code} in cycle {clk} contradicts the cycle limit: {}", Limit(*limit))]
    CycleLimit {
        /// The code of the statement.
        code: FaultCode,
        /// The cycle of the statement.
        clk: u64,
        /// The limit of the statement.
        limit: Option<u64>,
    },
}

/// The cycle limit as text.
struct Limit(Option<u64>);

impl core::fmt::Display for Limit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            None => f.write_str("the statement has none"),
            Some(limit) => write!(f, "it is exceeded in cycle {limit}"),
        }
    }
}

impl Statement {
    /// Checks what can be seen of the outcome without a proof; constraints rely on it.
    ///
    /// # Errors
    /// If no program has this outcome on this kernel with these outputs and this limit.
    pub fn check_outcome(&self) -> Result<(), OutcomeError> {
        let Outcome::Fault(fault) = self.outcome else { return Ok(()) };
        let FaultClaim { code, opcode, clk, target, .. } = fault;
        if FaultRule::of(opcode, code).is_none() {
            return Err(OutcomeError::NoSuchFault { opcode, code });
        }
        if clk == 0 && FaultPlace::of(opcode) != Some(FaultPlace::Node) {
            return Err(OutcomeError::FirstCycle { opcode });
        }
        let got = self.outputs.items().len();
        if got != STACK_TOP {
            return Err(OutcomeError::Outputs { got });
        }
        if target.is_some() != (code == FaultCode::SyscallTargetNotInKernel) {
            return Err(OutcomeError::Target { code });
        }
        if let Some(target) = target.filter(|target| self.kernel.contains(target)) {
            return Err(OutcomeError::TargetInKernel { target });
        }
        let limit = self.cycle_limit;
        let fits = match code {
            FaultCode::CycleLimitExceeded => limit == Some(clk),
            _ => limit.is_none_or(|limit| clk < limit),
        };
        if fits { Ok(()) } else { Err(OutcomeError::CycleLimit { code, clk, limit }) }
    }
}
