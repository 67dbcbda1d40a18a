//! Sections of the chiplets that claim what is not so.

use miden_core::Opcode;

use crate::{
    assert_rejected,
    common::{Trace, ops, straight},
};

#[test]
fn a_shifted_permutation_is_rejected() {
    // A section that starts a row late cannot answer for any node.
    let honest = Trace::honest(&straight(&ops(&[Opcode::Noop])), &[]);
    let chiplets = miden_core::trace::chiplets::Q.start()..miden_core::trace::WIDTH;
    for shift in 1..8 {
        let mut trace = honest.clone();
        for row in (shift..trace.rows.len()).rev() {
            let from = honest.rows[row - shift];
            trace.rows[row][chiplets.clone()].copy_from_slice(&from[chiplets.clone()]);
        }
        assert_rejected(&trace, "hasher.");
    }
}
