//! Unused cells are 0. Book: design/decoder.md#idle-cells

use miden_core::{
    Opcode,
    operations::OPERATIONS,
    trace::decoder::{GROUPS, HELPERS, POSITION, fail},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let (trap, fail) = (flags.op(Opcode::Trap), flags.op(Opcode::Fail));
    let control = flags.node.clone() + flags.frame.clone() - trap.clone();
    // (node + frame − TRAP)·p0 = 0
    c.assert_zero_at("decoder.idle_p", 0, control.clone() * f.cell(POSITION, 0));
    // (node + frame − TRAP − JOIN − LOOP − call)·p1 = 0; where the last three keep the multiplicity of their entry
    let pushes = flags.any([Opcode::Join, Opcode::Loop]) + flags.call.clone();
    c.assert_zero_at("decoder.idle_p", 1, (control - pushes) * f.cell(POSITION, 1));
    let empty = flags.frame.clone() - flags.op(Opcode::Return) - trap.clone();
    for i in 0..GROUPS.width() {
        // (frame − RETURN − TRAP)·gi = 0, but (frame − RETURN − TRAP − FAIL)·gi = 0 for the operand of the predicate;
        // RETURN holds the frame that it restores, TRAP the rest of the block
        let operand =
            [fail::CANDIDATE, fail::VALUE, fail::HIGH].iter().any(|column| column.at(0) == GROUPS.at(i));
        let empty = if operand { empty.clone() - fail.clone() } else { empty.clone() };
        c.assert_zero_at("decoder.idle_g", i, empty * f.g(i));
    }
    for (i, users) in HELPER_USERS.iter().enumerate() {
        // (1 − node − Σ operations that use hi)·hi = 0; right shifts use h5
        let mut used = flags.any(users.iter().flatten().copied()) + flags.node.clone();
        if i == 5 {
            used = used + flags.right.clone();
        }
        c.assert_zero_at("decoder.idle_h", i, used.complement() * f.h(i));
    }
}

/// The operations that use each helper.
static HELPER_USERS: [[Option<Opcode>; MAX_USERS]; HELPERS.width()] = {
    let mut users = [[None; MAX_USERS]; HELPERS.width()];
    let mut counts = [0; HELPERS.width()];
    let mut i = 0;
    while i < OPERATIONS.len() {
        let info = &OPERATIONS[i];
        let mut j = 0;
        while j < info.helpers.len() {
            let helper = info.helpers[j];
            users[helper][counts[helper]] = Some(info.opcode);
            counts[helper] += 1;
            j += 1;
        }
        i += 1;
    }
    users
};

/// Room for the operations that use one helper; building the table fails if there are more.
const MAX_USERS: usize = 32;
