//! Changes that correct an error, complete a comment, or format the text.

use std::collections::HashMap;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, TextEdit, WorkspaceEdit,
};
use miden_assembly::{AssemblyError, Source, Span, SyntaxKind, tooling::StackEffect};
use miden_assembly_analysis::Analysis;

use super::{check, features::Features};

/// Most changes that are offered for an error.
const MAX_FIXES: usize = 4;

/// Most items that a comment lists.
const MAX_ITEMS: u64 = 16;

impl Features<'_> {
    pub(super) fn code_actions(self, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let uri = &params.text_document.uri;
        let analysis = self.workspace.find(uri)?;
        let source = analysis.source();
        let lines = self.lines(source);
        let asked = lines.span(params.range);
        let touches = |span: Span| span.start <= asked.end && asked.start <= span.end;
        let findings = check::check(self.workspace, &analysis);
        let mut changes: Vec<(String, CodeActionKind, Vec<TextEdit>)> = Vec::new();
        let edit = |span: Span, new_text: String| TextEdit { range: lines.range(span), new_text };
        let errors = findings.errors.iter().filter(|error| error.source() == source && touches(error.span()));
        for Fix { title, span, text } in errors.flat_map(|error| fixes(&analysis, error)) {
            changes.push((title, CodeActionKind::QuickFix, vec![edit(span, text)]));
        }
        let procedures = findings.without_comment.iter().filter(|(header, _)| touches(*header));
        for (header, effect) in procedures {
            let Some(comment) = comment(effect) else { continue };
            let start = start_of_line(source, header.start);
            let title = format!("Add the comment `{comment}`");
            changes.push((
                title,
                CodeActionKind::Refactor,
                vec![edit(Span::new(start, start), comment + "\n")],
            ));
        }
        if let Ok(Some(edits)) = self.format(uri)
            && !edits.is_empty()
        {
            changes.push(("Format the text".into(), CodeActionKind::Source, edits));
        }
        let wanted = params.context.only.as_deref();
        let is_wanted = |kind: &CodeActionKind| wanted.is_none_or(|wanted| wanted.contains(kind));
        let address = self.workspace.address(source);
        let changes = changes.into_iter().filter(|(_, kind, _)| is_wanted(kind));
        let actions = changes.map(|(title, kind, edits)| {
            let edit = WorkspaceEdit {
                changes: Some(HashMap::from([(address.clone(), edits)])),
                ..WorkspaceEdit::default()
            };
            CodeActionResponse::CodeAction(CodeAction {
                title,
                kind: Some(kind),
                edit: Some(edit),
                ..CodeAction::default()
            })
        });
        Some(actions.collect())
    }
}

/// A replacement that may correct an error.
struct Fix {
    title: String,
    span: Span,
    text: String,
}

/// The replacements that the help of an error names.
fn fixes(analysis: &Analysis, error: &AssemblyError) -> Vec<Fix> {
    let help = error.help().unwrap_or_default();
    let fix = |name: &str| match name.strip_prefix("use.") {
        Some(path) => {
            let at = end_of_imports(analysis);
            Fix { title: format!("Import `{path}`"), span: Span::new(at, at), text: format!("{name}\n") }
        }
        None => Fix { title: format!("Replace with `{name}`"), span: error.span(), text: name.into() },
    };
    let names = help.strip_prefix("did you mean ").or_else(|| help.strip_prefix("import it: "));
    // After the question there may be other advice.
    let names = names.and_then(|names| names.split('?').next()).unwrap_or_default();
    in_backticks(names).take(MAX_FIXES).map(fix).collect()
}

/// The texts between backticks.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The start of the line after the last import, or of the comments above the first declaration.
fn end_of_imports(analysis: &Analysis) -> usize {
    let text = analysis.source().text();
    let imports = analysis.syntax().root().children_of(SyntaxKind::Import);
    let last = imports.last().map(|import| import.span().end);
    let end = last.and_then(|end| Some(end + text.get(end..)?.find('\n')? + 1));
    end.unwrap_or_else(|| {
        let first = analysis.syntax().root().children().find(|element| !element.kind().is_trivia());
        let mut start = first.map_or(0, |element| start_of_line(analysis.source(), element.span().start));
        while let Some(above) = start.checked_sub(1).map(|newline| start_of_line(analysis.source(), newline))
            && text.get(above..start).is_some_and(|line| line.starts_with('#'))
        {
            start = above;
        }
        start
    })
}

fn start_of_line(source: &Source, offset: usize) -> usize {
    let before = source.text().get(..offset).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// A comment with the effect of a procedure, the topmost items first.
fn comment(effect: &StackEffect) -> Option<String> {
    let (inputs, outputs) = (effect.inputs, effect.outputs());
    if inputs > MAX_ITEMS || outputs > MAX_ITEMS {
        return None;
    }
    let names = |first: u64, count: u64| -> String {
        let names = (first..first + count).rev().filter_map(|index| char::from_digit(10 + index as u32, 36));
        let names: Vec<String> = names.map(String::from).chain(["…".to_owned()]).collect();
        names.join(", ")
    };
    // 26 letters; results begin again with `a` if there are too many.
    let first = if inputs + outputs > 26 { 0 } else { inputs };
    Some(format!("#! Stack: [{}] → [{}]", names(0, inputs), names(first, outputs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_name_the_topmost_item_first() {
        assert_eq!(comment(&StackEffect::new(2, 1)).unwrap(), "#! Stack: [b, a, …] → [c, …]");
        assert_eq!(comment(&StackEffect::new(0, 0)).unwrap(), "#! Stack: […] → […]");
        assert_eq!(comment(&StackEffect::new(17, 0)), None);
    }

    #[test]
    fn names_are_between_backticks() {
        let names: Vec<_> = in_backticks("`a`, `b::c` or `d`? Otherwise add").collect();
        assert_eq!(names, ["a", "b::c", "d"]);
    }
}
