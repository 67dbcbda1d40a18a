use miden_assembly::{DebugInfo, Inlined};
use miden_core::{
    Node, NodeId, Program,
    program::{DebugCommand, Decorator},
};

/// The parts of a node, for each of its places.
pub(super) type PlacedParts = Box<[Box<[Part]>]>;

/// The place in the source of a part of a node: an operation of a block, or another node as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    /// Number of the source.
    pub(super) source: usize,
    /// Offset of the instruction in the source.
    pub(super) offset: u32,
    /// Number of invocations that it was inlined through.
    pub(super) frames: u16,
    /// Number of these that start here, the innermost ones.
    pub(super) entering: u16,
    /// Whether an execution of the instruction starts here.
    pub(super) starts: bool,
    /// Whether `breakpoint` comes directly before.
    pub(super) has_breakpoint: bool,
}

/// The parts of a node, for each of its places.
pub(super) fn parts_of(program: &Program, debug: Option<&DebugInfo>, node: NodeId) -> PlacedParts {
    let places = debug.map_or(1, |debug| debug.num_places(node).max(1));
    (0..places).map(|place| parts_at(program, debug, node, place)).collect()
}

fn parts_at(program: &Program, debug: Option<&DebugInfo>, node: NodeId, place: usize) -> Box<[Part]> {
    let mut parts = sourced_parts(program, debug, node, place);
    if let Node::Block(block) = program.node(node).node() {
        for (operation, decorator) in block.decorators() {
            if matches!(decorator, Decorator::Debug(DebugCommand::Breakpoint))
                && let Some(part) = parts.get_mut(usize::from(*operation))
            {
                part.has_breakpoint = true;
            }
        }
    }
    parts
}

fn sourced_parts(program: &Program, debug: Option<&DebugInfo>, node: NodeId, place: usize) -> Box<[Part]> {
    let count = match program.node(node).node() {
        Node::Block(block) => block.operations().len(),
        Node::Join(..) => return Box::default(),
        _ => 1,
    };
    let Some(debug) = debug else {
        return vec![Part { starts: true, ..Part::default() }; count].into();
    };
    let mut parts: Vec<Part> = Vec::with_capacity(count);
    // The operations since the last start, and the number of operations of the instruction.
    let (mut run, mut length) = (0, 1);
    for index in 0..count {
        let Some(instruction) = debug.instruction_at(node, place, index) else {
            parts.push(Part::default());
            continue;
        };
        let (frames, entering) = count_inlined(debug.inlined_at(node, place, index));
        let mut part = Part {
            source: instruction.source().id(),
            offset: u32::try_from(instruction.span().start).unwrap_or(u32::MAX),
            frames,
            entering,
            starts: true,
            has_breakpoint: false,
        };
        let continues = parts.last().is_some_and(|last| {
            (last.source, last.offset, last.frames) == (part.source, part.offset, part.frames)
                && entering == 0
        });
        // Operations of one instruction, or, if there are more of them than it has, of repetitions.
        part.starts = !continues || run >= length;
        if part.starts {
            (run, length) = (0, instruction.num_operations().max(1));
        }
        run += 1;
        parts.push(part);
    }
    parts.into()
}

/// Number of inlined invocations, and of the innermost ones that start.
pub(super) fn count_inlined(inlined: impl Iterator<Item = Inlined>) -> (u16, u16) {
    let (mut all, mut first) = (0u16, None);
    for invocation in inlined {
        if invocation.starts() {
            first = first.or(Some(all));
        }
        all = all.saturating_add(1);
    }
    (all, first.map_or(0, |first| all - first))
}
