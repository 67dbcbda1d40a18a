//! Compiled libraries as sources that declare their modules.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use miden_assembly::{CompiledLibrary, Source};
use miden_assembly_analysis::Analysis;

/// Prefix of the names of such sources; no address begins with it.
const SCHEME: &str = "compiled ";

/// The modules of compiled libraries by their paths.
pub(super) type CompiledModules = BTreeMap<String, Arc<Analysis>>;

/// The modules of a library by their paths: constants, and procedures without code, with documentation and digest.
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

/// Whether a source is an outline of a compiled library, which no editor can show.
pub(super) fn is_outline(source: &Source) -> bool {
    outline_path(source).is_some()
}

/// The path of the module that a source outlines.
pub(super) fn outline_path(source: &Source) -> Option<&str> {
    source.name().strip_prefix(SCHEME)
}
