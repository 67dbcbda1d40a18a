use miden_core::{DecodeError, Reader, Writer, params::FORMAT_VERSION};

use crate::ParameterSet;

const MAGIC: &[u8; 4] = b"MDPF";

/// The reason why bytes are not a proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The bytes cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The header names a parameter set that does not exist.
    #[error("parameter set {id} is unknown; the proof comes from another version")]
    UnknownParameterSet {
        /// The number in the header.
        id: u8,
    },
    /// The header names a trace length that the parameter set does not accept.
    #[error("{set} does not accept traces of 2^{log2} rows, only 2^{min} to 2^{max}")]
    TraceLength {
        /// The parameter set.
        set: ParameterSet,
        /// The exponent in the header.
        log2: u8,
        /// Smallest exponent.
        min: u32,
        /// Largest exponent.
        max: u32,
    },
}

/// The first bytes of a proof: parameter set and trace length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofHeader {
    parameter_set: ParameterSet,
    trace_log2: u8,
}

impl ProofHeader {
    /// Describes a proof for a trace with 2^`trace_log2` rows.
    ///
    /// # Errors
    /// If the parameter set does not accept the length.
    pub fn new(parameter_set: ParameterSet, trace_log2: u8) -> Result<Self, ProofError> {
        let (min, max) = parameter_set.trace_log2_range();
        if (min..=max).contains(&u32::from(trace_log2)) {
            Ok(Self { parameter_set, trace_log2 })
        } else {
            Err(ProofError::TraceLength { set: parameter_set, log2: trace_log2, min, max })
        }
    }

    /// Reads the header.
    ///
    /// # Errors
    /// If the bytes do not begin with a proof header of this version.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, ProofError> {
        reader.header(MAGIC, FORMAT_VERSION, "Miden proof")?;
        let id = reader.u8("parameter set")?;
        let set = ParameterSet::from_id(id).ok_or(ProofError::UnknownParameterSet { id })?;
        Self::new(set, reader.u8("trace length")?)
    }

    /// Writes the header.
    pub fn write(self, writer: &mut Writer) {
        writer.header(MAGIC, FORMAT_VERSION);
        writer.u8(self.parameter_set.id());
        writer.u8(self.trace_log2);
    }

    /// The parameters.
    pub const fn parameter_set(self) -> ParameterSet {
        self.parameter_set
    }

    /// Number of rows of the trace.
    pub const fn trace_rows(self) -> usize {
        1 << self.trace_log2
    }
}
