use alloc::string::String;

use miden_assembly_syntax::{Span, check_constant_name};

/// Something that a source declares.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Its name; `begin` for the program.
    pub name: String,
    /// The whole declaration.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// The declaration without a body.
    pub header: Span,
    /// Whether other modules can name it.
    pub exported: bool,
}

/// A kind of symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolKind {
    /// A module that is imported under a short name.
    Import {
        /// Its path.
        path: String,
    },
    /// A procedure or constant of another module that is imported by itself, or passed on as an export of this module.
    ImportedItem {
        /// The path of the module, or its short name if it is imported.
        module: String,
        /// Whether `module` begins with a short name.
        through_import: bool,
        /// Its name in that module.
        name: String,
    },
    /// A module in the folder of this one.
    Submodule,
    /// A constant.
    Constant,
    /// A procedure.
    Procedure {
        /// Number of words of memory that it has for itself, as it is written.
        locals: Option<String>,
    },
    /// The program.
    Program,
}

/// Names of different namespaces do not collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Namespace {
    Modules,
    Procedures,
    Constants,
}

impl Symbol {
    /// Where its name stands for it; the first one is the likeliest.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = Namespace> + use<> {
        let (first, second) = match &self.kind {
            SymbolKind::Import { .. } => (Some(Namespace::Modules), None),
            // Only the other module knows.
            SymbolKind::ImportedItem { .. } if check_constant_name(&self.name).is_ok() => {
                (Some(Namespace::Constants), Some(Namespace::Procedures))
            }
            SymbolKind::ImportedItem { .. } | SymbolKind::Procedure { .. } => {
                (Some(Namespace::Procedures), None)
            }
            SymbolKind::Constant => (Some(Namespace::Constants), None),
            // Written with `self::` in front.
            SymbolKind::Submodule | SymbolKind::Program => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether its name stands for it there.
    pub(super) fn is_in(&self, namespace: Namespace) -> bool {
        self.namespaces().any(|own| own == namespace)
    }
}
