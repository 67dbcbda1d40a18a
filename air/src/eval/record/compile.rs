//! From steps to instructions: every value gets a slot, which is free again after the last use of the value.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    expression::Tape,
    extension::{ExtensionId, ExtensionNode},
    graph::{Node, NodeId},
    program::{Combination, ConstraintProgram, Instruction, Parameter},
    schedule::{Operation, Register, Step, schedule},
};

/// Compiles the expressions that the outputs depend on.
pub(super) fn compile(tape: &Tape, outputs: &[ExtensionId]) -> ConstraintProgram {
    let steps = schedule(tape, outputs);
    let mut last_use: BTreeMap<Register, usize> = BTreeMap::new();
    for (i, step) in steps.iter().enumerate() {
        last_use.extend(step.operands.iter().map(|&operand| (operand, i)));
    }
    last_use.extend(outputs.iter().map(|&id| (Register::Extension(id), steps.len())));

    let mut compiler = Compiler {
        tape,
        base: Slots::default(),
        extension: Slots::default(),
        constants: BTreeMap::new(),
        program: ConstraintProgram { written: tape.graph.written, ..ConstraintProgram::default() },
    };
    compiler.place_cells(last_use.keys().copied());
    for (i, step) in steps.iter().enumerate() {
        compiler.emit(step, |register| last_use[&register] == i);
    }
    compiler.finish(outputs)
}

struct Compiler<'a> {
    tape: &'a Tape,
    base: Slots,
    extension: Slots,
    constants: BTreeMap<u64, u16>,
    program: ConstraintProgram,
}

impl Compiler<'_> {
    /// The cells have the first slots, for the whole program.
    fn place_cells(&mut self, used: impl Iterator<Item = Register>) {
        for register in used {
            match register {
                Register::Base(id) => {
                    if let Node::Cell(cell) = self.tape.graph.node(id) {
                        self.base.pin(register);
                        self.program.cells.push(cell);
                    }
                }
                Register::Extension(id) => {
                    if let &ExtensionNode::Auxiliary(cell) = self.tape.extensions.node(id) {
                        self.extension.pin(register);
                        self.program.auxiliary_cells.push(cell);
                    }
                }
            }
        }
    }

    fn slots(&mut self, register: Register) -> &mut Slots {
        match register {
            Register::Base(_) => &mut self.base,
            Register::Extension(_) => &mut self.extension,
        }
    }

    fn emit(&mut self, step: &Step, ends: impl Fn(Register) -> bool) {
        let operands: Vec<u16> =
            step.operands.iter().map(|&register| self.slots(register).of[&register]).collect();
        let index = self.index(step);
        // An instruction may write a slot that it reads.
        step.operands.iter().filter(|&&register| ends(register)).for_each(|&register| {
            self.slots(register).release(register);
        });
        let to = self.slots(step.to).take(step.to);
        self.program.instructions.push(match (step.operation, operands.as_slice()) {
            (Operation::Add, &[a, b]) => Instruction::Add { to, a, b },
            (Operation::Sub, &[a, b]) => Instruction::Sub { to, a, b },
            (Operation::Mul, &[a, b]) => Instruction::Mul { to, a, b },
            (Operation::MulAdd, &[a, b, c]) => Instruction::MulAdd { to, a, b, c },
            (Operation::MulSub, &[a, b, c]) => Instruction::MulSub { to, a, b, c },
            (Operation::SubMul, &[a, b, c]) => Instruction::SubMul { to, a, b, c },
            (Operation::AddConstant, &[a]) => Instruction::AddConstant { to, a, constant: index },
            (Operation::SubFromConstant, &[a]) => Instruction::SubFromConstant { to, a, constant: index },
            (Operation::MulConstant, &[a]) => Instruction::MulConstant { to, a, constant: index },
            (Operation::Combine, _) => Instruction::Combine { to, combination: index },
            (Operation::ExtensionAdd, &[a, b]) => Instruction::ExtensionAdd { to, a, b },
            (Operation::ExtensionSub, &[a, b]) => Instruction::ExtensionSub { to, a, b },
            (Operation::ExtensionMul, &[a, b]) => Instruction::ExtensionMul { to, a, b },
            (Operation::Scale, &[a, factor]) => Instruction::Scale { to, a, factor },
            (Operation::ScaleParameter, &[a]) => Instruction::ScaleParameter { to, a, parameter: index },
            (operation, operands) => unreachable!("{operation:?} does not have {} operands", operands.len()),
        });
    }

    /// Position of what the instruction refers to besides slots: a constant, a combination, a parameter.
    fn index(&mut self, step: &Step) -> u16 {
        match (step.operation, step.to) {
            (Operation::AddConstant | Operation::SubFromConstant | Operation::MulConstant, _) => {
                let constants = &mut self.program.constants;
                *self.constants.entry(step.constant.as_int()).or_insert_with(|| {
                    constants.push(step.constant);
                    last(constants)
                })
            }
            (_, Register::Extension(id)) => match self.tape.extensions.node(id) {
                ExtensionNode::Combination(terms) => {
                    let combination = self.combination(terms);
                    self.program.combinations.push(combination);
                    last(&self.program.combinations)
                }
                &ExtensionNode::ScaleParameter(_, parameter) => {
                    self.program.parameters.push(parameter);
                    last(&self.program.parameters)
                }
                _ => 0,
            },
            _ => 0,
        }
    }

    fn combination(&self, terms: &[(Parameter, NodeId)]) -> Combination {
        let mut combination = Combination::default();
        for &(parameter, id) in terms {
            match self.tape.graph.value(id) {
                Some(value) => combination.constant.push((parameter, value)),
                None => {
                    let slot = self.base.of[&Register::Base(id)];
                    match parameter {
                        Parameter::One => combination.plain.push(slot),
                        _ => combination.terms.push((parameter, slot)),
                    }
                }
            }
        }
        combination
    }

    fn finish(mut self, outputs: &[ExtensionId]) -> ConstraintProgram {
        self.program.outputs =
            outputs.iter().map(|&id| self.extension.of[&Register::Extension(id)]).collect();
        self.program.slots = self.base.count;
        self.program.extension_slots = self.extension.count;
        self.program
    }
}

/// Position of the last entry.
fn last<T>(entries: &[T]) -> u16 {
    index(entries.len() - 1)
}

fn index(position: usize) -> u16 {
    u16::try_from(position).expect("a program has fewer than 2^16 slots, constants and combinations")
}

/// The slots of one kind.
#[derive(Default)]
struct Slots {
    /// Slot of every value that has been computed; the slot of a value that has ended belongs to another one.
    of: BTreeMap<Register, u16>,
    free: Vec<u16>,
    pinned: usize,
    count: usize,
}

impl Slots {
    /// A slot that is never free.
    fn pin(&mut self, register: Register) {
        self.take(register);
        self.pinned = self.count;
    }

    /// The slot that became free last is likely to be in the cache.
    fn take(&mut self, register: Register) -> u16 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            index(self.count - 1)
        });
        self.of.insert(register, slot);
        slot
    }

    fn release(&mut self, register: Register) {
        let slot = self.of[&register];
        // A square reads its operand twice.
        if usize::from(slot) >= self.pinned && !self.free.contains(&slot) {
            self.free.push(slot);
        }
    }
}
