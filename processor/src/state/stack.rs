use alloc::{vec, vec::Vec};

use miden_core::{Felt, Word, field::FieldElement, operations::OperandStack, params::STACK_TOP};

use crate::stepper::Chunks;

/// The operand stack; it always has at least 16 items.
///
/// Removing an item at depth 16 shifts in a zero at the bottom. Only the items of the current context are visible.
#[derive(Clone, Debug)]
pub struct Stack {
    // The items start at `bottom`, top last; between `floor` and `bottom` is room for zeros that shift in.
    cells: Vec<Felt>,
    floor: usize,
    bottom: usize,
    /// Number of items in the calling contexts.
    hidden: usize,
}

/// Room below the bottom at the start of a context, and whenever zeros have filled it.
const ROOM: usize = 32;

/// A saved stack.
#[derive(Clone, Debug)]
pub(crate) struct SavedStack {
    cells: Chunks<Felt>,
    floor: usize,
    bottom: usize,
    hidden: usize,
}

impl SavedStack {
    pub(crate) fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        self.cells.bytes_beyond(other.map(|other| &other.cells))
    }
}

/// The stack of the caller during a call; its items stay in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StackFrame {
    floor: usize,
    bottom: usize,
    top: usize,
}

impl StackFrame {
    /// Number of items of the caller.
    pub(crate) const fn depth(&self) -> usize {
        self.top - self.bottom
    }
}

impl Stack {
    /// A stack of these items, the last one on top, padded with zeros at the bottom up to 16.
    pub fn new(items: &[Felt]) -> Self {
        let mut cells = vec![Felt::ZERO; ROOM + STACK_TOP.saturating_sub(items.len())];
        cells.extend_from_slice(items);
        Self { cells, floor: 0, bottom: ROOM, hidden: 0 }
    }

    pub(crate) fn save(&self, before: Option<&SavedStack>) -> SavedStack {
        let Self { cells, floor, bottom, hidden } = self;
        let cells = Chunks::save(cells, before.map(|before| &before.cells));
        SavedStack { cells, floor: *floor, bottom: *bottom, hidden: *hidden }
    }

    pub(crate) fn restore(&mut self, saved: &SavedStack) {
        let SavedStack { cells, floor, bottom, hidden } = saved;
        *self = Self { cells: cells.to_vec(), floor: *floor, bottom: *bottom, hidden: *hidden };
    }

    /// Number of items of the current context, at least 16.
    #[inline(always)]
    pub const fn depth(&self) -> usize {
        self.cells.len() - self.bottom
    }

    /// Number of items in all contexts.
    #[inline(always)]
    pub(crate) const fn total(&self) -> usize {
        self.hidden + self.depth()
    }

    /// Item `position` from the top.
    ///
    /// # Panics
    /// If `position` is not below 16.
    #[inline(always)]
    pub fn item(&self, position: usize) -> Felt {
        self.window()[STACK_TOP - 1 - position]
    }

    /// Item `position` from the top, if the current context has so many items.
    pub fn get(&self, position: usize) -> Option<Felt> {
        self.cells[self.bottom..].iter().rev().nth(position).copied()
    }

    /// The word whose topmost item is at `position`; element 0 is the deepest.
    ///
    /// # Panics
    /// If `position` is not at most 12.
    #[inline(always)]
    pub fn word(&self, position: usize) -> Word {
        [3, 2, 1, 0].map(|below| self.item(position + below))
    }

    /// The 16 topmost items, the topmost one last.
    #[inline(always)]
    pub fn window(&self) -> &[Felt; STACK_TOP] {
        self.cells.last_chunk().expect("the stack has at least 16 items")
    }

    /// All items of the current context, top first.
    pub fn to_vec(&self) -> Vec<Felt> {
        self.cells[self.bottom..].iter().rev().copied().collect()
    }

    /// The 16 topmost items, the topmost one last.
    #[inline(always)]
    pub(crate) fn window_mut(&mut self) -> &mut [Felt; STACK_TOP] {
        self.cells.last_chunk_mut().expect("the stack has at least 16 items")
    }

    /// Replaces item `position` from the top, which must be below 16.
    #[inline(always)]
    pub(crate) fn set(&mut self, position: usize, value: Felt) {
        self.window_mut()[STACK_TOP - 1 - position] = value;
    }

    /// Replaces the word whose topmost item is at `position`, which must be at most 12.
    #[inline(always)]
    pub(crate) fn set_word(&mut self, position: usize, word: Word) {
        for (below, element) in [3, 2, 1, 0].into_iter().zip(word) {
            self.set(position + below, element);
        }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, value: Felt) {
        self.cells.push(value);
    }

    #[inline(always)]
    pub(crate) fn drop_top(&mut self) {
        if self.depth() == STACK_TOP {
            if self.bottom == self.floor {
                self.make_room();
            }
            self.bottom -= 1;
            self.cells[self.bottom] = Felt::ZERO;
        }
        self.cells.pop();
    }

    /// Moves the 16 items up, to make room below them.
    #[cold]
    fn make_room(&mut self) {
        let items = *self.window();
        self.cells.truncate(self.bottom);
        self.continue_above(&items);
    }

    /// Starts a stack of these items above all cells, with room below.
    fn continue_above(&mut self, items: &[Felt; STACK_TOP]) {
        self.bottom = self.cells.len() + ROOM;
        self.cells.resize(self.bottom, Felt::ZERO);
        self.cells.extend_from_slice(items);
    }

    /// Starts a context that sees the 16 topmost items; the others are hidden until it ends.
    pub(crate) fn enter(&mut self) -> StackFrame {
        let frame = StackFrame { floor: self.floor, bottom: self.bottom, top: self.cells.len() };
        self.hidden += frame.depth();
        self.floor = frame.top;
        let items = *self.window();
        self.continue_above(&items);
        frame
    }

    /// Ends a context: its 16 topmost items replace those of the caller.
    pub(crate) fn leave(&mut self, frame: StackFrame) {
        self.hidden -= frame.depth();
        let items = *self.window();
        self.cells.truncate(frame.top);
        *self.window_mut() = items;
        (self.floor, self.bottom) = (frame.floor, frame.bottom);
    }
}

impl OperandStack for Stack {
    #[inline(always)]
    fn item(&self, position: usize) -> Felt {
        self.item(position)
    }

    #[inline(always)]
    fn set(&mut self, position: usize, value: Felt) {
        self.set(position, value);
    }

    #[inline(always)]
    fn top_mut(&mut self, count: usize) -> &mut [Felt] {
        &mut self.window_mut()[STACK_TOP - count..]
    }

    #[inline(always)]
    fn push(&mut self, value: Felt) {
        self.push(value);
    }

    #[inline(always)]
    fn drop_top(&mut self) {
        self.drop_top();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(range: core::ops::Range<u64>) -> Vec<Felt> {
        range.map(Felt::new).collect()
    }

    #[test]
    fn zeros_shift_in_however_often_the_stack_shrinks() {
        let mut stack = Stack::new(&[]);
        for round in 0..100_000 {
            stack.push(Felt::new(round));
            stack.drop_top();
            stack.drop_top();
            assert_eq!(stack.depth(), 16);
        }
        assert_eq!(stack.to_vec(), vec![Felt::ZERO; 16]);
        // Room is made above the items and filled from there, so the allocation does not grow.
        assert!(stack.cells.len() < 2 * (ROOM + STACK_TOP), "{}", stack.cells.len());
    }

    #[test]
    fn a_call_sees_sixteen_items_and_zeros_below() {
        let mut stack = Stack::new(&items(0..40));
        let frame = stack.enter();
        assert_eq!((stack.depth(), stack.total(), frame.depth()), (16, 56, 40));
        assert!(stack.to_vec().into_iter().eq(items(24..40).into_iter().rev()));
        // Further down than the room reaches, and back up.
        for _ in 0..100 {
            stack.drop_top();
        }
        assert_eq!(stack.to_vec(), vec![Felt::ZERO; 16]);
        for value in items(100..120) {
            stack.push(value);
        }
        for _ in 0..20 {
            stack.drop_top();
        }
        stack.set(0, Felt::new(7));
        stack.leave(frame);
        let expected = [items(0..24), vec![Felt::ZERO; 15], items(7..8)].concat();
        assert!(stack.to_vec().into_iter().rev().eq(expected));
        assert_eq!((stack.depth(), stack.total()), (40, 40));
    }

    #[test]
    fn nested_calls_keep_their_callers_apart() {
        let mut stack = Stack::new(&items(0..16));
        let mut frames = Vec::new();
        for level in 0..50 {
            for value in items(level * 100..level * 100 + level) {
                stack.push(value);
            }
            frames.push(stack.enter());
            for _ in 0..level {
                stack.drop_top();
            }
        }
        for (level, frame) in (0..50).zip(frames).rev() {
            stack.leave(frame);
            assert_eq!(stack.depth(), 16 + level);
            // The items that the call dropped are zero now; those it could not see are untouched.
            for position in 16..16 + level {
                assert!(stack.get(position).is_some());
            }
            for _ in 0..level {
                stack.drop_top();
            }
        }
        assert_eq!((stack.depth(), stack.total()), (16, 16));
    }
}
