//! The debug commands before a cycle.

use miden_core::{
    Node, NodeId,
    program::{DebugCommand, Decorator},
};
use miden_processor::{DebugSite, Step};

use super::walk::{Pending, Walk};

/// A debug command and its place in the program.
pub(crate) type Command<'a> = (DebugSite, &'a DebugCommand);

impl Walk {
    /// Whether the command `breakpoint` comes directly before a cycle.
    #[inline]
    pub(super) fn has_breakpoint(&self, node: NodeId, step: Step) -> bool {
        match step {
            // Wherever the block is placed.
            Step::Operation { index } => {
                self.parts(node, 0).get(index).is_some_and(|part| part.has_breakpoint)
            }
            Step::Node | Step::Return => {
                self.has_waiting_commands()
                    && !matches!(self.program().node(node).node(), Node::Join(..))
                    && self.commands(node, step).any(|(_, command)| *command == DebugCommand::Breakpoint)
            }
        }
    }

    /// Whether debug commands come directly before the next visit or return.
    #[inline]
    pub(super) fn has_waiting_commands(&self) -> bool {
        self.pending.last().is_some_and(|pending| !pending.has_cycle())
    }

    /// The debug commands directly before a cycle, in order.
    pub(super) fn commands(&self, node: NodeId, step: Step) -> impl Iterator<Item = Command<'_>> {
        let own = match step {
            Step::Operation { index } => Some(self.block_commands(node, index)),
            Step::Node | Step::Return => None,
        };
        let pending = if own.is_none() { self.pending.as_slice() } else { &[] };
        let waiting = pending.iter().rev().take_while(|pending| !pending.has_cycle());
        let waiting = waiting.flat_map(|pending| match pending {
            Pending::Before(node) => self.watch_commands(*node, false),
            Pending::After(node) => self.watch_commands(*node, true),
            Pending::Passed { node, after } => self.watch_commands(*node, *after),
            _ => Vec::new(),
        });
        own.into_iter().flatten().chain(waiting)
    }

    /// The debug commands directly before a cycle that have not been carried out while the cycle is next: those before an
    /// operation up to the first other decorator, or before a node.
    pub(crate) fn due_commands(&self, node: NodeId, step: Step) -> impl Iterator<Item = Command<'_>> {
        let decorators = match (step, self.program().node(node).node()) {
            (Step::Operation { index }, Node::Block(block)) => {
                let own = block.decorators().iter().enumerate();
                let own = own.skip_while(move |(_, (operation, _))| usize::from(*operation) < index);
                let own = own.take_while(move |(_, (operation, decorator))| {
                    usize::from(*operation) == index
                        && matches!(decorator, Decorator::Debug(_) | Decorator::Error(_))
                });
                Some(own.filter_map(move |(number, (_, decorator))| command(node, number, decorator)))
            }
            _ => None,
        };
        let pending = if decorators.is_none() { self.pending.as_slice() } else { &[] };
        let waiting = pending.iter().rev().take_while(|pending| !pending.has_cycle());
        let before = waiting.flat_map(|pending| match pending {
            Pending::Before(node) => self.watch_commands(*node, false),
            _ => Vec::new(),
        });
        decorators.into_iter().flatten().chain(before)
    }

    /// The debug commands of a block before an operation, or after the last one.
    fn block_commands(&self, node: NodeId, operation: usize) -> Vec<Command<'_>> {
        let Node::Block(block) = self.program().node(node).node() else { return Vec::new() };
        let decorators = block.decorators().iter().enumerate();
        let own = decorators.filter(|(_, (own, _))| usize::from(*own) == operation);
        own.filter_map(|(number, (_, decorator))| command(node, number, decorator)).collect()
    }

    /// The debug commands before or after a watched node, or after the last operation of a block.
    fn watch_commands(&self, node: NodeId, after: bool) -> Vec<Command<'_>> {
        let (first, commands) = match self.program().node(node).node() {
            Node::Block(block) => return self.block_commands(node, block.operations().len()),
            Node::Watched(_, watch) if after => (watch.before().len(), watch.after()),
            Node::Watched(_, watch) => (0, watch.before()),
            _ => return Vec::new(),
        };
        let site = |decorator| DebugSite { node, decorator };
        (first..).map(site).zip(commands).collect()
    }
}

/// The debug command of a decorator.
const fn command(node: NodeId, number: usize, decorator: &Decorator) -> Option<Command<'_>> {
    match decorator {
        Decorator::Debug(command) => Some((DebugSite { node, decorator: number }, command)),
        _ => None,
    }
}
