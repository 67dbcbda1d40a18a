use winter_air::FieldExtension;

use super::ParameterSet;

/// The randomness that makes a proof hide the execution: how much of it there is, and where. Book:
/// design/zero-knowledge.md
///
/// Both numbers are 0 in a proof that hides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hiding {
    random_rows: usize,
    mask_len: usize,
}

impl Hiding {
    /// Nothing is hidden: the execution reaches the end of the trace, and the quotient is sent as it is.
    pub const NONE: Self = Self { random_rows: 0, mask_len: 0 };

    /// The least randomness that hides everything from `queries` queries and a point of an extension of degree `degree`.
    ///
    /// A query shows a column at two points, since the opened quotient also depends on the next row, and so does the
    /// out-of-domain point with its conjugates. A chunk of the quotient is shown once for each. One more keeps uniform
    /// what is not opened, so that its hash tells nothing.
    const fn of_openings(queries: usize, degree: usize) -> Self {
        Self { random_rows: 2 * queries + 2 * degree + 1, mask_len: queries + 2 }
    }

    /// Whether a proof hides the execution.
    pub const fn is_on(self) -> bool {
        self.random_rows > 0
    }

    /// `h`, the number of random rows at the end of every column of the trace.
    pub const fn random_rows(self) -> usize {
        self.random_rows
    }

    /// Number of rows at the end of the trace to which transition constraints do not apply: the last row of the
    /// execution and the random ones.
    pub const fn exempt_rows(self) -> usize {
        self.random_rows + 1
    }

    /// Number of rows of the execution in a trace with `rows` rows, more than there are random ones.
    pub const fn execution_rows(self, rows: usize) -> usize {
        rows - self.random_rows
    }

    /// Number of coefficients of the mask that each chunk of the quotient but the last passes on to the next one.
    pub const fn mask_len(self) -> usize {
        self.mask_len
    }
}

impl ParameterSet {
    /// The randomness of proofs with this set, if they hide the execution.
    pub const fn hiding(self, is_on: bool) -> Hiding {
        if !is_on {
            return Hiding::NONE;
        }
        let degree = match self.extension() {
            FieldExtension::None => 1,
            FieldExtension::Quadratic => 2,
            FieldExtension::Cubic => 3,
        };
        Hiding::of_openings(self.proof_options().num_queries(), degree)
    }
}
