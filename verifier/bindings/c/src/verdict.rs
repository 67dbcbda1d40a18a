//! Verdicts and policies in the form of C.

use std::{
    ffi::{CStr, CString},
    sync::LazyLock,
};

use miden_verifier::{
    Difference, Mismatch, ParameterSet, Policy, ProofBundleError, SecurityLevel, StackName, Verified,
    VerifierError,
};

/// The code of a call whose arguments are wrong, whatever the proof: a null pointer where none is allowed, a hash that
/// is not one, the number of a fault or a parameter set that does not exist.
pub const MIDEN_INVALID_ARGUMENT: u32 = 0xFFFF_FFFF;

/// Difference: the program.
pub const MIDEN_PROGRAM: u32 = 1;
/// Difference: the kernel.
pub const MIDEN_KERNEL: u32 = 2;
/// Difference: the initial stack.
pub const MIDEN_INPUTS: u32 = 4;
/// Difference: the final stack.
pub const MIDEN_OUTPUTS: u32 = 8;
/// Difference: the outcome.
pub const MIDEN_OUTCOME: u32 = 16;
/// Difference: the cycle limit.
pub const MIDEN_CYCLE_LIMIT: u32 = 32;

/// The proofs that are accepted. All zeros, or a null pointer instead, accepts each parameter set at the level that it
/// promises.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MidenPolicy {
    /// Bit i accepts the parameter set with number i; 0 accepts all.
    pub parameter_sets: u32,
    /// Whether a proof must hide the execution.
    pub hiding: bool,
    /// Least conjectured security in bits.
    pub conjectured: u32,
    /// Least proven security in bits.
    pub proven: u32,
}

/// The result of a verification.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct MidenVerdict {
    /// 0 if the proof is accepted, otherwise the stable number of the error, or `MIDEN_INVALID_ARGUMENT`. The other fields
    /// are then 0, except for `differences`.
    pub code: u32,
    /// The parts of the statement that are not as expected: a sum of `MIDEN_PROGRAM` and its like.
    pub differences: u32,
    /// Number of the parameter set.
    pub parameter_set: u32,
    /// Binary logarithm of the number of rows of the trace.
    pub rows_log2: u32,
    /// Whether the proof has a form that hides the execution.
    pub hides: bool,
    /// Conjectured security in bits.
    pub conjectured: u32,
    /// Proven security in bits.
    pub proven: u32,
}

impl MidenVerdict {
    /// The verdict on a call with wrong arguments.
    pub(crate) fn invalid_argument() -> Self {
        Self { code: MIDEN_INVALID_ARGUMENT, ..Self::default() }
    }

    /// The verdict on bytes that are not a statement or a bundle.
    pub(crate) fn malformed() -> Self {
        let (code, _) = ProofBundleError::MALFORMED;
        Self { code: code.into(), ..Self::default() }
    }
}

impl From<Verified> for MidenVerdict {
    fn from(verified: Verified) -> Self {
        Self {
            code: 0,
            differences: 0,
            parameter_set: verified.parameter_set.id().into(),
            rows_log2: verified.trace_rows.ilog2(),
            hides: verified.hides,
            conjectured: verified.security.conjectured,
            proven: verified.security.proven,
        }
    }
}

impl From<ProofBundleError> for MidenVerdict {
    fn from(error: ProofBundleError) -> Self {
        let differences = match &error {
            ProofBundleError::Statement(mismatches) => {
                mismatches.iter().map(part).fold(0, |sum, part| sum | part)
            }
            _ => 0,
        };
        Self { code: error.code().into(), differences, ..Self::default() }
    }
}

impl From<VerifierError> for MidenVerdict {
    fn from(error: VerifierError) -> Self {
        ProofBundleError::from(error).into()
    }
}

fn part(mismatch: &Mismatch) -> u32 {
    match mismatch {
        Mismatch::Part(Difference::Program { .. }) => MIDEN_PROGRAM,
        Mismatch::Part(Difference::ExtraProcedure { .. } | Difference::MissingProcedure { .. }) => {
            MIDEN_KERNEL
        }
        Mismatch::Part(Difference::Depth { stack, .. } | Difference::Item { stack, .. }) => match stack {
            StackName::Inputs => MIDEN_INPUTS,
            StackName::Outputs => MIDEN_OUTPUTS,
        },
        Mismatch::Part(Difference::CycleLimit { .. }) => MIDEN_CYCLE_LIMIT,
        _ => MIDEN_OUTCOME,
    }
}

/// The policy of a call; `None` if it names a parameter set that does not exist.
pub(crate) fn policy(policy: Option<&MidenPolicy>) -> Option<Policy> {
    let Some(&MidenPolicy { parameter_sets, hiding, conjectured, proven }) = policy else {
        return Some(Policy::default());
    };
    let bit = |set: ParameterSet| 1 << set.id();
    let existing = ParameterSet::ALL.into_iter().map(bit).fold(0, |sum, bit| sum | bit);
    if parameter_sets & !existing != 0 {
        return None;
    }
    let accepted = |set: &ParameterSet| parameter_sets == 0 || parameter_sets & bit(*set) != 0;
    let sets = ParameterSet::ALL.into_iter().filter(accepted);
    Some(Policy::only(sets).with_hiding(hiding).with_minimum(SecurityLevel { conjectured, proven }))
}

/// The names with the zero that C expects at their end.
static KINDS: LazyLock<Vec<(u32, CString)>> = LazyLock::new(|| {
    let errors = VerifierError::CODES.iter().chain(ProofBundleError::CODES);
    let own = [(0, "Accepted"), (MIDEN_INVALID_ARGUMENT, "InvalidArgument")];
    let all = errors.map(|&(number, name)| (number.into(), name)).chain(own);
    all.filter_map(|(number, name)| Some((number, CString::new(name).ok()?))).collect()
});

/// The name of the error with this number.
pub(crate) fn kind(code: u32) -> &'static CStr {
    KINDS.iter().find(|(number, _)| *number == code).map_or(c"Unknown", |(_, name)| name)
}
