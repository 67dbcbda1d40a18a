use core::array;

use miden_core::STATE_WIDTH;

use crate::algebra::Algebra;

/// Values of the longest message: an address and a state of the hasher.
const MAX_VALUES: usize = 1 + STATE_WIDTH;

/// Number of challenges of the bus: `α` and one `βᵢ` per value of the longest message.
pub const NUM_CHALLENGES: usize = 1 + MAX_VALUES;

/// Kinds of messages; the discriminant is the label. The kind fixes the number of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u64)]
pub enum MessageKind {
    /// A continuation: address, pointer, digest (4).
    Code = 1,
    /// A stack item below the top 16: address, pointer, value.
    Overflow = 2,
    /// A stack input: row, value.
    Input = 3,
    /// A stack output: depth, value.
    Output = 4,
    /// State before a permutation: address, state (12).
    HasherInput = 5,
    /// State after a permutation: address, state (12).
    HasherOutput = 6,
    /// Digest of a permutation: address, digest (4).
    Digest = 7,
    /// A 16-bit value.
    Limb = 8,
    /// A byte.
    Byte = 9,
    /// The registers that a return restores: address, pointer, context, free memory pointer, procedure (4), depth,
    /// overflow pointer.
    Frame = 10,
    /// A word that is read: context, address, row, word (4).
    MemoryRead = 11,
    /// A word that is written: context, address, row, word (4).
    MemoryWrite = 12,
    /// Element 0 of a word that is read: context, address, row, element, three zeros.
    ElementRead = 13,
    /// Element 0 of a word that is written: context, address, row, element, three zeros.
    ElementWrite = 14,
    /// A verified path or the old path of an update: address, node (4), levels, index, root (4).
    MerklePath = 15,
    /// The new path of an update: address, node (4), levels, index, root (4).
    MerkleNewPath = 16,
    /// A procedure that a system call enters: digest (4).
    KernelCall = 17,
    /// A procedure of the kernel: zero, digest (4).
    KernelProcedure = 18,
    /// The AND of two words: word, word, result.
    And = 19,
    /// The XOR of two words rotated right by 16: word, word, result.
    XorRotate16 = 20,
    /// The XOR of two words rotated right by 12: word, word, result.
    XorRotate12 = 21,
    /// The XOR of two words rotated right by 8: word, word, result.
    XorRotate8 = 22,
    /// The XOR of two words rotated right by 7: word, word, result.
    XorRotate7 = 23,
}

impl MessageKind {
    /// All kinds.
    pub const ALL: [Self; 23] = [
        Self::Code,
        Self::Overflow,
        Self::Input,
        Self::Output,
        Self::HasherInput,
        Self::HasherOutput,
        Self::Digest,
        Self::Limb,
        Self::Byte,
        Self::Frame,
        Self::MemoryRead,
        Self::MemoryWrite,
        Self::ElementRead,
        Self::ElementWrite,
        Self::MerklePath,
        Self::MerkleNewPath,
        Self::KernelCall,
        Self::KernelProcedure,
        Self::And,
        Self::XorRotate16,
        Self::XorRotate12,
        Self::XorRotate8,
        Self::XorRotate7,
    ];

    /// The label: the first summand of the message.
    pub const fn label(self) -> u64 {
        self as u64
    }
}

/// A label and its values; values that are not set are 0.
#[derive(Clone, Debug)]
pub(crate) struct Message<T> {
    pub(crate) label: T,
    pub(crate) values: [Option<T>; MAX_VALUES],
}

impl<T: Algebra> Message<T> {
    /// A message of this kind.
    #[inline(always)]
    pub(crate) fn new(kind: MessageKind, values: impl IntoIterator<Item = T>) -> Self {
        Self::with_label(T::int(kind.label()), values)
    }

    /// A message whose label is computed.
    #[inline(always)]
    pub(crate) fn with_label(label: T, values: impl IntoIterator<Item = T>) -> Self {
        let mut values = values.into_iter();
        let message = Self { label, values: array::from_fn(|_| values.next()) };
        // A value without a challenge would be free. Debug builds suffice: the number does not depend on the row.
        debug_assert!(values.next().is_none(), "a message has at most {MAX_VALUES} values");
        message
    }

    /// The message if `flag` is 1; the empty message, with label and all values 0, if it is 0.
    ///
    /// The denominator of an empty message is still `α`, so only a numerator of 0 sends nothing.
    #[inline(always)]
    pub(crate) fn gated(self, flag: &T) -> Self {
        Self {
            label: flag.clone() * self.label,
            values: self.values.map(|value| value.map(|value| flag.clone() * value)),
        }
    }

    /// The sum, value by value, of messages gated with flags that exclude each other.
    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        let mut rest = other.values.into_iter();
        let values = self.values.map(|value| match (value, rest.next().flatten()) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        });
        Self { label: self.label + other.label, values }
    }
}
