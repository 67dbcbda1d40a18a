//! Values of constants, imported ones included.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly::tooling::{ConstantDeclaration, ConstantValue, evaluate_constants};
use miden_assembly_syntax::Name;

use crate::{Analysis, Definition, Modules, Namespace, Occurrence, Role, Symbol, SymbolKind};

/// Longest chain of modules that each need a constant of the next.
const MAX_CHAIN: usize = 100;

/// Computed values, by the names of source and constant; `None` while a value is being computed.
type Known = BTreeMap<(String, String), Option<ConstantValue>>;

impl Analysis {
    /// The value of a constant of this source, if it has no errors.
    pub(super) fn constant(&self, name: &str, modules: &dyn Modules) -> Option<String> {
        self.evaluate(name, modules, &mut Known::new(), 0).map(|value| value.to_string())
    }

    fn evaluate(
        &self,
        name: &str,
        modules: &dyn Modules,
        known: &mut Known,
        depth: usize,
    ) -> Option<ConstantValue> {
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
        let values = evaluate_constants(self.source(), &declarations, imported);
        for declaration in &declarations {
            let name = declaration.name.text;
            known.insert((key.0.clone(), name.to_string()), values.get(name).cloned());
        }
        values.get(name).cloned()
    }

    fn constant_declaration(&self, symbol: &Symbol) -> Option<ConstantDeclaration<'_>> {
        let text = Name { text: self.source().slice(symbol.span), span: symbol.span };
        let (_, expression) = text.split_once("=")?;
        let name = Name { text: self.source().slice(symbol.name_span), span: symbol.name_span };
        Some(ConstantDeclaration { name, expression: expression.trim() })
    }

    /// The constants of other modules that this source imports by name.
    fn imported_constants(
        &self,
        modules: &dyn Modules,
        known: &mut Known,
        depth: usize,
    ) -> Vec<(Name<'_>, Option<ConstantValue>)> {
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
            imported.push((alias, value));
        }
        imported
    }
}
