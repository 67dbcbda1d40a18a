//! Nodes in the encoding of a compiled program, of which a program is made with the right hash: it survives writing and
//! reading, and runs until it ends, fails or reaches a limit; a trace of it says the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_core::{
    AdviceInputs, Digest, Kernel, NodeId, Outcome, Program, ProgramInputs, Reader, StackInputs, Writer,
    program::ProgramBuilder,
};
use miden_processor::{ExecutionOptions, Executor, execute};

/// Cycles, and the other limits too.
const LIMIT: u16 = 2_000;

/// As many nodes as can be read, and no more.
fn read_nodes(encoded: &[u8]) -> Option<(ProgramBuilder, Vec<NodeId>)> {
    (1..=32)
        .map_while(|count| {
            let mut writer = Writer::new();
            writer.count(count);
            writer.bytes(encoded);
            ProgramBuilder::read_nodes(&mut Reader::new(&writer.finish())).ok()
        })
        .last()
        .map(|builder| {
            let nodes = builder.node_ids().collect();
            (builder, nodes)
        })
}

fuzz_target!(|input: (u64, u16, [u64; 20], &[u8])| {
    let (chosen, limit, items, encoded) = input;
    let Some((mut builder, nodes)) = read_nodes(encoded) else { return };

    // 1 ----- a program: the chosen nodes are kernel procedures, and all of them targets of dynamic calls
    let chosen: Vec<NodeId> = nodes
        .iter()
        .copied()
        .zip(0..u64::BITS)
        .filter(|(_, bit)| chosen >> bit & 1 == 1)
        .map(|(id, _)| id)
        .collect();
    let digests: Vec<Digest> = chosen.iter().map(|&id| *builder.node(id).digest()).collect();
    let Ok(kernel) = Kernel::new(digests) else { return };
    // All nodes are reached from the root.
    let Ok(root) = builder.sequence(&nodes) else { return };
    let (program, _) = builder.finish_with(root, &chosen, kernel);
    let bytes = program.to_bytes();
    let read = Program::from_bytes(&bytes).unwrap();
    assert_eq!((read.digest(), read.to_bytes()), (program.digest(), bytes));

    // 2 ----- its execution and its trace; many small items, so that conditions and u32 operands occur
    let items = items.map(|item| if item % 4 == 0 { item / 4 } else { item / 4 % 9 });
    let stack = StackInputs::from_ints(&items).unwrap();
    let inputs = ProgramInputs { stack, advice: AdviceInputs::from_ints(&items).unwrap() };
    let max = usize::from(LIMIT);
    let options = ExecutionOptions::default()
        .with_max_cycles(LIMIT.into())
        .with_cycle_limit((limit < LIMIT).then_some(limit.into()))
        .with_max_memory_words(max)
        .with_max_stack_depth(max)
        .with_max_advice(max);
    let execution = execute(&read, &inputs, &options);
    let trace = Executor::new(&read).with_inputs(inputs).with_options(options).trace();
    match (execution, trace) {
        (Ok(execution), Ok(trace)) => {
            assert_eq!(trace.outcome(), &Outcome::Success);
            assert_eq!((&execution.outputs, execution.cycles), (trace.outputs(), trace.cycles()));
            assert!(execution.cycles <= LIMIT.into());
        }
        (Err(error), Ok(trace)) => assert_eq!(Some(&error), trace.failure()),
        (execution, Err(error)) => assert_eq!(execution.err(), Some(error)),
    }
});
