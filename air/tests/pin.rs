//! Pins the constraints. A change of what a proof proves changes the fingerprint, raises the format version and gets a
//! line under *Proof format* in the changelog.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

mod common;

use common::felt;
use miden_air::{CONSTRAINT_FINGERPRINT, MidenAir, ParameterSet, PublicInputs, periodic, trace_info};
use miden_core::{
    Digest, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, RescuePrime, StackInputs, StackOutputs,
    Statement, field::FieldElement, outcome::FAULT_RULES, trace::WIDTH,
};
use winter_air::{Air, AuxRandElements, EvaluationFrame};
use winter_crypto::ElementHasher;
use winter_math::fields::QuadExtension;

type Quad = QuadExtension<Felt>;

const ROWS: usize = 1 << 10;

/// A sequence of arbitrary elements.
fn arbitrary<E: FieldElement<BaseField = Felt>>(seed: u64, count: usize) -> Vec<E> {
    let mut state = felt(seed);
    let mut next = || {
        state = state * felt(0x5851_f42d_4c95_7f2d) + felt(0x1405_7b7e_f767_814f);
        state
    };
    let felts: Vec<Felt> = (0..count * E::EXTENSION_DEGREE).map(|_| next()).collect();
    E::slice_from_base_elements(&felts).to_vec()
}

/// Statements that use every rule for boundary cells and every constant of a constraint.
fn statements() -> impl Iterator<Item = Statement> {
    let digest = |seed| Digest::new(arbitrary(seed, 4).try_into().unwrap());
    let success = Statement {
        cycle_limit: Some(100),
        ..Statement::success(
            digest(11),
            Kernel::new(vec![digest(12), digest(13)]).unwrap(),
            StackInputs::new(arbitrary(14, 20)).unwrap(),
            StackOutputs::new(arbitrary(15, 19)).unwrap(),
        )
    };
    let limit = (FaultCode::CycleLimitExceeded, Opcode::Add);
    let rules = FAULT_RULES.iter().map(|rule| (rule.code, rule.opcode)).chain([limit]);
    let fault = {
        let success = success.clone();
        move |(code, opcode)| {
            let target = (code == FaultCode::SyscallTargetNotInKernel).then(|| digest(16));
            let claim = FaultClaim { code, opcode, clk: 30, deterministic: true, target };
            let is_limit = code == FaultCode::CycleLimitExceeded;
            Statement {
                outcome: Outcome::Fault(claim),
                outputs: StackOutputs::new(arbitrary(17, 16)).unwrap(),
                cycle_limit: is_limit.then_some(30),
                ..success.clone()
            }
        }
    };
    [success].into_iter().chain(rules.map(fault))
}

/// Appends what the constraints for this statement say at an arbitrary point: the values of all transition constraints,
/// the fixed cells, the periodic columns.
fn describe(statement: Statement, text: &mut Vec<Felt>) {
    let inputs = PublicInputs::new(statement, ParameterSet::Fast96);
    inputs.check_rows(ROWS).unwrap();
    let air = MidenAir::new(trace_info(ROWS), inputs, ParameterSet::Fast96.proof_options());
    let (info, context) = (air.trace_info(), air.context());
    let numbers = [info.main_trace_width(), info.aux_segment_width(), context.num_transition_constraints()];
    text.extend(numbers.map(|number| felt(number as u64)));

    let main = EvaluationFrame::<Felt>::from_rows(arbitrary(1, WIDTH), arbitrary(2, WIDTH));
    let periodic_values = arbitrary::<Felt>(3, periodic::WIDTH);
    let mut residuals = vec![Felt::ZERO; context.num_main_transition_constraints()];
    air.evaluate_transition(&main, &periodic_values, &mut residuals);
    text.extend(residuals);

    let width = info.aux_segment_width();
    let aux = EvaluationFrame::<Quad>::from_rows(arbitrary(4, width), arbitrary(5, width));
    let challenges = AuxRandElements::new(arbitrary::<Quad>(6, info.get_num_aux_segment_rand_elements()));
    let mut residuals = vec![Quad::ZERO; context.num_aux_transition_constraints()];
    air.evaluate_aux_transition(&main, &aux, &periodic_values, &challenges, &mut residuals);
    text.extend(Quad::slice_as_base_elements(&residuals));

    for cell in air.get_assertions() {
        text.extend([felt(cell.column() as u64), felt(cell.first_step() as u64), cell.values()[0]]);
    }
    for cell in air.get_aux_assertions(&challenges) {
        text.extend([felt(cell.column() as u64), felt(cell.first_step() as u64)]);
        text.extend(Quad::slice_as_base_elements(cell.values()));
    }
    text.extend(air.get_periodic_column_values().into_iter().flatten());
}

#[test]
fn the_fingerprint_is_that_of_the_constraints() {
    let mut text = Vec::new();
    statements().for_each(|statement| describe(statement, &mut text));
    let digest: Digest = RescuePrime::hash_elements(&text);
    let computed = digest.elements().map(|element| element.as_int());
    assert_eq!(
        computed, CONSTRAINT_FINGERPRINT,
        "\nThe constraints have changed. If they should have: set CONSTRAINT_FINGERPRINT in air/src/fingerprint.rs to \
         the number on the left, raise FORMAT_VERSION unless it was raised since the last release, add a line under \
         *Proof format* to the changelog, and renew the stored proofs: UPDATE_EXPECT=1 cargo test -p miden-verifier.\n"
    );
}
