//! Libraries and kernels from the files of a folder.

use std::{fs, path::Path};

use miden_assembly::{Assembler, Diagnostics, Library, Source, Version};

/// An assembler with the libraries of a folder, each a folder of its name, and the kernel `kernel.masm`. A folder
/// `name.compiled` becomes a compiled library, with the kernel `library_kernel.masm`.
pub(crate) fn assembler(folder: &Path) -> Result<Assembler, Diagnostics> {
    let mut libraries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    libraries.retain(|path| path.is_dir());
    libraries.sort();
    let assembler = libraries.iter().fold(Assembler::new(), |assembler, path| {
        let with_library = match path.extension() {
            Some(_) => {
                let kernel = folder.join("library_kernel.masm");
                let kernel = Source::new("library_kernel.masm", fs::read_to_string(kernel).unwrap());
                let compiler =
                    Assembler::new().with_kernel(&kernel).unwrap_or_else(|errors| panic!("{errors}"));
                assembler.with_compiled_library(compiler.bundle(&library(path)).unwrap().library)
            }
            None => assembler.with_library(library(path)),
        };
        with_library.unwrap_or_else(|error| panic!("{error}"))
    });
    let kernel = folder.join("kernel.masm");
    if !kernel.exists() {
        return Ok(assembler);
    }
    assembler.with_kernel(&Source::new("kernel.masm", fs::read_to_string(kernel).unwrap()))
}

/// The modules of a folder: `a/b.masm` is `name::a::b`, and `a/mod.masm` is `name::a`.
pub(crate) fn library(folder: &Path) -> Library {
    let name = folder.file_stem().unwrap().to_str().unwrap();
    let mut modules = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), name.to_owned())];
    while let Some((folder, path)) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            let stem = file.file_stem().unwrap().to_str().unwrap();
            let below = if stem == "mod" { path.clone() } else { format!("{path}::{stem}") };
            if file.is_dir() {
                folders.push((file, below));
            } else {
                let source = Source::new(format!("{below}.masm"), fs::read_to_string(&file).unwrap());
                modules.push((below, source));
            }
        }
    }
    Library::new(name, Version::new(1, 0, 0), modules).unwrap_or_else(|error| panic!("{error}"))
}
