//! The machine as an algebraic intermediate representation for the STARK backend.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt, Shared,
    field::{ExtensionOf, FieldElement},
    trace::WIDTH,
};
use winter_air::{
    Air, AirContext, Assertion, AuxRandElements, EvaluationFrame, ProofOptions, TraceInfo,
    TransitionConstraintDegree,
};

use crate::{
    PublicInputs, StatementConstants,
    boundary::{Boundary, boundaries},
    bus::{AuxColumn, Challenges, NUM_CHALLENGES, enforce_aux, final_sum},
    constraints::enforce_main,
    eval::{ConstraintProgram, CountSink, Degree, DegreeSink, Label, MAX_DEGREE, Nothing, Residuals},
    frame::Frame,
    periodic,
};

/// Shape of a trace with `num_rows` rows, a power of two of at least 8.
///
/// # Panics
/// If `num_rows` is not such a number.
pub fn trace_info(num_rows: usize) -> TraceInfo {
    TraceInfo::new_multi_segment(WIDTH, AuxColumn::COUNT, NUM_CHALLENGES, num_rows, Vec::new())
}

/// Labels and degrees of the constraints of the main segment, in order.
pub fn main_degrees() -> Vec<(Label, Degree)> {
    let row = [Degree(1); WIDTH];
    let periodic = [Degree(1); periodic::WIDTH];
    let mut sink = DegreeSink::default();
    enforce_main(&mut sink, &Frame::new(&row, &row, &periodic), StatementConstants::any());
    sink.degrees
}

/// Number of constraints of the main segment.
fn num_main_constraints() -> usize {
    let row = [Nothing; WIDTH];
    let periodic = [Nothing; periodic::WIDTH];
    let mut sink = CountSink::default();
    enforce_main(&mut sink, &Frame::new(&row, &row, &periodic), StatementConstants::any());
    sink.count
}

/// The constraints of the machine for one statement.
pub struct MidenAir {
    context: AirContext<Felt>,
    public_inputs: PublicInputs,
    constants: StatementConstants,
    boundaries: Vec<Boundary>,
}

impl MidenAir {
    /// The statement and the parameters that the constraints belong to.
    pub const fn public_inputs(&self) -> &PublicInputs {
        &self.public_inputs
    }

    /// The transition constraints as a program, whose output is their sum with the coefficients of the composition.
    pub fn constraint_program(&self) -> Shared<ConstraintProgram> {
        ConstraintProgram::transition(self.constants)
    }
}

impl Air for MidenAir {
    type BaseField = Felt;
    type PublicInputs = PublicInputs;

    /// The shape must be that of [`trace_info`], and [`PublicInputs::check_rows`] must have accepted its length.
    fn new(trace_info: TraceInfo, public_inputs: PublicInputs, options: ProofOptions) -> Self {
        // The backend uses the largest degree only, and to derive the others here would be a third of the code that
        // evaluates the constraints.
        let declare = |count| vec![TransitionConstraintDegree::new(MAX_DEGREE); count];
        let execution_rows = public_inputs.hiding().execution_rows(trace_info.length());
        let boundaries = boundaries(public_inputs.statement(), execution_rows);
        let context = AirContext::new_multi_segment(
            trace_info,
            declare(num_main_constraints()),
            declare(AuxColumn::COUNT),
            boundaries.len(),
            NUM_AUX_ASSERTIONS,
            options,
        );
        let constants = StatementConstants::new(public_inputs.statement());
        Self { context, public_inputs, constants, boundaries }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        periodic_values: &[E],
        result: &mut [E],
    ) {
        let frame = Frame::from_slices(frame.current(), frame.next(), periodic_values).expect(ROW_WIDTHS);
        let mut residuals = Residuals::new(result);
        enforce_main(&mut residuals, &frame, self.constants);
        residuals.finish();
    }

    fn evaluate_aux_transition<F, E>(
        &self,
        main_frame: &EvaluationFrame<F>,
        aux_frame: &EvaluationFrame<E>,
        periodic_values: &[F],
        aux_rand_elements: &AuxRandElements<E>,
        result: &mut [E],
    ) where
        F: FieldElement<BaseField = Felt>,
        E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
    {
        let frame = Frame::from_slices(main_frame.current(), main_frame.next(), periodic_values);
        let challenges = Challenges::new(aux_rand_elements.rand_elements());
        enforce_aux(
            &frame.expect(ROW_WIDTHS),
            aux_frame.current().try_into().expect(ROW_WIDTHS),
            aux_frame.next().try_into().expect(ROW_WIDTHS),
            challenges.expect(ALL_CHALLENGES),
            result.try_into().expect("one constraint per auxiliary column is declared"),
        );
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        self.boundaries.iter().map(|cell| Assertion::single(cell.column, cell.row, cell.value)).collect()
    }

    /// The running sum starts with 0 and ends with the value that balances the messages of the statement.
    fn get_aux_assertions<E: FieldElement<BaseField = Felt>>(
        &self,
        aux_rand_elements: &AuxRandElements<E>,
    ) -> Vec<Assertion<E>> {
        let sum = AuxColumn::Sum.index();
        let challenges = Challenges::new(aux_rand_elements.rand_elements()).expect(ALL_CHALLENGES);
        // A public message whose denominator is zero has no fraction, and no final value is right: the sum then has to
        // rise from 1 to 0, which no honest trace does. For this a challenge has to equal one of fewer than 2^18 public
        // messages, in a field of at least 2^127 elements.
        let (start, end) = match final_sum(self.public_inputs.statement(), challenges) {
            Some(end) => (E::ZERO, end),
            None => (E::ONE, E::ZERO),
        };
        let last = self.public_inputs.hiding().execution_rows(self.context.trace_len()) - 1;
        [Assertion::single(sum, 0, start), Assertion::single(sum, last, end)].into()
    }

    fn get_periodic_column_values(&self) -> Vec<Vec<Felt>> {
        periodic::columns()
    }
}

/// First and last cell of the running sum.
const NUM_AUX_ASSERTIONS: usize = 2;

// Widths come from `trace_info` on both sides; none is read from a proof.
const ROW_WIDTHS: &str = "rows have the widths of `trace_info`";
const ALL_CHALLENGES: &str = "the backend draws as many challenges as `trace_info` declares";
