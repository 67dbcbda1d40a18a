#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly::{AssemblyError, Source, Span, Syntax, parse_syntax};

mod collect;
mod completion;
mod constant;
mod definition;
mod effects;
mod hover;
mod instruction;
mod rename;
mod symbol;
mod token;

pub use completion::{Completion, CompletionKind, Completions};
pub use definition::{Definition, Modules};
pub use effects::{Effects, LineEffect, Lint, LintDiagnostic, LintDiagnostics, LintKind, StatedEffect};
pub use hover::Hover;
pub use rename::{Rename, RenameError, RenameScope};
pub use symbol::{Symbol, SymbolKind};
pub use token::{Token, TokenKind};

use symbol::Namespace;

/// A source with its syntax tree, the symbols it declares, and its uses of names.
#[derive(Debug)]
pub struct Analysis {
    syntax: Syntax,
    errors: Vec<AssemblyError>,
    /// In the order of the text.
    symbols: Vec<Symbol>,
    /// Indices of symbols by name; the first of several with the same name.
    by_name: BTreeMap<(Namespace, String), usize>,
    /// In the order of the text; no two overlap.
    occurrences: Vec<Occurrence>,
}

/// Occurrence of a name.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    span: Span,
    role: Role,
}

/// Role of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Declares the symbol with this index.
    Declaration(usize),
    /// A procedure of this source, or one imported by name: `exec.p`.
    Procedure,
    /// A procedure of the module whose name has this span: `p` in `exec.a::p`.
    Member(Span),
    /// The alias of a module, with its submodules: `a` in `exec.a::p`.
    Alias,
    /// The path of a module.
    Module,
    /// An exported procedure of the module whose path has this span: `p` in `use {p} from a::b`, `exec.::a::b::p`.
    Export(Span),
    /// A procedure of the kernel: `syscall.p`.
    SystemCall,
    /// A constant, if there is one with this name.
    Constant,
}

impl Analysis {
    /// Analyses a source in linear time.
    pub fn new(source: &Source) -> Self {
        let (syntax, errors) = parse_syntax(source);
        let (symbols, occurrences) = collect::collect(&syntax);
        let mut by_name = BTreeMap::new();
        for (position, symbol) in symbols.iter().enumerate() {
            for namespace in symbol.namespaces() {
                by_name.entry((namespace, symbol.name.clone())).or_insert(position);
            }
        }
        Self { syntax, errors, symbols, by_name, occurrences }
    }

    /// The source.
    pub const fn source(&self) -> &Source {
        self.syntax.source()
    }

    /// The syntax tree.
    pub const fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// The errors of the source's structure, in the order of the text.
    pub fn errors(&self) -> &[AssemblyError] {
        &self.errors
    }

    /// The symbols of the source, in the order of the text.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// Whether the source is a program; otherwise it is a module.
    pub fn is_program(&self) -> bool {
        self.symbols.iter().any(|symbol| symbol.kind == SymbolKind::Program)
    }

    /// The paths of the modules that the source names, each with the first place that names it. Paths of submodules
    /// start with `self::`.
    pub fn modules(&self) -> BTreeMap<String, Span> {
        let mut modules = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for occurrence in &self.occurrences {
            let span = match occurrence.role {
                Role::Module => occurrence.span,
                Role::Member(module) => module,
                Role::Declaration(position) => {
                    if let Some(symbol) = self.symbols.get(position)
                        && symbol.kind == SymbolKind::Submodule
                    {
                        modules.entry(below(&symbol.name)).or_insert(symbol.name_span);
                    }
                    continue;
                }
                _ => continue,
            };
            let text = self.source().slice(span);
            let is_short = occurrence.role != Role::Module;
            if seen.insert((is_short, text)) {
                let path = if is_short { self.expand(text) } else { Some(text.to_string()) };
                if let Some(path) = path {
                    modules.entry(path).or_insert(span);
                }
            }
        }
        modules
    }

    /// The documentation of a symbol of this source.
    pub fn docs(&self, symbol: &Symbol) -> Option<String> {
        let node = self.syntax.root().children().find(|node| node.span() == symbol.span)?;
        self.syntax.docs(node)
    }

    /// The symbol with a name.
    fn symbol(&self, namespace: Namespace, name: &str) -> Option<&Symbol> {
        let position = self.by_name.get(&(namespace, String::from(name)))?;
        self.symbols.get(*position)
    }

    /// The occurrence of a name that contains the byte at `offset`, or ends there.
    fn occurrence_at(&self, offset: usize) -> Option<Occurrence> {
        let after = self.occurrences.partition_point(|occurrence| occurrence.span.start <= offset);
        let last = self.occurrences.get(after.checked_sub(1)?)?;
        (offset <= last.span.end).then_some(*last)
    }
}

/// The first component of a path that stands for the module's own path.
const OWN: &str = "self";

/// The path of a submodule.
fn below(name: &str) -> String {
    format!("{OWN}::{name}")
}
