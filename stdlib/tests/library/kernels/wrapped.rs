//! Executing programs inside the wrapper.

use miden_assembly::{Assembler, Source};
use miden_core::{
    AdviceInputs, Program, StackInputs,
    storage::{wrap, wrapped_digest},
};
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

/// The wrapper, as the book writes it.
fn wrapper() -> &'static str {
    let page = include_str!("../../../../docs/src/design/storage.md");
    let section = page.split("\n## ").find(|section| section.starts_with("Wrapper\n")).unwrap();
    let code = section.split("```masm,ignore\n").nth(1).and_then(|rest| rest.split("```").next());
    code.unwrap()
}

#[test]
fn the_wrapper_in_the_book_is_the_one_that_is_proven() {
    let bodies = ["push.1 drop", "push.7 padw syscall.value_set dropw drop", "call.other", "push.0 assert"];
    for optimizes in [true, false] {
        let assembler = assembler().with_optimizations(optimizes);
        let digest = |text: String| {
            let assembly = assembler.assemble(&Source::new("wrapper", text));
            assembly.unwrap_or_else(|errors| panic!("{errors}")).program.digest()
        };
        for body in bodies {
            let procedures = format!("proc.other push.2 drop end proc.body {body} end");
            let alone = digest(format!("{procedures} begin exec.body end"));
            let wrapped = digest(format!("{procedures} {}", wrapper()));
            assert_eq!(wrapped_digest(&alone), wrapped, "{body}");
        }
    }
}
