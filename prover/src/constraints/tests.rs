use alloc::vec::Vec;
use core::array;

use miden_air::{
    AuxColumn, Challenges, Frame, ParameterSet, PublicInputs, RowFractions, inspect::NUM_CHALLENGES,
};
use miden_assembly::{Assembler, Source};
use miden_core::{StackInputs, Statement, params::MIN_TRACE_ROWS, trace::WIDTH};
use miden_processor::Executor;
use miden_vector::{Instructions, dispatch_to};
use winter_air::{EvaluationFrame, PartitionOptions};
use winter_crypto::{MerkleTree, hashers::Blake3_256};
use winter_math::{
    StarkField, fft,
    fields::{CubeExtension, QuadExtension},
};
use winter_prover::{
    ConstraintEvaluator as _, DefaultConstraintEvaluator, DefaultTraceLde, StarkDomain, TraceLde,
    matrix::ColMatrix,
};

use super::*;
use crate::{control::Control, table::PANEL};

#[path = "../../tests/stock/aux_trace.rs"]
mod aux_trace;

use aux_trace::build_aux_columns;

const SUCCESS: &str = "
    proc.double dup.0 add end
    begin
        push.1 mem_store.7 mem_load.7 exec.double
        push.5.6.7.8 mem_storew.9 hash u32split u32checked_and
        while.true push.0 end
    end";
const FAULT: &str = "begin push.3 u32assert push.0 assert end";

/// The trace of a program.
fn execute(source: &str) -> (ColMatrix<Felt>, Statement) {
    let program = Assembler::new().assemble(&Source::new("test", source)).unwrap().program;
    let stack = StackInputs::from_ints(&(1..=20).collect::<Vec<u64>>()).unwrap();
    let trace = Executor::new(&program).with_stack(stack.clone()).trace().unwrap();
    let statement = trace.statement(&program, &stack);
    (ColMatrix::new(trace.to_columns()), statement)
}

/// Columns without structure: every flag and every constraint is nonzero.
fn random(statement: Statement) -> (ColMatrix<Felt>, Statement) {
    random_rows(statement, MIN_TRACE_ROWS)
}

fn random_rows(statement: Statement, rows: usize) -> (ColMatrix<Felt>, Statement) {
    let columns = (0..WIDTH as u64).map(|column| elements(100 + column, rows));
    (ColMatrix::new(columns.collect()), statement)
}

/// Elements of a fixed sequence.
fn elements<E: FieldElement<BaseField = Felt>>(seed: u64, count: usize) -> Vec<E> {
    let parts = (0..(count * E::EXTENSION_DEGREE) as u64).map(|i| {
        let x = Felt::new(seed * 1_000_003 + i + 2);
        x.exp(11) + x.exp(5)
    });
    let parts: Vec<Felt> = parts.collect();
    E::slice_from_base_elements(&parts).to_vec()
}

/// A trace with its extension by the backend.
struct Extended<E: FieldElement<BaseField = Felt>> {
    air: MidenAir,
    columns: ColMatrix<Felt>,
    challenges: AuxRandElements<E>,
    auxiliary: Vec<Vec<E>>,
    domain: StarkDomain<Felt>,
    lde: DefaultTraceLde<E, Blake3_256<Felt>, MerkleTree<Blake3_256<Felt>>>,
}

impl<E: FieldElement<BaseField = Felt>> Extended<E> {
    fn new(set: ParameterSet, (columns, statement): (ColMatrix<Felt>, Statement)) -> Self {
        let info = miden_air::trace_info(columns.num_rows());
        let air = MidenAir::new(info.clone(), PublicInputs::new(statement, set), set.proof_options());
        let domain = StarkDomain::new(&air);
        let (mut lde, _) = DefaultTraceLde::new(&info, &columns, &domain, PartitionOptions::default());
        let challenges = elements::<E>(1, NUM_CHALLENGES);
        let auxiliary = build_aux_columns(&columns, Challenges::new(&challenges).unwrap());
        lde.set_aux_trace(&ColMatrix::new(auxiliary.clone()), &domain);
        let challenges = AuxRandElements::new(challenges);
        Self { air, columns, challenges, auxiliary, domain, lde }
    }

    fn coefficients(&self) -> ConstraintCompositionCoefficients<E> {
        ConstraintCompositionCoefficients {
            transition: elements(2, self.air.context().num_transition_constraints()),
            boundary: elements(3, self.air.context().num_assertions()),
        }
    }

    /// The trace as a table.
    fn trace(&self) -> Table {
        let rows = self.columns.num_rows();
        let mut table = Table::new(WIDTH, rows, 1);
        for row in 0..rows {
            let cells: Vec<Felt> = (0..WIDTH).map(|column| self.columns.get(column, row)).collect();
            fill(&mut table, 0, row, &cells);
        }
        table
    }

    /// The extension as tables.
    fn tables(&self) -> (Table, Table) {
        let (rows, blowup) = (self.columns.num_rows(), self.lde.blowup());
        let mut frame = EvaluationFrame::new(WIDTH);
        let mut aux_frame = EvaluationFrame::<E>::new(AuxColumn::COUNT);
        let mut main = Table::new(WIDTH, rows, blowup);
        let mut auxiliary = Table::new(AuxColumn::COUNT * E::EXTENSION_DEGREE, rows, blowup);
        for step in 0..rows * blowup {
            let (coset, row) = (step % blowup, step / blowup);
            self.lde.read_main_trace_frame_into(step, &mut frame);
            fill(&mut main, coset, row, frame.current());
            self.lde.read_aux_trace_frame_into(step, &mut aux_frame);
            fill(&mut auxiliary, coset, row, E::slice_as_base_elements(aux_frame.current()));
        }
        (main, auxiliary)
    }
}

fn fill(table: &mut Table, coset: usize, row: usize, values: &[Felt]) {
    for (column, &value) in values.iter().enumerate() {
        table.coset_mut(column / PANEL, coset)[row].0[column % PANEL] = value;
    }
}

fn check_quotient<E: FieldElement<BaseField = Felt>>(set: ParameterSet, trace: (ColMatrix<Felt>, Statement)) {
    let extended = Extended::<E>::new(set, trace);
    let coefficients = extended.coefficients();
    let backend = DefaultConstraintEvaluator::new(
        &extended.air,
        Some(extended.challenges.clone()),
        coefficients.clone(),
    );
    let expected = backend.evaluate(&extended.lde, &extended.domain).into_inner();
    let evaluator =
        ConstraintEvaluator::new(&extended.air, &extended.challenges, &coefficients, &Control::unwatched());
    let (main, auxiliary) = extended.tables();
    let cosets = extended.air.ce_blowup_factor();
    let stride = main.cosets() / cosets;
    let mut quotient = Table::new(E::EXTENSION_DEGREE, main.rows(), cosets);
    for (coset, quotient) in quotient.cosets_mut().enumerate() {
        let [main, auxiliary] = [&main, &auxiliary].map(|table| (table, coset * stride));
        evaluator.evaluate(coset, main, auxiliary, quotient, &Control::unwatched());
    }
    for (step, value) in expected.into_iter().enumerate() {
        let (coset, row) = (step % cosets, step / cosets);
        for component in 0..E::EXTENSION_DEGREE {
            let got = quotient.cell(component, coset, row);
            assert_eq!(got, value.base_element(component), "{set}, coset {coset}, row {row}");
        }
    }
}

#[test]
fn the_quotient_equals_the_backends() {
    check_quotient::<QuadExtension<Felt>>(ParameterSet::Fast96, execute(SUCCESS));
    check_quotient::<CubeExtension<Felt>>(ParameterSet::Std128, execute(FAULT));
}

#[test]
fn the_quotient_of_any_columns_equals_the_backends() {
    let (_, success) = execute(SUCCESS);
    let (_, fault) = execute(FAULT);
    check_quotient::<Felt>(ParameterSet::Fast96, random(fault.clone()));
    check_quotient::<QuadExtension<Felt>>(ParameterSet::Small96, random(fault));
    check_quotient::<CubeExtension<Felt>>(ParameterSet::Proven100, random(success));
}

fn check_auxiliary<E: FieldElement<BaseField = Felt>>(trace: (ColMatrix<Felt>, Statement)) {
    let extended = Extended::<E>::new(ParameterSet::Fast96, trace);
    let challenges = Challenges::new(extended.challenges.rand_elements()).unwrap();
    let table = build_auxiliary(&extended.trace(), MIN_TRACE_ROWS, challenges, &Control::unwatched());
    for (column, expected) in extended.auxiliary.iter().enumerate() {
        for (row, expected) in expected.iter().enumerate() {
            for component in 0..E::EXTENSION_DEGREE {
                let got = table.cell(column * E::EXTENSION_DEGREE + component, 0, row);
                assert_eq!(got, expected.base_element(component), "column {column}, row {row}");
            }
        }
    }
}

#[test]
fn auxiliary_columns_equal_those_of_the_definition() {
    let trace = execute(SUCCESS);
    check_auxiliary::<Felt>(random(trace.1.clone()));
    check_auxiliary::<QuadExtension<Felt>>(random(trace.1.clone()));
    check_auxiliary::<CubeExtension<Felt>>(trace);
}

#[test]
fn all_instructions_compute_the_same() {
    type E = QuadExtension<Felt>;
    let (_, statement) = execute(SUCCESS);
    let extended = Extended::<E>::new(ParameterSet::Fast96, random(statement));
    let coefficients = extended.coefficients();
    let evaluator =
        Evaluator::<2>::new(&extended.air, &extended.challenges, &coefficients, &Control::unwatched());
    let (main, auxiliary) = extended.tables();
    let challenges = Challenges::new(extended.challenges.rand_elements()).unwrap();
    let trace = extended.trace();
    let evaluate = |instructions| {
        // The last rows, whose next row is the first one.
        let (coset, start) = (1, MIN_TRACE_ROWS - MAX_BLOCK);
        let mut quotient = [Line::ZERO; MAX_BLOCK];
        let (main, auxiliary) = (Rows::of_coset(&main, coset), Rows::of_coset(&auxiliary, coset));
        let rows =
            Evaluation { evaluator: &evaluator, coset, main, auxiliary, start, quotient: &mut quotient };
        dispatch_to(instructions, rows)?;
        let table = auxiliary::build::<E, 2>(
            &trace,
            MIN_TRACE_ROWS,
            challenges,
            &Control::unwatched(),
            |fractions| {
                dispatch_to(instructions, fractions);
            },
        );
        let panels: Vec<Line> =
            (0..table.panels()).flat_map(|panel| table.coset(panel, 0).to_vec()).collect();
        Some((quotient, panels))
    };
    let expected = evaluate(Instructions::Scalar);
    for instructions in Instructions::ALL {
        let got = evaluate(instructions);
        assert!(got.is_none() || got == expected, "{instructions:?}");
    }
}

#[test]
fn a_denominator_of_zero_spoils_no_other_value() {
    // The message of this fraction has the row number, so no other denominator is equal.
    let (row, fraction) = (700, 2);
    let mut extended = Extended::<Felt>::new(ParameterSet::Fast96, execute(SUCCESS));
    let trace = extended.trace();
    let cells = |row: usize| -> [Felt; WIDTH] { array::from_fn(|column| trace.cell(column, 0, row)) };
    let periodic = array::from_fn(|i| {
        let column = &miden_air::periodic::columns()[i];
        column[row % column.len()]
    });
    let (current, next) = (cells(row), cells(row + 1));
    let frame = Frame::new(&current, &next, &periodic);
    let mut challenges = extended.challenges.rand_elements().to_vec();
    let fractions = RowFractions::new(&frame, Challenges::new(&challenges).unwrap());
    let (column, _, denominator) = fractions.iter().nth(fraction).unwrap();
    challenges[0] -= denominator;
    let challenges = Challenges::new(&challenges).unwrap();
    extended.auxiliary = build_aux_columns(&extended.columns, challenges);

    let table = build_auxiliary(&trace, MIN_TRACE_ROWS, challenges, &Control::unwatched());
    for other in AuxColumn::ALL.into_iter().filter(|&other| other != column && other != AuxColumn::Sum) {
        for (row, &expected) in extended.auxiliary[other.index()].iter().enumerate() {
            assert_eq!(table.cell(other.index(), 0, row), expected, "{other:?}, row {row}");
        }
    }
    for row in (0..row).chain(row + 1..MIN_TRACE_ROWS) {
        assert_eq!(table.cell(column.index(), 0, row), extended.auxiliary[column.index()][row], "row {row}");
    }
}

/// The coefficients from `x^(c·n)` on of what the quotient is for these columns: the sum of the transition constraints from
/// its values, times the points of the exempt rows, without its lowest `n` coefficients. For any columns, honest or not.
fn check_overflow<E: FieldElement<BaseField = Felt>>(set: ParameterSet) {
    const BLOWUP: usize = 8;
    let (_, statement) = execute(SUCCESS);
    let extended = Extended::<E>::new(set, random(statement.clone()));
    let (rows, coefficients) = (MIN_TRACE_ROWS, extended.coefficients());
    let inputs = PublicInputs::new(statement, set).with_hiding(true);
    let hiding = inputs.hiding();
    let air = MidenAir::new(miden_air::trace_info(rows), inputs, set.proof_options());
    let control = Control::unwatched();

    // By definition
    let main = extended.columns.interpolate_columns();
    let auxiliary = ColMatrix::new(extended.auxiliary.clone()).interpolate_columns();
    let twiddles = fft::get_twiddles(rows);
    let evaluate =
        |polynomial: &[Felt]| fft::evaluate_poly_with_offset(polynomial, &twiddles, Felt::GENERATOR, BLOWUP);
    let evaluate_extension =
        |polynomial: &[E]| fft::evaluate_poly_with_offset(polynomial, &twiddles, Felt::GENERATOR, BLOWUP);
    let main: Vec<Vec<Felt>> = main.columns().map(evaluate).collect();
    let auxiliary: Vec<Vec<E>> = auxiliary.columns().map(evaluate_extension).collect();
    let periodic = air.get_periodic_column_polys();
    let root = Felt::get_root_of_unity((rows * BLOWUP).ilog2());
    let num_main = miden_air::inspect::main_degrees().len();
    let value = |row: usize| {
        let x = Felt::GENERATOR * root.exp(row as u64);
        let next = (row + BLOWUP) % (rows * BLOWUP);
        let cells = |row: usize| main.iter().map(|column| column[row]).collect();
        let aux_cells = |row: usize| auxiliary.iter().map(|column| column[row]).collect();
        let frame = EvaluationFrame::from_rows(cells(row), cells(next));
        let aux_frame = EvaluationFrame::from_rows(aux_cells(row), aux_cells(next));
        let at = |p: &Vec<Felt>| winter_math::polynom::eval(p, x.exp((rows / p.len()) as u64));
        let periodic: Vec<Felt> = periodic.iter().map(at).collect();
        let mut of_main = alloc::vec![Felt::ZERO; num_main];
        let mut of_aux = alloc::vec![E::ZERO; AuxColumn::COUNT];
        air.evaluate_transition(&frame, &periodic, &mut of_main);
        air.evaluate_aux_transition(&frame, &aux_frame, &periodic, &extended.challenges, &mut of_aux);
        let values = of_main.into_iter().map(E::from).chain(of_aux);
        values.zip(&coefficients.transition).fold(E::ZERO, |sum, (value, &c)| sum + value * c)
    };
    let mut sum: Vec<E> = (0..rows * BLOWUP).map(value).collect();
    fft::interpolate_poly_with_offset(&mut sum, &fft::get_inv_twiddles(rows * BLOWUP), Felt::GENERATOR);
    let exempt: Vec<E> = exempt::polynomial(rows, hiding.exempt_rows()).into_iter().map(E::from).collect();
    let mut product = winter_math::polynom::mul(&sum, &exempt);
    while product.last() == Some(&E::ZERO) {
        product.pop();
    }
    let expected = &product[5 * rows..];

    // As the prover does
    let count = hiding.random_rows() - 3;
    assert_eq!(expected.len(), count);
    let extend =
        |table: &Table| crate::transform::extend(table, Felt::ONE, 4, Felt::GENERATOR, count, &control).1;
    let mut aux_trace = Table::new(AuxColumn::COUNT * E::EXTENSION_DEGREE, rows, 1);
    for row in 0..rows {
        let cells: Vec<E> = extended.auxiliary.iter().map(|column| column[row]).collect();
        fill(&mut aux_trace, 0, row, E::slice_as_base_elements(&cells));
    }
    let evaluator = ConstraintEvaluator::new(&air, &extended.challenges, &coefficients, &control);
    let overflow = evaluator.overflow(&extend(&extended.trace()), &extend(&aux_trace), &control);
    for (i, (line, value)) in overflow.iter().zip(expected).enumerate() {
        for component in 0..E::EXTENSION_DEGREE {
            assert_eq!(line.0[component], value.base_element(component), "{set}, coefficient {i}");
        }
    }
}

#[test]
fn the_highest_coefficients_of_the_quotient_are_those_of_its_definition() {
    check_overflow::<QuadExtension<Felt>>(ParameterSet::Fast96);
    check_overflow::<CubeExtension<Felt>>(ParameterSet::FastProven100);
}

#[test]
fn the_polynomial_of_the_exempt_rows_vanishes_there_only() {
    for count in [1, 2, 86] {
        let rows = MIN_TRACE_ROWS;
        let polynomial = exempt::polynomial(rows, count);
        let g = Felt::get_root_of_unity(rows.ilog2());
        for row in 0..rows {
            let value = winter_math::polynom::eval(&polynomial, g.exp(row as u64));
            assert_eq!(value == Felt::ZERO, row >= rows - count, "{count} rows, row {row}");
        }
        let domain = Domain::new(rows, 4, Felt::GENERATOR);
        let quotients = exempt::quotients(&polynomial, &domain, 4, &Control::unwatched());
        for (coset, row) in [(0, 0), (1, 7), (3, rows - 1)] {
            let x = domain.shift(coset) * g.exp(row as u64);
            let vanishing = x.exp(rows as u64) - Felt::ONE;
            assert_eq!(quotients[coset][row] * vanishing, winter_math::polynom::eval(&polynomial, x));
        }
    }
}
