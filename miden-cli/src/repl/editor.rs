//! The editor for lines on a terminal: history, completion, inputs of several lines.

use std::{env, fs, io, path::PathBuf};

use miden_assembly::{Keyword, instruction_forms};
use rustyline::{
    CompletionType, Config, Context, Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::DefaultHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::{command, input::is_complete};

/// The environment variable that names the file of the history; empty for none.
const HISTORY: &str = "MIDEN_HISTORY";

/// An editor with its history.
pub(super) struct LineEditor {
    editor: Editor<Completions, DefaultHistory>,
    history: Option<PathBuf>,
}

/// An input from the terminal.
pub(super) enum Read {
    Input(String),
    /// Ctrl-C.
    Cancelled,
    /// Ctrl-D.
    End,
}

impl LineEditor {
    pub(super) fn new() -> io::Result<Self> {
        let config = Config::builder().completion_type(CompletionType::List).build();
        let mut editor = Editor::with_config(config).map_err(other)?;
        let history = history_file();
        if let Some(path) = &history {
            // The first session has no history.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }

    /// Reads an input; `names` are completed like instructions.
    pub(super) fn read(&mut self, names: &[String]) -> io::Result<Read> {
        self.editor.set_helper(Some(Completions::new(names)));
        match self.editor.readline(">> ") {
            Ok(text) => {
                self.editor.add_history_entry(text.as_str()).map_err(other)?;
                if let Some(path) = &self.history
                    && let Err(error) = self.editor.save_history(path)
                {
                    log::warn!("the history cannot be saved: {error}");
                }
                Ok(Read::Input(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Read::Cancelled),
            Err(ReadlineError::Eof) => Ok(Read::End),
            Err(error) => Err(other(error)),
        }
    }
}

fn other(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        error => io::Error::other(error),
    }
}

/// The file of the history, by the convention of the operating system.
fn history_file() -> Option<PathBuf> {
    if let Some(path) = env::var_os(HISTORY) {
        return (!path.is_empty()).then(|| path.into());
    }
    let state = env::var_os("XDG_STATE_HOME").or_else(|| env::var_os("LOCALAPPDATA")).map(PathBuf::from);
    let directory = state.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".local/state")))?;
    let directory = directory.join("miden");
    fs::create_dir_all(&directory).ok()?;
    Some(directory.join("repl_history"))
}

/// Words that an input can contain.
struct Completions(Vec<String>);

impl Completions {
    fn new(names: &[String]) -> Self {
        let instructions = instruction_forms().into_iter().map(|form| form.name.to_owned());
        let keywords = Keyword::ALL.iter().map(|keyword| keyword.name().to_owned());
        let mut words: Vec<String> =
            instructions.chain(keywords).chain(command::names()).chain(names.iter().cloned()).collect();
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    /// The start of the name before the cursor, and the words that begin with it.
    fn of(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let before = line.get(..position).unwrap_or_default();
        let word = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let text = before.get(word..).unwrap_or_default();
        // The name of a procedure or a module follows a dot.
        let prefixes = ["exec.", "call.", "syscall.", "procref.", "use."];
        let prefix =
            prefixes.iter().find(|prefix| text.starts_with(**prefix)).map_or(0, |prefix| prefix.len());
        let start = word + prefix;
        let name = before.get(start..).unwrap_or_default();
        let found = self.0.iter().filter(|known| !name.is_empty() && known.starts_with(name));
        (start, found.cloned().collect())
    }
}

impl Completer for Completions {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.of(line, position))
    }
}

impl Validator for Completions {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match is_complete(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Hinter for Completions {
    type Hint = String;
}

impl Highlighter for Completions {}

impl Helper for Completions {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_after_their_prefix() {
        let words = Completions::new(&["square".into(), "std::math::u64".into()]);
        assert_eq!(words.of("push.1 u32wrapping_s", 20), (7, vec!["u32wrapping_sub".into()]));
        assert_eq!(words.of("exec.squ", 8), (5, vec!["square".into()]));
        assert_eq!(words.of("use.std::math::u6", 17), (4, vec!["std::math::u64".into()]));
        assert_eq!(words.of("!un", 3), (0, vec!["!undo".into()]));
        assert_eq!(words.of("", 0), (0, Vec::new()));
    }
}
