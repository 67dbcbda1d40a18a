//! The sources of the standard library as files that an editor can show but not change.

use std::{cell::OnceCell, fs, io, path::PathBuf, sync::Arc};

use miden_assembly::Source;
use miden_assembly_analysis::Analysis;
use miden_stdlib::StdLibrary;
use tempfile::TempDir;

use super::address;

/// A directory with the sources, written when one is first needed and removed with the server.
#[derive(Debug, Default)]
pub(super) struct StandardSources(OnceCell<Option<TempDir>>);

impl StandardSources {
    /// The source of a module, whose name is the address of its file.
    pub(super) fn module(&self, path: &str) -> Option<Arc<Analysis>> {
        let module = StdLibrary::MODULES.iter().find(|module| module.path == path)?;
        let directory = self.0.get_or_init(|| {
            write().inspect_err(|error| log::warn!("cannot show the standard library: {error}")).ok()
        });
        let file = directory.as_ref()?.path().join(file(path));
        Some(Arc::new(Analysis::new(&Source::new(address::of(&file).0, module.source))))
    }

    /// Whether a file is one of the sources.
    pub(super) fn contains(&self, file: &std::path::Path) -> bool {
        self.0.get().and_then(Option::as_ref).is_some_and(|directory| file.starts_with(directory.path()))
    }
}

/// The file of a module below the directory.
fn file(path: &str) -> PathBuf {
    let mut file: PathBuf = path.split("::").collect();
    file.set_extension("masm");
    file
}

fn write() -> io::Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("miden-std-").tempdir()?;
    for module in StdLibrary::MODULES {
        let file = directory.path().join(file(module.path));
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, module.source)?;
        let mut permissions = fs::metadata(&file)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions)?;
    }
    Ok(directory)
}
