//! The instruction table as people read it.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::ops::RangeInclusive;

use miden_core::{
    Felt, felt_from_canonical,
    field::{FieldElement, StarkField},
};

use super::{
    Form, Instruction, Operations,
    table::{CHAPTERS, InstructionRow},
};

/// A way to write an instruction, and what it does.
///
/// `[b, a]` is a stack whose top is `b`; a capital letter is a word of four items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstructionForm {
    /// The part of the language that it belongs to.
    pub chapter: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Name and parameter, such as `add.b`.
    pub text: String,
    /// What it takes from the top of the stack, and what it leaves there.
    pub stack: String,
    /// What the stack effect does not say; may be empty.
    pub remark: &'static str,
    /// Kinds of faults, and when they happen; empty if it cannot fail.
    pub failures: Vec<(&'static str, String)>,
    /// Whether `.err=…` can follow, which names a failed assertion.
    pub takes_error_code: bool,
    /// Fewest and most cycles, which depend on the parameter.
    pub cycles: RangeInclusive<usize>,
}

/// All forms of all instructions of the language, by chapter.
pub fn instruction_forms() -> Vec<InstructionForm> {
    let mut forms = Vec::new();
    for chapter in CHAPTERS {
        for row in chapter.instructions {
            forms.extend(row.forms.iter().filter_map(|form| describe(chapter.title, row, form)));
        }
    }
    forms
}

fn describe(chapter: &'static str, row: &'static InstructionRow, form: &Form) -> Option<InstructionForm> {
    let (parameter, samples) = samples(form);
    let cycles = |instruction: &Instruction| {
        let mut operations = Operations::new();
        instruction.lower(&mut operations);
        operations.len()
    };
    let cycles: Vec<usize> = samples.iter().map(cycles).collect();
    let replaces_top =
        matches!(form, Form::Pushed(..) | Form::Operand(..) | Form::Felt(_) | Form::Divisor(_));
    // A condition on a number of bits concerns the form that has one.
    let concerns = |when: &str| when.contains("2^N") == matches!(form, Form::Bits(_));
    let failures = row.failures.iter().copied().filter(|(_, when)| concerns(when));
    let (text, stack, failures) = match row.stack.trim_start_matches('[').split_once(']') {
        Some((inputs, outputs)) if replaces_top => {
            let (top, below) = inputs.split_once(", ").unwrap_or((inputs, ""));
            let left = failures.filter_map(|(kind, when)| Some((kind, conditions_on(below, when)?)));
            (format!("{}.{top}", row.name), format!("[{below}]{outputs}"), left.collect())
        }
        _ => {
            let all = failures.map(|(kind, when)| (kind, when.to_string()));
            (format!("{}{parameter}", row.name), row.stack.to_string(), all.collect())
        }
    };
    let takes_error_code = row.forms.iter().any(|form| matches!(form, Form::ErrorCode));
    Some(InstructionForm {
        chapter,
        name: row.name,
        aliases: row.aliases,
        text,
        stack,
        remark: row.text,
        failures,
        takes_error_code,
        cycles: *cycles.iter().min()?..=*cycles.iter().max()?,
    })
}

/// The conditions, separated by `or`, that speak of one of these operands.
fn conditions_on(operands: &str, when: &str) -> Option<String> {
    let is_kept =
        |condition: &&str| operands.split(", ").any(|name| !name.is_empty() && condition.contains(name));
    let kept: Vec<&str> = when.split(" or ").filter(is_kept).collect();
    (!kept.is_empty()).then(|| kept.join(" or "))
}

/// How a parameter that is no operand is written, and parameters that take the fewest and the most cycles.
fn samples(form: &Form) -> (&'static str, Vec<Instruction>) {
    let numbers = |range: &RangeInclusive<u32>| {
        let (start, end) = (*range.start(), *range.end());
        (start..=end.min(start.saturating_add(64))).chain([end])
    };
    match form {
        Form::Operations(opcodes) => ("", vec![Instruction::Operations(opcodes)]),
        Form::Plain(lower) => ("", vec![Instruction::Plain(*lower)]),
        Form::Pushed(range, opcodes) => {
            ("", numbers(range).map(|b| Instruction::Pushed(b, opcodes)).collect())
        }
        Form::Operand(range, lower) => ("", numbers(range).map(|b| Instruction::Number(*lower, b)).collect()),
        Form::Number(range, lower) => {
            (".n", numbers(range).map(|n| Instruction::Number(*lower, n)).collect())
        }
        Form::Felt(lower) => {
            ("", felts().chain([Felt::ZERO]).map(|b| Instruction::Felt(*lower, b)).collect())
        }
        Form::Divisor(lower) => ("", felts().map(|b| Instruction::Felt(*lower, b)).collect()),
        Form::Bits(lower) => (".uN", (0..=u64::BITS).map(|bits| Instruction::Bits(*lower, bits)).collect()),
        Form::Index(range, lower) => (".n", range.clone().map(|n| Instruction::Index(*lower, n)).collect()),
        Form::Local(lower) => (".i", vec![Instruction::Felt(*lower, Felt::ONE)]),
        Form::Words(lower) => (".a.n", vec![Instruction::Words(*lower, 0, 1)]),
        Form::ErrorCode => ("", Vec::new()),
        Form::Values(lower) => {
            let values = |count| Instruction::Values(*lower, vec![Felt::ONE; count].into());
            (".v1.….vn", [1, 16].map(values).into())
        }
    }
}

/// Elements other than zero, of each number of bits the smallest and the largest.
fn felts() -> impl Iterator<Item = Felt> {
    let values = (0..u64::BITS).flat_map(|bits| [1 << bits, u64::MAX >> bits]);
    values.chain([Felt::MODULUS - 1]).filter_map(felt_from_canonical)
}
