//! Values of constants, also of those that come from other modules.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use super::{Analysis, Definition, Modules, Namespace, Occurrence, Role, Symbol, SymbolKind};
use crate::{
    ast::Name,
    constants::{Constants, Declaration, Found, ImportedConstant, Value},
    errors::Errors,
};

/// Longest chain of modules, each of which needs a constant of the next one.
const MAX_CHAIN: usize = 100;

/// The values that are known, by the names of source and constant; while one is computed, it is unknown.
type Known = BTreeMap<(String, String), Option<Value>>;

impl Analysis {
    /// The value of a constant of this source, if it is right.
    pub(super) fn constant(&self, name: &str, modules: &dyn Modules) -> Option<String> {
        self.evaluate(name, modules, &mut Known::new(), 0).map(|value| value.to_string())
    }

    fn evaluate(&self, name: &str, modules: &dyn Modules, known: &mut Known, depth: usize) -> Option<Value> {
        let key = (self.source().name().to_string(), name.to_string());
        if let Some(value) = known.get(&key) {
            return value.clone();
        }
        known.insert(key.clone(), None);
        let constants = self.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Constant);
        let declarations: Vec<_> = constants.filter_map(|symbol| self.constant_declaration(symbol)).collect();
        let imported = match depth < MAX_CHAIN {
            true => self.imported_constants(modules, known, depth),
            false => Vec::new(),
        };
        // Errors are told by the assembler.
        let mut errors = Errors::new(self.source().clone());
        let constants = Constants::evaluate(&declarations, imported, &mut errors);
        for declaration in &declarations {
            let name = declaration.name.text;
            known.insert((key.0.clone(), name.to_string()), constants.value(name).cloned());
        }
        constants.value(name).cloned()
    }

    fn constant_declaration(&self, symbol: &Symbol) -> Option<Declaration<'_>> {
        let text = Name { text: self.source().slice(symbol.span), span: symbol.span };
        let (_, expression) = text.split_once("=")?;
        let name = Name { text: self.source().slice(symbol.name_span), span: symbol.name_span };
        Some(Declaration { name, expression: expression.trim(), is_public: symbol.exported, docs: None })
    }

    /// The constants of other modules that this source imports one by one.
    fn imported_constants(
        &self,
        modules: &dyn Modules,
        known: &mut Known,
        depth: usize,
    ) -> Vec<ImportedConstant<'_>> {
        let mut imported = Vec::new();
        for symbol in &self.symbols {
            if !matches!(symbol.kind, SymbolKind::ImportedItem { .. })
                || symbol.exported
                || !symbol.is_in(Namespace::Constants)
            {
                continue;
            }
            let occurrence = Occurrence { span: symbol.name_span, role: Role::Constant };
            let Some(definition) = self.resolve(occurrence, modules) else { continue };
            let Definition { analysis: Some(module), .. } = &definition else { continue };
            let Some(constant) = definition.symbol().filter(|found| found.kind == SymbolKind::Constant)
            else {
                continue;
            };
            let value = module.evaluate(&constant.name, modules, known, depth + 1);
            let alias = Name { text: self.source().slice(symbol.name_span), span: symbol.name_span };
            imported.push(ImportedConstant { alias, found: Found::Constant(value) });
        }
        imported
    }
}
