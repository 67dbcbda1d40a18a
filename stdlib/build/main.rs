//! Finds the modules of the library, compiles them, and writes both forms for `src/lib.rs`.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::{
    env,
    error::Error,
    ffi::OsStr,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use miden_assembly::{Assembler, Library, Source};

/// The directory of the sources; the path of a file below it gives the path of its module.
const SOURCES: &str = "asm";

const NAME: &str = "std";

/// The path of a module and its source file.
type Module = (String, PathBuf);

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SOURCES}");
    println!("cargo::rerun-if-changed=build");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut modules = Vec::new();
    find(&root.join(SOURCES), &[NAME], &mut modules)?;
    modules.sort();
    fs::write(out.join("modules.rs"), list(&modules)?)?;
    fs::write(out.join("std.masl"), compile(&modules)?)?;
    Ok(())
}

/// Collects the modules in a directory and its subdirectories; `names` leads from the root to it.
fn find(directory: &Path, names: &[&str], modules: &mut Vec<Module>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let file = entry?.path();
        let stem = file.file_stem().and_then(OsStr::to_str).ok_or("a file name is not UTF-8")?;
        let names = [names, &[stem]].concat();
        if file.is_dir() {
            find(&file, &names, modules)?;
        } else if file.extension().is_some_and(|extension| extension == Library::SOURCE_EXTENSION) {
            modules.push((Library::module_path(names), file));
        }
    }
    Ok(())
}

/// Rust source of the list of modules.
fn list(modules: &[Module]) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("&[\n");
    for (path, file) in modules {
        writeln!(text, "    Module {{ path: {path:?}, source: include_str!({file:?}) }},")?;
    }
    text.push(']');
    Ok(text)
}

/// The compiled library in its file format.
fn compile(modules: &[Module]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for (path, file) in modules {
        sources.push((path.clone(), Source::new(file.display().to_string(), fs::read_to_string(file)?)));
    }
    let library = Library::new(NAME, env::var("CARGO_PKG_VERSION")?.parse()?, sources)?;
    // Cargo would show the error in its debug form, which is hard to read.
    let bundle = Assembler::new().bundle(&library).map_err(|errors| errors.to_string());
    let bundle = bundle.unwrap_or_else(|errors| {
        errors.lines().for_each(|line| println!("cargo::error={line}"));
        std::process::exit(1)
    });
    for line in bundle.warnings.to_string().lines() {
        println!("cargo::warning={line}");
    }
    // The crate has the sources as well, and adds them to assemblers.
    Ok(bundle.library.stripped().to_bytes())
}
