//! Errors and warnings of a source.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Message,
};
use miden_assembly::{
    Assembler, AssemblyError, AssemblyErrorKind, DiagnosticKind, Diagnostics, Library, Source, Span, Version,
    tooling::{Outline, StackEffect},
};
use miden_assembly_analysis::{
    Analysis, Effects, LineEffect, LintDiagnostic, LintKind, Modules, StatedEffect,
};

use super::{
    outline::is_outline,
    position::{Encoding, Lines},
    workspace::Workspace,
};

/// Result of a check.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<AssemblyError>,
    /// Warnings about the source, unless it has errors.
    pub(super) lints: Vec<LintDiagnostic>,
    /// The stack after the lines.
    pub(super) lines: Vec<LineEffect>,
    /// The headers of the procedures whose comments state no effect, with the inferred ones.
    pub(super) without_comment: Vec<(Span, StackEffect)>,
    /// Names of the other sources that the result depends on.
    pub(super) sources: BTreeSet<String>,
}

/// Checks a source as the kernel, a program or a module, whichever it is.
pub(super) fn check(workspace: &Workspace, analysis: &Analysis) -> Findings {
    let source = analysis.source();
    let kernel = workspace.kernel();
    let is_kernel = kernel.as_ref().is_some_and(|kernel| kernel.source() == source);
    let is_program = analysis.is_program();
    let mut path = workspace.module_path(source).filter(|_| !is_program);
    let mut modules = Dependencies::of(workspace, analysis, path.as_deref());
    // Modules it imports may import it by another path, which takes precedence.
    if let Some(own) = modules.own_path(source).filter(|own| !is_program && path.as_ref() != Some(own)) {
        modules = Dependencies::of(workspace, analysis, Some(&own));
        path = Some(own);
    }
    if let Some(kernel) = kernel.as_deref().filter(|_| !is_kernel) {
        modules.add(workspace, kernel, None);
    }
    let mut sources: BTreeSet<String> =
        modules.found.values().map(|module| module.name().to_owned()).collect();
    sources.extend(kernel.as_ref().map(|kernel| kernel.source().name().to_owned()));

    let exports = || analysis.symbols().iter().any(|symbol| symbol.exported);
    let is_module = !is_program && (workspace.is_in_library(source) || exports());
    let assembler = modules.extend(&workspace.assembler, source);
    let result = match kernel.as_deref() {
        Some(_) if is_kernel => assembler.outline_kernel(source),
        _ if is_module => assembler.outline_module(path.as_deref(), source),
        Some(kernel) => {
            let with_kernel = assembler.with_kernel(kernel.source());
            with_kernel.and_then(|assembler| assembler.outline_program(source))
        }
        None => assembler.outline_program(source),
    };
    let mut findings = Findings { sources, ..Findings::default() };
    let found = match result {
        Ok(outline) => {
            let effects = Effects::infer(&outline);
            findings.without_comment = without_comment(source, &outline, &effects);
            (findings.lints, findings.lines) = (effects.warnings, effects.lines);
            outline.warnings
        }
        Err(errors) => errors,
    };
    findings.errors = found.errors().to_vec();
    findings
}

fn without_comment(source: &Source, outline: &Outline, effects: &Effects) -> Vec<(Span, StackEffect)> {
    let all = outline.procedures.iter().zip(&effects.procedures);
    let own = all.filter(|(procedure, _)| procedure.source == *source && procedure.name.is_some());
    let silent = own.filter(|(procedure, _)| StatedEffect::of(procedure).is_none());
    silent.filter_map(|(procedure, effect)| Some((procedure.header, effect.known()?))).collect()
}

/// The modules that sources import, directly and through others.
#[derive(Debug, Default)]
struct Dependencies {
    found: BTreeMap<String, Source>,
}

impl Dependencies {
    fn of(workspace: &Workspace, root: &Analysis, path: Option<&str>) -> Self {
        let mut dependencies = Self::default();
        dependencies.add(workspace, root, path);
        dependencies
    }

    /// Adds the modules that a source imports; `self` is its own path.
    fn add(&mut self, workspace: &Workspace, root: &Analysis, path: Option<&str>) {
        let mut missing = BTreeSet::new();
        let mut names: VecDeque<_> = imports(root, path).collect();
        while let Some(Import { path, written, from }) = names.pop_front() {
            if self.found.contains_key(&path) || missing.contains(&path) {
                continue;
            }
            let module = workspace.module(&written, &from);
            let Some(module) = module.filter(|module| !is_outline(module.source())) else {
                missing.insert(path);
                continue;
            };
            names.extend(imports(&module, Some(&path)));
            self.found.insert(path, module.source().clone());
        }
    }

    /// The path by which others import a source.
    fn own_path(&self, source: &Source) -> Option<String> {
        let mut found = self.found.iter();
        found.find(|(_, module)| *module == source).map(|(path, _)| path.clone())
    }

    /// The assembler extended by the modules, except the checked source.
    fn extend(self, assembler: &Assembler, checked: &Source) -> Assembler {
        let mut libraries: BTreeMap<String, Vec<(String, Source)>> = BTreeMap::new();
        for (path, source) in self.found.into_iter().filter(|(_, source)| source != checked) {
            let name = path.split_once("::").map_or(path.as_str(), |(name, _)| name).to_owned();
            libraries.entry(name).or_default().push((path, source));
        }
        let mut assembler = assembler.clone();
        for (name, modules) in libraries {
            // Names and paths come from imports, where their errors are reported.
            if let Ok(library) = Library::new(name, Version::default(), modules)
                && let Ok(extended) = assembler.clone().with_library(library)
            {
                assembler = extended;
            }
        }
        assembler
    }
}

/// An import of a module.
struct Import {
    path: String,
    /// The path as written.
    written: String,
    from: Source,
}

fn imports<'a>(analysis: &'a Analysis, own: Option<&'a str>) -> impl Iterator<Item = Import> + 'a {
    analysis.modules().into_keys().map(move |written| {
        let path = match (written.strip_prefix("self::"), own) {
            (Some(rest), Some(own)) => format!("{own}::{rest}"),
            (Some(rest), None) => rest.to_owned(),
            (None, _) => written.clone(),
        };
        Import { path, written, from: analysis.source().clone() }
    })
}

/// Errors in the form of the protocol: those of the source with all places that explain them, those of imported modules
/// at their import.
pub(super) fn diagnostics(
    workspace: &Workspace,
    analysis: &Analysis,
    Findings { errors, lints, .. }: &Findings,
    encoding: Encoding,
) -> Vec<Diagnostic> {
    let mut texts = Texts { workspace, encoding };
    let source = analysis.source();
    let lines = Lines::new(source.text(), encoding);
    let mut diagnostics = Vec::new();
    let mut others: BTreeMap<&str, Vec<&AssemblyError>> = BTreeMap::new();
    for error in errors {
        if error.source() != source {
            others.entry(error.source().name()).or_default().push(error);
            continue;
        }
        let related = error.related().iter().map(|place| DiagnosticRelatedInformation {
            location: texts.location(&place.source, place.span),
            message: place.label.to_string(),
        });
        diagnostics.push(Diagnostic {
            range: lines.range(error.span()),
            message: Message::String(message(error)),
            related_information: Some(related.collect::<Vec<_>>()).filter(|places| !places.is_empty()),
            tags: matches!(error.kind(), AssemblyErrorKind::UnusedImport { .. })
                .then(|| vec![DiagnosticTag::Unnecessary]),
            ..diagnostic(severity(error))
        });
    }
    for lint in lints.iter().filter(|lint| lint.source() == source) {
        let related = lint.related().iter().map(|place| DiagnosticRelatedInformation {
            location: texts.location(&place.source, place.span),
            message: place.label.to_string(),
        });
        let kind = lint.kind().kind();
        diagnostics.push(Diagnostic {
            range: lines.range(lint.span()),
            message: Message::String(message(lint)),
            code: Some(Code::String(kind.name().into())),
            related_information: Some(related.collect::<Vec<_>>()).filter(|places| !places.is_empty()),
            tags: (kind == LintKind::UnusedProcedure).then(|| vec![DiagnosticTag::Unnecessary]),
            ..diagnostic(DiagnosticSeverity::Warning)
        });
    }
    for errors in others.into_values() {
        let Some(first) = errors.first() else { continue };
        let count = match errors.len() {
            1 => "1 error".into(),
            several => format!("{several} errors"),
        };
        let related = errors.iter().take(Diagnostics::MAX_SHOWN).map(|error| DiagnosticRelatedInformation {
            location: texts.location(error.source(), error.span()),
            message: message(error),
        });
        diagnostics.push(Diagnostic {
            range: lines.range(place_of(workspace, analysis, first.source())),
            message: Message::String(format!("{count} in a file that this one imports")),
            related_information: Some(related.collect()),
            ..diagnostic(DiagnosticSeverity::Error)
        });
    }
    diagnostics
}

fn diagnostic(severity: DiagnosticSeverity) -> Diagnostic {
    Diagnostic { severity: Some(severity), source: Some("miden".into()), ..Diagnostic::default() }
}

fn severity(error: &AssemblyError) -> DiagnosticSeverity {
    if error.is_warning() { DiagnosticSeverity::Warning } else { DiagnosticSeverity::Error }
}

/// The message with its help.
fn message<K: DiagnosticKind>(error: &miden_assembly::Diagnostic<K>) -> String {
    match error.help() {
        Some(help) => format!("{error}\nhelp: {help}"),
        None => error.to_string(),
    }
}

/// The place where a source imports another; its first line if it imports it only through others.
fn place_of(workspace: &Workspace, analysis: &Analysis, other: &Source) -> Span {
    let leads_there = |path: &str| {
        let module = workspace.module(path, analysis.source());
        module.is_some_and(|module| module.source() == other)
    };
    let found = analysis.modules().into_iter().find(|(path, _)| leads_there(path));
    found.map(|(_, span)| span).unwrap_or_else(|| {
        let text = analysis.source().text();
        Span::new(0, text.find(['\n', '\r']).unwrap_or(text.len()))
    })
}

struct Texts<'w> {
    workspace: &'w Workspace,
    encoding: Encoding,
}

impl Texts<'_> {
    fn location(&mut self, source: &Source, span: Span) -> Location {
        let range = Lines::new(source.text(), self.encoding).range(span);
        Location { uri: self.workspace.address(source), range }
    }
}
