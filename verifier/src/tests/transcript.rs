//! The order of absorbs and challenges. Book: design/transcript.md

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::{cell::RefCell, fmt::Write};

use expect_test::expect;
use miden_air::{
    ParameterSet,
    proof::{Coin, Messages, ProofHeader},
};
use miden_core::{
    Felt, Reader,
    field::{FieldElement, StarkField, ToElements},
};
use winter_crypto::{
    Digest, ElementHasher, Hasher, MerkleTree, RandomCoin, RandomCoinError, hashers::Blake3_192,
};
use winter_math::fields::QuadExtension;
use winter_verifier::AcceptableOptions;

use super::{cheating::honest_bytes, stand_in::*};
use crate::{
    VerifierError,
    protocol::{Challenges, seed},
};

type Hash = Blake3_192<Felt>;
type Quad = QuadExtension<Felt>;

const SET: ParameterSet = ParameterSet::Fast96;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    Seed(Vec<Felt>),
    Absorb(<Hash as Hasher>::Digest),
    Draw(Vec<Felt>),
    Positions { nonce: u64, positions: Vec<usize> },
}

std::thread_local! {
    static LOG: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

fn log(event: Event) {
    LOG.with_borrow_mut(|log| log.push(event));
}

fn recorded<T>(run: impl FnOnce() -> T) -> (T, Vec<Event>) {
    LOG.take();
    let result = run();
    (result, LOG.take())
}

/// The coin of the backend, with a log of its absorbs and draws.
struct RecordingCoin(Coin<Hash>);

impl RandomCoin for RecordingCoin {
    type BaseField = Felt;
    type Hasher = Hash;

    fn new(seed: &[Felt]) -> Self {
        log(Event::Seed(seed.to_vec()));
        Self(Coin::new(seed))
    }

    fn reseed(&mut self, data: <Hash as Hasher>::Digest) {
        log(Event::Absorb(data));
        self.0.reseed(data);
    }

    fn check_leading_zeros(&self, value: u64) -> u32 {
        self.0.check_leading_zeros(value)
    }

    fn draw<E: FieldElement<BaseField = Felt>>(&mut self) -> Result<E, RandomCoinError> {
        let element: E = self.0.draw()?;
        log(Event::Draw(E::slice_as_base_elements(&[element]).to_vec()));
        Ok(element)
    }

    fn draw_integers(
        &mut self,
        count: usize,
        domain: usize,
        nonce: u64,
    ) -> Result<Vec<usize>, RandomCoinError> {
        let positions = self.0.draw_integers(count, domain, nonce)?;
        log(Event::Positions { nonce, positions: positions.clone() });
        Ok(positions)
    }
}

fn honest() -> (Vec<u8>, Vec<Event>) {
    let (proof, log) = recorded(|| prove::<Hash, RecordingCoin>(Inputs::new(SET)));
    (encode::<Hash>(SET, &proof), log)
}

/// The query positions, from a transcript with coin `R`.
fn positions<R>(inputs: &Inputs, messages: &Messages<Hash, Quad>) -> Result<BTreeSet<usize>, VerifierError>
where
    R: RandomCoin<BaseField = Felt, Hasher = Hash>,
{
    let statement = inputs.to_elements();
    let shape = shape(inputs);
    let coin = R::new(&seed(&shape, &statement));
    Challenges::replay(&air(ROWS, inputs), &shape, coin, messages).map(|challenges| challenges.positions)
}

fn messages(bytes: &[u8]) -> Messages<Hash, Quad> {
    let mut reader = Reader::new(bytes);
    ProofHeader::read(&mut reader).unwrap();
    Messages::read(&mut reader, &shape(&Inputs::new(SET))).unwrap()
}

/// One line per absorb and per run of draws.
fn describe(log: &[Event]) -> String {
    let mut text = String::new();
    let mut draws = 0;
    for event in log {
        if let Event::Draw(_) = event {
            draws += 1;
            continue;
        }
        if draws > 0 {
            writeln!(text, "draw {draws}").unwrap();
            draws = 0;
        }
        match event {
            Event::Seed(elements) => writeln!(text, "seed {} elements", elements.len()),
            Event::Absorb(_) => writeln!(text, "absorb"),
            Event::Positions { positions, .. } => writeln!(text, "draw {} positions", positions.len()),
            Event::Draw(_) => Ok(()),
        }
        .unwrap();
    }
    text
}

#[test]
fn absorbs_and_challenges_come_in_the_order_of_the_inventory() {
    let (_, log) = honest();
    // Absorbs: main segment, auxiliary segment, quotient, out-of-domain evaluations, FRI layer, FRI remainder.
    expect![[r#"
        seed 10 elements
        absorb
        draw 1
        absorb
        draw 7
        absorb
        draw 1
        absorb
        draw 4
        absorb
        draw 1
        absorb
        draw 40 positions
    "#]]
    .assert_eq(&describe(&log));
}

#[test]
fn the_verifier_absorbs_what_the_prover_absorbs() {
    let inputs = Inputs::new(SET);
    let (proof, of_prover) = recorded(|| prove::<Hash, RecordingCoin>(inputs.clone()));
    let options = AcceptableOptions::OptionSet([SET.proof_options()].into());
    let (result, mut of_backend) = recorded(|| {
        winter_verifier::verify::<Fibonacci, Hash, RecordingCoin, MerkleTree<Hash>>(
            proof.clone(),
            inputs.clone(),
            &options,
        )
    });
    assert_eq!(result, Ok(()));

    let messages = messages(&encode::<Hash>(SET, &proof));
    let (result, of_ours) = recorded(|| positions::<RecordingCoin>(&inputs, &messages));
    result.unwrap();
    assert_eq!(of_ours, of_prover);
    // After the remainder the verifier of winter-fri draws a folding challenge and does not use it.
    assert!(matches!(of_backend.remove(of_backend.len() - 2), Event::Draw(_)));
    assert_eq!(of_backend, of_prover);
}

/// The draws of `log`, made by a coin that absorbs what `log` absorbs.
fn answers(log: &[Event]) -> Vec<Event> {
    let mut coin: Option<Coin<Hash>> = None;
    let mut answers = Vec::new();
    for event in log {
        let coin = match event {
            Event::Seed(seed) => {
                coin = Some(Coin::new(seed));
                continue;
            }
            _ => coin.as_mut().unwrap(),
        };
        match event {
            Event::Seed(_) => {}
            Event::Absorb(data) => coin.reseed(*data),
            Event::Draw(_) => {
                let element: Quad = coin.draw().unwrap();
                answers.push(Event::Draw(Quad::slice_as_base_elements(&[element]).to_vec()));
            }
            Event::Positions { nonce, positions } => {
                let domain = shape(&Inputs::new(SET)).domain_size();
                let positions = coin.draw_integers(positions.len(), domain, *nonce).unwrap();
                answers.push(Event::Positions { nonce: *nonce, positions });
            }
        }
    }
    answers
}

#[test]
fn every_absorbed_item_changes_all_later_challenges() {
    let (_, log) = honest();
    let expected = answers(&log);
    let is_answer = |event: &&Event| matches!(event, Event::Draw(_) | Event::Positions { .. });
    let check = |index: usize, changed: Event| {
        let mut other = log.clone();
        other[index] = changed;
        let before = log[..index].iter().filter(is_answer).count();
        let other = answers(&other);
        assert_eq!(other[..before], expected[..before]);
        for (other, expected) in other[before..].iter().zip(&expected[before..]) {
            assert_ne!(other, expected, "after item {index}");
        }
    };
    for (index, event) in log.iter().enumerate() {
        match event {
            Event::Seed(seed) => {
                for i in 0..seed.len() {
                    let mut seed = seed.clone();
                    seed[i] += Felt::ONE;
                    check(index, Event::Seed(seed));
                }
                check(index, Event::Seed([&seed[..], &[Felt::ZERO]].concat()));
            }
            Event::Absorb(digest) => check(index, Event::Absorb(Hash::hash(&digest.as_bytes()))),
            Event::Positions { .. } | Event::Draw(_) => {}
        }
    }
}

#[test]
fn every_message_changes_the_query_positions() {
    for form in Form::ALL {
        let bytes = if form == Form::Stock { honest().0 } else { honest_bytes(form, SET) };
        let inputs = Inputs::in_form(SET, form);
        let shape = shape(&inputs);
        let messages = |bytes: &[u8]| {
            let mut reader = Reader::new(bytes);
            ProofHeader::read(&mut reader).unwrap();
            Messages::read(&mut reader, &shape)
        };
        let positions = positions::<Coin<Hash>>;
        let honest = positions(&inputs, &messages(&bytes).unwrap());
        assert!(honest.is_ok());

        let evaluations = 2 * shape.trace().width() + shape.num_chunks() + shape.num_next_chunks();
        let openings = 9 + 4 * 24 + (evaluations + shape.remainder_len()) * 16 + 8;
        for at in 9..openings {
            let mut altered = bytes.clone();
            // Flip the lowest bit, so that elements stay below the modulus.
            altered[at] ^= 1;
            if let Ok(messages) = messages(&altered) {
                assert_ne!(positions(&inputs, &messages), honest, "{form:?}, byte {at}");
            }
        }
        let messages = messages(&bytes).unwrap();
        let other = Inputs { result: inputs.result + Felt::ONE, ..inputs.clone() };
        assert_ne!(positions(&other, &messages), honest);
        let other = Inputs { set: ParameterSet::Small96, ..inputs };
        assert_ne!(positions(&other, &messages), honest);
    }
}

/// The seed says how much randomness a proof has.
#[test]
fn the_seeds_of_all_forms_differ() {
    let seeds = Form::ALL.map(|form| shape(&Inputs::in_form(SET, form)).seed());
    let [stock, plain, hiding] = seeds.each_ref().map(Vec::len);
    assert_eq!((plain, hiding), (stock + 2, stock + 2));
    assert_eq!(seeds[1][stock..], [Felt::ZERO; 2]);
    assert_eq!(seeds[2][stock..], [Felt::from(85_u8), Felt::from(42_u8)]);
    assert!(seeds.iter().all(|seed| seed[..stock] == seeds[0][..stock]));
}

/// Draws a point of the trace (`EXTENDED = false`) or of its extension.
struct RiggedCoin<const EXTENDED: bool>(Coin<Hash>);

impl<const EXTENDED: bool> RandomCoin for RiggedCoin<EXTENDED> {
    type BaseField = Felt;
    type Hasher = Hash;

    fn new(seed: &[Felt]) -> Self {
        Self(Coin::new(seed))
    }

    fn reseed(&mut self, data: <Hash as Hasher>::Digest) {
        self.0.reseed(data);
    }

    fn check_leading_zeros(&self, value: u64) -> u32 {
        self.0.check_leading_zeros(value)
    }

    fn draw<E: FieldElement<BaseField = Felt>>(&mut self) -> Result<E, RandomCoinError> {
        let log2 = u32::from(LOG2);
        Ok(match EXTENDED {
            false => E::from(Felt::get_root_of_unity(log2)),
            true => E::from(Felt::GENERATOR * Felt::get_root_of_unity(log2 + 2)),
        })
    }

    fn draw_integers(
        &mut self,
        count: usize,
        domain: usize,
        nonce: u64,
    ) -> Result<Vec<usize>, RandomCoinError> {
        self.0.draw_integers(count, domain, nonce)
    }
}

#[test]
fn an_out_of_domain_point_inside_a_domain_is_rejected() {
    let (bytes, _) = honest();
    let (inputs, messages) = (Inputs::new(SET), messages(&bytes));
    let in_domain = Err(VerifierError::PointInDomain);
    assert_eq!(positions::<RiggedCoin<false>>(&inputs, &messages), in_domain);
    assert_eq!(positions::<RiggedCoin<true>>(&inputs, &messages), in_domain);
    assert!(positions::<Coin<Hash>>(&inputs, &messages).is_ok());
}

#[test]
fn a_remainder_is_absorbed_as_its_hash() {
    let (bytes, log) = honest();
    let hash = <Hash as ElementHasher>::hash_elements(&messages(&bytes).remainder);
    let last = log.iter().rev().find(|event| matches!(event, Event::Absorb(_)));
    assert_eq!(last, Some(&Event::Absorb(hash)));
}
