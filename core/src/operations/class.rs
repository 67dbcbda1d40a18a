//! Classes of opcodes with flags of low degree.
//!
//! An opcode is `16·hi + 4·mid + lo`; the trace has one-hot columns for the three digits. A class is a sum of
//! products of at most two of these columns, so its flag has degree at most 2, while the flag `hi·mid·lo` of a single
//! operation has degree 3. The constraints build their flags from the lists below, and the table is checked against
//! them.

use super::Opcode;

/// The three digits `(hi, mid, lo)` of an opcode.
pub const fn digits(opcode: u8) -> (usize, usize, usize) {
    ((opcode >> 4) as usize, (opcode >> 2 & 3) as usize, (opcode & 3) as usize)
}

/// A term of a class flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// All opcodes with this `hi` digit.
    Hi(usize),
    /// All opcodes with these `hi` and `mid` digits.
    HiMid(usize, usize),
    /// All opcodes with these `hi` and `lo` digits.
    HiLo(usize, usize),
}

impl Term {
    const fn contains(self, opcode: u8) -> bool {
        let (hi, mid, lo) = digits(opcode);
        match self {
            Self::Hi(h) => hi == h,
            Self::HiMid(h, m) => hi == h && mid == m,
            Self::HiLo(h, l) => hi == h && lo == l,
        }
    }
}

/// A class of opcodes with a flag of degree at most 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Rows that visit a node of the program.
    Node,
    /// Rows of the frame of the trace: inputs, outputs, end, faults, return.
    Frame,
    /// Rows that remove a stack item.
    Left,
    /// Rows that add a stack item.
    Right,
    /// Rows whose helpers `h0..h3` are 16-bit limbs.
    Limb,
    /// Rows whose helpers `h0..h3` are the canonical split of a field element, witnessed by `h4`.
    Canon,
    /// Operations whose top operand must be 0 or 1.
    BinaryTop,
    /// Node rows that enter a new frame.
    Call,
}

impl Class {
    /// The terms whose sum is the flag of the class; they do not overlap.
    pub const fn terms(self) -> &'static [Term] {
        use Term::{Hi, HiLo, HiMid};
        match self {
            Self::Node => &[Hi(5)],
            Self::Frame => &[Hi(6)],
            Self::Left => &[Hi(2), HiMid(4, 3), HiMid(5, 3), HiMid(6, 3), HiMid(7, 2), HiMid(7, 3)],
            Self::Right => &[Hi(3), HiMid(4, 2), HiMid(6, 2), HiMid(7, 1)],
            Self::Limb => &[Hi(4), HiLo(6, 1), HiMid(7, 0), HiMid(7, 2), HiMid(7, 3)],
            Self::Canon => &[HiMid(4, 1), HiMid(4, 2), HiMid(4, 3), HiMid(7, 2), HiMid(7, 3)],
            Self::BinaryTop => &[HiMid(2, 0)],
            Self::Call => &[HiMid(5, 1)],
        }
    }

    /// Whether `opcode` belongs to the class.
    pub const fn contains(self, opcode: Opcode) -> bool {
        let terms = self.terms();
        let mut i = 0;
        while i < terms.len() {
            #[allow(clippy::indexing_slicing, reason = "bounded by the loop; const code cannot iterate")]
            if terms[i].contains(opcode as u8) {
                return true;
            }
            i += 1;
        }
        false
    }
}
