/// The columns of the auxiliary segment. Except in [`AuxColumn::Sum`], each row holds the sum of its fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum AuxColumn {
    /// Continuations and overflow items.
    Lists,
    /// Requests of nodes to the hasher; stack inputs and outputs.
    Nodes,
    /// Range checks of the four limbs.
    Limbs,
    /// First requests of operations to the chiplets; requests of nodes for digests.
    FirstRequests,
    /// Second requests of operations to the chiplets; requests of system calls for procedures.
    SecondRequests,
    /// Responses of the chiplets.
    Chiplets,
    /// Running sum of all columns and of the fractions of the range list.
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
