//! Deep, long and hostile sources: the assembler handles them in reasonable time and without recursion.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_assembly::{
    Assembler, Assembly, AssemblyErrorKind, Diagnostics, Library, Listing, Source, SyntaxErrorKind, Version,
};
use miden_core::{Kernel, Node, Program};
use proptest::prelude::*;

fn assemble(text: &str) -> Result<Assembly, Diagnostics> {
    Assembler::new().assemble(&Source::new("test", text))
}

#[test]
fn deep_nesting_of_each_kind_assembles() {
    const DEPTH: usize = 100_000;
    for opener in ["if.true", "while.true", "repeat.2", "if.true add else"] {
        let text = format!("begin {} add {} end", format!("{opener} ").repeat(DEPTH), "end ".repeat(DEPTH));
        let assembly = assemble(&text).unwrap();
        assert!(assembly.program.nodes().len() >= 16, "{opener}");
        assert!(Listing::new(&assembly.program).to_string().len() > DEPTH / 100);
    }
}

#[test]
fn unclosed_deep_nesting_is_one_error() {
    let errors = assemble(&format!("begin {}", "if.true ".repeat(100_000))).unwrap_err();
    assert!(
        matches!(errors.errors(), [error] if matches!(error.kind(), AssemblyErrorKind::Syntax(SyntaxErrorKind::UnclosedBlock { .. })))
    );
}

#[test]
fn a_long_repetition_is_expanded_only_in_part() {
    let source = Source::new("test", "begin repeat.84000 push.3 mul add end end");
    let assembler = Assembler::new().with_max_operations(3000);
    assert!(assembler.assemble(&source).unwrap().program.nodes().len() < 100);
}

#[test]
fn nested_repetitions_of_any_length_assemble() {
    let open = "repeat.4294967295 ".repeat(1000);
    let program = assemble(&format!("begin {open} dup.1 add {} end", "end ".repeat(1000))).unwrap().program;
    assert!(program.nodes().len() < 100_000);
}

#[test]
fn repetitions_of_empty_code_are_empty() {
    let text = "begin repeat.4294967295 end repeat.4294967295 exp.1 end repeat.0 add end end";
    assert_eq!(assemble(text).unwrap().program, assemble("begin end").unwrap().program);
}

#[test]
fn many_long_repetitions_assemble() {
    assert!(assemble(&format!("begin {} end", "repeat.400 push.5 add end ".repeat(20_000))).is_ok());
}

#[test]
fn procedures_that_double_each_other_share_their_code() {
    let mut text = "proc.p0 add mul if.true neg end end\n".to_owned();
    for level in 1..1000 {
        text += &format!("proc.p{level} exec.p{0} exec.p{0} end\n", level - 1);
    }
    let program = assemble(&format!("{text} begin exec.p999 end")).unwrap().program;
    assert!(program.nodes().len() < 5000);
}

#[test]
fn repeated_decorators_without_operations_take_little_space() {
    let program = assemble("begin repeat.4294967295 emit.1 end end").unwrap().program;
    assert!(program.nodes().len() < 100);
    assert_eq!(decorators(&program), u32::MAX.into());
    let mut text = "proc.p0 emit.1 end\n".to_owned();
    for level in 1..=40 {
        text += &format!("proc.p{level} exec.p{0} exec.p{0} end\n", level - 1);
    }
    let program = assemble(&format!("{text} begin exec.p40 end")).unwrap().program;
    assert!(program.nodes().len() < 100);
    assert_eq!(decorators(&program), 1 << 40);
}

/// Number of decorators that an execution passes.
fn decorators(program: &Program) -> u64 {
    let mut counts: Vec<u64> = Vec::new();
    for hashed in program.nodes() {
        counts.push(match hashed.node() {
            Node::Block(block) => block.decorators().len() as u64,
            node => node.children().map(|child| counts[child.index()]).sum(),
        });
    }
    counts[program.root().index()]
}

#[test]
fn the_number_of_exports_is_limited() {
    let exports = |count: usize| {
        let text: String = (3..3 + count).map(|i| format!("export.p{i} mul.{i} end ")).collect();
        Assembler::new().with_kernel(&Source::new("kernel", text))
    };
    assert_eq!(exports(Kernel::MAX).unwrap().kernel().procedures().len(), Kernel::MAX);
    let errors = exports(Kernel::MAX + 1).unwrap_err();
    assert!(matches!(errors.errors(), [error] if matches!(error.kind(), AssemblyErrorKind::Kernel(_))));
}

#[test]
fn the_length_of_an_error_message_is_limited() {
    let with = |len: usize| assemble(&format!("begin assert.err=\"{}\" end", "a".repeat(len)));
    assert!(with(255).is_ok());
    let errors = with(256).unwrap_err();
    assert!(errors.to_string().contains("at most 255 bytes, got 256"), "{errors}");
}

#[test]
fn many_calls_of_many_procedures_assemble() {
    let mut text = "proc.p0 add end\n".to_owned();
    for index in 1..20_000 {
        text += &format!("proc.p{index} call.p{0} procref.p{0} dynexec end\n", index - 1);
    }
    let program = assemble(&format!("{text} begin call.p19999 end")).unwrap().program;
    assert!(program.nodes().len() > 20_000);
    assert!(Listing::new(&program).to_string().len() < 10_000_000);
}

#[test]
fn an_excessive_expansion_is_rejected() {
    let text = format!("proc.p {} end begin {} end", "add ".repeat(256), "exec.p ".repeat(1 << 16 | 1));
    let errors = assemble(&text).unwrap_err();
    assert!(matches!(errors.errors()[0].kind(), AssemblyErrorKind::TooManyOperations { max: 0x100_0000 }));
    assert_eq!(errors.errors()[0].source().slice(errors.errors()[0].span()), "exec.p");
}

#[test]
fn the_number_of_procedures_is_limited() {
    let procedures = |count: usize| (0..count).map(|i| format!("proc.p{i} end ")).collect::<String>();
    assert!(assemble(&(procedures(1 << 16) + "begin end")).is_ok());
    let errors = assemble(&(procedures(1 + (1 << 16)) + "begin end")).unwrap_err();
    assert!(matches!(errors.errors()[0].kind(), AssemblyErrorKind::TooManyProcedures { max: 0x1_0000 }));
}

#[test]
fn many_imported_names_take_linear_time() {
    const LEN: usize = 50_000;
    let many = |text: &dyn Fn(usize) -> String| (0..LEN).map(text).collect::<Vec<_>>().join("");
    let modules = [
        ("lib::a", many(&|i| format!("pub const A{i} = {i}\nexport.p{i} end\n"))),
        ("lib::b", many(&|i| format!("pub use {{A{i} as B{i}, p{i} as q{i}}} from lib::a\n"))),
        (
            "lib::c",
            many(&|i| {
                format!("use {{B{i} as C{i}, q{i}}} from lib::b\nexport.r{i} push.C{i} exec.q{i} end\n")
            }),
        ),
        (
            "lib::d",
            many(&|i| {
                format!(
                    "use {{D{i}}} from lib::b\nexport.r{i} push.D{i} end\npub use {{p{i} as q}} from lib::a\n"
                )
            }),
        ),
    ];
    let modules = modules.map(|(path, text)| (path.to_owned(), Source::new(path, text)));
    let library = Library::new("lib", Version::new(1, 0, 0), modules).unwrap();
    let assembler = Assembler::new().with_library(library).unwrap();
    let program =
        |module: &str| Source::new("program", format!("use lib::{module} begin exec.{module}::r9 end"));
    assert_eq!(assembler.assemble(&program("c")).unwrap().warnings.errors().len(), 0);
    assert_eq!(assembler.assemble(&program("d")).unwrap_err().errors().len(), 2 * LEN - 1);
}

#[test]
fn all_errors_are_collected_and_some_are_shown() {
    let errors = assemble(&format!("begin {} end", "ad ".repeat(50_000))).unwrap_err();
    assert_eq!(errors.errors().len(), 50_000);
    let text = errors.to_string();
    assert_eq!(text.matches("unknown instruction").count(), Diagnostics::MAX_SHOWN);
    assert!(text.ends_with("49900 more errors are not shown"), "{text}");
}

/// Words of sources, valid and invalid.
const WORDS: [&str; 54] = [
    "begin",
    "end",
    "proc.a",
    "proc.b.1",
    "export.c",
    "proc",
    "proc.9",
    "use.x::y",
    "if.true",
    "if",
    "else",
    "while.true",
    "while.false",
    "repeat.3",
    "repeat.0",
    "repeat.x",
    "exec.a",
    "exec.b",
    "exec",
    "call.a",
    "syscall.a",
    "procref.b",
    "dynexec",
    "dyncall.1",
    "caller",
    "export.a.2",
    "loc_load.0",
    "loc_storew.1",
    "adv.mem.1.2",
    "adv.keyval",
    "assert.err=\"a b\"",
    "assert.err=\"",
    "push.1.2",
    "push.0x1234",
    "push.",
    "push.0x123456781234567812345678",
    "add",
    "add.1",
    "add.x",
    "exp.u8",
    "exp.u65",
    "exp.9",
    "dup.16",
    "swap.3",
    "movup.1",
    "movup.9",
    "u32split",
    "# c",
    "#! d",
    "\n",
    "\n\n",
    "fi.true",
    "div.0",
    "..",
];

proptest! {
    #[test]
    fn any_words_assemble_or_have_errors_within_the_text(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..60)) {
        let text = words.join(" ");
        if let Err(errors) = assemble(&text) {
            prop_assert!(!errors.errors().is_empty());
            for error in &errors {
                prop_assert!(error.span().start <= error.span().end && error.span().end <= text.len());
            }
            prop_assert!(errors.to_string().contains("error"));
        }
        let kernel = words.iter().filter(|word| **word != "begin").copied().collect::<Vec<_>>().join(" ");
        if let Err(errors) = Assembler::new().with_kernel(&Source::new("kernel", kernel)) {
            prop_assert!(errors.to_string().contains("error"));
        }
    }

    #[test]
    fn any_text_assembles_or_has_errors(text in ".*") {
        for text in [text.clone(), format!("begin {text} end"), format!("proc.{text} end begin exec.{text} end")] {
            if let Err(errors) = assemble(&text) {
                prop_assert!(errors.render(true).contains("error"));
            }
        }
    }

    #[test]
    fn any_bytes_assemble_or_have_errors(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = format!("begin {} ", String::from_utf8_lossy(&bytes));
        prop_assert!(assemble(&text).is_err());
    }
}
