//! The library reference of the book, which consists of the documentation of the procedures, and their cycles.
//!
//! With `UPDATE_EXPECT=1` the cycles that the sources state are renewed too.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;
use miden_assembly::Export;
use miden_stdlib::StdLibrary;

use crate::measured;

/// What begins the line of the documentation that says how many cycles a procedure takes.
const CYCLES: &str = "Cycles: ";

/// The fewest and the most cycles of each procedure, over the runs that are measured.
fn cycles() -> BTreeMap<String, (u64, u64)> {
    let mut cycles = BTreeMap::new();
    for run in measured() {
        let count = run.cycles();
        let (least, most) = cycles.entry(run.path().to_owned()).or_insert((count, count));
        (*least, *most) = (count.min(*least), count.max(*most));
    }
    cycles
}

fn range((least, most): (u64, u64)) -> String {
    if least == most { least.to_string() } else { format!("{least}–{most}") }
}

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
    let measured: BTreeSet<String> = cycles().into_keys().collect();
    assert_eq!(exports, measured);
}

#[test]
fn every_procedure_of_release_0_3_is_there() {
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
    let all = cycles();
    let above = release().into_iter().filter_map(|(path, before)| {
        let before: u64 = before.trim_start_matches('~').parse().ok()?;
        let (least, most) = all[path];
        let here = if path == WITHOUT_LOOP { least } else { most };
        (here > before).then_some(path)
    });
    assert_eq!(above.collect::<Vec<_>>(), ABOVE);
}

#[test]
fn every_procedure_says_what_it_does_to_the_stack() {
    for export in StdLibrary::compiled().unwrap().exports() {
        let docs = export.docs().unwrap_or_else(|| panic!("{} has no documentation", path(&export)));
        let stack = docs.lines().find(|line| line.starts_with("Stack: "));
        assert!(stack.is_some_and(|line| line.contains(" → ")), "{}: {stack:?}", path(&export));
    }
}

#[test]
fn the_cycles_in_the_sources_are_those_measured() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("asm");
    let mut stale = Vec::new();
    let all = cycles();
    for module in StdLibrary::MODULES {
        let file = module.path.split("::").skip(1).fold(root.clone(), |path, part| path.join(part));
        let file = file.with_extension("masm");
        let mut text: Vec<String> = module.source.lines().map(str::to_owned).collect();
        for (path, count) in &all {
            let Some(label) = path
                .strip_prefix(module.path)
                .and_then(|rest| rest.strip_prefix("::"))
                .filter(|label| !label.contains("::"))
            else {
                continue;
            };
            let header = text.iter().position(|line| is_header(line, label));
            let line = header.and_then(|header| {
                let docs =
                    text[..header].iter().rposition(|line| !line.starts_with("#!") && !line.starts_with('@'));
                (docs.map_or(0, |before| before + 1)..header)
                    .find(|line| text[*line].starts_with(&format!("#! {CYCLES}")))
            });
            let Some(line) = line else {
                panic!("the documentation of {path} has no line `#! {CYCLES}…`");
            };
            let expected = format!("#! {CYCLES}{}", range(*count));
            if text[line] != expected {
                stale.push(format!("{path}: {} in the place of {}", expected, text[line]));
                text[line] = expected;
            }
        }
        if env::var_os("UPDATE_EXPECT").is_some() {
            let text = text.join("\n") + "\n";
            if text != module.source {
                fs::write(&file, text).unwrap();
            }
        }
    }
    assert!(stale.is_empty() || env::var_os("UPDATE_EXPECT").is_some(), "{stale:#?}");
}

/// Whether a line begins the exported procedure.
fn is_header(line: &str, label: &str) -> bool {
    let rest = line.strip_prefix("export.").or_else(|| line.strip_prefix("pub proc "));
    rest.and_then(|rest| rest.strip_prefix(label))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with(' '))
}

/// Documentation as the page shows it: text, then a list of what begins with a key.
fn rendered(docs: &str) -> String {
    const KEYS: [&str; 6] = ["Stack", "Result", "Needs", "Fails", "Advice", "Memory"];
    let is_item = |line: &&str| line.split_once(": ").is_some_and(|(key, _)| KEYS.contains(&key));
    let lines = || docs.lines().filter(|line| !line.starts_with(CYCLES));
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

#[test]
fn the_reference_is_that_of_the_sources() {
    let library = StdLibrary::compiled().unwrap();
    let (all, release) = (cycles(), release());
    let mut page = String::from(
        "# Library reference\n\n\
         This page is written by `stdlib/tests/library/reference.rs` from the documentation of the sources in \
         `stdlib/asm`; `UPDATE_EXPECT=1` renews it.\n\n\
         Stacks are written top first. A procedure consumes its inputs, leaves its results, and leaves the rest of the \
         stack as it is. *Cycles* are those of a call by `exec` that stands alone, control flow included; *release 0.3* \
         counts without control flow.\n",
    );
    for (module, docs) in library.modules() {
        let exports: Vec<_> = library.exports().filter(|export| export.module() == module).collect();
        if exports.is_empty() {
            continue;
        }
        write!(page, "\n## {module}\n\n").unwrap();
        if let Some(docs) = docs {
            writeln!(page, "{}\n", docs.trim()).unwrap();
        }
        page += "| Procedure | Stack | Cycles | Release 0.3 |\n|---|---|---|---|\n";
        for export in &exports {
            let path = path(export);
            let docs = export.docs().unwrap_or_default();
            let stack = docs.lines().find_map(|line| line.strip_prefix("Stack: ")).unwrap_or_default();
            let cycles = all.get(&path).map_or_else(String::new, |count| range(*count));
            let before = release.get(path.as_str()).copied().unwrap_or_default().replace('-', "");
            writeln!(page, "| `{}` | {} | {cycles} | {before} |", export.label(), stack.replace('|', "\\|"))
                .unwrap();
        }
        for export in &exports {
            write!(page, "\n### {}\n\n", path(export)).unwrap();
            page += &rendered(export.docs().unwrap_or_default());
        }
    }
    let book = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src/generated/library.md");
    expect_file![book].assert_eq(&page);
}
