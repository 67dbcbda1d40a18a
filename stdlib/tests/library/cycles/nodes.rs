//! Maps the comments beside loops and branches to the nodes of compiled procedures.

use std::collections::{BTreeMap, BTreeSet};

use miden_assembly::{Assembler, Library, Source};
use miden_core::{Digest, Node, NodeId, Program};
use miden_stdlib::StdLibrary;

use super::sources::{self, Procedure};

/// How often a loop runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Iterations {
    /// Maximum number of iterations each time it is entered: `at most 7 times`.
    AtMost(u64),
    /// A parameter, the number of iterations of all entries together: `k times`.
    Letter(char),
}

/// A branch with a rare first arm: `` at most 26 times for each `procedure` ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rare {
    pub(super) most: u64,
    /// A loop or branch node that represents the procedure: its first one, entered once per execution.
    pub(super) each: Digest,
}

/// The comments in the sources about loops and branches, by the digests of their nodes.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) loops: BTreeMap<Digest, Iterations>,
    pub(super) branches: BTreeMap<Digest, Rare>,
    /// The nodes that limit rare arms.
    pub(super) marks: BTreeSet<Digest>,
}

/// The number in `at most 7 times …`.
fn number(comment: &str) -> Option<u64> {
    let rest = comment.strip_prefix("at most ")?;
    let (number, rest) = rest.split_once(' ')?;
    rest.starts_with("time").then(|| number.parse().unwrap())
}

/// The letter in `k times …`.
fn letter(comment: &str) -> Option<char> {
    let (letter, rest) = comment.split_once(' ')?;
    let mut letters = letter.chars();
    letters.next().filter(|_| letters.next().is_none() && rest.starts_with("times"))
}

impl Notes {
    pub(super) fn read() -> Self {
        let mut trees = Trees::new();
        let procedures: Vec<Procedure> = StdLibrary::MODULES.iter().flat_map(sources::procedures).collect();
        let mut notes = Self::default();
        for procedure in &procedures {
            let Procedure { path, loops, branches, .. } = procedure;
            if loops.is_empty() && branches.iter().all(|comment| number(comment).is_none()) {
                continue;
            }
            let own = trees.own(procedure);
            assert_eq!(own.loops.len(), loops.len(), "loop nodes of {path}");
            for (node, comment) in own.loops.iter().zip(loops) {
                let iterations = number(comment).map(Iterations::AtMost);
                let iterations = iterations.or_else(|| letter(comment).map(Iterations::Letter));
                let iterations = iterations.unwrap_or_else(|| {
                    panic!("no comment says how often a loop of {path} runs: {comment:?}")
                });
                let before = notes.loops.insert(*node, iterations);
                assert!(before.is_none_or(|before| before == iterations), "two loops like one of {path}");
            }
            if branches.iter().any(|comment| number(comment).is_some()) {
                assert_eq!(own.branches.len(), branches.len(), "branch nodes of {path}");
            }
            for (node, comment) in own.branches.iter().zip(branches) {
                let Some(most) = number(comment) else { continue };
                let name = comment.split('`').nth(1).unwrap_or_else(|| panic!("{path}: {comment}"));
                let module = path.rsplit_once("::").unwrap().0;
                let parent = module.rsplit_once("::").unwrap().0;
                let [here, beside] = [module, parent].map(|module| format!("{module}::{name}"));
                let of = procedures.iter().find(|other| other.path == here || other.path == beside);
                let each = trees.own(of.unwrap_or_else(|| panic!("{path}: {comment}"))).first.unwrap();
                notes.branches.insert(*node, Rare { most, each });
                notes.marks.insert(each);
            }
        }
        notes
    }
}

/// Distinct nodes of a procedure, in the order of its tree.
#[derive(Clone, Debug, Default)]
struct Own {
    first: Option<Digest>,
    loops: Vec<Digest>,
    branches: Vec<Digest>,
}

/// Compiles all procedures of the library, including those that it does not export.
struct Trees {
    assembler: Assembler,
    known: BTreeMap<String, Own>,
}

impl Trees {
    fn new() -> Self {
        let modules = StdLibrary::MODULES.iter().map(|module| {
            let source = module.source.replace("\nproc.", "\nexport.");
            (module.path.to_owned(), Source::new(module.path, source))
        });
        let library = Library::new(StdLibrary::NAME, StdLibrary::version(), modules).unwrap();
        Self { assembler: Assembler::new().with_library(library).unwrap(), known: BTreeMap::new() }
    }

    fn all(&mut self, path: &str) -> Own {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let text = format!("begin exec.::{path} end");
        let assembly = self.assembler.assemble(&Source::new("test", text));
        let program = assembly.unwrap_or_else(|errors| panic!("{errors}")).program;
        let mut own = Own::default();
        collect(&program, program.root(), &mut BTreeSet::new(), &mut own);
        self.known.insert(path.to_owned(), own.clone());
        own
    }

    /// The nodes of the procedure itself, without those of the procedures that it executes.
    fn own(&mut self, procedure: &Procedure) -> Own {
        let mut own = self.all(&procedure.path);
        for path in &procedure.executes {
            let other = self.all(path);
            own.loops.retain(|node| !other.loops.contains(node));
            own.branches.retain(|node| !other.branches.contains(node));
        }
        own.first = own.loops.iter().chain(&own.branches).next().copied();
        own
    }
}

fn collect(program: &Program, id: NodeId, seen: &mut BTreeSet<NodeId>, own: &mut Own) {
    if !seen.insert(id) {
        return;
    }
    let node = program.node(id);
    match node.node() {
        Node::Loop(_) => own.loops.push(*node.digest()),
        Node::Split(..) => own.branches.push(*node.digest()),
        _ => {}
    }
    for child in node.node().children() {
        collect(program, child, seen, own);
    }
}
