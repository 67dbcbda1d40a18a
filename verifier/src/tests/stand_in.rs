//! A small computation that stands in for the machine: Fibonacci numbers, and their product in an auxiliary column.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use miden_air::{
    ParameterSet,
    proof::{ProofHeader, ProofShape, encode_proof},
};
use miden_core::{
    Felt, Reader,
    field::{ExtensionOf, FieldElement, ToElements},
};
use winter_air::{
    Air, AirContext, Assertion, AuxRandElements, EvaluationFrame, PartitionOptions, ProofOptions, TraceInfo,
    TransitionConstraintDegree, proof::Proof,
};
use winter_crypto::{ElementHasher, MerkleTree, RandomCoin};
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, DefaultConstraintCommitment,
    DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
    matrix::ColMatrix,
};

use super::reference;
use crate::{Policy, VerifierError, checks, protocol};

pub(super) const LOG2: u8 = 10;
pub(super) const ROWS: usize = 1 << LOG2;

#[derive(Clone)]
pub(super) struct Inputs {
    pub(super) result: Felt,
    pub(super) set: ParameterSet,
}

impl Inputs {
    pub(super) fn new(set: ParameterSet) -> Self {
        let result = columns(ROWS)[1][ROWS - 1];
        Self { result, set }
    }
}

impl ToElements<Felt> for Inputs {
    fn to_elements(&self) -> Vec<Felt> {
        vec![Felt::from(self.set.id()), self.result]
    }
}

pub(super) struct Fibonacci {
    context: AirContext<Felt>,
    result: Felt,
}

pub(super) fn trace_info(rows: usize) -> TraceInfo {
    TraceInfo::new_multi_segment(2, 1, 1, rows, Vec::new())
}

impl Air for Fibonacci {
    type BaseField = Felt;
    type PublicInputs = Inputs;

    fn new(trace_info: TraceInfo, inputs: Inputs, options: ProofOptions) -> Self {
        let degree = TransitionConstraintDegree::new;
        let main = vec![degree(1), degree(1)];
        let context = AirContext::new_multi_segment(trace_info, main, vec![degree(2)], 3, 1, options);
        Self { context, result: inputs.result }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        _: &[E],
        result: &mut [E],
    ) {
        let (current, next) = (frame.current(), frame.next());
        result[0] = next[0] - current[1];
        result[1] = next[1] - current[0] - current[1];
    }

    fn evaluate_aux_transition<F, E>(
        &self,
        main: &EvaluationFrame<F>,
        aux: &EvaluationFrame<E>,
        _: &[F],
        randomness: &AuxRandElements<E>,
        result: &mut [E],
    ) where
        F: FieldElement<BaseField = Felt>,
        E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
    {
        let factor = randomness.rand_elements()[0] + E::from(main.current()[0]);
        result[0] = aux.next()[0] - aux.current()[0] * factor;
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let last = self.trace_length() - 1;
        vec![
            Assertion::single(0, 0, Felt::ONE),
            Assertion::single(1, 0, Felt::ONE),
            Assertion::single(1, last, self.result),
        ]
    }

    fn get_aux_assertions<E: FieldElement<BaseField = Felt>>(
        &self,
        _: &AuxRandElements<E>,
    ) -> Vec<Assertion<E>> {
        vec![Assertion::single(0, 0, E::ONE)]
    }
}

/// The main segment of an honest trace.
pub(super) fn columns(rows: usize) -> Vec<Vec<Felt>> {
    let pairs = core::iter::successors(Some((Felt::ONE, Felt::ONE)), |&(a, b)| Some((b, a + b)));
    let (a, b) = pairs.take(rows).unzip();
    vec![a, b]
}

pub(super) struct FibonacciTrace {
    info: TraceInfo,
    main: ColMatrix<Felt>,
}

impl Trace for FibonacciTrace {
    type BaseField = Felt;

    fn info(&self) -> &TraceInfo {
        &self.info
    }

    fn main_segment(&self) -> &ColMatrix<Felt> {
        &self.main
    }

    fn read_main_frame(&self, row: usize, frame: &mut EvaluationFrame<Felt>) {
        self.main.read_row_into(row, frame.current_mut());
        self.main.read_row_into((row + 1) % self.main.num_rows(), frame.next_mut());
    }
}

struct FibonacciProver<H, R> {
    inputs: Inputs,
    options: ProofOptions,
    protocol: PhantomData<fn() -> (H, R)>,
}

impl<H, R> Prover for FibonacciProver<H, R>
where
    H: ElementHasher<BaseField = Felt> + Send + Sync,
    R: RandomCoin<BaseField = Felt, Hasher = H> + Send,
{
    type Air = Fibonacci;
    type BaseField = Felt;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, H, MerkleTree<H>>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> =
        DefaultConstraintEvaluator<'a, Fibonacci, E>;
    type HashFn = H;
    type RandomCoin = R;
    type Trace = FibonacciTrace;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, H, MerkleTree<H>>;
    type VC = MerkleTree<H>;

    fn get_pub_inputs(&self, _: &FibonacciTrace) -> Inputs {
        self.inputs.clone()
    }

    fn options(&self) -> &ProofOptions {
        &self.options
    }

    fn new_trace_lde<E: FieldElement<BaseField = Felt>>(
        &self,
        info: &TraceInfo,
        main: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        DefaultTraceLde::new(info, main, domain, partitions)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'a Fibonacci,
        randomness: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        DefaultConstraintEvaluator::new(air, randomness, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: CompositionPolyTrace<E>,
        num_columns: usize,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(trace, num_columns, domain, partitions)
    }

    fn build_aux_trace<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: &FibonacciTrace,
        randomness: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        let challenge = randomness.rand_elements()[0];
        let mut product = E::ONE;
        let column = trace.main.get_column(0).iter().map(|&value| {
            let cell = product;
            product *= challenge + E::from(value);
            cell
        });
        ColMatrix::new(vec![column.collect()])
    }
}

/// An honest proof in the form of the backend, with hash function `H` and coin `R`.
pub(super) fn prove<H, R>(inputs: Inputs) -> Proof
where
    H: ElementHasher<BaseField = Felt> + Send + Sync,
    R: RandomCoin<BaseField = Felt, Hasher = H> + Send,
{
    let options = inputs.set.proof_options();
    let prover = FibonacciProver::<H, R> { inputs, options, protocol: PhantomData };
    let trace = FibonacciTrace { info: trace_info(ROWS), main: ColMatrix::new(columns(ROWS)) };
    prover.prove(trace).unwrap()
}

pub(super) fn shape(inputs: &Inputs) -> ProofShape {
    shape_of(ROWS, inputs)
}

/// The shape of proofs about a trace with `rows` rows.
pub(super) fn shape_of(rows: usize, inputs: &Inputs) -> ProofShape {
    ProofShape::new(&air(rows, inputs))
}

/// The constraints on a trace with `rows` rows.
pub(super) fn air(rows: usize, inputs: &Inputs) -> Fibonacci {
    Fibonacci::new(trace_info(rows), inputs.clone(), inputs.set.proof_options())
}

pub(super) fn encode<H: ElementHasher>(set: ParameterSet, proof: &Proof) -> Vec<u8> {
    encode_proof::<H>(ProofHeader::new(set, LOG2).unwrap(), proof).unwrap()
}

/// Verifies a proof of this computation, like `verify` for the machine.
///
/// # Panics
/// If the backend's verifier comes to another verdict.
pub(super) fn verify(result: Felt, proof: &[u8]) -> Result<(), VerifierError> {
    let policy = Policy::default();
    let mut reader = Reader::new(proof);
    let header = checks::read_header(&mut reader, &policy)?;
    let (set, rows) = (header.parameter_set(), header.trace_rows());
    let inputs = Inputs { result, set };
    let at_messages = reader.clone();
    let ours = protocol::verify_air::<Fibonacci>(trace_info(rows), inputs.clone(), set, reader);
    if let Some(verdict) = reference::verdict(rows, &inputs, at_messages) {
        assert_eq!(ours.clone(), verdict.map_err(reference::translated), "the backend disagrees");
    }
    ours
}
