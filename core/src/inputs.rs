use alloc::{collections::BTreeMap, vec::Vec};

use winter_math::FieldElement;

use crate::{DecodeError, Digest, Felt, MerkleStore, Reader, Writer, felt_from_canonical, params::STACK_TOP};

const MAGIC: &[u8; 4] = b"MDIN";
const VERSION: u16 = 2;

/// Error of building inputs or outputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A number is not a field element.
    #[error("{list} item {index} is {value}, which is not below the field modulus 18446744069414584321")]
    NotCanonical {
        /// The list that contains it.
        list: &'static str,
        /// Its index in the list.
        index: usize,
        /// The number.
        value: u64,
    },
    /// The list is too long.
    #[error("{list} has {got} items, at most {max} are possible")]
    TooMany {
        /// The list.
        list: &'static str,
        /// The largest accepted length.
        max: usize,
        /// The length of the list.
        got: usize,
    },
}

/// The complete initial stack, bottom first: the last item is on top; at least 16 items.
///
/// Fewer items stand for the stack padded with zeros below them, so `[4]` and `[0, 0, 4]` are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Vec<Felt>"))]
pub struct StackInputs(Vec<Felt>);

impl StackInputs {
    /// Largest number of inputs. Each one beyond the deepest 15 costs a row of the trace.
    pub const MAX: usize = 1 << 16;

    /// The initial stack of these items, with zeros below if there are fewer than 16; the last item is on top.
    ///
    /// # Errors
    /// If there are more than [`Self::MAX`].
    pub fn new(mut items: Vec<Felt>) -> Result<Self, InputError> {
        let got = items.len();
        if got > Self::MAX {
            return Err(InputError::TooMany { list: "the initial stack", max: Self::MAX, got });
        }
        let missing = STACK_TOP.saturating_sub(got);
        items.splice(..0, core::iter::repeat_n(Felt::ZERO, missing));
        Ok(Self(items))
    }

    /// Like [`Self::new`], from integers.
    ///
    /// # Errors
    /// If a number is not below the modulus, or there are too many.
    pub fn from_ints(items: &[u64]) -> Result<Self, InputError> {
        Self::new(felts_from_ints("the initial stack", items)?)
    }

    /// The items, bottom first.
    pub fn items(&self) -> &[Felt] {
        &self.0
    }

    /// Number of INPUT rows, with which a trace begins: one for each item after the deepest 15.
    pub fn num_input_rows(&self) -> usize {
        self.split_pushed().1.len()
    }

    /// The deepest 15 items, which are on the stack in row 0, and the others, which INPUT rows push.
    pub fn split_pushed(&self) -> (&[Felt], &[Felt]) {
        self.0.split_at(STACK_TOP - 1)
    }
}

impl TryFrom<Vec<Felt>> for StackInputs {
    type Error = InputError;

    /// Like [`StackInputs::new`].
    fn try_from(items: Vec<Felt>) -> Result<Self, InputError> {
        Self::new(items)
    }
}

impl Default for StackInputs {
    /// An initial stack of zeros.
    fn default() -> Self {
        Self([Felt::ZERO; STACK_TOP].into())
    }
}

/// Non-deterministic inputs, known to the prover only, that the program can request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
pub struct AdviceInputs {
    tape: Vec<Felt>,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "crate::serialize::unique_keys"))]
    map: BTreeMap<Digest, Vec<Felt>>,
    merkle_store: MerkleStore,
}

impl AdviceInputs {
    /// Advice with this tape, whose first item is read first, and without map and Merkle trees.
    pub const fn new(tape: Vec<Felt>) -> Self {
        Self { tape, map: BTreeMap::new(), merkle_store: MerkleStore::new() }
    }

    /// Like [`Self::new`], from integers.
    ///
    /// # Errors
    /// If a number is not below the modulus.
    pub fn from_ints(tape: &[u64]) -> Result<Self, InputError> {
        Ok(Self::new(felts_from_ints("the advice tape", tape)?))
    }

    /// Replaces the map from keys to lists.
    #[must_use]
    pub fn with_map(mut self, map: BTreeMap<Digest, Vec<Felt>>) -> Self {
        self.map = map;
        self
    }

    /// Replaces the Merkle trees.
    #[must_use]
    pub fn with_merkle_store(mut self, merkle_store: MerkleStore) -> Self {
        self.merkle_store = merkle_store;
        self
    }

    /// The advice tape; the first item is read first.
    pub fn tape(&self) -> &[Felt] {
        &self.tape
    }

    /// The lists of the advice map by key.
    pub const fn map(&self) -> &BTreeMap<Digest, Vec<Felt>> {
        &self.map
    }

    /// The Merkle trees.
    pub const fn merkle_store(&self) -> &MerkleStore {
        &self.merkle_store
    }

    /// Tape, map and Merkle trees.
    pub fn into_parts(self) -> (Vec<Felt>, BTreeMap<Digest, Vec<Felt>>, MerkleStore) {
        (self.tape, self.map, self.merkle_store)
    }

    fn write(&self, writer: &mut Writer) {
        write_list(&self.tape, writer);
        writer.count(self.map.len());
        for (key, list) in &self.map {
            writer.digest(key);
            write_list(list, writer);
        }
        self.merkle_store.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let tape = read_list(reader, "advice tape")?;
        let what = "advice map";
        let mut map = BTreeMap::new();
        for _ in 0..reader.count(Digest::NUM_BYTES + size_of::<u32>(), what)? {
            let offset = reader.offset();
            let key = reader.digest(what)?;
            if map.last_key_value().is_some_and(|(before, _)| *before >= key) {
                return Err(DecodeError::Invalid {
                    what,
                    offset,
                    reason: "the keys are not in ascending order",
                });
            }
            map.insert(key, read_list(reader, what)?);
        }
        Ok(Self { tape, map, merkle_store: MerkleStore::read(reader)? })
    }
}

/// Everything that an execution depends on, the program aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
pub struct ProgramInputs {
    /// The public inputs.
    pub stack: StackInputs,
    /// The private inputs.
    pub advice: AdviceInputs,
}

impl ProgramInputs {
    /// Encodes the inputs.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        self.stack.write(&mut writer);
        self.advice.write(&mut writer);
        writer.finish()
    }

    /// Decodes inputs.
    ///
    /// # Errors
    /// If the bytes are not the encoding of inputs in this version of the format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.header(MAGIC, VERSION, "Miden inputs")?;
        let stack = StackInputs::read(&mut reader)?;
        let advice = AdviceInputs::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { stack, advice })
    }
}

pub(crate) fn write_list(list: &[Felt], writer: &mut Writer) {
    writer.count(list.len());
    list.iter().for_each(|&item| writer.felt(item));
}

pub(crate) fn read_list(reader: &mut Reader<'_>, what: &'static str) -> Result<Vec<Felt>, DecodeError> {
    let count = reader.count(8, what)?;
    (0..count).map(|_| reader.felt(what)).collect()
}

pub(crate) fn felts_from_ints(list: &'static str, items: &[u64]) -> Result<Vec<Felt>, InputError> {
    let convert =
        |(index, &value)| felt_from_canonical(value).ok_or(InputError::NotCanonical { list, index, value });
    items.iter().enumerate().map(convert).collect()
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString, vec};

    use super::*;

    fn inputs() -> ProgramInputs {
        let stack = StackInputs::from_ints(&[1, 2, 3]).unwrap();
        let word = |value: u64| Digest::new([value, 0, 0, 1].map(Felt::new));
        let list = |len: u64| (0..len).map(Felt::new).collect();
        let mut merkle_store = MerkleStore::new();
        merkle_store.add_tree(&[word(1), word(2), word(3), word(4)]).unwrap();
        let advice = AdviceInputs::from_ints(&[u64::MAX >> 1])
            .unwrap()
            .with_map([(word(7), list(3)), (word(6), list(0))].into())
            .with_merkle_store(merkle_store);
        ProgramInputs { stack, advice }
    }

    #[test]
    fn inputs_round_trip() {
        assert_eq!(ProgramInputs::from_bytes(&inputs().to_bytes()), Ok(inputs()));
    }

    /// Up to 16 items are the stack padded with zeros; a deeper stack is another one, even if zeros make it deeper.
    #[test]
    fn equal_stacks_are_equal() {
        let stack = |items: &[u64]| StackInputs::from_ints(items).unwrap();
        let padded = stack(&[[0; 13].as_slice(), &[1, 2, 3]].concat());
        assert_eq!(padded.items().len(), STACK_TOP);
        for zeros in 0..=13 {
            let short = stack(&[&[0; 13][..zeros], &[1, 2, 3]].concat());
            assert_eq!(short, padded);
            let to_bytes = |stack| ProgramInputs { stack, ..Default::default() }.to_bytes();
            assert_eq!(to_bytes(short), to_bytes(padded.clone()));
        }
        assert_eq!(stack(&[]), StackInputs::default());
        assert_ne!(stack(&[[0; 14].as_slice(), &[1, 2, 3]].concat()), padded);
        assert_ne!(stack(&[1, 2, 3, 0]), padded);
    }

    /// With the feature `serde`, which tests have.
    #[test]
    fn the_json_form_of_inputs_is_stable() {
        let advice = AdviceInputs::from_ints(&[7]).unwrap().with_map(inputs().advice.into_parts().1);
        let form = serde_json::json!({
            "stack": ([["0"; 13].as_slice(), &["1", "2", "3"]].concat()),
            "advice": {
                "tape": ["7"],
                "map": {
                    "0600000000000000000000000000000000000000000000000100000000000000": [],
                    "0700000000000000000000000000000000000000000000000100000000000000": ["0", "1", "2"],
                },
                "merkle_store": [],
            },
        });
        let small = ProgramInputs { stack: inputs().stack, advice };
        assert_eq!(serde_json::to_value(&small).unwrap(), form);
        assert_eq!(serde_json::from_value::<ProgramInputs>(form).unwrap(), small);

        let mut form = serde_json::to_value(inputs()).unwrap();
        assert_eq!(form["advice"]["merkle_store"].as_array().unwrap().len(), 3);
        assert_eq!(serde_json::from_value::<ProgramInputs>(form.clone()).unwrap(), inputs());
        // Nodes may come in any order.
        form["advice"]["merkle_store"].as_array_mut().unwrap().reverse();
        assert_eq!(serde_json::from_value::<ProgramInputs>(form.clone()).unwrap(), inputs());
        assert_eq!(serde_json::from_str::<ProgramInputs>("{}").unwrap(), ProgramInputs::default());
        form["advise"] = serde_json::json!({});
        let error = |text: &str| serde_json::from_str::<AdviceInputs>(text).unwrap_err().to_string();
        let unknown = serde_json::from_value::<ProgramInputs>(form).unwrap_err().to_string();
        assert!(unknown.contains("unknown field `advise`"), "{unknown}");
        let key = "0".repeat(64);
        assert!(error(&format!(r#"{{"map": {{"{key}": [], "{key}": []}}}}"#)).contains("occurs twice"));
        assert!(error(r#"{"tape": ["18446744069414584321"]}"#).contains("modulus"));
        assert!(
            error(r#"{"merkle_store": [["00"]]}"#).contains("digest"),
            "{}",
            error(r#"{"merkle_store": [["00"]]}"#)
        );
    }

    #[test]
    fn every_truncation_is_an_error() {
        let bytes = inputs().to_bytes();
        for len in 0..bytes.len() {
            assert!(ProgramInputs::from_bytes(&bytes[..len]).is_err());
        }
        let longer = [bytes, vec![0]].concat();
        assert!(matches!(
            ProgramInputs::from_bytes(&longer),
            Err(DecodeError::TrailingBytes { extra: 1, .. })
        ));
    }

    #[test]
    fn an_excessive_length_is_rejected_before_allocation() {
        let mut bytes = inputs().to_bytes();
        bytes[6..10].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(ProgramInputs::from_bytes(&bytes), Err(DecodeError::Truncated { offset: 6, .. })));
    }

    /// A stack has one encoding, with the zeros below its items.
    #[test]
    fn a_stack_without_its_zeros_is_rejected() {
        for count in 0..STACK_TOP {
            let mut writer = Writer::new();
            writer.header(MAGIC, VERSION);
            write_list(&[Felt::ONE; STACK_TOP][..count], &mut writer);
            AdviceInputs::default().write(&mut writer);
            let reason = "a stack has at least 16 items";
            let error = DecodeError::Invalid { what: "initial stack", offset: 6, reason };
            assert_eq!(ProgramInputs::from_bytes(&writer.finish()), Err(error));
        }
    }

    #[test]
    fn keys_must_ascend() {
        let mut bytes = inputs().to_bytes();
        // Header, stack, tape and number of lists come before the first key, whose list is empty.
        let first_key = 6 + (4 + 16 * 8) + (4 + 8) + 4;
        bytes[first_key] = 8;
        let offset = first_key + Digest::NUM_BYTES + 4;
        let reason = "the keys are not in ascending order";
        let error = DecodeError::Invalid { what: "advice map", offset, reason };
        assert_eq!(ProgramInputs::from_bytes(&bytes), Err(error));
    }

    #[test]
    fn values_above_the_modulus_are_rejected() {
        assert!(matches!(
            StackInputs::from_ints(&[0, u64::MAX]),
            Err(InputError::NotCanonical { index: 1, .. })
        ));
    }
}
