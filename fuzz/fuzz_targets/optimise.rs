//! Optimized code behaves like plain code: it leaves the same stack, or fails with the same kind of error.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_assembly::{Assembler, Source};
use miden_core::{AdviceInputs, ProgramInputs, StackInputs};
use miden_processor::{ExecutionError, ExecutionOptions, execute};

/// Instructions whose result depends on the length or the digest of the code.
const OBSERVES_CODE: [&str; 4] = ["clk", "procref", "dyn", "caller"];

fuzz_target!(|input: ([u64; 20], &str)| {
    let (stack, text) = input;
    if OBSERVES_CODE.iter().any(|word| text.contains(word)) {
        return;
    }
    let source = Source::new("fuzz", text);
    let optimized = Assembler::new().assemble(&source);
    let plain = Assembler::new().with_optimizations(false).assemble(&source);
    let (Ok(optimized), Ok(plain)) = (optimized, plain) else { return };
    // Many small numbers, so that conditions and u32 operands occur.
    let items = stack.map(|item| if item % 4 == 0 { item / 4 } else { item / 4 % 9 });
    let stack = StackInputs::from_ints(&items).unwrap();
    let advice = AdviceInputs::from_ints(&items).unwrap();
    let inputs = ProgramInputs { stack, advice };
    let options = ExecutionOptions::default().with_max_cycles(20_000);
    let run = |program| match execute(program, &inputs, &options) {
        Ok(execution) => Ok(execution.outputs),
        Err(error) => Err(error),
    };
    match (run(&optimized.program), run(&plain.program)) {
        (Err(ExecutionError::CycleLimit { .. }), _) | (_, Err(ExecutionError::CycleLimit { .. })) => {}
        (Err(optimized), Err(plain)) => assert_eq!(optimized.kind(), plain.kind()),
        (optimized, plain) => assert_eq!(optimized, plain),
    }
});
