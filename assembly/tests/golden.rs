//! Listings of the programs in `ok/`, and rendered errors of the sources in `fail/`. `UPDATE_EXPECT=1` writes the
//! expectations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[path = "support/modules.rs"]
mod modules;

use expect_test::expect_file;
use miden_assembly::{Assembler, AssemblyErrorKind, Diagnostics, Listing, Source};

/// The sources of a folder, by name.
fn sources(folder: &str) -> Vec<(PathBuf, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "masm"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: PathBuf| {
        let source = read(&path);
        (path, source)
    };
    paths.into_iter().map(read).collect()
}

fn read(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    Source::new(name, fs::read_to_string(path).unwrap())
}

/// The assembler for a source, with the kernel next to it if there is one.
fn assembler(path: &Path) -> Assembler {
    let kernel = path.with_extension("kernel");
    match kernel.exists() {
        true => Assembler::new().with_kernel(&read(&kernel)).unwrap_or_else(|errors| panic!("{errors}")),
        false => Assembler::new(),
    }
}

/// Wrong sources with their errors.
fn failures() -> Vec<(PathBuf, Diagnostics)> {
    let programs = sources("fail").into_iter().map(|(path, source)| {
        let errors = assembler(&path).assemble(&source).expect_err(source.name());
        (path, errors)
    });
    let kernels = sources("fail_kernel").into_iter().map(|(path, source)| {
        let errors = Assembler::new().with_kernel(&source).expect_err(source.name());
        (path, errors)
    });
    programs.chain(kernels).chain(modules()).collect()
}

/// Programs of several files, each in its own folder, with their errors or warnings.
fn modules() -> Vec<(PathBuf, Diagnostics)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fail_modules");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    let result = |path: PathBuf| {
        let assembled = modules::assembler(&path)
            .and_then(|assembler| assembler.assemble(&read(&path.join("main.masm"))));
        let found = assembled.map_or_else(|errors| errors, |assembly| assembly.warnings);
        assert!(!found.errors().is_empty(), "{}", path.display());
        (path, found)
    };
    cases.into_iter().map(result).collect()
}

/// Listings in `ok` show the lowering of each instruction, those in `short` the optimized code.
#[test]
fn programs_have_the_expected_listings() {
    for (folder, optimize) in [("ok", false), ("short", true)] {
        for (path, source) in sources(folder) {
            let assembly = assembler(&path).with_optimizations(optimize).assemble(&source);
            let assembly = assembly.unwrap_or_else(|errors| panic!("{errors}"));
            expect_file![path.with_extension("listing")]
                .assert_eq(&Listing::new(&assembly.program).to_string());
        }
    }
}

#[test]
fn errors_are_rendered_as_expected() {
    for (path, errors) in failures() {
        expect_file![path.with_extension("errors")].assert_eq(&format!("{errors}\n"));
    }
}

/// The name of the variant.
fn variant(kind: &AssemblyErrorKind) -> String {
    let text = match kind {
        AssemblyErrorKind::Syntax(kind) => format!("{kind:?}"),
        kind => format!("{kind:?}"),
    };
    text.split([' ', '(']).next().unwrap().to_owned()
}

/// The names of the variants of an enum, given its file.
fn variants(text: &str) -> impl Iterator<Item = &str> {
    let (_, after) = text.split_once("ErrorKind {").unwrap();
    let (variants, _) = after.split_once("\n}").unwrap();
    variants
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split([' ', ',', '(']).next().unwrap())
}

#[test]
fn every_kind_of_error_has_a_source_that_causes_it() {
    let mut caused = BTreeSet::new();
    for (_, errors) in failures() {
        caused.extend(errors.iter().map(|error| variant(error.kind())));
    }
    // `limits.rs` generates sources of this size.
    caused.insert("TooManyProcedures".to_owned());
    caused.insert("TooManyOperations".to_owned());
    caused.insert("Kernel".to_owned());
    // A program with too many nodes needs a source of more than 100 MB.
    caused.insert("Build".to_owned());
    // No source causes it, see `lower/tests.rs`.
    caused.insert("Internal".to_owned());
    // It takes a source of 4 GiB.
    caused.insert("SourceTooLong".to_owned());
    let assembly = variants(include_str!("../src/errors/kind.rs")).filter(|name| *name != "Syntax");
    let syntax = variants(include_str!("../syntax/src/error.rs"));
    let declared: BTreeSet<String> = assembly.chain(syntax).map(str::to_owned).collect();
    assert_eq!(caused, declared);
}

#[test]
fn styled_errors_differ_from_plain_ones_in_colour_only() {
    for (_, errors) in failures() {
        let styled = errors.render(true);
        let mut plain = String::new();
        let mut rest = styled.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain.push_str(rest);
        assert_ne!(styled, plain);
        assert_eq!(plain, errors.render(false));
    }
}
