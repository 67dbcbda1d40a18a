//! Where each stack item of the next row comes from. Book: design/stack.md#routes
//!
//! There is one constraint per position, a sum over all operations, whose flags exclude each other. Every
//! operation starts with the items that its shift brings; what it does differently is declared with
//! [`Routes::item`], [`Routes::value`] and [`Routes::unbound`]. Declarations only accumulate coefficients:
//!
//! `bound_i·s_i' − Σ_j coefficient_ij·s_j − Σ_op op·value_op = 0`

use core::array;

use miden_core::{Opcode, operations::Shift, params::STACK_TOP};

use crate::{algebra::Algebra, eval::ConstraintSink, flags::Flags, frame::Frame};

/// What determines the item at one position of the next row.
struct Position<T> {
    /// 1 less the flags of the rows that leave the position to other constraints or to the bus.
    bound: T,
    /// Coefficient of each current item.
    coefficients: [Option<T>; STACK_TOP],
    /// Sum of values that are not a current item, each times its flag.
    values: Option<T>,
}

impl<T: Algebra> Position<T> {
    fn add(&mut self, item: usize, flag: &T) {
        let coefficient = &mut self.coefficients[item];
        *coefficient = Some(match coefficient.take() {
            Some(sum) => sum + flag.clone(),
            None => flag.clone(),
        });
    }

    fn subtract(&mut self, item: usize, flag: &T) {
        let coefficient = &mut self.coefficients[item];
        let sum = coefficient.take().unwrap_or_else(T::zero);
        *coefficient = Some(sum - flag.clone());
    }
}

/// Collects the routes of all operations.
pub(super) struct Routes<'a, T> {
    frame: &'a Frame<'a, T>,
    flags: &'a Flags<T>,
    positions: [Position<T>; STACK_TOP],
}

impl<'a, T: Algebra> Routes<'a, T> {
    /// The routes of the shifts: `s_i' = N·s_i + left·s_(i+1) + right·s_(i−1)`, `N = 1 − left − right`.
    /// Position 15 of a left shift is bound by the overflow list, position 0 of a right shift by the operation.
    pub(super) fn new(frame: &'a Frame<'a, T>, flags: &'a Flags<T>) -> Self {
        let stay = (flags.left.clone() + flags.right.clone()).complement().named("stay_in_place");
        let positions = array::from_fn(|i| {
            let mut position =
                Position { bound: T::one(), coefficients: array::from_fn(|_| None), values: None };
            position.add(i, &stay);
            match i + 1 < STACK_TOP {
                true => position.add(i + 1, &flags.left),
                false => position.bound = position.bound.clone() - flags.left.clone(),
            }
            if i > 0 {
                position.add(i - 1, &flags.right);
            }
            position
        });
        let mut routes = Self { frame, flags, positions };
        // Right shifts bind the new top through `value` and `item`, which add to this.
        let top = &mut routes.positions[0];
        top.bound = top.bound.clone() - flags.right.clone();
        routes
    }

    /// `s_to' = s_from` for this operation.
    pub(super) fn item(&mut self, opcode: Opcode, to: usize, from: usize) {
        if self.default_item(opcode, to) != Some(from) {
            let flag = self.flags.op(opcode);
            self.release(opcode, to);
            self.bind(opcode, to);
            self.positions[to].add(from, &flag);
        }
    }

    /// `s_to' = value` for this operation.
    pub(super) fn value(&mut self, opcode: Opcode, to: usize, value: T) {
        self.release(opcode, to);
        self.bind(opcode, to);
        let term = self.flags.op(opcode) * value;
        let values = &mut self.positions[to].values;
        *values = Some(match values.take() {
            Some(sum) => sum + term,
            None => term,
        });
    }

    /// Leaves `s_to'` of this operation to other constraints.
    pub(super) fn unbound(&mut self, opcode: Opcode, to: usize) {
        self.release(opcode, to);
        if self.default_item(opcode, to).is_some() {
            let flag = self.flags.op(opcode);
            let bound = &mut self.positions[to].bound;
            *bound = bound.clone() - flag;
        }
    }

    /// Enforces the routes.
    pub(super) fn enforce<C: ConstraintSink<Expr = T>>(self, c: &mut C) {
        for (i, position) in self.positions.into_iter().enumerate() {
            let mut sum = position.bound * self.frame.s_next(i);
            for (j, coefficient) in position.coefficients.into_iter().enumerate() {
                if let Some(coefficient) = coefficient {
                    sum = sum - coefficient * self.frame.s(j);
                }
            }
            if let Some(values) = position.values {
                sum = sum - values;
            }
            // bound_i·s_i' − Σ_j coefficient_ij·s_j − Σ values = 0
            c.zero_at("stack.item", i, sum);
        }
    }

    /// The item that the shift of the operation moves to position `to`, if it binds that position.
    fn default_item(&self, opcode: Opcode, to: usize) -> Option<usize> {
        match opcode.info().shift() {
            Shift::None => Some(to),
            Shift::Left => Some(to + 1).filter(|&from| from < STACK_TOP),
            Shift::Right => to.checked_sub(1),
        }
    }

    /// Takes the operation out of what its shift does to the position.
    fn release(&mut self, opcode: Opcode, to: usize) {
        if let Some(from) = self.default_item(opcode, to) {
            let flag = self.flags.op(opcode);
            self.positions[to].subtract(from, &flag);
        }
    }

    /// Makes the operation bind a position that its shift leaves open.
    fn bind(&mut self, opcode: Opcode, to: usize) {
        if self.default_item(opcode, to).is_none() {
            let flag = self.flags.op(opcode);
            let bound = &mut self.positions[to].bound;
            *bound = bound.clone() + flag;
        }
    }
}
