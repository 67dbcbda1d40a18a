//! The file form of a program.
//!
//! ```text
//! "MDPR", version u16, number of nodes u32, then each node, children first, the root last:
//!   block  0x58, number of operations u8, then each operation: opcode u8, for PUSH also the value u64
//!   join   0x53, left u32, right u32
//!   split  0x5F, on one u32, on zero u32
//!   loop   0x5E, body u32
//! program digest, 4 × u64
//! ```
//! Reading recomputes every digest and compares the last one; a node that is not reached, or that stands
//! twice, is refused, so that a program has one file form only.

use alloc::vec::Vec;

use super::{Block, BuildError, Node, NodeId, Program, ProgramBuilder};
use crate::{DecodeError, Opcode, Operation, Reader, Writer};

const MAGIC: &[u8; 4] = b"MDPR";
const VERSION: u16 = 1;

impl Program {
    /// Whether `bytes` begin as the file form of a program does, of whatever version; the rest may be anything.
    pub fn has_magic(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Encodes the program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        writer.u32(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        for hashed in &self.nodes {
            writer.u8(hashed.node.opcode().code());
            match &hashed.node {
                Node::Block(block) => {
                    writer.u8(u8::try_from(block.operations().len()).unwrap_or(u8::MAX));
                    for operation in block.operations() {
                        writer.u8(operation.opcode().code());
                        if let Some(value) = operation.immediate() {
                            writer.felt(value);
                        }
                    }
                }
                Node::Join(..) | Node::Split(..) | Node::Loop(_) => {
                    hashed.node.children().for_each(|child| writer.u32(child.0));
                }
            }
        }
        writer.digest(&self.digest());
        writer.finish()
    }

    /// Decodes a program.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a program by this version, or the digest that they state is not
    /// that of the program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.header(MAGIC, VERSION, "Miden program")?;
        let count = reader.count(3, "number of nodes")?;
        let mut builder = ProgramBuilder::new();
        let mut root = None;
        for index in 0..count {
            let offset = reader.offset();
            let invalid = |reason| DecodeError::Invalid { what: "node", offset, reason };
            let node = read_node(&mut reader, index)?;
            let id = builder.insert(node).map_err(|error| match error {
                BuildError::TooManyNodes { .. } => invalid("too many nodes"),
                _ => invalid("not a node"),
            })?;
            if id.index() != index {
                return Err(invalid("stands twice"));
            }
            root = Some(id);
        }
        let offset = reader.offset();
        let invalid = |reason| DecodeError::Invalid { what: "program", offset, reason };
        let program = builder.finish(root.ok_or(invalid("it has no nodes"))?);
        if program.nodes.len() != count {
            return Err(invalid("a node is not reached from the root"));
        }
        if reader.digest("program digest")? != program.digest() {
            return Err(invalid("the digest does not match the nodes"));
        }
        reader.finish()?;
        Ok(program)
    }
}

fn read_node(reader: &mut Reader<'_>, index: usize) -> Result<Node, DecodeError> {
    let offset = reader.offset();
    let invalid = |reason| DecodeError::Invalid { what: "node", offset, reason };
    let child = |reader: &mut Reader<'_>| {
        let id = NodeId(reader.u32("child")?);
        if id.index() < index { Ok(id) } else { Err(invalid("a child does not stand before its parent")) }
    };
    match Opcode::from_code(reader.u8("node kind")?) {
        Some(Opcode::Block) => read_block(reader).map(Node::Block),
        Some(Opcode::Join) => Ok(Node::Join(child(reader)?, child(reader)?)),
        Some(Opcode::Split) => Ok(Node::Split(child(reader)?, child(reader)?)),
        Some(Opcode::Loop) => Ok(Node::Loop(child(reader)?)),
        _ => Err(invalid("unknown kind")),
    }
}

fn read_block(reader: &mut Reader<'_>) -> Result<Block, DecodeError> {
    let offset = reader.offset();
    let count = reader.u8("number of operations")?;
    let operations = (0..count).map(|_| read_operation(reader)).collect::<Result<Vec<_>, _>>()?;
    match <[Block; 1]>::try_from(Block::pack(&operations)) {
        Ok([block]) => Ok(block),
        Err(_) => Err(DecodeError::Invalid {
            what: "block",
            offset,
            reason: "its operations do not fill one block",
        }),
    }
}

fn read_operation(reader: &mut Reader<'_>) -> Result<Operation, DecodeError> {
    let offset = reader.offset();
    match Opcode::from_code(reader.u8("opcode")?) {
        Some(Opcode::Push) => reader.felt("immediate value").map(Operation::Push),
        Some(opcode) if opcode.info().is_block_operation() && opcode.info().built => Ok(opcode.into()),
        _ => {
            Err(DecodeError::Invalid { what: "opcode", offset, reason: "no operation that a block can hold" })
        }
    }
}
