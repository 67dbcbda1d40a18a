use std::collections::BTreeMap;

use miden_assembly::{Assembler, Source};
use miden_core::{AdviceInputs, Digest, Felt, MerkleStore, Program, StackInputs};
use miden_processor::{
    DefaultHost, ExecutionError, ExecutionOptions, Executor, HandlerError, InMemoryAdvice, ProcessState,
};

/// A program with its inputs.
pub(crate) struct Run {
    program: String,
    kernel: Option<String>,
    stack: Vec<u64>,
    tape: Vec<u64>,
    map: BTreeMap<Digest, Vec<Felt>>,
    merkle_store: MerkleStore,
    options: ExecutionOptions,
}

/// End of a run: the final stack, top first, and the remaining advice.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) stack: Vec<u64>,
    pub(crate) advice: InMemoryAdvice,
    /// Events with the top of the stack at each.
    pub(crate) events: Vec<(u32, u64)>,
}

impl Run {
    /// A program from its full text.
    pub(crate) fn program(text: &str) -> Self {
        Self {
            program: text.into(),
            kernel: None,
            stack: Vec::new(),
            tape: Vec::new(),
            map: BTreeMap::new(),
            merkle_store: MerkleStore::new(),
            options: ExecutionOptions::default(),
        }
    }

    /// A program from its body.
    pub(crate) fn body(body: &str) -> Self {
        Self::program(&format!("begin {body} end"))
    }

    pub(crate) fn kernel(mut self, text: &str) -> Self {
        self.kernel = Some(text.into());
        self
    }

    /// The initial stack, top first.
    pub(crate) fn stack(mut self, top_first: impl IntoIterator<Item = u64>) -> Self {
        self.stack = top_first.into_iter().collect();
        self
    }

    pub(crate) fn tape(mut self, tape: impl IntoIterator<Item = u64>) -> Self {
        self.tape = tape.into_iter().collect();
        self
    }

    pub(crate) fn list(mut self, key: [u64; 4], list: &[u64]) -> Self {
        self.map.insert(digest(key), list.iter().copied().map(Felt::new).collect());
        self
    }

    pub(crate) fn merkle_store(mut self, store: MerkleStore) -> Self {
        self.merkle_store = store;
        self
    }

    pub(crate) fn max_cycles(mut self, max: u64) -> Self {
        self.options = self.options.with_max_cycles(max);
        self
    }

    pub(crate) fn assemble(&self) -> Program {
        let mut assembler = Assembler::new();
        if let Some(kernel) = &self.kernel {
            let kernel = Source::new("kernel", kernel.as_str());
            assembler = assembler.with_kernel(&kernel).unwrap_or_else(|errors| panic!("{errors}"));
        }
        let source = Source::new("program", self.program.as_str());
        assembler.assemble(&source).unwrap_or_else(|errors| panic!("{errors}")).program
    }

    /// Executes the program, with handlers for events 1 to 9.
    pub(crate) fn execute(&self) -> Result<End, ExecutionError> {
        let program = self.assemble();
        let stack: Vec<u64> = self.stack.iter().rev().copied().collect();
        let inputs = AdviceInputs::from_ints(&self.tape)
            .unwrap()
            .with_map(self.map.clone())
            .with_merkle_store(self.merkle_store.clone());
        let seen = std::sync::Mutex::new(Vec::new());
        let mut host = DefaultHost::new(InMemoryAdvice::new(inputs, self.options.max_advice).unwrap());
        for event in 1..10 {
            let seen = &seen;
            host.register(event, move |state: &dyn ProcessState, _: &mut _| -> Result<(), HandlerError> {
                seen.lock().unwrap().push((event, state.item(0).as_int()));
                Ok(())
            });
        }
        let stack = StackInputs::from_ints(&stack).unwrap();
        let execution = Executor::new(&program)
            .with_stack(stack)
            .with_host(&mut host)
            .with_options(self.options)
            .execute()?;
        let stack = execution.outputs.items().iter().map(|item| item.as_int()).collect();
        let advice = host.into_advice();
        Ok(End { stack, advice, events: seen.into_inner().unwrap() })
    }

    /// The final stack.
    pub(crate) fn end(&self) -> Vec<u64> {
        self.execute().unwrap_or_else(|error| panic!("{}: {error}", self.program)).stack
    }

    /// Asserts that the final stack is this, top first, up to trailing zeros.
    #[track_caller]
    pub(crate) fn gives(&self, top_first: impl IntoIterator<Item = u64>) {
        let without_zeros = |mut stack: Vec<u64>| {
            let len = stack.iter().rposition(|item| *item != 0).map_or(0, |last| last + 1);
            stack.truncate(len);
            stack
        };
        let expected = without_zeros(top_first.into_iter().collect());
        assert_eq!(without_zeros(self.end()), expected, "{}", self.program);
    }

    /// Asserts that the program fails with an error of this kind.
    #[track_caller]
    pub(crate) fn fails(&self, kind: &str) -> ExecutionError {
        let error = self.execute().map(|end| end.stack).expect_err(&self.program);
        assert_eq!(error.kind(), kind, "{}: {error}", self.program);
        error
    }
}

/// The field modulus.
pub(crate) const P: u64 = <Felt as miden_core::field::StarkField>::MODULUS;

pub(crate) fn digest(elements: [u64; 4]) -> Digest {
    Digest::new(elements.map(Felt::new))
}

/// The items of a word on the stack, top first.
pub(crate) fn items(word: &Digest) -> [u64; 4] {
    let [e0, e1, e2, e3] = word.elements().map(|element| element.as_int());
    [e3, e2, e1, e0]
}

/// The instruction that puts a word on the stack.
pub(crate) fn push(word: &Digest) -> String {
    let [e0, e1, e2, e3] = word.elements().map(|element| element.as_int());
    format!("push.{e0}.{e1}.{e2}.{e3} ")
}
