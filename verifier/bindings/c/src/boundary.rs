//! The functions, and the memory of their caller.
//!
//! Every lifetime ends with the call: no reference is kept, and nothing that the caller has to free is returned.

#![allow(unsafe_code, reason = "C gives the functions names, and pointers without lengths and lifetimes")]

use core::slice;
use std::ffi::{CStr, c_char};

use miden_verifier::{ProofBundleError, Statement, verify_bundle, verify_with};

use crate::{
    MidenExpectation, MidenPolicy, MidenVerdict,
    statement::{Expected, read_bundle, stack},
    verdict::{kind, policy},
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
    let statement = unsafe { values(statement, statement_len) };
    // SAFETY: by the contract of this function.
    let proof = unsafe { values(proof, proof_len) };
    // SAFETY: by the contract of this function.
    let policy = self::policy(unsafe { value(policy) });
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
    let file = unsafe { values(bundle, bundle_len) };
    // SAFETY: by the contract of this function.
    let form = unsafe { value(expected) };
    // SAFETY: by the contract of this function.
    let expected = form.and_then(|form| unsafe { read_expectation(form) }?.expectation(form.outcome));
    // SAFETY: by the contract of this function.
    let policy = self::policy(unsafe { value(policy) });
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
    let file = unsafe { values(bundle, bundle_len) };
    // SAFETY: by the contract of this function.
    let copies = unsafe { values_mut(items, capacity) };
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

/// Reads the memory that an expectation leads to; `None` if a part of it is missing.
///
/// # Safety
/// The pointers must be null, or those of as many values as the lengths say; those of hashes, of texts.
unsafe fn read_expectation(form: &MidenExpectation) -> Option<Expected<'_>> {
    // SAFETY: by the contract of this function, here and below.
    let text = |start| unsafe { text(start) };
    // SAFETY: see above.
    let kernel = unsafe { values(form.kernel, form.kernel_len) }?;
    // SAFETY: see above.
    let inputs = unsafe { values(form.inputs, form.inputs_len) }?;
    // SAFETY: see above.
    let outputs = unsafe { values(form.outputs, form.outputs_len) }?;
    // SAFETY: see above.
    let cycle_limit = unsafe { value(form.cycle_limit) };
    Some(Expected {
        program: text(form.program)?,
        kernel: kernel.iter().map(|&start| text(start)).collect::<Option<_>>()?,
        inputs: (!form.inputs.is_null()).then_some(inputs),
        outputs: (!form.outputs.is_null()).then_some(outputs),
        cycle_limit: cycle_limit.copied(),
    })
}

/// The value at `pointer`; `None` for a null pointer.
///
/// # Safety
/// Any other pointer must be aligned and that of a value, which nothing writes during `'a`.
unsafe fn value<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: null, or by the contract above that of a value.
    unsafe { pointer.as_ref() }
}

/// The `length` values from `start`; `None` for a null pointer, unless the length is 0, and for a length that no object
/// has.
///
/// # Safety
/// Unless it is null or the length 0, the pointer must be aligned and that of so many values, which nothing writes
/// during `'a`.
unsafe fn values<'a, T>(start: *const T, length: usize) -> Option<&'a [T]> {
    if length == 0 {
        return Some(&[]);
    }
    if start.is_null() || !is_possible::<T>(length) {
        return None;
    }
    // SAFETY: not null, of a possible size, and by the contract above that of so many values.
    Some(unsafe { slice::from_raw_parts(start, length) })
}

/// Like [`values`], to write them.
///
/// # Safety
/// Unless it is null or the length 0, the pointer must be aligned and that of so many initialized values, which nothing
/// else reads or writes during `'a`.
unsafe fn values_mut<'a, T>(start: *mut T, length: usize) -> Option<&'a mut [T]> {
    if length == 0 {
        return Some(&mut []);
    }
    if start.is_null() || !is_possible::<T>(length) {
        return None;
    }
    // SAFETY: not null, of a possible size, and by the contract above that of so many values.
    Some(unsafe { slice::from_raw_parts_mut(start, length) })
}

/// The text at `start`; `None` for a null pointer and for text that is not UTF-8.
///
/// # Safety
/// Any other pointer must be that of characters up to a zero, which nothing writes during `'a`.
unsafe fn text<'a>(start: *const c_char) -> Option<&'a str> {
    if start.is_null() {
        return None;
    }
    // SAFETY: not null, and by the contract above that of a text with its end.
    let text = unsafe { CStr::from_ptr(start) };
    text.to_str().ok()
}

/// Whether an object can have so many values: no object is larger than `isize::MAX`.
fn is_possible<T>(length: usize) -> bool {
    length.checked_mul(size_of::<T>()).is_some_and(|size| isize::try_from(size).is_ok())
}
