//! The chiplets, one section of rows below the other. Book: design/chiplets.md

use crate::{eval::ConstraintSink, frame::Frame};

mod hasher;
mod sections;

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>) {
    sections::enforce(c, f);
    hasher::enforce(c, f);
}
