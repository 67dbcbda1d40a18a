//! Faults, honest ones and others.

use miden_core::{
    FaultCode,
    Opcode::{Assert, Noop},
};

use crate::{
    assert_honest,
    common::{Trace, felt, ops, straight},
};

#[test]
fn an_assertion_that_fails_is_accepted() {
    let honest = Trace::honest(&straight(&ops(&[Noop, Assert, Noop, Noop])), &[7, 1]);
    let row = honest.rows_of(Assert)[0];
    let trace = honest.with_inputs(&[felt(5)], row).failing(row, Assert, FaultCode::FailedAssertion, 0);
    assert_honest(&trace);
}
