use core::str::FromStr;

use winter_math::FieldElement;
use winter_utils::DeserializationError;

use crate::{Felt, felt::P};

/// Error of converting an integer to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an element of the field: the modulus is {P}")]
pub struct NotCanonical(pub u128);

/// Error of parsing an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an element of the field: a decimal number below {P}, without needless zeros")]
pub struct ParseFeltError;

/// The number with this decimal text; `None` for signs, other characters, needless zeros, and 2^64 or more.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let is_canonical = text == "0" || text.starts_with(|first| matches!(first, '1'..='9'));
    text.parse().ok().filter(|_| is_canonical)
}

/// Parses what `Display` writes.
impl FromStr for Felt {
    type Err = ParseFeltError;

    fn from_str(text: &str) -> Result<Self, ParseFeltError> {
        parse_decimal(text).and_then(|value| value.try_into().ok()).ok_or(ParseFeltError)
    }
}

impl From<bool> for Felt {
    #[inline]
    fn from(value: bool) -> Self {
        Self::new(value.into())
    }
}

impl From<u8> for Felt {
    #[inline]
    fn from(value: u8) -> Self {
        Self::new(value.into())
    }
}

impl From<u16> for Felt {
    #[inline]
    fn from(value: u16) -> Self {
        Self::new(value.into())
    }
}

impl From<u32> for Felt {
    #[inline]
    fn from(value: u32) -> Self {
        Self::new(value.into())
    }
}

impl TryFrom<u64> for Felt {
    type Error = NotCanonical;

    #[inline]
    fn try_from(value: u64) -> Result<Self, NotCanonical> {
        if value < P { Ok(Self::new(value)) } else { Err(NotCanonical(value.into())) }
    }
}

impl TryFrom<u128> for Felt {
    type Error = NotCanonical;

    fn try_from(value: u128) -> Result<Self, NotCanonical> {
        u64::try_from(value).map_err(|_| NotCanonical(value))?.try_into()
    }
}

/// The canonical bytes of one element, little-endian.
impl TryFrom<&[u8]> for Felt {
    type Error = DeserializationError;

    fn try_from(bytes: &[u8]) -> Result<Self, DeserializationError> {
        use alloc::{format, string::ToString};
        let bytes = bytes.try_into().map_err(|_| {
            let expected = Self::ELEMENT_BYTES;
            DeserializationError::InvalidValue(format!(
                "an element has {expected} bytes, got {}",
                bytes.len()
            ))
        })?;
        Self::try_from(u64::from_le_bytes(bytes))
            .map_err(|error| DeserializationError::InvalidValue(error.to_string()))
    }
}

impl From<Felt> for u64 {
    #[inline]
    fn from(element: Felt) -> Self {
        element.as_int()
    }
}

impl From<Felt> for u128 {
    #[inline]
    fn from(element: Felt) -> Self {
        element.as_int().into()
    }
}
