//! Digests of the nodes of large Merkle trees.

use miden_core::{Digest, Felt, field::FieldElement};
use miden_vector::{Line, rescue};
use rayon::prelude::*;

/// Pairs that a thread takes at a time.
const CHUNK: usize = 1 << 10;

/// Computes the digests of pairs of children with vector instructions, on all cores.
pub(super) fn merge_pairs(pairs: &[[Digest; 2]], digests: &mut [Digest]) {
    pairs.par_chunks(CHUNK).zip(digests.par_chunks_mut(CHUNK)).for_each(|(pairs, digests)| {
        let lines: Vec<_> = pairs.iter().map(line).collect();
        let mut words = vec![[Felt::ZERO; 4]; lines.len()];
        rescue::hash_pairs(Felt::ZERO, &lines, &mut words);
        for (digest, word) in digests.iter_mut().zip(words) {
            *digest = Digest::new(word);
        }
    });
}

fn line([left, right]: &[Digest; 2]) -> Line {
    let [l0, l1, l2, l3] = *left.elements();
    let [r0, r1, r2, r3] = *right.elements();
    Line([l0, l1, l2, l3, r0, r1, r2, r3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_machine() {
        let digest = |i: usize| Digest::new([i, i ^ 1, 2, i << 9].map(|value| Felt::new(value as u64)));
        for len in [0, 1, 7, 8, 9, CHUNK, CHUNK + 1] {
            let pairs: Vec<_> = (0..len).map(|i| [digest(2 * i), digest(i * i)]).collect();
            let (mut fast, mut slow) = (vec![Digest::default(); len], vec![Digest::default(); len]);
            merge_pairs(&pairs, &mut fast);
            miden_core::merge_pairs(&pairs, &mut slow);
            assert_eq!(fast, slow, "{len}");
        }
    }
}
