//! The proof of the example: its parts, and the transcript.

use std::{collections::BTreeSet, fmt::Write as _};

use miden_air::{
    MidenAir, ParameterSet, ProtocolVisitor, PublicInputs,
    inspect::NUM_CHALLENGES,
    proof::{Coin, Messages, ProofHeader, ProofShape, merge_evaluations},
};
use miden_core::{
    Felt, Reader,
    field::{FieldElement, ToElements},
};
use miden_prover::{ExecutionProof, Prover, ProverOptions};
use winter_air::Air;
use winter_crypto::{ElementHasher, RandomCoin};
use winter_utils::Serializable;

use super::Example;

const SET: ParameterSet = ParameterSet::Fast96;

/// Size of the header of a proof.
const HEADER_BYTES: usize = 9;

/// Makes the same proof each time.
fn prove(example: &Example) -> ExecutionProof {
    Prover::new(&example.program)
        .with_inputs(example.inputs.clone())
        .with_options(ProverOptions::new(SET))
        .with_fixed_seed_for_tests([0; 32])
        .prove()
        .unwrap()
}

fn public_inputs(example: &Example) -> PublicInputs {
    PublicInputs::new(example.statement(), SET).with_hiding(true)
}

/// Sizes of the parts of a proof, in the order of its bytes.
struct Measure<'a> {
    shape: &'a ProofShape,
    public_inputs: &'a PublicInputs,
    reader: Reader<'a>,
}

impl ProtocolVisitor for Measure<'_> {
    type Output = Vec<(String, String, usize)>;

    fn visit<H, E>(mut self) -> Self::Output
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        let Self { shape, .. } = self;
        let messages = Messages::<H, E>::read(&mut self.reader, shape).unwrap();
        let positions = positions::<H, E>(shape, self.public_inputs, &messages);

        let (felt, element) = (8, 8 * E::EXTENSION_DEGREE);
        let digest = messages.quotient_commitment.to_bytes().len();
        let (main, aux) = (shape.trace().main_trace_width(), shape.trace().aux_segment_width());
        let (chunks, quotient, layers) = (shape.num_chunks(), shape.quotient_width(), shape.layer_sizes());
        let queries = positions.len();
        let mut parts = vec![
            ("header".to_owned(), "magic, version, parameter set, length, options".to_owned(), HEADER_BYTES),
            ("commitments".into(), format!("3 digests of {digest} bytes"), 3 * digest),
            (
                "trace at `z` and `z·g`".into(),
                format!("2 · ({main} + {aux}) extension elements"),
                2 * (main + aux) * element,
            ),
            ("quotient at `z`".into(), format!("{chunks} extension elements"), chunks * element),
            (
                "commitments of the FRI layers".into(),
                format!("{} digest", layers.len()),
                layers.len() * digest,
            ),
            (
                "FRI remainder".into(),
                format!("{} extension elements", shape.remainder_len()),
                shape.remainder_len() * element,
            ),
            ("nonce".into(), format!("{}", messages.nonce), 8),
        ];
        let mut opening = |name: &str, leaf: usize, size: usize, positions: &BTreeSet<usize>| {
            let nodes = num_nodes(positions, size);
            let text = format!("{} leaves of {leaf} bytes, {nodes} digests", positions.len());
            parts.push((name.to_owned(), text, positions.len() * leaf + nodes * digest));
        };
        opening("main segment, opened", main * felt, shape.domain_size(), &positions);
        opening("auxiliary segment, opened", aux * element, shape.domain_size(), &positions);
        opening("quotient and mask, opened", quotient * element, shape.domain_size(), &positions);
        let mut folded = positions;
        for (i, &size) in layers.iter().enumerate() {
            folded = folded.iter().map(|position| position % size).collect();
            opening(&format!("FRI layer {}, opened", i + 1), 8 * element, size, &folded);
        }
        assert!(queries <= shape.options().num_queries());
        parts
    }
}

/// The shape of a proof about the example.
fn shape(example: &Example, public_inputs: &PublicInputs) -> ProofShape {
    let info = miden_air::trace_info(example.trace.num_rows());
    let air = <MidenAir as Air>::new(info, public_inputs.clone(), SET.proof_options());
    ProofShape::new(&air, public_inputs.hiding())
}

/// Prover and coin, message by message.
pub(super) fn transcript(example: &Example) -> String {
    let public_inputs = public_inputs(example);
    let shape = shape(example, &public_inputs);
    let seed = shape.seed().len() + public_inputs.to_elements().len();
    let evaluations = 2 * shape.trace().width() + shape.num_chunks();
    let mut steps = vec![
        (1, format!("seed: {seed} elements"), String::new()),
        (2, "main segment".into(), format!("α, β1 … β{}", NUM_CHALLENGES - 1)),
        (3, "auxiliary segment".into(), format!("{} coefficients of constraints", shape.num_constraints())),
        (4, "quotient and mask".into(), "z".into()),
        (5, format!("{evaluations} evaluations"), format!("{evaluations} coefficients of openings")),
    ];
    for layer in 1..=shape.layer_sizes().len() {
        steps.push((6, format!("FRI layer {layer}"), "β of the fold".into()));
    }
    steps.push((7, format!("remainder: {} coefficients", shape.remainder_len()), String::new()));
    steps.push((8, "nonce".into(), format!("{} positions", shape.options().num_queries())));
    let mut out = format!("```text\nstep  {:<30}             coin\n", "prover");
    for (step, sent, drawn) in steps {
        let _ = writeln!(out, "{step:>4}  {sent:<30} ────────▶   ┃");
        if !drawn.is_empty() {
            let _ = writeln!(out, "      {:<30} ◀────────   ┃  {drawn}", "");
        }
    }
    out + "      openings, which nothing is drawn after\n```"
}

/// The transcript up to the query positions; see `verifier/src/protocol/transcript.rs`.
fn positions<H, E>(shape: &ProofShape, inputs: &PublicInputs, messages: &Messages<H, E>) -> BTreeSet<usize>
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let mut seed: Vec<Felt> = shape.seed();
    seed.extend(inputs.to_elements());
    let mut coin = Coin::<H>::new(&seed);
    messages.trace_commitments().for_each(|commitment| coin.reseed(commitment));
    coin.reseed(messages.quotient_commitment);
    let evaluations = merge_evaluations(&messages.trace_frame, &messages.chunks, &messages.next_chunks);
    coin.reseed(H::hash_elements(&evaluations));
    messages.layer_commitments.iter().for_each(|&commitment| coin.reseed(commitment));
    coin.reseed(H::hash_elements(&messages.remainder));
    let (queries, domain) = (shape.options().num_queries(), shape.domain_size());
    coin.draw_integers(queries, domain, messages.nonce).unwrap().into_iter().collect()
}

/// Nodes of a Merkle multiproof: siblings of opened subtrees that are not opened themselves.
fn num_nodes(positions: &BTreeSet<usize>, leaves: usize) -> usize {
    let (mut level, mut count) = (positions.clone(), 0);
    for _ in 0..leaves.ilog2() {
        count += level.iter().filter(|&&node| !level.contains(&(node ^ 1))).count();
        level = level.iter().map(|node| node / 2).collect();
    }
    count
}

pub(super) fn proof(example: &Example) -> String {
    let proof = prove(example);
    let bytes = proof.to_bytes();
    let verified = miden_verifier::verify(&example.statement(), &bytes).unwrap();

    let public_inputs = public_inputs(example);
    assert_eq!(verified.trace_rows, example.trace.num_rows());
    let shape = shape(example, &public_inputs);
    let mut reader = Reader::new(&bytes);
    ProofHeader::read(&mut reader).unwrap();
    let parts = SET.visit(Measure { shape: &shape, public_inputs: &public_inputs, reader });

    let total: usize = parts.iter().map(|(_, _, size)| size).sum();
    assert_eq!(total, bytes.len(), "{parts:#?}");
    let mut out = "| Part | Contents | Bytes |\n|---|---|---|\n".to_owned();
    for (name, contents, size) in parts {
        let _ = writeln!(out, "| {name} | {contents} | {size} |");
    }
    let _ = writeln!(out, "| **total** | | **{total}** |");
    out
}
