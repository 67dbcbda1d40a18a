//! Verdicts on altered proofs and statements, written to a file, with which other languages compare theirs.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may panic")]

use std::fmt::Write;

use expect_test::expect_file;
use miden_verifier::{
    FaultClaim, FaultCode, Kernel, Opcode, Outcome, StackInputs, StackOutputs, Statement, verify,
};

const PROOF: &[u8] = include_bytes!("fixtures/format-5.bin");

/// A change of the bytes of the statement or the proof.
#[derive(Clone, Copy)]
enum Change {
    /// Inverts the bits of a mask in a byte.
    Flip { at: usize, mask: u8 },
    /// Sets a byte.
    Set { at: usize, value: u8 },
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
            Self::Set { at, value } => bytes[at] = value,
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
            Self::Set { at, value } => format!("\"set\", {at}, {value}"),
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

/// A claim of another statement about a number of cycles.
#[derive(Clone, Copy)]
enum Claim {
    /// Success below this limit.
    Limit,
    /// A failed assertion in this cycle.
    Fault,
    /// An end by this limit.
    Stop,
}

impl Claim {
    const ALL: [Self; 3] = [Self::Limit, Self::Fault, Self::Stop];

    /// Numbers of cycles around the length of the trace, 2^10, and around the limits of 32 and 64 bits.
    const CYCLES: [u64; 17] = [
        0,
        3,
        1 << 9,
        (1 << 10) - 90,
        1 << 10,
        (1 << 31) - 1,
        1 << 31,
        (1 << 32) - 8,
        (1 << 32) - 1,
        1 << 32,
        (1 << 32) + 3,
        (1 << 32) + (1 << 9),
        1 << 33,
        (1 << 63) + 3,
        u64::MAX - 3,
        u64::MAX - 1,
        u64::MAX,
    ];

    fn statement(self, cycles: u64) -> Statement {
        let fault = |code, opcode| {
            let fault = FaultClaim { code, opcode, clk: cycles, deterministic: true, target: None };
            let outputs = statement().outputs.items()[..16].to_vec();
            let (outcome, outputs) = (Outcome::Fault(fault), StackOutputs::new(outputs).unwrap());
            Statement { outcome, outputs, ..statement() }
        };
        match self {
            Self::Limit => Statement { cycle_limit: Some(cycles), ..statement() },
            Self::Fault => fault(FaultCode::FailedAssertion, Opcode::Assert),
            Self::Stop => {
                Statement { cycle_limit: Some(cycles), ..fault(FaultCode::CycleLimitExceeded, Opcode::Noop) }
            }
        }
    }

    /// The entry of the file: kind and two numbers, the halves of the number of cycles.
    fn entry(self, cycles: u64) -> String {
        let kind = match self {
            Self::Limit => "limit",
            Self::Fault => "fault",
            Self::Stop => "stop",
        };
        format!("\"{kind}\", {}, {}", cycles >> 32, cycles & u64::from(u32::MAX))
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
    for claim in Claim::ALL {
        for cycles in Claim::CYCLES {
            let code = code(&claim.statement(cycles).to_bytes(), PROOF);
            assert_ne!(code, 0, "{}", claim.entry(cycles));
            writeln!(file, "  [\"statement\", {}, {code}],", claim.entry(cycles)).unwrap();
        }
    }
    // Every parameter set, length and flag byte of the header.
    let of_header = (6..9).flat_map(|at| (0..=u8::MAX).map(move |value| Change::Set { at, value }));
    for change in of_header.chain(Change::all(PROOF.len(), 400)) {
        let altered = change.apply(PROOF);
        let code = code(&statement, &altered);
        assert_eq!(code == 0, altered == PROOF, "{}", change.entry());
        writeln!(file, "  [\"proof\", {}, {code}],", change.entry()).unwrap();
    }
    file.push_str("  [\"proof\", \"append\", 0, 0, 0]\n]\n");
    expect_file!["fixtures/verdicts.json"].assert_eq(&file);
}
