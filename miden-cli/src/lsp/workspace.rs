//! The texts of the server: open ones as in the editor, others as on disk.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use gen_lsp_types::Uri;
use miden_assembly::{Assembler, Source};
use miden_assembly_analysis::{Analysis, Modules};

use super::{
    address,
    outline::CompiledModules,
    settings::{LibraryFolder, Settings},
    standard::StandardSources,
};
use crate::{
    files::Files,
    sources::{self, Sources},
};

/// Limit of files and folders that a search visits.
const MAX_ENTRIES: usize = 10_000;

/// Sources by the address of their file, which is also the name of the source.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub(super) folders: Vec<PathBuf>,
    libraries: Vec<LibraryFolder>,
    compiled: CompiledModules,
    /// Has the compiled libraries.
    pub(super) assembler: Assembler,
    kernel: Option<PathBuf>,
    /// `None` if another library has its name.
    standard: Option<StandardSources>,
    /// Open texts, by the names of their sources.
    documents: BTreeMap<String, Document>,
    files: RefCell<HashMap<PathBuf, OnDisk>>,
    /// Counts the moments after which files may have changed.
    time: u64,
}

/// An open text.
#[derive(Debug)]
pub(super) struct Document {
    /// Address as the client spells it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    source: Source,
    analysis: OnceCell<Arc<Analysis>>,
}

/// A file that is not open.
#[derive(Debug)]
struct OnDisk {
    /// Value of [`Workspace::time`] at the last look.
    seen: u64,
    stamp: Option<(SystemTime, u64)>,
    analysis: Option<Arc<Analysis>>,
}

impl Document {
    fn new(uri: Uri, version: i32, text: String) -> Self {
        let source = Source::new(address::name(&uri), text);
        Self { uri, version, source, analysis: OnceCell::new() }
    }

    pub(super) const fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn analysis(&self) -> &Arc<Analysis> {
        self.analysis.get_or_init(|| Arc::new(Analysis::new(&self.source)))
    }
}

impl Workspace {
    pub(super) fn new(folders: Vec<PathBuf>, settings: Settings) -> Self {
        let Settings { folders: libraries, assembler, compiled, kernel, has_standard } = settings;
        let standard = (!has_standard).then(StandardSources::default);
        Self { folders, libraries, compiled, assembler, kernel, standard, ..Self::default() }
    }

    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) {
        self.documents.insert(address::name(&uri), Document::new(uri, version, text));
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        self.documents.remove(&address::name(uri));
    }

    pub(super) fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(&address::name(uri))
    }

    /// The open text of the source with this name.
    pub(super) fn document_named(&self, name: &str) -> Option<&Document> {
        self.documents.get(name)
    }

    /// The sources of the standard library.
    pub(super) const fn standard(&self) -> Option<&StandardSources> {
        self.standard.as_ref()
    }

    /// The open texts.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    /// Makes files be read again if they have changed.
    pub(super) fn forget_files(&mut self) {
        self.time += 1;
    }

    /// The source at an address, open or on disk.
    pub(super) fn find(&self, uri: &Uri) -> Option<Arc<Analysis>> {
        match self.document(uri) {
            Some(document) => Some(document.analysis().clone()),
            None => self.on_disk(&address::path(uri)?),
        }
    }

    /// Address of a source as the client spells it.
    pub(super) fn address(&self, source: &Source) -> Uri {
        let open = self.documents.get(source.name());
        open.map_or_else(|| Uri(source.name().into()), |document| document.uri.clone())
    }

    fn file(&self, path: &Path) -> Option<Arc<Analysis>> {
        self.find(&address::of(path))
    }

    fn on_disk(&self, path: &Path) -> Option<Arc<Analysis>> {
        let mut known = self.files.borrow_mut();
        let file = known.entry(path.into()).or_insert(OnDisk { seen: u64::MAX, stamp: None, analysis: None });
        if file.seen != self.time {
            let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
            let stamp = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
            if stamp.is_none() || stamp != file.stamp {
                let text = stamp.and_then(|_| Files::default().read_text(path).ok());
                file.analysis =
                    text.map(|text| Arc::new(Analysis::new(&Source::new(address::of(path).0, text))));
            }
            (file.stamp, file.seen) = (stamp, self.time);
        }
        file.analysis.clone()
    }

    /// Whether a file exists, on disk or in the editor.
    fn exists(&self, path: &Path) -> bool {
        self.documents.contains_key(&address::of(path).0) || path.is_file()
    }

    /// File of the module with a path, as seen from the file `from`.
    fn module_file(&self, path: &str, from: &Path) -> Option<PathBuf> {
        // Rejects everything else, above all `..`.
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let mut names = path.split("::");
        if !names.clone().all(is_name) {
            return None;
        }
        let first = names.next()?;
        let folder = match first {
            "self" => sources::submodules(from)?,
            name => self.library_folder(name, from)?,
        };
        sources::module_files(&folder, names).find(|path| self.exists(path))
    }

    /// Folder of the modules whose paths begin with a name: that of a library, or the nearest folder of this name in the
    /// folder of a file or its ancestors.
    fn library_folder(&self, name: &str, from: &Path) -> Option<PathBuf> {
        if let Some(library) = self.libraries.iter().find(|library| library.name == name) {
            return Some(library.path.clone());
        }
        self.folders_around(from).find_map(|folder| {
            let inside = folder.join(name);
            let is_itself = folder.file_name() == Some(OsStr::new(name));
            if inside.is_dir() { Some(inside) } else { is_itself.then(|| folder.to_path_buf()) }
        })
    }

    /// The folder of a file and its ancestors, up to the folder of the workspace.
    fn folders_around<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a Path> {
        let root = self.folders.iter().filter(|folder| file.starts_with(folder)).min();
        let root = root.map(PathBuf::as_path).or_else(|| file.parent());
        let folders = file.ancestors().skip(1);
        folders.take_while(move |folder| root.is_some_and(|root| folder.starts_with(root)))
    }

    /// Path by which modules near a source would import it.
    pub(super) fn module_path(&self, source: &Source) -> Option<String> {
        let file = address::path(&Uri(source.name().into()))?;
        let library = self.libraries.iter().find(|library| file.starts_with(&library.path));
        let (name, root) = match library {
            Some(library) => (Some(library.name.as_str()), library.path.as_path()),
            None => (None, self.folders_around(&file).last()?),
        };
        sources::module_path(name, root, &file)
    }

    /// Whether a source belongs to a library.
    pub(super) fn is_in_library(&self, source: &Source) -> bool {
        let path = address::path(&Uri(source.name().into()));
        path.is_some_and(|path| self.libraries.iter().any(|library| path.starts_with(&library.path)))
    }

    /// Whether a file may be changed on behalf of the user: it is open or belongs to the workspace.
    pub(super) fn is_own(&self, source: &Source) -> bool {
        let path = address::path(&Uri(source.name().into()));
        let is_standard = |path: &Path| self.standard().is_some_and(|standard| standard.contains(path));
        let in_folder = |path: &Path| self.folders.iter().any(|folder| path.starts_with(folder));
        match path.as_deref() {
            Some(path) if is_standard(path) => false,
            Some(path) if in_folder(path) => true,
            _ => self.documents.contains_key(source.name()),
        }
    }

    /// All sources that are open or belong to the workspace or a library.
    pub(super) fn all(&self) -> Vec<Arc<Analysis>> {
        let mut all: Vec<_> = self.documents().map(|document| document.analysis().clone()).collect();
        let libraries = self.libraries.iter().map(|library| &library.path);
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for folder in self.folders.iter().chain(libraries) {
            files.extend(sources_below(folder));
        }
        let closed = files.iter().filter(|path| !self.documents.contains_key(&address::of(path).0));
        all.extend(closed.filter_map(|path| self.on_disk(path)));
        all
    }
}

impl Modules for Workspace {
    fn module(&self, path: &str, from: &Source) -> Option<Arc<Analysis>> {
        if let Some(compiled) = self.compiled.get(path) {
            return Some(compiled.clone());
        }
        let from = address::path(&Uri(from.name().into()));
        // A text that has not been saved can only import from libraries.
        self.file(&self.module_file(path, &from.unwrap_or_default())?)
    }

    fn kernel(&self) -> Option<Arc<Analysis>> {
        self.file(self.kernel.as_deref()?)
    }

    fn paths(&self, from: &Source) -> Vec<String> {
        let mut paths = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut add = |name: &str, folder: &Path| {
            if names.insert(name.to_owned()) {
                let modules = sources_below(folder).filter(|file| {
                    // Programs are not modules.
                    self.file(file).is_some_and(|analysis| !analysis.is_program())
                });
                paths.extend(modules.filter_map(|file| sources::module_path(Some(name), folder, &file)));
            }
        };
        for library in &self.libraries {
            add(&library.name, &library.path);
        }
        let file = address::path(&Uri(from.name().into())).unwrap_or_default();
        for around in self.folders_around(&file) {
            let entries = sources::entries(around).unwrap_or_default();
            for folder in entries.into_iter().take(MAX_ENTRIES).filter(|path| path.is_dir()) {
                if let Some(name) = folder.file_name().and_then(OsStr::to_str) {
                    add(name, &folder);
                }
            }
        }
        paths.extend(self.compiled.keys().cloned());
        paths.into_iter().collect()
    }
}

/// The sources below a folder; folders that cannot be read count as empty.
fn sources_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    Sources::below(folder).with_max_entries(MAX_ENTRIES).flatten()
}
