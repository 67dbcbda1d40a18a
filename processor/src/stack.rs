use alloc::{vec, vec::Vec};

use miden_core::{Felt, field::FieldElement, params::STACK_TOP};

/// The operand stack; it never has fewer than 16 items.
///
/// Removing an item at depth 16 lets a zero in at the bottom.
#[derive(Clone, Debug)]
pub struct Stack {
    // The items are `cells[bottom..top]`, the topmost last; below `bottom` there is room for zeros that come in.
    cells: Vec<Felt>,
    bottom: usize,
    top: usize,
}

/// Room that is made below the bottom when zeros have used it up.
const ROOM: usize = 1024;

impl Stack {
    /// A stack of these items, the last one on top, with zeros below them up to 16.
    pub fn new(items: &[Felt]) -> Self {
        let mut cells = vec![Felt::ZERO; ROOM + STACK_TOP.saturating_sub(items.len())];
        cells.extend_from_slice(items);
        Self { bottom: ROOM, top: cells.len(), cells }
    }

    /// A stack of these items, the first one on top.
    pub(crate) fn from_top_first(items: &[Felt]) -> Self {
        Self::new(&items.iter().rev().copied().collect::<Vec<_>>())
    }

    /// Number of items, at least 16.
    pub const fn depth(&self) -> usize {
        self.top - self.bottom
    }

    /// Item `position` from the top.
    ///
    /// # Panics
    /// If `position` is not below 16.
    #[inline(always)]
    pub fn item(&self, position: usize) -> Felt {
        self.window()[STACK_TOP - 1 - position]
    }

    /// The 16 topmost items, the topmost one last.
    #[inline(always)]
    pub fn window(&self) -> &[Felt; STACK_TOP] {
        // The depth is at least 16 at all times.
        self.cells[..self.top].last_chunk().expect("the stack has at least 16 items")
    }

    /// All items, top first.
    pub fn to_vec(&self) -> Vec<Felt> {
        self.cells[self.bottom..self.top].iter().rev().copied().collect()
    }

    /// The 16 topmost items, the topmost one last.
    #[inline(always)]
    pub(crate) fn window_mut(&mut self) -> &mut [Felt; STACK_TOP] {
        self.cells[..self.top].last_chunk_mut().expect("the stack has at least 16 items")
    }

    /// Replaces item `position` from the top, which must be below 16.
    #[inline(always)]
    pub(crate) fn set(&mut self, position: usize, value: Felt) {
        self.window_mut()[STACK_TOP - 1 - position] = value;
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, value: Felt) {
        match self.cells.get_mut(self.top) {
            Some(cell) => *cell = value,
            None => self.cells.push(value),
        }
        self.top += 1;
    }

    #[inline(always)]
    pub(crate) fn drop_top(&mut self) {
        if self.depth() == STACK_TOP {
            if self.bottom == 0 {
                self.make_room();
            }
            self.bottom -= 1;
            self.cells[self.bottom] = Felt::ZERO;
        }
        self.top -= 1;
    }

    /// Moves the items up.
    #[cold]
    fn make_room(&mut self) {
        let items = self.cells[self.bottom..self.top].to_vec();
        self.cells.clear();
        self.cells.resize(ROOM, Felt::ZERO);
        self.cells.extend_from_slice(&items);
        (self.bottom, self.top) = (ROOM, self.cells.len());
    }
}
