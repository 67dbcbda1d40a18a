//! The chiplets, one section of rows after another. Book: design/chiplets.md

use crate::{eval::ConstraintSink, frame::Frame, sections::Sections};

mod bitwise;
mod hasher;
mod kernel;
mod memory;
mod merkle;
mod sections;

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>) {
    let (here, next) = (Sections::current(f), Sections::next(f));
    sections::enforce(c, f, &here);
    hasher::enforce(c, f, &here.hasher);
    bitwise::enforce(c, f, &here.bitwise);
    memory::enforce(c, f, &here.memory, &next.memory);
    merkle::enforce(c, f, &here.merkle, &next.merkle);
    kernel::enforce(c, f, &here.kernel);
}
