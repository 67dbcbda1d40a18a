//! Operands of the failed instruction as written, which the operations of its lowering no longer have.

use std::{collections::VecDeque, fmt::Write};

use miden_assembly::{DebugInfo, InstructionForm, InstructionInfo, instruction_forms};
use miden_core::{Felt, NodeId, params::STACK_TOP};
use miden_processor::{Cycle, ExecutionError, FailureSite};

/// Number of states that are kept; more than the operations of any instruction.
const KEPT: usize = 1 << 10;

/// The latest operations, and the stack before each.
#[derive(Default)]
pub(super) struct States(VecDeque<State>);

struct State {
    clk: u64,
    node: NodeId,
    operation: usize,
    stack: [Felt; STACK_TOP],
}

impl States {
    /// Adds the state before an operation of a block.
    pub(super) fn record(&mut self, cycle: &Cycle<'_>, operation: usize) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        let stack = std::array::from_fn(|position| cycle.stack.item(position));
        self.0.push_back(State { clk: cycle.clk, node: cycle.node, operation, stack });
    }

    /// The stack before the first operation of the instruction that failed; `None` if optimization changed one of its
    /// operations up to there.
    pub(super) fn at_start(&self, debug: &DebugInfo, site: &FailureSite) -> Option<[Felt; STACK_TOP]> {
        let failed = debug.instruction(site.node, site.operation?)?;
        let mut states = self.0.iter().rev();
        let mut state = states.next().filter(|state| state.clk == site.clk)?;
        for position in (0..=debug.position(site.node, site.operation?)?).rev() {
            let info = debug.instruction(state.node, state.operation)?;
            let same = info.source().id() == failed.source().id() && info.span() == failed.span();
            if !same || debug.position(state.node, state.operation) != Some(position) {
                return None;
            }
            if position > 0 {
                state = states.next()?;
            }
        }
        Some(state.stack)
    }
}

/// The form of an instruction in the reference; `None` for control flow and invocations.
pub(super) fn form_of(instruction: &InstructionInfo) -> Option<InstructionForm> {
    let text = instruction.text();
    let text = text.split_once(".err=").map_or(text, |(text, _)| text);
    let parameter = |form: &InstructionForm| {
        let names = form.aliases.iter().chain([&form.name]);
        // Of two names, one can begin with the other.
        let rests = names.filter_map(|name| Some((name.len(), text.strip_prefix(*name)?)));
        let (len, rest) = rests.filter(|(_, rest)| rest.is_empty() || rest.starts_with('.')).max()?;
        let takes = form.text.len() > form.name.len();
        (takes != rest.is_empty()).then_some(len)
    };
    let forms = instruction_forms().into_iter();
    forms.filter_map(|form| Some((parameter(&form)?, form))).max_by_key(|(len, _)| *len).map(|(_, form)| form)
}

/// The condition under which the instruction fails, with its operands; `None` if its only operation says all that there
/// is to say, or the stack does not tell.
pub(super) fn message(
    error: &ExecutionError,
    instruction: &InstructionInfo,
    form: &InstructionForm,
    stack: &[Felt; STACK_TOP],
) -> Option<String> {
    let ExecutionError::Fault { code, site, .. } = error else { return None };
    let failure = form.failures.iter().find(|failure| failure.kind.name() == error.kind())?;
    if instruction.num_operations() < 2 {
        return None;
    }
    let operands = operands(form, stack)?;
    let mut text = format!("`{}` fails if {}; here {operands}", form.name, failure.when());
    match code {
        Some(code) => match &code.message {
            Some(message) => write!(text, ": {message}"),
            None => write!(text, ": error code {}", code.code),
        },
        None => Ok(()),
    }
    .ok()?;
    Some(format!("{text} (cycle {})", site.clk))
}

/// The operands in the notation of the stack effect: `b = 4, a = 3`, and `A = [1, 2, 3, 4]` for a word, top first.
fn operands(form: &InstructionForm, stack: &[Felt; STACK_TOP]) -> Option<String> {
    let (inputs, _) = form.stack.strip_prefix('[')?.split_once(']')?;
    let mut rest = stack.as_slice();
    let mut operands = Vec::new();
    for name in inputs.split(", ").filter(|name| !name.is_empty()) {
        let is_word = name.starts_with(|first: char| first.is_ascii_uppercase());
        let (values, below) = rest.split_at_checked(if is_word { 4 } else { 1 })?;
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let values = values.join(", ");
        operands.push(if is_word { format!("{name} = [{values}]") } else { format!("{name} = {values}") });
        rest = below;
    }
    (!operands.is_empty()).then(|| operands.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_of_every_form_that_can_fail_are_named() {
        let stack = std::array::from_fn(|position| Felt::new(position as u64));
        let mut count = 0;
        for form in instruction_forms().iter().filter(|form| !form.failures.is_empty()) {
            let has_operands = !form.stack.starts_with("[]");
            assert_eq!(operands(form, &stack).is_some(), has_operands, "{}: {}", form.text, form.stack);
            count += usize::from(has_operands);
        }
        assert!(count > 50);
    }
}
