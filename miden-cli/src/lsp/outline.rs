//! What compiled libraries hold, as sources that declare it.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use miden_assembly::{CompiledLibrary, Source, analysis::Analysis};

use super::workspace::CompiledModules;

/// What the names of such sources begin with; no address does.
const SCHEME: &str = "compiled ";

/// The modules of a library by their paths: procedures without code, with their documentation and their digest, and
/// constants.
pub(super) fn modules(library: &CompiledLibrary) -> CompiledModules {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for (path, docs) in library.modules() {
        let text = texts.entry(path).or_default();
        for line in docs.unwrap_or_default().lines() {
            let _ = writeln!(text, "#! {line}");
        }
        text.push('\n');
    }
    for export in library.exports() {
        let text = texts.entry(export.module()).or_default();
        for line in export.docs().unwrap_or_default().lines() {
            let _ = writeln!(text, "#! {line}");
        }
        let _ = writeln!(text, "#! Digest: `{}`", export.digest());
        let _ = writeln!(text, "export.{} end", export.label());
    }
    for constant in library.constants() {
        let text = texts.entry(constant.module()).or_default();
        for line in constant.docs().unwrap_or_default().lines() {
            let _ = writeln!(text, "#! {line}");
        }
        let _ = writeln!(text, "pub const {} = {constant}", constant.name());
    }
    let analyse = |(path, text): (&str, String)| {
        let source = Source::new(format!("{SCHEME}{path}"), text);
        (path.to_owned(), Arc::new(Analysis::new(&source)))
    };
    texts.into_iter().map(analyse).collect()
}

/// Whether a source only tells what is in a compiled library, so that no editor can show it.
pub(super) fn is_outline(source: &Source) -> bool {
    source.name().starts_with(SCHEME)
}
