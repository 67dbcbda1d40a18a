//! The functions.

#![allow(unsafe_code, reason = "C gives them names and pointers")]

use std::{
    ffi::{CStr, CString, c_char},
    sync::LazyLock,
};

use miden_verifier::{ProofBundleError, Statement, VerifierError, verify_bundle, verify_with};

use crate::{
    MIDEN_INVALID_ARGUMENT, MidenExpectation, MidenPolicy, MidenVerdict, memory,
    statement::{expectation, read_bundle, stack},
    verdict::policy,
};

/// Verifies that `proof` proves exactly `statement`, which is in its binary form. `policy` may be null.
///
/// # Safety
/// Pointers must be null or lead to as much memory as their lengths say, which nothing writes during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn miden_verify(
    statement: *const u8,
    statement_len: usize,
    proof: *const u8,
    proof_len: usize,
    policy: *const MidenPolicy,
) -> MidenVerdict {
    // SAFETY: by the contract of this function.
    let statement = unsafe { memory::values(statement, statement_len) };
    // SAFETY: by the contract of this function.
    let proof = unsafe { memory::values(proof, proof_len) };
    // SAFETY: by the contract of this function.
    let policy = self::policy(unsafe { memory::value(policy) });
    let (Some(statement), Some(proof), Some(policy)) = (statement, proof, policy) else {
        return MidenVerdict::invalid_argument();
    };
    match Statement::from_bytes(statement) {
        Ok(statement) => verify_with(&statement, proof, &policy).map_or_else(Into::into, Into::into),
        Err(error) => ProofBundleError::from(error).into(),
    }
}

/// Verifies that the statement of a bundle, in its binary or its JSON form, is as expected, and that its proof proves it.
/// `policy` may be null.
///
/// # Safety
/// Pointers, also those in `*expected`, must be null or lead to as much memory as their lengths say, texts with a zero at
/// the end; nothing writes there during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn miden_verify_bundle(
    bundle: *const u8,
    bundle_len: usize,
    expected: *const MidenExpectation,
    policy: *const MidenPolicy,
) -> MidenVerdict {
    // SAFETY: by the contract of this function.
    let file = unsafe { memory::values(bundle, bundle_len) };
    // SAFETY: by the contract of this function.
    let expected = unsafe { memory::value(expected) };
    // SAFETY: by the contract of this function.
    let expected = expected.and_then(|form| unsafe { expectation(form) });
    // SAFETY: by the contract of this function.
    let policy = self::policy(unsafe { memory::value(policy) });
    let (Some(file), Some(expected), Some(policy)) = (file, expected, policy) else {
        return MidenVerdict::invalid_argument();
    };
    match read_bundle(file) {
        Some(bundle) => verify_bundle(&bundle, &expected, &policy).map_or_else(Into::into, Into::into),
        None => MidenVerdict::malformed(),
    }
}

/// Copies the items of a stack of a bundle, at most `capacity` of them, and returns their number, at least 16: 0 if there is
/// no such stack, the bundle is malformed, or a pointer is null. `stack` is a `MidenStack`. It is what the bundle states;
/// verify it first.
///
/// # Safety
/// Pointers must be null or lead to as much memory as their lengths say; nothing writes to the bundle during the call, and
/// nothing else reads or writes the items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn miden_bundle_stack(
    bundle: *const u8,
    bundle_len: usize,
    stack: u32,
    items: *mut u64,
    capacity: usize,
) -> usize {
    // SAFETY: by the contract of this function.
    let file = unsafe { memory::values(bundle, bundle_len) };
    // SAFETY: by the contract of this function.
    let copies = unsafe { memory::values_mut(items, capacity) };
    let (Some(bundle), Some(copies)) = (file.and_then(read_bundle), copies) else { return 0 };
    let Some(stated) = self::stack(&bundle, stack) else { return 0 };
    for (copy, item) in copies.iter_mut().zip(stated) {
        *copy = item.as_int();
    }
    stated.len()
}

/// Name of the kind of error with this number, as the book lists them; `Accepted` for 0, `Unknown` for a number that no error has.
/// The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn miden_error_kind(code: u32) -> *const c_char {
    kind(code).as_ptr()
}

/// The names with the zero that C expects at their end.
static KINDS: LazyLock<Vec<(u32, CString)>> = LazyLock::new(|| {
    let errors = VerifierError::CODES.iter().chain(ProofBundleError::CODES);
    let own = [(0, "Accepted"), (MIDEN_INVALID_ARGUMENT, "InvalidArgument")];
    let all = errors.map(|&(number, name)| (number.into(), name)).chain(own);
    all.filter_map(|(number, name)| Some((number, CString::new(name).ok()?))).collect()
});

fn kind(code: u32) -> &'static CStr {
    KINDS.iter().find(|(number, _)| *number == code).map_or(c"Unknown", |(_, name)| name)
}
