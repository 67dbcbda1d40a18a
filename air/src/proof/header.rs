use miden_core::{DecodeError, Reader, Writer, params::FORMAT_VERSION};

use crate::{Hiding, ParameterSet};

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
    /// The header has options that do not exist.
    #[error("options {options:#04x} are unknown; the proof comes from another version")]
    UnknownOptions {
        /// The options in the header.
        options: u8,
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

/// The bit of the options that says that the proof hides the execution.
const HIDING: u8 = 1;

/// The first bytes of a proof: parameter set, trace length, and whether it hides the execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofHeader {
    parameter_set: ParameterSet,
    trace_log2: u8,
    hiding: bool,
}

impl ProofHeader {
    /// Describes a proof for a trace with 2^`trace_log2` rows, which does not hide the execution.
    ///
    /// # Errors
    /// If the parameter set does not accept the length.
    pub fn new(parameter_set: ParameterSet, trace_log2: u8) -> Result<Self, ProofError> {
        let (min, max) = parameter_set.trace_log2_range();
        if (min..=max).contains(&u32::from(trace_log2)) {
            Ok(Self { parameter_set, trace_log2, hiding: false })
        } else {
            Err(ProofError::TraceLength { set: parameter_set, log2: trace_log2, min, max })
        }
    }

    /// Sets whether the proof hides the execution.
    #[must_use]
    pub const fn with_hiding(self, hiding: bool) -> Self {
        Self { hiding, ..self }
    }

    /// Reads the header.
    ///
    /// # Errors
    /// If the bytes do not begin with a proof header of this version.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, ProofError> {
        reader.header(MAGIC, FORMAT_VERSION, "Miden proof")?;
        let id = reader.u8("parameter set")?;
        let set = ParameterSet::from_id(id).ok_or(ProofError::UnknownParameterSet { id })?;
        let header = Self::new(set, reader.u8("trace length")?)?;
        match reader.u8("options")? {
            0 => Ok(header),
            HIDING => Ok(header.with_hiding(true)),
            options => Err(ProofError::UnknownOptions { options }),
        }
    }

    /// Writes the header.
    pub fn write(self, writer: &mut Writer) {
        writer.header(MAGIC, FORMAT_VERSION);
        writer.u8(self.parameter_set.id());
        writer.u8(self.trace_log2);
        writer.u8(if self.hiding { HIDING } else { 0 });
    }

    /// The parameters.
    pub const fn parameter_set(self) -> ParameterSet {
        self.parameter_set
    }

    /// Whether the proof hides the execution.
    pub const fn hides(self) -> bool {
        self.hiding
    }

    /// The randomness of the proof.
    pub const fn hiding(self) -> Hiding {
        self.parameter_set.hiding(self.hiding)
    }

    /// Number of rows of the trace.
    pub const fn trace_rows(self) -> usize {
        1 << self.trace_log2
    }
}
