//! Hostile bytes after a valid nonce: what follows is damaged part by part, and the answer is always a typed error.
//!
//! The prefix is an honest proof, or the false statement about a uniform trace, shortest or longest, with evaluations
//! that satisfy the constraints or not. So each case is past the grinding.

use alloc::{vec, vec::Vec};
use std::sync::LazyLock;

use miden_air::{ParameterSet, proof::ProofError};
use miden_core::DecodeError;
use proptest::{prelude::*, sample::Index};

use super::{
    HONEST, each_set,
    prover::{Forgery, FrameLie},
    sets, uniform,
};
use crate::{
    VerifierError,
    tests::stand_in::{Form, verify_in},
};

/// An accepted or rejected proof to start from, and the verdict on it.
struct Source {
    set: ParameterSet,
    forgery: Forgery,
    verdict: Result<(), VerifierError>,
}

/// For each set and form: an honest proof, and false ones with the shortest and the longest trace.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let source = |set, forgery: Forgery| {
        let verdict = verify_in(forgery.form, forgery.result, &forgery.bytes());
        Source { set, forgery, verdict }
    };
    let uniform = each_set(|set| {
        let (min, max) = set.trace_log2_range();
        let forms = Form::ALL.into_iter().filter(|form| sets(*form).contains(&set));
        let lies = [(min, FrameLie::Solved), (max, FrameLie::Solved), (max, FrameLie::None)];
        let all = forms.flat_map(|form| lies.map(|(log2, frame)| uniform(set, log2, form, frame)));
        all.collect::<Vec<Forgery>>()
    });
    let honest = HONEST.iter().map(|(set, forgery)| source(*set, forgery.clone()));
    let uniform = uniform
        .into_iter()
        .flat_map(|(set, forgeries)| forgeries.into_iter().map(move |forgery| source(set, forgery)));
    honest.chain(uniform).collect()
});

/// A change of the openings; all positions are relative.
#[derive(Clone, Debug)]
enum Damage {
    Flip(Index, u8),
    /// Bytes overwritten, eight times 255 among them: no element or Rescue digest has such a half.
    Overwrite(Index, Vec<u8>),
    Truncate(Index),
    /// Bytes inserted, at the end if there is no position.
    Insert(Option<Index>, Vec<u8>),
    Remove(Index, usize),
    /// Everything after the nonce replaced.
    Replace(Vec<u8>),
    SwapLeaves(Index, Index, Index),
    SwapNodes(Index, Index, Index),
    SwapSections(Index, Index),
    /// A section left out, or sent twice.
    DropSection(Index),
    RepeatSection(Index),
    /// A section opened from another table, or from another proof.
    OtherTable(Index),
    OtherProof(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = |len| prop::collection::vec(any::<u8>(), len);
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(index, bit)| Damage::Flip(index, bit)),
        (at(), bytes(1..64)).prop_map(|(index, bytes)| Damage::Overwrite(index, bytes)),
        at().prop_map(|index| Damage::Overwrite(index, [0xff; 16].into())),
        at().prop_map(Damage::Truncate),
        (prop::option::of(at()), bytes(1..40)).prop_map(|(index, bytes)| Damage::Insert(index, bytes)),
        (at(), 1..40_usize).prop_map(|(index, count)| Damage::Remove(index, count)),
        bytes(0..9000).prop_map(Damage::Replace),
        (at(), at(), at()).prop_map(|(section, a, b)| Damage::SwapLeaves(section, a, b)),
        (at(), at(), at()).prop_map(|(section, a, b)| Damage::SwapNodes(section, a, b)),
        (at(), at()).prop_map(|(a, b)| Damage::SwapSections(a, b)),
        at().prop_map(Damage::DropSection),
        at().prop_map(Damage::RepeatSection),
        at().prop_map(Damage::OtherTable),
        (at(), at()).prop_map(|(section, source)| Damage::OtherProof(section, source)),
    ]
}

impl Damage {
    /// The damaged bytes after the nonce.
    fn apply(&self, source: &Source) -> Vec<u8> {
        let mut openings = source.forgery.openings.clone();
        let num = openings.len();
        let mut tail: Option<Vec<u8>> = None;
        let bytes = || source.forgery.bytes().split_off(source.forgery.head.len());
        match self {
            Self::Flip(index, bit) => {
                let mut bytes = bytes();
                let at = index.index(bytes.len());
                bytes[at] ^= 1 << bit;
                tail = Some(bytes);
            }
            Self::Overwrite(index, with) => {
                let mut bytes = bytes();
                let at = index.index(bytes.len());
                let end = bytes.len().min(at + with.len());
                bytes[at..end].copy_from_slice(&with[..end - at]);
                tail = Some(bytes);
            }
            Self::Truncate(index) => {
                let mut bytes = bytes();
                bytes.truncate(index.index(bytes.len()));
                tail = Some(bytes);
            }
            Self::Insert(index, with) => {
                let mut bytes = bytes();
                let at = index.map_or(bytes.len(), |index| index.index(bytes.len()));
                bytes.splice(at..at, with.iter().copied());
                tail = Some(bytes);
            }
            Self::Remove(index, count) => {
                let mut bytes = bytes();
                let at = index.index(bytes.len());
                bytes.drain(at..bytes.len().min(at + count));
                tail = Some(bytes);
            }
            Self::Replace(with) => tail = Some(with.clone()),
            Self::SwapLeaves(section, a, b) => {
                let leaves = &mut openings[section.index(num)].leaves;
                let len = leaves.len();
                leaves.swap(a.index(len), b.index(len));
            }
            Self::SwapNodes(section, a, b) => {
                let nodes = &mut openings[section.index(num)].nodes;
                let len = nodes.len();
                nodes.swap(a.index(len), b.index(len));
            }
            Self::SwapSections(a, b) => openings.swap(a.index(num), b.index(num)),
            Self::DropSection(section) => drop(openings.remove(section.index(num))),
            Self::RepeatSection(section) => {
                let section = section.index(num);
                openings.insert(section, openings[section].clone());
            }
            Self::OtherTable(section) => {
                let section = section.index(num);
                openings[section] = source.forgery.others[section].clone();
            }
            Self::OtherProof(section, source) => {
                let other = &SOURCES[source.index(SOURCES.len())].forgery.openings;
                openings[section.index(num)] = other[section.index(other.len())].clone();
            }
        }
        tail.unwrap_or_else(|| openings.iter().flat_map(|opening| opening.bytes()).collect())
    }
}

/// Whether `error` is that of bytes which do not belong to the messages before them.
fn is_of_openings(error: &VerifierError) -> bool {
    use DecodeError::{Invalid, TrailingBytes, Truncated};
    matches!(
        error,
        VerifierError::Proof(ProofError::Decode(Truncated { .. } | TrailingBytes { .. } | Invalid { .. }))
            | VerifierError::TraceOpening
            | VerifierError::QuotientOpening
            | VerifierError::LayerOpening
    )
}

fn num_cases() -> u32 {
    if std::env::var_os("SLOW_TESTS").is_some() { 40_000 } else { 400 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(num_cases()))]
    #[test]
    fn damaged_openings_are_rejected_as_such(index: Index, damage in damage()) {
        let source = &SOURCES[index.index(SOURCES.len())];
        let tail = damage.apply(source);
        let bytes = [&source.forgery.head[..], &tail].concat();
        let verdict = verify_in(source.forgery.form, source.forgery.result, &bytes);
        let is_changed = bytes != source.forgery.bytes();
        match &verdict {
            Err(error) if is_changed && is_of_openings(error) => {}
            // A false statement may be noticed before the damage; a true one is accepted only if nothing has changed.
            _ => {
                prop_assert_eq!(&verdict, &source.verdict, "{}", source.set);
                prop_assert!(verdict.is_err() || !is_changed, "{} accepts changed bytes", source.set);
            }
        }
    }
}

#[test]
fn every_truncation_after_the_nonce_is_noticed_before_the_constraints() {
    for source in SOURCES.iter().filter(|source| source.set != ParameterSet::Fast96Rescue) {
        let bytes = source.forgery.bytes();
        for len in (source.forgery.head.len()..bytes.len()).step_by(397) {
            let error = verify_in(source.forgery.form, source.forgery.result, &bytes[..len]).unwrap_err();
            let is_truncated =
                matches!(error, VerifierError::Proof(ProofError::Decode(DecodeError::Truncated { .. })));
            assert!(is_truncated, "{}, {len} bytes: {error}", source.set);
        }
    }
}

#[test]
fn the_sources_have_the_expected_verdicts() {
    for source in &*SOURCES {
        match &source.verdict {
            Ok(()) | Err(VerifierError::Constraints | VerifierError::LayerFolding { layer: 0 }) => {}
            Err(error) => panic!("{}: {error}", source.set),
        }
    }
    let verdict = |expected: fn(&Source) -> bool| SOURCES.iter().filter(|source| expected(source)).count();
    assert_eq!(verdict(|source| source.verdict.is_ok()), HONEST.len());
    let num = Form::ALL.map(|form| sets(form).len()).iter().sum();
    assert_eq!(verdict(|source| source.verdict == Err(VerifierError::Constraints)), num);
}
