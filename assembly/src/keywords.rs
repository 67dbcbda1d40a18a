//! Words of the language that are not instructions.

use crate::instructions::{InstructionRow, rows};

/// Structural keywords that open a block of a body.
pub(crate) const BLOCK_KEYWORDS: [&str; 4] = ["if", "while", "repeat", "do"];

/// Other keywords that stand in bodies.
pub(crate) const OTHER_KEYWORDS: [&str; 8] =
    ["else", "end", "exec", "call", "syscall", "procref", "dynexec", "dyncall"];

/// Every name that can stand in a body, for suggestions.
pub(crate) fn body_names() -> impl Iterator<Item = &'static str> {
    let instructions = rows().flat_map(InstructionRow::names);
    instructions.chain(BLOCK_KEYWORDS).chain(OTHER_KEYWORDS)
}
