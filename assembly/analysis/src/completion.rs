//! Completions at a place.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use miden_assembly::{InstructionForm, Span, SyntaxKind, instruction_forms};
use miden_assembly_syntax::{Keyword, KeywordPlace};

use crate::{Analysis, Modules, Symbol, SymbolKind, below, hover, instruction, symbol::Namespace};

/// Completions at a place.
#[derive(Clone, Debug)]
pub struct Completions {
    /// The span that a completion replaces: the part of the word typed so far.
    pub replaced: Span,
    /// The completions. They are not filtered by the replaced text.
    pub items: Vec<Completion>,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The kind.
    pub kind: CompletionKind,
    /// The text to display.
    pub label: String,
    /// The text to insert.
    pub text: String,
    /// A description on one line; may be empty.
    pub detail: String,
    /// Documentation in Markdown.
    pub docs: Option<String>,
}

/// Kind of a completion.
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

/// The part of a word before the place.
#[derive(Clone, Copy)]
struct Typed<'s> {
    text: &'s str,
    end: usize,
}

impl Typed<'_> {
    /// Completions that replace the last `len` bytes.
    fn replace(self, len: usize, items: Vec<Completion>) -> Completions {
        Completions { replaced: Span::new(self.end - len, self.end), items }
    }
}

impl Analysis {
    /// Completions at an offset.
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
            None => typed.replace(typed.text.len(), words(in_body)),
            Some((name, parameters)) => match Keyword::named(name) {
                Some(Keyword::Exec | Keyword::Call | Keyword::ProcRef) => {
                    self.procedures(parameters, typed, modules)
                }
                Some(Keyword::SysCall) => {
                    let kernel = modules.kernel();
                    let items =
                        kernel.map(|kernel| kernel.exports(Namespace::Procedures)).unwrap_or_default();
                    typed.replace(parameters.len(), items)
                }
                Some(keyword @ (Keyword::If | Keyword::While)) => {
                    let conditions = keyword.conditions().iter();
                    let items = conditions.map(|text| Completion::new(CompletionKind::Keyword, text));
                    typed.replace(parameters.len(), items.collect())
                }
                _ => self.parameters(name, parameters, typed),
            },
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

    /// Whether instructions are allowed at an offset.
    fn is_in_body(&self, offset: usize) -> bool {
        let mut in_body = false;
        for element in self.syntax().path_to(offset) {
            match element.kind() {
                // The end of a block is before the keyword that closes it.
                SyntaxKind::Block => in_body = element.span().start < offset && offset <= element.span().end,
                SyntaxKind::Header => in_body = in_body && element.span().start == offset,
                _ => {}
            }
        }
        in_body
    }

    /// Completions in an import, a constant or the header of a procedure.
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
        if let Some(rest) = line.strip_prefix(Keyword::Pub.name()).filter(|rest| rest.starts_with(' ')) {
            line = rest.trim_start();
        }
        let (head, rest) = line.split_once(['.', ' '])?;
        let is_dotted = line.as_bytes().get(head.len()) == Some(&b'.');
        match Keyword::named(head)? {
            Keyword::Const => {
                let value = rest.split_once('=').map(|(_, value)| value);
                let items = value.map(|_| self.in_scope(Namespace::Constants)).unwrap_or_default();
                Some(typed.replace(value.map_or(0, name_len), items))
            }
            Keyword::Use => Some(self.import(rest, typed, modules)),
            Keyword::Export if is_dotted => Some(match rest.contains("::") {
                true => self.procedures(rest, typed, modules),
                false => typed.replace(rest.len(), self.aliases()),
            }),
            // A new name.
            Keyword::Proc => Some(typed.replace(0, Vec::new())),
            Keyword::Mod if is_dotted => Some(typed.replace(0, Vec::new())),
            _ => None,
        }
    }

    /// Completions in an import, given the text after `use`.
    fn import(&self, clause: &str, typed: Typed<'_>, modules: &dyn Modules) -> Completions {
        // Items, whose module comes after them.
        if clause.trim_start().starts_with('{') && !clause.contains('}') {
            let after = self.source().text().get(typed.end..).unwrap_or_default();
            let rest_of_line = after.lines().next().unwrap_or_default();
            let from = rest_of_line.split_once("from ").map(|(_, path)| path.trim());
            let module = from.and_then(|path| modules.module(path, self.source()));
            let mut items = Vec::new();
            if let Some(module) = module {
                items.extend(module.exports(Namespace::Procedures));
                items.extend(module.exports(Namespace::Constants));
            }
            return typed.replace(name_len(clause), items);
        }
        if clause.contains(" as ") || clause.contains("->") {
            return typed.replace(0, Vec::new());
        }
        let path = clause.rsplit([' ', '\t', '.']).next().map_or(0, str::len);
        typed.replace(path, module_paths(self, modules))
    }

    /// Procedures that can be invoked, and modules that contain more.
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
            // `::` starts the full path of a module.
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
        let prefix = format!("{name}.");
        let mut items = self.in_scope(Namespace::Constants);
        let forms = instruction_forms();
        // Names such as `adv.keyval` contain a dot.
        items.extend(forms.iter().filter(|form| form.name.starts_with(&prefix)).map(|form| {
            let mut item = Completion::instruction(form);
            item.text = item.text.strip_prefix(&prefix).unwrap_or(&item.text).to_owned();
            item
        }));
        let takes_code = |form: &InstructionForm| form.takes_error_code && form.name == name;
        if !parameters.contains("err=") && forms.iter().any(takes_code) {
            let mut item = Completion::new(CompletionKind::Keyword, "err=");
            item.detail = "error code of a failed assertion".into();
            items.push(item);
        }
        typed.replace(name_len(parameters), items)
    }

    /// Symbols that this source declares or imports by name.
    fn in_scope(&self, namespace: Namespace) -> Vec<Completion> {
        let symbols = self.symbols().iter().filter(|symbol| symbol.is_in(namespace));
        symbols.map(|symbol| self.item(symbol, namespace)).collect()
    }

    /// Exported procedures or public constants.
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

    /// Aliases of modules, and submodules.
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
        // The parameter is typed next.
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

/// The keywords between declarations, or the keywords of bodies and the instructions.
fn words(in_body: bool) -> Vec<Completion> {
    let is_allowed = |keyword: &&Keyword| (keyword.place() != KeywordPlace::Declaration) == in_body;
    let keywords = Keyword::ALL.iter().filter(is_allowed).map(|keyword| {
        let mut item = Completion::new(CompletionKind::Keyword, keyword.name());
        let first = keyword.forms().first().copied().unwrap_or_default();
        // A dot precedes the parameter of the usual form.
        if first.strip_prefix(keyword.name()).is_some_and(|rest| rest.starts_with('.')) {
            item.text.push('.');
        }
        item.detail = first.into();
        item.docs = Some(hover::explain(*keyword));
        item
    });
    let mut items: Vec<Completion> = keywords.collect();
    if in_body {
        items.extend(instruction_forms().iter().map(Completion::instruction));
    }
    items
}

fn module_paths(analysis: &Analysis, modules: &dyn Modules) -> Vec<Completion> {
    let paths = modules.paths(analysis.source());
    paths.iter().map(|path| Completion::new(CompletionKind::Module, path)).collect()
}

/// Length of the name at the end of a text.
fn name_len(text: &str) -> usize {
    let start = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    text.len()
        - start.map_or(0, |at| at + text.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8))
}
