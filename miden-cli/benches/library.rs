//! Prints the tables of the README: proofs of a loop by length and parameter set, and of typical uses of the standard
//! library, each in its own process, with time, memory and size.
//!
//! Arguments select rows by name.

#![allow(clippy::print_stdout, reason = "a bench reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use std::{collections::BTreeMap, env, fs, process::Command, time::Instant};

use miden_assembly::{Assembler, Source};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Program, ProgramInputs, StackInputs, Word, hash_elements,
    storage::{Mode, entry_key, leaf_digest, path_bit, wrap, wrapped_inputs},
};
use miden_prover::{ParameterSet, ProverOptions, prove};
use miden_stdlib::StdLibrary;
use miden_verifier::verify;
use serde_json::Value;

/// Environment variable with the workload of a proving process.
const WORKLOAD: &str = "MIDEN_WORKLOAD";

struct Workload {
    name: &'static str,
    program: &'static str,
    /// The inputs of the program, or of the wrapped program if it runs on storage.
    inputs: fn(&Program) -> ProgramInputs,
    on_storage: bool,
}

const WORKLOADS: &[Workload] = &[
    Workload {
        name: "100 chained BLAKE3 hashes",
        program: include_str!("../../examples/blake3-chain/blake3-chain.masm"),
        inputs: |_| stack([100].into_iter().chain(1..=8)),
        on_storage: false,
    },
    Workload {
        name: "1 SHA-256 hash of 64 bytes",
        program: include_str!("library/sha256.masm"),
        inputs: |_| stack([1].into_iter().chain(1..=8)),
        on_storage: false,
    },
    Workload {
        name: "32 SHA-256 hashes of 64 bytes",
        program: include_str!("library/sha256.masm"),
        inputs: |_| stack([32].into_iter().chain(1..=8)),
        on_storage: false,
    },
    Workload {
        name: "1,000 Merkle openings of depth 32",
        program: include_str!("library/merkle.masm"),
        inputs: |_| merkle(),
        on_storage: false,
    },
    Workload {
        name: "1,000 values replaced in a storage of 10^6 keys",
        program: include_str!("library/sets.masm"),
        inputs: sets,
        on_storage: true,
    },
    Workload {
        name: "1 Falcon-512 signature",
        program: include_str!("library/falcon.masm"),
        inputs: |_| file(include_str!("../../stdlib/tests/data/falcon-512.inputs")),
        on_storage: false,
    },
    Workload {
        name: "1 ECDSA signature over secp256k1",
        program: include_str!("../../examples/ecdsa/ecdsa.masm"),
        inputs: |_| file(include_str!("../../examples/ecdsa/ecdsa.inputs")),
        on_storage: false,
    },
];

/// A proof of a Fibonacci number.
struct Length {
    rows_log2: u32,
    set: ParameterSet,
    low_memory: bool,
}

const LENGTHS: &[Length] = &[
    Length::new(10, ParameterSet::Fast96),
    Length::new(14, ParameterSet::Fast96),
    Length::new(18, ParameterSet::Fast96),
    Length::new(20, ParameterSet::Fast96),
    Length { low_memory: true, ..Length::new(20, ParameterSet::Fast96) },
    Length::new(18, ParameterSet::Small96),
    Length::new(18, ParameterSet::Std128),
    Length::new(18, ParameterSet::Proven100),
];

impl Length {
    const fn new(rows_log2: u32, set: ParameterSet) -> Self {
        Self { rows_log2, set, low_memory: false }
    }

    fn name(&self) -> String {
        let memory = if self.low_memory { ", low memory" } else { "" };
        format!("2^{} | `{}`{memory}", self.rows_log2, self.set)
    }

    /// Proves twice, as the first proof of a process records the constraints; returns a row of the table.
    fn measure(&self) -> String {
        // An iteration takes 12 rows, everything else and the random rows fewer than 256.
        let program = include_str!("../../examples/fib/fib.masm");
        let program = Assembler::new().assemble(&Source::new("fib", program)).unwrap().program;
        let inputs = stack([((1 << self.rows_log2) - 256) / 12].into_iter());
        let options = ProverOptions::new(self.set).with_low_memory(self.low_memory);
        let proofs = [(); 2].map(|()| {
            let start = Instant::now();
            let proof = prove(&program, &inputs, &options).unwrap();
            (start.elapsed().as_secs_f64(), proof)
        });
        let seconds = proofs.iter().map(|proof| proof.0).fold(f64::MAX, f64::min);
        let proof = &proofs[0].1;
        assert_eq!(proof.trace_rows(), 1 << self.rows_log2);
        let (security, bytes) = (proof.security(), proof.as_bytes().len());
        let bits = format!("{} / {}", security.conjectured, security.proven);
        let memory = memory_column();
        format!("| {} | {seconds:.3} s | {memory} | {bytes} | {bits} |", self.name())
    }
}

/// Inputs from a file with stack and tape.
fn file(text: &str) -> ProgramInputs {
    let inputs: Value = serde_json::from_str(text).unwrap();
    let list = |key: &str| -> Vec<u64> {
        let items = inputs[key].as_array().into_iter().flatten();
        items.map(|item| item.as_str().unwrap().parse().unwrap()).collect()
    };
    ProgramInputs {
        stack: StackInputs::from_ints(&list("stack_init")).unwrap(),
        advice: AdviceInputs::from_ints(&list("advice_tape")).unwrap(),
    }
}

/// Inputs with this stack, top first.
fn stack(items: impl DoubleEndedIterator<Item = u64>) -> ProgramInputs {
    let items: Vec<u64> = items.rev().collect();
    ProgramInputs { stack: StackInputs::from_ints(&items).unwrap(), ..ProgramInputs::default() }
}

/// A tree of depth 32 with 1,000 leaves spread over it, and their indices.
fn merkle() -> ProgramInputs {
    const LEAVES: u64 = 1000;
    let indices: Vec<u64> = (0..LEAVES).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32).collect();
    let leaf = |i: u64| Digest::new([i + 1, 2, 3, 4].map(Felt::new));
    let leaves: Vec<(u64, Digest)> = indices.iter().zip(0..).map(|(index, i)| (*index, leaf(i))).collect();
    let mut store = MerkleStore::default();
    let root = store.add_sparse_tree(32, &leaves).unwrap();
    let root = root.elements().iter().rev().map(|element| element.as_int());
    let items: Vec<u64> = [LEAVES].into_iter().chain(root).collect();
    let advice = AdviceInputs::from_ints(&indices).unwrap().with_merkle_store(store);
    ProgramInputs { advice, ..stack(items.into_iter()) }
}

/// The storage of `library/sets.masm`, as far as it is visited: 1,000 keys, at the depth of leaves among a million.
fn sets(body: &Program) -> ProgramInputs {
    const SETS: u64 = 1000;
    const DEPTH: usize = 21;
    let key = |i| entry_key(&body.digest(), Mode::Map, Felt::new(1), &[i, 0, 0, 0].map(Felt::new));
    let mut keys: Vec<Word> = (1..=SETS).map(key).collect();
    let path = |key: &Word| -> Vec<bool> { (0..DEPTH).map(|level| path_bit(key, level)).collect() };
    keys.sort_by_cached_key(path);
    keys.dedup_by_key(|key| path(key));
    assert_eq!(keys.len() as u64, SETS, "no two of the keys have one path");
    let (mut store, mut leaves) = (MerkleStore::default(), BTreeMap::new());
    let value = [1, 2, 3, 4].map(Felt::new);
    let root = subtree(&keys, 0, DEPTH, &mut store, &mut |key| {
        let leaf = leaf_digest(key, &value);
        leaves.insert(leaf, [*key, value].concat());
        leaf
    });
    let stack = StackInputs::from_ints(&[SETS]).unwrap();
    let advice = AdviceInputs::default().with_map(leaves).with_merkle_store(store);
    ProgramInputs { stack: wrapped_inputs(&stack, &root).unwrap(), advice }
}

/// The root of a subtree with these keys at the final depth; the subtrees of other keys are any digests.
fn subtree(
    keys: &[Word],
    depth: usize,
    last: usize,
    store: &mut MerkleStore,
    leaf: &mut impl FnMut(&Word) -> Digest,
) -> Digest {
    match keys {
        [] => hash_elements(&[Felt::new(depth as u64), Felt::new(store.len() as u64)]),
        [key] if depth == last => leaf(key),
        _ => {
            let right = keys.partition_point(|key| !path_bit(key, depth));
            let [left, right] =
                [&keys[..right], &keys[right..]].map(|keys| subtree(keys, depth + 1, last, store, leaf));
            store.merge(&left, &right)
        }
    }
}

fn main() {
    if let Some(name) = env::var_os(WORKLOAD) {
        let length = LENGTHS.iter().find(|length| *name == *length.name()).map(Length::measure);
        let workload = || WORKLOADS.iter().find(|workload| name == workload.name).map(measure);
        println!("{}", length.or_else(workload).unwrap());
        return;
    }
    // Cargo adds its own options.
    let chosen: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let print = |head: &str, names: Vec<String>| {
        println!("{head}\n|{}", "---|".repeat(head.matches('|').count() - 1));
        for name in names {
            if chosen.is_empty() || chosen.iter().any(|part| name.contains(part.as_str())) {
                let program = env::current_exe().unwrap();
                let output = Command::new(program).env(WORKLOAD, name).output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                print!("{}", String::from_utf8_lossy(&output.stdout));
            }
        }
        println!();
    };
    print(
        "| Rows | Parameter set | Time | Peak memory | Proof bytes | Conjectured / proven bits |",
        LENGTHS.iter().map(Length::name).collect(),
    );
    print(
        "| Workload | Cycles | Rows | Prove | Verify | Peak memory | Proof bytes |",
        WORKLOADS.iter().map(|workload| workload.name.to_owned()).collect(),
    );
}

/// Proves and verifies once; returns a row of the table.
fn measure(workload: &Workload) -> String {
    let Workload { name, program, inputs, on_storage } = workload;
    let assembler = StdLibrary::add_to(Assembler::new()).unwrap();
    let assembler =
        if *on_storage { assembler.with_kernel(&StdLibrary::storage_kernel()).unwrap() } else { assembler };
    let program = assembler.assemble(&Source::new(*name, *program)).unwrap().program;
    let inputs = inputs(&program);
    let program = if *on_storage { wrap(&program).unwrap() } else { program };
    let start = Instant::now();
    let proof = prove(&program, &inputs, &ProverOptions::default()).unwrap();
    let proving = start.elapsed().as_secs_f64();
    assert!(proof.outcome().is_success(), "{name}");
    let start = Instant::now();
    verify(proof.statement(), proof.as_bytes()).unwrap();
    let verification = start.elapsed().as_secs_f64() * 1e3;
    let memory = memory_column();
    let rows = proof.trace_rows().ilog2();
    let (cycles, bytes) = (proof.cycles(), proof.as_bytes().len());
    format!("| {name} | {cycles} | 2^{rows} | {proving:.1} s | {verification:.1} ms | {memory} | {bytes} |")
}

fn memory_column() -> String {
    peak_memory().map_or_else(String::new, |bytes| format!("{:.2} GiB", bytes / f64::powi(2.0, 30)))
}

/// Peak memory of this process in bytes, where the system reports it.
fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}
