//! Keys and values as arguments.

use clap::Args;
use miden_core::{
    Digest, Felt, Word, felt_from_canonical,
    storage::{Mode, entry_key},
};
use miden_storage::{NodeRef, RedbReader, StorageError, StorageReader, Version};

use crate::{digest, error::CliError};

/// The key of an entry: as it is in the trie, or from the place where a program keeps it.
#[derive(Args, Debug)]
pub(super) struct KeyArgs {
    /// Key in the trie, as `dump` prints it.
    #[arg(long, value_name = "KEY", value_parser = digest::parse, required_unless_present = "namespace")]
    key: Option<Digest>,
    /// Digest of the procedure that owns the entry, instead of a key.
    #[arg(long, value_name = "DIGEST", value_parser = digest::parse, conflicts_with = "key", requires = "slot")]
    namespace: Option<Digest>,
    /// Number of the slot.
    #[arg(long, value_name = "N", value_parser = felt, requires = "namespace")]
    slot: Option<Felt>,
    /// The slot is a map: the key of the entry in it, 64 hex digits or four numbers separated by commas.
    #[arg(long, value_name = "WORD", value_parser = word, requires = "slot")]
    map: Option<Digest>,
    /// The slot is an array: the index of the element.
    #[arg(long, value_name = "INDEX", value_parser = felt, requires = "slot", conflicts_with = "map")]
    index: Option<Felt>,
    /// The slot is an array: its length instead of an element.
    #[arg(long, requires = "slot", conflicts_with_all = ["map", "index"])]
    length: bool,
}

impl KeyArgs {
    /// The key in the trie.
    pub(super) fn key(&self) -> Result<Digest, CliError> {
        let zero = Felt::new(0);
        if let Some(key) = self.key {
            return Ok(key);
        }
        let (Some(namespace), Some(slot)) = (self.namespace, self.slot) else {
            return Err(CliError::Usage("name a key with --key, or with --namespace and --slot".into()));
        };
        let (mode, key): (Mode, Word) = match (self.map, self.index) {
            (Some(map), _) => (Mode::Map, map.into()),
            (None, Some(index)) => (Mode::ArrayElement, [index, zero, zero, zero]),
            (None, None) if self.length => (Mode::ArrayLength, [zero; 4]),
            (None, None) => (Mode::Value, [zero; 4]),
        };
        Ok(entry_key(&namespace, mode, slot, &key).into())
    }
}

/// The state that a command reads.
#[derive(Args, Debug)]
pub(super) struct RootArgs {
    /// Read the past state with this root instead of the current one.
    #[arg(long, value_name = "ROOT", value_parser = digest::parse)]
    root: Option<Digest>,
}

impl RootArgs {
    /// The version and the root of its trie.
    pub(super) fn find(&self, reader: &RedbReader) -> Result<(Version, NodeRef), StorageError> {
        match &self.root {
            None => reader.current(),
            Some(root) => reader.find_root(root),
        }
    }
}

/// Parses a word: 64 hex digits, or four numbers separated by commas.
pub(super) fn word(text: &str) -> Result<Digest, String> {
    let numbers: Vec<&str> = text.split(',').map(str::trim).collect();
    if let [a, b, c, d] = numbers.as_slice() {
        return Ok(Digest::new([felt(a)?, felt(b)?, felt(c)?, felt(d)?]));
    }
    digest::parse(text)
        .map_err(|error| format!("{error}; a word is 64 hex digits, or four numbers and commas"))
}

fn felt(text: &str) -> Result<Felt, String> {
    let number = text.parse::<u64>().map_err(|error| error.to_string())?;
    felt_from_canonical(number).ok_or_else(|| "it is not below the field modulus".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_digits_or_numbers() {
        let expected = Digest::new([1, 2, 3, 4].map(Felt::new));
        assert_eq!(word("1, 2,3,4"), Ok(expected));
        assert_eq!(word(&expected.to_hex()), Ok(expected));
        for text in ["1,2,3", "1,2,3,18446744069414584321", "", "12"] {
            assert!(word(text).is_err(), "{text}");
        }
    }
}
