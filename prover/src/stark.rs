//! The binding between the machine and the STARK backend.

use alloc::vec::Vec;
use core::{cell::RefCell, marker::PhantomData};

use miden_air::{
    Challenges, MidenAir, ProtocolVisitor, PublicInputs, SecurityLevel,
    proof::{ProofHeader, encode_proof},
};
use miden_core::{Felt, field::FieldElement};
use winter_air::{AuxRandElements, EvaluationFrame, PartitionOptions, ProofOptions, TraceInfo};
use winter_crypto::{DefaultRandomCoin, ElementHasher, MerkleTree};
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients, DefaultConstraintCommitment,
    DefaultConstraintEvaluator, DefaultTraceLde, Prover, StarkDomain, Trace, TracePolyTable,
    matrix::ColMatrix,
};

use crate::{BackendError, ProofObserver, ProverError, Stage, aux_trace::build_aux_columns};

/// The observer of the proof; the methods of the backend's prover take `&self`.
type Observer<'a> = RefCell<&'a mut dyn ProofObserver>;

/// The bytes of a proof, and the properties that follow from the constraints.
pub(crate) struct StarkProof {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: ProofHeader,
    pub(crate) security: SecurityLevel,
}

/// Proves that the trace satisfies the constraints; the columns have equal lengths.
pub(crate) fn prove_trace(
    columns: Vec<Vec<Felt>>,
    public_inputs: PublicInputs,
    observer: Observer<'_>,
) -> Result<StarkProof, ProverError> {
    // 2 ----- the header, and the security that follows from it
    let set = public_inputs.parameter_set();
    let main = ColMatrix::new(columns);
    let log2 = u8::try_from(main.num_rows().ilog2()).expect("a length has at most 64 bits");
    let header = ProofHeader::new(set, log2)?;
    let info = miden_air::trace_info(header.trace_rows());
    let security = SecurityLevel::new(header);

    let trace = MainTrace { info, main };
    let bytes = set.visit(Proving { trace, public_inputs, header, observer })?;
    Ok(StarkProof { bytes, header, security })
}

struct Proving<'a> {
    trace: MainTrace,
    public_inputs: PublicInputs,
    header: ProofHeader,
    observer: Observer<'a>,
}

impl ProtocolVisitor for Proving<'_> {
    type Output = Result<Vec<u8>, ProverError>;

    fn visit<H, E>(self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        let options = self.public_inputs.parameter_set().proof_options();
        let Self { trace, public_inputs, header, observer } = self;
        let prover = MidenProver::<H> { public_inputs, options, observer, hash: PhantomData };
        // 3 ----- prove
        let proof = prover.prove(trace).map_err(BackendError::from)?;
        // 4 ----- encode what the verifier cannot derive
        Ok(encode_proof::<H>(header, &proof)?)
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

struct MidenProver<'a, H> {
    public_inputs: PublicInputs,
    options: ProofOptions,
    observer: Observer<'a>,
    hash: PhantomData<H>,
}

impl<H> MidenProver<'_, H> {
    fn begin(&self, stage: Stage) {
        self.observer.borrow_mut().begin(stage);
    }
}

impl<H> Prover for MidenProver<'_, H>
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
    type RandomCoin = DefaultRandomCoin<H>;
    type Trace = MainTrace;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, H, MerkleTree<H>>;
    type VC = MerkleTree<H>;

    fn get_pub_inputs(&self, _: &MainTrace) -> PublicInputs {
        self.public_inputs.clone()
    }

    fn options(&self) -> &ProofOptions {
        &self.options
    }

    // 3.1 ----- extend the main segment and commit to it
    fn new_trace_lde<E: FieldElement<BaseField = Felt>>(
        &self,
        info: &TraceInfo,
        main: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        self.begin(Stage::CommitTrace);
        DefaultTraceLde::new(info, main, domain, partitions)
    }

    // 3.2 ----- build the auxiliary segment; the backend extends it, commits to it and drops both segments
    fn build_aux_trace<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: &MainTrace,
        randomness: &AuxRandElements<E>,
    ) -> ColMatrix<E> {
        self.begin(Stage::BuildAuxTrace);
        let challenges = Challenges::new(randomness.rand_elements())
            .expect("the trace has as many challenges as the bus needs");
        ColMatrix::new(build_aux_columns(&trace.main, challenges))
    }

    // 3.3 ----- evaluate the constraints
    fn new_evaluator<'e, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'e MidenAir,
        randomness: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'e, E> {
        self.begin(Stage::EvaluateConstraints);
        DefaultConstraintEvaluator::new(air, randomness, coefficients)
    }

    // 3.4 ----- commit to the quotient; the backend does the rest: out-of-domain point, FRI, openings
    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        quotient: CompositionPolyTrace<E>,
        num_columns: usize,
        domain: &StarkDomain<Felt>,
        partitions: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        self.begin(Stage::CommitQuotient);
        let committed = DefaultConstraintCommitment::new(quotient, num_columns, domain, partitions);
        self.begin(Stage::LowDegreeTest);
        committed
    }
}
