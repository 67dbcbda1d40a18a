//! Search for declarations in the workspace.

use gen_lsp_types::{
    BaseSymbolInformation, SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use miden_assembly_analysis::SymbolKind;

use super::features::{Features, kind, name};

/// Limit of the result; a longer query has fewer symbols.
const MAX_SYMBOLS: usize = 500;

impl Features<'_> {
    /// The declarations whose names have the letters of the query in its order.
    pub(super) fn search(self, params: &WorkspaceSymbolParams) -> WorkspaceSymbolResponse {
        let mut symbols = Vec::new();
        for analysis in self.workspace.all() {
            let found = analysis.symbols().iter().filter(|symbol| {
                matches!(
                    symbol.kind,
                    SymbolKind::Constant | SymbolKind::Procedure { .. } | SymbolKind::Program
                ) && has_letters(&symbol.name, &params.query)
            });
            for symbol in found.take(MAX_SYMBOLS - symbols.len()) {
                let container = self.workspace.module_path(analysis.source());
                let base = BaseSymbolInformation::new(name(symbol), kind(&symbol.kind), None, container);
                let location = self.location(analysis.source(), symbol.name_span);
                symbols.push(SymbolInformation::new(None, location, base));
            }
        }
        WorkspaceSymbolResponse::SymbolInformationList(symbols)
    }
}

/// Whether a name has the letters of a query in its order, small or capital.
fn has_letters(name: &str, query: &str) -> bool {
    let mut rest = name.chars();
    query.chars().all(|wanted| rest.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

#[cfg(test)]
mod tests {
    use super::has_letters;

    #[test]
    fn queries_are_subsequences() {
        assert!(has_letters("wrapping_add", "wadd") && has_letters("MAX", "ma") && has_letters("a", ""));
        assert!(!has_letters("add", "dda") && !has_letters("", "a"));
    }
}
