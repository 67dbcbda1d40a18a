use super::{FaultClaim, FaultCode, FaultPlace, FaultRule, Outcome};
use crate::{Digest, Opcode, Statement, params::STACK_TOP};

/// The reason why no program can have the outcome of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The operation has no such fault.
    #[error("{opcode} cannot fail with {code}")]
    NoSuchFault {
        /// The operation in the statement.
        opcode: Opcode,
        /// The code in the statement.
        code: FaultCode,
    },
    /// A program begins with a node.
    #[error("a program begins with a node, so {opcode} cannot fail in cycle 0")]
    FirstCycle {
        /// The operation in the statement.
        opcode: Opcode,
    },
    /// The outputs of a fault are the 16 topmost items.
    #[error("the outputs of a fault are the {STACK_TOP} topmost stack items, but the statement has {got}")]
    Outputs {
        /// Number of outputs.
        got: usize,
    },
    /// A procedure is named if and only if the code requires one.
    #[error(
        "a statement names a procedure if and only if its code is SyscallTargetNotInKernel; the code is {code}"
    )]
    Target {
        /// The code in the statement.
        code: FaultCode,
    },
    /// The kernel has the procedure.
    #[error("the kernel of the statement has procedure {target}, which is said to be missing")]
    TargetInKernel {
        /// The procedure.
        target: Digest,
    },
    /// The cycle limit is exceeded exactly at the limit, and no other fault occurs there.
    #[error("{code} in cycle {clk} contradicts the cycle limit: {}", Limit(*limit))]
    CycleLimit {
        /// The code in the statement.
        code: FaultCode,
        /// The cycle in the statement.
        clk: u64,
        /// The limit in the statement.
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
    /// Checks the outcome as far as the statement alone allows; the constraints rely on it.
    ///
    /// # Errors
    /// If no program can have this outcome with this kernel, these outputs and this limit.
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
