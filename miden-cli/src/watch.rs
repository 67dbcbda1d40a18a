//! Runs a command again whenever a file changes.

use std::{
    env,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use miden_assembly::Library;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use crate::{error::CliError, messages};

/// Extensions of the files whose changes count: sources, inputs and cases, libraries, manifests.
const EXTENSIONS: [&str; 5] = [Library::SOURCE_EXTENSION, "inputs", "json", "toml", "masl"];

/// Editors write a file in several steps, and tools write several files; the command runs once all is quiet for as long.
const QUIET: Duration = Duration::from_millis(100);

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum WatchError {
    /// The operating system refuses.
    #[error("cannot watch files: {0}")]
    Watch(#[from] notify::Error),
    /// The command cannot be started.
    #[error("cannot start the command: {0}")]
    Start(#[from] io::Error),
}

/// Runs this command without `--watch`, and again after each change of a file in `paths`. Each run is a process of its
/// own: it reads the project again, and nothing that it does ends the watch. Returns only if files cannot be watched.
pub(crate) fn repeat(paths: &[PathBuf]) -> CliError {
    try_repeat(paths).map_or_else(CliError::from, |never| match never {})
}

fn try_repeat(paths: &[PathBuf]) -> Result<std::convert::Infallible, WatchError> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // After an error, such as too many events, anything may have changed.
        if event.as_ref().map_or(true, counts) {
            let _ = sender.send(());
        }
    })?;
    for path in paths {
        // A file is replaced by many editors, which only its directory shows.
        let (directory, mode) = match path.is_dir() {
            true => (path.as_path(), RecursiveMode::Recursive),
            false => (parent(path), RecursiveMode::NonRecursive),
        };
        watcher.watch(directory, mode)?;
    }
    loop {
        let arguments = env::args_os().skip(1).filter(|argument| argument != "--watch");
        Command::new(env::current_exe()?).args(arguments).status()?;
        messages::note("waiting for changes; Ctrl-C ends the watch");
        wait(&changes);
    }
}

/// Waits for a change, and until all is quiet.
fn wait(changes: &Receiver<()>) {
    // The watcher has the other end as long as it exists.
    let _ = changes.recv();
    while changes.recv_timeout(QUIET).is_ok() {}
}

/// Whether an event can change the result of a command.
fn counts(event: &Event) -> bool {
    let is_change = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_));
    // A directory that is renamed has the sources below it.
    let concerns = |path: &PathBuf| match path.extension().and_then(OsStr::to_str) {
        Some(extension) => EXTENSIONS.contains(&extension),
        None => path.is_dir(),
    };
    is_change && event.paths.iter().any(concerns)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
