use std::convert::Infallible;

use miden_prover::CryptoRng;
use rand_core::{TryCryptoRng, TryRng};

use crate::problem::Problem;

/// Random bytes from the page, stretched as far as the prover needs.
pub(crate) struct Seed(blake3::OutputReader);

impl Seed {
    /// # Errors
    /// If these are not 32 bytes.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, Problem> {
        let key = bytes.try_into().map_err(|_| Problem::Seed(bytes.len()))?;
        Ok(Self(blake3::Hasher::new_keyed(key).finalize_xof()))
    }

    pub(crate) fn generator(&mut self) -> &mut dyn CryptoRng {
        self
    }
}

impl TryRng for Seed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Seed {}
