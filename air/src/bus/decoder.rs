//! Messages of decoder and stack. Book: design/bus.md#decoder

use miden_core::{
    Opcode,
    operations::Class,
    params::STACK_TOP,
    trace::{
        decoder::{CONTINUATION, DONE, GROUPS, HELPERS, POSITION},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{CTX, FMP, FN},
    },
};

use super::{AuxColumn, BusSink, Message, MessageKind};
use crate::{algebra::Algebra, flags::Digits, frame::Frame};

pub(super) fn send<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>, digits: &Digits<B::Expr>) {
    send_lists(b, f, digits);
    send_nodes(b, f, digits);
}

/// Pushes and pops on the continuation list and the overflow list.
fn send_lists<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>, digits: &Digits<B::Expr>) {
    let zero = B::Expr::zero;

    // −done·node' of CODE(cs, cs', h0'..h3'): the next node is popped after one that is done
    let node_next = Digits::next(f).class(Class::Node);
    let digest_next = (0..4).map(|i| f.cell_next(HELPERS, i));
    let popped = Message::new(
        MessageKind::Code,
        [f.at(CONTINUATION), f.at_next(CONTINUATION)].into_iter().chain(digest_next),
    );
    b.fraction(AuxColumn::Lists, zero() - f.at(DONE) * node_next, popped);

    // −z of OVERFLOW(ovf, ovf', s15')
    let popped =
        Message::new(MessageKind::Overflow, [f.at(OVF), f.at_next(OVF), f.cell_next(S, STACK_TOP - 1)]);
    b.fraction(AuxColumn::Lists, zero() - f.at(OVERFLOW_POP), popped);

    // right·h5 of OVERFLOW(clk, ovf, s15)
    let pushed = Message::new(MessageKind::Overflow, [f.clk(), f.at(OVF), f.s(STACK_TOP - 1)]);
    b.fraction(AuxColumn::Lists, digits.class(Class::Right).named("right") * f.h(5), pushed);
}

/// Requests of nodes to the hasher, and events that exclude each other and share a fraction.
fn send_nodes<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>, digits: &Digits<B::Expr>) {
    let zero = B::Expr::zero;

    let node = digits.class(Class::Node).named("node");
    // −node of HASHER_INPUT(h4, h5, 0, 0, 0, g0..g7)
    let capacity = [f.h(4), f.h(5), zero(), zero(), zero()];
    let hash_request = Message::new(MessageKind::HasherInput, capacity.into_iter().chain(f.cells(GROUPS)));
    b.fraction(AuxColumn::Nodes, zero() - node.clone(), hash_request);

    let (join, looping) = (digits.control(Opcode::Join), digits.control(Opcode::Loop));
    let (input, output) = (digits.control(Opcode::Input), digits.control(Opcode::Output));
    let (call, returns) = (digits.class(Class::Call).named("call"), digits.control(Opcode::Return));
    let head = || [f.clk(), f.at(CONTINUATION)].into_iter();
    // p1·JOIN of CODE(clk, cs, g4..g7): the right child
    let right_child = Message::new(MessageKind::Code, head().chain((4..8).map(|i| f.g(i)))).gated(&join);
    // p1·LOOP of CODE(clk, cs, h0..h3): the loop itself
    let next_iteration =
        Message::new(MessageKind::Code, head().chain((0..4).map(|i| f.h(i)))).gated(&looping);
    // p1·call of FRAME(clk, cs, ctx, fmp, fn0..fn3, depth, ovf)
    let registers = [CTX, FMP].map(|column| f.at(column)).into_iter().chain(f.cells(FN));
    let frame = registers.chain([DEPTH, OVF].map(|column| f.at(column)));
    let saved = Message::new(MessageKind::Frame, head().chain(frame)).gated(&call);
    // −RETURN of FRAME(h4, cs, g0..g7)
    let restored = [f.h(4), f.at(CONTINUATION)].into_iter().chain(f.cells(GROUPS));
    let restored = Message::new(MessageKind::Frame, restored).gated(&returns);
    // −INPUT of INPUT(clk, s0')
    let pushed_input = Message::new(MessageKind::Input, [f.clk(), f.s_next(0)]).gated(&input);
    // +OUTPUT of OUTPUT(depth, s0)
    let popped_output = Message::new(MessageKind::Output, [f.at(DEPTH), f.s(0)]).gated(&output);
    let numerator = f.cell(POSITION, 1) * (join + looping + call) - returns - input + output;
    let message = right_child.or(next_iteration).or(saved).or(restored).or(pushed_input).or(popped_output);
    b.fraction(AuxColumn::Nodes, numerator, message);
}
