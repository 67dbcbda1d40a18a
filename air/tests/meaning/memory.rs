//! Memory: a read returns the last write of the same context and address before it, or zero.

use std::collections::{BTreeMap, btree_map::Entry};

use miden_air::inspect::{MessageKind, Unbalanced};
use miden_core::{
    Felt,
    field::FieldElement,
    trace::chiplets::memory::{
        ADDRESS, CONTEXT, ELEMENT, FIRST, FIRST_OF_CONTEXT, HIGH_LIMB, LOW_LIMB, NUMERATORS, ROW, WRITE,
    },
};

use crate::{
    assert_needed, assert_true,
    common::{Random, Section, felt},
    flags, index_in,
    window::{Subject, Verdict},
};

struct Memory;

impl Subject for Memory {
    const SECTION: Section = Section::Memory;
    const TOPIC: &'static str = "memory";
    const NUM_ROWS: usize = 3;
    const NUM_POINTS: usize = 12;
    // Addresses are below 2^32.
    const OPERANDS: &[&str] = &["memory.address", "memory.stream_address"];

    fn flags() -> Vec<usize> {
        [WRITE, ELEMENT, FIRST, FIRST_OF_CONTEXT].map(|column| column.at(0)).into()
    }

    fn assignments(dropped: Option<&str>) -> Vec<Vec<Felt>> {
        flags(4, index_in(dropped, "memory.flag"))
    }

    /// Limbs are free rather than keys, so that they are in range.
    fn is_last(column: usize) -> bool {
        [LOW_LIMB, HIGH_LIMB].iter().any(|limb| limb.at(0) == column)
    }

    fn choose(column: usize, random: &mut Random) -> Felt {
        let is = |other: miden_core::trace::Column| other.range().contains(&column);
        match random.below(8) {
            // Small steps in both directions, so that keys meet.
            0 if is(LOW_LIMB) || is(HIGH_LIMB) => -random.small(4),
            1 | 2 if is(LOW_LIMB) => random.small(1 << 16),
            1 | 2 if is(HIGH_LIMB) => random.small(1 << 13),
            3.. if is(HIGH_LIMB) => Felt::ZERO,
            _ if is(LOW_LIMB) || is(HIGH_LIMB) => random.small(3),
            0 if is(CONTEXT) || is(ADDRESS) || is(ROW) => random.small(1 << 30),
            _ if is(CONTEXT) || is(ADDRESS) || is(ROW) => random.small(4),
            _ if is(NUMERATORS) => random.numerator(),
            _ => random.element(),
        }
    }

    fn judge(messages: &[Unbalanced]) -> Verdict {
        let mut accesses = BTreeMap::new();
        for message in messages {
            let values = |i: usize| message.values.get(1 + i).copied().unwrap_or(Felt::ZERO);
            let kind = match message.kind {
                Some(MessageKind::Byte) => continue,
                Some(MessageKind::Limb) if message.values.len() <= 2 && values(0).as_int() < 1 << 16 => {
                    continue;
                }
                // No other row has the message.
                None | Some(MessageKind::Limb) => return Verdict::Impossible,
                Some(
                    kind @ (MessageKind::MemoryRead
                    | MessageKind::MemoryWrite
                    | MessageKind::ElementRead
                    | MessageKind::ElementWrite),
                ) => kind,
                Some(kind) => return Verdict::False(format!("an access that is a {kind:?}")),
            };
            let key = [0, 1, 2].map(|i| values(i).as_int());
            let word = [3, 4, 5, 6].map(values);
            let is_element = matches!(kind, MessageKind::ElementRead | MessageKind::ElementWrite);
            let has_request = message.surplus == Felt::ONE
                && key.iter().all(|&part| part < 1 << 32)
                && (!is_element || word[1..] == [Felt::ZERO; 3]);
            // An operation accesses an address once.
            let Entry::Vacant(entry) = accesses.entry(key) else { return Verdict::Impossible };
            if !has_request {
                return Verdict::Impossible;
            }
            entry.insert((kind, word));
        }
        replay(&accesses)
    }
}

/// Makes the accesses of each address in the order of their rows.
fn replay(accesses: &BTreeMap<[u64; 3], (MessageKind, [Felt; 4])>) -> Verdict {
    let mut memory: BTreeMap<[u64; 2], [Felt; 4]> = BTreeMap::new();
    for (&[context, address, row], &(kind, word)) in accesses {
        let stored = memory.entry([context, address]).or_insert([Felt::ZERO; 4]);
        let is_true = match kind {
            MessageKind::MemoryWrite => {
                *stored = word;
                true
            }
            MessageKind::ElementWrite => {
                stored[0] = word[0];
                true
            }
            MessageKind::ElementRead => stored[0] == word[0],
            _ => *stored == word,
        };
        if !is_true {
            return Verdict::False(format!(
                "row {row} reads {word:?} at {address} of context {context}, which holds {stored:?}"
            ));
        }
    }
    Verdict::True
}

/// Constraints without which no access is wrong.
const REVIEWED: [(&str, &str); 1] =
    [("memory.begins_limb", "the first access has no distance; its limbs are in range but mean nothing")];

#[test]
fn reads_return_what_was_written_last() {
    let (windows, points) = assert_true::<Memory>();
    // Flags of the first row: write and element; of the others, first and first_of_context too, of which three
    // combinations exist. Two sections may come before, and three after.
    assert_eq!(windows, (4 + 4 * 12 + 4 * 12 * 12) * 2 * 3);
    assert!(points > 6 * windows, "{points}");
}

#[test]
fn without_a_constraint_a_read_may_return_something_else() {
    assert_needed::<Memory>(&REVIEWED);
}

#[test]
fn the_model_tells_true_from_false() {
    let message = |kind: MessageKind, row: u64, value: u64| Unbalanced {
        kind: Some(kind),
        values: [kind.label(), 1, 2, row, value].map(felt).into(),
        surplus: Felt::ONE,
        rows: Vec::new(),
    };
    use MessageKind::{ElementWrite, MemoryRead};
    let judge = |messages: &[Unbalanced]| Memory::judge(messages);
    assert_eq!(judge(&[message(ElementWrite, 3, 5), message(MemoryRead, 4, 5)]), Verdict::True);
    assert!(matches!(judge(&[message(ElementWrite, 4, 5), message(MemoryRead, 3, 5)]), Verdict::False(_)));
    assert_eq!(judge(&[message(ElementWrite, 3, 5), message(MemoryRead, 3, 5)]), Verdict::Impossible);
}
