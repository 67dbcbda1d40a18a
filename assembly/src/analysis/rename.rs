//! New names.

use alloc::vec::Vec;

use super::{Analysis, Definition, Modules, Namespace, Occurrence, Role, SymbolKind};
use crate::Span;

/// A name that can be changed.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The place that was asked about.
    pub span: Span,
    /// Where it has to be changed.
    pub scope: RenameScope,
}

/// Where a name has to be changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RenameScope {
    /// At these places of its source: no other source can see it.
    Source(Vec<Span>),
    /// Wherever a source refers to this.
    Everywhere(Definition),
}

/// Why a name cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// There is no name at this place, or it is not known where it is declared.
    #[error("there is no name here whose declaration is known")]
    NoName,
    /// The name is that of a file.
    #[error("a module has the name of its file; rename the file, or import the module under another name")]
    ModuleName,
    /// A name with this first letter or these characters would be something else.
    #[error(
        "not a name: procedures and modules begin with a letter, constants consist of capitals; digits and `_` can follow"
    )]
    InvalidName,
    /// The name is used already.
    #[error("the name is taken already")]
    Taken,
}

impl Analysis {
    /// Finds out whether and where the name at an offset can be changed.
    ///
    /// # Errors
    /// If it is no name that can.
    pub fn rename(&self, offset: usize, modules: &dyn Modules) -> Result<Rename, RenameError> {
        let occurrence = self.occurrence_at(offset).ok_or(RenameError::NoName)?;
        let span = occurrence.span;
        if let Some(scope) = self.short_name(occurrence)? {
            return Ok(Rename { span, scope: RenameScope::Source(scope) });
        }
        let definition = self.resolve(occurrence, modules).ok_or(RenameError::NoName)?;
        let symbol = definition.symbol().ok_or(RenameError::ModuleName)?;
        if self.source().slice(span) != symbol.name || symbol.kind == SymbolKind::Program {
            return Err(RenameError::NoName);
        }
        let is_private = definition.analysis.is_none() && !symbol.exported;
        let scope = if is_private {
            RenameScope::Source(self.references(&definition, modules))
        } else {
            RenameScope::Everywhere(definition)
        };
        Ok(Rename { span, scope })
    }

    /// The places of a name that an import gives.
    fn short_name(&self, occurrence: Occurrence) -> Result<Option<Vec<Span>>, RenameError> {
        let name = self.source().slice(occurrence.span);
        let declared = match occurrence.role {
            Role::Module => return Err(RenameError::ModuleName),
            Role::Alias => self.symbol(Namespace::Modules, name),
            Role::Declaration(position) => self.symbols.get(position),
            Role::Procedure | Role::Constant => self.symbol(Namespace::Items, name),
            _ => None,
        };
        let Some(symbol) = declared else { return Ok(None) };
        let is_use = |role| match &symbol.kind {
            SymbolKind::Import { .. } | SymbolKind::Submodule => role == Role::Alias,
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
        // Without a name of its own, the import has that of the module.
        if !self.occurrences.iter().any(is_declaration) {
            return Err(RenameError::ModuleName);
        }
        let named = self.occurrences.iter().filter(|occurrence| {
            is_declaration(occurrence)
                || is_use(occurrence.role) && self.source().slice(occurrence.span) == symbol.name
        });
        Ok(Some(named.map(|occurrence| occurrence.span).collect()))
    }

    /// Checks that a name of this source can be changed to `new`.
    ///
    /// # Errors
    /// If `new` is no name of the same kind as `old`, or one that this source knows already.
    pub fn check_name(&self, old: &str, new: &str) -> Result<(), RenameError> {
        let is_constant = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let has_lowercase = new.contains(|c: char| c.is_ascii_lowercase());
        let is_name = new.starts_with(|c: char| c.is_ascii_alphabetic())
            && new.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && new.len() <= Self::MAX_NAME_LEN;
        let was_constant = is_constant(old) && !old.contains(|c: char| c.is_ascii_lowercase());
        if !is_name || was_constant && (!is_constant(new) || has_lowercase) {
            return Err(RenameError::InvalidName);
        }
        let is_taken = |namespace| self.symbol(namespace, new).is_some();
        if is_taken(Namespace::Items) || is_taken(Namespace::Modules) {
            return Err(RenameError::Taken);
        }
        Ok(())
    }

    /// Largest number of characters of a name.
    const MAX_NAME_LEN: usize = 100;
}
