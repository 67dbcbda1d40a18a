//! Nodes, continuations and the frame of the trace. Book: design/decoder.md#nodes

use miden_core::{
    Opcode,
    operations::OPERATIONS,
    trace::{
        decoder::{CS, DONE, G, H, P},
        stack::DEPTH,
    },
};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

pub(super) fn enforce<C: ConstraintSink>(c: &mut C, f: &Frame<'_, C::Expr>, flags: &Flags<C::Expr>) {
    let open = f.at(DONE).complement();
    let (join, split, looping) = (flags.op(Opcode::Join), flags.op(Opcode::Split), flags.op(Opcode::Loop));
    let (halt, output) = (flags.op(Opcode::Halt), flags.op(Opcode::Output));
    let end = halt.clone() + output.clone();

    // node·(h5 − op) = 0: the domain of the digest is the kind of the node
    c.zero("decoder.domain", flags.node.clone() * (f.h(5) - flags.opcode.clone()));

    // The child's digest: the first one of a join and of a loop that goes on, the chosen one of a split.
    // (JOIN + LOOP)·(1 − done)·(hi' − gi) + SPLIT·(hi' − g(4+i) − s0·(gi − g(4+i))) = 0
    let first = ((join.clone() + looping.clone()) * open.clone()).named("first_child");
    for i in 0..4 {
        let digest = f.cell_next(H, i);
        let chosen = f.g(4 + i) + f.s(0) * (f.g(i) - f.g(4 + i));
        let child = first.clone() * (digest.clone() - f.g(i)) + split.clone() * (digest - chosen);
        c.zero_at("decoder.child", i, child);
    }

    // (1 − done)·(cs' − cs − (JOIN + LOOP)·(clk − cs)) = 0: a push makes the row the top entry
    let pushes = join.clone() + looping.clone();
    let cs = f.at(CS);
    let pushed = pushes.clone() * (f.clk() - cs.clone());
    c.zero("decoder.cs", open * (f.at_next(CS) - cs.clone() - pushed));
    // (HALT + OUTPUT)·cs = 0
    c.zero("decoder.end_cs", end.clone() * cs);
    // HALT·(depth − 16) = 0: what lies deeper has been taken out by OUTPUT rows
    c.zero("decoder.halt_depth", halt * (f.at(DEPTH) - C::Expr::int(16)));

    // Cells without a meaning are 0.
    let control = flags.node.clone() + flags.frame.clone();
    // (node + frame)·p0 = 0
    c.zero_at("decoder.idle_p", 0, control.clone() * f.cell(P, 0));
    // (node + frame − JOIN − LOOP)·p1 = 0; JOIN and LOOP keep the multiplicity of their entry there
    c.zero_at("decoder.idle_p", 1, (control - pushes) * f.cell(P, 1));
    for i in 0..G.width() {
        // frame·gi = 0
        c.zero_at("decoder.idle_g", i, flags.frame.clone() * f.g(i));
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
