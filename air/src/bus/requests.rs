//! Requests of operations to the chiplets. Book: design/bus.md#requests
//!
//! A row sends at most one request in each of two columns. The rows that send in a column exclude each other, so each
//! message is gated with the flag of its operation, and the fraction contains the sum of all messages.

use core::array;

use miden_core::{
    Felt,
    Opcode::{
        self, HPerm, MLoad, MLoadW, MStore, MStoreW, MStream, MpVerify, MrUpdate, Pipe, SysCall, U32And,
        U32AndN, U32Ch, U32Chi, U32Div, U32Maj, U32Or, U32Xor, U32Xr7, U32Xr8, U32Xr12, U32Xr16,
    },
    STATE_WIDTH,
    field::FieldElement,
    operations::Class,
    params::STREAM_ADDRESS,
    trace::system::CTX,
};

use super::{AuxColumn, BusSink, Message, MessageKind};
use crate::{algebra::Algebra, flags::Digits, frame::Frame};

pub(super) fn send<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>, digits: &Digits<B::Expr>) {
    let (mut first, mut second) = (Requests::new(), Requests::new());
    // node: DIGEST(h4, h0..h3)
    let digest = [4, 0, 1, 2, 3].map(|i| f.h(i));
    first.add(&digits.class(Class::Node).named("node"), MessageKind::Digest, digest);
    // SYSCALL: KERNEL_CALL(g0..g3)
    second.add(&digits.control(SysCall), MessageKind::KernelCall, (0..4).map(|i| f.g(i)));
    request_hasher(f, digits, &mut first, &mut second);
    request_memory(f, digits, &mut first, &mut second);
    request_merkle(f, digits, &mut first, &mut second);
    request_bitwise(f, digits, &mut first, &mut second);
    first.send(b, AuxColumn::FirstRequests);
    second.send(b, AuxColumn::SecondRequests);
}

/// HPERM: `HASHER_INPUT(h4, s11..s0)`; `HASHER_OUTPUT(h4, s11'..s0')`.
#[inline(always)]
fn request_hasher<T: Algebra>(
    f: &Frame<'_, T>,
    digits: &Digits<T>,
    first: &mut Requests<T>,
    second: &mut Requests<T>,
) {
    let permutes = digits.operation(HPerm);
    let before = (0..STATE_WIDTH).map(|j| f.s(STATE_WIDTH - 1 - j));
    let after = (0..STATE_WIDTH).map(|j| f.s_next(STATE_WIDTH - 1 - j));
    first.add(&permutes, MessageKind::HasherInput, [f.h(4)].into_iter().chain(before));
    second.add(&permutes, MessageKind::HasherOutput, [f.h(4)].into_iter().chain(after));
}

/// Memory accesses in the context and the row of the operation.
#[inline(always)]
fn request_memory<T: Algebra>(
    f: &Frame<'_, T>,
    digits: &Digits<T>,
    first: &mut Requests<T>,
    second: &mut Requests<T>,
) {
    let op = |opcode| digits.operation(opcode);
    let access = |address: T, word: [T; 4]| [f.at(CTX), address, f.clk()].into_iter().chain(word);
    // MLOADW, MSTOREW: MEMORY_READ or MEMORY_WRITE(ctx, s0, clk, s3', s2', s1', s0'); after both the word is on top
    let kinds = [(op(MLoadW), MessageKind::MemoryRead), (op(MStoreW), MessageKind::MemoryWrite)];
    first.add_one_of(&kinds, access(f.s(0), array::from_fn(|i| f.s_next(3 - i))));
    // MLOAD, MSTORE: ELEMENT_READ or ELEMENT_WRITE(ctx, s0, clk, s0', 0, 0, 0)
    let kinds = [(op(MLoad), MessageKind::ElementRead), (op(MStore), MessageKind::ElementWrite)];
    first.add_one_of(&kinds, [f.at(CTX), f.s(0), f.clk(), f.s_next(0)]);
    // MSTREAM, PIPE: MEMORY_READ or MEMORY_WRITE(ctx, s12, clk, s7' − s7, …, s4' − s4),
    // and (ctx, s12 + 1, clk, s3' − s3, …, s0' − s0)
    let kinds = [(op(MStream), MessageKind::MemoryRead), (op(Pipe), MessageKind::MemoryWrite)];
    let added = |top: usize| array::from_fn(|i| f.s_next(top + 3 - i) - f.s(top + 3 - i));
    first.add_one_of(&kinds, access(f.s(STREAM_ADDRESS), added(4)));
    second.add_one_of(&kinds, access(f.s(STREAM_ADDRESS) + T::one(), added(0)));
}

/// MPVERIFY, MRUPDATE: `MERKLE_PATH(h4, s3..s0, s4, s5, s9..s6)`; MRUPDATE also
/// `MERKLE_NEW_PATH(h4, s13..s10, s4, s5, s3'..s0')`.
#[inline(always)]
fn request_merkle<T: Algebra>(
    f: &Frame<'_, T>,
    digits: &Digits<T>,
    first: &mut Requests<T>,
    second: &mut Requests<T>,
) {
    let (verifies, updates) = (digits.operation(MpVerify), digits.operation(MrUpdate));
    let word = |top: usize| (0..4).map(move |i| f.s(top + 3 - i));
    let path = |node: usize| [f.h(4)].into_iter().chain(word(node)).chain([f.s(4), f.s(5)]);
    first.add(&(verifies + updates.clone()), MessageKind::MerklePath, path(0).chain(word(6)));
    let new_root = (0..4).map(|i| f.s_next(3 - i));
    second.add(&updates, MessageKind::MerkleNewPath, path(10).chain(new_root));
}

/// Bitwise operations: a result that is linear in an AND is checked by a request for the AND.
#[inline(always)]
fn request_bitwise<T: Algebra>(
    f: &Frame<'_, T>,
    digits: &Digits<T>,
    first: &mut Requests<T>,
    second: &mut Requests<T>,
) {
    let op = |opcode: Opcode| digits.operation(opcode);
    let (a, b, result) = (f.s(0), f.s(1), f.s_next(0));
    let half = T::constant(Felt::new(2).inv());

    // AND: s0'; XOR: (s0 + s1 − s0')/2; OR: s0 + s1 − s0'; ANDN: s1 − s0'; XRk: s0'
    let (and, xor, or, andn) = (op(U32And), op(U32Xor), op(U32Or), op(U32AndN));
    let rotated = [
        (op(U32Xr16), MessageKind::XorRotate16),
        (op(U32Xr12), MessageKind::XorRotate12),
        (op(U32Xr8), MessageKind::XorRotate8),
        (op(U32Xr7), MessageKind::XorRotate7),
    ];
    let sum_less_result = a.clone() + b.clone() - result.clone();
    let direct = T::sum(rotated.iter().map(|(flag, _)| flag.clone())) + and.clone();
    let and_result = direct * result.clone()
        + (xor.clone() * half.clone() + or.clone()) * sum_less_result
        + andn.clone() * (b.clone() - result.clone());
    let ands = (and + xor + or + andn, MessageKind::And);
    let [r16, r12, r8, r7] = rotated;
    first.add_gated(&[ands, r16, r12, r8, r7], [a, b], [and_result]);

    // U32DIV: s0 − 1 − s0' and s0 must be words; their AND h4 does not matter
    let room = f.s(0) - T::one() - f.s_next(0);
    first.add(&op(U32Div), MessageKind::And, [room, f.s(0), f.h(4)]);

    // Three operands; h4 holds the intermediate AND.
    // MAJ: h4 = s0 ∧ s1, s0' = h4 + (s2 ∧ (s0 ⊕ s1)), s0 ⊕ s1 = s0 + s1 − 2·h4
    let (s0, s1, s2, h4) = (f.s(0), f.s(1), f.s(2), f.h(4));
    let maj = op(U32Maj);
    first.add(&maj, MessageKind::And, [s0.clone(), s1.clone(), h4.clone()]);
    let xor = s0.clone() + s1.clone() - T::int(2) * h4.clone();
    second.add(&maj, MessageKind::And, [s2.clone(), xor, result.clone() - h4.clone()]);
    // CH: h4 = s2 ∧ s1, s0' = h4 + s0 − (s2 ∧ s0)
    let ch = op(U32Ch);
    first.add(&ch, MessageKind::And, [s2.clone(), s1.clone(), h4.clone()]);
    second.add(&ch, MessageKind::And, [s2.clone(), s0.clone(), h4.clone() + s0.clone() - result.clone()]);
    // CHI: h4 = s0 − (s1 ∧ s0), s0' = s2 + h4 − 2·(s2 ∧ h4)
    let chi = op(U32Chi);
    first.add(&chi, MessageKind::And, [s1, s0.clone(), s0 - h4.clone()]);
    second.add(&chi, MessageKind::And, [s2.clone(), h4.clone(), half * (s2 + h4 - result)]);
}

/// Requests that share a fraction.
struct Requests<T> {
    /// Sum of the flags.
    count: T,
    /// Sum of the gated messages.
    message: Option<Message<T>>,
}

impl<T: Algebra> Requests<T> {
    #[inline(always)]
    fn new() -> Self {
        Self { count: T::zero(), message: None }
    }

    /// Adds a message, sent in rows with `flag`.
    #[inline(always)]
    fn add(&mut self, flag: &T, kind: MessageKind, values: impl IntoIterator<Item = T>) {
        self.add_one_of(&[(flag.clone(), kind)], values);
    }

    /// Adds a message with one of several labels, each in rows with its flag.
    #[inline(always)]
    fn add_one_of<const N: usize>(
        &mut self,
        kinds: &[(T, MessageKind); N],
        values: impl IntoIterator<Item = T>,
    ) {
        self.add_gated(kinds, values, []);
    }

    /// Like [`Self::add_one_of`], followed by values that already contain the flags.
    #[inline(always)]
    fn add_gated<const N: usize>(
        &mut self,
        kinds: &[(T, MessageKind); N],
        values: impl IntoIterator<Item = T>,
        gated: impl IntoIterator<Item = T>,
    ) {
        let flag = T::sum(kinds.iter().map(|(flag, _)| flag.clone()));
        let label = T::sum(kinds.iter().map(|(flag, kind)| flag.clone() * T::int(kind.label())));
        let values = values.into_iter().map(|value| flag.clone() * value);
        let message = Message::with_label(label, values.chain(gated));
        self.count = self.count.clone() + flag.clone();
        self.message = Some(match self.message.take() {
            Some(others) => others.or(message),
            None => message,
        });
    }

    /// Requests the message of the row; no row has more than one in this column, most have none.
    #[inline(always)]
    fn send<B: BusSink<Expr = T>>(self, b: &mut B, column: AuxColumn) {
        let message = self.message.expect("operations send requests in each column");
        b.fraction(column, T::zero() - self.count, message);
    }
}
