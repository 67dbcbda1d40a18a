//! The constraints as data: for tests, tools and the generated pages of the book. Proving and verifying use none of it.
//!
//! - [`check`] names every rule that a trace breaks, in milliseconds and without a proof; [`check_hiding`] takes one with
//!   random rows; [`broken_constraints`] and [`sent_messages`] do so for single frames.
//! - [`constraints`] and [`degrees`] list the constraints: label, degree, polynomial.
//! - [`constraint_derivatives`] and [`message_derivatives`] add the derivatives of their values by cells.
//! - [`boundary_cells`] lists the cells that a statement fixes.

mod catalog;
mod check;
mod derivatives;

pub use catalog::{boundary_cells, constraints, degrees};
pub use check::{Violation, broken_constraints, check, check_hiding, sent_messages};
pub use derivatives::{MessageDerivatives, constraint_derivatives, message_derivatives};

pub use crate::{
    air::main_degrees,
    boundary::Boundary,
    bus::{MessageKind, NUM_CHALLENGES, Unbalanced},
    eval::{Degree, Description, Dual, Label},
    statement_constants::StatementConstants,
};
