//! Requests about a place in a text.

use std::{collections::HashMap, sync::Arc};

use gen_lsp_types::{
    BaseSymbolInformation, CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionParams,
    CompletionResponse, Contents, Definition as DefinitionLocation, DefinitionParams, DefinitionResponse,
    DocumentFormattingParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Documentation,
    Hover, HoverParams, Location, MarkupContent, MarkupKind, PrepareRenameParams, PrepareRenamePlaceholder,
    PrepareRenameResult, ReferenceParams, RenameParams, SymbolInformation, SymbolKind as Kind,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use miden_assembly::{FormatOptions, Source, Span, format};
use miden_assembly_analysis::{Analysis, CompletionKind, RenameScope, Symbol, SymbolKind};

use super::{
    outline::outline_path, position::Lines, refusal::Refusal, settings::Client, workspace::Workspace,
};

/// Answers to requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Features<'s> {
    pub(super) workspace: &'s Workspace,
    pub(super) client: &'s Client,
}

impl Features<'_> {
    pub(super) fn definition(self, params: &DefinitionParams) -> Option<DefinitionResponse> {
        let (analysis, offset) = self.place(&params.text_document_position_params)?;
        let definition = analysis.definition(offset, self.workspace)?;
        let location = match outline_path(definition.source()) {
            None => self.location(definition.source(), definition.name_span()),
            // Other compiled libraries have no sources.
            Some(path) => {
                let module = self.workspace.standard()?.module(path)?;
                let name = definition.symbol().map(|symbol| &symbol.name);
                let declared =
                    module.symbols().iter().find(|symbol| symbol.exported && Some(&symbol.name) == name);
                let span = declared.map_or(definition.name_span(), |symbol| symbol.name_span);
                self.location(module.source(), span)
            }
        };
        Some(DefinitionResponse::Definition(DefinitionLocation::Location(location)))
    }

    pub(super) fn references(self, params: &ReferenceParams) -> Option<Vec<Location>> {
        let (analysis, offset) = self.place(&params.text_document_position_params)?;
        let definition = analysis.definition(offset, self.workspace)?;
        let mut locations = Vec::new();
        for analysis in self.workspace.all() {
            let mut spans = analysis.references(&definition, self.workspace);
            let is_declaration =
                |span: &Span| analysis.source() == definition.source() && *span == definition.name_span();
            spans.retain(|span| params.context.include_declaration || !is_declaration(span));
            locations.extend(self.locations(analysis.source(), &spans));
        }
        Some(locations)
    }

    pub(super) fn hover(self, params: &HoverParams) -> Option<Hover> {
        let (analysis, offset) = self.place(&params.text_document_position_params)?;
        let hover = analysis.hover(offset, self.workspace)?;
        let range = self.lines(analysis.source()).range(hover.span);
        Some(Hover { contents: Contents::MarkupContent(self.markup(hover.text)), range: Some(range) })
    }

    pub(super) fn completion(self, params: &CompletionParams) -> Option<CompletionResponse> {
        let (analysis, offset) = self.place(&params.text_document_position_params)?;
        let completions = analysis.completions(offset, self.workspace);
        let range = self.lines(analysis.source()).range(completions.replaced);
        let items = completions.items.into_iter().map(|item| CompletionItem {
            kind: Some(match item.kind {
                CompletionKind::Instruction => CompletionItemKind::Operator,
                CompletionKind::Procedure => CompletionItemKind::Function,
                CompletionKind::Constant => CompletionItemKind::Constant,
                CompletionKind::Module => CompletionItemKind::Module,
                _ => CompletionItemKind::Keyword,
            }),
            // The typed text is matched against the inserted text, not the label.
            filter_text: (item.label != item.text).then(|| item.text.clone()),
            label: item.label,
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation: item.docs.map(|docs| Documentation::MarkupContent(self.markup(docs))),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: item.text })),
            ..CompletionItem::default()
        });
        Some(CompletionResponse::CompletionItemList(items.collect()))
    }

    pub(super) fn symbols(self, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let uri = &params.text_document.uri;
        let analysis = self.workspace.find(uri)?;
        let lines = self.lines(analysis.source());
        let symbols = analysis.symbols().iter();
        Some(if self.client.reads_nested_symbols {
            let symbols = symbols.map(|symbol| {
                let detail = detail(analysis.source(), symbol);
                let (whole, selected) = (lines.range(symbol.span), lines.range(symbol.name_span));
                DocumentSymbol::new(
                    name(symbol),
                    detail,
                    kind(&symbol.kind),
                    None,
                    None,
                    whole,
                    selected,
                    None,
                )
            });
            DocumentSymbolResponse::DocumentSymbolList(symbols.collect())
        } else {
            let symbols = symbols.map(|symbol| {
                let location = Location { uri: uri.clone(), range: lines.range(symbol.span) };
                let base = BaseSymbolInformation::new(name(symbol), kind(&symbol.kind), None, None);
                SymbolInformation::new(None, location, base)
            });
            DocumentSymbolResponse::SymbolInformationList(symbols.collect())
        })
    }

    /// Formats the text; a text with syntax errors stays as it is.
    pub(super) fn formatting(
        self,
        params: &DocumentFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>, Refusal> {
        self.format(&params.text_document.uri)
    }

    pub(super) fn format(self, uri: &Uri) -> Result<Option<Vec<TextEdit>>, Refusal> {
        let Some(analysis) = self.workspace.find(uri) else { return Ok(None) };
        let source = analysis.source();
        let formatted = format(source, &FormatOptions::default());
        let formatted =
            formatted.map_err(|_| Refusal::failed("the text has errors and was not formatted"))?;
        let edit = change(source.text(), &formatted)
            .map(|(span, new)| TextEdit { range: self.lines(source).range(span), new_text: new.into() });
        Ok(Some(edit.into_iter().collect()))
    }

    pub(super) fn prepare_rename(
        self,
        params: &PrepareRenameParams,
    ) -> Result<Option<PrepareRenameResult>, Refusal> {
        let place = self.place(&params.text_document_position_params);
        let Some((analysis, offset)) = place else { return Ok(None) };
        let rename = analysis.rename(offset, self.workspace).map_err(Refusal::failed)?;
        self.check_scope(&rename.scope)?;
        let range = self.lines(analysis.source()).range(rename.span);
        let placeholder = analysis.source().slice(rename.span).to_owned();
        let result = PrepareRenamePlaceholder { range, placeholder };
        Ok(Some(PrepareRenameResult::PrepareRenamePlaceholder(result)))
    }

    pub(super) fn rename(self, params: &RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
        let place = self.place(&params.text_document_position_params);
        let Some((analysis, offset)) = place else { return Ok(None) };
        let rename = analysis.rename(offset, self.workspace).map_err(Refusal::failed)?;
        self.check_scope(&rename.scope)?;
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        let mut change = |analysis: &Analysis, spans: &[Span]| {
            rename.check(analysis, &params.new_name).map_err(Refusal::failed)?;
            let lines = self.lines(analysis.source());
            let edit =
                |span: &Span| TextEdit { range: lines.range(*span), new_text: params.new_name.clone() };
            changes.insert(self.workspace.address(analysis.source()), spans.iter().map(edit).collect());
            Ok::<(), Refusal>(())
        };
        match &rename.scope {
            RenameScope::Everywhere(definition) => {
                for other in self.workspace.all() {
                    let spans = other.references(definition, self.workspace);
                    if !spans.is_empty() {
                        change(&other, &spans)?;
                    }
                }
            }
            RenameScope::Source(spans) => change(&analysis, spans)?,
            _ => return Ok(None),
        }
        Ok(Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
    }

    /// Refuses to change files outside the workspace, and a part of the uses.
    fn check_scope(self, scope: &RenameScope) -> Result<(), Refusal> {
        let RenameScope::Everywhere(definition) = scope else { return Ok(()) };
        if !self.workspace.is_own(definition.source()) {
            return Err(Refusal::failed("the name belongs to a library outside the workspace"));
        }
        let Some(symbol) = definition.symbol() else { return Ok(()) };
        for other in self.workspace.all() {
            if let Some(module) = other.unresolved(&symbol.name, self.workspace) {
                return Err(Refusal::failed(format_args!(
                    "{} uses `{}` of `{module}`, which is not found: add its library, or correct the import",
                    other.source().name(),
                    symbol.name
                )));
            }
        }
        Ok(())
    }

    /// The text of a request, and the offset in it.
    pub(super) fn place(self, params: &TextDocumentPositionParams) -> Option<(Arc<Analysis>, usize)> {
        let analysis = self.workspace.find(&params.text_document.uri)?;
        let offset = self.lines(analysis.source()).offset(params.position);
        Some((analysis, offset))
    }

    pub(super) fn lines(self, source: &Source) -> Lines<'_> {
        Lines::new(source.text(), self.client.encoding)
    }

    pub(super) fn location(self, source: &Source, span: Span) -> Location {
        Location { uri: self.workspace.address(source), range: self.lines(source).range(span) }
    }

    fn locations(self, source: &Source, spans: &[Span]) -> Vec<Location> {
        let (uri, lines) = (self.workspace.address(source), self.lines(source));
        spans.iter().map(|span| Location { uri: uri.clone(), range: lines.range(*span) }).collect()
    }

    pub(super) fn markup(self, value: String) -> MarkupContent {
        let kind = if self.client.reads_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        MarkupContent { kind, value }
    }
}

/// The smallest replacement of whole lines that turns one text into another. The cursor keeps its place in the common
/// lines before and after it.
fn change<'n>(old: &str, new: &'n str) -> Option<(Span, &'n str)> {
    fn same<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
        pairs.take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum()
    }
    let lines = |text| str::split_inclusive(text, '\n');
    let start = same(lines(old).zip(lines(new)));
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let end = same(lines(old_rest).rev().zip(lines(new_rest).rev()));
    let replaced = Span::new(start, old.len() - end);
    (old != new).then_some((replaced, new_rest.get(..new_rest.len() - end)?))
}

/// A name that is not empty, as the protocol requires.
pub(super) fn name(symbol: &Symbol) -> String {
    if symbol.name.is_empty() { "…".into() } else { symbol.name.clone() }
}

/// Text next to the name in an outline.
fn detail(source: &Source, symbol: &Symbol) -> Option<String> {
    match &symbol.kind {
        SymbolKind::Import { path } => Some(path.clone()),
        SymbolKind::ImportedItem { module, .. } => Some(format!("from {module}")),
        SymbolKind::Constant => {
            let (_, value) = source.slice(symbol.span).split_once('=')?;
            Some(value.trim().to_owned())
        }
        _ => symbol.exported.then(|| "exported".to_owned()),
    }
}

pub(super) const fn kind(kind: &SymbolKind) -> Kind {
    match kind {
        SymbolKind::Import { .. } | SymbolKind::Submodule => Kind::Module,
        SymbolKind::Constant => Kind::Constant,
        SymbolKind::Program => Kind::Namespace,
        _ => Kind::Function,
    }
}
