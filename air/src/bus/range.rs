//! Range checks: limbs are looked up in a sorted list of the values in use, whose gaps are looked up in a table of
//! bytes. Book: design/range.md

use miden_core::{
    operations::Class,
    trace::{
        chiplets::memory::HIGH_LIMB,
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
    },
};

use super::{AuxColumn, BusSink, Message, MessageKind};
use crate::{algebra::Algebra, flags::Digits, frame::Frame, periodic::BYTE, sections::Sections};

pub(super) fn send<B: BusSink>(
    b: &mut B,
    f: &Frame<'_, B::Expr>,
    digits: &Digits<B::Expr>,
    sections: &Sections<B::Expr>,
) {
    let limb = digits.class(Class::Limb).named("limb");
    // −limb of LIMB(h0) … LIMB(h3)
    for i in 0..4 {
        let numerator = B::Expr::zero() - limb.clone();
        b.fraction(AuxColumn::Limbs, numerator, Message::new(MessageKind::Limb, [f.h(i)]));
    }
    // rm of LIMB(rv)
    let value = Message::new(MessageKind::Limb, [f.at(VALUE)]);
    b.fraction(AuxColumn::Sum, f.at(MULTIPLICITY), value);
    // −1 of BYTE(rv' − rv)
    let gap = Message::new(MessageKind::Byte, [f.at_next(VALUE) - f.at(VALUE)]);
    b.fraction(AuxColumn::Sum, B::Expr::zero() - B::Expr::one(), gap);
    // bm of BYTE(T), T = 0..255
    let byte = Message::new(MessageKind::Byte, [f.periodic(BYTE)]);
    b.fraction(AuxColumn::Sum, f.at(BYTE_MULTIPLICITY), byte);
    // −memory of LIMB(high_limb)
    let limb = Message::new(MessageKind::Limb, [f.at(HIGH_LIMB)]);
    b.fraction(AuxColumn::Sum, B::Expr::zero() - sections.memory.clone(), limb);
}
