use alloc::string::String;
use core::fmt;

use super::DebugCommand;
use crate::{DecodeError, Reader, Shared, Writer};

/// Message of a block to the host before an operation. Decorators take no cycles and are not part of the digest: they
/// can change the advice that the program gets, and the text of an error, but not the statement that is proven.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Decorator {
    /// Changes the advice.
    Advice(AdviceInjector),
    /// Signals the event with this number to the host.
    Emit(u32),
    /// Explains a failure of the next operation.
    Error(ErrorCode),
    /// Shows something, or stops a debugger.
    Debug(DebugCommand),
}

/// Explanation of a failed assertion, in addition to its place and values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode {
    /// The number after `err=`; 0 with a text.
    pub code: u32,
    /// The text after `err=`; shared by repetitions of the code.
    pub message: Option<Shared<str>>,
}

/// A change of the advice. Stack and memory are unchanged; `[a, b]` is a stack whose top is `a`.
///
/// Lists are inserted at the front of the advice tape; their first element is read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AdviceInjector {
    /// `[b_hi, b_lo, a_hi, a_lo]`: quotient and remainder of `a / b`, as `q_lo, q_hi, r_lo, r_hi`.
    U64Div,
    /// `[K]`: the list under key `K`.
    MapValue,
    /// `[K]`: length of the list under key `K`, then the list.
    MapValueWithLength,
    /// `[K]`: length of the list under key `K`.
    MapValueLength,
    /// `[K]`: 1 if there is a list under key `K`, else 0.
    HasMapKey,
    /// `[d, i, R]`: the node at depth `d`, index `i` of the tree with root `R`.
    MerkleNode,
    /// `[R, L]`: adds the tree with the children `L` and `R` to the Merkle store; the tape is unchanged.
    MerkleMerge,
    /// `[K]`: `count` words of memory from `address` on become the list under key `K`.
    InsertMemory {
        /// The first word.
        address: u32,
        /// Number of words.
        count: u32,
    },
    /// `[K, a, b]`: the words of memory from `a` up to but not including `b` become the list under key `K`.
    InsertMemoryRange,
    /// `[B, A]`: `A` and `B` become the list under the key that is their hash in this domain.
    InsertDoubleWord {
        /// Element 0 of the capacity; 0 stands for the number of elements, 8.
        domain: u32,
    },
    /// `[B, A, d]`: like [`Self::InsertDoubleWord`], with the domain from the stack.
    InsertDoubleWordInDomain,
    /// `[D, C, B, A]`: the four words become the list under the key that is their hash.
    InsertQuadWord,
    /// `[B, A, C]`: `A` and `B` become the list under the key that is the digest of the permutation of the 12 items.
    InsertPermutation,
}

/// Number of each kind in the file form.
mod tag {
    pub(super) const EMIT: u8 = 1;
    pub(super) const ERROR: u8 = 2;
    pub(super) const ERROR_WITH_MESSAGE: u8 = 3;
    pub(super) const DEBUG: u8 = 4;
    pub(super) const U64_DIV: u8 = 16;
    pub(super) const MAP_VALUE: u8 = 17;
    pub(super) const MAP_VALUE_WITH_LENGTH: u8 = 18;
    pub(super) const MAP_VALUE_LENGTH: u8 = 19;
    pub(super) const HAS_MAP_KEY: u8 = 20;
    pub(super) const MERKLE_NODE: u8 = 21;
    pub(super) const MERKLE_MERGE: u8 = 22;
    pub(super) const INSERT_MEMORY: u8 = 23;
    pub(super) const INSERT_MEMORY_RANGE: u8 = 24;
    pub(super) const INSERT_DOUBLE_WORD: u8 = 25;
    pub(super) const INSERT_DOUBLE_WORD_IN_DOMAIN: u8 = 26;
    pub(super) const INSERT_QUAD_WORD: u8 = 27;
    pub(super) const INSERT_PERMUTATION: u8 = 28;
}

impl Decorator {
    /// Appends the file form: a tag, then its numbers.
    pub fn write(&self, writer: &mut Writer) {
        match self {
            Self::Emit(event) => {
                writer.u8(tag::EMIT);
                writer.u32(*event);
            }
            Self::Error(ErrorCode { code, message: None }) => {
                writer.u8(tag::ERROR);
                writer.u32(*code);
            }
            Self::Error(ErrorCode { code, message: Some(message) }) => {
                writer.u8(tag::ERROR_WITH_MESSAGE);
                writer.u32(*code);
                writer.count(message.len());
                writer.bytes(message.as_bytes());
            }
            Self::Debug(command) => {
                writer.u8(tag::DEBUG);
                command.write(writer);
            }
            Self::Advice(injector) => {
                writer.u8(injector.tag());
                match injector {
                    AdviceInjector::InsertMemory { address, count } => {
                        writer.u32(*address);
                        writer.u32(*count);
                    }
                    AdviceInjector::InsertDoubleWord { domain } => writer.u32(*domain),
                    _ => {}
                }
            }
        }
    }

    /// Reads the file form.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a decorator.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let invalid = |reason| DecodeError::Invalid { what: "decorator", offset, reason };
        Ok(match reader.u8("decorator")? {
            tag::EMIT => Self::Emit(reader.u32("event")?),
            tag::ERROR => Self::Error(ErrorCode { code: reader.u32("error code")?, message: None }),
            tag::ERROR_WITH_MESSAGE => {
                let code = reader.u32("error code")?;
                let len = reader.count(1, "error message")?;
                let text = String::from_utf8(reader.bytes(len, "error message")?.into());
                let message = text.map_err(|_| invalid("the message is not UTF-8"))?;
                Self::Error(ErrorCode { code, message: Some(message.into()) })
            }
            tag::DEBUG => Self::Debug(DebugCommand::read(reader)?),
            tag::U64_DIV => Self::Advice(AdviceInjector::U64Div),
            tag::MAP_VALUE => Self::Advice(AdviceInjector::MapValue),
            tag::MAP_VALUE_WITH_LENGTH => Self::Advice(AdviceInjector::MapValueWithLength),
            tag::MAP_VALUE_LENGTH => Self::Advice(AdviceInjector::MapValueLength),
            tag::HAS_MAP_KEY => Self::Advice(AdviceInjector::HasMapKey),
            tag::MERKLE_NODE => Self::Advice(AdviceInjector::MerkleNode),
            tag::MERKLE_MERGE => Self::Advice(AdviceInjector::MerkleMerge),
            tag::INSERT_MEMORY => {
                let (address, count) = (reader.u32("address")?, reader.u32("number of words")?);
                Self::Advice(AdviceInjector::InsertMemory { address, count })
            }
            tag::INSERT_MEMORY_RANGE => Self::Advice(AdviceInjector::InsertMemoryRange),
            tag::INSERT_DOUBLE_WORD => {
                Self::Advice(AdviceInjector::InsertDoubleWord { domain: reader.u32("domain")? })
            }
            tag::INSERT_DOUBLE_WORD_IN_DOMAIN => Self::Advice(AdviceInjector::InsertDoubleWordInDomain),
            tag::INSERT_QUAD_WORD => Self::Advice(AdviceInjector::InsertQuadWord),
            tag::INSERT_PERMUTATION => Self::Advice(AdviceInjector::InsertPermutation),
            _ => return Err(invalid("unknown kind")),
        })
    }
}

impl AdviceInjector {
    const fn tag(self) -> u8 {
        match self {
            Self::U64Div => tag::U64_DIV,
            Self::MapValue => tag::MAP_VALUE,
            Self::MapValueWithLength => tag::MAP_VALUE_WITH_LENGTH,
            Self::MapValueLength => tag::MAP_VALUE_LENGTH,
            Self::HasMapKey => tag::HAS_MAP_KEY,
            Self::MerkleNode => tag::MERKLE_NODE,
            Self::MerkleMerge => tag::MERKLE_MERGE,
            Self::InsertMemory { .. } => tag::INSERT_MEMORY,
            Self::InsertMemoryRange => tag::INSERT_MEMORY_RANGE,
            Self::InsertDoubleWord { .. } => tag::INSERT_DOUBLE_WORD,
            Self::InsertDoubleWordInDomain => tag::INSERT_DOUBLE_WORD_IN_DOMAIN,
            Self::InsertQuadWord => tag::INSERT_QUAD_WORD,
            Self::InsertPermutation => tag::INSERT_PERMUTATION,
        }
    }
}

/// The spelling of the assembly language, or a name of its own for a decorator of a longer instruction.
impl fmt::Display for Decorator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Advice(injector) => injector.fmt(f),
            Self::Emit(event) => write!(f, "emit.{event}"),
            Self::Debug(command) => command.fmt(f),
            Self::Error(ErrorCode { message: Some(message), .. }) => write!(f, "err={message:?}"),
            Self::Error(ErrorCode { code, message: None }) => write!(f, "err={code}"),
        }
    }
}

impl fmt::Display for AdviceInjector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("adv.")?;
        match self {
            Self::U64Div => f.write_str("push_u64div"),
            Self::MapValue => f.write_str("push_mapval"),
            Self::MapValueWithLength => f.write_str("push_mapvaln"),
            Self::MapValueLength => f.write_str("push_mapval_count"),
            Self::HasMapKey => f.write_str("has_mapkey"),
            Self::MerkleNode => f.write_str("push_mtnode"),
            Self::MerkleMerge => f.write_str("insert_mtnode"),
            Self::InsertMemory { address, count } => write!(f, "mem.{address}.{count}"),
            Self::InsertMemoryRange => f.write_str("insert_mem"),
            Self::InsertDoubleWord { domain: 0 } => f.write_str("insert_hdword"),
            Self::InsertDoubleWord { domain } => write!(f, "insert_hdword.{domain}"),
            Self::InsertDoubleWordInDomain => f.write_str("insert_hdword_d"),
            Self::InsertQuadWord => f.write_str("insert_hqword"),
            Self::InsertPermutation => f.write_str("insert_hperm"),
        }
    }
}
