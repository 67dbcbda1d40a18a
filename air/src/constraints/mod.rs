//! The constraints of the main segment, one module per component of the machine.

use crate::{StatementConstants, eval::ConstraintSink, flags::Flags, frame::Frame};

mod chiplets;
mod decoder;
mod stack;
mod system;

/// Sends every constraint of the main segment to the sink, always in the same order.
pub(crate) fn enforce_main<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    constants: StatementConstants,
) {
    let flags = Flags::new(f);
    system::enforce(c, f, &flags);
    decoder::enforce(c, f, &flags, constants);
    stack::enforce(c, f, &flags, constants);
    chiplets::enforce(c, f);
}
