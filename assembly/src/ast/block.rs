use alloc::vec::Vec;

use super::Invocation;
use crate::{Span, instructions::Instruction};

/// The body of a procedure or of the program.
///
/// Its blocks are in the order in which they end, so that a block stands behind those that it contains and
/// the last one is the whole body. Whoever visits them in this order needs no recursion, however deeply the
/// source is nested.
#[derive(Debug, Default)]
pub(crate) struct Body<'s> {
    pub(crate) blocks: Vec<Block<'s>>,
}

/// Index of a block in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockId(pub(crate) usize);

/// What stands between two structural keywords.
#[derive(Debug, Default)]
pub(crate) struct Block<'s> {
    pub(crate) items: Vec<Item<'s>>,
}

#[derive(Debug)]
pub(crate) enum Item<'s> {
    Instruction {
        instruction: Instruction,
        span: Span,
    },
    Invocation(Invocation<'s>),
    /// `dynexec`, or `dyncall` if `call` is set.
    Dynamic {
        call: bool,
        span: Span,
    },
    If {
        on_one: BlockId,
        on_zero: Option<BlockId>,
        span: Span,
    },
    While {
        body: BlockId,
        span: Span,
    },
    Repeat {
        count: u32,
        body: BlockId,
        span: Span,
    },
}
