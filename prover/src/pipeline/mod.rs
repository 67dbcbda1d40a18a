//! The protocol: from the columns of the trace to a proof in the form of the backend. Book: design/pipeline.md

use alloc::vec::Vec;

use miden_air::{Challenges, MidenAir, proof::ProofShape};
use miden_core::{Felt, field::FieldElement};
use winter_air::{
    Air, ProofOptions,
    proof::{Proof, QuotientOodFrame, TraceOodFrame},
};

use crate::{
    ProverError, Stage,
    commitment::RowHash,
    constraints::{ConstraintEvaluator, build_auxiliary},
    control::Control,
    table::Table,
    transform,
};

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
#[cfg(test)]
mod tests;
mod transcript;
mod units;

use committed::Committed;
use deep::{Combined, deep_values};
pub(crate) use domain::Domain;
use extension::extend_values;
use grinding::grind;
use low_degree::LowDegreeTest;
use out_of_domain::{OutOfDomain, combine_components};
use quotient::quotient_columns;
use transcript::Transcript;
use units::Units;

/// Proves that the trace satisfies the constraints; the columns have equal lengths.
pub(crate) fn prove<H, E>(
    columns: Vec<Vec<Felt>>,
    air: &MidenAir,
    shape: &ProofShape,
    control: &Control<'_>,
) -> Result<Proof, ProverError>
where
    H: RowHash,
    E: FieldElement<BaseField = Felt>,
{
    let options = shape.options();
    let domain = Domain::new(air.trace_length(), options.blowup_factor(), air.domain_offset());
    let offset = domain.coset_offset(0);
    let mut transcript = Transcript::<E, H>::new(shape.context(), air);

    let units = Units::new(columns.len(), shape, E::EXTENSION_DEGREE, air.ce_blowup_factor());

    // 1 ----- extend the main segment and commit to it
    control.begin(Stage::CommitTrace, units.commit_trace())?;
    let trace = Table::from_columns(columns, control);
    let main =
        Committed::<H>::new(transform::extend(&trace, Felt::ONE, domain.blowup(), offset, control), control)?;
    transcript.commit(main.root());

    // 2 ----- build the auxiliary segment, extend it and commit to it
    control.begin(Stage::BuildAuxTrace, units.build_aux_trace())?;
    let challenges = transcript.challenges(air);
    let aux_trace = build_auxiliary(&trace, all_challenges(challenges.rand_elements()), control);
    drop(trace);
    let aux = Committed::<H>::new(
        transform::extend(&aux_trace, Felt::ONE, domain.blowup(), offset, control),
        control,
    )?;
    drop(aux_trace);
    transcript.commit(aux.root());

    // 3 ----- evaluate the quotient on the cosets of the constraint domain
    control.begin(Stage::EvaluateConstraints, units.evaluate_constraints())?;
    let coefficients = transcript.constraint_coefficients(air);
    let evaluator = ConstraintEvaluator::new(air, &challenges, &coefficients);
    let values = evaluator.evaluate(main.table(), aux.table(), control);
    drop(evaluator);

    // 4 ----- split it into columns, extend them and commit to them
    control.begin(Stage::CommitQuotient, units.commit_quotient())?;
    let quotient_columns = quotient_columns(values, &domain, E::EXTENSION_DEGREE, control);
    let quotient = Committed::<H>::new(
        transform::evaluate(&quotient_columns, domain.blowup(), offset, control),
        control,
    )?;
    drop(quotient_columns);
    transcript.commit(quotient.root());

    // 5 ----- evaluate all columns out of the domain
    control.begin(Stage::LowDegreeTest, units.low_degree_test())?;
    let point = OutOfDomain::new(transcript.point(), &domain, control);
    control.check()?;
    let [trace_frame, quotient_frame] = {
        let main = point.evaluate(main.table(), control);
        let aux = point.evaluate(aux.table(), control).map(|values| combine_components(&values));
        let quotient = point.evaluate(quotient.table(), control).map(|values| combine_components(&values));
        let [mut current, mut next] = main;
        let [aux_current, aux_next] = aux;
        current.extend(aux_current);
        next.extend(aux_next);
        [[current, next], quotient]
    };
    send_frames(&mut transcript, &trace_frame, &quotient_frame, main.table().width());

    // 6 ----- combine them to the DEEP polynomial, on one coset, and extend it
    let coefficients = transcript.deep_coefficients(air);
    let at = [0, 1].map(|i| {
        let values = trace_frame[i].iter().chain(&quotient_frame[i]);
        let coefficients = coefficients.trace.iter().chain(&coefficients.constraints);
        values.zip(coefficients).fold(E::ZERO, |sum, (&value, &coefficient)| sum + value * coefficient)
    });
    let (main_coefficients, aux_coefficients) = coefficients.trace.split_at(main.table().width());
    let combined = [
        Combined::base(main.table(), main_coefficients),
        Combined::extension(aux.table(), aux_coefficients),
        Combined::extension(quotient.table(), &coefficients.constraints),
    ];
    let deep = deep_values(&combined, &point, at, control);
    drop((combined, point));
    let deep = extend_values(deep, &domain, control);
    control.check()?;

    // 7 ----- test its degree
    let test = LowDegreeTest::run(deep, &options.to_fri_options(), &mut transcript, control)?;

    // 8 ----- grind, and open the queried positions
    let (nonce, positions) = draw_positions(&mut transcript, options, &domain, control)?;
    let trace_queries = [&main, &aux].map(|segment| segment.queries(&positions)).into();
    let constraint_queries = quotient.queries(&positions);
    let fri_proof = test.open(&positions);
    let num_unique_queries = u8::try_from(positions.len()).expect("no set has more than 255 queries");
    let (commitments, ood_frame) = transcript.into_messages();
    Ok(Proof {
        context: shape.context().clone(),
        num_unique_queries,
        commitments,
        trace_queries,
        constraint_queries,
        ood_frame,
        fri_proof,
        pow_nonce: nonce,
    })
}

fn all_challenges<E: FieldElement<BaseField = Felt>>(elements: &[E]) -> Challenges<'_, E> {
    Challenges::new(elements).expect("the trace has as many challenges as the bus needs")
}

fn send_frames<E, H>(
    transcript: &mut Transcript<E, H>,
    [current, next]: &[Vec<E>; 2],
    [quotient, quotient_next]: &[Vec<E>; 2],
    main_width: usize,
) where
    E: FieldElement<BaseField = Felt>,
    H: RowHash,
{
    let trace = TraceOodFrame::new(current.clone(), next.clone(), main_width);
    transcript.send_frames(&trace, &QuotientOodFrame::new(quotient.clone(), quotient_next.clone()));
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
