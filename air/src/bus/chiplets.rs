//! Answers of the hasher. Book: design/bus.md#hasher

use miden_core::{
    params::HASH_CYCLE,
    trace::chiplets::{M, W, X},
};

use super::{AuxColumn, BusSink, Message, MessageKind};
use crate::{algebra::Algebra, frame::Frame, periodic::K7};

pub(super) fn send<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>) {
    let hasher = f.q(1).complement();
    let last = f.periodic(K7);
    let expr = |value: u64| B::Expr::int(value);

    // m1 of HASHER_INPUT(clk, x0..x11) in row 0, of HASHER_OUTPUT(clk − 7, x0..x11) in row 7
    let address = f.clk() - expr(HASH_CYCLE as u64 - 1) * last.clone();
    let mut state = Message::new(MessageKind::HasherInput, [address].into_iter().chain(f.cells(X)));
    let step = expr(MessageKind::HasherOutput.label() - MessageKind::HasherInput.label());
    state.label = state.label + step * last;
    b.fraction(AuxColumn::Chiplets, f.cell(M, 0), state.gated(&hasher));

    // m2 of DIGEST(w4, w0..w3) in row 7, where w holds address and digest
    let cells = [f.cell(W, 4)].into_iter().chain((0..4).map(|i| f.cell(W, i)));
    let mut digest = Message::new(MessageKind::Digest, cells);
    digest.label = hasher * digest.label;
    b.fraction(AuxColumn::Chiplets, f.cell(M, 1), digest);
}
