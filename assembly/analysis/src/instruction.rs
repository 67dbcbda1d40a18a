//! Descriptions of instructions.

use alloc::{format, string::String, vec::Vec};
use core::fmt::Write;

use miden_assembly::{InstructionForm, instruction_forms};

/// The forms of an instruction.
pub(super) fn forms(name: &str) -> Vec<InstructionForm> {
    let mut forms = instruction_forms();
    forms.retain(|form| form.name == name || form.aliases.contains(&name));
    forms
}

/// Describes forms: stack effect, cycles, remarks and failures.
pub(super) fn describe(forms: &[InstructionForm]) -> Option<String> {
    let first = forms.first()?;
    let mut text = format!("**`{}`**", first.name);
    for alias in first.aliases {
        let _ = write!(text, ", `{alias}`");
    }
    let _ = write!(text, " · {}\n\n| Form | Stack | Cycles |\n|---|---|---|\n", first.chapter);
    for form in forms {
        let stack = form.stack.replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | `{stack}` | {} |", form.text, cycles(form));
    }
    // Forms of an instruction usually share remarks and failures.
    let mut paragraphs: Vec<String> = Vec::new();
    let mut add = |paragraph: String| {
        if !paragraphs.contains(&paragraph) {
            paragraphs.push(paragraph);
        }
    };
    for form in forms {
        if !form.remark.is_empty() {
            add(String::from(form.remark));
        }
    }
    for form in forms {
        for failure in &form.failures {
            add(format!("Fails with `{}`: {}", failure.kind, failure.when()));
        }
    }
    if forms.iter().any(|form| form.takes_error_code) {
        add(String::from("Takes an error code, `.err=…`: a number or a text."));
    }
    for paragraph in paragraphs {
        let _ = write!(text, "\n{paragraph}\n");
    }
    Some(text)
}

/// Range of cycles.
pub(super) fn cycles(form: &InstructionForm) -> String {
    let (fewest, most) = (form.cycles.start(), form.cycles.end());
    if fewest == most { format!("{most}") } else { format!("{fewest}–{most}") }
}
