//! Registers, and the operations that read or change them.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    params::{FMP_INIT, FMP_MAX},
    trace::{
        decoder::{GROUPS, HELPERS},
        stack::{DEPTH, OVF, S},
        system::{ADV, CLK, CTX, FMP, FN, INSYS},
    },
};

use crate::{
    Cases,
    common::{TestFrame, Trace, felt, next, now},
    inside, zero,
};

pub(crate) fn registers(cases: &mut Cases, trace: &Trace) {
    let noop = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    cases.only("clk", &noop.clone().bump(next(CLK, 0)), &["system.clk"]);
    let calls = [Opcode::Call, Opcode::SysCall, Opcode::DynCall, Opcode::Dyn, Opcode::Return];
    let changing = [Opcode::FmpUpdate, Opcode::Read, Opcode::ReadW, Opcode::Pipe];
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    // The first system call is made in a context, the second in the root.
    let frames = calls.into_iter().chain(changing).map(first).chain([noop.clone()]);
    for frame in frames.chain(trace.rows_of(Opcode::SysCall).into_iter().map(|row| trace.frame(row))) {
        for (column, label) in
            [(CTX, "system.ctx"), (FMP, "system.fmp"), (INSYS, "system.insys"), (ADV, "system.adv")]
        {
            cases.only(label, &frame.clone().bump(next(column, 0)), &[label]);
        }
        for i in 0..FN.width() {
            cases.only("fn", &frame.clone().bump(next(FN, i)), &[&format!("system.fn[{i}]")]);
        }
    }
    // A frame other than the saved one, with registers that match it: only the bus detects that.
    let returns = first(Opcode::Return);
    for (i, column) in [CTX, FMP].into_iter().enumerate() {
        let label = format!("system.{}", column.name());
        cases.only("frame", &returns.clone().bump(now(GROUPS, i)), &[&label]);
        returns.clone().bump(now(GROUPS, i)).bump(next(column, 0)).holds();
    }
    for i in 0..FN.width() {
        cases.only("frame", &returns.clone().bump(now(GROUPS, 2 + i)), &[&format!("system.fn[{i}]")]);
    }
    cases.only("frame", &returns.clone().bump(now(GROUPS, 6)), &["stack.depth"]);
    cases.only("frame", &returns.bump(now(GROUPS, 7)), &["stack.ovf"]);
    for opcode in calls {
        let frame = first(opcode);
        cases.only("depth", &frame.clone().bump(next(DEPTH, 0)), &["stack.depth"]);
        cases.only("items of the caller", &frame.bump(next(OVF, 0)), &["stack.ovf"]);
    }
}

pub(crate) fn system_calls(cases: &mut Cases, trace: &Trace) {
    let first = |opcode| trace.frame(trace.rows_of(opcode)[0]).holds();
    let inside = |frame: TestFrame| frame.set(now(INSYS, 0), Felt::ONE);
    for opcode in [Opcode::Call, Opcode::DynCall] {
        let forged = inside(first(opcode)).set(next(INSYS, 0), Felt::ONE);
        cases.only("call in a system call", &forged, &["system.no_call_in_syscall"]);
    }
    cases.only(
        "system call in a system call",
        &inside(first(Opcode::SysCall)),
        &["system.no_call_in_syscall"],
    );
    let caller = first(Opcode::Caller);
    let outside = caller.set(now(INSYS, 0), Felt::ZERO).set(next(INSYS, 0), Felt::ZERO);
    cases.only("caller without a call", &outside, &["system.caller_in_syscall"]);
}

pub(crate) fn free_memory_pointer(cases: &mut Cases, trace: &Trace) {
    let update = trace.frame(trace.rows_of(Opcode::FmpUpdate)[0]).holds();
    cases.only("low half", &update.clone().bump(now(HELPERS, 1)), &["system.fmp_range[0]"]);
    cases.among("high half", &update.clone().bump(now(HELPERS, 2)), "system.fmp_range[1]");
    // Just below and just above the range: y or 2·y is not the sum of two limbs.
    let moved = |pointer: u64| {
        let change = felt(pointer) - update.get(now(FMP, 0));
        update.clone().set(now(S, 0), change).set(next(FMP, 0), felt(pointer))
    };
    let limbs = |frame: TestFrame, y: u64| {
        let parts = [y, y >> 16, 2 * y, (2 * y) >> 16].map(|value| value & 0xffff);
        let frame = (0..4).fold(frame, |frame, i| frame.set(now(HELPERS, i), felt(parts[i])));
        let (lo, hi) = (y & 0xffff_ffff, (2 * y) & 0xffff_ffff);
        let room = felt(0xffff_ffff - hi).inv();
        frame.set(now(HELPERS, 4), if lo == 0 { Felt::ZERO } else { room })
    };
    limbs(moved(FMP_INIT), FMP_MAX - FMP_INIT).holds();
    limbs(moved(FMP_MAX), 0).holds();
    let below = limbs(moved(FMP_INIT - 1), FMP_MAX - FMP_INIT + 1);
    cases.only("below", &below, &["system.fmp_range[1]"]);
    let above = limbs(moved(FMP_MAX + 1), 0);
    cases.only("above", &above, &["system.fmp_range[0]", "system.fmp_range[1]"]);
    // 0 is not beyond the range.
    assert!(!zero(&update.current, now(FMP, 0)));
}
