use miden_core::{Felt, Word};

/// What injectors and handlers of events see of the machine.
pub trait ProcessState {
    /// Number of cycles executed so far.
    fn clk(&self) -> u64;

    /// The execution context: 0 for the root, else the number of the row of the call.
    fn ctx(&self) -> u64;

    /// The free memory pointer.
    fn fmp(&self) -> Felt;

    /// Number of stack items of this context, at least 16.
    fn depth(&self) -> usize;

    /// The stack item at `position` from the top; zero below the deepest item of this context.
    fn item(&self, position: usize) -> Felt;

    /// The word of memory at `address` of the context; zeros if it was never written.
    fn memory(&self, ctx: u64, address: u32) -> Word;

    /// The word whose topmost item is at `position`. Element 0 is the deepest.
    fn word(&self, position: usize) -> Word {
        [3, 2, 1, 0].map(|below| self.item(position.saturating_add(below)))
    }
}
