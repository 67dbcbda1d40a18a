//! Commands above programs and tests, which the editor's extension runs in a terminal.

use gen_lsp_types::{CodeLens, CodeLensParams, Command, Uri};
use miden_assembly::{Span, SyntaxKind, tooling};
use miden_assembly_analysis::{Analysis, SymbolKind};

use super::features::Features;

impl Features<'_> {
    pub(super) fn code_lens(self, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
        let uri = &params.text_document.uri;
        let analysis = self.workspace.find(uri)?;
        let lines = self.lines(analysis.source());
        let lens = |span: Span, title: &str, name: Option<&str>| CodeLens {
            range: lines.range(span),
            command: Some(command(uri, title, name)),
            data: None,
        };
        let mut found = Vec::new();
        for symbol in analysis.symbols() {
            match symbol.kind {
                SymbolKind::Program => {
                    found.extend(["run", "prove", "debug"].map(|title| lens(symbol.name_span, title, None)));
                }
                SymbolKind::Procedure { .. } if is_test(&analysis, symbol.span) => {
                    found.push(lens(symbol.name_span, "test", Some(&symbol.name)));
                }
                _ => {}
            }
        }
        Some(found)
    }
}

/// `miden.run` and so on, with the address of the source and, for a test, the name of the procedure.
fn command(uri: &Uri, title: &str, name: Option<&str>) -> Command {
    let arguments = [Some(uri.0.as_str()), name].into_iter().flatten().map(Into::into).collect();
    Command {
        title: title.into(),
        tooltip: None,
        command: format!("miden.{title}"),
        arguments: Some(arguments),
    }
}

/// Whether the declaration at a place has the attribute of tests, which comes before it.
fn is_test(analysis: &Analysis, declaration: Span) -> bool {
    let root = analysis.syntax().root();
    let before = root.children().take_while(|element| element.span() != declaration);
    let mut is_test = false;
    for element in before {
        match element.kind() {
            SyntaxKind::Attribute => {
                let name = element.text().trim_start_matches('@').split('(').next().unwrap_or_default();
                is_test |= name.trim() == tooling::TEST;
            }
            kind if kind.is_trivia() => {}
            _ => is_test = false,
        }
    }
    is_test
}
