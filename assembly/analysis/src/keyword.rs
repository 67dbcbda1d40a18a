//! Words of the language that are not instructions, as people read them.

/// A keyword, and what it does.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// The ways to write it.
    pub(super) forms: &'static [&'static str],
    pub(super) text: &'static str,
    pub(super) place: Place,
}

/// Where a keyword can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Between declarations.
    File,
    /// In a body.
    Body,
}

const fn in_file(name: &'static str, forms: &'static [&'static str], text: &'static str) -> Keyword {
    Keyword { name, forms, text, place: Place::File }
}

const fn in_body(name: &'static str, forms: &'static [&'static str], text: &'static str) -> Keyword {
    Keyword { name, forms, text, place: Place::Body }
}

/// The keyword with a name.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// All keywords.
#[rustfmt::skip]
pub(super) const KEYWORDS: &[Keyword] = &[
    in_file("use", &["use.a::b", "use a::b as c", "use {p, q as r} from a::b"],
        "Makes a module known under a short name: the last part of its path, or the one behind `as`. With braces, makes single procedures of it known."),
    in_file("const", &["const.NAME=value", "const NAME = value"],
        "Gives a value a name: a number, a word `[a, b, c, d]`, a text, or an expression with `+ - * / //`. The name consists of capitals, digits and `_`, and belongs to its file."),
    in_file("proc", &["proc.name … end", "proc.name.N … end"],
        "A procedure of this file, with `N` words of memory of its own."),
    in_file("export", &["export.name … end", "export.name.N … end", "export.a::name"],
        "A procedure that other modules can name; in a kernel, system calls. With the name of a procedure of an imported module, passes that one on."),
    in_file("pub", &["pub proc name … end", "pub use {name} from a::b"],
        "Lets other modules name what follows."),
    in_file("mod", &["mod name"],
        "A module in the folder of this one."),
    in_file("begin", &["begin … end"],
        "The program: the last thing in its file. A file without it is a module."),
    in_body("if", &["if.true … end", "if.true … else … end", "if.false … end"],
        "Takes a condition off the stack and runs the first block if it is 1, the one behind `else` if it is 0; `if.false` the other way round. Fails with `NotBinaryValue` for any other value."),
    in_body("else", &["if.true … else … end"],
        "Begins the block that runs if the condition of the `if` is not met."),
    in_body("while", &["while.true … end", "do … while … end"],
        "Takes a condition off the stack before every iteration and runs the block as long as it is 1. Fails with `NotBinaryValue` if it is neither 0 nor 1. Behind `do`, begins the code that leaves the condition."),
    in_body("do", &["do … while … end"],
        "Runs the first block, then the one behind `while`, which leaves a condition on the stack; again as long as that is 1."),
    in_body("repeat", &["repeat.N … end"],
        "Stands for `N` copies of the block, in constant space up to a factor of `log N`. Takes no cycles of its own."),
    in_body("end", &["end"],
        "Ends a block, a procedure or the program."),
    in_body("exec", &["exec.name", "exec.a::name", "exec.::a::b::name"],
        "Puts the operations of a procedure in this place: same context, memory and stack, no cycles of its own; 4 cycles if the procedure has locals."),
    in_body("call", &["call.name", "call.a::name", "call.::a::b::name"],
        "Runs a procedure in a context of its own: with empty memory, and only the 16 items on top of the stack. Fails with `InvalidStackDepthOnReturn` if it leaves a deeper stack. Cannot stand in a kernel."),
    in_body("syscall", &["syscall.name"],
        "Runs a procedure of the kernel in the root context, with the 16 items on top of the stack. Cannot stand in a kernel."),
    in_body("procref", &["procref.name", "procref.a::name"],
        "`[] → [H]`\n\nPushes the digest of a procedure, for `dynexec` and `dyncall`. 4 cycles."),
    in_body("dynexec", &["dynexec"],
        "`[H] → [H, …]`\n\nRuns the procedure whose digest is the word on top, as `exec` does; the digest stays. Fails if the program does not know the digest."),
    in_body("dyncall", &["dyncall"],
        "`[H] → [H, …]`\n\nRuns the procedure whose digest is the word on top, as `call` does; the digest stays. Fails if the program does not know the digest. Cannot stand in a kernel."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use miden_assembly_syntax::{BLOCK_KEYWORDS, OTHER_KEYWORDS};

    #[test]
    fn every_keyword_of_a_body_is_explained() {
        let mut expected: alloc::vec::Vec<_> = BLOCK_KEYWORDS.iter().chain(&OTHER_KEYWORDS).collect();
        let in_body = KEYWORDS.iter().filter(|keyword| keyword.place == Place::Body);
        let mut found: alloc::vec::Vec<_> = in_body.map(|keyword| &keyword.name).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }
}
