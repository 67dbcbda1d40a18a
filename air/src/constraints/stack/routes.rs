//! Where each stack item of the next row comes from. Book: design/stack.md#routes
//!
//! Each position has one constraint, a sum over all operations, whose flags exclude each other:
//!
//! `bound_i·s_i' − (N·s_i + left·s_(i+1) + right·s_(i−1)) − Σ_op op·(value_op − default_op) = 0`
//!
//! with `N = 1 − left − right`. The default of an operation, `default_op`, is the item that its shift moves there;
//! exceptions are declared with [`Routes::item`], [`Routes::value`] and [`Routes::unbound`].

use core::array;

use miden_core::{Opcode, operations::Shift, params::STACK_TOP};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

/// Collects the routes of all operations.
pub(super) struct Routes<'a, T> {
    frame: &'a Frame<'a, T>,
    flags: &'a Flags<T>,
    /// The next items, as far as they are bound here.
    next: [T; STACK_TOP],
    /// Sum of the flags of operations that leave the item to other constraints or to the bus.
    unbound: [Option<T>; STACK_TOP],
}

impl<'a, T: Algebra> Routes<'a, T> {
    /// The routes of the shifts. The overflow list binds position 15 after a left shift; the operation binds position 0
    /// after a right shift, except for INPUT, where the bus does.
    #[inline(always)]
    pub(super) fn new(frame: &'a Frame<'a, T>, flags: &'a Flags<T>) -> Self {
        let stay = (flags.left.clone() + flags.right.clone()).complement().named("stay_in_place");
        let next = array::from_fn(|i| {
            let mut item = stay.clone() * frame.s(i);
            if i + 1 < STACK_TOP {
                item = item + flags.left.clone() * frame.s(i + 1);
            }
            if i > 0 {
                item = item + flags.right.clone() * frame.s(i - 1);
            }
            item
        });
        let mut unbound = [const { None }; STACK_TOP];
        unbound[0] = Some(flags.op(Opcode::Input));
        unbound[STACK_TOP - 1] = Some(flags.left.clone());
        Self { frame, flags, next, unbound }
    }

    /// `s_to' = s_from` for this operation.
    #[inline(always)]
    pub(super) fn item(&mut self, opcode: Opcode, to: usize, from: usize) {
        self.value(opcode, to, self.frame.s(from));
    }

    /// `s_to' = value` for this operation.
    #[inline(always)]
    pub(super) fn value(&mut self, opcode: Opcode, to: usize, value: T) {
        let difference = match self.default(opcode, to) {
            Some(default) => value - default,
            None => value,
        };
        self.add(to, self.flags.op(opcode) * difference);
    }

    /// Leaves the `count` topmost next items of this operation to other constraints or to the bus.
    #[inline(always)]
    pub(super) fn unbound(&mut self, opcode: Opcode, count: usize) {
        let flag = self.flags.op(opcode);
        for to in 0..count {
            if let Some(default) = self.default(opcode, to) {
                self.add(to, T::zero() - flag.clone() * default);
            }
            self.unbound[to] = Some(match self.unbound[to].take() {
                Some(others) => others + flag.clone(),
                None => flag.clone(),
            });
        }
    }

    /// Adds to the next item at `to`, for operations whose differences share a factor.
    #[inline(always)]
    pub(super) fn add(&mut self, to: usize, difference: T) {
        self.next[to] = self.next[to].clone() + difference;
    }

    /// Enforces the routes.
    #[inline(always)]
    pub(super) fn enforce<C: ConstraintSink<Expr = T>>(self, c: &mut C) {
        for (i, (next, unbound)) in self.next.into_iter().zip(self.unbound).enumerate() {
            let item = self.frame.s_next(i);
            let bound = match unbound {
                Some(unbound) => unbound.complement() * item,
                None => item,
            };
            c.assert_zero_at("stack.item", i, bound - next);
        }
    }

    /// The item that the shift of the operation moves to position `to`, if it binds that position.
    #[inline(always)]
    fn default(&self, opcode: Opcode, to: usize) -> Option<T> {
        let from = match opcode.info().shift() {
            Shift::None => Some(to),
            Shift::Left => Some(to + 1).filter(|&from| from < STACK_TOP),
            Shift::Right => to.checked_sub(1),
        };
        from.map(|from| self.frame.s(from))
    }
}
