//! Operations with requests to the chiplets: the bus binds their results. Book: design/bus.md#requests

use miden_core::{MAX_MERKLE_DEPTH, Opcode, params::STREAM_ADDRESS};

use super::Routes;
use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

/// Operations that push, or replace one item by, the result of a chiplet.
const ONE_ITEM: [Opcode; 12] = [
    Opcode::U32And,
    Opcode::U32Xor,
    Opcode::U32Or,
    Opcode::U32AndN,
    Opcode::U32Xr16,
    Opcode::U32Xr12,
    Opcode::U32Xr8,
    Opcode::U32Xr7,
    Opcode::U32Maj,
    Opcode::U32Ch,
    Opcode::U32Chi,
    Opcode::MLoad,
];

pub(super) fn enforce<C: ConstraintSink>(
    c: &mut C,
    f: &Frame<'_, C::Expr>,
    flags: &Flags<C::Expr>,
    routes: &mut Routes<'_, C::Expr>,
) {
    for opcode in ONE_ITEM {
        routes.unbound(opcode, 1);
    }
    // MLOADW: [a, X] → [mem[a]]; MSTORE, MSTOREW only drop the address
    routes.unbound(Opcode::MLoadW, 4);
    // MSTREAM, PIPE: eight items; the address advances by two words
    for opcode in [Opcode::MStream, Opcode::Pipe] {
        routes.unbound(opcode, 8);
        routes.value(opcode, STREAM_ADDRESS, f.s(STREAM_ADDRESS) + C::Expr::int(2));
    }
    routes.unbound(Opcode::HPerm, 12);
    routes.unbound(Opcode::MrUpdate, 4);

    // Addresses are below 2^32.
    // (MLOAD + MLOADW + MSTORE + MSTOREW)·(s0 − h0 − 2^16·h1) = 0
    let single = flags.any([Opcode::MLoad, Opcode::MLoadW, Opcode::MStore, Opcode::MStoreW]);
    c.assert_zero("memory.address", single * (f.s(0) - f.limbs_low()));
    // (MSTREAM + PIPE)·(s12 − h0 − 2^16·h1) = 0, (MSTREAM + PIPE)·(s12 + 1 − h2 − 2^16·h3) = 0: either alone would
    // accept s12 = 2^32 − 1 or s12 = p − 1
    let stream = flags.any([Opcode::MStream, Opcode::Pipe]);
    let address = f.s(STREAM_ADDRESS);
    c.assert_zero_at("memory.stream_address", 0, stream.clone() * (address.clone() - f.limbs_low()));
    c.assert_zero_at("memory.stream_address", 1, stream * (address + C::Expr::one() - f.limbs_high()));

    // (MPVERIFY + MRUPDATE)·(63 − d − h0) = 0, d = s4: a longer path could have two indexes modulo p
    let path = flags.any([Opcode::MpVerify, Opcode::MrUpdate]);
    c.assert_zero("merkle.depth", path * (C::Expr::int(MAX_MERKLE_DEPTH.into()) - f.s(4) - f.h(0)));
}
