//! Binary forms of statements, of their parts and of proof bundles.
//!
//! Each file begins with its magic bytes and the version, u16. Then follow, little-endian:
//!
//! | File | Magic | Content |
//! |---|---|---|
//! | kernel | `MDKN` | number of procedures u32, their digests, ascending |
//! | initial stack | `MDSI` | number of items u32, at least 16, each u64, bottom first |
//! | final stack | `MDSO` | number of items u32, at least 16, each u64, top first |
//! | outcome | `MDOC` | number of the fault u8, 0 for success; after a fault: opcode u8, cycle u64, flags u8, and the missing procedure if flag 2 is set; flag 1 is set if no advice was read |
//! | statement | `MDST` | program hash, kernel, initial stack, final stack, outcome, cycle limit: 0 u8, or 1 u8 and the limit u64 |
//! | proof bundle | `MDPB` | statement, number of bytes u32, the proof |
//!
//! A digest is four elements, u64 each. Every value has exactly one encoding.

use alloc::vec::Vec;

use crate::{
    DecodeError, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, ProofBundle, Reader, StackInputs,
    StackOutputs, Statement, Writer,
    inputs::{read_list, write_list},
    params::STACK_TOP,
};

const VERSION: u16 = 1;

/// Gives types their form as a file.
macro_rules! files {
    ($($name:ident: $magic:literal, $what:literal;)+) => {$(
        impl $name {
            /// Whether `bytes` begin like such a file of any version; the rest is not checked.
            pub fn has_magic(bytes: &[u8]) -> bool {
                bytes.starts_with($magic)
            }

            /// Encodes the value; equal values have equal bytes.
            pub fn to_bytes(&self) -> Vec<u8> {
                let mut writer = Writer::new();
                writer.header($magic, VERSION);
                self.write(&mut writer);
                writer.finish()
            }

            /// Decodes a value; memory use is proportional to the number of bytes.
            ///
            /// # Errors
            /// If the bytes are not the encoding of such a value in this version of the format.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
                let mut reader = Reader::new(bytes);
                reader.header($magic, VERSION, $what)?;
                let value = Self::read(&mut reader)?;
                reader.finish()?;
                Ok(value)
            }
        }
    )+};
}

files! {
    Kernel: b"MDKN", "Miden kernel";
    Outcome: b"MDOC", "Miden outcome";
    ProofBundle: b"MDPB", "Miden proof bundle";
    StackInputs: b"MDSI", "Miden stack inputs";
    StackOutputs: b"MDSO", "Miden stack outputs";
    Statement: b"MDST", "Miden statement";
}

/// Reads a complete stack of at most `max` items.
fn read_stack(reader: &mut Reader<'_>, what: &'static str, max: usize) -> Result<Vec<Felt>, DecodeError> {
    let offset = reader.offset();
    let invalid = |reason| DecodeError::Invalid { what, offset, reason };
    match reader.clone().count(8, what)? {
        count if count < STACK_TOP => Err(invalid("a stack has at least 16 items")),
        count if count > max => Err(invalid("too many items")),
        _ => read_list(reader, what),
    }
}

impl StackInputs {
    pub(crate) fn write(&self, writer: &mut Writer) {
        write_list(self.items(), writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (what, offset) = ("initial stack", reader.offset());
        let items = read_stack(reader, what, Self::MAX)?;
        Self::new(items).map_err(|_| DecodeError::Invalid { what, offset, reason: "too many items" })
    }
}

impl StackOutputs {
    fn write(&self, writer: &mut Writer) {
        write_list(self.items(), writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (what, offset) = ("final stack", reader.offset());
        let items = read_stack(reader, what, Self::MAX)?;
        Self::new(items).map_err(|_| DecodeError::Invalid { what, offset, reason: "too many items" })
    }
}

/// Flag of a fault before which no advice was read.
const DETERMINISTIC: u8 = 1;
/// Flag of a fault that names a procedure.
const TARGET: u8 = 2;

impl Outcome {
    fn write(&self, writer: &mut Writer) {
        let Some(fault) = self.fault() else { return writer.u8(0) };
        let FaultClaim { code, opcode, clk, deterministic, target } = fault;
        writer.u8(code.number());
        writer.u8(opcode.code());
        writer.u64(*clk);
        let flag = |is_set: bool, flag| if is_set { flag } else { 0 };
        writer.u8(flag(*deterministic, DETERMINISTIC) | flag(target.is_some(), TARGET));
        target.iter().for_each(|target| writer.digest(target));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let code = match reader.u8("outcome")? {
            0 => return Ok(Self::Success),
            number => FaultCode::from_number(number),
        };
        let invalid = |offset, reason| DecodeError::Invalid { what: "outcome", offset, reason };
        let code = code.ok_or(invalid(offset, "there is no fault with this number"))?;
        let offset = reader.offset();
        let opcode = Opcode::from_code(reader.u8("failed operation")?);
        let opcode = opcode.ok_or(invalid(offset, "there is no operation with this opcode"))?;
        let clk = reader.u64("cycle of the fault")?;
        let offset = reader.offset();
        let flags = reader.u8("flags of the fault")?;
        if flags & !(DETERMINISTIC | TARGET) != 0 {
            return Err(invalid(offset, "unknown flags"));
        }
        let target = (flags & TARGET != 0).then(|| reader.digest("missing procedure")).transpose()?;
        Ok(Self::Fault(FaultClaim { code, opcode, clk, deterministic: flags & DETERMINISTIC != 0, target }))
    }
}

impl Statement {
    fn write(&self, writer: &mut Writer) {
        let Self { program, kernel, inputs, outputs, outcome, cycle_limit } = self;
        writer.digest(program);
        kernel.write(writer);
        inputs.write(writer);
        outputs.write(writer);
        outcome.write(writer);
        writer.u8(cycle_limit.is_some().into());
        cycle_limit.iter().for_each(|limit| writer.u64(*limit));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            program: reader.digest("program hash")?,
            kernel: Kernel::read(reader)?,
            inputs: StackInputs::read(reader)?,
            outputs: StackOutputs::read(reader)?,
            outcome: Outcome::read(reader)?,
            cycle_limit: read_limit(reader)?,
        })
    }
}

fn read_limit(reader: &mut Reader<'_>) -> Result<Option<u64>, DecodeError> {
    let (what, offset) = ("cycle limit", reader.offset());
    match reader.u8(what)? {
        0 => Ok(None),
        1 => reader.u64(what).map(Some),
        _ => Err(DecodeError::Invalid { what, offset, reason: "neither 0 nor 1" }),
    }
}

impl ProofBundle {
    fn write(&self, writer: &mut Writer) {
        self.statement.write(writer);
        writer.count(self.proof.len());
        writer.bytes(&self.proof);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let statement = Statement::read(reader)?;
        let count = reader.count(1, "proof")?;
        Ok(Self { statement, proof: reader.bytes(count, "proof")?.to_vec() })
    }
}
