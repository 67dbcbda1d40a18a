//! Elements in the formats of `serde`: as their integers, see [`decimal`].

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{Felt, decimal};

impl Serialize for Felt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decimal::serialize(&self.as_int(), serializer)
    }
}

impl<'de> Deserialize<'de> for Felt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decimal::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}
