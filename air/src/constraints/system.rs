//! Registers of the machine. Book: design/system.md

use miden_core::trace::system::{ADV, CLK, CTX, FMP, FN, INSYS};

use crate::{algebra::Algebra, eval::ConstraintSink, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>) {
    // clk' = clk + 1
    c.zero("system.clk", f.at_next(CLK) - f.at(CLK) - C::Expr::one());

    // No operation that is built changes the other registers.
    // ctx' = ctx
    c.zero("system.ctx", f.at_next(CTX) - f.at(CTX));
    // fmp' = fmp
    c.zero("system.fmp", f.at_next(FMP) - f.at(FMP));
    // insys' = insys
    c.zero("system.insys", f.at_next(INSYS) - f.at(INSYS));
    for i in 0..FN.width() {
        // fn_i' = fn_i
        c.zero_at("system.fn", i, f.cell_next(FN, i) - f.cell(FN, i));
    }
    // adv' = adv
    c.zero("system.adv", f.at_next(ADV) - f.at(ADV));
}
