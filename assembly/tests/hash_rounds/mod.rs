//! Rounds of hash functions in assembly and in Rust.

pub(crate) mod blake3;
pub(crate) mod keccak;
pub(crate) mod sha256;

/// A round in two versions.
pub(crate) struct Round {
    pub(crate) name: &'static str,
    /// In instructions of release 0.3.
    pub(crate) usual: Vec<String>,
    /// With the instructions for hash functions.
    pub(crate) direct: Vec<String>,
    /// Whether the direct program keeps the state in reverse order.
    pub(crate) is_reversed: bool,
}

/// The two versions of a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Usual,
    Direct,
}

impl Round {
    fn new(name: &'static str, write: impl Fn(Style) -> Vec<String>) -> Self {
        Self { name, usual: write(Style::Usual), direct: write(Style::Direct), is_reversed: false }
    }
}

/// Appends the instructions of a text.
fn emit(code: &mut Vec<String>, text: &str) {
    code.extend(text.split_whitespace().map(str::to_owned));
}
