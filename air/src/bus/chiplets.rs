//! Responses of the chiplets, and requests between them. Book: design/bus.md#chiplets
//!
//! The sections share three fractions: a row belongs to one section, whose flag gates its messages.

use miden_core::{
    params::HASH_CYCLE,
    trace::chiplets::{M, W, X, bitwise, kernel, memory, merkle},
};

use super::{AuxColumn, BusSink, Message, MessageKind};
use crate::{algebra::Algebra, frame::Frame, periodic::K7, sections::Sections};

pub(super) fn send<B: BusSink>(b: &mut B, f: &Frame<'_, B::Expr>, sections: &Sections<B::Expr>) {
    // m1 of the first message; padding has m1 = 0
    let first = permutation(f)
        .gated(&sections.hasher)
        .or(operation(f).gated(&sections.bitwise))
        .or(access(f).gated(&sections.memory))
        .or(children(f).gated(&sections.merkle))
        .or(called_procedure(f).gated(&sections.kernel));
    b.fraction(AuxColumn::Chiplets, f.cell(M, 0), first);
    // (1 − bitwise)·m2 of the second message; in the bitwise section m2 is another cell
    let numerator = sections.bitwise.clone().complement() * f.cell(M, 1);
    b.fraction(AuxColumn::Chiplets, numerator, second_message(f, sections));
    // merkle·multiplicity of the path
    let numerator = sections.merkle.clone() * f.at(merkle::MULTIPLICITY);
    b.fraction(AuxColumn::Chiplets, numerator, path(f));
}

/// Hasher: `HASHER_INPUT(clk, x0..x11)` in row 0, `HASHER_OUTPUT(clk − 7, x0..x11)` in row 7.
#[inline(always)]
fn permutation<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    let last = f.periodic(K7);
    let address = f.clk() - T::int(HASH_CYCLE as u64 - 1) * last.clone();
    let step = T::int(MessageKind::HasherOutput.label() - MessageKind::HasherInput.label());
    let label = T::int(MessageKind::HasherInput.label()) + step * last;
    Message::with_label(label, [address].into_iter().chain(f.cells(X)))
}

/// Bitwise: `AND` or `XOR_ROTATE_k(Σ 2^i·a_i, Σ 2^i·b_i, result)`.
#[inline(always)]
fn operation<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    let [r12, r8, r7] = [0, 1, 2].map(|i| f.cell(bitwise::ROTATE_12_8_7, i));
    let kinds = [
        (MessageKind::XorRotate16, f.at(bitwise::ROTATE_16)),
        (MessageKind::XorRotate12, r12),
        (MessageKind::XorRotate8, r8),
        (MessageKind::XorRotate7, r7),
    ];
    let and = MessageKind::And.label();
    let steps = kinds.into_iter().map(|(kind, flag)| T::int(kind.label() - and) * flag);
    let label = T::int(and) + T::sum(steps);
    let bits = || (0..bitwise::BITS.width()).rev();
    let word = T::binary_number(bits().map(|i| f.cell(bitwise::BITS, i)));
    let next_word = T::binary_number(bits().map(|i| f.cell_next(bitwise::BITS, i)));
    Message::with_label(label, [word, next_word, f.at(bitwise::RESULT)])
}

/// Memory: `MEMORY_READ`, `MEMORY_WRITE`, `ELEMENT_READ` or `ELEMENT_WRITE(context, address, row, message)`.
#[inline(always)]
fn access<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    let read = MessageKind::MemoryRead.label();
    let step = |kind: MessageKind, flag| T::int(kind.label() - read) * f.at(flag);
    let label = T::int(read)
        + step(MessageKind::MemoryWrite, memory::WRITE)
        + step(MessageKind::ElementRead, memory::ELEMENT);
    let key = [memory::CONTEXT, memory::ADDRESS, memory::ROW].map(|column| f.at(column));
    Message::with_label(label, key.into_iter().chain(f.cells(memory::MESSAGE)))
}

/// Merkle: requests `HASHER_INPUT(hash_address, 8, 0, 0, 0, left, right)`.
#[inline(always)]
fn children<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    // The number of elements is the domain, as in `miden_core::merge`.
    let domain = T::int((merkle::LEFT.width() + merkle::RIGHT.width()) as u64);
    let capacity = [f.at(merkle::HASH_ADDRESS), domain, T::zero(), T::zero(), T::zero()];
    let children = f.cells(merkle::LEFT).chain(f.cells(merkle::RIGHT));
    Message::new(MessageKind::HasherInput, capacity.into_iter().chain(children))
}

/// Kernel: `KERNEL_CALL(called)`.
#[inline(always)]
fn called_procedure<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    Message::new(MessageKind::KernelCall, f.cells(kernel::CALLED))
}

/// Hasher: `DIGEST(address, digest)` in row 7; Merkle: requests `DIGEST(hash_address, parent)`; memory: requests
/// `LIMB(low_limb)`; kernel: requests `KERNEL_PROCEDURE(0, stated)` from the statement. All use the same cells, which
/// are 0 where a message has fewer values.
#[inline(always)]
fn second_message<T: Algebra>(f: &Frame<'_, T>, sections: &Sections<T>) -> Message<T> {
    let label = |kind: MessageKind| T::int(kind.label());
    let hashes = sections.hasher.clone() + sections.merkle.clone();
    let label = hashes * label(MessageKind::Digest)
        + sections.memory.clone() * label(MessageKind::Limb)
        + sections.kernel.clone() * label(MessageKind::KernelProcedure);
    Message::with_label(label, [f.cell(W, 4)].into_iter().chain((0..4).map(|i| f.cell(W, i))))
}

/// Merkle: `MERKLE_PATH(clk, node, levels, index, root)`; in a row on the new path of an update
/// `MERKLE_NEW_PATH(clk − 1, …)`, so that both paths have the same address.
#[inline(always)]
fn path<T: Algebra>(f: &Frame<'_, T>) -> Message<T> {
    let is_new = f.at(merkle::UPDATE) - f.at(merkle::OLD);
    let step = T::int(MessageKind::MerkleNewPath.label() - MessageKind::MerklePath.label());
    let label = T::int(MessageKind::MerklePath.label()) + step * is_new.clone();
    let cells = [merkle::NODE, merkle::LEVELS, merkle::INDEX, merkle::ROOT].into_iter();
    Message::with_label(label, [f.clk() - is_new].into_iter().chain(cells.flat_map(|column| f.cells(column))))
}
