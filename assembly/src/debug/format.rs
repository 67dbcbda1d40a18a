//! Encoding of debug information in packages and compiled libraries, whose formats are described there.

use alloc::{boxed::Box, collections::BTreeMap, string::String, vec::Vec};

use miden_assembly_syntax::{Source, Span};
use miden_core::{DecodeError, NodeId, Program, Reader, Writer};

use super::{
    DebugInfo, ExportPlaces, FrameId, InstructionId, InstructionInfo, Origin, Origins, ProcedureInfo,
    frames::{Frame, Frames},
};
use crate::binary::{read_flag, read_list, read_text, write_count, write_text};

impl DebugInfo {
    /// Encodes the debug information of a program.
    pub(crate) fn write(&self, program: &Program, writer: &mut Writer) {
        self.write_with(&Sources::of(self), program.node_ids(), writer);
    }

    /// Encodes the debug information of a library with these nodes, and the places of its exports.
    pub(crate) fn write_library<'e>(
        &self,
        nodes: impl Iterator<Item = NodeId>,
        exports: impl Iterator<Item = &'e ExportPlaces> + Clone,
        writer: &mut Writer,
    ) {
        let mut sources = Sources::of(self);
        exports.clone().for_each(|export| sources.add(&export.procedure.source));
        self.write_with(&sources, nodes, writer);
        for export in exports {
            sources.write_procedure(&export.procedure, writer);
            export.head.write(writer);
            if let Some((frames, tail)) = &export.rest {
                writer.u32(frames.index());
                tail.write(writer);
            }
        }
    }

    fn write_with(&self, sources: &Sources, nodes: impl Iterator<Item = NodeId>, writer: &mut Writer) {
        write_count(sources.list.len(), writer);
        for source in &sources.list {
            write_text(source.name(), writer);
            write_text(source.text(), writer);
        }
        sources.write(&self.source, writer);
        write_count(self.instructions.len(), writer);
        for instruction in &self.instructions {
            sources.write(&instruction.source, writer);
            write_span(instruction.span, writer);
            writer.u8(instruction.procedure.is_some().into());
            if let Some(span) = instruction.procedure {
                write_span(span, writer);
            }
            write_count(instruction.num_operations, writer);
            writer.u8(instruction.callee.is_some().into());
            if let Some(callee) = &instruction.callee {
                sources.write_procedure(callee, writer);
            }
        }
        write_count(self.frames.frames().len(), writer);
        for frame in self.frames.frames() {
            writer.u32(frame.site.0);
            writer.u8(frame.starts.into());
            writer.u32(frame.inner.index());
        }
        for id in nodes {
            let places = self.nodes.get(id.index()).map(Vec::as_slice).unwrap_or_default();
            write_count(places.len(), writer);
            places.iter().for_each(|place| place.write(writer));
        }
        write_count(self.children.len(), writer);
        for (node, children) in &self.children {
            write_count(node.index(), writer);
            children.iter().for_each(|frames| writer.u32(frames.index()));
        }
        write_count(self.procedures.len(), writer);
        for (node, (procedure, frames)) in &self.procedures {
            write_count(node.index(), writer);
            sources.write_procedure(procedure, writer);
            writer.u32(frames.index());
        }
        writer.u32(self.root.index());
    }

    /// Decodes the debug information of a program.
    pub(crate) fn read(program: &Program, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let ids: Vec<NodeId> = program.node_ids().collect();
        Self::read_with(&ids, reader).map(|(debug, _)| debug)
    }

    /// Decodes the debug information of a library with these nodes, and the places of its exports; for each of them,
    /// `rests` tells whether it has a node.
    pub(crate) fn read_library(
        nodes: &[NodeId],
        rests: impl Iterator<Item = bool>,
        reader: &mut Reader<'_>,
    ) -> Result<(Self, Vec<ExportPlaces>), DecodeError> {
        let (debug, tables) = Self::read_with(nodes, reader)?;
        let export = |has_node: bool| {
            let (procedure, head) = (tables.procedure(reader)?, tables.origins(reader)?);
            let rest = match has_node {
                true => Some((tables.frames(reader)?, tables.origins(reader)?)),
                false => None,
            };
            Ok(ExportPlaces { procedure, head, rest })
        };
        let exports = rests.map(export).collect::<Result<_, DecodeError>>()?;
        Ok((debug, exports))
    }

    fn read_with(ids: &[NodeId], reader: &mut Reader<'_>) -> Result<(Self, Tables), DecodeError> {
        let read_source = |reader: &mut Reader<'_>| {
            let name: String = read_text(reader, "name of a source")?;
            Ok(Source::new(name, read_text(reader, "text of a source")?))
        };
        let sources = read_list(reader, 8, "number of sources", read_source)?;
        let tables = Tables { sources, ..Tables::default() };
        let source = tables.source(reader)?;
        let instructions =
            read_list(reader, 18, "number of instructions", |reader| tables.instruction(reader))?;
        let tables = Tables { num_instructions: instructions.len(), ..tables };
        let mut frames = Frames::new();
        let num_frames = reader.count(9, "number of lists of invocations")?;
        for number in 0..num_frames {
            let offset = reader.offset();
            let site = tables.instruction_id(reader)?;
            let starts = read_flag(reader, "start of an invocation")?;
            // A list extends an earlier one, so it is finite.
            let inner = read_frames(reader, number)?;
            let id = frames.insert(Frame { site, starts, inner });
            if id.index() as usize != number + 1 {
                let reason = "it is a duplicate";
                return Err(DecodeError::Invalid { what: "list of invocations", offset, reason });
            }
        }
        let tables = Tables { num_frames, ..tables };
        let mut nodes = Vec::with_capacity(ids.len());
        for _ in ids {
            nodes.push(read_list(reader, 8, "number of places", |reader| tables.origins(reader))?);
        }
        let child = |reader: &mut Reader<'_>| {
            let node = read_node(reader, ids)?;
            Ok((node, [tables.frames(reader)?, tables.frames(reader)?]))
        };
        let children = ascending(read_list(reader, 12, "number of nodes", child)?, reader)?;
        let procedure = |reader: &mut Reader<'_>| {
            let node = read_node(reader, ids)?;
            Ok((node, (tables.procedure(reader)?, tables.frames(reader)?)))
        };
        let procedures = ascending(read_list(reader, 20, "number of procedures", procedure)?, reader)?;
        let root = tables.frames(reader)?;
        let current = source.clone();
        Ok((Self { source, current, instructions, frames, nodes, children, procedures, root }, tables))
    }
}

impl Origins {
    fn write(&self, writer: &mut Writer) {
        write_count(self.operations.len(), writer);
        self.operations.iter().for_each(|origin| origin.write(writer));
        write_count(self.decorators.len(), writer);
        self.decorators.iter().for_each(|origin| origin.write(writer));
    }
}

impl Origin {
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.instruction.0);
        writer.u32(self.frames.index());
        writer.u16(self.position);
    }
}

/// The sources of debug information, each once.
struct Sources {
    list: Vec<Source>,
    numbers: BTreeMap<usize, usize>,
}

impl Sources {
    fn of(debug: &DebugInfo) -> Self {
        let mut sources = Self { list: Vec::new(), numbers: BTreeMap::new() };
        sources.add(&debug.source);
        for instruction in &debug.instructions {
            sources.add(&instruction.source);
            instruction.callee.iter().for_each(|callee| sources.add(&callee.source));
        }
        debug.procedures.values().for_each(|(procedure, _)| sources.add(&procedure.source));
        sources
    }

    fn add(&mut self, source: &Source) {
        let next = self.list.len();
        let number = *self.numbers.entry(source.id()).or_insert(next);
        if number == next {
            self.list.push(source.clone());
        }
    }

    fn write(&self, source: &Source, writer: &mut Writer) {
        write_count(*self.numbers.get(&source.id()).expect("every source has been added"), writer);
    }

    fn write_procedure(&self, procedure: &ProcedureInfo, writer: &mut Writer) {
        self.write(&procedure.source, writer);
        write_span(procedure.label, writer);
    }
}

/// Tables that identifiers in a file refer to.
#[derive(Default)]
struct Tables {
    sources: Vec<Source>,
    num_instructions: usize,
    num_frames: usize,
}

impl Tables {
    fn source(&self, reader: &mut Reader<'_>) -> Result<Source, DecodeError> {
        let offset = reader.offset();
        let source = self.sources.get(reader.u32("source")? as usize);
        source.cloned().ok_or(DecodeError::Invalid {
            what: "source",
            offset,
            reason: "there is no such source",
        })
    }

    fn instruction(&self, reader: &mut Reader<'_>) -> Result<InstructionInfo, DecodeError> {
        let source = self.source(reader)?;
        let span = read_span(reader, &source)?;
        let procedure = match read_flag(reader, "procedure")? {
            true => Some(read_span(reader, &source)?),
            false => None,
        };
        let num_operations = reader.u32("number of operations")? as usize;
        let callee = if read_flag(reader, "callee")? { Some(self.procedure(reader)?) } else { None };
        Ok(InstructionInfo { source, span, procedure, callee, num_operations })
    }

    fn procedure(&self, reader: &mut Reader<'_>) -> Result<ProcedureInfo, DecodeError> {
        let source = self.source(reader)?;
        let label = read_span(reader, &source)?;
        Ok(ProcedureInfo { source, label })
    }

    fn instruction_id(&self, reader: &mut Reader<'_>) -> Result<InstructionId, DecodeError> {
        let offset = reader.offset();
        let id = reader.u32("instruction")?;
        let reason = "there is no such instruction";
        match (id as usize) < self.num_instructions {
            true => Ok(InstructionId(id)),
            false => Err(DecodeError::Invalid { what: "instruction", offset, reason }),
        }
    }

    fn frames(&self, reader: &mut Reader<'_>) -> Result<FrameId, DecodeError> {
        read_frames(reader, self.num_frames)
    }

    fn origins(&self, reader: &mut Reader<'_>) -> Result<Origins, DecodeError> {
        let origin = |reader: &mut Reader<'_>| {
            let (instruction, frames) = (self.instruction_id(reader)?, self.frames(reader)?);
            Ok(Origin { instruction, frames, position: reader.u16("position in an instruction")? })
        };
        let operations: Box<[Origin]> = read_list(reader, 10, "number of operations", origin)?.into();
        let decorators = read_list(reader, 10, "number of decorators", origin)?.into();
        Ok(Origins { operations, decorators })
    }
}

/// Reads a list of invocations, which must be one of the first `count`.
fn read_frames(reader: &mut Reader<'_>, count: usize) -> Result<FrameId, DecodeError> {
    let offset = reader.offset();
    let id = reader.u32("list of invocations")?;
    let reason = "no earlier list has this number";
    FrameId::from_index(id, count).ok_or(DecodeError::Invalid { what: "list of invocations", offset, reason })
}

fn read_node(reader: &mut Reader<'_>, ids: &[NodeId]) -> Result<NodeId, DecodeError> {
    let offset = reader.offset();
    let id = ids.get(reader.u32("node")? as usize).copied();
    id.ok_or(DecodeError::Invalid { what: "node", offset, reason: "there is no such node" })
}

fn ascending<T>(list: Vec<(NodeId, T)>, reader: &Reader<'_>) -> Result<BTreeMap<NodeId, T>, DecodeError> {
    match list.is_sorted_by(|(a, _), (b, _)| a < b) {
        true => Ok(list.into_iter().collect()),
        false => {
            let (what, offset, reason) = ("list of nodes", reader.offset(), "the nodes do not ascend");
            Err(DecodeError::Invalid { what, offset, reason })
        }
    }
}

fn write_span(span: Span, writer: &mut Writer) {
    write_count(span.start, writer);
    write_count(span.end, writer);
}

fn read_span(reader: &mut Reader<'_>, source: &Source) -> Result<Span, DecodeError> {
    let offset = reader.offset();
    let span = Span::new(reader.u32("span")? as usize, reader.u32("span")? as usize);
    let reason = "it is not within its source";
    match source.text().get(span.range()) {
        Some(_) => Ok(span),
        None => Err(DecodeError::Invalid { what: "span", offset, reason }),
    }
}
