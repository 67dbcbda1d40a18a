use alloc::vec::Vec;

use miden_core::Statement;
#[cfg(feature = "concurrent")]
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::{Policy, Verified, VerifierError, verify_with};

/// Verifies many proofs, with the feature `concurrent` on all cores.
///
/// Returns a result for each, in order: a rejected proof does not keep the others from being verified.
pub fn verify_all(cases: &[(&Statement, &[u8])], policy: &Policy) -> Vec<Result<Verified, VerifierError>> {
    #[cfg(feature = "concurrent")]
    let cases = cases.par_iter();
    #[cfg(not(feature = "concurrent"))]
    let cases = cases.iter();
    cases.map(|(statement, proof)| verify_with(statement, proof, policy)).collect()
}
