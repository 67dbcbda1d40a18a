//! The library reference of the book: the documentation of the procedures, with their cycles.
//!
//! `UPDATE_EXPECT=1` also updates the cycles that the sources state.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;
use miden_assembly::Export;
use miden_stdlib::{Module, StdLibrary};

use crate::cycles::{CYCLES, Cycles};

/// The line of the documentation that states the cycles of a procedure begins with this.
const KEY: &str = "Cycles: ";

/// The cycles of release 0.3 as its reference states them.
fn release() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("../data/release-0.3.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).collect()
}

fn path(export: &Export<'_>) -> String {
    format!("{}::{}", export.module(), export.label())
}

#[test]
fn every_procedure_is_measured() {
    let library = StdLibrary::compiled().unwrap();
    let exports: BTreeSet<String> = library.exports().map(|export| path(&export)).collect();
    let measured: BTreeSet<String> = CYCLES.keys().cloned().collect();
    assert_eq!(exports, measured);
}

#[test]
fn every_procedure_of_release_0_3_exists() {
    let library = StdLibrary::compiled().unwrap();
    let exports: BTreeSet<String> = library.exports().map(|export| path(&export)).collect();
    let missing: Vec<_> = release().into_keys().filter(|path| !exports.contains(*path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Procedures that take more cycles than those of release 0.3, for the reason that their documentation gives.
const ABOVE: [&str; 2] = ["std::math::secp256k1::u256_mod_add", "std::math::secp256k1::u256_mod_neg"];

/// The release states the cycles of this one without those of its loop.
const WITHOUT_LOOP: &str = "std::sys::truncate_stack";

#[test]
fn no_other_procedure_takes_more_cycles_than_in_release_0_3() {
    let above = release().into_iter().filter_map(|(path, before)| {
        let before: u64 = before.trim_start_matches('~').parse().ok()?;
        let (least, most) = CYCLES[path].samples;
        let here = if path == WITHOUT_LOOP { least } else { most };
        (here > before).then_some(path)
    });
    assert_eq!(above.collect::<Vec<_>>(), ABOVE);
}

#[test]
fn every_procedure_states_its_effect_on_the_stack() {
    for export in StdLibrary::compiled().unwrap().exports() {
        let docs = export.docs().unwrap_or_else(|| panic!("{} has no documentation", path(&export)));
        let stack = docs.lines().find(|line| line.starts_with("Stack: "));
        assert!(stack.is_some_and(|line| line.contains(" → ")), "{}: {stack:?}", path(&export));
    }
}

#[test]
fn sources_state_current_cycles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("asm");
    let mut stale = Vec::new();
    for module in StdLibrary::MODULES {
        let file = module.path.split("::").skip(1).fold(root.clone(), |path, part| path.join(part));
        let text = with_cycles(module, &mut stale);
        if env::var_os("UPDATE_EXPECT").is_some() && text != module.source {
            fs::write(file.with_extension("masm"), text).unwrap();
        }
    }
    assert!(stale.is_empty() || env::var_os("UPDATE_EXPECT").is_some(), "{stale:#?}");
}

/// The source with the current cycles, and the differences.
fn with_cycles(module: &Module, stale: &mut Vec<String>) -> String {
    let mut text: Vec<String> = module.source.lines().map(str::to_owned).collect();
    for (path, cycles) in CYCLES.iter() {
        let label = path.strip_prefix(module.path).and_then(|rest| rest.strip_prefix("::"));
        let Some(label) = label.filter(|label| !label.contains("::")) else { continue };
        let line = cycles_line(&text, label)
            .unwrap_or_else(|| panic!("the documentation of {path} has no line `#! {KEY}…`"));
        // After a semicolon the meaning of the letters is explained, which is not computed.
        let explanation = text[line].split_once(';').map_or("", |(_, explanation)| explanation);
        for letter in cycles.bounds.terms.keys() {
            let docs = text[line..].iter().take_while(|line| line.starts_with("#!"));
            let is_explained = docs.into_iter().any(|line| line.contains(&format!(" {letter} = ")));
            assert!(is_explained, "the cycles of {path} do not say what {letter} is");
        }
        let mut expected = format!("#! {KEY}{}", cycles.line());
        if !explanation.is_empty() {
            write!(expected, ";{explanation}").unwrap();
        }
        if text[line] != expected {
            stale.push(format!("{path}: {expected} instead of {}", text[line]));
            text[line] = expected;
        }
    }
    text.join("\n") + "\n"
}

/// The number of the line that states the cycles of an exported procedure.
fn cycles_line(text: &[String], label: &str) -> Option<usize> {
    let header = text.iter().position(|line| is_header(line, label))?;
    let before = text[..header].iter().rposition(|line| !line.starts_with("#!") && !line.starts_with('@'));
    let mut docs = before.map_or(0, |before| before + 1)..header;
    docs.find(|line| text[*line].starts_with(&format!("#! {KEY}")))
}

/// Whether the exported procedure begins on this line.
fn is_header(line: &str, label: &str) -> bool {
    let rest = line.strip_prefix("export.").or_else(|| line.strip_prefix("pub proc "));
    rest.and_then(|rest| rest.strip_prefix(label))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with(' '))
}

/// Documentation as the page shows it: text, then a list of the lines that begin with a key.
fn rendered(docs: &str, cycles: &Cycles) -> String {
    const KEYS: [&str; 8] = ["Stack", "Result", "Needs", "Fails", "Advice", "Memory", "Cycles", "Rows"];
    let is_item = |line: &&str| line.split_once(": ").is_some_and(|(key, _)| KEYS.contains(&key));
    // The table has the numbers; only letters need the explanation that follows them.
    let hides = |line: &&str| line.starts_with(KEY) && cycles.bounds.terms.is_empty();
    let lines = || docs.lines().filter(|line| !hides(line));
    let mut text = String::new();
    for line in lines().take_while(|line| !is_item(line)) {
        writeln!(text, "{line}").unwrap();
    }
    text.push('\n');
    for line in lines().skip_while(|line| !is_item(line)) {
        match line.split_once(": ").filter(|_| is_item(&line)) {
            Some((key, rest)) => writeln!(text, "- *{key}*: {rest}").unwrap(),
            None => writeln!(text, "  {line}").unwrap(),
        }
    }
    text
}

const INTRODUCTION: &str = "\
# Library reference

This page is generated by `stdlib/tests/library/reference.rs` from the documentation of the sources in `stdlib/asm`; \
`UPDATE_EXPECT=1` updates it.

Stacks are written top first. A procedure consumes its inputs, leaves its results, and leaves the rest of the stack as \
it is.

*Cycles* are those of a single `exec` that succeeds, or of a `syscall` for `std::kernels`, control flow included, and they are proven: a test computes them \
from the shortest and the longest path through the code.
A single number is exact.
In a range such as 7–57, no valid operands take fewer cycles than the first number or more than the second, though \
neither end need be attained.
In a formula such as 44 + 17·s, the letter is a number of iterations, which the section of the procedure defines.
*Measured* are the fewest and the most cycles of sample runs, shown where they do not attain both ends of the range. They \
are typical figures; other operands can exceed them.
*Release 0.3* gives the figures of that release, which do not count control flow.
";

#[test]
fn the_reference_is_up_to_date() {
    let library = StdLibrary::compiled().unwrap();
    let release = release();
    let mut page = String::from(INTRODUCTION);
    for (module, docs) in library.modules() {
        let exports: Vec<_> = library.exports().filter(|export| export.module() == module).collect();
        if exports.is_empty() {
            continue;
        }
        write!(page, "\n## {module}\n\n").unwrap();
        if let Some(docs) = docs {
            writeln!(page, "{}\n", docs.trim()).unwrap();
        }
        page += "| Procedure | Stack | Cycles | Measured | Release 0.3 |\n|---|---|---|---|---|\n";
        for export in &exports {
            let path = path(export);
            let docs = export.docs().unwrap_or_default();
            let stack = docs.lines().find_map(|line| line.strip_prefix("Stack: ")).unwrap_or_default();
            let stack = stack.replace('|', "\\|");
            let measured = CYCLES[&path].measured().unwrap_or_default();
            let before = release.get(path.as_str()).copied().unwrap_or_default().replace('-', "");
            let bounds = &CYCLES[&path].bounds;
            writeln!(page, "| `{}` | {stack} | {bounds} | {measured} | {before} |", export.label()).unwrap();
        }
        for export in &exports {
            let path = path(export);
            write!(page, "\n### {path}\n\n").unwrap();
            page += &rendered(export.docs().unwrap_or_default(), &CYCLES[&path]);
        }
    }
    let book = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src/generated/library.md");
    expect_file![book].assert_eq(&page);
}
