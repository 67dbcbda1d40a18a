//! Errors and warnings of sources as JSON: all that the text shows.

use miden_assembly::{Diagnostic, DiagnosticKind, Diagnostics, Source, Span};
use miden_assembly_analysis::LintDiagnostic;
use serde_json::{Map, Value, json};

/// The first errors or warnings, as many as the text shows, and the number of the others.
pub(crate) fn to_json(diagnostics: &Diagnostics) -> (Vec<Value>, usize) {
    let shown =
        diagnostics.iter().take(Diagnostics::MAX_SHOWN).map(|error| Value::Object(entry(error))).collect();
    (shown, diagnostics.errors().len().saturating_sub(Diagnostics::MAX_SHOWN))
}

/// Like [`to_json`], for warnings of an analysis, each with the name of its lint.
pub(crate) fn lints_to_json(lints: &[LintDiagnostic]) -> (Vec<Value>, usize) {
    let with_name = |lint: &LintDiagnostic| {
        let mut entry = entry(lint);
        entry.insert("lint".into(), lint.kind().kind().name().into());
        Value::Object(entry)
    };
    let shown = lints.iter().take(Diagnostics::MAX_SHOWN).map(with_name).collect();
    (shown, lints.len().saturating_sub(Diagnostics::MAX_SHOWN))
}

fn entry<K: DiagnosticKind>(error: &Diagnostic<K>) -> Map<String, Value> {
    let severity = if error.is_warning() { "warning" } else { "error" };
    let mut entry = place(error.source(), error.span());
    entry.insert("severity".into(), severity.into());
    entry.insert("message".into(), error.to_string().into());
    if let Some(help) = error.help() {
        entry.insert("help".into(), help.into());
    }
    let related = error.related().iter().map(|related| {
        let mut entry = place(&related.source, related.span);
        entry.insert("message".into(), json!(related.label));
        Value::Object(entry)
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        entry.insert("related".into(), related.into());
    }
    entry
}

/// File, and the place from its first character up to but not including its last.
fn place(source: &Source, span: Span) -> Map<String, Value> {
    let (start, end) = (source.location(span.start), source.location(span.end));
    let keys = [
        ("file", source.name().into()),
        ("line", start.line.into()),
        ("column", start.column.into()),
        ("end_line", end.line.into()),
        ("end_column", end.column.into()),
    ];
    keys.map(|(key, value)| (key.to_owned(), value)).into_iter().collect()
}
