//! A changed proof is rejected, and so is a proof of another statement.
//!
//! The bytes choose changes of a valid proof. Then the nonce is found again and the openings get the length that the
//! new queries require; otherwise nearly every input would end at the grinding, or at the end of the bytes.

#![no_main]

use std::{collections::BTreeSet, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use miden_air::{
    MidenAir, ParameterSet, ProtocolVisitor, PublicInputs,
    proof::{Coin, Messages, Openings, ProofHeader, ProofShape, merge_evaluations},
    trace_info,
};
use miden_assembly::{Assembler, Source};
use miden_core::{
    Felt, ProgramInputs, Reader, Statement,
    field::{FieldElement, ToElements},
};
use miden_prover::{ProverOptions, prove};
use winter_air::Air;
use winter_crypto::{ElementHasher, RandomCoin};

/// Valid proofs: a success and a fault, a set with another blow-up, one with another extension.
static PROVEN: LazyLock<Vec<(Statement, Vec<u8>)>> = LazyLock::new(|| {
    let prove = |text: &str, set| {
        let program = Assembler::new().assemble(&Source::new("fuzz", text)).unwrap().program;
        let proof = prove(&program, &ProgramInputs::default(), &ProverOptions::new(set)).unwrap();
        (proof.statement().clone(), proof.to_bytes())
    };
    let success = "begin push.3 push.4 add end";
    vec![
        prove(success, ParameterSet::Fast96),
        prove("begin push.0 assert end", ParameterSet::Fast96),
        prove(success, ParameterSet::Small96),
        prove(success, ParameterSet::Std128),
    ]
});

/// A change: its kind, two positions, a number.
type Change = (u8, u16, u16, u64);

fn apply(bytes: &mut Vec<u8>, (kind, a, b, number): Change) {
    let len = bytes.len();
    if len < 16 {
        return;
    }
    // Elements and nonce are 8 bytes long, the header is 9.
    let word = |position: u16| 1 + usize::from(position) % ((len - 1) / 8) * 8;
    let (from, to) = (word(a), word(b));
    match kind % 10 {
        0 => bytes[usize::from(a) % len] ^= 1 << (number % 8),
        1 => bytes[from..from + 8].copy_from_slice(&number.to_le_bytes()),
        // A small step from one field element to another.
        2 => {
            let value = u64::from_le_bytes(bytes[from..from + 8].try_into().unwrap());
            bytes[from..from + 8].copy_from_slice(&value.wrapping_add(number % 16).to_le_bytes());
        }
        3 => (0..8).for_each(|i| bytes.swap(from + i, to + i)),
        4 => bytes.copy_within(from..len.min(from + 8 * (number as usize % 64)).min(len - to + from), to),
        5 => bytes.truncate(usize::from(a)),
        // Anywhere, and often at the end.
        6 => {
            let at = if number % 2 == 0 { from } else { len };
            drop(bytes.splice(at..at, number.to_le_bytes()));
        }
        7 => drop(bytes.drain(from..len.min(from + 1 + number as usize % 64))),
        // Part of another proof at its own place.
        8 => {
            let (_, other) = &PROVEN[usize::from(b) % PROVEN.len()];
            let end = (from + 8 * (number as usize % 512)).min(len).min(other.len());
            if from < end {
                bytes[from..end].copy_from_slice(&other[from..end]);
            }
        }
        _ => bytes[6 + usize::from(a) % 3] = number as u8,
    }
}

/// Writes a valid nonce into the proof, if there is none, and gives the openings their length.
struct Complete<'a> {
    bytes: &'a mut Vec<u8>,
    inputs: PublicInputs,
    shape: ProofShape,
    resizes: bool,
}

impl ProtocolVisitor for Complete<'_> {
    /// `None` if the bytes up to the nonce cannot be read.
    type Output = Option<()>;

    fn visit<H, E>(self) -> Option<()>
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        let Self { bytes, inputs, shape, resizes } = self;
        let mut reader = Reader::new(bytes);
        ProofHeader::read(&mut reader).ok()?;
        let messages = Messages::<H, E>::read(&mut reader, &shape).ok()?;
        let end = reader.offset();

        // 1 ----- the transcript, as in design/transcript.md
        let mut seed: Vec<Felt> = shape.seed();
        seed.extend(inputs.to_elements());
        let mut coin = Coin::<H>::new(&seed);
        messages.trace_commitments().for_each(|commitment| coin.reseed(commitment));
        coin.reseed(messages.quotient_commitment);
        let evaluations = merge_evaluations(&messages.trace_frame, &messages.chunks, &messages.next_chunks);
        coin.reseed(H::hash_elements(&evaluations));
        messages.layer_commitments.iter().for_each(|&commitment| coin.reseed(commitment));
        coin.reseed(H::hash_elements(&messages.remainder));

        // 2 ----- the nonce
        let options = shape.options();
        let is_valid = |nonce: &u64| coin.check_leading_zeros(*nonce) >= options.grinding_factor();
        let nonce = [messages.nonce].into_iter().chain(1..).find(is_valid)?;
        bytes[end - 8..end].copy_from_slice(&nonce.to_le_bytes());

        // 3 ----- openings of the right length for other queries, from the bytes of the proof, repeated
        if nonce != messages.nonce && resizes && bytes.len() > end {
            let positions = coin.draw_integers(options.num_queries(), shape.domain_size(), nonce).ok()?;
            let positions: BTreeSet<usize> = positions.into_iter().collect();
            let mut repeated = bytes[end..].repeat(3);
            let mut reader = Reader::new(&repeated);
            Openings::<H, E>::read(&mut reader, &shape, &positions).ok()?;
            let len = reader.offset();
            repeated.truncate(len);
            bytes.truncate(end);
            bytes.extend(repeated);
        }
        Some(())
    }
}

/// Like [`Complete`], for the set and the length in the header.
fn complete(bytes: &mut Vec<u8>, statement: &Statement, resizes: bool) -> Option<()> {
    let header = ProofHeader::read(&mut Reader::new(bytes)).ok()?;
    let (set, rows) = (header.parameter_set(), header.trace_rows());
    let inputs = PublicInputs::new(statement.clone(), set).with_hiding(header.hides());
    inputs.check_rows(rows).ok()?;
    let air = MidenAir::new(trace_info(rows), inputs.clone(), set.proof_options());
    let shape = ProofShape::new(&air, header.hiding());
    set.visit(Complete { bytes, inputs, shape, resizes })
}

fuzz_target!(|input: (u8, u8, bool, Vec<Change>)| {
    let (choice, claim, resizes, changes) = input;
    let (proven, proof) = &PROVEN[usize::from(choice) % PROVEN.len()];
    // Mostly the proven statement.
    let (claimed, _) = if claim % 8 == 0 {
        &PROVEN[usize::from(claim / 8) % PROVEN.len()]
    } else {
        &(proven.clone(), Vec::new())
    };
    let mut bytes = proof.clone();
    changes.into_iter().take(8).for_each(|change| apply(&mut bytes, change));
    let _ = complete(&mut bytes, claimed, resizes);

    match miden_verifier::verify(claimed, &bytes) {
        Ok(verified) => {
            assert_eq!(claimed, proven, "a proof of something else is accepted");
            assert_eq!(&bytes, proof, "a changed proof is accepted");
            assert_eq!(verified.outcome, proven.outcome);
            assert_eq!(verified.parameter_set.id(), proof[6]);
        }
        Err(error) => {
            assert!(claimed != proven || &bytes != proof, "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
});
