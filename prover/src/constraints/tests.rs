use alloc::vec::Vec;

use miden_air::{AuxColumn, Challenges, ParameterSet, PublicInputs, inspect::NUM_CHALLENGES};
use miden_assembly::{Assembler, Source};
use miden_core::{StackInputs, Statement, params::MIN_TRACE_ROWS, trace::WIDTH};
use miden_processor::Executor;
use winter_air::{EvaluationFrame, PartitionOptions};
use winter_crypto::{MerkleTree, hashers::Blake3_256};
use winter_math::fields::{CubeExtension, QuadExtension};
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
    (ColMatrix::new(trace.into_columns()), statement)
}

/// Columns without structure: every flag and every constraint is nonzero.
fn random(statement: Statement) -> (ColMatrix<Felt>, Statement) {
    let columns = (0..WIDTH as u64).map(|column| elements(100 + column, MIN_TRACE_ROWS));
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
    let evaluator = ConstraintEvaluator::new(&extended.air, &extended.challenges, &coefficients);
    let (main, auxiliary) = extended.tables();
    let quotient = evaluator.evaluate(&main, &auxiliary, &Control::unwatched());
    for (step, value) in expected.into_iter().enumerate() {
        let (coset, row) = (step % evaluator.cosets, step / evaluator.cosets);
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
    let rows = extended.columns.num_rows();
    let mut main = Table::new(WIDTH, rows, 1);
    for row in 0..rows {
        let cells: Vec<Felt> = (0..WIDTH).map(|column| extended.columns.get(column, row)).collect();
        fill(&mut main, 0, row, &cells);
    }
    let challenges = Challenges::new(extended.challenges.rand_elements()).unwrap();
    let table = build_auxiliary(&main, challenges, &Control::unwatched());
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
