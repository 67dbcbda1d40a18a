//! Products of many elements by one, for the benches here and beside the peer.

use miden_field::Felt;
use miden_vector::{Kernel, Lanes};

/// Elements that stay in the cache.
pub(crate) const ELEMENTS: usize = 4096;
/// Products per element that is loaded and stored.
pub(crate) const ROUNDS: usize = 16;

/// Multiplies each element by a factor, [`ROUNDS`] times; four vectors at once hide the latency.
pub(crate) struct Products<'a>(pub(crate) &'a mut [Felt], pub(crate) Felt);

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let factor = lanes.splat(self.1);
        for block in self.0.chunks_exact_mut(4 * L::LANES) {
            let mut vectors = [lanes.splat(self.1); 4];
            for (i, vector) in vectors.iter_mut().enumerate() {
                *vector = lanes.load(&block[i * L::LANES..]);
            }
            for _ in 0..ROUNDS {
                // A closure would be compiled without the instructions.
                for vector in &mut vectors {
                    *vector = lanes.mul(*vector, factor);
                }
            }
            for (i, vector) in vectors.into_iter().enumerate() {
                lanes.store(vector, &mut block[i * L::LANES..]);
            }
        }
    }
}
