#[cfg(feature = "concurrent")]
use rayon::prelude::*;
use winter_crypto::Digest;

use crate::commitment::RowHash;

/// Number of nonces whose digests are computed at once.
const CHUNK: u64 = 1 << 8;

/// Number of chunks that are tried between two looks at whether to go on: some milliseconds.
const CHUNKS: u64 = if cfg!(feature = "concurrent") { 1 << 6 } else { 1 };

/// The smallest nonce from 1 on whose digest with `seed` begins with an integer that `2^bits` divides, on any number of
/// threads; `None` if `proceed` says stop.
pub(crate) fn grind<H: RowHash>(
    seed: H::Digest,
    bits: u32,
    mut proceed: impl FnMut() -> bool,
) -> Option<u64> {
    let search = |first: u64| {
        let mut digests = [H::Digest::default(); CHUNK as usize];
        H::merge_with_integers(seed, first, &mut digests);
        let position = digests.iter().position(|digest| trailing_zeros(digest) >= bits)?;
        Some(first + position as u64)
    };
    let mut first = 1;
    while proceed() {
        let chunk = |chunk: u64| search(first + chunk * CHUNK);
        #[cfg(feature = "concurrent")]
        let found = (0..CHUNKS).into_par_iter().find_map_first(chunk);
        #[cfg(not(feature = "concurrent"))]
        let found = (0..CHUNKS).find_map(chunk);
        if found.is_some() {
            return found;
        }
        first += CHUNK * CHUNKS;
    }
    None
}

/// The zeros at the lower end of the first eight bytes as a little-endian integer.
fn trailing_zeros(digest: &impl Digest) -> u32 {
    let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = digest.as_bytes();
    u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]).trailing_zeros()
}
