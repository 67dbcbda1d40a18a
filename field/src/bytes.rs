use winter_math::FieldElement;
use winter_utils::{
    AsBytes, ByteReader, ByteWriter, Deserializable, DeserializationError, Randomizable, Serializable,
};

use crate::Felt;

/// The bytes in memory, those of the Montgomery form.
impl AsBytes for Felt {
    fn as_bytes(&self) -> &[u8] {
        bytemuck::bytes_of(self)
    }
}

/// The canonical integer, little-endian.
impl Serializable for Felt {
    fn write_into<W: ByteWriter>(&self, target: &mut W) {
        target.write_bytes(&self.as_int().to_le_bytes());
    }

    fn get_size_hint(&self) -> usize {
        Self::ELEMENT_BYTES
    }
}

impl Deserializable for Felt {
    fn read_from<R: ByteReader>(source: &mut R) -> Result<Self, DeserializationError> {
        Self::try_from(source.read_array::<{ size_of::<Self>() }>()?.as_slice())
    }
}

impl Randomizable for Felt {
    const VALUE_SIZE: usize = Self::ELEMENT_BYTES;

    fn from_random_bytes(bytes: &[u8]) -> Option<Self> {
        Self::try_from(bytes).ok()
    }
}
