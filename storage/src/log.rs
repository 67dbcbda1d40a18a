use alloc::vec::Vec;

use miden_core::{DecodeError, Digest, Felt, Kernel, Reader, Writer};

/// A state of the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Number of commits up to this one; 0 is the empty state.
    pub number: u64,
    /// The root of the state.
    pub root: Digest,
    /// Number of entries.
    pub keys: u64,
}

/// How a state came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The root before.
    pub root_before: Digest,
    /// The root after.
    pub root_after: Digest,
    /// The cause of the change.
    pub cause: Cause,
}

/// The cause of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The execution of a program.
    Run(Run),
    /// Entries were set from outside, such as by `miden storage set` or `load`; nothing can prove that.
    Edit {
        /// Number of entries that were given.
        entries: u64,
    },
}

/// The execution of a program that changed the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Hash of the user's program, which the wrapper calls.
    pub program: Digest,
    /// The procedures of the kernel.
    pub kernel: Kernel,
    /// The user's initial stack, bottom first, without the root.
    pub inputs: Vec<Felt>,
    /// The final stack, top first, without the root.
    pub outputs: Vec<Felt>,
    /// The public cycle limit, if the statement has one.
    pub cycle_limit: Option<u64>,
    /// The proof; `None` if the run was committed without one.
    pub proof: Option<Vec<u8>>,
}

const WHAT: &str = "an entry of the log";
const EDIT: u8 = 0;
const RUN: u8 = 1;

impl LogEntry {
    /// Encodes the entry.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.digest(&self.root_before);
        writer.digest(&self.root_after);
        match &self.cause {
            Cause::Edit { entries } => {
                writer.u8(EDIT);
                writer.u64(*entries);
            }
            Cause::Run(run) => {
                writer.u8(RUN);
                writer.digest(&run.program);
                let kernel = run.kernel.procedures();
                writer.count(kernel.len());
                kernel.iter().for_each(|digest| writer.digest(digest));
                for list in [&run.inputs, &run.outputs] {
                    writer.count(list.len());
                    list.iter().for_each(|&item| writer.felt(item));
                }
                writer.u64(run.cycle_limit.unwrap_or(0));
                match &run.proof {
                    None => writer.u8(0),
                    Some(proof) => {
                        writer.u8(1);
                        writer.count(proof.len());
                        writer.bytes(proof);
                    }
                }
            }
        }
        writer.finish()
    }

    /// Decodes an entry.
    ///
    /// # Errors
    /// If the bytes are not the encoding of an entry.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (root_before, root_after) = (reader.digest(WHAT)?, reader.digest(WHAT)?);
        let offset = reader.offset();
        let cause = match reader.u8(WHAT)? {
            EDIT => Cause::Edit { entries: reader.u64(WHAT)? },
            RUN => Cause::Run(Run::read(&mut reader)?),
            _ => return Err(DecodeError::Invalid { what: WHAT, offset, reason: "unknown cause" }),
        };
        reader.finish()?;
        Ok(Self { root_before, root_after, cause })
    }

    /// The execution, if the change comes from one.
    pub const fn run(&self) -> Option<&Run> {
        match &self.cause {
            Cause::Run(run) => Some(run),
            Cause::Edit { .. } => None,
        }
    }
}

impl Run {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let program = reader.digest(WHAT)?;
        let offset = reader.offset();
        let count = reader.count(Digest::NUM_BYTES, WHAT)?;
        let procedures = (0..count).map(|_| reader.digest(WHAT)).collect::<Result<_, _>>()?;
        let kernel = Kernel::new(procedures).map_err(|_| DecodeError::Invalid {
            what: WHAT,
            offset,
            reason: "the procedures are not those of a kernel",
        })?;
        let mut list = || {
            let count = reader.count(size_of::<u64>(), WHAT)?;
            (0..count).map(|_| reader.felt(WHAT)).collect::<Result<Vec<_>, _>>()
        };
        let (inputs, outputs) = (list()?, list()?);
        let cycle_limit = Some(reader.u64(WHAT)?).filter(|&limit| limit != 0);
        let offset = reader.offset();
        let proof = match reader.u8(WHAT)? {
            0 => None,
            1 => {
                let count = reader.count(1, WHAT)?;
                Some(reader.bytes(count, WHAT)?.to_vec())
            }
            _ => return Err(DecodeError::Invalid { what: WHAT, offset, reason: "a flag is not 0 or 1" }),
        };
        Ok(Self { program, kernel, inputs, outputs, cycle_limit, proof })
    }
}
