//! Bitwise operations: a response is the AND, or the rotated XOR, of two 32-bit words.

use miden_air::inspect::{MessageKind, Unbalanced};
use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::bitwise::{BITS, MULTIPLICITY, ROTATE_12_8_7, ROTATE_16},
};

use crate::{
    assert_needed, assert_true,
    common::{Random, Section, felt},
    flags, index_in,
    window::{Subject, Verdict},
};

/// Number of random words, in addition to those of edge values.
const NUM_WORDS: usize = 2;

struct Bitwise;

impl Subject for Bitwise {
    const SECTION: Section = Section::Bitwise;
    const TOPIC: &'static str = "bitwise";
    const NUM_ROWS: usize = 2;
    const NUM_POINTS: usize = 2;

    fn flags() -> Vec<usize> {
        [ROTATE_16, ROTATE_12_8_7, BITS].into_iter().flat_map(|columns| columns.range()).collect()
    }

    fn assignments(dropped: Option<&str>) -> Vec<Vec<Felt>> {
        let mut random = Random::new(u64::from(u32::MAX));
        let arbitrary = (0..NUM_WORDS).map(|_| random.below(1 << 32));
        let words = [0, u64::from(u32::MAX), 0x8000_0001].into_iter().chain(arbitrary);
        let bits = |word: u64| -> Vec<Felt> { (0..32).map(|i| felt(word >> i & 1)).collect() };
        let mut words: Vec<Vec<Felt>> = words.map(bits).collect();
        if let Some(bit) = index_in(dropped, "bitwise.bit") {
            words.iter_mut().for_each(|word| word[bit] = felt(2));
        }
        let kinds = flags(4, index_in(dropped, "bitwise.kind"));
        // A word that is none has a wrong AND.
        let is_kept =
            |kind: &Vec<Felt>| index_in(dropped, "bitwise.bit").is_none() || *kind == [Felt::ZERO; 4];
        let rows = |kind: Vec<Felt>| words.iter().map(move |word| [kind.clone(), word.clone()].concat());
        kinds.into_iter().filter(is_kept).flat_map(rows).collect()
    }

    fn choose(column: usize, random: &mut Random) -> Felt {
        if column == MULTIPLICITY.at(0) { Felt::ONE } else { random.element() }
    }

    fn judge(messages: &[Unbalanced]) -> Verdict {
        for message in messages {
            let rotation = match message.kind {
                Some(MessageKind::Byte) => continue,
                None => return Verdict::Impossible,
                Some(MessageKind::And) => None,
                Some(MessageKind::XorRotate16) => Some(16),
                Some(MessageKind::XorRotate12) => Some(12),
                Some(MessageKind::XorRotate8) => Some(8),
                Some(MessageKind::XorRotate7) => Some(7),
                Some(kind) => return Verdict::False(format!("an operation that is a {kind:?}")),
            };
            let value = |i: usize| message.values.get(1 + i).map_or(0, |value| value.as_int());
            let [a, b] = [0, 1].map(|i| u32::try_from(value(i)));
            let (Ok(a), Ok(b)) = (a, b) else {
                return Verdict::False(format!("{:?} is a word", &message.values[1..]));
            };
            let expected = rotation.map_or(a & b, |by| (a ^ b).rotate_right(by));
            if value(2) != u64::from(expected) || message.values.len() > 4 {
                return Verdict::False(format!("{:?} of {a} and {b} is {}", message.kind, value(2)));
            }
        }
        Verdict::True
    }
}

#[test]
fn results_are_those_of_the_words() {
    let (windows, points) = assert_true::<Bitwise>();
    // Five words with five kinds, alone or before any of them; the hasher before, and four sections after.
    assert_eq!(windows, (25 + 25 * 25) * 4);
    assert_eq!(points, 2 * windows);
}

#[test]
fn without_a_constraint_a_result_may_be_wrong() {
    assert_needed::<Bitwise>(&[]);
}
