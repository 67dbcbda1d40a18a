//! The protocol: from the panels of the trace to the messages and openings of a proof. Book: design/pipeline.md

use alloc::vec::Vec;

use miden_air::{
    Challenges, MidenAir,
    proof::{Messages, Openings, ProofShape, merge_evaluations},
};
use miden_core::{Felt, field::FieldElement, trace::WIDTH};
use winter_air::{Air, ProofOptions, proof::TraceOodFrame};

use crate::{
    ProverError, Stage,
    commitment::RowHash,
    constraints::{ConstraintEvaluator, build_auxiliary},
    control::Control,
    randomness::{Purpose, Randomness},
    table::{Line, Table},
    transform,
};

mod chunks;
mod committed;
mod deep;
mod domain;
mod extension;
mod fold;
mod grinding;
mod lanes;
mod low_degree;
mod out_of_domain;
mod quotient;
mod segment;
#[cfg(test)]
mod tests;
mod transcript;
mod units;

use chunks::chunks;
use committed::Committed;
use deep::{Combined, Mask, deep_values};
pub(crate) use domain::Domain;
use extension::extend_values;
use grinding::grind;
use low_degree::LowDegreeTest;
use out_of_domain::{OutOfDomain, combine_components};
use quotient::quotient_columns;
use segment::{Extended, Segment};
use transcript::{Coefficients, Transcript};
use units::Units;

/// A trace to be proven.
pub(crate) struct Trace {
    /// The rows of the execution: panels of the columns in `miden_core::trace`, of equal lengths.
    pub(crate) panels: Vec<Vec<Line>>,
    /// What fills up the panels and masks the quotient, if the proof hides the execution.
    pub(crate) randomness: Option<Randomness>,
    /// Whether cosets of the segments are computed again instead of kept.
    pub(crate) low_memory: bool,
}

/// The parts of a proof after its header.
pub(crate) type Parts<H, E> = (Messages<H, E>, Openings<H, E>);

/// Proves that the trace satisfies the constraints.
pub(crate) fn prove<H, E>(
    trace: Trace,
    air: &MidenAir,
    shape: &ProofShape,
    control: &Control<'_>,
) -> Result<Parts<H, E>, ProverError>
where
    H: RowHash,
    E: FieldElement<BaseField = Felt>,
{
    let Trace { panels, randomness, low_memory } = trace;
    let options = shape.options();
    let domain = Domain::new(air.trace_length(), options.blowup_factor(), air.domain_offset());
    let offset = domain.coset_offset(0);
    let rows_of_execution = shape.hiding().execution_rows(domain.rows());
    // The coefficients of the quotient that its values on the constraint domain do not determine.
    let overflow = shape.quotient_len().saturating_sub(air.ce_blowup_factor() * domain.rows());
    let extend = |table| Segment::<H>::extend(table, &domain, overflow, low_memory, control);
    let mut transcript = Transcript::<E, H>::new(shape, air);

    let units = Units::new(WIDTH, shape, E::EXTENSION_DEGREE, air.ce_blowup_factor());

    // 1 ----- fill up the main segment, extend it and commit to it
    control.begin(Stage::CommitTrace, units.commit_trace())?;
    let mut trace = Table::of_trace(panels, domain.rows());
    if let Some(randomness) = &randomness {
        randomness.fill_rows(&mut trace, Purpose::MainRows, rows_of_execution);
    }
    let Extended { segment: mut main, trace, highest: highest_main } = extend(trace)?;
    transcript.commit(main.root());

    // 2 ----- build the auxiliary segment, extend it and commit to it
    control.begin(Stage::BuildAuxTrace, units.build_aux_trace())?;
    let challenges = transcript.challenges(air);
    let of_bus = all_challenges(challenges.rand_elements());
    let main_trace = main.trace(trace.as_ref(), control);
    let mut aux_trace = build_auxiliary(main_trace, rows_of_execution, of_bus, control);
    drop(trace);
    if let Some(randomness) = &randomness {
        randomness.fill_rows(&mut aux_trace, Purpose::AuxRows, rows_of_execution);
    }
    let Extended { segment: mut aux, trace: aux_trace, highest: highest_aux } = extend(aux_trace)?;
    drop(aux_trace);
    transcript.commit(aux.root());

    // 3 ----- evaluate the quotient on the cosets of the constraint domain, and its coefficients above
    control.begin(Stage::EvaluateConstraints, units.evaluate_constraints())?;
    let coefficients = transcript.constraint_coefficients(air);
    let evaluator = ConstraintEvaluator::new(air, &challenges, &coefficients, control);
    let mut values = Table::new(E::EXTENSION_DEGREE, domain.rows(), air.ce_blowup_factor());
    let stride = domain.blowup() / values.cosets();
    // The first coset comes last, as the next steps read it.
    for (coset, values) in values.cosets_mut().enumerate().rev() {
        let coset_of_domain = coset * stride;
        main.load(coset_of_domain, control);
        aux.load(coset_of_domain, control);
        evaluator.evaluate(coset, main.coset(coset_of_domain), aux.coset(coset_of_domain), values, control);
    }
    main.keep_first(control);
    aux.keep_first(control);
    let overflow = evaluator.overflow(&highest_main, &highest_aux, control);
    drop((evaluator, highest_main, highest_aux));

    // 4 ----- split it into chunks, mask them, extend them and commit to them
    control.begin(Stage::CommitQuotient, units.commit_quotient())?;
    let columns = quotient_columns(values, &domain, E::EXTENSION_DEGREE, control);
    control.check()?;
    let randomness = randomness.as_ref();
    let chunks = chunks(columns, &overflow, shape, &domain, randomness, E::EXTENSION_DEGREE, control);
    let quotient =
        Committed::<H>::new(transform::evaluate(&chunks, domain.blowup(), offset, control), control)?;
    drop(chunks);
    transcript.commit(quotient.root());

    // 5 ----- evaluate all columns out of the domain
    control.begin(Stage::LowDegreeTest, units.low_degree_test())?;
    let z = transcript.point();
    if OutOfDomain::is_in_domain(z, &domain) {
        return Err(ProverError::PointInDomain);
    }
    let point = OutOfDomain::new(z, &domain, control);
    control.check()?;
    let [current, next] = {
        let main = point.evaluate(main.first(), control);
        let aux = point.evaluate(aux.first(), control).map(|values| combine_components(&values));
        let [mut current, mut next] = main;
        let [aux_current, aux_next] = aux;
        current.extend(aux_current);
        next.extend(aux_next);
        [current, next]
    };
    let main_width = main.first().width();
    let trace_frame = TraceOodFrame::new(current, next, main_width);
    let [mut chunks, mut next_chunks] =
        point.evaluate(quotient.table(), control).map(|values| combine_components::<E>(&values));
    chunks.truncate(shape.num_chunks());
    next_chunks.truncate(shape.num_next_chunks());
    transcript.absorb(&merge_evaluations(&trace_frame, &chunks, &next_chunks));

    // 6 ----- combine them to the DEEP polynomial, on one coset, and extend it
    let coefficients = transcript.coefficients(shape);
    let at = {
        let Coefficients { trace: [trace, next_trace], chunks: [of_chunks, of_next_chunks] } = &coefficients;
        [
            combine(trace, trace_frame.current_row()) + combine(of_chunks, &chunks),
            combine(next_trace, trace_frame.next_row()) + combine(of_next_chunks, &next_chunks),
        ]
    };
    let segments = coefficients.trace.each_ref().map(|trace| trace.split_at(main_width));
    let combined = [
        Combined::base(main.first(), segments.map(|(main, _)| main)),
        Combined::extension(aux.first(), segments.map(|(_, aux)| aux)),
        Combined::extension(quotient.table(), coefficients.chunks.each_ref().map(Vec::as_slice)),
    ];
    let mask_column = shape.num_chunks() * E::EXTENSION_DEGREE;
    let mask = shape.has_mask_column().then(|| Mask { table: quotient.table(), column: mask_column });
    let deep = deep_values(&combined, mask, &point, at, control);
    drop((combined, point));
    let deep = extend_values(deep, &domain, control);
    control.check()?;

    // 7 ----- test its degree
    let test = LowDegreeTest::run(deep, &options.to_fri_options(), &mut transcript, control)?;

    // 8 ----- grind, and open the queried positions
    let (nonce, positions) = draw_positions(&mut transcript, options, &domain, control)?;
    let [main_commitment, aux_commitment, quotient_commitment] = [main.root(), aux.root(), quotient.root()];
    let quotients = quotient.open(&positions);
    drop(quotient);
    let openings = Openings {
        quotients,
        main: main.open(&positions, control),
        aux: Some(aux.open(&positions, control)),
        layers: test.open(&positions),
    };
    control.check()?;
    let messages = Messages {
        main_commitment,
        aux_commitment: Some(aux_commitment),
        quotient_commitment,
        trace_frame,
        chunks,
        next_chunks,
        layer_commitments: test.commitments(),
        remainder: test.into_remainder(),
        nonce,
    };
    Ok((messages, openings))
}

fn all_challenges<E: FieldElement<BaseField = Felt>>(elements: &[E]) -> Challenges<'_, E> {
    Challenges::new(elements).expect("the trace has as many challenges as the bus needs")
}

/// `Σ γᵢ·valueᵢ`
fn combine<E: FieldElement>(coefficients: &[E], values: &[E]) -> E {
    coefficients.iter().zip(values).fold(E::ZERO, |sum, (&coefficient, &value)| sum + coefficient * value)
}

fn draw_positions<E, H>(
    transcript: &mut Transcript<E, H>,
    options: &ProofOptions,
    domain: &Domain,
    control: &Control<'_>,
) -> Result<(u64, Vec<usize>), ProverError>
where
    E: FieldElement<BaseField = Felt>,
    H: RowHash,
{
    let nonce = grind::<H>(transcript.seed(), options.grinding_factor(), || control.proceeds());
    let nonce = nonce.ok_or(ProverError::Cancelled)?;
    Ok((nonce, transcript.positions(options.num_queries(), domain.len(), nonce)))
}
