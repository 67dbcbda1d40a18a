//! Values of a file, in JSON or TOML.

use std::{collections::HashSet, fmt, path::Path};

use serde::{Deserialize, Deserializer, de};

use super::errors::ValueFileError;

/// A value; objects have their entries in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    /// A number that is not an integer, or too large for one.
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Object(Entries),
}

/// Entries of an object; no key occurs twice.
pub(super) type Entries = Vec<(String, Value)>;

/// Parses the object in a file: TOML if the file is named so or if it is not JSON.
pub(super) fn parse(path: &Path, text: &str) -> Result<Entries, ValueFileError> {
    let json = || serde_json::from_str::<Value>(text);
    let toml = || toml::from_str::<Value>(text);
    let json_error = |source| ValueFileError::Json { path: path.into(), source };
    let toml_error = |source| ValueFileError::Toml { path: path.into(), source: Box::new(source) };
    let value = match path.extension() {
        _ if text.trim_start().starts_with('{') => json().map_err(json_error)?,
        Some(extension) if extension == "json" => json().map_err(json_error)?,
        Some(extension) if extension == "toml" => toml().map_err(toml_error)?,
        // A list in JSON can look like a header in TOML.
        _ => toml().or_else(|error| json().map_err(|_| toml_error(error)))?,
    };
    match value {
        Value::Object(entries) => Ok(entries),
        other => Err(ValueFileError::Expected {
            path: path.into(),
            place: "the file".into(),
            got: other.to_string(),
            expected: "an object".into(),
        }),
    }
}

/// Parses the entries of an object as `key = value, …`, an inline table of TOML without its braces.
pub(super) fn parse_inline(place: &Path, text: &str) -> Result<Entries, ValueFileError> {
    const KEY: &str = "test";
    let malformed = |message: &str| ValueFileError::Inline {
        place: place.into(),
        message: message.lines().collect::<Vec<_>>().join("; "),
    };
    let parsed = toml::from_str::<Value>(&format!("{KEY} = {{{text}}}"));
    match parsed.map_err(|error| malformed(error.message()))? {
        Value::Object(entries) if entries.len() == 1 => match entries.into_iter().next() {
            Some((_, Value::Object(entries))) => Ok(entries),
            _ => Err(malformed("not a table")),
        },
        _ => Err(malformed("text after the last value")),
    }
}

impl fmt::Display for Value {
    /// Describes the value for a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) => write!(f, "\"{}\"", shorten(text)),
            Self::List(_) => f.write_str("a list"),
            Self::Object(_) => f.write_str("an object"),
        }
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

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        /// The key of the object that stands for a date in TOML.
        const DATE: &str = "$__toml_private_datetime";
        let mut entries = Entries::new();
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                return Err(de::Error::custom(format_args!("key \"{}\" occurs twice", shorten(&key))));
            }
            if key == DATE {
                return Ok(Value::Text(map.next_value()?));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Value::Object(entries))
    }
}
