use alloc::string::ToString;

use expect_test::expect;
use miden_assembly_syntax::Source;

use super::{MAX_OPERATIONS, Options, lower};
use crate::{
    Diagnostics,
    ast::{Body, ModuleId, ModuleKind},
    instructions::InstructionSet,
    library::Libraries,
    link::{Linked, Linker},
};

const TEXT: &str = "proc.double dup add end\nbegin\n    push.2 exec.double if.true neg end\nend";

/// Lowers a program that linking left in a state that it must not leave it in.
fn lower_broken(break_it: impl FnOnce(&mut Linked<'_>)) -> Diagnostics {
    let (instructions, libraries) = (InstructionSet::default(), Libraries::default());
    let linker = Linker { instructions: &instructions, libraries: &libraries, kernel: None };
    let source = Source::new("example.masm", TEXT);
    let mut linked = linker.link(ModuleKind::Program, &source).unwrap();
    break_it(&mut linked);
    lower(&linked, None, Options { optimize: true, max_operations: MAX_OPERATIONS, debug: false })
        .unwrap_err()
}

/// The body of the program.
fn program<'l, 's>(linked: &'l mut Linked<'s>) -> &'l mut Body<'s> {
    linked.modules[ModuleId(0)].ast.program.as_mut().unwrap()
}

#[test]
fn unresolved_invocation_is_an_internal_error() {
    let errors = lower_broken(|linked| {
        program(linked).invocations_mut().for_each(|invocation| invocation.target = None);
    });
    expect![[r"
        error: internal error of the assembler: an invocation is not resolved
         --> example.masm:3:12
          |
        3 |     push.2 exec.double if.true neg end
          |            ^^^^^^^^^^^
          |
          = help: this is a mistake in the assembler, not in the source; please report it with the source at https://github.com/miden-vm/miden"]]
    .assert_eq(&errors.to_string());
}

#[test]
fn missing_procedure_is_an_internal_error() {
    let errors = lower_broken(|linked| linked.order.clear());
    expect![[r"
        error: internal error of the assembler: a procedure is used before it is lowered
         --> example.masm:3:12
          |
        3 |     push.2 exec.double if.true neg end
          |            ^^^^^^^^^^^
          |
          = help: this is a mistake in the assembler, not in the source; please report it with the source at https://github.com/miden-vm/miden"]]
    .assert_eq(&errors.to_string());
}

#[test]
fn missing_block_is_an_internal_error() {
    let errors = lower_broken(|linked| {
        program(linked).blocks.remove(0);
    });
    expect![[r"
        error: internal error of the assembler: a block is missing, or has two places
         --> example.masm:3:24
          |
        3 |     push.2 exec.double if.true neg end
          |                        ^^^^^^^
          |
          = help: this is a mistake in the assembler, not in the source; please report it with the source at https://github.com/miden-vm/miden"]]
    .assert_eq(&errors.to_string());
}
