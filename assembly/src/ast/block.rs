use alloc::vec::Vec;

use miden_assembly_syntax::Span;

use super::Invocation;
use crate::instructions::Instruction;

/// The body of a procedure or of the program.
///
/// Blocks are in the order of their ends: a block comes after those it contains, and the last is the whole body.
/// Visiting them in this order needs no recursion, however deeply the source is nested.
#[derive(Debug, Default)]
pub(crate) struct Body<'s> {
    pub(crate) blocks: Vec<Block<'s>>,
}

impl<'s> Body<'s> {
    fn items(&self) -> impl Iterator<Item = &Item<'s>> {
        self.blocks.iter().flat_map(|block| &block.items)
    }

    /// The invocations, innermost blocks first.
    pub(crate) fn invocations(&self) -> impl Iterator<Item = &Invocation<'s>> {
        self.items().filter_map(|item| match item {
            Item::Invocation(invocation) => Some(invocation),
            _ => None,
        })
    }

    /// The invocations, to set their targets.
    pub(crate) fn invocations_mut(&mut self) -> impl Iterator<Item = &mut Invocation<'s>> {
        self.blocks.iter_mut().flat_map(|block| &mut block.items).filter_map(|item| match item {
            Item::Invocation(invocation) => Some(invocation),
            _ => None,
        })
    }
}

/// Index of a block in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockId(pub(crate) usize);

/// Items between two structural keywords.
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
        on_one: Option<BlockId>,
        on_zero: Option<BlockId>,
        span: Span,
    },
    While {
        body: BlockId,
        span: Span,
    },
    /// A loop with the condition at the end of its body.
    DoWhile {
        body: BlockId,
        span: Span,
    },
    Repeat {
        count: u32,
        body: BlockId,
        span: Span,
    },
}
