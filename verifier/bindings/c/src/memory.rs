//! Memory of the caller.
//!
//! Every lifetime ends with the call: no reference is kept, and nothing that the caller has to free is returned.

#![allow(unsafe_code, reason = "pointers of C have neither lengths nor lifetimes")]

use core::{
    ffi::{CStr, c_char},
    slice,
};

/// The value at `pointer`; `None` for a null pointer.
///
/// # Safety
/// Any other pointer must be aligned and that of a value, which nothing writes during `'a`.
pub(crate) unsafe fn value<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: null, or by the contract above that of a value.
    unsafe { pointer.as_ref() }
}

/// The `length` values from `start`; `None` for a null pointer, unless the length is 0, and for a length that no object
/// has.
///
/// # Safety
/// Unless it is null or the length 0, the pointer must be aligned and that of so many values, which nothing writes
/// during `'a`.
pub(crate) unsafe fn values<'a, T>(start: *const T, length: usize) -> Option<&'a [T]> {
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
pub(crate) unsafe fn values_mut<'a, T>(start: *mut T, length: usize) -> Option<&'a mut [T]> {
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
pub(crate) unsafe fn text<'a>(start: *const c_char) -> Option<&'a str> {
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
