//! Limits: a page shares its memory and its reader's patience with others.

/// Bytes of a request.
pub(crate) const REQUEST_BYTES: usize = 1 << 20;
/// Bytes of a proof bundle: several times the largest proof of the longest trace.
pub(crate) const BUNDLE_BYTES: usize = 1 << 22;
/// Bytes of the sources together.
pub(crate) const SOURCE_BYTES: usize = 1 << 17;
/// Operations of a program, each copy counted.
pub(crate) const OPERATIONS: usize = 1 << 21;
/// Items of the initial stack, and of the advice.
pub(crate) const INPUT_ITEMS: usize = 1 << 12;
/// Cycles of a run.
pub(crate) const CYCLES: u64 = 1 << 26;
/// Cycles of an analysis, which remembers each permutation.
pub(crate) const ANALYZED_CYCLES: u64 = 1 << 21;
/// Rows of a trace that is proven.
pub(crate) const TRACE_ROWS: usize = 1 << 16;
/// Words of memory, and items of the stack.
pub(crate) const STATE: usize = 1 << 20;
/// Bytes that a proof may take.
pub(crate) const PROVER_BYTES: u64 = 1 << 31;
