//! Independent work: on all threads with the feature `concurrent`, in order without. The results are the same.

use alloc::vec::Vec;

#[cfg(feature = "concurrent")]
use rayon::prelude::*;

/// Does both.
#[cfg(feature = "concurrent")]
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(a, b)
}

/// Does both.
#[cfg(not(feature = "concurrent"))]
pub(crate) fn join<A, B>(a: impl FnOnce() -> A, b: impl FnOnce() -> B) -> (A, B) {
    (a(), b())
}

/// Does the work for each item.
#[cfg(feature = "concurrent")]
pub(crate) fn for_each<T: Send>(items: Vec<T>, work: impl Fn(T) + Send + Sync) {
    items.into_par_iter().for_each(work);
}

/// Does the work for each item.
#[cfg(not(feature = "concurrent"))]
pub(crate) fn for_each<T>(items: Vec<T>, work: impl Fn(T)) {
    items.into_iter().for_each(work);
}
