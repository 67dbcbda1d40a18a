use core::fmt;

use rand_core::CryptoRng;

use crate::ProverError;

/// The source of the randomness that hides an execution.
pub(crate) enum Entropy<'a> {
    /// The operating system.
    System,
    /// A generator of the caller.
    Generator(&'a mut dyn CryptoRng),
    /// Always the same.
    Fixed([u8; 32]),
}

impl Entropy<'_> {
    /// 32 bytes.
    ///
    /// # Errors
    /// If the operating system gives none.
    pub(crate) fn draw(self) -> Result<[u8; 32], ProverError> {
        let mut bytes = [0; 32];
        match self {
            Self::System => fill(&mut bytes)?,
            Self::Generator(generator) => generator.fill_bytes(&mut bytes),
            Self::Fixed(seed) => bytes = seed,
        }
        Ok(bytes)
    }
}

#[cfg(feature = "std")]
fn fill(bytes: &mut [u8]) -> Result<(), ProverError> {
    getrandom::fill(bytes).map_err(|_| ProverError::Randomness)
}

#[cfg(not(feature = "std"))]
fn fill(_: &mut [u8]) -> Result<(), ProverError> {
    Err(ProverError::Randomness)
}

impl fmt::Debug for Entropy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Generator(_) => "Generator",
            Self::Fixed(_) => "Fixed",
        })
    }
}
