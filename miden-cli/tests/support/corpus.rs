//! The programs of the corpus, with the cases in their headers.
//!
//! The header of a program consists of comments. A case lists inputs and ends with its result:
//!
//! | Line | Meaning |
//! |---|---|
//! | `# stack: 1 2` | the initial stack, top first |
//! | `# advice: 1 2` | the advice tape, in the order of reading |
//! | `# map: KEY = 1 2` | the advice map has this list under the word KEY |
//! | `# expect: 1 2` | the complete final stack, top first, padded with zeros to 16 items |
//! | `# error: Name` | the kind of the error that ends the run |
//!
//! `0*8` means eight zeros. These lines apply to the whole file:
//!
//! | Line | Meaning |
//! |---|---|
//! | `# kernel: NAME` | the program is linked against `kernels/NAME.masm` |
//! | `# word: KEY = 1 2 3 4` | names a word |
//! | `# tree: KEY = 1 2 3 4` | the Merkle store has the tree whose leaves are these numbers, each followed by three zeros; KEY is its root |
//! | `# root: KEY = 1 2 3 4` | the root of such a tree that the Merkle store does not have |
//!
//! Words are written from element 0; in a stack, element 3 of a named word is on top.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use miden_assembly::{Assembler, Assembly, DebugInfo, Source};
use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Program, ProgramInputs, StackInputs, StackOutputs, Statement,
    params::STACK_TOP,
};

/// A program of the corpus.
pub(crate) struct Entry {
    /// Path in the corpus, without the extension.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// The source of its kernel.
    pub(crate) kernel: Option<PathBuf>,
    /// The program without optimization, so that every instruction is executed as written.
    pub(crate) program: Program,
    /// Its debug information.
    pub(crate) debug: DebugInfo,
    /// The same program, optimized.
    pub(crate) optimized: Program,
    pub(crate) cases: Vec<Case>,
}

/// A run of a program with its result: a stack, or the kind of an error.
pub(crate) struct Case {
    pub(crate) inputs: ProgramInputs,
    pub(crate) expected: Result<StackOutputs, String>,
}

impl Case {
    /// The statement that the run ends with these outputs.
    pub(crate) fn statement(&self, program: &Program, outputs: &StackOutputs) -> Statement {
        Statement::success(
            program.digest(),
            program.kernel().clone(),
            self.inputs.stack.clone(),
            outputs.clone(),
        )
    }
}

/// Reads the whole corpus, sorted by name.
pub(crate) fn read() -> Vec<Entry> {
    let root = root();
    let mut paths: Vec<_> = children(&root).iter().flat_map(|chapter| children(chapter)).collect();
    paths.retain(|path| !path.parent().is_some_and(|folder| folder.ends_with("kernels")));
    paths.iter().map(|path| Entry::read(&root, path)).collect()
}

/// Programs and kernels as text, without comments.
pub(crate) fn texts() -> Vec<String> {
    let paths = children(&root()).into_iter().flat_map(|chapter| children(&chapter));
    let text = |path: PathBuf| fs::read_to_string(path).unwrap();
    let code = |text: String| {
        text.lines().map(|line| line.split('#').next().unwrap()).collect::<Vec<_>>().join("\n")
    };
    paths.map(text).map(code).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

impl Entry {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(root).unwrap().with_extension("").display().to_string();
        let header = Header::parse(&name, &text);
        let kernel_path = |name: &String| root.join("kernels").join(name).with_extension("masm");
        let kernel_path = header.kernel.as_ref().map(kernel_path);
        let kernel = header.kernel.zip(kernel_path.as_ref());
        let kernel = kernel.map(|(name, path)| Source::new(name, fs::read_to_string(path).unwrap()));
        let source = Source::new(&*name, text);
        let [as_written, optimized] =
            [false, true].map(|optimize| assemble(kernel.as_ref(), &source, optimize));
        assert!(!header.cases.is_empty(), "{name} states no case");
        let Assembly { program, debug, .. } = as_written;
        let (path, optimized) = (path.to_owned(), optimized.program);
        Self { name, path, kernel: kernel_path, program, debug, optimized, cases: header.cases }
    }
}

fn assemble(kernel: Option<&Source>, source: &Source, optimize: bool) -> Assembly {
    let assembler = Assembler::new().with_optimizations(optimize);
    let assembler =
        kernel.map_or_else(|| Ok(assembler.clone()), |kernel| assembler.clone().with_kernel(kernel));
    let assembly = assembler.and_then(|assembler| assembler.assemble(source));
    assembly.unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// The header of a program.
#[derive(Default)]
struct Header {
    kernel: Option<String>,
    words: BTreeMap<String, Digest>,
    store: MerkleStore,
    cases: Vec<Case>,
    stack: Option<Vec<u64>>,
    tape: Vec<u64>,
    map: BTreeMap<Digest, Vec<Felt>>,
}

impl Header {
    fn parse(name: &str, text: &str) -> Self {
        let mut header = Self::default();
        for line in text.lines().filter_map(|line| line.strip_prefix("# ")) {
            let Some((key, value)) = line.split_once(':') else { continue };
            match key {
                "kernel" => header.kernel = Some(value.trim().into()),
                "word" | "tree" | "root" => header.define(key, value),
                "stack" => header.stack = Some(header.numbers(value)),
                "advice" => header.tape = header.numbers(value),
                "map" => {
                    let (key, list) = value.split_once('=').unwrap();
                    let list = header.numbers(list).into_iter().map(Felt::new).collect();
                    header.map.insert(header.words[key.trim()], list);
                }
                "expect" => {
                    let mut items = header.numbers(value);
                    items.resize(items.len().max(STACK_TOP), 0);
                    header.close(name, Ok(StackOutputs::from_ints(&items).unwrap()));
                }
                "error" => header.close(name, Err(value.trim().to_owned())),
                _ => {}
            }
        }
        assert!(header.stack.is_none(), "{name}: the last case has no result");
        header
    }

    /// Names a word.
    fn define(&mut self, kind: &str, definition: &str) {
        let (name, values) = definition.split_once('=').unwrap();
        let values = self.numbers(values);
        let word = |word: &[u64]| Digest::new(std::array::from_fn(|i| Felt::new(word[i])));
        let leaves: Vec<_> = values.iter().map(|&leaf| word(&[leaf, 0, 0, 0])).collect();
        let word = match kind {
            "word" => word(&values),
            "tree" => self.store.add_tree(&leaves).unwrap(),
            _ => MerkleStore::new().add_tree(&leaves).unwrap(),
        };
        self.words.insert(name.trim().into(), word);
    }

    /// Numbers, and named words from element 3 down to element 0.
    fn numbers(&self, text: &str) -> Vec<u64> {
        let mut numbers = Vec::new();
        for token in text.split_whitespace() {
            let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is not a number"));
            match (self.words.get(token), token.split_once('*')) {
                (Some(word), _) => {
                    numbers.extend(word.elements().iter().rev().map(|element| element.as_int()));
                }
                (None, Some((value, count))) => {
                    numbers.extend(std::iter::repeat_n(number(value), count.parse().unwrap()));
                }
                (None, None) => numbers.push(number(token)),
            }
        }
        numbers
    }

    /// Completes a case.
    fn close(&mut self, name: &str, expected: Result<StackOutputs, String>) {
        let Some(mut stack) = self.stack.take() else { panic!("{name}: a result without a stack") };
        stack.reverse();
        let advice = AdviceInputs::from_ints(&std::mem::take(&mut self.tape)).unwrap();
        let advice = advice.with_map(std::mem::take(&mut self.map)).with_merkle_store(self.store.clone());
        let inputs = ProgramInputs { stack: StackInputs::from_ints(&stack).unwrap(), advice };
        self.cases.push(Case { inputs, expected });
    }
}
