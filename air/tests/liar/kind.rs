//! The kinds of lies.

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// A kind of lie.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind {
            $($(#[$doc])+ $name,)+
        }

        impl Kind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];
        }
    };
}

kinds! {
    /// An item among the top 16 changes between two rows.
    ItemChanged,
    /// Two items among the top 16 change places.
    ItemsSwapped,
    /// The topmost item below the top 16 is lost.
    ItemLost,
    /// An item that was stored at some time is inserted below the top 16.
    ItemInserted,
    /// The depth is off by one.
    DepthForged,
    /// The context changes without a call.
    ContextForged,
    /// The free memory pointer changes by itself.
    PointerForged,
    /// The procedure entered last is forged.
    CallerForged,
    /// A system call begins or ends without a call.
    SyscallForged,
    /// Advice that was read is denied.
    AdviceDenied,
    /// The topmost continuation or frame is lost.
    ContinuationLost,
    /// The pointer of the continuations goes to another entry.
    ContinuationForged,

    /// A node is not visited.
    NodeSkipped,
    /// A continuation is taken, but stays.
    NodeDoubled,
    /// Another node is visited.
    NodeReplaced,
    /// Another program is executed.
    RootReplaced,
    /// The other branch of a split.
    BranchForged,
    /// A loop ends although its condition is 1.
    LoopCut,
    /// A loop continues although its condition is 0.
    LoopProlonged,
    /// A join that forgets its right child.
    JoinCut,
    /// A join that runs its right child first.
    JoinSwapped,
    /// A join whose children are stated in the other order.
    JoinRestated,
    /// A call that enters another procedure.
    ProcedureForged,
    /// A call stores another state than its own.
    FrameForged,
    /// A call that stores no frame.
    FrameOmitted,
    /// A call that changes no register.
    CallIgnored,
    /// A procedure that does not return: its continuation runs in its own context.
    ReturnSkipped,
    /// A return that restores nothing.
    ReturnIgnored,
    /// A return to the caller of the caller.
    ReturnTooFar,
    /// The program ends although continuations are left.
    EarlyEnd,

    /// An operation has no row.
    OperationSkipped,
    /// An operation is executed twice.
    OperationDoubled,
    /// Another operation is executed.
    OperationReplaced,
    /// Two operations change places.
    OperationsSwapped,
    /// A block ends before its last operation.
    BlockCut,
    /// A block has one more operation.
    BlockProlonged,
    /// Another immediate value is pushed.
    ImmediateForged,

    /// A value is split into other halves than the canonical ones.
    SplitForged,
    /// A quotient too small by one.
    QuotientForged,
    /// The result of a bitwise operation is off by one.
    BitsForged,
    /// A permutation with another output.
    HashForged,
    /// Another word is read than the one in memory.
    LoadForged,
    /// A word is not stored.
    StoreLost,
    /// An access to the memory of another context.
    AccessForged,
    /// The path of another node is verified.
    PathForged,
    /// Another advice value, which is legitimate.
    AdviceChanged,
    /// Another clock is pushed.
    ClockForged,

    /// An operation is executed although it fails.
    OperationFailed,
    /// A node is visited although it fails.
    NodeFailed,
    /// A procedure returns with items below the top 16.
    ReturnTooDeep,

    /// The statement has other outputs.
    OutputForged,
    /// The statement has other inputs.
    InputForged,
}

impl Kind {
    /// Whether the program has to contain a step that fails.
    pub(crate) const fn needs_failure(self) -> bool {
        matches!(self, Self::OperationFailed | Self::NodeFailed | Self::ReturnTooDeep)
    }
}
