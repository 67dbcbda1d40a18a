//! Errors and warnings of a source.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use gen_lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Message,
};
use miden_assembly::{
    Assembler, AssemblyError, AssemblyErrorKind, Diagnostics, Library, Source, Span, Version,
    analysis::{Analysis, Modules},
};

use super::{
    outline::is_outline,
    position::{Encoding, Lines},
    workspace::Workspace,
};

/// What a check found.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) errors: Vec<AssemblyError>,
    /// Names of the sources that the result depends on, beside the one that was checked.
    pub(super) sources: BTreeSet<String>,
}

/// Checks a source as what it is: the kernel, a program, or a module.
pub(super) fn check(workspace: &Workspace, analysis: &Analysis) -> Findings {
    let source = analysis.source();
    let kernel = workspace.kernel();
    let is_kernel = kernel.as_ref().is_some_and(|kernel| kernel.source() == source);
    let mut modules = Dependencies::default();
    modules.add(workspace, analysis, workspace.module_path(source));
    if let Some(kernel) = kernel.as_deref().filter(|_| !is_kernel) {
        modules.add(workspace, kernel, None);
    }
    let path = modules.own_path(source).or_else(|| workspace.module_path(source));
    let mut sources: BTreeSet<String> =
        modules.found.values().map(|module| module.name().to_owned()).collect();
    sources.extend(kernel.as_ref().map(|kernel| kernel.source().name().to_owned()));

    let is_module =
        workspace.is_in_library(source) || analysis.symbols().iter().any(|symbol| symbol.exported);
    let kind = match analysis.is_program() || !is_module {
        true => Kind::Program,
        false => Kind::Module(path),
    };
    let assembler = modules.extend(&workspace.assembler, source);
    let result = match kernel.as_deref() {
        Some(_) if is_kernel => assembler.with_kernel(source).map(|_| Vec::new()),
        Some(kernel) => {
            assembler.with_kernel(kernel.source()).and_then(|assembler| run(&assembler, analysis, kind))
        }
        None => run(&assembler, analysis, kind),
    };
    let errors = result.unwrap_or_else(|errors| errors.errors().to_vec());
    Findings { errors, sources }
}

/// What a source is that is no kernel.
enum Kind {
    Program,
    /// A module with this path, if it is known.
    Module(Option<String>),
}

/// The warnings.
fn run(assembler: &Assembler, analysis: &Analysis, kind: Kind) -> Result<Vec<AssemblyError>, Diagnostics> {
    let source = analysis.source();
    let warnings = match kind {
        Kind::Program => assembler.assemble(source)?.warnings,
        Kind::Module(path) => assembler.check_module(path.as_deref(), source)?,
    };
    Ok(warnings.errors().to_vec())
}

/// The modules that sources name, directly and through others.
#[derive(Debug, Default)]
struct Dependencies {
    found: BTreeMap<String, Source>,
}

impl Dependencies {
    /// Adds the modules that a source names; its own path, if it has one, is what `self` stands for.
    fn add(&mut self, workspace: &Workspace, root: &Analysis, path: Option<String>) {
        let mut missing = BTreeSet::new();
        let mut names: VecDeque<_> = named(root, path.as_deref()).collect();
        while let Some(Named { path, written, from }) = names.pop_front() {
            if self.found.contains_key(&path) || missing.contains(&path) {
                continue;
            }
            let module = workspace.module(&written, &from);
            let Some(module) = module.filter(|module| !is_outline(module.source())) else {
                missing.insert(path);
                continue;
            };
            names.extend(named(&module, Some(&path)));
            self.found.insert(path, module.source().clone());
        }
    }

    /// The path by which others name a source.
    fn own_path(&self, source: &Source) -> Option<String> {
        let mut found = self.found.iter();
        found.find(|(_, module)| *module == source).map(|(path, _)| path.clone())
    }

    /// An assembler that knows the modules too, but for one that is checked itself.
    fn extend(self, assembler: &Assembler, checked: &Source) -> Assembler {
        let mut libraries: BTreeMap<String, Vec<(String, Source)>> = BTreeMap::new();
        for (path, source) in self.found.into_iter().filter(|(_, source)| source != checked) {
            let name = path.split_once("::").map_or(path.as_str(), |(name, _)| name).to_owned();
            libraries.entry(name).or_default().push((path, source));
        }
        let mut assembler = assembler.clone();
        for (name, modules) in libraries {
            // Names and paths are those of imports; what is wrong with one is said where it is written.
            if let Ok(library) = Library::new(name, Version::default(), modules)
                && let Ok(extended) = assembler.clone().with_library(library)
            {
                assembler = extended;
            }
        }
        assembler
    }
}

/// A module that a source names.
struct Named {
    path: String,
    /// The path as it is written.
    written: String,
    from: Source,
}

fn named<'a>(analysis: &'a Analysis, own: Option<&'a str>) -> impl Iterator<Item = Named> + 'a {
    analysis.modules().into_keys().map(move |written| {
        let path = match (written.strip_prefix("self::"), own) {
            (Some(rest), Some(own)) => format!("{own}::{rest}"),
            (Some(rest), None) => rest.to_owned(),
            (None, _) => written.clone(),
        };
        Named { path, written, from: analysis.source().clone() }
    })
}

/// Errors as the protocol writes them: those of the source with all places that explain them, those of the modules
/// that it imports where it imports them.
pub(super) fn diagnostics(
    workspace: &Workspace,
    analysis: &Analysis,
    errors: &[AssemblyError],
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
    for errors in others.into_values() {
        let Some(first) = errors.first() else { continue };
        let count = match errors.len() {
            1 => "an error".into(),
            several => format!("{several} errors"),
        };
        let related = errors.iter().take(Diagnostics::MAX_SHOWN).map(|error| DiagnosticRelatedInformation {
            location: texts.location(error.source(), error.span()),
            message: message(error),
        });
        diagnostics.push(Diagnostic {
            range: lines.range(place_of(workspace, analysis, first.source())),
            message: Message::String(format!("there is {count} in a file that this one needs")),
            related_information: Some(related.collect()),
            ..diagnostic(DiagnosticSeverity::Error)
        });
    }
    diagnostics
}

fn diagnostic(severity: DiagnosticSeverity) -> Diagnostic {
    Diagnostic { severity: Some(severity), source: Some("miden".into()), ..Diagnostic::default() }
}

const fn severity(error: &AssemblyError) -> DiagnosticSeverity {
    if error.is_warning() { DiagnosticSeverity::Warning } else { DiagnosticSeverity::Error }
}

/// What is wrong, and the way out.
fn message(error: &AssemblyError) -> String {
    match error.help() {
        Some(help) => format!("{error}\nhelp: {help}"),
        None => error.to_string(),
    }
}

/// The place where a source names another one; its first line if it is only reached through others.
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
