use alloc::vec::Vec;

use crate::{DecodeError, Digest, Reader, Writer};

/// Error of building a kernel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// Too many procedures.
    #[error("the kernel has {got} procedures, at most {max} are possible")]
    TooMany {
        /// The largest number of procedures.
        max: usize,
        /// The given number.
        got: usize,
    },
    /// A procedure occurs twice.
    #[error("the kernel has procedure {digest} twice")]
    Duplicate {
        /// Its digest.
        digest: Digest,
    },
}

/// The procedures that system calls may enter, as sorted digests; part of the statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Vec<Digest>"))]
pub struct Kernel(Vec<Digest>);

impl Kernel {
    /// Largest number of procedures. Each one takes a row of the trace.
    pub const MAX: usize = 1 << 10;

    /// The kernel with these procedures, in any order.
    ///
    /// # Errors
    /// If there are too many, or two are equal.
    pub fn new(mut procedures: Vec<Digest>) -> Result<Self, KernelError> {
        let got = procedures.len();
        if got > Self::MAX {
            return Err(KernelError::TooMany { max: Self::MAX, got });
        }
        procedures.sort_unstable();
        let twice = procedures.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        });
        match twice {
            Some(digest) => Err(KernelError::Duplicate { digest }),
            None => Ok(Self(procedures)),
        }
    }

    /// The digests, in ascending order.
    pub fn procedures(&self) -> &[Digest] {
        &self.0
    }

    /// Whether system calls may enter the procedure.
    pub fn contains(&self, procedure: &Digest) -> bool {
        self.0.binary_search(procedure).is_ok()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.0.len());
        self.0.iter().for_each(|digest| writer.digest(digest));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let invalid = |reason| DecodeError::Invalid { what: "kernel", offset, reason };
        let count = reader.count(Digest::NUM_BYTES, "number of kernel procedures")?;
        let digests = (0..count).map(|_| reader.digest("kernel procedure")).collect::<Result<Vec<_>, _>>()?;
        if !digests.is_sorted() {
            return Err(invalid("the digests are not in ascending order"));
        }
        Self::new(digests).map_err(|_| invalid("too many procedures, or a duplicate"))
    }
}

impl TryFrom<Vec<Digest>> for Kernel {
    type Error = KernelError;

    /// Like [`Kernel::new`].
    fn try_from(procedures: Vec<Digest>) -> Result<Self, KernelError> {
        Self::new(procedures)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::Felt;

    fn digest(value: u64) -> Digest {
        Digest::new([value, 0, 0, 0].map(Felt::new))
    }

    #[test]
    fn procedures_are_sorted_and_found() {
        let kernel = Kernel::new(vec![digest(3), digest(1)]).unwrap();
        assert_eq!(kernel.procedures(), [digest(1), digest(3)]);
        assert!(kernel.contains(&digest(3)) && !kernel.contains(&digest(2)));
    }

    #[test]
    fn duplicate_procedures_are_rejected() {
        let error = KernelError::Duplicate { digest: digest(1) };
        assert_eq!(Kernel::new(vec![digest(1), digest(2), digest(1)]), Err(error));
    }

    #[test]
    fn the_number_of_procedures_is_bounded() {
        let digests = |count: usize| (0..count as u64).map(digest).collect();
        assert!(Kernel::new(digests(Kernel::MAX)).is_ok());
        assert!(matches!(Kernel::new(digests(Kernel::MAX + 1)), Err(KernelError::TooMany { .. })));
    }
}
