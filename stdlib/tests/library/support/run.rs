use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::{Arc, LazyLock, Mutex},
};

use miden_air::inspect::check;
use miden_assembly::{Assembler, Source};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Program, StackInputs, field::StarkField, trace::chiplets,
};
use miden_processor::{CycleObserver, ExecutionError, ExecutionTrace, Executor, InMemoryAdvice};
use miden_stdlib::StdLibrary;

use super::host::{Advice, Lie, TestHost};

/// Marks around the procedure under test.
pub(crate) mod event {
    pub(crate) const START: u32 = 1;
    pub(crate) const END: u32 = 2;
}

/// Procedures of this module are invoked by system calls.
pub(crate) const KERNEL_MODULE: &str = "std::kernels::storage::";

/// Items below the operands, which a procedure must not change.
const BELOW: [u64; 20] = {
    let mut items = [0; 20];
    let mut i = 0;
    while i < items.len() {
        items[i] = 0xBE10_0000_0000_0000 + i as u64;
        i += 1;
    }
    items
};

/// Rows of a permutation.
pub(crate) const PERMUTATION: usize = 8;

/// Maximum number of elements of advice in a test.
const ADVICE_LIMIT: usize = 1 << 22;

/// A call of a procedure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    path: String,
    stack: Vec<u64>,
    memory: Vec<(u32, [u64; 4])>,
    tape: Vec<u64>,
    map: BTreeMap<Digest, Vec<Felt>>,
    store: MerkleStore,
    watched: Vec<u32>,
    is_alone: bool,
}

/// The state after a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The stack above the items below the operands, top first.
    pub(crate) stack: Vec<u64>,
    /// The words at the watched addresses, element 0 first.
    pub(crate) memory: Vec<[u64; 4]>,
}

/// The result and the statistics of a run.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) ended: Ended,
    pub(super) cycles: u64,
    /// Number of tape elements, and of Merkle nodes or paths, that the procedure requested.
    pub(super) elements: usize,
    pub(super) merkle: usize,
    pub(super) levels: usize,
}

pub(crate) fn felt(value: u64) -> Felt {
    assert!(value < Felt::MODULUS, "{value} is not a field element");
    Felt::new(value)
}

pub(crate) fn felts(values: &[u64]) -> Vec<Felt> {
    values.iter().map(|value| felt(*value)).collect()
}

impl Run {
    /// A call of the procedure at `path`, such as `std::math::u64::wrapping_add`.
    pub(crate) fn of(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Then calls another procedure on the results of this one.
    pub(crate) fn then(mut self, path: &str) -> Self {
        self.path = format!("{} exec.::{path}", self.path);
        self
    }

    /// Adds operands below the present ones; the first one is on top.
    pub(crate) fn stack<T: Into<u64>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.stack.extend(items.into_iter().map(Into::into));
        self
    }

    /// Stores words in memory from an address on, element 0 first.
    pub(crate) fn memory(mut self, address: u32, words: impl IntoIterator<Item = [u64; 4]>) -> Self {
        self.memory.extend((0..).zip(words).map(|(offset, word)| (address + offset, word)));
        self
    }

    /// Appends values to the tape.
    pub(crate) fn tape<T: Into<u64>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.tape.extend(values.into_iter().map(Into::into));
        self
    }

    /// Adds a list to the advice map.
    pub(crate) fn map(mut self, key: impl Into<Digest>, list: impl IntoIterator<Item = u64>) -> Self {
        self.map.insert(key.into(), list.into_iter().map(felt).collect());
        self
    }

    /// Sets the Merkle store.
    pub(crate) fn store(mut self, store: MerkleStore) -> Self {
        self.store = store;
        self
    }

    /// Puts nothing below the operands, so that the result is the complete final stack.
    pub(crate) const fn alone(mut self) -> Self {
        self.is_alone = true;
        self
    }

    /// Records these words of memory at the end.
    pub(crate) fn watch(mut self, addresses: Range<u32>) -> Self {
        self.watched.extend(addresses);
        self
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Executes the procedure, and checks that the items below its operands are unchanged.
    pub(crate) fn execute(&self) -> Result<Ended, ExecutionError> {
        self.report(None).map(|report| report.ended)
    }

    /// Executes the procedure with a host that begins with these answers.
    pub(crate) fn told(&self, script: &[u64]) -> Result<Ended, ExecutionError> {
        self.report(Some(Lie::Script(felts(script)))).map(|report| report.ended)
    }

    /// Checks the stack that the procedure leaves, top first.
    #[track_caller]
    pub(crate) fn gives<T: Into<u64>>(&self, expected: impl IntoIterator<Item = T>) {
        let expected: Vec<u64> = expected.into_iter().map(Into::into).collect();
        match self.execute() {
            Ok(ended) => assert_eq!(ended.stack, expected, "{} of {:?}", self.path, self.stack),
            Err(error) => panic!("{} of {:?}: {error}", self.path, self.stack),
        }
    }

    /// Checks that the procedure fails with the fault of this name, such as `FailedAssertion`.
    #[track_caller]
    pub(crate) fn fails(&self, kind: &str) {
        match self.execute() {
            Ok(ended) => panic!("{} of {:?} gives {:?}", self.path, self.stack, ended.stack),
            Err(error) => assert_eq!(error.kind(), kind, "{} of {:?}: {error}", self.path, self.stack),
        }
    }

    /// Number of cycles of the procedure, control flow included.
    pub(crate) fn cycles(&self) -> u64 {
        match self.report(None) {
            Ok(report) => report.cycles,
            Err(error) => panic!("{}: {error}", self.path),
        }
    }

    /// The operand at this position, 0 being the top of the stack.
    pub(crate) fn operand(&self, position: usize) -> u64 {
        self.stack[position]
    }

    /// Number of operands.
    pub(crate) fn depth(&self) -> u64 {
        self.stack.len() as u64
    }

    /// The word that memory has at this address at first.
    pub(crate) fn memory_at(&self, address: u64) -> Option<[u64; 4]> {
        let word = self.memory.iter().find(|(other, _)| u64::from(*other) == address);
        word.map(|(_, word)| *word)
    }

    /// The lists in the advice map.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &[Felt]> {
        self.map.values().map(Vec::as_slice)
    }

    /// The initial stack and the host.
    fn surroundings(&self, lie: Option<Lie>) -> (StackInputs, TestHost) {
        let stack: Vec<u64> = self.stack.iter().chain(self.below()).rev().copied().collect();
        let stack = StackInputs::from_ints(&stack).unwrap();
        let memory =
            self.memory.iter().flat_map(|(address, word)| word.iter().copied().chain([u64::from(*address)]));
        let tape: Vec<u64> = memory.chain(self.tape.iter().copied()).collect();
        let advice = AdviceInputs::from_ints(&tape).unwrap();
        let advice = advice.with_map(self.map.clone()).with_merkle_store(self.store.clone());
        let advice = Advice::new(InMemoryAdvice::new(advice, ADVICE_LIMIT).unwrap(), lie);
        (stack, TestHost::new(advice, self.watched.clone()))
    }

    /// Shows the run to an observer.
    pub(crate) fn observe(&self, observer: &mut impl CycleObserver) {
        let (stack, mut host) = self.surroundings(None);
        let program = self.program();
        let executor = Executor::new(&program).with_stack(stack).with_host(&mut host);
        let execution = executor.with_observer(observer).execute();
        execution.unwrap_or_else(|error| panic!("{}: {error}", self.path));
    }

    const fn below(&self) -> &'static [u64] {
        if self.is_alone { &[] } else { &BELOW }
    }

    fn trace(&self, program: &Program) -> (StackInputs, ExecutionTrace) {
        let (stack, mut host) = self.surroundings(None);
        let trace = Executor::new(program).with_stack(stack.clone()).with_host(&mut host).trace();
        (stack, trace.unwrap_or_else(|error| panic!("{}: {error}", self.path)))
    }

    /// Rows of the hasher for the permutations that the procedure requests, without those of nodes of the program.
    pub(crate) fn hasher_rows(&self) -> usize {
        let (_, trace) = self.trace(&self.program());
        let capacity = trace.column(chiplets::X.start());
        let inputs = capacity.take(trace.part_rows().hasher).step_by(PERMUTATION);
        // The capacity of a node is its opcode.
        PERMUTATION * inputs.filter(|element| *element == Felt::new(8)).count()
    }

    /// Records the trace and checks every row; describes the first violated constraint.
    pub(crate) fn violation(&self) -> Option<String> {
        let program = self.program();
        let (stack, trace) = self.trace(&program);
        let violations = check(&trace.to_columns(), &trace.statement(&program, &stack));
        violations.first().map(|violation| format!("{}: {violation}", self.path))
    }

    pub(super) fn report(&self, lie: Option<Lie>) -> Result<Report, ExecutionError> {
        let (stack, mut host) = self.surroundings(lie);
        let program = self.program();
        let execution = Executor::new(&program).with_stack(stack).with_host(&mut host).execute()?;
        let items: Vec<u64> = execution.outputs.items().iter().map(|item| item.as_int()).collect();
        let Some(results) = items.strip_suffix(self.below()) else {
            panic!("{} of {:?} changes what is below its operands: {items:?}", self.path, self.stack);
        };
        let memory = host.memory.iter().map(|word| word.map(|element| element.as_int())).collect();
        Ok(Report {
            ended: Ended { stack: results.to_vec(), memory },
            cycles: host.cycles,
            elements: host.advice.elements,
            merkle: host.advice.merkle.get(),
            levels: host.advice.levels.get(),
        })
    }

    /// A program that fills the memory from the tape and executes the procedure between two marks, in a branch of its
    /// own, so that its cycles do not depend on the code around it.
    pub(crate) fn program(&self) -> Arc<Program> {
        static ASSEMBLER: LazyLock<Assembler> =
            LazyLock::new(|| StdLibrary::add_to(Assembler::new()).unwrap());
        static KERNEL: LazyLock<Assembler> =
            LazyLock::new(|| ASSEMBLER.clone().with_kernel(&StdLibrary::storage_kernel()).unwrap());
        static PROGRAMS: LazyLock<Mutex<HashMap<String, Arc<Program>>>> = LazyLock::new(Mutex::default);
        let Self { path, memory, .. } = self;
        let fill = match memory.len() {
            0 => String::new(),
            count => format!("repeat.{count} padw adv_loadw adv_push.1 mem_storew dropw end"),
        };
        let (assembler, invocation) = match path.strip_prefix(KERNEL_MODULE) {
            Some(name) => (&KERNEL, format!("syscall.{name}")),
            None => (&ASSEMBLER, format!("exec.::{path}")),
        };
        let text = format!(
            "begin {fill} push.1 if.true emit.{} {invocation} emit.{} end end",
            event::START,
            event::END
        );
        let mut programs = PROGRAMS.lock().unwrap();
        let program = programs.entry(text).or_insert_with_key(|text| {
            let assembly = assembler.assemble(&Source::new("test", text.clone()));
            Arc::new(assembly.unwrap_or_else(|errors| panic!("{errors}")).program)
        });
        Arc::clone(program)
    }
}
