//! Exact balance of the bus, without challenges; the running sum checks it with overwhelming probability.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use miden_core::{
    Felt, Statement,
    field::{FieldElement, StarkField},
};

use super::{
    AuxColumn, BusSink, Message, MessageKind, send,
    sum::{StatementSink, send_statement},
};
use crate::frame::Frame;

/// A message with unequal numbers of responses and requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbalanced {
    /// Kind of the message; `None` if no kind has the label.
    pub kind: Option<MessageKind>,
    /// Label and values, without trailing zeros.
    pub values: Vec<Felt>,
    /// Responses minus requests, in the field.
    pub surplus: Felt,
    /// Rows that send the message; messages of the statement have no row.
    pub rows: Vec<usize>,
}

impl fmt::Display for Unbalanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{kind:?}(")?,
            None => write!(f, "unknown message (")?,
        }
        let values: Vec<String> =
            self.values.iter().skip(1).map(|value| alloc::format!("{}", value.as_int())).collect();
        write!(f, "{})", values.join(", "))?;
        let surplus = self.surplus.as_int();
        match Felt::MODULUS - surplus {
            missing if missing < surplus => write!(f, ": {missing} more requests than responses")?,
            _ => write!(f, ": {surplus} more responses than requests")?,
        }
        write!(f, ", rows {:?}", self.rows)
    }
}

#[derive(Default)]
struct Tracker {
    row: usize,
    messages: BTreeMap<Vec<u64>, (Felt, Vec<usize>)>,
}

impl Tracker {
    fn add(&mut self, numerator: Felt, message: &Message<Felt>, row: Option<usize>) {
        if numerator == Felt::ZERO {
            return;
        }
        let values = message.values.iter().map(|value| value.unwrap_or(Felt::ZERO));
        let mut key: Vec<u64> = [message.label].into_iter().chain(values).map(|v| v.as_int()).collect();
        while key.last() == Some(&0) {
            key.pop();
        }
        let (surplus, rows) = self.messages.entry(key).or_default();
        *surplus += numerator;
        rows.extend(row);
    }
}

impl BusSink for Tracker {
    type Expr = Felt;

    fn fraction(&mut self, _column: AuxColumn, numerator: Felt, message: Message<Felt>) {
        self.add(numerator, &message, Some(self.row));
    }
}

impl StatementSink for Tracker {
    fn message<const N: usize>(&mut self, is_response: bool, kind: MessageKind, values: [Felt; N]) {
        let numerator = if is_response { Felt::ONE } else { -Felt::ONE };
        self.add(numerator, &Message::new(kind, values), None);
    }
}

/// All messages that do not balance over the frames (one per row except the last) and the statement, if any.
pub(crate) fn unbalanced<'a>(
    frames: impl IntoIterator<Item = Frame<'a, Felt>>,
    statement: Option<&Statement>,
) -> Vec<Unbalanced> {
    let mut tracker = Tracker::default();
    for (row, frame) in frames.into_iter().enumerate() {
        tracker.row = row;
        send(&mut tracker, &frame);
    }
    if let Some(statement) = statement {
        send_statement(&mut tracker, statement);
    }
    let kind = |label: Option<&u64>| MessageKind::ALL.into_iter().find(|kind| Some(&kind.label()) == label);
    let nonzero = tracker.messages.into_iter().filter(|(_, (surplus, _))| *surplus != Felt::ZERO);
    nonzero
        .map(|(key, (surplus, rows))| Unbalanced {
            kind: kind(key.first()),
            values: key.into_iter().map(Felt::new).collect(),
            surplus,
            rows,
        })
        .collect()
}
