//! Operations that read or change the registers of the machine. Book: design/system.md#operations

use miden_core::{
    Opcode,
    params::FMP_MAX,
    trace::system::{FMP, FN},
};

use super::Routes;
use crate::{StatementConstants, algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
    constants: StatementConstants,
) {
    // CLK: [] → [clk − k], k = number of INPUT rows
    let inputs = C::Expr::constant(constants.num_input_rows).named("k");
    routes.value(Opcode::Clk, 0, f.clk() - inputs);
    // FMPADD: [a] → [a + fmp]
    routes.value(Opcode::FmpAdd, 0, f.s(0) + f.at(FMP));
    // CALLER: [X] → [H], element 3 on top
    for i in 0..FN.width() {
        routes.value(Opcode::Caller, i, f.cell(FN, FN.width() - 1 - i));
    }

    // FMPUPDATE: y = 3·2^30 − 1 − fmp' is below 2^31, because y and 2·y are both below 2^32
    let update = flags.op(Opcode::FmpUpdate);
    let room = C::Expr::int(FMP_MAX) - f.at(FMP) - f.s(0);
    // FMPUPDATE·(y − h0 − 2^16·h1) = 0
    c.assert_zero_at("system.fmp_range", 0, update.clone() * (room.clone() - f.limbs_low()));
    // FMPUPDATE·(2·y − h2 − 2^16·h3) = 0
    c.assert_zero_at("system.fmp_range", 1, update * (C::Expr::int(2) * room - f.limbs_high()));
}
