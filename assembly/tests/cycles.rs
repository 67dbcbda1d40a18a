//! Compares the cycles of every instruction with the language reference, and writes the page that shows both.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use expect_test::expect_file;
use miden_assembly::{Assembler, InstructionForm, Source, instruction_forms};
use miden_core::{Node, Program};

mod support;

use support::{
    num_operations,
    reference::{later_releases, release_0_3},
};

/// Forms that take more cycles than the reference states: how many more at most, and why.
const ABOVE: &[(&[&str], usize, &str)] = &[
    (
        &["exp", "exp.uN"],
        2,
        "The reference processes an exponent bit by bit by halving a field element, which has two solutions. \
         Here an exponent of more than 32 bits is split into two halves, at a cost of one or two cycles.",
    ),
    (
        &["u32clz", "u32clo"],
        14,
        "Later releases take the result from advice and check it. \
         Here it is computed from the operand alone, so the prover has no choice.",
    ),
    (&["ext2mul", "ext2inv", "ext2div"], 25, "Later releases have a native operation for the product."),
];

/// Number of cycles by which a form may exceed the reference.
fn allowance(form: &InstructionForm) -> usize {
    let row = ABOVE.iter().find(|(forms, ..)| forms.contains(&form.text.as_str()));
    row.map_or(0, |(_, allowance, _)| *allowance)
}

/// A program around an instruction: in a procedure with locals, or in a kernel, where the instruction needs it.
fn program(instruction: &str, optimize: bool) -> Program {
    let mut assembler = Assembler::new().with_optimizations(optimize);
    // An empty block would hold a no-op.
    let mut text = format!("begin nop {instruction} end");
    if instruction.starts_with("loc") {
        text = format!("proc.foo.1 {instruction} end begin exec.foo end");
    }
    if instruction == "caller" {
        assembler = assembler.with_kernel(&Source::new("kernel", "export.foo caller end")).unwrap();
        text = "begin syscall.foo end".to_owned();
    }
    let assembly = assembler.assemble(&Source::new("test", text));
    assembly.unwrap_or_else(|errors| panic!("{errors}")).program
}

/// Cycles of an instruction, without the 4 that reserve and release locals.
fn cycles(instruction: &str, optimize: bool) -> usize {
    let around = match instruction {
        "caller" => 0,
        _ if instruction.starts_with("loc") => 4,
        _ => 1,
    };
    let program = program(instruction, optimize);
    // Without branches and loops, the number of operations is the number of cycles.
    let is_straight = |node: &Node| !matches!(node, Node::Split(..) | Node::Loop(_));
    assert!(program.nodes().iter().all(|hashed| is_straight(hashed.node())), "{instruction}");
    num_operations(&program) - around
}

/// Whether an instruction has this form.
fn has_form(form: &InstructionForm, instruction: &str) -> bool {
    let names = form.aliases.iter().chain([&form.name]);
    let mut parameters = names.filter_map(|name| instruction.strip_prefix(name));
    parameters.any(|parameter| {
        let has_bits = parameter.starts_with(".u");
        let is_code = parameter.starts_with(".err=");
        match form.text.strip_prefix(form.name).unwrap() {
            "" => parameter.is_empty() || is_code,
            ".uN" => has_bits,
            _ => parameter.starts_with('.') && !has_bits && !is_code,
        }
    })
}

/// The instructions of the reference by their forms, with its cycles.
fn by_form(reference: &[(String, usize)]) -> Vec<(InstructionForm, Vec<&(String, usize)>)> {
    let forms = instruction_forms().into_iter().map(|form| {
        let rows = reference.iter().filter(|(instruction, _)| has_form(&form, instruction)).collect();
        (form, rows)
    });
    forms.filter(|(_, rows): &(_, Vec<_>)| !rows.is_empty()).collect()
}

#[test]
fn every_row_of_the_reference_has_a_form() {
    for reference in [release_0_3(), later_releases()] {
        let by_form = by_form(&reference);
        let rows: BTreeSet<&str> =
            by_form.iter().flat_map(|(_, rows)| rows.iter().map(|row| &*row.0)).collect();
        let missing: Vec<_> = reference.iter().filter(|(text, _)| !rows.contains(text.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

/// The reference covers every instruction of release 0.3.
#[test]
fn the_reference_is_complete() {
    #[rustfmt::skip]
    let names = [
        "assert", "assertz", "assert_eq", "add", "sub", "mul", "div", "neg", "inv", "pow2", "exp", "not", "and", "or",
        "xor", "eq", "neq", "lt", "lte", "gt", "gte", "eqw",
        "u32test", "u32testw", "u32assert", "u32assertw", "u32cast", "u32split",
        "u32wrapping_add3", "u32overflowing_add3", "u32wrapping_madd", "u32overflowing_madd",
        "u32checked_and", "u32checked_or", "u32checked_xor", "u32checked_not", "u32checked_eq", "u32checked_neq",
        "drop", "dropw", "padw", "dup", "dupw", "swap", "swapw", "swapdw", "movup", "movdn", "movupw", "movdnw",
        "cswap", "cswapw", "cdrop", "cdropw",
        "push", "sdepth", "locaddr", "caller", "mem_load", "mem_loadw", "mem_store", "mem_storew", "mem_stream",
        "loc_load", "loc_loadw", "loc_store", "loc_storew", "adv_push", "adv_loadw", "adv_pipe",
        "adv.u64div", "adv.keyval", "adv.mem", "rpperm", "rphash", "mtree_get", "mtree_set", "mtree_cwm",
    ];
    let families = ["checked", "wrapping", "overflowing"].map(|kind| (kind, &["add", "sub", "mul"][..]));
    const BOTH: &[&str] =
        &["div", "mod", "divmod", "shl", "shr", "rotl", "rotr", "lt", "lte", "gt", "gte", "min", "max"];
    let families = families.into_iter().chain([("checked", BOTH), ("unchecked", BOTH)]);
    let family = |(kind, operations): (&'static str, &'static [&'static str])| {
        operations.iter().map(move |operation| format!("u32{kind}_{operation}"))
    };
    let names: BTreeSet<String> =
        names.into_iter().map(str::to_owned).chain(families.flat_map(family)).collect();
    assert_eq!(names.len(), 113);
    let rows = release_0_3();
    for name in names {
        let with_parameter = format!("{name}.");
        assert!(rows.iter().any(|(text, _)| *text == name || text.starts_with(&with_parameter)), "{name}");
    }
}

#[test]
fn no_instruction_takes_more_cycles_than_the_reference() {
    for reference in [release_0_3(), later_releases()] {
        for (form, rows) in by_form(&reference) {
            for (instruction, reference) in rows {
                let written = cycles(instruction, false);
                let most = reference + allowance(&form);
                assert!(written <= most, "{instruction} takes {written} cycles, at most {most} are allowed");
                assert!(cycles(instruction, true) <= written, "{instruction}");
            }
        }
    }
}

#[test]
fn allowances_are_tight() {
    let reference = [release_0_3(), later_releases()].concat();
    for (forms, allowance, _) in ABOVE {
        let by_form = by_form(&reference);
        let rows = by_form.iter().filter(|(form, _)| forms.contains(&form.text.as_str()));
        let most = rows
            .flat_map(|(_, rows)| rows)
            .map(|(text, cycles)| self::cycles(text, true).saturating_sub(*cycles));
        assert_eq!(most.max(), Some(*allowance), "{forms:?}");
    }
}

#[test]
fn injectors_events_and_debug_commands_take_no_cycles() {
    let free = |form: &InstructionForm| {
        form.name.starts_with("adv.") || form.name == "emit" || form.chapter == "Debugging"
    };
    let mut count = 0;
    for form in instruction_forms().into_iter().filter(free) {
        assert_eq!(form.cycles, 0..=0, "{}", form.text);
        count += 1;
    }
    assert!(count > 10);
    assert_eq!(cycles("add adv.keyval emit.1 mul adv.mem.0.1", true), 2);
}

#[test]
fn digests_of_procedures_take_four_cycles() {
    let source = Source::new("test", "proc.foo add end begin procref.foo end");
    let program = Assembler::new().assemble(&source).unwrap().program;
    // One is the procedure's own operation.
    assert_eq!(num_operations(&program), 4 + 1);
}

const HEAD: &str = "\
# Cycles compared with release 0.3

This page is generated by `assembly/tests/cycles.rs`; `UPDATE_EXPECT=1` updates it.

The columns give the cycles of an instruction in the language reference of release 0.3 and in this assembler.
The figures of this assembler are exact: they count operations of code that never branches, whatever is on the stack.
A range spans the parameters that the reference lists.
The figures apply to single instructions: the assembler may shorten adjacent ones, see
[Shorter code](../user/assembly.md#shorter-code).
";

const LATER: &str = "
## Later releases

Instructions added by later releases, where those state cycles.

| Form | Reference | Here |
|---|---|---|
";

/// The rows of a table.
fn table(page: &mut String, forms: &[(InstructionForm, Vec<&(String, usize)>)]) {
    let range = |numbers: &[usize]| match (numbers.iter().min().unwrap(), numbers.iter().max().unwrap()) {
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min}–{max}"),
    };
    for (form, rows) in forms {
        let reference: Vec<usize> = rows.iter().map(|(_, cycles)| *cycles).collect();
        let ours: Vec<usize> = rows.iter().map(|(instruction, _)| cycles(instruction, false)).collect();
        let note = ABOVE.iter().position(|(forms, ..)| forms.contains(&form.text.as_str()));
        let note = note.map_or(String::new(), |index| format!(" ({})", index + 1));
        let _ = writeln!(page, "| `{}` | {} | {}{note} |", form.text, range(&reference), range(&ours));
    }
}

#[test]
fn the_page_of_cycles_is_up_to_date() {
    let mut page = HEAD.to_owned();
    let (reference, later) = (release_0_3(), later_releases());
    let forms = by_form(&reference);
    for chapter in forms.chunk_by(|(a, _), (b, _)| a.chapter == b.chapter) {
        let _ =
            write!(page, "\n## {}\n\n| Form | Release 0.3 | Here |\n|---|---|---|\n", chapter[0].0.chapter);
        table(&mut page, chapter);
    }
    page += LATER;
    table(&mut page, &by_form(&later));
    page += "\n## More cycles than the reference\n\n";
    for (number, (_, _, reason)) in (1..).zip(ABOVE) {
        let _ = writeln!(page, "{number}. {reason}");
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src/generated/cycles.md");
    expect_file![path].assert_eq(&page);
}
