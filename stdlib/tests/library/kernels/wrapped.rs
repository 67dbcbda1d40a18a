//! Executing programs inside the wrapper.

use miden_assembly::{Assembler, Source};
use miden_core::{AdviceInputs, Program, StackInputs, storage::wrap};
use miden_processor::{DefaultHost, ExecutionError, Executor, InMemoryAdvice};
use miden_stdlib::StdLibrary;

use crate::support::{Word4, felts, reversed};

pub(super) fn assembler() -> Assembler {
    let assembler = StdLibrary::add_to(Assembler::new()).unwrap();
    assembler.with_kernel(&StdLibrary::storage_kernel()).unwrap()
}

pub(super) fn assemble(text: &str) -> Program {
    let assembly = assembler().assemble(&Source::new("body", text));
    assembly.unwrap_or_else(|errors| panic!("{errors}")).program
}

/// The end of a wrapped program.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) root: Word4,
    /// The outputs of the body, top first.
    pub(super) outputs: Vec<u64>,
    pub(super) advice: InMemoryAdvice,
}

/// Executes a wrapped program on a root, with the advice that earlier executions left; inputs top first.
pub(super) fn execute(
    body: &Program,
    root: Word4,
    inputs: &[u64],
    advice: InMemoryAdvice,
) -> Result<Ended, ExecutionError> {
    let program = wrap(body).unwrap();
    let mut stack = [reversed(root).as_slice(), inputs].concat();
    stack.reverse();
    let stack = StackInputs::new(felts(&stack)).unwrap();
    let mut host = DefaultHost::new(advice);
    let execution = Executor::new(&program).with_stack(stack).with_host(&mut host).execute()?;
    let items: Vec<u64> = execution.outputs.items().iter().map(|item| item.as_int()).collect();
    let (root, outputs) = items.split_first_chunk().unwrap();
    Ok(Ended { root: reversed(*root), outputs: outputs.to_vec(), advice: host.into_advice() })
}

pub(super) fn nothing() -> InMemoryAdvice {
    InMemoryAdvice::new(AdviceInputs::default(), 1 << 20).unwrap()
}
