//! Names of sources in compiled programs, which must not depend on where and how the sources are named.

use std::{
    env, fs, io,
    path::{Component, Path, PathBuf},
};

use crate::args::{AssemblerArgs, ProgramArgs};

/// Names sources for a compiled program or library.
pub(crate) struct SourceNames {
    working_directory: PathBuf,
    /// Directories of libraries and of the kernel, by name; `None` unless names are trimmed.
    folders: Option<Vec<(PathBuf, String)>>,
}

impl SourceNames {
    /// Names the sources of a program: relative to the working directory, or trimmed to the place in a library and the
    /// name of the file.
    pub(crate) fn new(program: &ProgramArgs, trim: bool) -> Self {
        let folders = trim.then(|| Self::folders(program.kernel(), program.assembler_args()));
        let working_directory = env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
        Self { working_directory, folders }
    }

    /// Names the sources of a library by their places in it and in the libraries that it uses.
    pub(crate) fn of_library(
        (directory, name): (&Path, &str),
        kernel: Option<&Path>,
        assembler: &AssemblerArgs,
    ) -> Self {
        let own = fs::canonicalize(directory).ok().map(|path| (path, name.into()));
        let folders = own.into_iter().chain(Self::folders(kernel, assembler)).collect();
        Self { working_directory: PathBuf::new(), folders: Some(folders) }
    }

    /// The directories of the libraries and of the kernel.
    fn folders(kernel: Option<&Path>, assembler: &AssemblerArgs) -> Vec<(PathBuf, String)> {
        let kernel = kernel.filter(|path| path.is_dir()).and_then(|path| {
            let name = crate::library::directory_name(path).ok()?;
            Some((path, name))
        });
        let folders = assembler.folders().chain(kernel);
        folders.filter_map(|(path, name)| Some((fs::canonicalize(path).ok()?, name))).collect()
    }

    /// Name of the source that was read as `name`. Other names, such as that of standard input, stay as they are.
    pub(crate) fn portable(&self, name: &str) -> String {
        let path = Path::new(name);
        let Some((directory, file)) = path.parent().zip(path.file_name()) else { return name.into() };
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        // The link is the source, not its target.
        let path = match fs::canonicalize(directory).map(|directory| directory.join(file)) {
            Ok(path) if path.is_file() => path,
            _ => return name.into(),
        };
        match &self.folders {
            None => text(&relative(&path, &self.working_directory)),
            Some(folders) => {
                let below =
                    folders.iter().find_map(|(folder, name)| Some((path.strip_prefix(folder).ok()?, name)));
                below.map_or_else(
                    || file.to_string_lossy().into(),
                    |(path, name)| format!("{name}/{}", text(path)),
                )
            }
        }
    }
}

/// The path of a file or a directory as seen from a directory, with the same separator on every system.
///
/// # Errors
/// If one of them cannot be found.
pub(crate) fn path_from(directory: &Path, path: &Path) -> io::Result<String> {
    Ok(text(&relative(&fs::canonicalize(path)?, &fs::canonicalize(directory)?)))
}

/// The path of a file as seen from a directory.
fn relative(path: &Path, directory: &Path) -> PathBuf {
    let shared = path.components().zip(directory.components()).take_while(|(a, b)| a == b).count();
    let up = directory.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

/// The path with the same separator on every system.
fn text(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_a_directory() {
        let relative = |path, directory| text(&relative(Path::new(path), Path::new(directory)));
        assert_eq!(relative("/a/b/p.masm", "/a/b"), "p.masm");
        assert_eq!(relative("/a/b/c/p.masm", "/a/b"), "c/p.masm");
        assert_eq!(relative("/a/lib/p.masm", "/a/b/c"), "../../lib/p.masm");
    }
}
