//! Source files below a directory, and the modules they hold.
//!
//! Libraries, kernels in directories, `fmt` and the editor server share one rule:
//!
//! | File below the directory of `NAME` | Module |
//! |---|---|
//! | `mod.masm` | `NAME` |
//! | `a.masm` or `a/mod.masm` | `NAME::a` |
//! | `a/b.masm` | `NAME::a::b` |
//!
//! Skipped are files without the extension `.masm`, all names that begin with a dot, the names `target` and
//! `node_modules`, and symbolic links to directories. Symbolic links to files are followed.

use std::{
    collections::VecDeque,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    vec,
};

use miden_assembly::{Library, Source};
use miden_assembly_analysis::Analysis;

use crate::files::{FileError, Files};

/// Directories of build output and of other languages' packages.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// The sources below a directory, breadth first and in alphabetical order within a directory.
///
/// A directory that cannot be read yields an error; the walk continues with the others.
#[derive(Debug)]
pub(crate) struct Sources {
    directories: VecDeque<PathBuf>,
    entries: vec::IntoIter<PathBuf>,
    max_entries: usize,
}

impl Sources {
    pub(crate) fn below(directory: &Path) -> Self {
        Self {
            directories: VecDeque::from([directory.to_path_buf()]),
            entries: vec::IntoIter::default(),
            max_entries: usize::MAX,
        }
    }

    /// Ends the walk after this many files and directories.
    #[must_use]
    pub(crate) fn with_max_entries(self, max_entries: usize) -> Self {
        Self { max_entries, ..self }
    }
}

impl Iterator for Sources {
    type Item = Result<PathBuf, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(path) = self.entries.next() else {
                let directory = self.directories.pop_front()?;
                match entries(&directory) {
                    Ok(entries) => self.entries = entries.into_iter(),
                    Err(source) => return Some(Err(FileError::Read { path: directory, source })),
                }
                continue;
            };
            self.max_entries = self.max_entries.checked_sub(1)?;
            if path.is_dir() {
                if !path.is_symlink() {
                    self.directories.push_back(path);
                }
            } else if path.extension().is_some_and(|extension| extension == Library::SOURCE_EXTENSION)
                && path.is_file()
            {
                return Some(Ok(path));
            }
        }
    }
}

/// The sources below a directory: the modules of a library, and programs that can import them.
#[derive(Debug, Default)]
pub(crate) struct Below {
    pub(crate) modules: Vec<(PathBuf, Source)>,
    pub(crate) programs: Vec<(PathBuf, Source)>,
}

/// Reads the sources below a directory.
pub(crate) fn read_below(directory: &Path, files: &Files) -> Result<Below, FileError> {
    let mut below = Below::default();
    for file in Sources::below(directory) {
        let file = file?;
        let source = files.read_source(&file)?;
        match Analysis::new(&source).is_program() {
            true => below.programs.push((file, source)),
            false => below.modules.push((file, source)),
        }
    }
    Ok(below)
}

/// Files and directories in a directory, in alphabetical order, without the skipped names.
pub(crate) fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    let is_skipped = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.as_encoded_bytes().starts_with(b".") || SKIPPED.iter().any(|skipped| name == *skipped)
    };
    let entries = entries.into_iter().filter(|entry| !is_skipped(entry));
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// Path of the module in a file below the directory `root`. It starts with `name`, or if there is none with the
/// directory below `root`; `None` if the file lies elsewhere, or there is no name and nothing is left.
pub(crate) fn module_path(name: Option<&str>, root: &Path, file: &Path) -> Option<String> {
    let below = file.strip_prefix(root).ok()?.with_extension("");
    let below: Vec<_> = below.iter().map(OsStr::to_string_lossy).collect();
    let path = Library::module_path(name.into_iter().chain(below.iter().map(|part| &**part)));
    (name.is_some() || !path.is_empty()).then_some(path)
}

/// Directory of the modules inside the module in a file.
pub(crate) fn submodules(file: &Path) -> Option<PathBuf> {
    match is_directory_module(file) {
        true => file.parent().map(Path::to_path_buf),
        false => Some(file.with_extension("")),
    }
}

/// The files that can hold the module with these names below a directory.
pub(crate) fn module_files<'n>(
    directory: &Path,
    names: impl IntoIterator<Item = &'n str>,
) -> impl Iterator<Item = PathBuf> {
    let below: PathBuf = names.into_iter().collect();
    let file = (!below.as_os_str().is_empty())
        .then(|| directory.join(&below).with_extension(Library::SOURCE_EXTENSION));
    file.into_iter().chain([directory_module(&directory.join(below))])
}

/// The file of a directory's own module.
pub(crate) fn directory_module(directory: &Path) -> PathBuf {
    directory.join(Library::DIRECTORY_MODULE).with_extension(Library::SOURCE_EXTENSION)
}

fn is_directory_module(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == Library::DIRECTORY_MODULE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walk_skips_hidden_names_build_output_and_linked_directories() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for path in ["a/b", ".hidden", "target", "a/node_modules", "c.masm"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        for path in ["x.masm", "x.txt", ".x.masm", ".hidden/x.masm", "target/x.masm", "a/node_modules/x.masm"]
        {
            fs::write(root.join(path), "").unwrap();
        }
        for path in ["a/mod.masm", "a/b/y.masm", "c.masm/z.masm"] {
            fs::write(root.join(path), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("a"), root.join("link")).unwrap();
        let found: Vec<_> = Sources::below(root).map(|path| path.unwrap()).collect();
        let expected = ["x.masm", "a/mod.masm", "c.masm/z.masm", "a/b/y.masm"].map(|path| root.join(path));
        assert_eq!(found, expected);
        assert_eq!(Sources::below(root).with_max_entries(4).count(), 1);
    }

    #[test]
    fn missing_directory_is_an_error() {
        let found: Vec<_> = Sources::below(Path::new("missing")).collect();
        assert!(matches!(found[..], [Err(FileError::Read { .. })]), "{found:?}");
    }

    #[test]
    fn files_and_modules_lead_to_each_other() {
        let root = Path::new("lib");
        for (file, path) in
            [("mod.masm", "n"), ("a.masm", "n::a"), ("a/mod.masm", "n::a"), ("a/b.masm", "n::a::b")]
        {
            let file = root.join(file);
            assert_eq!(module_path(Some("n"), root, &file).as_deref(), Some(path));
            let names = path.split("::").skip(1);
            assert!(module_files(root, names).any(|candidate| candidate == file), "{path}");
        }
        assert_eq!(module_path(None, root, Path::new("lib/a/b.masm")).as_deref(), Some("a::b"));
        assert_eq!(module_path(None, root, Path::new("lib/mod.masm")), None);
        assert_eq!(module_path(Some(""), root, Path::new("lib/mod.masm")).as_deref(), Some(""));
        assert_eq!(module_path(Some("n"), root, Path::new("elsewhere/a.masm")), None);
        assert_eq!(submodules(Path::new("a/mod.masm")), Some("a".into()));
        assert_eq!(submodules(Path::new("a/b.masm")), Some("a/b".into()));
    }
}
