//! The place of a node in the source. Equal code is stored once, so a node may have several.

use miden_assembly::{DebugInfo, InstructionInfo, ProcedureInfo};
use miden_core::{Node, NodeId, Program};

use super::edges::Edge;

/// A place of a node by its number in the debug information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Placing {
    pub(super) place: u16,
    /// Whether it may be another one in the same procedure.
    pub(super) is_open: bool,
}

/// The code of a procedure, or of the program's body if it is `None`.
#[derive(Clone, Copy)]
pub(super) struct Body<'a> {
    pub(super) program: &'a Program,
    pub(super) debug: &'a DebugInfo,
    pub(super) procedure: Option<&'a ProcedureInfo>,
}

/// An end of a sequence of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

impl Body<'_> {
    /// The place of a node that an edge from `parent` leads to. Of several places in the procedure, it is the nearest one
    /// in the text, since nodes follow the text; it stays open if the source repeats code.
    pub(super) fn place(&self, node: NodeId, (parent, at): (NodeId, Placing), edge: Edge) -> Placing {
        let first = self.debug.place_in(node, self.procedure);
        let places: Vec<_> = self.debug.places_beside(node, first).collect();
        let guess = Placing { place: number(first), is_open: places.len() > 1 };
        if !guess.is_open {
            return guess;
        }
        let starts = places.iter().filter_map(|place| {
            let site = self.debug.site(node, *place, 0)?;
            site.is_in(self.procedure).then(|| (site.span().start, *place))
        });
        // A condition comes before its branches, and a loop before its body.
        let header = || {
            let site = self.debug.site(parent, at.place.into(), 0);
            site.filter(|site| !at.is_open && site.is_in(self.procedure))
        };
        let (neighbour, is_after) = match (self.program.node(parent).node(), edge) {
            (Node::Join(left, _), Edge::Child(1)) => (self.site_at(*left, End::Last), true),
            (Node::Join(_, right), Edge::Child(_)) => (self.site_at(*right, End::First), false),
            (Node::Split(on_one, _), Edge::Child(1)) => {
                (self.site_at(*on_one, End::Last).or_else(header), true)
            }
            (Node::Split(..) | Node::Loop(_), Edge::Child(_)) => (header(), true),
            _ => (None, true),
        };
        let Some(neighbour) = neighbour else { return guess };
        let known = neighbour.span().start;
        let found = match is_after {
            true => starts.filter(|(start, _)| *start > known).min(),
            false => starts.filter(|(start, _)| *start < known).max(),
        };
        let Some((_, place)) = found else { return guess };
        let text = self.procedure.map_or_else(|| neighbour.source(), ProcedureInfo::source).text();
        Placing { place: number(place), is_open: text.contains("repeat.") }
    }

    /// The instruction at an end of a sequence, if it is known, and part of the procedure.
    fn site_at(&self, mut node: NodeId, end: End) -> Option<&InstructionInfo> {
        let part = loop {
            match self.program.node(node).node() {
                Node::Join(left, right) => node = if end == End::First { *left } else { *right },
                Node::Watched(inner, _) => node = *inner,
                Node::Block(block) if end == End::Last => break block.operations().len().checked_sub(1)?,
                _ => break 0,
            }
        };
        let place = self.debug.place_in(node, self.procedure);
        let is_certain = self.debug.places_beside(node, place).count() == 1;
        self.debug.site(node, place, part).filter(|site| is_certain && site.is_in(self.procedure))
    }
}

fn number(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(0)
}
