//! What can stand at a place.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use miden_assembly::{InstructionForm, Span, SyntaxKind, instruction_forms};

use crate::{
    Analysis, Modules, Symbol, SymbolKind, below, instruction,
    keyword::{KEYWORDS, Place},
    symbol::Namespace,
};

/// What can be put in a place.
#[derive(Clone, Debug)]
pub struct Completions {
    /// What is replaced: the part of the word that has been typed.
    pub replaced: Span,
    /// What can stand there. Whoever shows them filters them by what is replaced.
    pub items: Vec<Completion>,
}

/// Something that can be put in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// What it is.
    pub kind: CompletionKind,
    /// How it is shown.
    pub label: String,
    /// What is put in the place.
    pub text: String,
    /// More about it, on one line; may be empty.
    pub detail: String,
    /// More about it, in Markdown.
    pub docs: Option<String>,
}

/// What is put in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A keyword.
    Keyword,
    /// An instruction.
    Instruction,
    /// A procedure.
    Procedure,
    /// A constant.
    Constant,
    /// A module.
    Module,
}

/// The text between the start of a word and the place.
#[derive(Clone, Copy)]
struct Typed<'s> {
    text: &'s str,
    end: usize,
}

impl Typed<'_> {
    /// The last `len` bytes are replaced.
    fn replace(self, len: usize, items: Vec<Completion>) -> Completions {
        Completions { replaced: Span::new(self.end - len, self.end), items }
    }
}

impl Analysis {
    /// What can stand at an offset.
    pub fn completions(&self, offset: usize, modules: &dyn Modules) -> Completions {
        let typed = self.typed(offset);
        let nothing = typed.replace(0, Vec::new());
        let Some(before) = self.source().text().get(..typed.end) else { return nothing };
        let line = before.rsplit('\n').next().unwrap_or_default();
        if line.split_whitespace().any(|word| word.starts_with('#')) {
            return nothing;
        }
        let in_body = self.is_in_body(typed.end - typed.text.len());
        if let Some(completions) = self.declaration(line, typed, in_body, modules) {
            return completions;
        }
        match typed.text.split_once('.') {
            None if in_body => typed.replace(typed.text.len(), words(Place::Body)),
            None => typed.replace(typed.text.len(), words(Place::File)),
            Some(("exec" | "call" | "procref", label)) => self.procedures(label, typed, modules),
            Some(("syscall", label)) => {
                let kernel = modules.kernel();
                let items = kernel.map(|kernel| kernel.exports(Namespace::Procedures)).unwrap_or_default();
                typed.replace(label.len(), items)
            }
            Some((name, parameters)) => self.parameters(name, parameters, typed),
        }
    }

    fn typed(&self, offset: usize) -> Typed<'_> {
        let text = self.source().text();
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(..end).unwrap_or_default();
        let start = before.rfind(char::is_whitespace).map_or(0, |at| {
            at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        Typed { text: before.get(start..).unwrap_or_default(), end }
    }

    /// Whether instructions can stand at an offset.
    fn is_in_body(&self, offset: usize) -> bool {
        let mut in_body = false;
        for element in self.syntax().path_to(offset) {
            match element.kind() {
                // What stands at the end of a block is behind the keyword that closes it.
                SyntaxKind::Block => in_body = element.span().start < offset && offset <= element.span().end,
                SyntaxKind::Header => in_body = in_body && element.span().start == offset,
                _ => {}
            }
        }
        in_body
    }

    /// What can stand in an import, a constant or the header of a procedure.
    fn declaration(
        &self,
        line: &str,
        typed: Typed<'_>,
        in_body: bool,
        modules: &dyn Modules,
    ) -> Option<Completions> {
        if in_body {
            return None;
        }
        let mut line = line.trim_start();
        line = line.strip_prefix("pub ").map_or(line, str::trim_start);
        let path_of = |text: &str| text.rsplit([' ', '\t', '.']).next().map_or(0, str::len);
        if line.starts_with("const.") || line.starts_with("const ") {
            let value = line.split_once('=').map(|(_, value)| value);
            let items = value.map(|_| self.in_scope(Namespace::Constants)).unwrap_or_default();
            return Some(typed.replace(value.map_or(0, name_len), items));
        }
        if let Some(rest) = line.strip_prefix("use.").or_else(|| line.strip_prefix("use ")) {
            // Items, whose module stands behind them.
            if rest.trim_start().starts_with('{') && !rest.contains('}') {
                let after = self.source().text().get(typed.end..).unwrap_or_default();
                let rest_of_line = after.lines().next().unwrap_or_default();
                let from = rest_of_line.split_once("from ").map(|(_, path)| path.trim());
                let module = from.and_then(|path| modules.module(path, self.source()));
                let mut items = Vec::new();
                if let Some(module) = module {
                    items.extend(module.exports(Namespace::Procedures));
                    items.extend(module.exports(Namespace::Constants));
                }
                return Some(typed.replace(name_len(rest), items));
            }
            let is_complete = rest.contains(" as ") || rest.contains("->");
            let items = if is_complete { Vec::new() } else { module_paths(self, modules) };
            return Some(typed.replace(if is_complete { 0 } else { path_of(rest) }, items));
        }
        if let Some(label) = line.strip_prefix("export.") {
            return Some(match label.contains("::") {
                true => self.procedures(label, typed, modules),
                false => typed.replace(label.len(), self.aliases()),
            });
        }
        ["proc.", "proc ", "mod."].iter().any(|keyword| line.starts_with(keyword)).then(|| {
            // A new name.
            typed.replace(0, Vec::new())
        })
    }

    /// Procedures that can be invoked, and what leads to others.
    fn procedures(&self, label: &str, typed: Typed<'_>, modules: &dyn Modules) -> Completions {
        let Some((module, name)) = label.rsplit_once("::") else {
            let mut items = self.in_scope(Namespace::Procedures);
            items.extend(self.aliases());
            return typed.replace(label.len(), items);
        };
        let path = match module.strip_prefix("::") {
            Some(path) => Some(path.to_owned()),
            None if module.is_empty() => None,
            None => self.expand(module),
        };
        let Some(path) = path else {
            // `::` begins the whole path of a module.
            let items = module_paths(self, modules).into_iter().map(|item| item.followed_by("::"));
            return typed.replace(name.len(), items.collect());
        };
        let mut items = Vec::new();
        if let Some(module) = modules.module(&path, self.source()) {
            items.extend(module.exports(Namespace::Procedures));
        }
        let inside = format!("{path}::");
        for path in modules.paths(self.source()) {
            if let Some(rest) = path.strip_prefix(&inside) {
                items.push(Completion::new(CompletionKind::Module, rest).followed_by("::"));
            }
        }
        typed.replace(name.len(), items)
    }

    /// The parameters of an instruction.
    fn parameters(&self, name: &str, parameters: &str, typed: Typed<'_>) -> Completions {
        let flags = |texts: &[&str]| {
            texts.iter().map(|text| Completion::new(CompletionKind::Keyword, text)).collect()
        };
        match name {
            "if" => return typed.replace(parameters.len(), flags(&["true", "false"])),
            "while" => return typed.replace(parameters.len(), flags(&["true"])),
            _ => {}
        }
        let prefix = format!("{name}.");
        let mut items = self.in_scope(Namespace::Constants);
        let forms = instruction_forms();
        // Names such as `adv.keyval` have a dot themselves.
        items.extend(forms.iter().filter(|form| form.name.starts_with(&prefix)).map(|form| {
            let mut item = Completion::instruction(form);
            item.text = item.text.strip_prefix(&prefix).unwrap_or(&item.text).to_owned();
            item
        }));
        let takes_code = |form: &InstructionForm| form.takes_error_code && form.name == name;
        if !parameters.contains("err=") && forms.iter().any(takes_code) {
            let mut item = Completion::new(CompletionKind::Keyword, "err=");
            item.detail = "tells which assertion failed".into();
            items.push(item);
        }
        typed.replace(name_len(parameters), items)
    }

    /// What this source declares or imports by itself.
    fn in_scope(&self, namespace: Namespace) -> Vec<Completion> {
        let symbols = self.symbols().iter().filter(|symbol| symbol.is_in(namespace));
        symbols.map(|symbol| self.item(symbol, namespace)).collect()
    }

    /// The procedures or constants that other modules can name.
    fn exports(&self, namespace: Namespace) -> Vec<Completion> {
        let exported = self.symbols().iter().filter(|symbol| symbol.exported && symbol.is_in(namespace));
        exported.map(|symbol| self.item(symbol, namespace)).collect()
    }

    fn item(&self, symbol: &Symbol, namespace: Namespace) -> Completion {
        let kind = match namespace {
            Namespace::Constants => CompletionKind::Constant,
            _ => CompletionKind::Procedure,
        };
        let mut item = Completion::new(kind, &symbol.name);
        let header = self.source().slice(symbol.header);
        item.detail = header.split_whitespace().collect::<Vec<_>>().join(" ");
        item
    }

    /// The short names of modules, and those below this one.
    fn aliases(&self) -> Vec<Completion> {
        let modules = self.symbols().iter().filter_map(|symbol| match &symbol.kind {
            SymbolKind::Import { path } => Some((symbol.name.clone(), path.clone())),
            SymbolKind::Submodule => Some((below(&symbol.name), String::new())),
            _ => None,
        });
        let item = |(name, detail): (String, String)| {
            let item = Completion::new(CompletionKind::Module, &name).followed_by("::");
            Completion { detail, ..item }
        };
        modules.map(item).collect()
    }
}

impl Completion {
    fn new(kind: CompletionKind, name: &str) -> Self {
        Self { kind, label: name.into(), text: name.into(), detail: String::new(), docs: None }
    }

    fn followed_by(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    fn instruction(form: &InstructionForm) -> Self {
        let mut item = Self::new(CompletionKind::Instruction, &form.text);
        // The parameter is what comes next.
        if let Some(parameter) = form.text.strip_prefix(form.name)
            && parameter.starts_with('.')
        {
            item.text = format!("{}.", form.name);
        }
        item.detail = format!("{}  {} cycles", form.stack, instruction::cycles(form));
        item.docs = instruction::describe(core::slice::from_ref(form));
        item
    }
}

/// The keywords of a place, and in bodies the instructions.
fn words(place: Place) -> Vec<Completion> {
    let keywords = KEYWORDS.iter().filter(|keyword| keyword.place == place).map(|keyword| {
        let mut item = Completion::new(CompletionKind::Keyword, keyword.name);
        let first = keyword.forms.first().copied().unwrap_or_default();
        // What has a parameter in its usual form goes on behind the dot.
        if first.strip_prefix(keyword.name).is_some_and(|rest| rest.starts_with('.')) {
            item.text.push('.');
        }
        item.detail = first.into();
        item.docs = Some(keyword.text.into());
        item
    });
    let mut items: Vec<Completion> = keywords.collect();
    if place == Place::Body {
        items.extend(instruction_forms().iter().map(Completion::instruction));
    }
    items
}

fn module_paths(analysis: &Analysis, modules: &dyn Modules) -> Vec<Completion> {
    let paths = modules.paths(analysis.source());
    paths.iter().map(|path| Completion::new(CompletionKind::Module, path)).collect()
}

/// Length of the name that a text ends with.
fn name_len(text: &str) -> usize {
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    text.len()
        - start.map_or(0, |at| at + text.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8))
}
