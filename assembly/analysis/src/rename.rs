//! Renaming of symbols.

use alloc::{string::String, vec::Vec};

use miden_assembly_syntax::{Span, check_constant_name, check_label};

use crate::{Analysis, Definition, Modules, Namespace, Occurrence, Role, SymbolKind};

/// A name that can be renamed.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The queried place.
    pub span: Span,
    /// The places to change.
    pub scope: RenameScope,
    namespace: Namespace,
}

/// Scope of a renaming.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RenameScope {
    /// These places of its source; no other source can refer to it.
    Source(Vec<Span>),
    /// Every source that refers to this definition.
    Everywhere(Definition),
}

/// Error of a renaming.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// There is no name at this place, or it has no known declaration.
    #[error("no name with a known declaration here")]
    NoName,
    /// The name is that of a file.
    #[error("a module is named after its file; rename the file, or import the module under another name")]
    ModuleName,
    /// An import leads nowhere, so that the name may be that of a declaration elsewhere.
    #[error("`{module}`, which has the name, is not found: add its library, or correct the import")]
    Unresolved {
        /// The module as imported.
        module: String,
    },
    /// The new name is malformed.
    #[error(
        "not a name: a name is a letter followed by letters, digits and `_`; constants use capital letters"
    )]
    InvalidName,
    /// The name is already in use.
    #[error("the name is already taken")]
    Taken,
}

impl Analysis {
    /// Determines whether and where the name at an offset can be renamed.
    ///
    /// # Errors
    /// If the name cannot be renamed.
    pub fn rename(&self, offset: usize, modules: &dyn Modules) -> Result<Rename, RenameError> {
        let occurrence = self.occurrence_at(offset).ok_or(RenameError::NoName)?;
        let span = occurrence.span;
        if let Some((namespace, spans)) = self.short_name(occurrence)? {
            return Ok(Rename { span, scope: RenameScope::Source(spans), namespace });
        }
        let unresolved = || match self.unresolved(self.source().slice(span), modules) {
            Some(module) => RenameError::Unresolved { module },
            None => RenameError::NoName,
        };
        let definition = self.resolve(occurrence, modules).ok_or_else(unresolved)?;
        let symbol = definition.symbol().ok_or(RenameError::ModuleName)?;
        if let (None, SymbolKind::ImportedItem { module, .. }) = (&definition.analysis, &symbol.kind) {
            return Err(RenameError::Unresolved { module: module.clone() });
        }
        let namespace = symbol.namespaces().next().ok_or(RenameError::NoName)?;
        if self.source().slice(span) != symbol.name {
            return Err(RenameError::NoName);
        }
        let is_private = definition.analysis.is_none() && !symbol.exported;
        let scope = if is_private {
            RenameScope::Source(self.references(&definition, modules))
        } else {
            RenameScope::Everywhere(definition)
        };
        Ok(Rename { span, scope, namespace })
    }

    /// The places of a name that an import introduces.
    fn short_name(&self, occurrence: Occurrence) -> Result<Option<(Namespace, Vec<Span>)>, RenameError> {
        let name = self.source().slice(occurrence.span);
        let declared = match occurrence.role {
            Role::Module => return Err(RenameError::ModuleName),
            Role::Alias => self.symbol(Namespace::Modules, name),
            Role::Declaration(position) => self.symbols.get(position),
            Role::Procedure => self.symbol(Namespace::Procedures, name),
            Role::Constant => self.symbol(Namespace::Constants, name),
            _ => None,
        };
        let Some(symbol) = declared else { return Ok(None) };
        let is_use = |role| match &symbol.kind {
            SymbolKind::Import { .. } => role == Role::Alias,
            _ => matches!(role, Role::Procedure | Role::Constant),
        };
        match &symbol.kind {
            SymbolKind::ImportedItem { name: original, .. } if *original == symbol.name => return Ok(None),
            SymbolKind::ImportedItem { .. } if symbol.exported => return Err(RenameError::NoName),
            SymbolKind::Import { .. } | SymbolKind::ImportedItem { .. } => {}
            SymbolKind::Submodule => return Err(RenameError::ModuleName),
            _ => return Ok(None),
        }
        let is_declaration = |occurrence: &Occurrence| occurrence.span == symbol.name_span;
        // Without an alias, the import has the name of the module.
        if !self.occurrences.iter().any(is_declaration) {
            return Err(RenameError::ModuleName);
        }
        let named = self.occurrences.iter().filter(|occurrence| {
            is_declaration(occurrence)
                || is_use(occurrence.role) && self.source().slice(occurrence.span) == symbol.name
        });
        let spans = named.map(|occurrence| occurrence.span).collect();
        Ok(symbol.namespaces().next().map(|namespace| (namespace, spans)))
    }
}

impl Rename {
    /// Checks that a source can use the new name instead of the old one.
    ///
    /// # Errors
    /// If `new` is not a name of the same kind, or is already in use.
    pub fn check(&self, source: &Analysis, new: &str) -> Result<(), RenameError> {
        let is_name = match self.namespace {
            Namespace::Constants => check_constant_name(new).is_ok(),
            Namespace::Modules | Namespace::Procedures => check_label(new).is_ok(),
        };
        if !is_name {
            return Err(RenameError::InvalidName);
        }
        match source.symbol(self.namespace, new) {
            Some(_) => Err(RenameError::Taken),
            None => Ok(()),
        }
    }
}
