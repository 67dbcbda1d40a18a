#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

#[cfg(target_arch = "aarch64")]
use crate::aarch64::Neon;
#[cfg(target_arch = "x86_64")]
use crate::x86::{Avx2, Avx512, Halves, V4Ifma};
use crate::{Lanes, scalar::Scalar};

/// A computation written once for all sets of instructions.
pub trait Kernel {
    /// The result.
    type Output;

    /// Computes the result.
    ///
    /// Implementations, and the functions they call, must be `#[inline(always)]`, and closures do not call `lanes`: code
    /// that is not inlined into [`dispatch`] is compiled without the instructions, and is many times slower.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instructions {
    /// Eight elements at once, with AVX-512 and its instructions IFMA, which add up products faster.
    Avx512Ifma,
    /// Eight elements at once, with AVX-512.
    Avx512,
    /// Four elements at once, with AVX2.
    Avx2,
    /// Two elements at once, with NEON.
    Neon,
    /// One element at a time.
    Scalar,
}

impl Instructions {
    /// All sets, the widest first.
    pub const ALL: [Self; 5] = [Self::Avx512Ifma, Self::Avx512, Self::Avx2, Self::Neon, Self::Scalar];
}

/// Runs a kernel with the widest instructions of this machine.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some((token, lanes)) = V4Ifma::lanes() {
            return token.vectorize(Run(lanes, kernel));
        }
        if let Some(token) = V4::try_new() {
            return token.vectorize(Run(Avx512(token, Halves), kernel));
        }
        if let Some(token) = V3::try_new() {
            return token.vectorize(Run(Avx2(token), kernel));
        }
    }
    #[cfg(target_arch = "aarch64")]
    if let Some(lanes) = Neon::lanes() {
        return lanes.0.vectorize(Run(lanes, kernel));
    }
    kernel.run(Scalar)
}

/// Runs a kernel with the given instructions, or returns `None` if this machine lacks them.
pub fn dispatch_to<K: Kernel>(instructions: Instructions, kernel: K) -> Option<K::Output> {
    match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512Ifma => {
            let (token, lanes) = V4Ifma::lanes()?;
            Some(token.vectorize(Run(lanes, kernel)))
        }
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => {
            let token = V4::try_new()?;
            Some(token.vectorize(Run(Avx512(token, Halves), kernel)))
        }
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => {
            let token = V3::try_new()?;
            Some(token.vectorize(Run(Avx2(token), kernel)))
        }
        #[cfg(target_arch = "aarch64")]
        Instructions::Neon => {
            let lanes = Neon::lanes()?;
            Some(lanes.0.vectorize(Run(lanes, kernel)))
        }
        Instructions::Scalar => Some(kernel.run(Scalar)),
        // Of another architecture.
        _ => None,
    }
}

/// A kernel with its lanes. A closure would not do: it is not always inlined.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
struct Run<L, K>(L, K);

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
impl<L: Lanes, K: Kernel> pulp::NullaryFnOnce for Run<L, K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.1.run(self.0)
    }
}
