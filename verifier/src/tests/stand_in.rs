//! A small computation that stands in for the machine: Fibonacci numbers, and their product in an auxiliary column.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use miden_air::{
    Hiding, ParameterSet,
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

/// The protocol of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// That of the backend.
    Stock,
    /// Ours, without randomness.
    Plain,
    /// Ours, hiding the execution.
    Hiding,
}

impl Form {
    pub(super) const ALL: [Self; 3] = [Self::Stock, Self::Plain, Self::Hiding];

    pub(super) fn hides(self) -> bool {
        self == Self::Hiding
    }
}

#[derive(Clone)]
pub(super) struct Inputs {
    pub(super) result: Felt,
    pub(super) set: ParameterSet,
    pub(super) form: Form,
}

impl Inputs {
    /// The true result, of a proof in the form of the backend.
    pub(super) fn new(set: ParameterSet) -> Self {
        Self::in_form(set, Form::Stock)
    }

    pub(super) fn in_form(set: ParameterSet, form: Form) -> Self {
        let inputs = Self { result: Felt::ZERO, set, form };
        let last = inputs.hiding().execution_rows(ROWS) - 1;
        Self { result: columns(ROWS)[1][last], ..inputs }
    }

    pub(super) fn hiding(&self) -> Hiding {
        self.set.hiding(self.form.hides())
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
    last_row: usize,
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
        let last_row = inputs.hiding().execution_rows(trace_info.length()) - 1;
        let context = AirContext::new_multi_segment(trace_info, main, vec![degree(2)], 3, 1, options);
        Self { context, result: inputs.result, last_row }
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
        vec![
            Assertion::single(0, 0, Felt::ONE),
            Assertion::single(1, 0, Felt::ONE),
            Assertion::single(1, self.last_row, self.result),
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
    let air = air(rows, inputs);
    match inputs.form {
        Form::Stock => ProofShape::stock(&air),
        Form::Plain | Form::Hiding => ProofShape::new(&air, inputs.hiding()),
    }
}

/// The constraints on a trace with `rows` rows.
pub(super) fn air(rows: usize, inputs: &Inputs) -> Fibonacci {
    Fibonacci::new(trace_info(rows), inputs.clone(), inputs.set.proof_options())
}

pub(super) fn encode<H: ElementHasher>(set: ParameterSet, proof: &Proof) -> Vec<u8> {
    encode_proof::<H>(ProofHeader::new(set, LOG2).unwrap(), proof).unwrap()
}

/// Like [`verify_in`] for a proof in the form of the backend.
pub(super) fn verify(result: Felt, proof: &[u8]) -> Result<(), VerifierError> {
    verify_in(Form::Stock, result, proof)
}

/// Verifies a proof of this computation, like `verify` for the machine. Whether it hides the execution is read from its
/// header; if not, it is of the form of the backend if `form` is.
///
/// # Panics
/// If the backend's verifier comes to another verdict on a proof of its form.
pub(super) fn verify_in(form: Form, result: Felt, proof: &[u8]) -> Result<(), VerifierError> {
    let policy = Policy::default();
    let mut reader = Reader::new(proof);
    let header = checks::read_header(&mut reader, &policy)?;
    let (set, rows) = (header.parameter_set(), header.trace_rows());
    let form = match form {
        _ if header.hides() => Form::Hiding,
        Form::Hiding => Form::Plain,
        form => form,
    };
    let inputs = Inputs { result, set, form };
    let at_messages = reader.clone();
    let shape = shape_of(rows, &inputs);
    let ours = protocol::verify_air(&air(rows, &inputs), &shape, &inputs.to_elements(), set, reader);
    if form == Form::Stock
        && let Some(verdict) = reference::verdict(rows, &inputs, at_messages)
    {
        assert_eq!(ours.clone(), verdict.map_err(reference::translated), "the backend disagrees");
    }
    ours
}
