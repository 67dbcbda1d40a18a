//! The assembler returns a program or errors. A program survives writing and reading, and runs until it ends, fails or
//! reaches a limit.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Assembler, Source};
use miden_core::{Program, ProgramInputs};
use miden_processor::ExecutionOptions;

/// Assembler with a small kernel.
static ASSEMBLER: LazyLock<Assembler> = LazyLock::new(|| {
    let kernel = Source::new("kernel", "export.k caller dropw push.1 add end");
    Assembler::new().with_kernel(&kernel).unwrap()
});

fuzz_target!(|text: &str| {
    match ASSEMBLER.assemble(&Source::new("fuzz", text)) {
        Ok(assembly) => {
            let bytes = assembly.program.to_bytes();
            let read = Program::from_bytes(&bytes).unwrap();
            assert_eq!(read.digest(), assembly.program.digest());
            let options = ExecutionOptions::default().with_max_cycles(10_000);
            let _ = miden_processor::execute(&read, &ProgramInputs::default(), &options);
        }
        Err(errors) => {
            assert!(!errors.errors().is_empty());
            assert!(!errors.render(true).is_empty());
        }
    }
});
