//! The instruction table as documentation.

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
    Failure, Form, Instruction, Operations,
    failure::{Applies, Condition},
    table::{CHAPTERS, InstructionRow},
};

/// Form of an instruction, with its documentation.
///
/// `[b, a]` is a stack whose top is `b`; a capital letter is a word of four items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstructionForm {
    /// The chapter of the language reference.
    pub chapter: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Name and parameter, such as `add.b`.
    pub text: String,
    /// The stack effect.
    pub stack: String,
    /// Supplements the stack effect; may be empty.
    pub remark: &'static str,
    /// Faults and their conditions; empty if the form cannot fail.
    pub failures: Vec<Failure>,
    /// Whether it takes an error code, `.err=…`.
    pub takes_error_code: bool,
    /// Range of cycles over all parameters.
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
    let replaces_top = matches!(
        form,
        Form::Pushed(..) | Form::Operand(..) | Form::Felt(_) | Form::Divisor(_) | Form::Exponent(_)
    );
    let applies = |condition: &&Condition| match condition.applies {
        Applies::Always => true,
        Applies::TopOnStack => !replaces_top,
        Applies::Bits => matches!(form, Form::Bits(_)),
    };
    let failures = row.failures.iter().map(|failure| Failure {
        kind: failure.kind,
        conditions: failure.conditions.iter().filter(applies).map(|condition| condition.text).collect(),
    });
    let failures = failures.filter(|failure| !failure.conditions.is_empty()).collect();
    let (text, stack) = match row.stack.trim_start_matches('[').split_once(']') {
        Some((inputs, outputs)) if replaces_top => {
            let (top, below) = inputs.split_once(", ").unwrap_or((inputs, ""));
            (format!("{}.{top}", row.name), format!("[{below}]{outputs}"))
        }
        _ => (format!("{}{parameter}", row.name), row.stack.to_string()),
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

/// Notation of a parameter that is not an operand, and parameters that include the fewest and the most cycles.
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
        Form::Felt(lower) | Form::Exponent(lower) => {
            ("", felts().chain([Felt::ZERO]).map(|b| Instruction::Felt(*lower, b)).collect())
        }
        Form::Divisor(lower) => ("", felts().map(|b| Instruction::Felt(*lower, b)).collect()),
        Form::Bits(lower) => (".uN", (0..=u64::BITS).map(|bits| Instruction::Bits(*lower, bits)).collect()),
        Form::Index(range, lower) => (".n", range.clone().map(|n| Instruction::Index(*lower, n)).collect()),
        Form::Local(lower) => (".i", vec![Instruction::Felt(*lower, Felt::ONE)]),
        Form::Words(lower) => (".a.n", vec![Instruction::Words(*lower, 0, 1)]),
        Form::ErrorCode => ("", Vec::new()),
        Form::Debug(kind) => ("", vec![Instruction::Debug(kind.sample())]),
        Form::DebugWith(kind) => (kind.parameters().0, vec![Instruction::Debug(kind.sample())]),
        Form::Values(lower) => {
            let values = |count| Instruction::Values(*lower, vec![Felt::ONE; count].into());
            (".v1.….vn", [1, 16].map(values).into())
        }
    }
}

/// The smallest and the largest non-zero elements of each bit length.
fn felts() -> impl Iterator<Item = Felt> {
    let values = (0..u64::BITS).flat_map(|bits| [1 << bits, u64::MAX >> bits]);
    values.chain([Felt::MODULUS - 1]).filter_map(felt_from_canonical)
}
