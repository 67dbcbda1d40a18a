//! Explanations of words.

use alloc::{format, string::String, vec::Vec};
use core::fmt::Write;

use miden_assembly::{Source, Span, SyntaxElement, SyntaxKind};
use miden_assembly_syntax::Keyword;

use crate::{Analysis, Definition, Modules, SymbolKind, instruction};

/// An explanation of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The explained text.
    pub span: Span,
    /// The explanation, in Markdown.
    pub text: String,
}

impl Analysis {
    /// Explains the name, instruction or keyword at an offset; `None` if there is nothing to explain.
    pub fn hover(&self, offset: usize, modules: &dyn Modules) -> Option<Hover> {
        if let Some(occurrence) = self.occurrence_at(offset)
            && let Some(definition) = self.resolve(occurrence, modules)
            && let Some(text) = self.describe(&definition, modules)
        {
            return Some(Hover { span: occurrence.span, text });
        }
        let path: Vec<_> = self.syntax().path_to(offset).collect();
        let (word, around) = path.split_last()?;
        if word.kind() != SyntaxKind::Word {
            return None;
        }
        let word = word.word();
        let head = word.parts().next()?;
        if let Some(keyword) = Keyword::named(head.text) {
            let mut text = String::new();
            for form in keyword.forms() {
                let _ = writeln!(text, "`{form}`  ");
            }
            let _ = write!(text, "\n{}", explain(keyword));
            if matches!(keyword, Keyword::End | Keyword::Else)
                && let Some(opened) = self.opened_by(around)
            {
                let _ = write!(text, "\n\n{opened}");
            }
            return Some(Hover { span: head.span, text });
        }
        let text = instruction::describe(&instruction::forms(head.text))?;
        Some(Hover { span: word.span(), text })
    }

    /// The header of the procedure, or the forms of the instruction, at an offset, each with its stack effect.
    pub fn signatures(&self, offset: usize, modules: &dyn Modules) -> Vec<String> {
        if let Some(occurrence) = self.occurrence_at(offset)
            && let Some(definition) = self.resolve(occurrence, modules)
            && let Some(symbol) = definition.symbol()
            && matches!(symbol.kind, SymbolKind::Procedure { .. })
        {
            let analysis = definition.analysis.as_deref().unwrap_or(self);
            let header = declaration(analysis.source(), symbol.header);
            let docs = analysis.docs(symbol).unwrap_or_default();
            let stack = docs.lines().find_map(|line| line.trim().strip_prefix("Stack: "));
            return [stack.map_or_else(|| header.clone(), |stack| format!("{header}  {stack}"))].into();
        }
        let word = self.syntax().path_to(offset).last().filter(|element| element.kind() == SyntaxKind::Word);
        let Some(head) = word.and_then(|element| element.word().parts().next()) else { return Vec::new() };
        instruction::forms(head.text).iter().map(|form| format!("{}  {}", form.text, form.stack)).collect()
    }

    /// Describes the header of the block that ends at a word.
    fn opened_by(&self, around: &[SyntaxElement<'_>]) -> Option<String> {
        let node = around.iter().rev().find(|element| {
            !matches!(element.kind(), SyntaxKind::Header | SyntaxKind::Block | SyntaxKind::Word)
        })?;
        let header = node.child(SyntaxKind::Header)?;
        let line = self.source().location(header.span().start).line;
        Some(format!("Belongs to `{}` on line {line}.", header.text()))
    }

    /// Describes a definition: declaration, origin and documentation.
    fn describe(&self, definition: &Definition, modules: &dyn Modules) -> Option<String> {
        let analysis = definition.analysis.as_deref().unwrap_or(self);
        let mut text = String::new();
        let Some(symbol) = definition.symbol() else {
            let path = definition.path.as_deref()?;
            let _ = write!(text, "```masm\n{path}\n```\n\nModule");
            let exported = analysis.symbols().iter().filter(|symbol| symbol.exported);
            let names: Vec<_> = exported.map(|symbol| format!("`{}`", symbol.name)).collect();
            let _ = match names.as_slice() {
                [] => write!(text, " that exports nothing."),
                names => write!(text, " that exports {}.", list(names)),
            };
            return Some(text);
        };
        let _ = write!(text, "```masm\n{}\n```\n", declaration(analysis.source(), symbol.header));
        if let Some(path) = &definition.path {
            let _ = write!(text, "\nof module `{path}`\n");
        }
        if symbol.kind == SymbolKind::Constant
            && let Some(value) = analysis.constant(&symbol.name, modules)
        {
            let _ = write!(text, "\nValue: `{}`\n", value.replace('`', "'"));
        }
        if let SymbolKind::Procedure { locals: Some(locals) } = &symbol.kind {
            let _ = write!(text, "\nLocal words: {locals}\n");
        }
        if let Some(docs) = analysis.docs(symbol) {
            let _ = write!(text, "\n---\n\n{}\n", paragraphs(&docs));
        }
        Some(text)
    }
}

/// The explanation of a keyword, with its failures.
pub(crate) fn explain(keyword: Keyword) -> String {
    let mut text = String::from(keyword.explanation());
    for (kind, when) in keyword.failures() {
        let _ = write!(text, "\n\nFails with `{kind}`: {when}");
    }
    text
}

/// The first names of a list.
fn list(names: &[String]) -> String {
    const MAX: usize = 20;
    let mut text = names.get(..MAX).unwrap_or(names).join(", ");
    if let Some(more @ 1..) = names.len().checked_sub(MAX) {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// A declaration on one line, shortened, and without a fence that would end the code block.
fn declaration(source: &Source, span: Span) -> String {
    const MAX: usize = 200;
    let words: Vec<&str> = source.slice(span).split_whitespace().collect();
    let text = words.join(" ").replace("```", "`");
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Documentation with its line breaks.
fn paragraphs(docs: &str) -> String {
    docs.replace('\n', "  \n")
}
