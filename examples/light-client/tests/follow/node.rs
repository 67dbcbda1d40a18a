//! The other side: a node that has the state, executes programs on it and proves them.

use miden_assembly::{Assembler, Source};
use miden_core::{
    Digest, Felt, Kernel, Program, StackInputs, Word, hash_bytes,
    storage::{EMPTY, Mode, entry_key, wrap, wrapped_inputs},
};
use miden_prover::{ParameterSet, Prover, ProverOptions};
use miden_stdlib::StdLibrary;
use miden_storage::{
    Cause, LogEntry, MemoryStorage, Run, StorageBackend, StorageHost, StorageReader, Writes, prove_entry,
};
use miden_verifier::Transition;

/// A transition with its proof, as a client gets it.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) run: Run,
    pub(crate) before: Digest,
    pub(crate) after: Digest,
    pub(crate) proof: Vec<u8>,
}

impl Update {
    pub(crate) fn transition(&self) -> Transition<'_> {
        let Self { run, before, after, .. } = self;
        Transition {
            program: run.program,
            root_before: *before,
            inputs: &run.inputs,
            root_after: *after,
            outputs: &run.outputs,
            cycle_limit: run.cycle_limit,
        }
    }
}

/// The storage kernel.
pub(crate) fn kernel() -> Source {
    StdLibrary::storage_kernel()
}

pub(crate) fn assemble(kernel: &Source, text: &str) -> Program {
    let assembler = StdLibrary::add_to(Assembler::new()).unwrap().with_kernel(kernel).unwrap();
    assembler.assemble(&Source::new("program", text)).unwrap_or_else(|errors| panic!("{errors}")).program
}

pub(crate) fn word(elements: [u64; 4]) -> Word {
    elements.map(Felt::new)
}

/// The key of an entry in the slot with a name, as in the sources of the examples.
pub(crate) fn key(program: &Program, mode: Mode, slot: &str, key: Word) -> Word {
    let [slot, ..] = *hash_bytes(slot.as_bytes()).elements();
    entry_key(&program.digest(), mode, Felt::new(slot.as_int() & u64::from(u32::MAX)), &key)
}

/// Executes and proves a program on the current state; returns its changes too.
fn prove(storage: &MemoryStorage, program: &Program, inputs: &[Felt]) -> (Update, Option<Writes>) {
    let mut host = StorageHost::new(storage.reader().unwrap(), Default::default(), 1 << 16).unwrap();
    let before = host.version().root;
    let stack = wrapped_inputs(&StackInputs::new(inputs.to_vec()).unwrap(), &before).unwrap();
    let wrapped = wrap(program).unwrap();
    let options = ProverOptions::new(ParameterSet::default()).with_hiding(false);
    let prover = Prover::new(&wrapped).with_stack(stack).with_host(&mut host).with_options(options);
    let proof = prover.prove().unwrap();
    assert!(proof.failure().is_none(), "{:?}", proof.failure());
    let (root, outputs) = proof.outputs().items().split_first_chunk::<4>().unwrap();
    let mut after = *root;
    after.reverse();
    let after = after.into();
    let run = Run {
        program: program.digest(),
        kernel: program.kernel().clone(),
        inputs: inputs.to_vec(),
        outputs: outputs.to_vec(),
        cycle_limit: None,
        proof: None,
    };
    let writes = host.writes(&after).ok();
    (Update { run, before, after, proof: proof.to_bytes() }, writes)
}

/// A node.
#[derive(Debug, Default)]
pub(crate) struct Node(MemoryStorage);

impl Node {
    /// Executes and proves a program, and commits its changes.
    pub(crate) fn advance(&mut self, program: &Program, inputs: &[Felt]) -> Update {
        let (update, writes) = prove(&self.0, program, inputs);
        let (root_before, root_after) = (update.before, update.after);
        let cause = Cause::Run(update.run.clone());
        self.0.commit(&writes.unwrap(), &LogEntry { root_before, root_after, cause }).unwrap();
        update
    }

    /// Executes and proves a program that leads to the root of no state that this node could commit.
    pub(crate) fn lie(&self, program: &Program, inputs: &[Felt]) -> Update {
        prove(&self.0, program, inputs).0
    }

    pub(crate) fn root(&self) -> Digest {
        self.0.reader().unwrap().head().unwrap().root
    }

    /// The proof of one entry.
    pub(crate) fn prove_entry(&self, key: &Word) -> Vec<u8> {
        let reader = self.0.reader().unwrap();
        let (_, root) = reader.current().unwrap();
        prove_entry(&reader, &root, &Digest::new(*key)).unwrap().to_bytes()
    }
}

/// The root of a state in which one entry alone has a value.
pub(crate) fn root_of(key: Word, value: Word) -> Digest {
    let mut storage = MemoryStorage::new();
    let root = storage.edit(&[(Digest::new(key), Digest::new(value))].into()).unwrap().root;
    assert_ne!(root, EMPTY);
    root
}

/// The kernel's list of digests.
pub(crate) fn digests(program: &Program) -> Kernel {
    program.kernel().clone()
}
