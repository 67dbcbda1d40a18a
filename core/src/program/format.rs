//! The file form of a program.
//!
//! ```text
//! "MDPR", version u16, number of nodes u32, then each node, children first:
//!   block    0x58, number of operations u8, then each operation: opcode u8, for PUSH also the value u64;
//!            number of decorators u32, then each decorator: index of the next operation u8, tag, its numbers
//!   join     0x53, left u32, right u32
//!   split    0x5F, on one u32, on zero u32
//!   loop     0x5E, body u32
//!   call     0x54, procedure u32
//!   syscall  0x55, procedure u32
//!   dyn      0x59
//!   dyncall  0x56
//!   watched  0xFF, node u32; twice, number of debug commands u32, then each: kind u8, its numbers
//! root u32
//! number of kernel procedures u32, their digests, 4 × u64 each, ascending
//! number of procedures for dynamic calls u32, their nodes u32, by ascending digest
//! number of lists for the advice map u32, then each, by ascending key:
//!   key, 4 × u64, number of elements u32, each u64
//! program hash, 4 × u64
//! ```
//! Decoding recomputes every digest and compares the program hash. Unreachable and duplicate nodes are rejected, so a
//! program has only one file form.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use super::{
    Block, BuildError, DebugCommand, Decorator, HashedNode, Node, NodeId, Program, ProgramBuilder, Watch,
};
use crate::{DecodeError, Digest, Felt, Kernel, Opcode, Operation, Reader, Writer};

const MAGIC: &[u8; 4] = b"MDPR";
const VERSION: u16 = 3;

/// Kind of a watched node, which has no opcode of its own.
const WATCHED: u8 = 0xFF;

impl Program {
    /// Whether `bytes` begin like a program file of any version; the rest is not checked.
    pub fn has_magic(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Encodes the program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        write_nodes(&self.nodes, &mut writer);
        writer.u32(self.root.0);
        self.kernel.write(&mut writer);
        writer.count(self.procedures.len());
        self.procedures.values().for_each(|id| writer.u32(id.0));
        write_advice(&self.advice, &mut writer);
        writer.digest(&self.digest());
        writer.finish()
    }

    /// Decodes a program.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a program in this version of the format, or the stored program hash is
    /// wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.header(MAGIC, VERSION, "Miden program")?;
        let builder = ProgramBuilder::read_nodes(&mut reader)?;
        let count = builder.num_nodes();
        let root = read_id(&mut reader, "root", count)?;
        let kernel = Kernel::read(&mut reader)?;
        let offset = reader.offset();
        let invalid = |reason| DecodeError::Invalid { what: "program", offset, reason };
        let procedures = reader.count(4, "number of procedures")?;
        let procedures = (0..procedures)
            .map(|_| read_id(&mut reader, "procedure", count))
            .collect::<Result<Vec<_>, _>>()?;
        let (program, _) = builder.finish_with(root, &procedures, kernel);
        if program.nodes.len() != count {
            return Err(invalid("a node is not reachable from the root or a procedure"));
        }
        if !program.procedures.values().eq(&procedures) {
            return Err(invalid("the procedures are not the targets of dynamic calls by ascending digest"));
        }
        let advice = read_advice(&mut reader)?;
        if reader.digest("program hash")? != program.digest() {
            return Err(invalid("the program hash does not match the nodes"));
        }
        reader.finish()?;
        Ok(program.with_advice(advice))
    }
}

impl ProgramBuilder {
    /// Appends the file form of all nodes: their number, then each, children first.
    pub fn write_nodes(&self, writer: &mut Writer) {
        write_nodes(&self.nodes, writer);
    }

    /// Reads nodes written by [`Self::write_nodes`]; the digests are computed.
    ///
    /// # Errors
    /// If the bytes are not the encoding of nodes, or a node occurs twice.
    pub fn read_nodes(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.count(1, "number of nodes")?;
        let mut builder = Self::new();
        for index in 0..count {
            let offset = reader.offset();
            let invalid = |reason| DecodeError::Invalid { what: "node", offset, reason };
            let node = read_node(reader, &builder)?;
            let id = builder.insert(node).map_err(|error| match error {
                BuildError::TooManyNodes { .. } => invalid("too many nodes"),
                _ => invalid("not a node"),
            })?;
            if id.index() != index {
                return Err(invalid("it occurs twice"));
            }
        }
        Ok(builder)
    }

    /// Appends the file form of the identifier of a node.
    pub fn write_id(&self, id: NodeId, writer: &mut Writer) {
        writer.u32(id.0);
    }

    /// Reads the identifier of a node of this builder.
    ///
    /// # Errors
    /// If the bytes are cut off, or there is no such node.
    pub fn read_id(&self, reader: &mut Reader<'_>, what: &'static str) -> Result<NodeId, DecodeError> {
        read_id(reader, what, self.num_nodes())
    }
}

/// A node among the first `count`.
fn read_id(reader: &mut Reader<'_>, what: &'static str, count: usize) -> Result<NodeId, DecodeError> {
    let offset = reader.offset();
    let id = NodeId(reader.u32(what)?);
    let reason = "there is no earlier node with this number";
    if id.index() < count { Ok(id) } else { Err(DecodeError::Invalid { what, offset, reason }) }
}

fn write_nodes(nodes: &[HashedNode], writer: &mut Writer) {
    writer.count(nodes.len());
    for hashed in nodes {
        writer.u8(match &hashed.node {
            Node::Watched(..) => WATCHED,
            node => node.opcode().code(),
        });
        match &hashed.node {
            Node::Watched(inner, watch) => {
                writer.u32(inner.0);
                for commands in [watch.before(), watch.after()] {
                    writer.count(commands.len());
                    commands.iter().for_each(|command| command.write(writer));
                }
            }
            Node::Block(block) => {
                writer
                    .u8(u8::try_from(block.operations().len()).expect("a block has at most 8·9 operations"));
                block.operations().iter().for_each(|operation| operation.write(writer));
                writer.count(block.decorators().len());
                for (index, decorator) in block.decorators() {
                    writer.u8(*index);
                    decorator.write(writer);
                }
            }
            node => node.children().for_each(|child| writer.u32(child.0)),
        }
    }
}

/// Appends the file form of lists for the advice map.
pub fn write_advice(advice: &BTreeMap<Digest, Vec<Felt>>, writer: &mut Writer) {
    writer.count(advice.len());
    for (key, list) in advice {
        writer.digest(key);
        writer.count(list.len());
        list.iter().for_each(|element| writer.felt(*element));
    }
}

/// Reads lists written by [`write_advice`].
///
/// # Errors
/// If the bytes are not the encoding of such lists.
pub fn read_advice(reader: &mut Reader<'_>) -> Result<BTreeMap<Digest, Vec<Felt>>, DecodeError> {
    let count = reader.count(36, "number of lists for the advice map")?;
    let mut advice: BTreeMap<Digest, Vec<Felt>> = BTreeMap::new();
    for _ in 0..count {
        let offset = reader.offset();
        let key = reader.digest("key of the advice map")?;
        if advice.last_key_value().is_some_and(|(last, _)| *last >= key) {
            let reason = "the keys do not ascend";
            return Err(DecodeError::Invalid { what: "advice map", offset, reason });
        }
        let len = reader.count(8, "number of elements")?;
        let list = (0..len).map(|_| reader.felt("advice")).collect::<Result<_, _>>()?;
        advice.insert(key, list);
    }
    Ok(advice)
}

fn read_node(reader: &mut Reader<'_>, builder: &ProgramBuilder) -> Result<Node, DecodeError> {
    let offset = reader.offset();
    let kind = reader.u8("node kind")?;
    let count = builder.num_nodes();
    if kind == WATCHED {
        let node = read_id(reader, "child", count)?;
        let mut commands = || {
            let count = reader.count(1, "number of debug commands")?;
            (0..count).map(|_| DebugCommand::read(reader)).collect::<Result<Box<[_]>, _>>()
        };
        let (before, after) = (commands()?, commands()?);
        if let Node::Watched(..) = builder.node(node).node {
            let reason = "a watched node is watched again";
            return Err(DecodeError::Invalid { what: "node", offset, reason });
        }
        let opcode = builder.node(node).node.opcode();
        return Ok(Node::Watched(node, Watch { opcode, before, after }.into()));
    }
    let kind = Opcode::from_code(kind);
    let mut child = || read_id(reader, "child", count);
    Ok(match kind {
        Some(Opcode::Block) => return read_block(reader).map(Node::Block),
        Some(Opcode::Join) => Node::Join(child()?, child()?),
        Some(Opcode::Split) => Node::Split(child()?, child()?),
        Some(Opcode::Loop) => Node::Loop(child()?),
        Some(Opcode::Call) => Node::Call(child()?),
        Some(Opcode::SysCall) => Node::SysCall(child()?),
        Some(Opcode::Dyn) => Node::Dyn,
        Some(Opcode::DynCall) => Node::DynCall,
        _ => return Err(DecodeError::Invalid { what: "node", offset, reason: "unknown kind" }),
    })
}

fn read_block(reader: &mut Reader<'_>) -> Result<Block, DecodeError> {
    let offset = reader.offset();
    let invalid = |reason| DecodeError::Invalid { what: "block", offset, reason };
    let count = reader.u8("number of operations")?;
    let operations = (0..count).map(|_| Operation::read(reader)).collect::<Result<Vec<_>, _>>()?;
    let decorators = reader.count(2, "number of decorators")?;
    let mut read = || Ok((usize::from(reader.u8("index")?), Decorator::read(reader)?));
    let decorators = (0..decorators).map(|_| read()).collect::<Result<Vec<_>, DecodeError>>()?;
    let ascending = decorators.is_sorted_by_key(|(index, _)| *index);
    if !ascending || decorators.last().is_some_and(|(index, _)| *index > operations.len()) {
        return Err(invalid("its decorators are not in the order of its operations"));
    }
    match <[Block; 1]>::try_from(Block::pack_decorated(&operations, &decorators)) {
        Ok([block]) => Ok(block),
        Err(_) => Err(invalid("its operations do not fill one block")),
    }
}

impl Operation {
    /// Appends the file form: the opcode, and the value of a `PUSH`.
    pub fn write(&self, writer: &mut Writer) {
        writer.u8(self.opcode().code());
        if let Some(value) = self.immediate() {
            writer.felt(value);
        }
    }

    /// Reads the file form of an operation of a block.
    ///
    /// # Errors
    /// If the bytes are not the encoding of such an operation.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        match Opcode::from_code(reader.u8("opcode")?) {
            Some(Opcode::Push) => reader.felt("immediate value").map(Self::Push),
            Some(opcode) if opcode.info().is_block_operation() => Ok(opcode.into()),
            _ => {
                let reason = "not an operation of a block";
                Err(DecodeError::Invalid { what: "opcode", offset, reason })
            }
        }
    }
}
