//! Registers of the machine. Book: design/system.md
//!
//! A frame keeps the registers that a call changes. The RETURN row that restores them holds them in `g0..g7`:
//! `(ctx, fmp, fn0, fn1, fn2, fn3, depth, ovf)`.

use miden_core::{
    Opcode,
    params::{FMP_INIT, FMP_SYSCALL},
    trace::system::{ADV, CLK, CTX, FMP, FN, INSYS},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (call, system_call, dynamic_call) =
        (flags.op(Opcode::Call), flags.op(Opcode::SysCall), flags.op(Opcode::DynCall));
    let leaves = flags.leaves.clone();
    let new_context = call.clone() + dynamic_call.clone();

    // clk' = clk + 1
    c.assert_zero("system.clk", f.at_next(CLK) - f.at(CLK) - C::Expr::one());

    // ctx' = ctx, except: clk after CALL and DYNCALL, 0 after SYSCALL, g0 after RETURN·done
    let ctx = f.at(CTX);
    let entered = new_context.clone() * (f.clk() - ctx.clone()) - system_call.clone() * ctx.clone();
    let restored = leaves.clone() * (f.g(0) - ctx.clone());
    c.assert_zero("system.ctx", f.at_next(CTX) - ctx - entered - restored);

    // fmp' = fmp, except: fmp + s0 after FMPUPDATE, 2^30 after CALL and DYNCALL, 2^31 after SYSCALL, g1 after
    // RETURN·done
    let fmp = f.at(FMP);
    let updated = flags.op(Opcode::FmpUpdate) * f.s(0);
    let entered = new_context * (C::Expr::int(FMP_INIT) - fmp.clone())
        + system_call.clone() * (C::Expr::int(FMP_SYSCALL) - fmp.clone());
    let restored = leaves.clone() * (f.g(1) - fmp.clone());
    c.assert_zero("system.fmp", f.at_next(FMP) - fmp - updated - entered - restored);

    // insys' = insys, except: 1 after SYSCALL, 0 after RETURN·done, since no caller is in a system call itself
    let insys = f.at(INSYS);
    let entered = system_call * insys.clone().complement();
    c.assert_zero(
        "system.insys",
        f.at_next(INSYS) - insys.clone() - entered + leaves.clone() * insys.clone(),
    );
    // call·insys = 0
    c.assert_zero("system.no_call_in_syscall", flags.call.clone() * insys.clone());
    // CALLER·(1 − insys) = 0
    c.assert_zero("system.caller_in_syscall", flags.op(Opcode::Caller) * insys.complement());

    for i in 0..FN.width() {
        // fn_i' = fn_i, except: g_i after CALL, s_(3−i) after DYNCALL, g_(2+i) after RETURN·done
        let digest = f.cell(FN, i);
        let entered =
            call.clone() * (f.g(i) - digest.clone()) + dynamic_call.clone() * (f.s(3 - i) - digest.clone());
        let restored = leaves.clone() * (f.g(2 + i) - digest.clone());
        c.assert_zero_at("system.fn", i, f.cell_next(FN, i) - digest - entered - restored);
    }

    // adv' − adv − (READ + READW + PIPE)·(1 − adv) = 0
    let read = flags.any([Opcode::Read, Opcode::ReadW, Opcode::Pipe]);
    c.assert_zero("system.adv", f.at_next(ADV) - f.at(ADV) - read * f.at(ADV).complement());
}
