//! Values with their places in the file, so that every error can name its place.

use std::{fmt, path::Path};

use miden_assembly::nearest;
use miden_core::{Digest, Felt, MerkleError, felt_from_canonical, field::FieldElement};

use super::{
    errors::ValueFileError,
    value::{Entries, Value, shorten},
};
use crate::digest;

/// A value and its place.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    path: &'a Path,
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
    value: &'a Value,
}

/// The step from a value to one inside it.
#[derive(Clone, Copy)]
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

    pub(super) const fn value(&self) -> &'a Value {
        self.value
    }

    /// The items, if this is a list.
    pub(super) fn items(
        &'a self,
        expected: &'static str,
    ) -> Result<impl ExactSizeIterator<Item = At<'a>>, ValueFileError> {
        let Value::List(items) = self.value else { return Err(self.expected(expected)) };
        Ok(items.iter().enumerate().map(|(index, item)| self.inner(Step::Item(index), item)))
    }

    /// The two items of a pair, each named by its meaning.
    pub(super) fn pair(
        &'a self,
        names: [&'static str; 2],
        expected: &'static str,
    ) -> Result<[At<'a>; 2], ValueFileError> {
        match (self.value, names) {
            (Value::List(items), [a, b]) if let [first, second] = &items[..] => {
                Ok([self.inner(Step::Part(a), first), self.inner(Step::Part(b), second)])
            }
            _ => Err(self.expected(expected)),
        }
    }

    /// The entries, if this is an object.
    pub(super) fn object(&self, expected: &'static str) -> Result<&'a Entries, ValueFileError> {
        match self.value {
            Value::Object(entries) => Ok(entries),
            _ => Err(self.expected(expected)),
        }
    }

    /// The entries of an object whose keys are all in a list, as the values of these keys.
    pub(super) fn members<const N: usize>(
        &'a self,
        keys: [&'static str; N],
        expected: &'static str,
    ) -> Result<[Option<At<'a>>; N], ValueFileError> {
        let object = self.object(expected)?;
        check_keys(object, &keys).map_err(|unknown| unknown.error(self.path, Some(self.to_string())))?;
        Ok(keys.map(|key| find(object, key).map(|value| self.member(key, value))))
    }

    /// The value of a key of this object.
    pub(super) const fn member(&'a self, key: &'a str, value: &'a Value) -> At<'a> {
        self.inner(Step::Key(key), value)
    }

    /// A number, in quotes or not.
    pub(super) fn number(&self) -> Result<u64, ValueFileError> {
        let number = match self.value {
            Value::Text(text) if is_decimal(text) => text.parse().ok(),
            Value::Integer(value) => (*value).try_into().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.expected("a number from 0 to 18446744073709551615"))
    }

    /// A field element: a decimal number, in quotes or not; a negative one is subtracted from the modulus.
    pub(super) fn felt(&self) -> Result<Felt, ValueFileError> {
        let (is_negative, magnitude) = match self.value {
            Value::Integer(value) => (*value < 0, u64::try_from(value.unsigned_abs()).ok()),
            Value::Text(text) if is_number(text) => {
                (text.starts_with('-'), text.trim_start_matches('-').parse().ok())
            }
            _ => return Err(self.expected("a decimal number")),
        };
        let felt = magnitude.and_then(felt_from_canonical).ok_or_else(|| self.not_canonical())?;
        Ok(if is_negative { Felt::ZERO - felt } else { felt })
    }

    /// A text.
    pub(super) fn text(&self, expected: &'static str) -> Result<&'a str, ValueFileError> {
        match self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.expected(expected)),
        }
    }

    /// A truth value.
    pub(super) fn boolean(&self) -> Result<bool, ValueFileError> {
        match self.value {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A word, as hex digits or as a list of its four elements.
    pub(super) fn word(&self) -> Result<Digest, ValueFileError> {
        match self.value {
            Value::Text(text) => digest::parse(text).map_err(|_| self.expected(WORD)),
            Value::List(items) if items.len() == 4 => {
                let mut word = [Felt::ZERO; 4];
                for (element, item) in word.iter_mut().zip(self.items(WORD)?) {
                    *element = item.felt()?;
                }
                Ok(word.into())
            }
            _ => Err(self.expected(WORD)),
        }
    }

    /// The Merkle tree at this place is invalid.
    pub(super) fn merkle(&self, source: MerkleError) -> ValueFileError {
        ValueFileError::Merkle { path: self.path.into(), place: self.to_string(), source }
    }

    /// The Merkle tree at this place would have too many nodes.
    pub(super) fn too_many_nodes(&self, max: usize) -> ValueFileError {
        ValueFileError::TooManyNodes { path: self.path.into(), place: self.to_string(), max }
    }

    /// Something is given twice.
    pub(super) fn twice(&self) -> ValueFileError {
        ValueFileError::DuplicateKey { path: self.path.into(), place: self.to_string() }
    }

    /// The value is of the wrong kind.
    pub(super) fn expected(&self, expected: impl Into<String>) -> ValueFileError {
        ValueFileError::Expected {
            path: self.path.into(),
            place: self.to_string(),
            got: self.value.to_string(),
            expected: expected.into(),
        }
    }

    /// The value of a required key of this object.
    pub(super) fn required<'m>(
        &self,
        member: Option<At<'m>>,
        key: &'static str,
    ) -> Result<At<'m>, ValueFileError> {
        member.ok_or_else(|| self.without(key))
    }

    /// The object lacks a required key.
    fn without(&self, key: &'static str) -> ValueFileError {
        ValueFileError::MissingMember { path: self.path.into(), place: self.to_string(), key }
    }

    fn not_canonical(&self) -> ValueFileError {
        let got = match self.value {
            Value::Text(text) => shorten(text),
            value => value.to_string(),
        };
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
pub(super) const WORD: &str = "a word: 64 hex digits, each element as 8 little-endian bytes, or a list of four numbers; \
                               all below the field modulus";

/// The value of a key.
pub(super) fn find<'a>(object: &'a Entries, key: &str) -> Option<&'a Value> {
    object.iter().find_map(|(name, value)| (name == key).then_some(value))
}

/// A key that an object cannot have.
pub(super) struct UnknownKey {
    key: String,
    nearest: Option<&'static str>,
    known: Vec<&'static str>,
}

impl UnknownKey {
    pub(super) fn error(self, path: &Path, place: Option<String>) -> ValueFileError {
        let Self { key, nearest, known } = self;
        ValueFileError::UnknownKey { path: path.into(), place, key: shorten(&key), nearest, known }
    }
}

/// Checks that an object has no other keys.
pub(super) fn check_keys(object: &Entries, known: &[&'static str]) -> Result<(), UnknownKey> {
    match object.iter().find(|(key, _)| !known.contains(&&**key)) {
        None => Ok(()),
        Some((key, _)) => Err(UnknownKey {
            key: key.clone(),
            nearest: nearest(key, known.iter().copied()),
            known: known.to_vec(),
        }),
    }
}

pub(super) fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a decimal number, perhaps negative; 64 digits are a word.
pub(super) fn is_number(text: &str) -> bool {
    is_decimal(text.strip_prefix('-').unwrap_or(text)) && text.len() < 2 * Digest::NUM_BYTES
}
