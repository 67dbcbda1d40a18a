//! Keeps the book and the assembler in step: writes the page of instructions, and executes the examples of the
//! language page.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

use expect_test::expect_file;
use miden_assembly::{Assembler, InstructionForm, Source, foreign_instructions, instruction_forms};
use miden_core::{AdviceInputs, ProgramInputs, StackInputs};
use miden_processor::{ExecutionOptions, execute};

mod support;

use support::{Stack, assemble};

fn book() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

const HEAD: &str = "\
# Instructions

This page is written by `assembly/tests/book.rs`; `UPDATE_EXPECT=1` renews it.

Stacks are written with the top on the left; a capital letter is a word of four items.
*Cycles* are the operations that a form takes; where they depend on the parameter, the fewest and the most.
A parameter that has the name of an item stands in its place; `n`, `N` and `i` are numbers.
With `.err=…` an assertion says a number or a text in quotation marks when it fails.
The [page of the language](../user/assembly.md) explains how instructions are put together.
";

const ELSEWHERE: &str = "
## Of other releases only

| Instructions | Instead |
|---|---|
";

/// A failure as a sentence.
fn failures(form: &InstructionForm) -> String {
    let texts: Vec<String> =
        form.failures.iter().map(|failure| format!("{}: {}", failure.kind, failure.when())).collect();
    texts.join("; ")
}

fn row(form: &InstructionForm) -> String {
    let (fewest, most) = (form.cycles.start(), form.cycles.end());
    let cycles = if fewest == most { most.to_string() } else { format!("{fewest}–{most}") };
    let parameter = form.text.strip_prefix(form.name).unwrap();
    let names = [form.name].into_iter().chain(form.aliases.iter().copied());
    let mut forms: Vec<String> = names.map(|name| format!("`{name}{parameter}`")).collect();
    if form.takes_error_code {
        forms.push(format!("`{}.err=…`", form.text));
    }
    format!("| {} | `{}` | {} | {} | {cycles} |", forms.join(", "), form.stack, form.remark, failures(form))
}

#[test]
fn the_page_of_instructions_is_up_to_date() {
    let mut page = HEAD.to_owned();
    let mut chapter = "";
    for form in instruction_forms() {
        if form.chapter != chapter {
            chapter = form.chapter;
            let _ = write!(
                page,
                "\n## {chapter}\n\n| Form | Stack | Remark | Fails | Cycles |\n|---|---|---|---|---|\n"
            );
        }
        let _ = writeln!(page, "{}", row(&form));
    }
    page += ELSEWHERE;
    for foreign in foreign_instructions() {
        let names: Vec<String> = foreign.names.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(page, "| {} | {} |", names.join(", "), foreign.instead);
    }
    expect_file![book().join("generated/instructions.md")].assert_eq(&page);
}

/// An example of a page.
#[derive(Default)]
struct Example {
    text: String,
    /// The kernel block before it.
    kernel: Option<String>,
}

/// The examples of a page: `masm` is a program, `masm,kernel` the kernel of the next one.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut kernel = None;
    let mut block: Option<(&str, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), block.take()) {
            (Some(name), None) => block = Some((name, String::new())),
            (Some(_), Some(("masm", text))) => examples.push(Example { text, kernel: kernel.take() }),
            (Some(_), Some(("masm,kernel", text))) => kernel = Some(text),
            (None, Some((name, text))) => block = Some((name, text + line + "\n")),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    assert_eq!(kernel, None, "a kernel without a program");
    examples
}

impl Example {
    fn run(&self) -> Result<Stack, String> {
        let mut assembler = Assembler::new();
        if let Some(kernel) = &self.kernel {
            let kernel = Source::new("kernel", kernel.as_str());
            assembler = assembler.with_kernel(&kernel).unwrap_or_else(|errors| panic!("{errors}"));
        }
        let source = Source::new("example", self.text.as_str());
        let program = assembler.assemble(&source).unwrap_or_else(|errors| panic!("{errors}")).program;
        let bottom_first: Vec<u64> = numbers(note(&self.text, "before").unwrap_or("[]")).rev().collect();
        let tape: Vec<u64> = numbers(note(&self.text, "tape").unwrap_or("[]")).collect();
        let inputs = ProgramInputs {
            stack: StackInputs::from_ints(&bottom_first).unwrap(),
            advice: AdviceInputs::from_ints(&tape).unwrap(),
        };
        match execute(&program, &inputs, &ExecutionOptions::default()) {
            Ok(execution) => {
                let mut items: Vec<u64> =
                    execution.outputs.items().iter().map(|item| item.as_int()).collect();
                // Outputs are the whole stack, which may be deeper than 16.
                items.truncate(items.iter().rposition(|item| *item != 0).map_or(0, |last| last + 1));
                Ok(Stack::new(items))
            }
            Err(error) => Err(error.kind().to_owned()),
        }
    }
}

/// The text after `# key:` in an example.
fn note<'a>(example: &'a str, key: &str) -> Option<&'a str> {
    let line =
        example.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(':'))?;
    Some(line.trim())
}

/// Parses a list such as `[1, 2]`.
fn numbers(text: &str) -> impl DoubleEndedIterator<Item = u64> {
    let items = text.strip_prefix('[').unwrap().strip_suffix(']').unwrap();
    items.split(',').filter(|item| !item.trim().is_empty()).map(|item| item.trim().parse().unwrap())
}

#[test]
fn examples_do_what_their_comments_say() {
    let page = fs::read_to_string(book().join("user/assembly.md")).unwrap();
    let examples = examples(&page);
    assert!(examples.len() > 5);
    for example in examples {
        let text = example.text.as_str();
        let expected = match (note(text, "after"), note(text, "fails")) {
            (Some(after), None) => Ok(Stack::new(numbers(after))),
            (None, Some(kind)) => Err(kind.to_owned()),
            _ => panic!("needs one of `# after:` and `# fails:`:\n{text}"),
        };
        assert_eq!(example.run(), expected, "{text}");
    }
}

#[test]
fn the_language_page_has_every_chapter() {
    let page = fs::read_to_string(book().join("user/assembly.md")).unwrap();
    let chapters: BTreeSet<&str> = instruction_forms().iter().map(|form| form.chapter).collect();
    for chapter in chapters {
        assert!(page.lines().any(|line| line == format!("## {chapter}")), "{chapter}");
    }
}

#[test]
fn instructions_are_merged_as_the_language_page_says() {
    let page = fs::read_to_string(book().join("user/assembly.md")).unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with("| Written")).skip(2);
    let mut count = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let codes: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let written = codes[0];
        let merged = assemble(codes[codes.len() - 1]);
        assert_eq!(assemble(written).nodes(), merged.nodes(), "{row}");
        let cycles = row.rsplit('|').nth(1).unwrap();
        let (before, after) = cycles.split_once('→').unwrap();
        let single = written.split_whitespace().map(support::cycles).sum::<usize>().to_string();
        assert!(before.split_whitespace().any(|number| number == single), "{row}");
        assert_eq!(after.trim(), support::num_operations(&merged).to_string(), "{row}");
        count += 1;
    }
    assert_eq!(count, 20);
}
