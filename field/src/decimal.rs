//! 64-bit numbers in the formats of `serde`: decimal text where people read them, because many readers of JSON round
//! numbers above 2^53; plain numbers in binary formats. Both are read from text formats.
//!
//! For fields with `#[serde(with = "miden_field::decimal")]`.

use core::fmt;

use serde::{Deserialize, Deserializer, Serializer, de};

use crate::convert::parse_decimal;

/// Writes the number.
///
/// # Errors
/// As the serializer returns them.
pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(value)
    } else {
        serializer.serialize_u64(*value)
    }
}

/// Reads a number. Its text has digits only, and no needless zeros.
///
/// # Errors
/// If the value is not such a number.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(Visitor)
    } else {
        u64::deserialize(deserializer)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number below 2^64")
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        parse_decimal(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
