use alloc::{string::String, sync::Arc};

use miden_assembly_syntax::literal;
use miden_core::{Felt, hash_bytes};

/// Value of a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A field element.
    Felt(Felt),
    /// Four elements, element 0 first.
    Word([Felt; 4]),
    /// A text, for error codes.
    Text(Arc<str>),
}

impl Value {
    /// Description for messages.
    pub(crate) const fn description(&self) -> &'static str {
        match self {
            Self::Felt(_) => "a number",
            Self::Word(_) => "a word",
            Self::Text(_) => "a text",
        }
    }
}

/// The word of a text: the hash of its bytes.
pub(super) fn word_of(text: &str) -> [Felt; 4] {
    hash_bytes(text.as_bytes()).into()
}

/// The event number of a text: the lower half of element 0 of its word.
pub(super) fn event_of(text: &str) -> Felt {
    let [first, ..] = word_of(text);
    Felt::new(first.as_int() & u64::from(u32::MAX))
}

impl core::fmt::Display for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Felt(felt) => write!(f, "{felt}"),
            Self::Word([a, b, c, d]) => write!(f, "[{a}, {b}, {c}, {d}]"),
            Self::Text(text) => f.write_str(&literal::quote(text)),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(String::from(text).into())
    }
}
