//! Items of the stack, the advice tape and lists of the advice map: numbers, and what stands for several numbers.

use miden_assembly::nearest;
use miden_core::{Digest, Felt};

use super::{
    errors::ValueFileError,
    place::{At, is_number},
    value::Value,
};

/// Roots of the named Merkle trees, by name.
pub(super) type Roots = Vec<(String, Digest)>;

/// What an item of a list gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The elements in the order in which a program sees them.
    pub(crate) elements: Vec<Felt>,
    pub(crate) kind: ItemKind,
}

/// The form in which an item is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Number,
    Word,
    Text(String),
    Bytes,
    /// The root of the tree with this name.
    Root(String),
}

impl Item {
    /// The elements in the order of a list whose last element is on top of the stack: the first byte is on top, and
    /// element 3 of a word, as everywhere.
    pub(crate) fn pushed(&self) -> Vec<Felt> {
        match self.kind {
            ItemKind::Text(_) | ItemKind::Bytes => self.elements.iter().rev().copied().collect(),
            _ => self.elements.clone(),
        }
    }

    /// The elements from the top of the stack down.
    pub(crate) fn top_first(&self) -> Vec<Felt> {
        self.pushed().into_iter().rev().collect()
    }
}

const ITEM: &str = "a number, a word (64 hex digits or a list of four numbers), or an object with the key \"text\", \
                    \"bytes\" or \"root\"";

/// Parses a list.
pub(super) fn items(list: &At<'_>, roots: &Roots) -> Result<Vec<Item>, ValueFileError> {
    list.items("a list")?.map(|item| parse(&item, roots)).collect()
}

fn parse(at: &At<'_>, roots: &Roots) -> Result<Item, ValueFileError> {
    match at.value() {
        Value::Object(_) => object(at, roots),
        Value::Integer(_) => Ok(Item { elements: vec![at.felt()?], kind: ItemKind::Number }),
        Value::Text(text) if is_number(text) => {
            Ok(Item { elements: vec![at.felt()?], kind: ItemKind::Number })
        }
        Value::Text(text) if looks_like_word(text) => word(at),
        Value::List(list) if list.len() == 4 => word(at),
        _ => Err(at.expected(ITEM)),
    }
}

fn word(at: &At<'_>) -> Result<Item, ValueFileError> {
    Ok(Item { elements: at.word()?.elements().to_vec(), kind: ItemKind::Word })
}

/// Whether a text is better explained as a malformed word than as something else.
fn looks_like_word(text: &str) -> bool {
    text.starts_with("0x") || text.len() == 2 * Digest::NUM_BYTES
}

fn object(at: &At<'_>, roots: &Roots) -> Result<Item, ValueFileError> {
    let [text, bytes, root, pack] = at.members(["text", "bytes", "root", "pack"], ITEM)?;
    match (text, bytes, root, pack) {
        (Some(text), None, None, pack) => {
            let text = text.text("a text")?;
            Ok(Item { elements: packed(text.as_bytes(), pack)?, kind: ItemKind::Text(text.into()) })
        }
        (None, Some(bytes), None, pack) => {
            Ok(Item { elements: packed(&hex_bytes(&bytes)?, pack)?, kind: ItemKind::Bytes })
        }
        (None, None, Some(root), None) => {
            let (name, digest) = find_root(&root, roots)?;
            Ok(Item { elements: digest.elements().to_vec(), kind: ItemKind::Root(name) })
        }
        _ => Err(at.expected(
            "an object with one of the keys \"text\" and \"bytes\", perhaps with \"pack\", or with the key \"root\"",
        )),
    }
}

/// The root of the tree that a text names.
pub(super) fn find_root(at: &At<'_>, roots: &Roots) -> Result<(String, Digest), ValueFileError> {
    const EXPECTED: &str = "the \"name\" of a tree in \"merkle_store\"";
    let name = at.text(EXPECTED)?;
    roots.iter().find(|(known, _)| known == name).cloned().ok_or_else(|| {
        match nearest(name, roots.iter().map(|(known, _)| known.as_str())) {
            Some(nearest) => at.expected(format!("{EXPECTED}; did you mean \"{nearest}\"?")),
            None => at.expected(EXPECTED),
        }
    })
}

/// Packs bytes into elements; the last element is filled up with zero bytes.
fn packed(bytes: &[u8], pack: Option<At<'_>>) -> Result<Vec<Felt>, ValueFileError> {
    const EXPECTED: &str = "\"u8\", \"u32le\" or \"u32be\"";
    let number = match pack {
        None => "u8",
        Some(at) => match at.text(EXPECTED)? {
            known @ ("u8" | "u32le" | "u32be") => known,
            _ => return Err(at.expected(EXPECTED)),
        },
    };
    if number == "u8" {
        return Ok(bytes.iter().copied().map(Felt::from).collect());
    }
    let words = bytes.chunks(4).map(|chunk| {
        let mut word = [0; 4];
        word.iter_mut().zip(chunk).for_each(|(to, &from)| *to = from);
        if number == "u32le" { u32::from_le_bytes(word) } else { u32::from_be_bytes(word) }
    });
    Ok(words.map(Felt::from).collect())
}

/// Parses pairs of hex digits, with or without `0x`.
fn hex_bytes(at: &At<'_>) -> Result<Vec<u8>, ValueFileError> {
    const EXPECTED: &str = "pairs of hex digits";
    let text = at.text(EXPECTED)?;
    let digits: Option<Vec<u8>> = text
        .strip_prefix("0x")
        .unwrap_or(text)
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
        .collect();
    match digits.as_deref().map(<[u8]>::as_chunks::<2>) {
        Some((pairs, [])) => Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect()),
        _ => Err(at.expected(EXPECTED)),
    }
}
