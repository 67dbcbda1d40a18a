//! From steps to instructions: every value gets a slot, which is free again after the last use of the value.

use alloc::{collections::BTreeMap, vec, vec::Vec};

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
    let mut compiler = Compiler {
        tape,
        last_use: vec![None; number_of_registers(tape, &steps)],
        slot: vec![0; number_of_registers(tape, &steps)],
        base: Slots::default(),
        extension: Slots::default(),
        constants: BTreeMap::new(),
        program: ConstraintProgram { written: tape.graph.written, ..ConstraintProgram::default() },
    };
    for (i, step) in steps.iter().enumerate() {
        for &operand in &step.operands {
            compiler.last_use[number(tape, operand)] = Some(i);
        }
    }
    for &output in outputs {
        compiler.last_use[number(tape, Register::Extension(output))] = Some(steps.len());
    }
    compiler.place_cells();
    for (i, step) in steps.iter().enumerate() {
        compiler.emit(i, step);
    }
    compiler.finish(outputs)
}

/// Position of a register among all registers.
fn number(tape: &Tape, register: Register) -> usize {
    match register {
        Register::Extension(id) => id.index(),
        Register::Base(id) => tape.extensions.nodes().len() + id.index(),
        Register::Partial(i) => tape.extensions.nodes().len() + tape.graph.nodes().len() + i,
    }
}

/// Every step has at most one partial result.
fn number_of_registers(tape: &Tape, steps: &[Step]) -> usize {
    number(tape, Register::Partial(steps.len()))
}

struct Compiler<'a> {
    tape: &'a Tape,
    /// The last step that uses a register, by number.
    last_use: Vec<Option<usize>>,
    /// The slot of a register, by number; after its last use, the slot belongs to another one.
    slot: Vec<u16>,
    base: Slots,
    extension: Slots,
    constants: BTreeMap<u64, u16>,
    program: ConstraintProgram,
}

impl Compiler<'_> {
    /// The cells have the first slots, for the whole program.
    fn place_cells(&mut self) {
        for (id, &node) in self.tape.graph.ids() {
            if let (Node::Cell(cell), true) = (node, self.is_used(Register::Base(id))) {
                self.take(Register::Base(id));
                self.program.cells.push(cell);
            }
        }
        for (id, node) in self.tape.extensions.ids() {
            if let (&ExtensionNode::Auxiliary(cell), true) = (node, self.is_used(Register::Extension(id))) {
                self.take(Register::Extension(id));
                self.program.auxiliary_cells.push(cell);
            }
        }
        self.base.pinned = self.base.count;
        self.extension.pinned = self.extension.count;
    }

    fn is_used(&self, register: Register) -> bool {
        self.last_use[number(self.tape, register)].is_some()
    }

    fn slots(&mut self, register: Register) -> &mut Slots {
        match register {
            Register::Base(_) | Register::Partial(_) => &mut self.base,
            Register::Extension(_) => &mut self.extension,
        }
    }

    fn slot(&self, register: Register) -> u16 {
        self.slot[number(self.tape, register)]
    }

    fn take(&mut self, register: Register) -> u16 {
        let slot = self.slots(register).take();
        self.slot[number(self.tape, register)] = slot;
        slot
    }

    fn emit(&mut self, i: usize, step: &Step) {
        let operands: Vec<u16> = step.operands.iter().map(|&register| self.slot(register)).collect();
        let index = self.index(step, &operands);
        // An instruction may write a slot that it reads.
        for &register in &step.operands {
            let last_use = &mut self.last_use[number(self.tape, register)];
            // Once only: a square reads its operand twice.
            if last_use.take_if(|last| *last == i).is_some() {
                let slot = self.slot(register);
                self.slots(register).release(slot);
            }
        }
        let to = self.take(step.to);
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
            (Operation::Linear, _) => Instruction::Linear { to, multiples: index },
            (Operation::Products, _) => Instruction::Products { to, products: index },
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
    fn index(&mut self, step: &Step, operands: &[u16]) -> u16 {
        match (step.operation, step.to) {
            (Operation::AddConstant | Operation::SubFromConstant | Operation::MulConstant, _) => {
                let constants = &mut self.program.constants;
                *self.constants.entry(step.constants[0].as_int()).or_insert_with(|| {
                    constants.push(step.constants[0]);
                    last(constants)
                })
            }
            (Operation::Linear, _) => {
                let terms = step.constants.iter().copied().zip(operands.iter().copied());
                self.program.multiples.push(terms.collect());
                last(&self.program.multiples)
            }
            (Operation::Products, _) => {
                let pairs = operands.chunks_exact(2).map(|pair| (pair[0], pair[1]));
                self.program.products.push(pairs.collect());
                last(&self.program.products)
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
                    let slot = self.slot(Register::Base(id));
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
        self.program.outputs = outputs.iter().map(|&id| self.slot(Register::Extension(id))).collect();
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
    free: Vec<u16>,
    /// Number of slots that are never free.
    pinned: usize,
    count: usize,
}

impl Slots {
    /// The slot that became free last is likely to be in the cache.
    fn take(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            index(self.count - 1)
        })
    }

    fn release(&mut self, slot: u16) {
        if usize::from(slot) >= self.pinned {
            self.free.push(slot);
        }
    }
}
