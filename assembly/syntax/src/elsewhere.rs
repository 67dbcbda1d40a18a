//! Words of other languages, and of other releases of this one.

/// Words from elsewhere that mean the same, and the nearest way to say it here.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ForeignWords {
    /// The words.
    pub names: &'static [&'static str],
    /// Where they come from.
    pub origin: Origin,
    /// The replacement, or the reason why there is none.
    pub instead: &'static str,
}

/// Origin of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Another release of the language.
    Release,
    /// Another language.
    Language,
    /// Another language, in which it opens a block that ends with `end`.
    Block,
}

const fn words(names: &'static [&'static str], instead: &'static str) -> ForeignWords {
    ForeignWords { names, origin: Origin::Language, instead }
}

impl ForeignWords {
    const fn from(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

/// All foreign words. A word is looked up only where it is neither a keyword, an instruction nor a procedure.
const FOREIGN: &[ForeignWords] = &[
    // Other releases
    words(
        &["u32widening_mul"],
        "use `u32overflowing_mul swap`: `u32overflowing_mul` leaves the high half on top",
    )
    .from(Origin::Release),
    words(
        &["u32widening_madd"],
        "use `u32overflowing_madd swap`: `u32overflowing_madd` leaves the high half on top",
    )
    .from(Origin::Release),
    words(&["trace"], OUTPUT).from(Origin::Release),
    words(
        &["adv.push_ext2intt", "adv.smt_get", "adv.push_smtpeek", "adv.push_sig"],
        "the host supplies this advice: `emit.n` signals an event to its handler",
    )
    .from(Origin::Release),
    words(
        &[
            "fri_ext2fold4",
            "rcomb_base",
            "horner_eval_base",
            "horner_eval_ext",
            "eval_circuit",
            "log_precompile",
            "log_deferred",
            "crypto_stream",
        ],
        "the machine has no operations for verifying proofs",
    )
    .from(Origin::Release),
    words(&["enum", "type"], "constants stand for variants: `const.NAME=value`; values have no types")
        .from(Origin::Release),
    // Output
    words(&["print", "println", "printf", "echo", "log", "console", "puts"], OUTPUT),
    // Arithmetic
    words(
        &["u32add", "u32plus"],
        "`u32wrapping_add` drops the carry, `u32overflowing_add` keeps it, `u32checked_add` fails on one",
    ),
    words(
        &["u32sub", "u32minus"],
        "`u32wrapping_sub` drops the borrow, `u32overflowing_sub` keeps it, `u32checked_sub` fails on one",
    ),
    words(
        &["u32mul", "u32times"],
        "`u32wrapping_mul` drops the high half, `u32overflowing_mul` keeps it, `u32checked_mul` fails if it is not 0",
    ),
    words(&["u32madd"], "`u32wrapping_madd` drops the high half, `u32overflowing_madd` keeps it"),
    words(&["u32eq"], "use `eq`: it compares values of any size"),
    words(&["u32neq"], "use `neq`: it compares values of any size"),
    words(&["plus", "sum", "+"], "use `add`"),
    words(&["minus", "subtract", "-"], "use `sub`"),
    words(&["times", "multiply", "*"], "use `mul`"),
    words(&["divide", "/"], "use `div` for the quotient in the field, `u32div` for that of integers"),
    words(
        &["rem", "modulo", "%"],
        "the field has no remainders: use `u32mod`, or `use.std::math::u64` for 64 bits",
    ),
    words(&["divmod"], "use `u32divmod`"),
    words(&["inc", "increment", "1+"], "use `add.1`"),
    words(&["dec", "decrement", "1-"], "use `sub.1`"),
    words(&["negate"], "use `neg`"),
    words(&["invert", "inverse", "reciprocal"], "use `inv`"),
    words(&["power"], "use `exp`"),
    words(&["abs", "sqrt"], "the field has no such operation: its elements have no sign"),
    // Comparison and bits
    words(&["equal", "equals", "==", "="], "use `eq`"),
    words(&["ne", "!=", "<>"], "use `neq`"),
    words(&["less", "<"], "use `lt`"),
    words(&["le", "<="], "use `lte`"),
    words(&["greater", ">"], "use `gt`"),
    words(&["ge", ">="], "use `gte`"),
    words(&["iszero", "is_zero", "eqz"], "use `eq.0`"),
    words(&["&&", "&"], "use `and` for 0 and 1, `u32and` for bits"),
    words(&["||", "|"], "use `or` for 0 and 1, `u32or` for bits"),
    words(&["^"], "use `xor` for 0 and 1, `u32xor` for bits"),
    words(&["!", "~"], "use `not` for 0 and 1, `u32not` for bits"),
    words(&["nand"], "use `and not`"),
    words(&["shl", "<<"], "use `u32shl`, or `mul` with a power of 2"),
    words(&["shr", "sar", ">>"], "use `u32shr`"),
    words(&["rotl"], "use `u32rotl`"),
    words(&["rotr"], "use `u32rotr`"),
    words(&["popcount", "popcnt"], "use `u32popcnt`"),
    // Stack
    words(&["pop", "discard"], "use `drop`"),
    words(&["over"], "use `dup.1`"),
    words(&["rot"], "use `movup.2`"),
    words(&["-rot"], "use `movdn.2`"),
    words(&["nip"], "use `swap drop`"),
    words(&["tuck"], "use `dup movdn.2`"),
    words(&["pick"], "use `dup.n`"),
    words(&["roll"], "use `movup.n`"),
    words(&["2dup"], "use `dup.1 dup.1`"),
    words(&["2drop"], "use `drop drop`"),
    words(&["xchg", "exchange"], "use `swap.n`"),
    words(&["select"], "use `cdrop`"),
    words(&["depth"], "use `sdepth`"),
    words(&["pushw"], "use `push` with four values, or `padw` for zeros"),
    // Memory and inputs
    words(&["load", "mload", "fetch", "peek"], "use `mem_load` for memory, `loc_load.i` for a local"),
    words(&["store", "mstore", "poke"], "use `mem_store` for memory, `loc_store.i` for a local"),
    words(
        &["local", "get_local", "set_local"],
        "a procedure has locals if their number follows its name, `proc.name.1`: use `loc_load.i` and `loc_store.i`",
    ),
    words(
        &["read", "input", "advice", "advice_push", "adv_load"],
        "use `adv_push.n` to read the advice tape",
    ),
    // Hashes
    words(&["sha256", "sha2"], "the standard library has it: `use.std::crypto::hashes::sha256`"),
    words(
        &["keccak", "keccak256", "sha3"],
        "the standard library has it: `use.std::crypto::hashes::keccak256`",
    ),
    words(&["blake3"], "the standard library has it: `use.std::crypto::hashes::blake3`"),
    words(&["poseidon", "poseidon2", "rescue", "rpo"], "use `hmerge` for two words, `hperm` for more"),
    // Failure and control flow
    words(&["require", "ensure", "check"], "use `assert`, which fails unless the top item is 1"),
    words(&["assert_equal", "assert_equals", "asserteq"], "use `assert_eq`"),
    words(
        &["panic", "abort", "throw", "revert", "fail", "error", "unreachable", "invalid"],
        "use `push.0 assert`, which always fails",
    ),
    words(&["halt", "exit", "stop", "quit"], "a program stops at its `end`; `push.0 assert` always fails"),
    words(&["return", "ret"], "a procedure returns at its `end`, and leaves its results on the stack"),
    words(
        &["break", "continue", "goto", "jump", "jumpi", "jmp", "branch", "br"],
        "there are no jumps: the condition of `while.true` ends a loop, `if.true` skips code",
    ),
    words(
        &["for", "foreach", "loop"],
        "use `repeat.N` for a fixed number of times, `while.true` or `do` with a condition",
    )
    .from(Origin::Block),
    words(&["unless"], "use `if.false`").from(Origin::Block),
    words(&["elif", "elseif", "elsif"], "use `else` with an `if.true` inside, which has its own `end`"),
    words(&["then", "{"], "a block starts after `if.true`, without another word"),
    words(&["endif", "fi", "endwhile", "done", "endproc", "}"], "use `end`"),
    words(&["invoke", "jsr", "run"], "use `exec.name`, or `call.name` for a context of its own"),
    // Declarations
    words(&["import", "include", "require_once", "using", "from"], "modules are imported by `use.a::b`"),
    words(
        &["fn", "func", "function", "def", "fun", "procedure", "sub_routine"],
        "a procedure is written `proc.name … end`",
    ),
    words(&["public", "global", "pub_proc"], "a procedure of a module is exported by `export.name … end`"),
    words(&["main", "program", "start", "entry"], "a program is written `begin … end`"),
    words(
        &["module", "namespace", "package"],
        "each file is a module; `mod name` declares one in its folder",
    ),
    words(
        &["let", "var", "mut", "int", "u32", "felt"],
        "values have no names: they are on the stack; `const.NAME=value` names a constant, `loc_store.i` keeps a value",
    ),
    words(&["define", "static"], "a constant is written `const.NAME=value`"),
    words(
        &["struct", "class", "impl", "trait"],
        "there are no types: values are elements on the stack and in memory",
    ),
];

const OUTPUT: &str = "`debug.print=\"…\"`, `debug.stack` and `debug.mem` show values with `miden run --debug`, and `emit.n` \
                      signals an event to the host";

/// All foreign words.
pub const fn foreign_words() -> &'static [ForeignWords] {
    FOREIGN
}

/// The entry of a word, if it is foreign.
pub fn foreign_word(name: &str) -> Option<&'static ForeignWords> {
    FOREIGN.iter().find(|words| words.names.contains(&name))
}

/// Whether a word starts a comment in other languages.
pub fn starts_foreign_comment(word: &str) -> bool {
    ["//", "/*", "--", ";"].iter().any(|marker| word.starts_with(marker))
}

/// How comments are written here.
pub const COMMENTS: &str = "a comment starts with `#`";

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;
    use crate::Keyword;

    #[test]
    fn no_word_is_listed_twice_or_is_a_keyword() {
        let mut seen = BTreeSet::new();
        for name in FOREIGN.iter().flat_map(|words| words.names) {
            assert!(seen.insert(name), "{name} is listed twice");
            assert_eq!(Keyword::named(name), None);
        }
    }
}
