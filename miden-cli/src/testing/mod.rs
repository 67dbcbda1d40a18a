//! Tests of programs and modules: procedures with the attribute `@test`.

use std::{path::Path, sync::Arc};

use miden_assembly::tooling::EntryPoint;
use miden_assembly::{Assembler, Diagnostics, Source, Span, tooling};

use crate::{
    error::CliError,
    value_file::{Case, CaseSource, read_cases},
};

mod coverage;
mod junit;
mod problem;
mod random;
mod report;
mod run;

pub(crate) use coverage::Coverage;
use coverage::Covered;
pub(crate) use random::{Generator, Random};
pub(crate) use report::{Finished, Summary};
pub(crate) use run::Settings;

/// A case of a test.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// Its unique name: the path of the procedure, and the name or number of the case if there are several.
    pub(crate) name: String,
    pub(crate) source: Source,
    /// The attribute.
    pub(crate) span: Span,
    procedure: EntryProgram,
    case: Case,
    /// `None` unless coverage is measured.
    covered: Option<Arc<Covered>>,
}

/// A tested procedure as a program.
type EntryProgram = Arc<EntryPoint>;

/// Whether a source may have tests.
pub(crate) fn has_tests(source: &Source) -> bool {
    source.text().contains(&format!("@{}", tooling::TEST))
}

/// A source with tests.
pub(crate) struct Unit<'a> {
    pub(crate) assembler: &'a Assembler,
    /// Whether the lines that the tests execute are counted.
    pub(crate) has_coverage: bool,
    /// The path of a module of a library; `None` for a program or a single file.
    pub(crate) path: Option<&'a str>,
    /// The name that the names of the tests start with.
    pub(crate) name: &'a str,
    pub(crate) source: &'a Source,
    /// The file.
    pub(crate) file: &'a Path,
}

impl Unit<'_> {
    /// The tests of the source, with cases from `cases`, of which the fields for the place are not used.
    pub(crate) fn tests(&self, cases: CaseSource<'_>) -> Result<Vec<Test>, CliError> {
        let entries = self.entries(self.assembler)?;
        let unoptimized = self.assembler.clone().with_optimizations(false);
        let covered = if self.has_coverage { self.entries(&unoptimized)? } else { Vec::new() };
        let mut covered = covered.into_iter().map(|entry| Arc::new(Covered::new(Arc::new(entry))));
        let directory = self.file.parent().unwrap_or(Path::new(""));
        let mut tests = Vec::new();
        for entry in entries {
            let (entry, covered) = (Arc::new(entry), covered.next());
            let name = format!("{}::{}", self.name, entry.name);
            let mut found = Vec::new();
            for attribute in entry.attributes.iter().filter(|attribute| attribute.name == tooling::TEST) {
                let place = format!("{}:{}", self.source.name(), self.source.location(attribute.span.start));
                let source = CaseSource { place: Path::new(&place), directory, ..cases };
                let text = attribute.value.as_deref().unwrap_or_default();
                found.extend(read_cases(source, text)?.into_iter().map(|case| (attribute.span, case)));
            }
            let count = found.len();
            for (number, (span, case)) in (1..).zip(found) {
                let name = match &case.name {
                    Some(case) => format!("{name}#{case}"),
                    None if count == 1 => name.clone(),
                    None => format!("{name}#{number}"),
                };
                let (procedure, covered) = (entry.clone(), covered.clone());
                tests.push(Test { name, source: self.source.clone(), span, procedure, case, covered });
            }
        }
        Ok(tests)
    }

    fn entries(&self, assembler: &Assembler) -> Result<Vec<EntryPoint>, Diagnostics> {
        assembler.assemble_entry_points(self.path, self.source, tooling::TEST)
    }
}
