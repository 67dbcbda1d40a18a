//! Loops over independent units of work.

use alloc::vec::Vec;

#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use crate::control::{Control, Shared};

/// Calls `work` for each item, with a state that is made for few of the calls: on all threads with the feature
/// `concurrent`, in order without. If the proof is cancelled, the remaining items are left out.
pub(super) fn for_each<T: Send, S>(
    control: &Control<'_>,
    items: Vec<T>,
    state: impl Fn() -> S + Shared,
    work: impl Fn(&mut S, T) + Shared,
) {
    let work = |state: &mut S, item| {
        if control.proceeds() {
            work(state, item);
        }
    };
    #[cfg(feature = "concurrent")]
    items.into_par_iter().for_each_init(state, work);
    #[cfg(not(feature = "concurrent"))]
    {
        let mut state = state();
        items.into_iter().for_each(|item| work(&mut state, item));
    }
}
