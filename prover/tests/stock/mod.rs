//! The stock prover of the backend, the reference for the pipeline: the same trace gives the same bytes.

#![allow(clippy::unwrap_used, reason = "the reference may panic")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "tests and benches use parts")]

mod aux_trace;

use std::marker::PhantomData;

use aux_trace::build_aux_columns;
use miden_air::{
    Challenges, CommitmentHash, MidenAir, PublicInputs,
    proof::{Coin, ProofHeader, encode_proof},
};
use miden_core::{Felt, Program, RescuePrime, StackInputs, field::FieldElement};
use miden_processor::ExecutionTrace;
use miden_prover::ParameterSet;
use winter_air::{
    AuxRandElements, EvaluationFrame, FieldExtension, PartitionOptions, ProofOptions, TraceInfo,
};
use winter_crypto::{
    ElementHasher, MerkleTree,
    hashers::{Blake3_192, Blake3_256},
};
use winter_math::fields::{CubeExtension, QuadExtension};
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, DefaultConstraintCommitment,
    DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
    matrix::ColMatrix,
};

/// Proves an execution. With one thread, grinding finds the smallest nonce.
pub fn prove(trace: ExecutionTrace, program: &Program, stack: &StackInputs, set: ParameterSet) -> Vec<u8> {
    let public_inputs = PublicInputs::new(trace.statement(program, stack), set);
    let main = ColMatrix::new(trace.to_columns());
    let header = ProofHeader::new(set, main.num_rows().ilog2() as u8).unwrap();
    let info = miden_air::trace_info(header.trace_rows());
    let proving = Proving { trace: MainTrace { info, main }, public_inputs, header };
    // The combinations that exist: compiling the others takes minutes.
    match (set.hash(), set.extension()) {
        (CommitmentHash::Blake3_192, FieldExtension::Quadratic) => {
            proving.prove::<Blake3_192<Felt>, QuadExtension<Felt>>()
        }
        (CommitmentHash::Blake3_256, FieldExtension::Cubic) => {
            proving.prove::<Blake3_256<Felt>, CubeExtension<Felt>>()
        }
        (CommitmentHash::RescuePrime, FieldExtension::Quadratic) => {
            proving.prove::<RescuePrime, QuadExtension<Felt>>()
        }
        (hash, extension) => unreachable!("no set has {hash:?} and {extension:?}"),
    }
}

struct Proving {
    trace: MainTrace,
    public_inputs: PublicInputs,
    header: ProofHeader,
}

impl Proving {
    fn prove<H, E>(self) -> Vec<u8>
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        let options = self.public_inputs.parameter_set().proof_options();
        let prover = MidenProver::<H> { public_inputs: self.public_inputs, options, hash: PhantomData };
        encode_proof::<H>(self.header, &prover.generate_proof::<E>(self.trace).unwrap()).unwrap()
    }
}

/// The main segment.
struct MainTrace {
    info: TraceInfo,
    main: ColMatrix<Felt>,
}

impl Trace for MainTrace {
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

struct MidenProver<H> {
    public_inputs: PublicInputs,
    options: ProofOptions,
    hash: PhantomData<H>,
}

impl<H> Prover for MidenProver<H>
where
    H: ElementHasher<BaseField = Felt> + Send + Sync,
{
    type Air = MidenAir;
    type BaseField = Felt;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, H, MerkleTree<H>>;
    type ConstraintEvaluator<'e, E: FieldElement<BaseField = Felt>> =
        DefaultConstraintEvaluator<'e, MidenAir, E>;
    type HashFn = H;
    type RandomCoin = Coin<H>;
    type Trace = MainTrace;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, H, MerkleTree<H>>;
    type VC = MerkleTree<H>;

    fn get_pub_inputs(&self, _: &MainTrace) -> PublicInputs {
        self.public_inputs.clone()
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

    fn build_aux_trace<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: &MainTrace,
        randomness: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        let challenges = Challenges::new(randomness.rand_elements())
            .expect("the trace has as many challenges as the bus needs");
        ColMatrix::new(build_aux_columns(&trace.main, challenges))
    }

    fn new_evaluator<'e, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'e MidenAir,
        randomness: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'e, E> {
        DefaultConstraintEvaluator::new(air, randomness, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        quotient: CompositionPolyTrace<E>,
        num_columns: usize,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(quotient, num_columns, domain, partitions)
    }
}
