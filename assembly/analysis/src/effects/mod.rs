//! Stack effects of procedures, branches and loops, and warnings about them.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use miden_assembly::{
    Diagnostic, Source, Span,
    tooling::{Effect, InvokedProcedure, Outline, ProcedureOutline, StackEffect, Step, TEST},
};
use miden_assembly_syntax::Diagnostics;

mod comment;
mod lines;
mod lint;
mod lists;

pub use comment::StatedEffect;
use lines::BlockLines;
pub use lines::LineEffect;
pub use lint::{Lint, LintKind};
use lists::Allowed;

/// A warning of an analysis, and its place.
pub type LintDiagnostic = Diagnostic<Lint>;

/// Warnings of an analysis, to be rendered.
pub type LintDiagnostics = Diagnostics<Lint>;

/// Result of an analysis of stack effects.
#[derive(Clone, Debug)]
pub struct Effects {
    /// The effects of the procedures of the outline, in its order.
    pub procedures: Vec<Effect>,
    /// Warnings about the checked sources, by source and place.
    pub warnings: Vec<LintDiagnostic>,
    /// The stack after the lines of the checked sources, where it is known, by procedure and place.
    pub lines: Vec<LineEffect>,
}

impl Effects {
    /// Infers the effects of all procedures of an outline, and checks those of the checked sources.
    pub fn infer(outline: &Outline) -> Self {
        let mut inference = Inference {
            effects: Vec::new(),
            warnings: Vec::new(),
            lines: Vec::new(),
            invoked: BTreeSet::new(),
        };
        for procedure in &outline.procedures {
            let effect = inference.infer(procedure);
            inference.effects.push(effect);
        }
        inference.find_unused(&outline.procedures);
        let Inference { effects: procedures, mut warnings, lines, .. } = inference;
        warnings.sort_by(|a, b| {
            let key =
                |warning: &LintDiagnostic| (String::from(warning.source().name()), warning.span().start);
            key(a).cmp(&key(b))
        });
        Self { procedures, warnings, lines }
    }
}

struct Inference {
    effects: Vec<Effect>,
    warnings: Vec<LintDiagnostic>,
    lines: Vec<LineEffect>,
    /// The procedures that others invoke.
    invoked: BTreeSet<usize>,
}

/// The procedure that is being checked.
struct Current<'o> {
    procedure: &'o ProcedureOutline,
    allowed: Allowed,
    warnings: Vec<LintDiagnostic>,
}

impl Current<'_> {
    fn warn(&mut self, lint: Lint, span: Span) {
        self.warn_with(lint, span, None);
    }

    /// Warns, with another place in the same source that explains the warning.
    fn warn_with(&mut self, lint: Lint, span: Span, related: Option<(Span, &'static str)>) {
        if !self.procedure.is_checked || self.allowed.contains(lint.kind()) {
            return;
        }
        let source: &Source = &self.procedure.source;
        let warning = Diagnostic::new(lint, source.clone(), span);
        self.warnings.push(match related {
            Some((place, label)) => warning.with_related(source, place, label),
            None => warning,
        });
    }
}

impl Inference {
    fn infer(&mut self, procedure: &ProcedureOutline) -> Effect {
        let (allowed, unknown) = Allowed::by(&procedure.attributes);
        let mut current = Current { procedure, allowed, warnings: Vec::new() };
        for name in unknown {
            current.warn(Lint::unknown(name), procedure.header);
        }
        let (mut blocks, mut lines): (Vec<Effect>, Vec<BlockLines>) = (Vec::new(), Vec::new());
        for block in &procedure.blocks {
            let (mut effect, mut block_lines) = (Effect::NONE, BlockLines::default());
            for step in block {
                let after = effect.then(self.step(step, &blocks, &mut current));
                if procedure.is_checked {
                    block_lines.add(&procedure.source, step, effect, after);
                }
                effect = after;
            }
            blocks.push(effect);
            lines.push(block_lines);
        }
        self.lines.append(&mut lines::lines(procedure, &lines));
        let effect = blocks.last().copied().unwrap_or(Effect::NONE);
        compare(effect, &mut current);
        self.warnings.append(&mut current.warnings);
        effect
    }

    fn step(&mut self, step: &Step, blocks: &[Effect], current: &mut Current<'_>) -> Effect {
        let of = |block: &usize| blocks.get(*block).copied().unwrap_or(Effect::Unknown);
        let of_optional = |block: &Option<usize>| block.as_ref().map_or(Effect::NONE, of);
        match step {
            Step::Instruction { effect, .. } => *effect,
            Step::Reference { target, .. } => {
                if let InvokedProcedure::Outlined(index) = target {
                    self.invoked.insert(*index);
                }
                Effect::Known(StackEffect::new(0, 4))
            }
            Step::Invocation { target, is_call, span } => {
                let effect = match target {
                    InvokedProcedure::Outlined(index) => {
                        self.invoked.insert(*index);
                        self.effects.get(*index).copied().unwrap_or(Effect::Unknown)
                    }
                    InvokedProcedure::Compiled(effect) => *effect,
                    _ => Effect::Unknown,
                };
                if !is_call {
                    return effect;
                }
                if let Some(depth) = effect.known().map(|effect| effect.depth_after_call())
                    && depth > 16
                {
                    current.warn(Lint::CallTooDeep { depth }, *span);
                }
                effect.of_call()
            }
            Step::If { first, second, span } => {
                let effects = (of_optional(first), of_optional(second));
                if let (Some(one), Some(other)) = (effects.0.known(), effects.1.known())
                    && one.shift != other.shift
                {
                    let lint = match (first, second) {
                        (Some(_), Some(_)) => {
                            Lint::UnbalancedBranches { first: one.shift, second: Some(other.shift) }
                        }
                        _ => Lint::UnbalancedBranches { first: one.shift + other.shift, second: None },
                    };
                    current.warn(lint, *span);
                }
                effects.0.choice(effects.1)
            }
            Step::While { body, span } | Step::DoWhile { body, span } => {
                let body = of(body);
                // The condition is popped.
                if let Some(effect) = body.known()
                    && effect.shift != 1
                {
                    current.warn(Lint::UnbalancedLoop { shift: effect.shift.saturating_sub(1) }, *span);
                }
                match step {
                    Step::While { .. } => body.looped(),
                    _ => body.looped_once(),
                }
            }
            Step::Repeat { count, body, .. } => of(body).repeated(*count),
            _ => Effect::Unknown,
        }
    }

    /// Warns of procedures that nothing uses.
    fn find_unused(&mut self, procedures: &[ProcedureOutline]) {
        for (index, procedure) in procedures.iter().enumerate() {
            let Some(name) = &procedure.name else { continue };
            let is_test = procedure.attributes.iter().any(|(name, _)| name == TEST);
            if procedure.is_exported || is_test || self.invoked.contains(&index) {
                continue;
            }
            let (allowed, _) = Allowed::by(&procedure.attributes);
            let mut current = Current { procedure, allowed, warnings: Vec::new() };
            current.warn(Lint::UnusedProcedure { name: name.clone() }, procedure.header);
            self.warnings.append(&mut current.warnings);
        }
    }
}

/// Compares the effect of a procedure with its comment.
fn compare(effect: Effect, current: &mut Current<'_>) {
    let procedure = current.procedure;
    let (Some(effect), Some(stated)) = (effect.known(), StatedEffect::of(procedure)) else { return };
    let place = Some((stated.span, "as stated here"));
    if effect.inputs > stated.inputs {
        let lint = Lint::ReadsBelowInputs { inputs: effect.inputs, stated: stated.inputs };
        current.warn_with(lint, procedure.header, place);
    }
    if i128::from(effect.shift) != stated.shift() {
        let outputs = i128::from(stated.inputs) + i128::from(effect.shift);
        let outputs = u64::try_from(outputs).unwrap_or(0);
        let lint = Lint::OtherEffect { inputs: stated.inputs, outputs, stated: stated.outputs };
        current.warn_with(lint, procedure.header, place);
    }
}
