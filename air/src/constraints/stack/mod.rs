//! The operand stack. Book: design/stack.md

use crate::{StatementConstants, eval::ConstraintSink, flags::Flags, frame::Frame};

mod chiplets;
#[cfg(test)]
mod exhaustive;
mod field;
mod moves;
mod overflow;
mod registers;
mod routes;
mod u32;

use routes::Routes;

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    constants: StatementConstants,
) {
    let mut routes = Routes::new(f, flags);
    moves::enforce(c, f, flags, &mut routes);
    field::enforce(c, f, flags, &mut routes);
    u32::enforce(c, f, flags, &mut routes);
    registers::enforce(c, f, flags, &mut routes, constants);
    chiplets::enforce(c, f, flags, &mut routes);
    routes.enforce(c);
    overflow::enforce(c, f, flags);
}
