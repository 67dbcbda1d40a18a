use crate::Felt;

/// Number of elements of a [`Line`]: as many as a cache line contains.
pub const PANEL: usize = 8;

/// A row of a panel of eight columns: one cache line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Line(pub [Felt; PANEL]);

impl AsRef<[Felt; PANEL]> for Line {
    #[inline(always)]
    fn as_ref(&self) -> &[Felt; PANEL] {
        &self.0
    }
}

impl Line {
    /// A line of zeros.
    pub const ZERO: Self = Self([Felt::from_mont(0); PANEL]);
}
