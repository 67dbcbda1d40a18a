//! Derivatives of constraints and messages.

use alloc::vec::Vec;
use core::array;

use miden_core::{Felt, trace::WIDTH};

use crate::{
    AuxColumn, StatementConstants,
    algebra::Algebra,
    bus::{BusSink, Message, send},
    constraints::enforce_main,
    eval::{Dual, DualSink, Label},
    frame::Frame,
    periodic,
};

/// A message with its derivatives.
#[derive(Clone, Debug)]
pub struct MessageDerivatives {
    /// The column that contains its fraction.
    pub column: AuxColumn,
    /// Its numerator.
    pub numerator: Dual,
    /// Its label and all its values, 0 where it has none.
    pub values: Vec<Dual>,
}

/// All constraints of the frame, in order, with their derivatives.
pub fn constraint_derivatives(frame: &Frame<'_, Felt>, constants: StatementConstants) -> Vec<(Label, Dual)> {
    let (current, next, periodic) = duals(frame);
    let mut sink = DualSink::default();
    enforce_main(&mut sink, &Frame::new(&current, &next, &periodic), constants);
    sink.constraints
}

/// The messages of the first row of the frame with their derivatives, in the order in which they are sent.
pub fn message_derivatives(frame: &Frame<'_, Felt>) -> Vec<MessageDerivatives> {
    let (current, next, periodic) = duals(frame);
    let mut messages = Messages::default();
    send(&mut messages, &Frame::new(&current, &next, &periodic));
    messages.0
}

/// The rows of the frame as variables, and its periodic columns as constants.
fn duals(frame: &Frame<'_, Felt>) -> ([Dual; WIDTH], [Dual; WIDTH], [Dual; periodic::WIDTH]) {
    let (current, next, periodic) = frame.rows();
    let current = array::from_fn(|column| Dual::cell(column, current[column]));
    let next = array::from_fn(|column| Dual::cell(WIDTH + column, next[column]));
    (current, next, periodic.map(Dual::constant))
}

#[derive(Default)]
struct Messages(Vec<MessageDerivatives>);

impl BusSink for Messages {
    type Expr = Dual;

    fn fraction(&mut self, column: AuxColumn, numerator: Dual, message: Message<Dual>) {
        let values = message.values.into_iter().map(Option::unwrap_or_default);
        let values = [message.label].into_iter().chain(values).collect();
        self.0.push(MessageDerivatives { column, numerator, values });
    }
}
