//! Digests, names and maps in the formats of `serde`. Digests have their text form, in binary formats four elements.

use alloc::{borrow::Cow, collections::BTreeMap, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
};

use crate::{Digest, FaultCode, Felt, Opcode, Word};

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.elements().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            Word::deserialize(deserializer).map(Self::new)
        }
    }
}

/// Types whose form is the text of their name.
macro_rules! names {
    ($($name:ident)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

names! { FaultCode Opcode }

/// Reads a map, in which no key may occur twice.
pub(crate) fn unique_keys<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Digest, Vec<Felt>>, D::Error> {
    struct Lists;

    impl<'de> Visitor<'de> for Lists {
        type Value = BTreeMap<Digest, Vec<Felt>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map from digests to lists")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((key, list)) = access.next_entry()? {
                if map.insert(key, list).is_some() {
                    return Err(A::Error::custom(format_args!("the key {key} occurs twice")));
                }
            }
            Ok(map)
        }
    }

    deserializer.deserialize_map(Lists)
}
