//! Bundles and expectations in the form of C.

use core::ffi::c_char;

use miden_verifier::{
    Digest, Expectation, ExpectedOutcome, FaultCode, Felt, Kernel, ProofBundle, StackInputs, StackOutputs,
};

/// The outcome of an expectation that accepts success and every fault.
pub const MIDEN_ANY_OUTCOME: u32 = 0xFFFF_FFFF;

/// The statements that are accepted. With everything but `program` zero: success of the program, without kernel and
/// cycle limit, on any inputs and with any outputs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MidenExpectation {
    /// Program hash, from a source that you trust: 64 hexadecimal digits.
    pub program: *const c_char,
    /// Hashes of the procedures of the kernel.
    pub kernel: *const *const c_char,
    /// Number of hashes in `kernel`.
    pub kernel_len: usize,
    /// The initial stack, bottom first; zeros at the bottom may be omitted. Null accepts any.
    pub inputs: *const u64,
    /// Number of items in `inputs`.
    pub inputs_len: usize,
    /// The final stack, top first; zeros at the bottom may be omitted. Null accepts any.
    pub outputs: *const u64,
    /// Number of items in `outputs`.
    pub outputs_len: usize,
    /// 0 for success, the number of a fault, or `MIDEN_ANY_OUTCOME`.
    pub outcome: u32,
    /// The cycle limit of the statement; null for none.
    pub cycle_limit: *const u64,
}

/// One of the two stacks of a statement.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(clippy::enum_variant_names, reason = "C has one namespace for all constants")]
pub enum MidenStack {
    /// The initial stack, bottom first.
    MidenInitialStack,
    /// The final stack, top first.
    MidenFinalStack,
}

/// Reads the binary or the JSON form of a bundle; `None` if the file has neither.
pub(crate) fn read_bundle(file: &[u8]) -> Option<ProofBundle> {
    if ProofBundle::has_magic(file) {
        ProofBundle::from_bytes(file).ok()
    } else {
        serde_json::from_slice(file).ok()
    }
}

/// The items of a stack, in its order.
pub(crate) fn stack(bundle: &ProofBundle, stack: u32) -> Option<&[Felt]> {
    const INITIAL: u32 = MidenStack::MidenInitialStack as u32;
    const FINAL: u32 = MidenStack::MidenFinalStack as u32;
    match stack {
        INITIAL => Some(bundle.statement.inputs.items()),
        FINAL => Some(bundle.statement.outputs.items()),
        _ => None,
    }
}

/// The memory that an expectation leads to.
pub(crate) struct Expected<'a> {
    pub(crate) program: &'a str,
    pub(crate) kernel: Vec<&'a str>,
    pub(crate) inputs: Option<&'a [u64]>,
    pub(crate) outputs: Option<&'a [u64]>,
    pub(crate) cycle_limit: Option<u64>,
}

impl Expected<'_> {
    /// The expectation with this outcome; `None` if a part of it does not exist.
    pub(crate) fn expectation(&self, outcome: u32) -> Option<Expectation> {
        let kernel: Option<Vec<Digest>> = self.kernel.iter().map(|text| text.parse().ok()).collect();
        let mut expectation = Expectation::new(self.program.parse().ok()?)
            .with_kernel(Kernel::new(kernel?).ok()?)
            .with_outcome(self::outcome(outcome)?)
            .with_cycle_limit(self.cycle_limit);
        if let Some(inputs) = self.inputs {
            expectation = expectation.with_inputs(StackInputs::from_ints(inputs).ok()?);
        }
        if let Some(outputs) = self.outputs {
            expectation = expectation.with_outputs(StackOutputs::from_ints(outputs).ok()?);
        }
        Some(expectation)
    }
}

fn outcome(number: u32) -> Option<ExpectedOutcome> {
    match number {
        0 => Some(ExpectedOutcome::Success),
        MIDEN_ANY_OUTCOME => Some(ExpectedOutcome::Any),
        _ => FaultCode::from_number(number.try_into().ok()?).map(ExpectedOutcome::Fault),
    }
}
