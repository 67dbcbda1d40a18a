//! Lists of constraints and fixed cells.

use alloc::{format, string::String, vec::Vec};
use core::array;

use miden_core::{
    Statement,
    trace::{WIDTH, column_name},
};

use crate::{
    StatementConstants,
    air::main_degrees,
    boundary::{Boundary, boundaries},
    bus::aux_degrees,
    constraints::enforce_main,
    eval::{Degree, Description, Label, Text, TextSink},
    frame::Frame,
    periodic,
};

/// Label, degree and polynomial of each constraint of the main segment.
pub fn constraints() -> Vec<Description> {
    let name = |i| column_name(i).expect("a column of the main trace");
    let current: [Text; WIDTH] = array::from_fn(|i| Text::cell(name(i)));
    let next: [Text; WIDTH] = array::from_fn(|i| Text::cell(format!("{}'", name(i))));
    let periodic: [Text; periodic::WIDTH] = array::from_fn(|i| Text::cell(periodic_name(i)));
    let mut sink = TextSink::default();
    enforce_main(&mut sink, &Frame::new(&current, &next, &periodic), StatementConstants::any());
    sink.constraints
}

/// Labels and degrees of all constraints, main segment first.
pub fn degrees() -> Vec<(Label, Degree)> {
    [main_degrees(), aux_degrees()].concat()
}

/// The cells that a statement fixes in a trace of this length.
///
/// # Panics
/// If [`PublicInputs::check_rows`](crate::PublicInputs::check_rows) rejects the length.
pub fn boundary_cells(statement: &Statement, num_rows: usize) -> Vec<Boundary> {
    boundaries(statement, num_rows)
}

fn periodic_name(index: usize) -> String {
    use periodic::{ARK1, ARK2, BYTE, K0, K7};
    match index {
        K0 => "k0".into(),
        K7 => "k7".into(),
        ARK1..ARK2 => format!("ark1_{}", index - ARK1),
        ARK2..BYTE => format!("ark2_{}", index - ARK2),
        BYTE => "T".into(),
        _ => unreachable!("there are {} periodic columns", periodic::WIDTH),
    }
}
