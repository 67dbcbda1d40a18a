//! The auxiliary columns: a forged cell breaks the constraint of its column or the final value of the running sum.

mod common;

use std::collections::BTreeSet;

use common::{HIDING, Section, Trace, everything, felt, periodic_row};
use miden_air::{
    AuxColumn, Challenges, Frame, MidenAir, ParameterSet, PublicInputs, RowFractions,
    inspect::NUM_CHALLENGES, trace_info,
};
use miden_core::{Felt, Statement, field::FieldElement};
use winter_air::{Air, Assertion, AuxRandElements, EvaluationFrame};

type AuxRow = [Felt; AuxColumn::COUNT];

/// The rows of an execution with their auxiliary segment, over the base field, which suffices for the equations.
struct Subject {
    trace: Trace,
    air: MidenAir,
    challenges: Vec<Felt>,
    aux: Vec<AuxRow>,
}

/// The constraints for proofs of this statement that hide the execution.
fn air(trace: &Trace, statement: Statement) -> MidenAir {
    let set = ParameterSet::Fast96;
    let inputs = PublicInputs::new(statement, set).with_hiding(true);
    assert_eq!(inputs.hiding(), HIDING);
    MidenAir::new(trace_info(trace.rows.len() + HIDING.random_rows()), inputs, set.proof_options())
}

impl Subject {
    fn new(trace: Trace) -> Self {
        let challenges: Vec<Felt> =
            (0..NUM_CHALLENGES as u64).map(|i| felt(0x9e37_79b9_7f4a_7c15 / (i + 3))).collect();
        let air = air(&trace, trace.statement.clone());
        let mut aux = vec![[Felt::ZERO; AuxColumn::COUNT]; trace.rows.len()];
        let sum = AuxColumn::Sum.index();
        for row in 0..trace.rows.len() - 1 {
            let periodic = periodic_row(row);
            let frame = Frame::new(&trace.rows[row], &trace.rows[row + 1], &periodic);
            let fractions = RowFractions::new(&frame, Challenges::new(&challenges).expect("challenges"));
            let mut total = Felt::ZERO;
            for (column, numerator, denominator) in fractions.iter() {
                let value: Felt = numerator * denominator.inv();
                total += value;
                if column != AuxColumn::Sum {
                    aux[row][column.index()] += value;
                }
            }
            aux[row + 1][sum] = aux[row][sum] + total;
        }
        Self { trace, air, challenges, aux }
    }

    /// The columns whose constraint fails between this row and the next.
    fn broken(&self, row: usize) -> BTreeSet<&'static str> {
        let main =
            EvaluationFrame::from_rows(self.trace.rows[row].to_vec(), self.trace.rows[row + 1].to_vec());
        let aux = EvaluationFrame::from_rows(self.aux[row].to_vec(), self.aux[row + 1].to_vec());
        let mut residuals = [Felt::ZERO; AuxColumn::COUNT];
        let challenges = AuxRandElements::new(self.challenges.clone());
        self.air.evaluate_aux_transition(&main, &aux, &periodic_row(row), &challenges, &mut residuals);
        let failing =
            AuxColumn::ALL.into_iter().zip(residuals).filter(|(_, residual)| *residual != Felt::ZERO);
        failing.map(|(column, _)| column.label()).collect()
    }

    /// Whether the running sum starts and ends with the values that the statement requires.
    fn ends_meet(&self) -> bool {
        self.assertions().iter().all(|cell| self.meets(cell))
    }

    /// The assertions on the first and the last cell of the running sum.
    fn assertions(&self) -> Vec<Assertion<Felt>> {
        self.air.get_aux_assertions(&AuxRandElements::new(self.challenges.clone()))
    }

    fn meets(&self, cell: &Assertion<Felt>) -> bool {
        self.aux[cell.first_step()][cell.column()] == cell.values()[0]
    }
}

#[test]
fn honest_columns_hold() {
    let subject = Subject::new(everything());
    assert!((0..subject.trace.rows.len() - 1).all(|row| subject.broken(row).is_empty()));
    assert!(subject.ends_meet());
}

#[test]
fn a_changed_cell_breaks_its_column() {
    let mut subject = Subject::new(everything());
    // Including the boundaries of execution and chiplets, and rows of the end and of the padding.
    let (active, padding) = (subject.trace.num_active_rows(), subject.trace.section(Section::Padding)[0]);
    let borders = [active - 1, active, padding - 1, padding, subject.trace.rows.len() - 2];
    for row in [0, 1, 5, 8, 100, 700].into_iter().chain(borders) {
        for column in AuxColumn::ALL {
            let honest = subject.aux[row];
            subject.aux[row][column.index()] += Felt::ONE;
            // The running sum adds up the other columns, so its constraint fails as well.
            let expected = BTreeSet::from([column.label(), AuxColumn::Sum.label()]);
            assert_eq!(subject.broken(row), expected, "row {row}, {column:?}");
            subject.aux[row] = honest;
        }
    }
}

#[test]
fn an_omitted_fraction_changes_the_end() {
    // The prover adds up consistently, but omits a fraction that a row sends.
    for column in AuxColumn::ALL {
        let mut subject = Subject::new(everything());
        for row in 10..subject.aux.len() {
            subject.aux[row][AuxColumn::Sum.index()] += Felt::ONE;
        }
        if column != AuxColumn::Sum {
            subject.aux[9][column.index()] += Felt::ONE;
            assert_eq!(subject.broken(9), BTreeSet::from([column.label()]));
        }
        assert!(!subject.ends_meet());
    }
}

#[test]
fn a_sum_that_starts_elsewhere_is_rejected() {
    // All fractions are added up, and the sum ends with the value of a false statement.
    let mut subject = Subject::new(everything());
    let mut statement = subject.trace.statement.clone();
    let mut outputs = statement.outputs.items().to_vec();
    outputs[0] += Felt::ONE;
    statement.outputs = miden_core::StackOutputs::new(outputs).expect("outputs");
    subject.air = air(&subject.trace, statement);
    let [begin, end] = &subject.assertions()[..] else { panic!("two ends") };
    let last = subject.aux[end.first_step()][end.column()];
    let offset = end.values()[0] - last;
    assert_ne!(offset, Felt::ZERO);
    subject.aux.iter_mut().for_each(|row| row[AuxColumn::Sum.index()] += offset);
    assert!((0..subject.aux.len() - 1).all(|row| subject.broken(row).is_empty()));
    assert!(subject.meets(end));
    assert!(!subject.meets(begin));
}

#[test]
fn the_end_depends_on_the_statement() {
    let mut subject = Subject::new(everything());
    let mut statement = subject.trace.statement.clone();
    let mut outputs = statement.outputs.items().to_vec();
    outputs[0] += Felt::ONE;
    statement.outputs = miden_core::StackOutputs::new(outputs).expect("outputs");
    subject.air = air(&subject.trace, statement);
    assert!(!subject.ends_meet());
}
