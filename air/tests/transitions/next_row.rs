//! The next row: all that the rules say about it, as a linear system, against a model.

use miden_air::{
    Frame,
    inspect::{StatementConstants, constraint_derivatives},
};
use miden_core::{
    Digest, Felt, Kernel,
    Opcode::{self, Fail, Halt, Input, Join, Loop, NTrap, Noop, Output, Push, Return, Trap},
    StackInputs, StackOutputs, Statement,
    field::FieldElement,
    operations::OPERATIONS,
    trace::{
        Column, WIDTH, column_name,
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
        write_opcode,
    },
};

use crate::{
    common::{Echelon, Form, Random, Row, felt, periodic_row},
    idle_row,
    model::{NUM_INPUTS, Step},
    step,
    succession::{Flags, is_allowed},
};

/// Rows of each kind with the same flags.
const NUM_ROWS: usize = 3;

/// One row of each kind that rules distinguish as a successor.
const SUCCESSORS: [Opcode; 10] = [Join, NTrap, Noop, Push, Return, Halt, Output, Input, Trap, Fail];

/// The cells of the next row of which the execution consists, except for the digits of its opcode.
const CELLS: [Column; 16] = [
    CLK,
    CTX,
    FMP,
    INSYS,
    FN,
    ADV,
    GROUPS,
    POSITION,
    CONTINUATION,
    HELPERS,
    GROUP_END,
    DONE,
    S,
    DEPTH,
    OVF,
    OVERFLOW_POP,
];

/// A form without constant in the cells of the next row.
fn form(terms: impl IntoIterator<Item = (usize, Felt)>) -> Form {
    Form { constant: Felt::ZERO, terms: terms.into_iter().collect() }
}

/// Asserts that the rules say about the next row what the book says, no more and no less.
fn assert_next(step: &Step<'_>, constants: StatementConstants, random: &mut Random, context: &str) {
    let model = step.next();
    let mut next = idle_row();
    write_opcode(&mut next, step.next);
    let cells: Vec<usize> = CELLS.iter().flat_map(|column| column.range()).collect();
    cells.iter().for_each(|&cell| next[cell] = random.element());
    model.cells.iter().for_each(|&(cell, value)| next[cell] = value);
    if let Some(position) = model.position {
        next[POSITION.at(0)] = position - felt(3) * next[POSITION.at(1)];
    }
    let periodic = periodic_row(1);
    let at = |next: &Row| constraint_derivatives(&Frame::new(step.row, next, &periodic), constants);
    let constraints = at(&next);
    for (label, dual) in &constraints {
        assert_eq!(dual.value, Felt::ZERO, "{label}: {context}");
    }
    let equations: Vec<_> = constraints
        .iter()
        .map(|(label, dual)| {
            let terms = dual.derivatives.iter().map(|&(cell, factor)| (cell.wrapping_sub(WIDTH), factor));
            (label, form(terms.filter(|(cell, _)| cells.contains(cell))))
        })
        .collect();
    // The rules are linear in the next row, so their derivatives are all that they say; EXPACC also says that the bit,
    // which another rule determines, is one.
    let mut other = next;
    cells.iter().for_each(|&cell| other[cell] = random.element());
    for ((label, equation), (_, dual)) in equations.iter().zip(at(&other)) {
        let terms = equation.terms.iter().map(|(&cell, &factor)| factor * (other[cell] - next[cell]));
        let value = terms.fold(Felt::ZERO, |sum, term| sum + term);
        assert!(dual.value == value || label.name == "u32.expacc_bit", "{label} is not linear: {context}");
    }
    let mut stated = Echelon::default();
    model.cells.iter().for_each(|&(cell, _)| assert!(stated.push(form([(cell, Felt::ONE)]))));
    if model.position.is_some() {
        assert!(stated.push(form([(POSITION.at(0), Felt::ONE), (POSITION.at(1), felt(3))])));
    }
    let mut ruled = Echelon::default();
    for (label, equation) in equations {
        assert!(ruled.push(equation.clone()));
        let before = stated.rank();
        stated.push(equation);
        assert_eq!(stated.rank(), before, "{label} says more than the book: {context}");
    }
    let name = |cell: usize| column_name(cell).unwrap_or_default();
    for &(cell, _) in &model.cells {
        let before = ruled.rank();
        ruled.push(form([(cell, Felt::ONE)]));
        assert_eq!(ruled.rank(), before, "{}' is not bound: {context}", name(cell));
    }
    assert_eq!(ruled.rank(), stated.rank(), "the position is not bound: {context}");
}

#[test]
fn the_next_row_is_what_the_book_says_and_no_more() {
    let statement = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::from_ints(&[1; NUM_INPUTS as usize]).expect("inputs"),
        StackOutputs::new(vec![Felt::ZERO; 16]).expect("outputs"),
    );
    let constants = StatementConstants::new(&statement);
    let mut random = Random::new(21);
    let mut steps = 0;
    for opcode in OPERATIONS.iter().map(|info| info.opcode) {
        for next in SUCCESSORS {
            for bits in 0..16 {
                let [done, ge, z, last_node] = [0, 1, 2, 3].map(|i| bits >> i & 1 == 1);
                let condition = opcode == Loop && !done;
                let flags = Flags { done, ge, z, condition, last_node, deep: z };
                if last_node && !done || !is_allowed(opcode, next, flags) {
                    continue;
                }
                for _ in 0..NUM_ROWS {
                    let row = step::row(opcode, next, flags, &mut random);
                    let step = Step { opcode, next, row: &row };
                    assert_next(&step, constants, &mut random, &format!("{opcode}, {next}, {flags:?}"));
                    steps += 1;
                }
            }
        }
    }
    assert!(steps > 1000, "{steps}");
    println!("{steps} steps");
}
