//! Cells without a meaning are 0. Book: design/decoder.md#idle-cells

use miden_core::{
    Opcode,
    operations::OPERATIONS,
    trace::decoder::{G, H, P},
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let control = flags.node.clone() + flags.frame.clone();
    // (node + frame)·p0 = 0
    c.zero_at("decoder.idle_p", 0, control.clone() * f.cell(P, 0));
    // (node + frame − JOIN − LOOP − call)·p1 = 0; those keep the multiplicity of their entry there
    let pushes = flags.any([Opcode::Join, Opcode::Loop]) + flags.call.clone();
    c.zero_at("decoder.idle_p", 1, (control - pushes) * f.cell(P, 1));
    let no_frame = flags.frame.clone() - flags.op(Opcode::Return);
    for i in 0..G.width() {
        // (frame − RETURN)·gi = 0; RETURN holds the frame that it restores
        c.zero_at("decoder.idle_g", i, no_frame.clone() * f.g(i));
    }
    for (i, users) in HELPER_USERS.iter().enumerate() {
        // (1 − node − Σ operations that use hi)·hi = 0; right shifts use h5
        let mut used = flags.any(users.iter().flatten().copied()) + flags.node.clone();
        if i == 5 {
            used = used + flags.right.clone();
        }
        c.zero_at("decoder.idle_h", i, used.complement() * f.h(i));
    }
}

/// The operations that use each helper.
static HELPER_USERS: [[Option<Opcode>; MAX_USERS]; H.width()] = {
    let mut users = [[None; MAX_USERS]; H.width()];
    let mut counts = [0; H.width()];
    let mut i = 0;
    while i < OPERATIONS.len() {
        let info = &OPERATIONS[i];
        let mut j = 0;
        while info.built && j < info.helpers.len() {
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
const MAX_USERS: usize = 24;
