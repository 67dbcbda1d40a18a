//! Verdicts on altered proofs and statements, written to a file, with which other languages compare theirs.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use std::fmt::Write;

use expect_test::expect_file;
use miden_verifier::{Kernel, StackInputs, StackOutputs, Statement, verify};

const PROOF: &[u8] = include_bytes!("fixtures/format-5.bin");

/// A change of the bytes of the statement or the proof.
#[derive(Clone, Copy)]
enum Change {
    /// Inverts the bits of a mask in a byte.
    Flip { at: usize, mask: u8 },
    /// Sets up to 16 bytes to a value.
    Overwrite { at: usize, value: u8 },
    /// Keeps the first bytes only.
    Truncate { length: usize },
    /// Appends bytes of a value.
    Append { count: usize, value: u8 },
}

impl Change {
    fn apply(self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self {
            Self::Flip { at, mask } => bytes[at] ^= mask,
            Self::Overwrite { at, value } => {
                let end = bytes.len().min(at + 16);
                bytes[at..end].fill(value);
            }
            Self::Truncate { length } => bytes.truncate(length),
            Self::Append { count, value } => bytes.resize(bytes.len() + count, value),
        }
        bytes
    }

    /// The entry of the file: kind and two numbers.
    fn entry(self) -> String {
        match self {
            Self::Flip { at, mask } => format!("\"flip\", {at}, {mask}"),
            Self::Overwrite { at, value } => format!("\"overwrite\", {at}, {value}"),
            Self::Truncate { length } => format!("\"truncate\", {length}, 0"),
            Self::Append { count, value } => format!("\"append\", {count}, {value}"),
        }
    }

    /// Changes of all kinds, at places all over a file of this length; the first 80 bytes are covered densely.
    fn all(length: usize, places: usize) -> impl Iterator<Item = Self> {
        let spread = move |index: usize| index * length / places;
        let at = (0..length.min(80)).chain((0..places).map(spread)).enumerate();
        let flips = at.map(|(index, at)| Self::Flip { at, mask: 1 << (index % 8) });
        let overwrites =
            (0..places).map(move |index| Self::Overwrite { at: spread(index), value: [0, 0xFF][index % 2] });
        let truncations = (0..places / 4).map(move |index| Self::Truncate { length: spread(4 * index) });
        let appended = [1, 2, 64].map(|count| Self::Append { count, value: 0 });
        flips.chain(overwrites).chain(truncations).chain(appended)
    }
}

fn statement() -> Statement {
    let inputs: Vec<u64> = (100..120).chain([0, 10]).collect();
    let outputs: Vec<u64> = [0, 55].into_iter().chain((100..120).rev()).collect();
    Statement::success(
        include_str!("fixtures/format-5.digest").trim().parse().unwrap(),
        Kernel::default(),
        StackInputs::from_ints(&inputs).unwrap(),
        StackOutputs::from_ints(&outputs).unwrap(),
    )
}

/// The number of the verdict on these bytes: 0 if the proof is accepted, 401 if the statement is malformed.
fn code(statement: &[u8], proof: &[u8]) -> u16 {
    match Statement::from_bytes(statement) {
        Err(_) => 401,
        Ok(statement) => verify(&statement, proof).map_or_else(|error| error.code(), |_| 0),
    }
}

#[test]
fn verdicts_on_altered_bytes_are_stable() {
    let statement = statement().to_bytes();
    assert_eq!(code(&statement, PROOF), 0);
    let mut file = String::from("[\n");
    for change in Change::all(statement.len(), 100) {
        let altered = change.apply(&statement);
        let code = code(&altered, PROOF);
        assert_eq!(code == 0, altered == statement, "{}", change.entry());
        writeln!(file, "  [\"statement\", {}, {code}],", change.entry()).unwrap();
    }
    for change in Change::all(PROOF.len(), 400) {
        let altered = change.apply(PROOF);
        let code = code(&statement, &altered);
        assert_eq!(code == 0, altered == PROOF, "{}", change.entry());
        writeln!(file, "  [\"proof\", {}, {code}],", change.entry()).unwrap();
    }
    file.push_str("  [\"proof\", \"append\", 0, 0, 0]\n]\n");
    expect_file!["fixtures/verdicts.json"].assert_eq(&file);
}
