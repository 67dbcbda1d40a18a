//! Opcodes, the order of rows, blocks, nodes and faults. Book: design/decoder.md

use miden_core::Opcode;

use crate::{
    StatementConstants,
    algebra::Algebra,
    eval::ConstraintSink,
    flags::{Digits, Flags},
    frame::Frame,
};

mod block;
mod fault;
mod idle;
mod node;
mod opcode;
mod succession;

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    constants: StatementConstants,
) {
    let next = NextKinds::new(f);
    opcode::enforce(c, f, flags);
    succession::enforce(c, f, flags, &next);
    block::enforce(c, f, flags);
    node::enforce(c, f, flags, &next);
    fault::enforce(c, f, flags, constants.fault);
    idle::enforce(c, f, flags);
}

/// Flags of the next row, as far as the rules of succession need them.
struct NextKinds<T> {
    node: T,
    block_op: T,
    halt: T,
    output: T,
    input: T,
    ret: T,
    trap: T,
    fail: T,
}

impl<T: Algebra> NextKinds<T> {
    fn new(f: &Frame<'_, T>) -> Self {
        let digits = Digits::next(f);
        Self {
            node: digits.class(miden_core::operations::Class::Node).named("node'"),
            block_op: digits.block_operation().named("block_op'"),
            halt: digits.control(Opcode::Halt).named("halt'"),
            output: digits.control(Opcode::Output).named("output'"),
            input: digits.control(Opcode::Input).named("input'"),
            ret: digits.control(Opcode::Return).named("return'"),
            trap: digits.control(Opcode::Trap).named("trap'"),
            fail: digits.control(Opcode::Fail).named("fail'"),
        }
    }
}
