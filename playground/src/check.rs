//! Errors and warnings of the sources, from the engine of the editor server.

use miden_assembly::{Diagnostic, DiagnosticKind, Diagnostics, Source};
use miden_assembly_analysis::{Analysis, Effects};
use serde_json::{Value, json};

use crate::{problem::Problem, request::Request};

/// All diagnostics, those of the kernel if it has errors; and the stack effects of the procedures.
pub(crate) fn check(request: &Request) -> Result<Value, Problem> {
    let source = request.program();
    let assembler = match request.assembler() {
        Ok(assembler) => assembler,
        Err(Problem::Sources(errors)) => return Ok(found(to_json(errors.iter()))),
        Err(problem) => return Err(problem),
    };
    let analysis = Analysis::new(&source);
    let is_module = !analysis.is_program() && analysis.symbols().iter().any(|symbol| symbol.exported);
    let outline = match is_module {
        true => assembler.outline_module(None, &source),
        false => assembler.outline_program(&source),
    };
    Ok(found(match outline {
        Ok(outline) => {
            let effects = Effects::infer(&outline);
            let lints = effects.warnings.iter().filter(|lint| *lint.source() == source);
            let Value::Array(mut all) = to_json(outline.warnings.iter()) else { return Ok(found(json!([]))) };
            all.extend(lints.take(Diagnostics::MAX_SHOWN).map(entry));
            all.into()
        }
        Err(errors) => to_json(errors.iter()),
    }))
}

fn found(diagnostics: Value) -> Value {
    json!({"outcome": "success", "diagnostics": diagnostics})
}

/// The first diagnostics, as many as the command line shows.
pub(crate) fn to_json<'a, K: DiagnosticKind + 'a>(
    diagnostics: impl Iterator<Item = &'a Diagnostic<K>>,
) -> Value {
    diagnostics.take(Diagnostics::MAX_SHOWN).map(entry).collect()
}

fn entry<K: DiagnosticKind>(diagnostic: &Diagnostic<K>) -> Value {
    let (source, span) = (diagnostic.source(), diagnostic.span());
    let mut entry = place(source, span.start, span.end);
    entry["severity"] = if diagnostic.is_warning() { "warning" } else { "error" }.into();
    entry["message"] = diagnostic.to_string().into();
    entry["help"] = diagnostic.help().into();
    entry
}

/// A place in a source: line and column, counted from 1, and offsets in UTF-16 code units, as in JavaScript.
pub(crate) fn place(source: &Source, start: usize, end: usize) -> Value {
    let text = source.text();
    let units = |offset: usize| {
        let before = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
        before.encode_utf16().count()
    };
    let (from, to) = (source.location(start), source.location(end));
    json!({
        "file": source.name(),
        "line": from.line, "column": from.column, "end_line": to.line, "end_column": to.column,
        "start": units(start), "end": units(end),
    })
}
