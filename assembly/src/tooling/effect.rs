//! Effects of code on the stack.

use alloc::vec::Vec;

use miden_core::{
    Node, NodeId, Opcode, Operation, operations::Movement, params::STACK_TOP, program::ProgramBuilder,
};

/// Effect of code on the stack, as far as it is the same for all inputs.
///
/// An effect is that of the items, not of the depth alone: `drop` removes an item even where the depth stays at 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackEffect {
    /// Number of items on top that the code reads, moves or removes.
    pub inputs: u64,
    /// Number of items that it leaves, less the number that it removes.
    pub shift: i64,
    /// The depth after code that starts at depth `d` is the larger of `d + growth` and `min_depth`.
    growth: i64,
    min_depth: i64,
}

/// Effect of code that may not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It is the same for all inputs.
    Known(StackEffect),
    /// It depends on values, such as which procedure a digest names.
    Unknown,
    /// The code always fails.
    Fails,
}

/// Removes a condition.
const POP: Effect = Effect::Known(StackEffect::new(1, 0));

/// The depth of an empty stack.
const EMPTY: i64 = STACK_TOP as i64;

impl StackEffect {
    /// The effect of code that does nothing.
    pub const NONE: Self = Self::new(0, 0);

    /// The effect of code that replaces the top `inputs` items by `outputs` others.
    pub const fn new(inputs: u32, outputs: u32) -> Self {
        let shift = outputs as i64 - inputs as i64;
        Self { inputs: inputs as u64, shift, growth: shift, min_depth: EMPTY }
    }

    /// Number of items that replace the inputs.
    pub const fn outputs(&self) -> u64 {
        self.inputs.saturating_add_signed(self.shift)
    }

    /// The depth of the stack after a call, which starts at depth 16 and must return with it.
    pub fn depth_after_call(&self) -> u64 {
        EMPTY.saturating_add(self.growth).max(self.min_depth).try_into().unwrap_or(0)
    }

    /// The effect of a call: the depth is that of before.
    #[must_use]
    pub const fn of_call(self) -> Self {
        Self { growth: 0, min_depth: EMPTY, ..self }
    }

    /// The effect of this code followed by another.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        // Items that `self` adds are not inputs.
        let inputs = i128::from(next.inputs) - i128::from(self.shift);
        let inputs = u64::try_from(inputs.max(0)).unwrap_or(u64::MAX);
        Self {
            inputs: self.inputs.max(inputs),
            shift: self.shift.saturating_add(next.shift),
            growth: self.growth.saturating_add(next.growth),
            min_depth: self.min_depth.saturating_add(next.growth).max(next.min_depth),
        }
    }

    /// The effect of `count` copies of the code.
    #[must_use]
    pub fn repeated(self, count: u32) -> Self {
        // By squaring: the effect of a sequence depends on nothing but the effects of its parts.
        let (mut effect, mut power, mut count) = (Self::NONE, self, count);
        while count > 0 {
            if count % 2 == 1 {
                effect = effect.then(power);
            }
            power = power.then(power);
            count /= 2;
        }
        effect
    }

    /// The effect of either of two pieces of code, if they move the items below equally far.
    pub fn or(self, other: Self) -> Option<Self> {
        (self.shift == other.shift).then(|| Self {
            inputs: self.inputs.max(other.inputs),
            shift: self.shift,
            growth: self.growth.max(other.growth),
            min_depth: self.min_depth.max(other.min_depth),
        })
    }
}

impl Effect {
    /// The effect of code that does nothing.
    pub const NONE: Self = Self::Known(StackEffect::NONE);

    /// The effect, if it is known.
    pub const fn known(self) -> Option<StackEffect> {
        match self {
            Self::Known(effect) => Some(effect),
            Self::Unknown | Self::Fails => None,
        }
    }

    /// The effect of this code followed by another.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
            (Self::Known(first), Self::Known(second)) => Self::Known(first.then(second)),
            _ => Self::Unknown,
        }
    }

    /// The effect of either of two pieces of code; unknown if they move the items below differently.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails, effect) | (effect, Self::Fails) => effect,
            (Self::Known(first), Self::Known(second)) => first.or(second).map_or(Self::Unknown, Self::Known),
            _ => Self::Unknown,
        }
    }

    /// The effect of a choice: pops a condition, then one of the two.
    #[must_use]
    pub fn choice(self, other: Self) -> Self {
        POP.then(self.or(other))
    }

    /// The effect of a loop that pops a condition before each iteration; unknown unless each iteration leaves the
    /// stack as high as it was.
    #[must_use]
    pub fn looped(self) -> Self {
        POP.then(self.iteration().or(Self::NONE))
    }

    /// The effect of a loop whose body ends with the condition, and runs at least once.
    #[must_use]
    pub fn looped_once(self) -> Self {
        self.iteration()
    }

    /// The body of a loop and the removal of its condition; unknown if that moves the items below.
    fn iteration(self) -> Self {
        match self.then(POP) {
            Self::Known(StackEffect { shift: 1.. | ..=-1, .. }) => Self::Unknown,
            balanced => balanced,
        }
    }

    /// The effect of a call.
    #[must_use]
    pub const fn of_call(self) -> Self {
        match self {
            Self::Known(effect) => Self::Known(effect.of_call()),
            other => other,
        }
    }

    /// The effect of `count` copies of the code.
    #[must_use]
    pub fn repeated(self, count: u32) -> Self {
        match self {
            _ if count == 0 => Self::NONE,
            Self::Known(effect) => Self::Known(effect.repeated(count)),
            other => other,
        }
    }
}

/// The effect of operations, with the items that merely move or are copied taken for what they are: code that moves
/// an item up and down again has no inputs below it.
pub(crate) fn of_operations(operations: impl IntoIterator<Item = Opcode>) -> StackEffect {
    let mut stack = Symbols::default();
    let mut depth = StackEffect::NONE;
    for opcode in operations {
        let info = opcode.info();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        depth = depth.then(StackEffect::new(count(info.inputs), count(info.outputs)));
        stack.apply(opcode);
    }
    StackEffect { inputs: stack.inputs(), ..depth }
}

/// The effects of all nodes, children before parents.
pub(crate) fn of_nodes(nodes: &ProgramBuilder) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    for id in nodes.node_ids() {
        let of = |id: &NodeId| effects.get(id.index()).copied().unwrap_or(Effect::Unknown);
        let effect = match nodes.node(id).node() {
            Node::Block(block) => {
                Effect::Known(of_operations(block.operations().iter().map(Operation::opcode)))
            }
            Node::Join(first, second) => of(first).then(of(second)),
            Node::Split(on_one, on_zero) => of(on_one).choice(of(on_zero)),
            Node::Loop(body) => of(body).looped(),
            Node::Call(procedure) | Node::SysCall(procedure) => of(procedure).of_call(),
            _ => Effect::Unknown,
        };
        effects.push(effect);
    }
    effects
}

/// A stack of symbols: the inputs, which are known by their positions, and results.
#[derive(Default)]
struct Symbols {
    /// The deepest first; `None` is a result.
    items: Vec<Option<usize>>,
    /// Number of inputs that have been looked at.
    num_inputs: usize,
    /// Number of inputs down to the deepest that has been read.
    num_read: usize,
}

impl Symbols {
    fn apply(&mut self, opcode: Opcode) {
        let info = opcode.info();
        self.reach(info.inputs);
        let top = self.items.len();
        if let Some(movement) = opcode.movement() {
            match movement {
                Movement::Exchange { distance, count } => {
                    (1..=count).for_each(|item| self.items.swap(top - item, top - item - distance));
                }
                Movement::Up(position) => {
                    let moved = self.items.remove(top - 1 - position);
                    self.items.push(moved);
                }
                Movement::Down(position) => {
                    let moved = self.items.pop().flatten();
                    self.items.insert(top - 1 - position, moved);
                }
            }
            return;
        }
        let read = match opcode.copied_item() {
            Some(position) => {
                let copied = self.items.get(top - 1 - position).copied().flatten();
                self.items.push(copied);
                copied
            }
            None => {
                let read = self.items.split_off(top - info.inputs);
                self.items.extend(core::iter::repeat_n(None, info.outputs));
                read.into_iter().flatten().max()
            }
        };
        self.num_read = self.num_read.max(read.map_or(0, |input| input + 1));
    }

    /// Ensures that there are at least `count` items, by looking at more inputs.
    fn reach(&mut self, count: usize) {
        let missing = count.saturating_sub(self.items.len());
        let deepest = self.num_inputs..self.num_inputs + missing;
        self.items.splice(..0, deepest.rev().map(Some));
        self.num_inputs += missing;
    }

    /// Number of inputs that are read, moved or removed.
    fn inputs(&self) -> u64 {
        let in_place = self.items.iter().zip((0..self.num_inputs).rev());
        let num_in_place = in_place.take_while(|(item, input)| **item == Some(*input)).count();
        self.num_read.max(self.num_inputs - num_in_place) as u64
    }
}

#[cfg(test)]
mod tests {
    use miden_core::Opcode::{Add, Drop, Dup9, MovDn3, MovUp3, Pad, Swap, SwapDW, SwapW};

    use super::*;

    fn effect(operations: &[Opcode]) -> (u64, u64, u64) {
        let effect = of_operations(operations.iter().copied());
        (effect.inputs, effect.outputs(), effect.depth_after_call())
    }

    #[test]
    fn operations_read_move_and_remove_items() {
        assert_eq!(effect(&[]), (0, 0, 16));
        assert_eq!(effect(&[Add]), (2, 1, 16));
        assert_eq!(effect(&[Pad, Pad, Add]), (0, 1, 17));
        assert_eq!(effect(&[Drop, Pad]), (1, 1, 17));
        assert_eq!(effect(&[Swap, Swap]), (0, 0, 16));
        assert_eq!(effect(&[MovUp3, MovDn3]), (0, 0, 16));
        assert_eq!(effect(&[MovUp3]), (4, 4, 16));
        // `dup.8`
        assert_eq!(effect(&[Pad, Dup9, Add]), (9, 10, 17));
        // `movup.8` and the like reach down to item 15 and put the rest back.
        assert_eq!(effect(&[SwapDW, SwapDW]), (0, 0, 16));
        assert_eq!(effect(&[SwapW, Add, SwapW]), (9, 8, 16));
    }

    #[test]
    fn effects_compose() {
        let (push, drop) = (StackEffect::new(0, 1), StackEffect::new(1, 0));
        assert_eq!(push.then(drop).inputs, 0);
        assert_eq!(drop.then(push).inputs, 1);
        assert_eq!(push.then(drop).depth_after_call(), 16);
        assert_eq!(drop.then(push).depth_after_call(), 17);
        assert_eq!(
            (push.repeated(1_000_000_000).shift, push.repeated(0)),
            (1_000_000_000, StackEffect::NONE)
        );
        assert_eq!(drop.repeated(5).inputs, 5);
        assert_eq!(drop.repeated(5).then(push.repeated(3)).depth_after_call(), 19);
        let mut one_by_one = StackEffect::NONE;
        let body = StackEffect::new(3, 1).then(push);
        (0..37).for_each(|_| one_by_one = one_by_one.then(body));
        assert_eq!(body.repeated(37), one_by_one);
        // Nothing overflows.
        let many = push.repeated(u32::MAX).repeated(u32::MAX).repeated(u32::MAX);
        assert_eq!((many.then(many).shift, many.inputs), (i64::MAX, 0));
        assert_eq!(drop.repeated(u32::MAX).repeated(u32::MAX).repeated(9).inputs, u64::MAX);
        assert_eq!(push.or(drop), None);
        assert_eq!(push.or(drop.then(push).then(push)).unwrap().inputs, 1);
    }
}
