//! Bundles and expectations in the form of C.

use core::ffi::c_char;

use miden_verifier::{
    Digest, Expectation, ExpectedOutcome, FaultCode, Felt, Kernel, ProofBundle, StackInputs, StackOutputs,
};

use crate::memory;

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

/// Reads an expectation; `None` if a part of it does not exist.
///
/// # Safety
/// The pointers must be null, or those of as many values as the lengths say; those of hashes, of texts.
#[allow(unsafe_code, reason = "reads memory of the caller")]
pub(crate) unsafe fn expectation(form: &MidenExpectation) -> Option<Expectation> {
    // SAFETY: by the contract of this function, here and below.
    let digest = |text| unsafe { memory::text(text) }?.parse::<Digest>().ok();
    let mut expectation = Expectation::new(digest(form.program)?).with_outcome(outcome(form.outcome)?);

    // SAFETY: see above.
    let procedures = unsafe { memory::values(form.kernel, form.kernel_len) }?;
    let procedures: Option<Vec<Digest>> = procedures.iter().map(|&text| digest(text)).collect();
    expectation = expectation.with_kernel(Kernel::new(procedures?).ok()?);

    // SAFETY: see above.
    let inputs = unsafe { memory::values(form.inputs, form.inputs_len) }?;
    if !form.inputs.is_null() {
        expectation = expectation.with_inputs(StackInputs::from_ints(inputs).ok()?);
    }
    // SAFETY: see above.
    let outputs = unsafe { memory::values(form.outputs, form.outputs_len) }?;
    if !form.outputs.is_null() {
        expectation = expectation.with_outputs(StackOutputs::from_ints(outputs).ok()?);
    }
    // SAFETY: see above.
    let cycle_limit = unsafe { memory::value(form.cycle_limit) };
    Some(expectation.with_cycle_limit(cycle_limit.copied()))
}

fn outcome(number: u32) -> Option<ExpectedOutcome> {
    match number {
        0 => Some(ExpectedOutcome::Success),
        MIDEN_ANY_OUTCOME => Some(ExpectedOutcome::Any),
        _ => FaultCode::from_number(number.try_into().ok()?).map(ExpectedOutcome::Fault),
    }
}
