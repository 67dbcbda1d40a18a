//! The bus: multisets of messages that must balance, by a sum of fractions (LogUp). Book: design/bus.md
//!
//! A message is a list of values, the first of which is the label of its kind; it enters the sum as
//! `numerator / (α + label + Σ βᵢ·mᵢ)`, with `α`, `βᵢ` drawn after the prover has committed to the main segment.
//! Responses have positive numerators, requests negative ones. Messages are built here and nowhere else: the auxiliary
//! columns, their constraints and the tracker all call these functions.

use crate::{algebra::Algebra, flags::Digits, frame::Frame, sections::Sections};

mod chiplets;
mod columns;
mod constraints;
mod decoder;
mod message;
mod range;
mod requests;
mod sum;
mod tracker;

pub use columns::AuxColumn;
pub(crate) use constraints::{FRACTIONS_PER_ROW, aux_degrees, column_fractions, enforce_aux};
pub(crate) use message::Message;
pub use message::{MessageKind, NUM_CHALLENGES};
pub(crate) use sum::final_sum;
pub use sum::{Challenges, RowFractions};
pub use tracker::Unbalanced;
pub(crate) use tracker::unbalanced;

/// Receives the fractions of a row.
pub(crate) trait BusSink {
    /// The values of messages.
    type Expr: Algebra;

    /// Adds `numerator / message` to `column`.
    fn fraction(&mut self, column: AuxColumn, numerator: Self::Expr, message: Message<Self::Expr>);
}

/// Sends the fractions of a row to the sink, always the same number in the same order.
pub(crate) fn send<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>) {
    let digits = Digits::current(f);
    decoder::send(b, f, &digits);
    requests::send(b, f, &digits);
    let sections = Sections::current(f);
    chiplets::send(b, f, &sections);
    range::send(b, f, &digits, &sections);
}
