use alloc::{string::String, sync::Arc, vec::Vec};

use miden_core::{Felt, hash_elements};

/// What a constant stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A field element.
    Felt(Felt),
    /// Four elements, element 0 first.
    Word([Felt; 4]),
    /// A text, for errors.
    Text(Arc<str>),
}

impl Value {
    /// What it is, for messages.
    pub(crate) const fn description(&self) -> &'static str {
        match self {
            Self::Felt(_) => "a number",
            Self::Word(_) => "a word",
            Self::Text(_) => "a text",
        }
    }
}

/// The word that a text stands for: the hash of its length in bytes and of its bytes, of which seven, the first one
/// lowest, make an element.
pub(super) fn word_of(text: &str) -> [Felt; 4] {
    /// Largest number of bytes that any element can hold.
    const CHUNK: usize = 7;
    let chunks = text.as_bytes().chunks(CHUNK).map(|chunk| {
        let number = chunk.iter().rev().fold(0, |number: u64, &byte| number << u8::BITS | u64::from(byte));
        Felt::new(number)
    });
    let elements: Vec<Felt> = core::iter::once(Felt::new(text.len() as u64)).chain(chunks).collect();
    hash_elements(&elements).into()
}

/// The number of the event that a text stands for: the lower half of element 0 of its word.
pub(super) fn event_of(text: &str) -> Felt {
    let [first, ..] = word_of(text);
    Felt::new(first.as_int() & u64::from(u32::MAX))
}

impl core::fmt::Display for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Felt(felt) => write!(f, "{felt}"),
            Self::Word([a, b, c, d]) => write!(f, "[{a}, {b}, {c}, {d}]"),
            Self::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(String::from(text).into())
    }
}
