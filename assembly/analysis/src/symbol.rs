use alloc::string::String;

use miden_assembly_syntax::{Span, check_constant_name};

/// A declaration of a source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Symbol {
    /// The kind.
    pub kind: SymbolKind,
    /// The name; `begin` for the program.
    pub name: String,
    /// Span of the whole declaration.
    pub span: Span,
    /// Span of the name.
    pub name_span: Span,
    /// Span of the declaration without its body.
    pub header: Span,
    /// Whether it is `pub`.
    pub exported: bool,
}

/// A kind of symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolKind {
    /// An imported module.
    Import {
        /// Its path.
        path: String,
    },
    /// A procedure or constant of another module, imported by name or re-exported.
    ImportedItem {
        /// The path of the module, or its alias if it is imported.
        module: String,
        /// Whether `module` starts with an alias.
        through_import: bool,
        /// Its name in that module.
        name: String,
    },
    /// A submodule.
    Submodule,
    /// A constant.
    Constant,
    /// A procedure.
    Procedure {
        /// Number of local words, as written.
        locals: Option<String>,
    },
    /// The program.
    Program,
}

/// Namespace of names. Names of different namespaces do not collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Namespace {
    Modules,
    Procedures,
    Constants,
}

impl Symbol {
    /// The namespaces of its name, the most likely first.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = Namespace> + use<> {
        let (first, second) = match &self.kind {
            SymbolKind::Import { .. } => (Some(Namespace::Modules), None),
            // This depends on the other module.
            SymbolKind::ImportedItem { .. } if check_constant_name(&self.name).is_ok() => {
                (Some(Namespace::Constants), Some(Namespace::Procedures))
            }
            SymbolKind::ImportedItem { .. } | SymbolKind::Procedure { .. } => {
                (Some(Namespace::Procedures), None)
            }
            SymbolKind::Constant => (Some(Namespace::Constants), None),
            // Its name is written with a leading `self::`.
            SymbolKind::Submodule | SymbolKind::Program => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether its name belongs to a namespace.
    pub(super) fn is_in(&self, namespace: Namespace) -> bool {
        self.namespaces().any(|own| own == namespace)
    }
}
