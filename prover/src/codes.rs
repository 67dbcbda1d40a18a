use crate::ProverError;

/// Expands the table to the functions.
macro_rules! codes {
    ($($pattern:pat => $number:literal, $name:literal;)+) => {
        impl ProverError {
            /// Numbers and names of the errors of the prover itself, by number. Numbers are stable, and never used again
            /// for another error.
            pub const CODES: &[(u16, &str)] = &[$(($number, $name),)+];

            /// Number of the kind of error: one of [`Self::CODES`], or that of the failed execution.
            pub const fn code(&self) -> u16 {
                match self {
                    Self::Execution(error) => error.code(),
                    $($pattern => $number,)+
                }
            }

            /// Name of the kind of error.
            pub const fn kind(&self) -> &'static str {
                match self {
                    Self::Execution(error) => error.kind(),
                    $($pattern => $name,)+
                }
            }
        }
    };
}

codes! {
    Self::TraceLength(_) => 201, "TraceLength";
    Self::Memory { .. } => 202, "ProverMemory";
    Self::Cancelled => 203, "Cancelled";
    Self::Randomness => 204, "Randomness";
    Self::PointInDomain => 205, "ProverPointInDomain";
}
