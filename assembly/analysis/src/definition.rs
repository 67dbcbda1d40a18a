//! Definitions and references of names.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use miden_assembly::{Source, Span};

use crate::{Analysis, Namespace, OWN, Occurrence, Role, Symbol, SymbolKind, below};

/// Access to the modules that a source can name.
pub trait Modules {
    /// The module with a path such as `std::math::u64`, as seen from `from`. A path that starts with `self::` is
    /// that of a module in the folder of `from`.
    fn module(&self, path: &str, from: &Source) -> Option<Arc<Analysis>>;

    /// The kernel of programs.
    fn kernel(&self) -> Option<Arc<Analysis>>;

    /// The paths of all modules that `from` can name.
    fn paths(&self, from: &Source) -> Vec<String>;
}

/// No other modules.
impl Modules for () {
    fn module(&self, _: &str, _: &Source) -> Option<Arc<Analysis>> {
        None
    }

    fn kernel(&self) -> Option<Arc<Analysis>> {
        None
    }

    fn paths(&self, _: &Source) -> Vec<String> {
        Vec::new()
    }
}

/// Definition of a name: a symbol that a source declares, or a whole module.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The source of the definition; `None` for the queried source.
    pub(super) analysis: Option<Arc<Analysis>>,
    /// The path of its module, if another module names it.
    pub(super) path: Option<String>,
    source: Source,
    symbol: Option<Symbol>,
}

impl Definition {
    /// The source of the definition.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The declared symbol; `None` for a whole module.
    pub const fn symbol(&self) -> Option<&Symbol> {
        self.symbol.as_ref()
    }

    /// The declaration; the start of the source for a whole module.
    pub fn span(&self) -> Span {
        self.symbol.as_ref().map_or(Span::new(0, 0), |symbol| symbol.span)
    }

    /// The name in the declaration; the start of the source for a whole module.
    pub fn name_span(&self) -> Span {
        self.symbol.as_ref().map_or(Span::new(0, 0), |symbol| symbol.name_span)
    }

    /// Whether both are the same definition.
    fn is(&self, other: &Self) -> bool {
        self.source.name() == other.source.name()
            && self.symbol.is_some() == other.symbol.is_some()
            && self.name_span() == other.name_span()
    }
}

/// Longest chain of re-exports of an item; a longer one is a cycle.
const MAX_CHAIN: usize = 100;

impl Analysis {
    /// The definition of the name at an offset, through all imports; `None` if there is no name, or no definition.
    pub fn definition(&self, offset: usize, modules: &dyn Modules) -> Option<Definition> {
        self.resolve(self.occurrence_at(offset)?, modules)
    }

    /// The places of this source that name a definition, its own name included.
    pub fn references(&self, definition: &Definition, modules: &dyn Modules) -> Vec<Span> {
        let source = self.source();
        let can_be = |occurrence: &&Occurrence| match (&definition.symbol, occurrence.role) {
            (None, role) => matches!(role, Role::Module | Role::Alias),
            (Some(_), Role::Module | Role::Alias) => false,
            (Some(symbol), _) => source.slice(occurrence.span) == symbol.name,
        };
        let leads_there = |occurrence: &&Occurrence| {
            self.resolve(**occurrence, modules).is_some_and(|found| found.is(definition))
        };
        let found = self.occurrences.iter().filter(can_be).filter(leads_there);
        found.map(|occurrence| occurrence.span).collect()
    }

    /// The module of the first use of `name` that leads nowhere: what it names cannot be told.
    pub fn unresolved(&self, name: &str, modules: &dyn Modules) -> Option<String> {
        let text = |span| self.source().slice(span);
        let named = self.occurrences.iter().filter(|occurrence| text(occurrence.span) == name);
        named
            .filter_map(|occurrence| match occurrence.role {
                Role::Member(module) => self.expand(text(module)).or_else(|| Some(text(module).to_string())),
                Role::Export(module) => Some(text(module).to_string()),
                _ => None,
            })
            .find(|path| is_missing(path, name, self.source(), modules))
    }

    pub(super) fn resolve(&self, occurrence: Occurrence, modules: &dyn Modules) -> Option<Definition> {
        let text = |span| self.source().slice(span);
        let name = text(occurrence.span);
        match occurrence.role {
            Role::Declaration(position) => {
                self.follow(self.symbols.get(position)?, Namespace::Constants, modules)
            }
            Role::Procedure => {
                let namespace = Namespace::Procedures;
                self.follow(self.symbol(namespace, name)?, namespace, modules)
            }
            Role::Constant => {
                let namespace = Namespace::Constants;
                self.follow(self.symbol(namespace, name)?, namespace, modules)
            }
            Role::Alias => self.module_definition(&self.import_path(name)?, modules),
            Role::Module => self.module_definition(name, modules),
            Role::Member(module) => {
                self.member(&self.expand(text(module))?, name, Namespace::Procedures, modules)
            }
            Role::Export(path) => self.member(text(path), name, Namespace::Procedures, modules),
            Role::SystemCall => export(modules.kernel()?, None, name, Namespace::Procedures, modules),
        }
    }

    /// The path of the module imported under an alias.
    fn import_path(&self, alias: &str) -> Option<String> {
        match &self.symbol(Namespace::Modules, alias)?.kind {
            SymbolKind::Import { path } => Some(path.clone()),
            _ => None,
        }
    }

    /// Expands the alias at the start of a module's path.
    pub(super) fn expand(&self, module: &str) -> Option<String> {
        match module.split_once("::") {
            Some((OWN, _)) => Some(module.to_string()),
            Some((alias, rest)) => Some(format!("{}::{rest}", self.import_path(alias)?)),
            None => self.import_path(module),
        }
    }

    fn module_definition(&self, path: &str, modules: &dyn Modules) -> Option<Definition> {
        let analysis = modules.module(path, self.source())?;
        let source = analysis.source().clone();
        Some(Definition { analysis: Some(analysis), path: Some(path.to_string()), source, symbol: None })
    }

    /// The item that another module exports under a name; `wanted` decides between a procedure and a constant.
    fn member(&self, path: &str, name: &str, wanted: Namespace, modules: &dyn Modules) -> Option<Definition> {
        let other = match wanted {
            Namespace::Constants => Namespace::Procedures,
            _ => Namespace::Constants,
        };
        let module = modules.module(path, self.source())?;
        let find = |namespace| export(module.clone(), Some(path.to_string()), name, namespace, modules);
        find(wanted).or_else(|| find(other))
    }

    /// The definition of a symbol of this source.
    fn follow(&self, symbol: &Symbol, wanted: Namespace, modules: &dyn Modules) -> Option<Definition> {
        let here = |symbol: &Symbol| Definition {
            analysis: None,
            path: None,
            source: self.source().clone(),
            symbol: Some(symbol.clone()),
        };
        match &symbol.kind {
            SymbolKind::Import { path } => self.module_definition(path, modules),
            SymbolKind::Submodule => self.module_definition(&below(&symbol.name), modules),
            SymbolKind::ImportedItem { .. } => {
                let found = self.imported(&symbol.kind);
                let found = found.and_then(|(path, name)| self.member(&path, &name, wanted, modules));
                found.or_else(|| Some(here(symbol)))
            }
            _ => Some(here(symbol)),
        }
    }

    /// The module of an imported item, and its name there.
    pub(super) fn imported(&self, kind: &SymbolKind) -> Option<(String, String)> {
        match kind {
            SymbolKind::ImportedItem { module, through_import: true, name } => {
                Some((self.expand(module)?, name.clone()))
            }
            SymbolKind::ImportedItem { module, name, .. } => Some((module.clone(), name.clone())),
            _ => None,
        }
    }
}

/// Whether a module, or one from which it re-exports an item, is missing.
fn is_missing(path: &str, name: &str, from: &Source, modules: &dyn Modules) -> bool {
    let (mut path, mut name, mut from) = (path.to_string(), name.to_string(), from.clone());
    for _ in 0..MAX_CHAIN {
        let Some(module) = modules.module(&path, &from) else { return true };
        let symbols =
            [Namespace::Procedures, Namespace::Constants].map(|namespace| module.symbol(namespace, &name));
        let exported = symbols.into_iter().flatten().find(|symbol| symbol.exported);
        let Some((next_path, next_name)) = exported.and_then(|symbol| module.imported(&symbol.kind)) else {
            return false;
        };
        (path, name, from) = (next_path, next_name, module.source().clone());
    }
    false
}

/// The item that a module exports or re-exports under a name.
fn export(
    module: Arc<Analysis>,
    path: Option<String>,
    name: &str,
    namespace: Namespace,
    modules: &dyn Modules,
) -> Option<Definition> {
    let (mut module, mut path, mut name) = (module, path, name.to_string());
    for _ in 0..MAX_CHAIN {
        let symbol = module.symbol(namespace, &name).filter(|symbol| symbol.exported)?;
        if !matches!(symbol.kind, SymbolKind::ImportedItem { .. }) {
            let (source, symbol) = (module.source().clone(), Some(symbol.clone()));
            return Some(Definition { analysis: Some(module), path, source, symbol });
        }
        let (next_path, next_name) = module.imported(&symbol.kind)?;
        module = modules.module(&next_path, module.source())?;
        (path, name) = (Some(next_path), next_name);
    }
    None
}
