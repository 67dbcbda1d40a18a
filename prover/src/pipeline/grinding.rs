#[cfg(feature = "concurrent")]
use rayon::prelude::*;

/// Number of nonces that are tried between two looks at whether to go on.
const BLOCK: u32 = 1 << 14;

/// The smallest nonce from 1 on that `accept` accepts, on any number of threads; `None` if `proceed` says stop.
pub(crate) fn grind(accept: impl Fn(u64) -> bool + Sync, mut proceed: impl FnMut() -> bool) -> Option<u64> {
    let mut start = 1;
    while proceed() {
        let accepted = |&index: &u32| accept(start + u64::from(index));
        #[cfg(feature = "concurrent")]
        let found = (0..BLOCK).into_par_iter().with_min_len(64).find_first(accepted);
        #[cfg(not(feature = "concurrent"))]
        let found = (0..BLOCK).find(accepted);
        if let Some(index) = found {
            return Some(start + u64::from(index));
        }
        start += u64::from(BLOCK);
    }
    None
}
