//! Values of a JSON file with their places, so that every error can name its place.

use std::{fmt, path::Path};

use miden_core::{Digest, Felt, MerkleError, felt_from_canonical};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::errors::ValueFileError;

/// Parses a file.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(path: &Path, bytes: &[u8]) -> Result<T, ValueFileError> {
    serde_json::from_slice(bytes).map_err(|source| ValueFileError::Json { path: path.into(), source })
}

/// The field elements of a list under a key, which are decimal numbers in quotes.
pub(super) fn felts(path: &Path, key: &'static str, list: &Value) -> Result<Vec<Felt>, ValueFileError> {
    let list = At::key(path, key, list);
    list.items("a list of decimal numbers in quotes")?.map(|item| item.quoted_felt()).collect()
}

/// A value and its place.
pub(super) struct At<'a> {
    path: &'a Path,
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
    value: &'a Value,
}

/// The step from a value to one inside it.
enum Step<'a> {
    /// The value of a key of an object.
    Key(&'a str),
    /// An item of a list.
    Item(usize),
    /// An item of a pair, by its meaning.
    Part(&'static str),
}

impl<'a> At<'a> {
    /// A value of the outermost object.
    pub(super) const fn key(path: &'a Path, key: &'a str, value: &'a Value) -> Self {
        Self { path, parent: None, step: Step::Key(key), value }
    }

    const fn inner(&'a self, step: Step<'a>, value: &'a Value) -> Self {
        Self { path: self.path, parent: Some(self), step, value }
    }

    /// The items, if this is a list.
    pub(super) fn items(
        &'a self,
        expected: &'static str,
    ) -> Result<impl ExactSizeIterator<Item = At<'a>>, ValueFileError> {
        let items = self.value.as_array().ok_or_else(|| self.expected(expected))?;
        Ok(items.iter().enumerate().map(|(index, item)| self.inner(Step::Item(index), item)))
    }

    /// The two items of a pair, each named by its meaning.
    pub(super) fn pair(
        &'a self,
        names: [&'static str; 2],
        expected: &'static str,
    ) -> Result<[At<'a>; 2], ValueFileError> {
        match (self.value.as_array().map(Vec::as_slice), names) {
            (Some([first, second]), [a, b]) => {
                Ok([self.inner(Step::Part(a), first), self.inner(Step::Part(b), second)])
            }
            _ => Err(self.expected(expected)),
        }
    }

    /// The entries, if this is an object.
    pub(super) fn object(&self, expected: &'static str) -> Result<&'a Map<String, Value>, ValueFileError> {
        self.value.as_object().ok_or_else(|| self.expected(expected))
    }

    /// The value of a key of this object.
    pub(super) const fn member(&'a self, key: &'a str, value: &'a Value) -> At<'a> {
        self.inner(Step::Key(key), value)
    }

    /// A number, in quotes or not.
    pub(super) fn number(&self) -> Result<u64, ValueFileError> {
        let number = match self.value {
            Value::String(text) if is_decimal(text) => text.parse().ok(),
            value => value.as_u64(),
        };
        number.ok_or_else(|| self.expected("a number from 0 to 18446744073709551615"))
    }

    /// A field element: a number, in quotes or not.
    pub(super) fn felt(&self) -> Result<Felt, ValueFileError> {
        match self.value {
            Value::String(_) => self.quoted_felt(),
            value => {
                let number = value.as_u64().ok_or_else(|| self.expected("a decimal number"))?;
                felt_from_canonical(number).ok_or_else(|| self.not_canonical())
            }
        }
    }

    /// A field element: a decimal number in quotes.
    pub(super) fn quoted_felt(&self) -> Result<Felt, ValueFileError> {
        let text = self.value.as_str().filter(|text| is_decimal(text));
        let text = text.ok_or_else(|| self.expected("a decimal number in quotes"))?;
        text.parse().ok().and_then(felt_from_canonical).ok_or_else(|| self.not_canonical())
    }

    /// A text.
    pub(super) fn text(&self, expected: &'static str) -> Result<&'a str, ValueFileError> {
        self.value.as_str().ok_or_else(|| self.expected(expected))
    }

    /// A truth value.
    pub(super) fn boolean(&self) -> Result<bool, ValueFileError> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    /// A word.
    pub(super) fn word(&self) -> Result<Digest, ValueFileError> {
        let word = self.value.as_str().and_then(word);
        word.ok_or_else(|| self.expected(WORD))
    }

    /// The Merkle tree at this place is invalid.
    pub(super) fn merkle(&self, source: MerkleError) -> ValueFileError {
        ValueFileError::Merkle { path: self.path.into(), place: self.to_string(), source }
    }

    /// The Merkle tree at this place would have too many nodes.
    pub(super) fn too_many_nodes(&self, max: usize) -> ValueFileError {
        ValueFileError::TooManyNodes { path: self.path.into(), place: self.to_string(), max }
    }

    /// The value is of the wrong kind.
    pub(super) fn expected(&self, expected: &'static str) -> ValueFileError {
        let (path, place, got) = (self.path.into(), self.to_string(), describe(self.value));
        ValueFileError::Expected { path, place, got, expected }
    }

    /// The object lacks a required key.
    pub(super) fn without(&self, key: &'static str) -> ValueFileError {
        ValueFileError::MissingMember { path: self.path.into(), place: self.to_string(), key }
    }

    fn not_canonical(&self) -> ValueFileError {
        let got = self.value.as_str().map_or_else(|| describe(self.value), shorten);
        ValueFileError::NotCanonical { path: self.path.into(), place: self.to_string(), got }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}")?;
        }
        match (&self.step, self.parent) {
            (Step::Key(key), None) => write!(f, "\"{key}\""),
            (Step::Key(key), Some(_)) => write!(f, " \"{}\"", shorten(key)),
            (Step::Item(index), _) => write!(f, " item {index}"),
            (Step::Part(name), _) => write!(f, ", {name}"),
        }
    }
}

/// Form of a word.
pub(super) const WORD: &str =
    "64 lower-case hex digits: four numbers below the field modulus, each as 8 little-endian bytes";

/// Parses a word, with or without `0x`.
pub(super) fn word(text: &str) -> Option<Digest> {
    text.strip_prefix("0x").unwrap_or(text).parse().ok()
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A value as a message shows it.
fn describe(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        Value::String(text) => format!("\"{}\"", shorten(text)),
        value => value.to_string(),
    }
}

/// Keeps messages readable, whatever the file contains.
pub(super) fn shorten(text: &str) -> String {
    // Long enough for a word with `0x`.
    const MAX: usize = 66;
    let head: String = text.chars().take(MAX).collect();
    let cut = if head.len() < text.len() { "…" } else { "" };
    head.escape_debug().chain(cut.chars()).collect()
}

/// The entries of an object in order, including repeated keys.
pub(super) struct Entries(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of lists for \"advice_map\"")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}
