//! Inputs, and the program that they make up.

use std::{collections::BTreeSet, path::Path, sync::atomic::AtomicBool, time::Instant};

use miden_assembly::{Assembler, Source};
use miden_core::{ProgramInputs, program::DebugCommand};
use miden_debug::output_text;
use miden_processor::{DefaultHost, ExecutionError, ExecutionOptions, Executor, InMemoryAdvice};
use miden_stdlib::StdLibrary;

use super::{
    input::{is_declaration, procedure, split_program, words},
    state::State,
};
use crate::{
    error::CliError,
    files::Files,
    messages,
    program::{self, LoadError},
};

/// Number of locals of a session that uses any.
const LOCALS: u16 = 16;

/// A session: what was entered, and the state after it. The whole program is executed for every input, so the state
/// is always that of one program.
pub(crate) struct Session {
    assembler: Assembler,
    inputs: ProgramInputs,
    options: ExecutionOptions,
    entries: Vec<Entry>,
    state: Option<State>,
    /// Paths of the modules of the standard library.
    modules: Vec<&'static str>,
}

/// What one input added.
#[derive(Clone, Debug, Default)]
struct Entry {
    declarations: Vec<String>,
    code: String,
}

impl Session {
    /// An empty session. The assembler has to keep debug commands.
    pub(crate) fn new(assembler: Assembler, inputs: ProgramInputs, options: ExecutionOptions) -> Self {
        let modules = StdLibrary::MODULES.iter().map(|module| module.path).collect();
        Self { assembler, inputs, options, entries: Vec::new(), state: None, modules }
    }

    /// Executes an input, and returns the stack, or nothing for declarations. If it fails, the session stays as it was.
    pub(super) fn enter(&mut self, text: &str, interrupt: &AtomicBool) -> Result<String, CliError> {
        let entry = match is_declaration(text) {
            true => Entry { declarations: vec![text.into()], code: String::new() },
            false => Entry { declarations: Vec::new(), code: text.into() },
        };
        let shows_stack = !entry.code.is_empty();
        self.add(entry, interrupt)?;
        Ok(if shows_stack { self.state(interrupt)?.stack_text() } else { String::new() })
    }

    /// Imports a module.
    pub(super) fn import(&mut self, path: &str, interrupt: &AtomicBool) -> Result<(), CliError> {
        self.add(Entry { declarations: vec![format!("use.{path}")], code: String::new() }, interrupt)
    }

    /// Adds the declarations of a file, and executes its program, if it is one.
    pub(super) fn load(&mut self, path: &Path, interrupt: &AtomicBool) -> Result<String, CliError> {
        let source = Files::default().read_source(path)?;
        let (declarations, code) = split_program(source.text());
        let declarations = if declarations.is_empty() { Vec::new() } else { vec![declarations] };
        self.add(Entry { declarations, code }, interrupt)?;
        Ok(self.state(interrupt)?.stack_text())
    }

    /// Takes back the last input.
    pub(super) fn undo(&mut self, interrupt: &AtomicBool) -> Result<String, CliError> {
        if self.entries.pop().is_none() {
            return Err(CliError::Usage("there is nothing to undo".into()));
        }
        self.state = None;
        Ok(self.state(interrupt)?.stack_text())
    }

    /// The state after the inputs.
    pub(super) fn state(&mut self, interrupt: &AtomicBool) -> Result<&State, CliError> {
        if self.state.is_none() {
            self.state = Some(self.run(usize::MAX, interrupt)?);
        }
        self.state.as_ref().ok_or_else(|| CliError::Usage("the session has no state".into()))
    }

    fn add(&mut self, mut entry: Entry, interrupt: &AtomicBool) -> Result<(), CliError> {
        let entries = self.entries.clone();
        // A procedure replaces an earlier one of its name.
        let names: BTreeSet<String> = entry.declarations.iter().filter_map(|text| procedure(text)).collect();
        for earlier in &mut self.entries {
            earlier.declarations.retain(|text| procedure(text).is_none_or(|name| !names.contains(&name)));
        }
        entry.declarations.splice(0..0, self.imports(&entry));
        self.entries.push(entry);
        match self.run(self.entries.len() - 1, interrupt) {
            Ok(state) => {
                self.state = Some(state);
                Ok(())
            }
            Err(error) => {
                self.entries = entries;
                Err(error)
            }
        }
    }

    /// Imports of the modules of the standard library that an entry names and that are not imported yet.
    fn imports(&self, entry: &Entry) -> Vec<String> {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let declared = self.entries.iter().chain([entry]).flat_map(|entry| &entry.declarations);
        for text in declared.filter(|text| text.starts_with("use")) {
            known.extend(text.split(['.', ':', ' ', '>']).map(str::to_owned));
        }
        let texts = entry.declarations.iter().chain([&entry.code]);
        let mut imports = Vec::new();
        for word in texts.flat_map(|text| words(text)) {
            let Some((before, _)) = word.split_once("::") else { continue };
            let alias = before.rsplit('.').next().unwrap_or_default();
            let candidates =
                || self.modules.iter().filter(move |path| path.rsplit("::").next() == Some(alias));
            // A path that begins with `::` has no alias.
            if let (Some(path), 1) = (candidates().next(), candidates().count())
                && !alias.is_empty()
                && known.insert(alias.to_owned())
            {
                imports.push(format!("use.{path}"));
            }
        }
        imports
    }

    /// The program, and the line on which the code of the entry `current` begins.
    fn source(&self, current: usize, ending: &str) -> (String, usize) {
        let mut text = String::new();
        for declaration in self.entries.iter().flat_map(|entry| &entry.declarations) {
            text.push_str(declaration);
            text.push('\n');
        }
        let locals = self.num_locals();
        text.push_str(&if locals > 0 { format!("proc.session.{locals}\n") } else { "begin\n".into() });
        let mut start = usize::MAX;
        for (index, entry) in self.entries.iter().enumerate() {
            if index == current {
                start = text.lines().count() + 1;
            }
            for line in entry.code.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        text.push_str(ending);
        text.push_str("end\n");
        if locals > 0 {
            text.push_str("begin\n    exec.session\nend\n");
        }
        (text, start)
    }

    /// The program that was entered.
    pub(super) fn program(&self) -> String {
        self.source(usize::MAX, "").0.trim_end().to_owned()
    }

    /// Number of locals: some, if code uses them.
    fn num_locals(&self) -> u16 {
        let is_local =
            |word: &String| ["loc_", "locaddr", "debug.local"].iter().any(|name| word.starts_with(name));
        let uses = self.entries.iter().any(|entry| words(&entry.code).iter().any(is_local));
        if uses { LOCALS } else { 0 }
    }

    /// Executes the program, with the output of debug commands from the entry `current` on.
    fn run(&self, current: usize, interrupt: &AtomicBool) -> Result<State, CliError> {
        let (text, start) = self.source(current, "breakpoint\n");
        let source = Source::new("repl", text);
        let loaded = program::assemble(&self.assembler, &source).map_err(|error| match error {
            LoadError::Assembly(errors) => CliError::Assembly(errors),
            error => CliError::Load(error),
        })?;
        let failed = |error| CliError::from(loaded.failure(error, &self.inputs, &self.options));
        let (num_locals, debug, mut state) = (self.num_locals(), loaded.debug.as_ref(), None);
        let advice = InMemoryAdvice::new(self.inputs.advice.clone(), self.options.max_advice);
        let mut host = DefaultHost::new(advice.map_err(|error| failed(ExecutionError::AdviceInputs(error)))?);
        host.handle_debug(|site, command, machine, advice| {
            let place = debug.and_then(|debug| debug.decorator(site.node, site.decorator));
            if *command == DebugCommand::Breakpoint {
                // The last one is that at the end.
                state = Some(State::of(machine, advice, num_locals));
            } else if place.is_some_and(|place| place.location().line >= start)
                && let Some(text) = output_text(command, machine, advice, usize::MAX)
            {
                messages::print(text);
            }
        });
        let started = Instant::now();
        let executor = Executor::new(&loaded.program).with_stack(self.inputs.stack.clone());
        let executor = executor.with_host(&mut host).with_options(self.options).with_interrupt(interrupt);
        executor.execute().map_err(failed)?;
        drop(host);
        let state = state.ok_or_else(|| CliError::Usage("the input ends the program".into()))?;
        Ok(State { time: started.elapsed(), ..state })
    }

    /// Names that an input can contain: procedures, and modules of the standard library.
    pub(super) fn names(&self) -> Vec<String> {
        let declarations = self.entries.iter().flat_map(|entry| &entry.declarations);
        let procedures = declarations.filter_map(|text| procedure(text));
        let modules = self.modules.iter().map(|path| (*path).to_owned());
        procedures.chain(modules).collect()
    }
}
