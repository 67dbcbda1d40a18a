//! Words of the language that are not instructions.

/// Structural keywords that open a block of a body.
pub const BLOCK_KEYWORDS: [&str; 4] = ["if", "while", "repeat", "do"];

/// Other keywords that stand in bodies.
pub const OTHER_KEYWORDS: [&str; 8] =
    ["else", "end", "exec", "call", "syscall", "procref", "dynexec", "dyncall"];
