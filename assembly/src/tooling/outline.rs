//! Procedures as an analysis of their stack effects sees them.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{Name, Source, Span};
use miden_core::{Felt, Opcode, Operation, field::FieldElement};

use super::effect::{self, Effect};
use crate::{
    Diagnostics,
    ast::{Attribute, Body, InvocationKind, Item, ModuleId, ProcedureId, Target},
    instructions::Operations,
    library::CompiledId,
    link::Linked,
    lower::LoweredKernel,
};

/// The procedures of checked sources and of the sources they use, all names resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outline {
    /// The procedures, each after those that it invokes; a program is last.
    pub procedures: Vec<ProcedureOutline>,
    /// Warnings: problems that do not prevent assembly.
    pub warnings: Diagnostics,
}

/// A procedure, or the program.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcedureOutline {
    /// The source.
    pub source: Source,
    /// The name; `None` for the program.
    pub name: Option<String>,
    /// Its header, such as `proc.name.2`; empty for the program.
    pub header: Span,
    /// Whether it belongs to the checked sources, not to those that they use.
    pub is_checked: bool,
    /// Whether other modules can use it.
    pub is_exported: bool,
    /// The attributes, each with the text in parentheses.
    pub attributes: Vec<(String, Option<String>)>,
    /// The blocks, each after those it contains; the last is the whole body.
    pub blocks: Vec<Vec<Step>>,
}

/// A step of a block.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Step {
    /// An instruction.
    Instruction {
        /// Its effect.
        effect: Effect,
        /// Number of its operations, each of which takes a cycle; 0 for `debug.stack` and the like.
        num_operations: usize,
        /// Its place.
        span: Span,
    },
    /// An invocation.
    Invocation {
        /// The procedure.
        target: InvokedProcedure,
        /// Whether the procedure runs in a context of its own, with the top 16 items.
        is_call: bool,
        /// Its place.
        span: Span,
    },
    /// `procref`.
    Reference {
        /// The procedure.
        target: InvokedProcedure,
        /// Its place.
        span: Span,
    },
    /// `if.true` or `if.false`.
    If {
        /// The first block of the text, if it is there.
        first: Option<usize>,
        /// The other block, if it is there.
        second: Option<usize>,
        /// Its place.
        span: Span,
    },
    /// `while.true`.
    While {
        /// Its block.
        body: usize,
        /// Its place.
        span: Span,
    },
    /// `do … while …`, as one block.
    DoWhile {
        /// Its block.
        body: usize,
        /// Its place.
        span: Span,
    },
    /// `repeat.N`.
    Repeat {
        /// Number of copies.
        count: u32,
        /// Its block.
        body: usize,
        /// Its place.
        span: Span,
    },
}

/// An invoked procedure.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum InvokedProcedure {
    /// A procedure of the outline, by its index.
    Outlined(usize),
    /// A procedure without source: of a compiled library, or of the kernel.
    Compiled(Effect),
}

/// Outlines linked modules.
pub(crate) fn outline(linked: Linked<'_>, kernel: Option<&LoweredKernel>) -> Outline {
    let mut outliner = Outliner {
        kernel: kernel.map(|kernel| effect::of_nodes(kernel.nodes())).unwrap_or_default(),
        compiled: compiled_effects(&linked),
        numbers: BTreeMap::new(),
    };
    let mut procedures = Vec::new();
    for (id, source, procedure) in linked.all_procedures() {
        procedures.push(ProcedureOutline {
            source: source.clone(),
            name: Some(procedure.label.text.to_string()),
            header: procedure.header,
            is_checked: linked.is_root(id.module),
            is_exported: procedure.exported,
            attributes: procedure.attributes.iter().map(texts).collect(),
            blocks: outliner.blocks(&procedure.body),
        });
        outliner.numbers.insert(id, procedures.len() - 1);
    }
    if let Some(program) = linked.program() {
        procedures.push(ProcedureOutline {
            source: linked.source(),
            name: None,
            header: Span::new(0, 0),
            is_checked: true,
            is_exported: true,
            attributes: linked.modules[ModuleId(0)].ast.program_attributes.iter().map(texts).collect(),
            blocks: outliner.blocks(program),
        });
    }
    Outline { procedures, warnings: linked.warnings }
}

fn texts(attribute: &Attribute<'_>) -> (String, Option<String>) {
    let text = |name: Name<'_>| name.text.to_string();
    (text(attribute.name), attribute.value.map(text))
}

/// The effects of the procedures of compiled libraries that are used.
fn compiled_effects(linked: &Linked<'_>) -> BTreeMap<CompiledId, Effect> {
    let mut nodes: BTreeMap<usize, Vec<Effect>> = BTreeMap::new();
    let mut effects = BTreeMap::new();
    let bodies = linked.all_procedures().map(|(_, _, procedure)| &procedure.body).chain(linked.program());
    for target in bodies.flat_map(Body::invocations).filter_map(|invocation| invocation.target) {
        let Target::Compiled(id) = target else { continue };
        let library = linked.libraries.compiled(id.module.library);
        let nodes = nodes.entry(id.module.library).or_insert_with(|| effect::of_nodes(library.nodes()));
        let code = &linked.libraries.procedure(id).code;
        let run = |operations: &[Operation]| {
            Effect::Known(effect::of_operations(operations.iter().map(Operation::opcode)))
        };
        let mut whole = run(&code.head.operations);
        if let Some((node, tail)) = &code.rest {
            let node = nodes.get(node.index()).copied().unwrap_or(Effect::Unknown);
            whole = whole.then(node).then(run(&tail.operations));
        }
        effects.insert(id, whole);
    }
    effects
}

struct Outliner {
    /// The effects of the kernel's nodes.
    kernel: Vec<Effect>,
    compiled: BTreeMap<CompiledId, Effect>,
    /// The numbers of the procedures outlined so far.
    numbers: BTreeMap<ProcedureId, usize>,
}

impl Outliner {
    fn blocks(&self, body: &Body<'_>) -> Vec<Vec<Step>> {
        body.blocks
            .iter()
            .map(|block| {
                // The constant on top of the stack, if the last instruction left one.
                let mut constant = None;
                let step = |item: &Item<'_>| self.step(item, &mut constant);
                block.items.iter().map(step).collect()
            })
            .collect()
    }

    fn step(&self, item: &Item<'_>, constant: &mut Option<Felt>) -> Step {
        let before = constant.take();
        match item {
            Item::Instruction { instruction, span } => {
                let mut operations = Operations::new();
                instruction.lower(&mut operations);
                let operations = operations.as_slice();
                let (effect, top) = of_instruction(operations, before);
                *constant = top;
                Step::Instruction { effect, num_operations: operations.len(), span: *span }
            }
            Item::Invocation(invocation) if invocation.kind == InvocationKind::Reference => {
                Step::Reference { target: self.target(invocation.target), span: invocation.span }
            }
            Item::Invocation(invocation) => Step::Invocation {
                target: self.target(invocation.target),
                is_call: invocation.kind != InvocationKind::Exec,
                span: invocation.span,
            },
            Item::Dynamic { span, .. } => {
                Step::Instruction { effect: Effect::Unknown, num_operations: 1, span: *span }
            }
            Item::If { on_one, on_zero, span } => {
                let mut blocks = [on_one, on_zero].map(|block| block.map(|block| block.0));
                // Blocks are numbered in the order of the text.
                if let [Some(first), Some(second)] = blocks
                    && first > second
                {
                    blocks = [Some(second), Some(first)];
                }
                Step::If { first: blocks[0], second: blocks[1], span: *span }
            }
            Item::While { body, span } => Step::While { body: body.0, span: *span },
            Item::DoWhile { body, span } => Step::DoWhile { body: body.0, span: *span },
            Item::Repeat { count, body, span } => Step::Repeat { count: *count, body: body.0, span: *span },
        }
    }

    fn target(&self, target: Option<Target>) -> InvokedProcedure {
        let unknown = InvokedProcedure::Compiled(Effect::Unknown);
        match target {
            Some(Target::Procedure(id)) => {
                self.numbers.get(&id).map_or(unknown, |number| InvokedProcedure::Outlined(*number))
            }
            Some(Target::Compiled(id)) => {
                self.compiled.get(&id).map_or(unknown, |effect| InvokedProcedure::Compiled(*effect))
            }
            Some(Target::Kernel(node)) => {
                self.kernel.get(node.index()).map_or(unknown, |effect| InvokedProcedure::Compiled(*effect))
            }
            None => unknown,
        }
    }
}

/// The effect of an instruction after one that may have left a constant, and the constant that it leaves itself.
fn of_instruction(operations: &[Operation], constant: Option<Felt>) -> (Effect, Option<Felt>) {
    let fails = match operations.first().map(Operation::opcode) {
        Some(Opcode::Assert) => constant.is_some_and(|constant| constant != Felt::ONE),
        Some(Opcode::AssertZ) => constant.is_some_and(|constant| constant != Felt::ZERO),
        _ => false,
    };
    let top = operations.last().and_then(|operation| match operation {
        Operation::Push(value) => Some(*value),
        operation if operation.opcode() == Opcode::Pad => Some(Felt::ZERO),
        _ => None,
    });
    let effect = Effect::Known(effect::of_operations(operations.iter().map(Operation::opcode)));
    (if fails { Effect::Fails } else { effect }, top)
}
