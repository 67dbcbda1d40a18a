//! A stack of integers, arithmetic modulo `p`, and execution of programs on such stacks.

#![allow(dead_code, reason = "every test uses a part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;

use miden_assembly::{Assembler, Source};
use miden_core::{Felt, Node, Program, ProgramInputs, StackInputs, field::StarkField, params::STACK_TOP};
use miden_processor::{ExecutionError, ExecutionOptions, execute};

pub(crate) mod reference;

pub(crate) const P: u64 = Felt::MODULUS;

/// A stack, top first, never with fewer than 16 items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stack(pub(crate) VecDeque<u64>);

impl Stack {
    pub(crate) fn new(top_first: impl IntoIterator<Item = u64>) -> Self {
        let mut items: VecDeque<u64> = top_first.into_iter().collect();
        items.resize(items.len().max(STACK_TOP), 0);
        Self(items)
    }

    pub(crate) fn pop(&mut self) -> u64 {
        self.0.pop_front().unwrap()
    }

    pub(crate) fn drop(&mut self, count: usize) {
        self.0.drain(..count);
    }

    pub(crate) fn push(&mut self, value: u64) {
        self.0.push_front(value);
    }

    /// Exchanges words `a` and `b`.
    pub(crate) fn swap_words(&mut self, a: usize, b: usize) {
        (0..4).for_each(|i| self.0.swap(4 * a + i, 4 * b + i));
    }

    pub(crate) fn move_up(&mut self, n: usize) {
        let item = self.0.remove(n).unwrap();
        self.push(item);
    }

    pub(crate) fn move_down(&mut self, n: usize) {
        let item = self.0.pop_front().unwrap();
        self.0.insert(n, item);
    }
}

pub(crate) fn mul(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

pub(crate) fn add(a: u64, b: u64) -> u64 {
    ((u128::from(a) + u128::from(b)) % u128::from(P)) as u64
}

pub(crate) fn pow(a: u64, b: u64) -> u64 {
    (0..64).rev().fold(1, |power, bit| {
        let square = mul(power, power);
        if b >> bit & 1 == 1 { mul(square, a) } else { square }
    })
}

pub(crate) fn require(condition: bool, failure: &'static str) -> Result<(), &'static str> {
    if condition { Ok(()) } else { Err(failure) }
}

/// Assembles the body of a program.
pub(crate) fn assemble(body: &str) -> Program {
    let source = Source::new(body, format!("begin {body} end"));
    Assembler::new().assemble(&source).unwrap_or_else(|errors| panic!("{errors}")).program
}

/// Executes the body of a program; returns the final stack, or the name of the error.
pub(crate) fn run(body: &str, stack: &Stack) -> Result<Stack, String> {
    run_program(&assemble(body), stack)
}

/// Executes a program; returns the final stack, or the name of the error.
pub(crate) fn run_program(program: &Program, stack: &Stack) -> Result<Stack, String> {
    let bottom_first: Vec<u64> = stack.0.iter().rev().copied().collect();
    let inputs =
        ProgramInputs { stack: StackInputs::from_ints(&bottom_first).unwrap(), ..Default::default() };
    match execute(program, &inputs, &ExecutionOptions::default()) {
        Ok(execution) => Ok(Stack(execution.outputs.items().iter().map(|item| item.as_int()).collect())),
        Err(error @ ExecutionError::Fault { .. }) => Err(error.kind().to_owned()),
        Err(error) => panic!("{error}"),
    }
}

/// Number of operations of a program with this body.
pub(crate) fn cycles(body: &str) -> usize {
    num_operations(&assemble(body))
}

/// Number of operations of the blocks of a program, each counted once.
pub(crate) fn num_operations(program: &Program) -> usize {
    let blocks = program.nodes().iter().filter_map(|hashed| match hashed.node() {
        Node::Block(block) => Some(block.operations().len()),
        _ => None,
    });
    blocks.sum()
}
