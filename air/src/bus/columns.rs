/// The columns of the auxiliary segment. Each row of a column but [`AuxColumn::Sum`] holds the sum of its fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum AuxColumn {
    /// Continuations and overflow items.
    Lists,
    /// Nodes asking the hasher, and stack inputs and outputs.
    Nodes,
    /// Range checks of the four limbs.
    Limbs,
    /// First requests of operations to the chiplets, and the digests that nodes ask for.
    FirstRequests,
    /// Second requests of operations, and the procedures that system calls ask for.
    SecondRequests,
    /// Answers of the chiplets.
    Chiplets,
    /// Running sum of all columns, with the fractions of the range list of its own.
    Sum,
}

impl AuxColumn {
    /// All columns, in order.
    pub const ALL: [Self; 7] = [
        Self::Lists,
        Self::Nodes,
        Self::Limbs,
        Self::FirstRequests,
        Self::SecondRequests,
        Self::Chiplets,
        Self::Sum,
    ];

    /// Number of columns.
    pub const COUNT: usize = Self::ALL.len();

    /// Position in the auxiliary segment.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Name of the constraint of the column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Lists => "bus.lists",
            Self::Nodes => "bus.nodes",
            Self::Limbs => "bus.limbs",
            Self::FirstRequests => "bus.first_requests",
            Self::SecondRequests => "bus.second_requests",
            Self::Chiplets => "bus.chiplets",
            Self::Sum => "bus.sum",
        }
    }
}

const _: () = {
    let mut i = 0;
    while i < AuxColumn::COUNT {
        assert!(AuxColumn::ALL[i].index() == i);
        i += 1;
    }
    assert!(AuxColumn::Sum.index() == AuxColumn::COUNT - 1, "the running sum is the last column");
};
