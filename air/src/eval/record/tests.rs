use alloc::{vec, vec::Vec};
use core::array;

use miden_core::{
    Digest, FaultClaim, FaultCode, Felt, Kernel, Outcome, StackInputs, StackOutputs, Statement,
    field::{ExtensionOf, FieldElement},
    operations::OPERATIONS,
    outcome::FaultRule,
    params::STACK_TOP,
    trace::WIDTH,
};
use proptest::prelude::*;
use winter_math::fields::{CubeExtension, QuadExtension};

use super::{graph::Graph, *};
use crate::{algebra::ExtensionAlgebra, eval::Residuals, inspect::main_degrees};

/// Runs a program in plain field arithmetic.
fn run<E: FieldElement<BaseField = Felt>>(
    program: &ConstraintProgram,
    cell: impl Fn(Cell) -> Felt,
    auxiliary: impl Fn(AuxiliaryCell) -> E,
    parameter: impl Fn(Parameter) -> E,
) -> Vec<E> {
    let mut base = vec![Felt::ZERO; program.slots()];
    let mut extension = vec![E::ZERO; program.extension_slots()];
    for (slot, &read) in base.iter_mut().zip(program.cells()) {
        *slot = cell(read);
    }
    for (slot, &read) in extension.iter_mut().zip(program.auxiliary_cells()) {
        *slot = auxiliary(read);
    }
    for &instruction in program.instructions() {
        let x = |slot: Slot| base[usize::from(slot)];
        let e = |slot: ExtensionSlot| extension[usize::from(slot)];
        let constant = |index: u16| program.constants()[usize::from(index)];
        let (to, value) = match instruction {
            Instruction::Add { to, a, b } => (to, x(a) + x(b)),
            Instruction::Sub { to, a, b } => (to, x(a) - x(b)),
            Instruction::Mul { to, a, b } => (to, x(a) * x(b)),
            Instruction::MulAdd { to, a, b, c } => (to, x(a) * x(b) + x(c)),
            Instruction::MulSub { to, a, b, c } => (to, x(a) * x(b) - x(c)),
            Instruction::SubMul { to, a, b, c } => (to, x(c) - x(a) * x(b)),
            Instruction::AddConstant { to, a, constant: c } => (to, x(a) + constant(c)),
            Instruction::SubFromConstant { to, a, constant: c } => (to, constant(c) - x(a)),
            Instruction::MulConstant { to, a, constant: c } => (to, x(a) * constant(c)),
            Instruction::Linear { to, multiples } => {
                let terms = program.multiples()[usize::from(multiples)].iter();
                (to, terms.fold(Felt::ZERO, |sum, &(factor, slot)| sum + factor * x(slot)))
            }
            Instruction::Products { to, products } => {
                let terms = program.products()[usize::from(products)].iter();
                (to, terms.fold(Felt::ZERO, |sum, &(a, b)| sum + x(a) * x(b)))
            }
            _ => {
                let (to, value) = match instruction {
                    Instruction::Combine { to, combination } => {
                        let Combination { constant, plain, terms } =
                            &program.combinations()[usize::from(combination)];
                        let constant = constant.iter().map(|&(p, value)| parameter(p).mul_base(value));
                        let plain = plain.iter().map(|&slot| E::from(x(slot)));
                        let terms = terms.iter().map(|&(p, slot)| parameter(p).mul_base(x(slot)));
                        (to, constant.chain(plain).chain(terms).fold(E::ZERO, |sum, term| sum + term))
                    }
                    Instruction::ExtensionAdd { to, a, b } => (to, e(a) + e(b)),
                    Instruction::ExtensionSub { to, a, b } => (to, e(a) - e(b)),
                    Instruction::ExtensionMul { to, a, b } => (to, e(a) * e(b)),
                    Instruction::Scale { to, a, factor } => (to, e(a).mul_base(x(factor))),
                    Instruction::ScaleParameter { to, a, parameter: p } => {
                        (to, e(a) * parameter(program.parameters[usize::from(p)]))
                    }
                    other => panic!("{other:?} has a base result"),
                };
                extension[usize::from(to)] = value;
                continue;
            }
        };
        base[usize::from(to)] = value;
    }
    program.outputs().iter().map(|&slot| extension[usize::from(slot)]).collect()
}

/// Everything a program reads, from a seed.
struct Values(u64);

impl Values {
    fn felt(&self, kind: u64, i: usize) -> Felt {
        let x = Felt::new(self.0) + Felt::new((kind << 32) | (i as u64 + 1));
        x * x * x + Felt::new(kind)
    }

    fn extension<E: FieldElement<BaseField = Felt>>(&self, kind: u64, i: usize) -> E {
        let parts: Vec<Felt> =
            (0..E::EXTENSION_DEGREE).map(|part| self.felt(kind + 100, 8 * i + part)).collect();
        E::slice_from_base_elements(&parts)[0]
    }

    fn rows(&self) -> ([Felt; WIDTH], [Felt; WIDTH], [Felt; periodic::WIDTH]) {
        let row = |kind| array::from_fn(|i| self.felt(kind, i));
        (row(0), row(1), array::from_fn(|i| self.felt(2, i)))
    }

    fn cell(&self, cell: Cell) -> Felt {
        match cell {
            Cell::Current(i) => self.felt(0, i),
            Cell::Next(i) => self.felt(1, i),
            Cell::Periodic(i) => self.felt(2, i),
        }
    }

    fn auxiliary<E: FieldElement<BaseField = Felt>>(&self, cell: AuxiliaryCell) -> E {
        self.extension(u64::from(cell.next), cell.column)
    }

    fn parameter<E: FieldElement<BaseField = Felt>>(&self, parameter: Parameter) -> E {
        match parameter {
            Parameter::One => E::ONE,
            Parameter::Challenge(i) => self.extension(2, i),
            Parameter::Coefficient(i) => self.extension(3, i),
        }
    }

    fn challenges<E: FieldElement<BaseField = Felt>>(&self) -> [E; NUM_CHALLENGES] {
        array::from_fn(|i| self.parameter(Parameter::Challenge(i)))
    }
}

/// A success, and the faults with the most different rules.
fn statements() -> Vec<StatementConstants> {
    let success = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::default(),
        StackOutputs::new(vec![Felt::ZERO; STACK_TOP]).unwrap(),
    );
    let faults = FaultCode::ALL.iter().flat_map(|&code| {
        let opcodes = OPERATIONS.iter().map(|operation| operation.opcode);
        opcodes.filter(move |&opcode| FaultRule::of(opcode, code).is_some()).map(move |opcode| {
            let claim = FaultClaim { code, opcode, clk: 9, deterministic: true, target: None };
            Outcome::Fault(claim)
        })
    });
    let outcomes = [Outcome::Success].into_iter().chain(faults);
    let mut all: Vec<StatementConstants> = Vec::new();
    for outcome in outcomes {
        let constants = StatementConstants::new(&Statement { outcome, ..success.clone() });
        if !all.contains(&constants) {
            all.push(constants);
        }
    }
    all
}

fn check<E: FieldElement<BaseField = Felt> + ExtensionOf<Felt>>(seed: u64) {
    let values = Values(seed);
    let (current, next, periodic) = values.rows();
    let frame = Frame::new(&current, &next, &periodic);
    let challenges = values.challenges::<E>();
    let challenges = Challenges::from_array(&challenges);

    let columns = column_fractions(&frame, challenges);
    let expected: Vec<E> = columns.into_iter().flat_map(|(product, sum)| [product, sum]).collect();
    let fractions = ConstraintProgram::record_fractions();
    let read = |cell| values.auxiliary::<E>(cell);
    assert_eq!(run(&fractions, |cell| values.cell(cell), read, |p| values.parameter(p)), expected);

    for constants in statements() {
        let mut main = vec![Felt::ZERO; main_degrees().len()];
        let mut residuals = Residuals::new(&mut main);
        enforce_main(&mut residuals, &frame, constants);
        residuals.finish();
        let row = |next| array::from_fn(|column| values.auxiliary(AuxiliaryCell { column, next }));
        let mut auxiliary = [E::ZERO; AuxColumn::COUNT];
        enforce_aux(&frame, &row(false), &row(true), challenges, &mut auxiliary);
        let all = main.into_iter().map(E::embed).chain(auxiliary);
        let weighted = all.enumerate().map(|(i, value)| value * values.parameter(Parameter::Coefficient(i)));
        let expected = weighted.fold(E::ZERO, |sum, term| sum + term);
        let program = ConstraintProgram::record_transition(constants);
        assert_eq!(run(&program, |cell| values.cell(cell), read, |p| values.parameter(p)), [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn programs_compute_what_the_constraints_do(seed in any::<u64>()) {
        check::<Felt>(seed);
        check::<QuadExtension<Felt>>(seed);
        check::<CubeExtension<Felt>>(seed);
    }
}

#[test]
fn equal_values_are_one_node() {
    let mut graph = Graph::default();
    let [x, y] = [0, 1].map(|column| graph.cell(Cell::Current(column)));
    let [zero, one, two] = [0, 1, 2].map(|value| graph.constant(Felt::new(value)));
    let minus_one = graph.constant(-Felt::ONE);
    assert_eq!(graph.add(x, y), graph.add(y, x));
    assert_eq!(graph.mul(x, y), graph.mul(y, x));
    assert_ne!(graph.sub(x, y), graph.sub(y, x));
    assert_eq!([graph.add(x, zero), graph.sub(x, zero), graph.mul(one, x)], [x; 3]);
    assert_eq!([graph.mul(x, zero), graph.sub(x, x)], [zero; 2]);
    assert_eq!([graph.add(one, one), graph.mul(two, one), graph.sub(two, zero)], [two; 3]);
    assert_eq!(graph.mul(two, x), graph.add(x, x));
    assert_eq!(graph.sub(x, one), graph.add(minus_one, x));
    let minus_y = graph.mul(minus_one, y);
    assert_eq!(minus_y, graph.sub(zero, y));
    assert_eq!([graph.add(x, minus_y), graph.add(minus_y, x)], [graph.sub(x, y); 2]);
    assert_eq!(graph.sub(x, minus_y), graph.add(x, y));
}

#[test]
fn programs_are_smaller_than_the_constraints_as_written() {
    for program in statements().into_iter().map(ConstraintProgram::record_transition) {
        let (written, executed) = (program.operations_written(), program.operations());
        assert!(executed.products * 5 < written.products * 4, "{executed:?} of {written:?}");
        assert!(program.slots() < 3 * program.cells().len(), "{} slots", program.slots());
    }
}
