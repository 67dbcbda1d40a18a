//! Any bytes are rejected as a compiled file, or are the encoding of their content and can be used.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Assembler, CompiledLibrary, Source};
use miden_core::{Program, ProgramInputs, hash_bytes};
use miden_processor::ExecutionOptions;

fn load_library(bytes: &[u8]) {
    let Ok(library) = CompiledLibrary::from_bytes(bytes) else { return };
    assert_eq!(library.to_bytes(), bytes);
    let uses: String = library
        .exports()
        .take(10)
        .flat_map(|export| {
            ["exec", "call", "procref"].map(|how| format!("{how}.::{}::{} ", export.module(), export.label()))
        })
        .collect();
    let Ok(assembler) = Assembler::new().with_compiled_library(library) else { return };
    match assembler.assemble(&Source::new("fuzz", format!("begin {uses} end"))) {
        Ok(assembly) => run(&assembly.program),
        Err(errors) => assert!(!errors.render(false).is_empty()),
    }
}

fn run(program: &Program) {
    let options = ExecutionOptions::default().with_max_cycles(10_000);
    let _ = miden_processor::execute(program, &ProgramInputs::default(), &options);
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(program) = Program::from_bytes(bytes) {
        assert_eq!(program.to_bytes(), bytes);
        run(&program);
    }
    load_library(bytes);
    // With a correct digest at the end, without which nearly all inputs would be rejected at once.
    let content = &bytes[..bytes.len().saturating_sub(32)];
    load_library(&[content, &hash_bytes(content).to_bytes()].concat());
});
