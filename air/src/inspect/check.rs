//! Checks a trace without a proof: every constraint in every row, every fixed cell, the balance of the bus.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{array, fmt};

use miden_core::{
    Felt, Statement,
    field::FieldElement,
    trace::{WIDTH, column_name},
};

use crate::{
    Hiding, StatementConstants, StatementError,
    boundary::boundaries,
    bus::{Unbalanced, unbalanced},
    constraints::enforce_main,
    eval::{CellSet, ConstraintSink, Label, Tracked},
    frame::Frame,
    periodic::{self, LONGEST_PERIOD},
    public_inputs::check_rows,
};

/// A rule that a trace breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// A constraint is not zero.
    Constraint {
        /// Its label.
        label: Label,
        /// The row; constraints also read the next one.
        row: usize,
        /// The cells that the value depends on, with their values; `'` marks the next row.
        cells: Vec<(String, Felt)>,
    },
    /// A cell differs from the value that the statement fixes.
    Boundary {
        /// Family and cell.
        label: String,
        /// The row.
        row: usize,
        /// The value that the statement fixes.
        expected: Felt,
        /// The value in the trace.
        got: Felt,
    },
    /// A message of the bus does not balance.
    Bus(Unbalanced),
    /// The columns do not have the shape of a trace.
    Shape,
    /// No trace of this length can prove the statement.
    Statement(StatementError),
}

impl Violation {
    /// Name of the rule, without row and values.
    pub fn label(&self) -> String {
        match self {
            Self::Constraint { label, .. } => label.to_string(),
            Self::Boundary { label, .. } => label.clone(),
            Self::Bus(message) => match message.kind {
                Some(kind) => alloc::format!("bus({kind:?})"),
                None => "bus(unknown)".into(),
            },
            Self::Shape => "shape".into(),
            Self::Statement(_) => "statement".into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraint { label, row, cells } => {
                write!(f, "{label} is not zero in row {row}:")?;
                cells.iter().try_for_each(|(name, value)| write!(f, " {name} = {}", value.as_int()))
            }
            Self::Boundary { label, row, expected, got } => {
                write!(f, "{label} in row {row} is {}, must be {}", got.as_int(), expected.as_int())
            }
            Self::Bus(message) => write!(f, "the bus does not balance: {message}"),
            Self::Statement(error) => error.fmt(f),
            Self::Shape => {
                write!(
                    f,
                    "a trace has {WIDTH} columns of one length, a power of two, with at least {LONGEST_PERIOD} rows of the \
                     execution"
                )
            }
        }
    }
}

/// All rules that the trace breaks for this statement: none if it is honest. The columns are those of
/// [`miden_core::trace`].
pub fn check(columns: &[Vec<Felt>], statement: &Statement) -> Vec<Violation> {
    check_hiding(columns, statement, Hiding::NONE)
}

/// Like [`check`], for a trace whose last rows are the random ones of `hiding`.
pub fn check_hiding(columns: &[Vec<Felt>], statement: &Statement, hiding: Hiding) -> Vec<Violation> {
    let length = columns.first().map_or(0, Vec::len);
    let shape = columns.len() == WIDTH && columns.iter().all(|column| column.len() == length);
    let execution = length.checked_sub(hiding.random_rows());
    let Some(num_rows) =
        execution.filter(|&rows| shape && length.is_power_of_two() && rows >= LONGEST_PERIOD)
    else {
        return [Violation::Shape].into();
    };
    if let Err(error) = check_rows(statement, num_rows) {
        return [Violation::Statement(error)].into();
    }
    let rows = Rows::new(columns, num_rows, StatementConstants::new(statement));
    let mut violations = Vec::new();
    for row in 0..num_rows - 1 {
        rows.check_constraints(row, &mut violations);
    }
    for cell in boundaries(statement, num_rows) {
        let got = columns[cell.column][cell.row];
        if got != cell.value {
            let (label, row, expected) = (cell.label(), cell.row, cell.value);
            violations.push(Violation::Boundary { label, row, expected, got });
        }
    }
    let frames = (0..num_rows - 1).map(|row| rows.frame(row));
    violations.extend(unbalanced(frames, Some(statement)).into_iter().map(Violation::Bus));
    violations
}

/// Labels of the constraints that two neighbouring rows break.
pub fn broken_constraints(frame: &Frame<'_, Felt>, constants: StatementConstants) -> Vec<Label> {
    let mut broken = BrokenLabels::default();
    enforce_main(&mut broken, frame, constants);
    broken.0
}

/// The messages that the first rows of the frames send and that do not balance among them. Rows are numbered by frame.
pub fn sent_messages<'a>(frames: impl IntoIterator<Item = Frame<'a, Felt>>) -> Vec<Unbalanced> {
    unbalanced(frames, None)
}

/// The trace by rows.
struct Rows {
    rows: Vec<[Felt; WIDTH]>,
    periodic: Vec<[Felt; periodic::WIDTH]>,
    constants: StatementConstants,
}

impl Rows {
    fn new(columns: &[Vec<Felt>], num_rows: usize, constants: StatementConstants) -> Self {
        let periodic_columns = periodic::columns();
        let periodic = |row: usize| array::from_fn(|i| periodic_columns[i][row % periodic_columns[i].len()]);
        Self {
            rows: (0..num_rows).map(|row| array::from_fn(|column| columns[column][row])).collect(),
            periodic: (0..LONGEST_PERIOD).map(periodic).collect(),
            constants,
        }
    }

    fn frame(&self, row: usize) -> Frame<'_, Felt> {
        Frame::new(&self.rows[row], &self.rows[row + 1], &self.periodic[row % self.periodic.len()])
    }

    fn check_constraints(&self, row: usize, violations: &mut Vec<Violation>) {
        let mut quick = Nonzero { any: false };
        enforce_main(&mut quick, &self.frame(row), self.constants);
        if !quick.any {
            return;
        }
        // Only a broken row is worth the cost of tracking cells.
        let tracked = |value, cells| Tracked { value, cells };
        let current = array::from_fn(|i| tracked(self.rows[row][i], CellSet::current(i)));
        let next = array::from_fn(|i| tracked(self.rows[row + 1][i], CellSet::next(i)));
        let periodic =
            self.periodic[row % self.periodic.len()].map(|value| tracked(value, CellSet::default()));
        let mut broken = Broken::default();
        enforce_main(&mut broken, &Frame::new(&current, &next, &periodic), self.constants);
        violations.extend(broken.0.into_iter().map(|(label, cells)| {
            let cells = cells.iter().map(|(column, is_next)| {
                let name = column_name(column).expect("a column of the main trace");
                let value = self.rows[row + usize::from(is_next)][column];
                (if is_next { name + "'" } else { name }, value)
            });
            Violation::Constraint { label, row, cells: cells.collect() }
        }));
    }
}

/// Records whether any constraint fails.
struct Nonzero {
    any: bool,
}

impl ConstraintSink for Nonzero {
    type Expr = Felt;

    fn constrain(&mut self, _label: Label, expr: Felt) {
        self.any |= expr != Felt::ZERO;
    }
}

/// Collects the failing constraints with their cells.
#[derive(Default)]
struct Broken(Vec<(Label, CellSet)>);

impl ConstraintSink for Broken {
    type Expr = Tracked;

    fn constrain(&mut self, label: Label, expr: Tracked) {
        if expr.value != Felt::ZERO {
            self.0.push((label, expr.cells));
        }
    }
}

/// Collects the labels of the failing constraints.
#[derive(Default)]
struct BrokenLabels(Vec<Label>);

impl ConstraintSink for BrokenLabels {
    type Expr = Felt;

    fn constrain(&mut self, label: Label, expr: Felt) {
        if expr != Felt::ZERO {
            self.0.push(label);
        }
    }
}
