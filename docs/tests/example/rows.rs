//! The trace of the example: rows, continuation list, parts, a message.

use std::fmt::Write as _;

use miden_air::inspect::MessageKind;
use miden_core::{
    Digest, Felt,
    field::FieldElement,
    trace::{Column, decoder, stack},
};

use super::{Example, INPUT, short, signed};

/// Rows that the page shows.
const SHOWN: std::ops::Range<usize> = 0..18;

pub(super) fn rows(example: &Example) -> String {
    let mut out = "| `clk` | Operation | `s0` | `s1` | `s2` | `g0` | `cs` | `ge` | `done` |\n".to_owned();
    out += "|---|---|---|---|---|---|---|---|---|\n";
    for row in SHOWN {
        let item = |i| signed(Felt::new(example.cell(row, stack::S, i)));
        let single = |column| example.cell(row, column, 0);
        let _ = writeln!(
            out,
            "| {row} | {} | {} | {} | {} | `{}` | {} | {} | {} |",
            example.name(row),
            item(0),
            item(1),
            item(2),
            group(single(decoder::GROUPS)),
            single(decoder::CONTINUATION),
            single(decoder::GROUP_END),
            single(decoder::DONE),
        );
    }
    out
}

/// A group register: short ones in base 128, lowest digit last; elements of digests by their first digits.
fn group(value: u64) -> String {
    let text = format!("{value:x}");
    if text.len() > 10 { format!("{}…", &text[..6]) } else { text }
}

/// An entry of the continuation list: its address, the address of the entry before it, a digest.
struct Entry {
    address: usize,
    previous: usize,
    digest: String,
}

/// The entries from `address` on, along the pointers.
fn chain(entries: &[Entry], mut address: usize) -> Vec<&Entry> {
    let mut chain = Vec::new();
    while let Some(entry) = entries.iter().find(|entry| entry.address == address) {
        chain.push(entry);
        address = entry.previous;
    }
    chain
}

/// How the continuation list grows and shrinks: one line for each visited node, and a drawing of it at its longest.
pub(super) fn continuations(example: &Example) -> String {
    let mut out = "| `clk` | Node | `cs` | Entry it adds | `cs` after it | List after it |\n".to_owned();
    out += "|---|---|---|---|---|---|\n";
    let digest = |row: usize, column: Column, from: usize| {
        short(&Digest::new(std::array::from_fn(|i| Felt::new(example.cell(row, column, from + i)))))
    };
    let (mut entries, mut longest) = (Vec::new(), (0, String::new()));
    for row in 0..example.trace.part_rows().execution {
        let name = example.name(row);
        if !["BLOCK", "JOIN", "LOOP"].contains(&name.as_str()) {
            continue;
        }
        let pointer = |row| usize::try_from(example.cell(row, decoder::CONTINUATION, 0)).unwrap();
        let (previous, next) = (pointer(row), pointer(row + 1));
        let mut added = String::new();
        if next == row {
            let digest = if name == "JOIN" {
                digest(row, decoder::GROUPS, 4)
            } else {
                digest(row, decoder::HELPERS, 0)
            };
            added = format!("`({row}, {previous}, {digest})`");
            entries.push(Entry { address: row, previous, digest });
        }
        let list = chain(&entries, next);
        let digests: Vec<String> = list.iter().map(|entry| format!("`{}`", entry.digest)).collect();
        let digests = digests.join(", ");
        let node = digest(row, decoder::HELPERS, 0);
        let _ = writeln!(out, "| {row} | {name} `{node}` | {previous} | {added} | {next} | {digests} |");
        if list.len() > longest.0 {
            let boxes = list
                .iter()
                .map(|entry| format!("─▶ [ {} │ {} │ {} ] ", entry.address, entry.previous, entry.digest));
            longest = (list.len(), format!("after row {row}:  cs {}─▶ 0", boxes.collect::<String>()));
        }
    }
    format!("{out}\n```text\n{}\n```", longest.1)
}

pub(super) fn balance(example: &Example) -> String {
    let mut out = "| Row | Who | Numerator | Message |\n|---|---|---|---|\n".to_owned();
    let mut count = 0;
    for row in 0..example.trace.num_rows() - 1 {
        for (numerator, values) in example.messages(row, MessageKind::And) {
            let first = values.starts_with(&[INPUT, INPUT - 1]) || values.starts_with(&[INPUT - 1, INPUT]);
            let who = if row < example.trace.part_rows().execution {
                example.name(row)
            } else {
                "bitwise section".into()
            };
            let who = if numerator == Felt::ONE { "bitwise section".into() } else { who };
            let values: Vec<String> = values.iter().map(u64::to_string).collect();
            if first {
                let _ =
                    writeln!(out, "| {row} | {who} | {} | `AND({})` |", signed(numerator), values.join(", "));
                count += 1;
            }
        }
    }
    assert_eq!(count, 2, "one request and one response:\n{out}");
    out
}

pub(super) fn sections(example: &Example) -> String {
    let parts = example.trace.part_rows();
    let rows = [
        ("execution", parts.execution),
        ("range", parts.range),
        ("hasher", parts.hasher),
        ("bitwise", parts.bitwise),
        ("memory", parts.memory),
        ("Merkle", parts.merkle),
        ("kernel", parts.kernel),
        ("whole trace", parts.padded()),
    ];
    let mut out = "| Part | Rows |\n|---|---|\n".to_owned();
    rows.iter().for_each(|(name, rows)| {
        let _ = writeln!(out, "| {name} | {rows} |");
    });
    out
}
