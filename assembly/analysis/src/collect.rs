//! Collects the symbols that a source declares, and its uses of names.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use miden_assembly_syntax::{Keyword, Name, SourceWord, Span, Syntax, SyntaxElement, SyntaxKind};

use crate::{Occurrence, Role, Symbol, SymbolKind};

/// Symbols and occurrences, in the order of the text.
pub(super) fn collect(syntax: &Syntax) -> (Vec<Symbol>, Vec<Occurrence>) {
    let mut collector = Collector { symbols: Vec::new(), occurrences: Vec::new(), attributes: None };
    for node in syntax.root().children() {
        collector.visit(node);
    }
    collector.occurrences.sort_by_key(|occurrence| occurrence.span.start);
    (collector.symbols, collector.occurrences)
}

struct Collector {
    symbols: Vec<Symbol>,
    occurrences: Vec<Occurrence>,
    /// `@locals(N)` before a procedure.
    attributes: Option<String>,
}

impl Collector {
    fn visit(&mut self, node: SyntaxElement<'_>) {
        match node.kind() {
            SyntaxKind::Import => self.import(node, false),
            SyntaxKind::Reexport => self.import(node, true),
            SyntaxKind::Submodule => self.submodule(node),
            SyntaxKind::Constant | SyntaxKind::AdviceMap => self.constant(node),
            SyntaxKind::Attribute => {
                let locals = node.text().strip_prefix("@locals(").and_then(|rest| rest.strip_suffix(')'));
                if let Some(locals) = locals {
                    self.attributes = Some(locals.trim().to_owned());
                }
            }
            SyntaxKind::Procedure => self.procedure(node),
            SyntaxKind::Program => {
                let header = node.child(SyntaxKind::Header).map_or(node.span(), SyntaxElement::span);
                let kind = SymbolKind::Program;
                let (name, span) = ("begin".to_owned(), node.span());
                let exported = false;
                self.symbols.push(Symbol { kind, name, span, name_span: header, header, exported });
                self.body(node);
            }
            // Probably being typed.
            SyntaxKind::Lost => self.body(node),
            _ => {}
        }
    }

    fn occurs(&mut self, span: Span, role: Role) {
        if span.start < span.end {
            self.occurrences.push(Occurrence { span, role });
        }
    }

    /// Adds a symbol whose name occurs only in its declaration.
    fn declare(&mut self, node: SyntaxElement<'_>, kind: SymbolKind, name: Name<'_>, exported: bool) {
        self.occurs(name.span, Role::Declaration(self.symbols.len()));
        self.declare_elsewhere(node, kind, name, exported);
    }

    /// Like `declare`, for a name that is covered by another occurrence.
    fn declare_elsewhere(
        &mut self,
        node: SyntaxElement<'_>,
        kind: SymbolKind,
        name: Name<'_>,
        exported: bool,
    ) {
        let span = node.span();
        let header = node.child(SyntaxKind::Header).map_or(span, SyntaxElement::span);
        let (name, name_span) = (name.text.to_owned(), name.span);
        self.symbols.push(Symbol { kind, name, span, name_span, header, exported });
    }

    /// `use.a::b`, `use a::b as c`, `use {p} from a::b`, `export.a::p`, `pub use {p as q} from a::b`.
    fn import(&mut self, node: SyntaxElement<'_>, exported: bool) {
        let mut parts =
            parts(node).skip_while(|part| is_any(part, &[Keyword::Pub, Keyword::Use, Keyword::Export]));
        let Some(subject) = parts.next() else { return };
        let modifier = parts.next().zip(parts.next());
        if let Some(items) = subject.text.strip_prefix('{').map(|_| subject.skip(1)) {
            let items = if items.text.ends_with('}') { items.take(items.text.len() - 1) } else { items };
            let Some((_, module)) = modifier.filter(|(word, _)| word.text == "from") else { return };
            let (module, through_import) = if exported && !module.text.contains("::") {
                self.qualifier(module)
            } else {
                (self.module(module), false)
            };
            for item in split(items, ',') {
                let (name, alias) = with_alias(item);
                self.imported_item(node, module, through_import, name, alias, exported);
            }
            return;
        }
        let (path, alias) = match (with_alias(subject), modifier) {
            ((path, None), Some((word, alias))) if word.text == "as" => (path, Some(alias)),
            (subject, _) => subject,
        };
        if exported {
            // A re-exported procedure.
            let Some((module, name)) = split_path(path) else { return };
            let (module, through_import) = self.qualifier(module);
            self.imported_item(node, module, through_import, name, alias, exported);
            return;
        }
        let path = self.module(path);
        let kind = SymbolKind::Import { path: path.text.to_owned() };
        match alias {
            Some(alias) => self.declare(node, kind, alias, false),
            None => {
                let name = split_path(path).map_or(path, |(_, name)| name);
                self.declare_elsewhere(node, kind, name, false);
            }
        }
    }

    fn imported_item(
        &mut self,
        node: SyntaxElement<'_>,
        module: Name<'_>,
        through_import: bool,
        name: Name<'_>,
        alias: Option<Name<'_>>,
        exported: bool,
    ) {
        let role = if through_import { Role::Member(module.span) } else { Role::Export(module.span) };
        self.occurs(name.span, role);
        let (module, original) = (module.text.to_owned(), name.text.to_owned());
        let kind = SymbolKind::ImportedItem { module, through_import, name: original };
        match alias {
            Some(alias) => self.declare(node, kind, alias, exported),
            None => self.declare_elsewhere(node, kind, name, exported),
        }
    }

    fn submodule(&mut self, node: SyntaxElement<'_>) {
        let mut parts = parts(node);
        let exported = is_public(node);
        if let Some(name) = parts.find(|part| !is_any(part, &[Keyword::Pub, Keyword::Mod])) {
            self.declare(node, SymbolKind::Submodule, name, exported);
        }
    }

    /// `const.A=1`, `pub const A = B + 1`, `adv_map.A(B)=[1, 2]`.
    fn constant(&mut self, node: SyntaxElement<'_>) {
        let text = Name { text: node.text(), span: node.span() };
        let (declared, value) = match text.split_once("=") {
            Some((declared, value)) => (declared, Some(value)),
            None => (text, None),
        };
        // The key of a list may be a constant.
        let (declared, key) = match declared.split_once("(") {
            Some((declared, key)) => (declared, Some(key)),
            None => (declared, None),
        };
        let start = declared.text.rfind(|c: char| !is_name(c) && !c.is_whitespace()).map_or(0, |at| at + 1);
        let mut name = declared.skip(start).trim();
        if let Some(space) = name.text.rfind(char::is_whitespace) {
            name = name.skip(space).trim();
        }
        if !name.text.is_empty() && !is_any(&name, &[Keyword::Const, Keyword::AdvMap, Keyword::Pub]) {
            self.declare(node, SymbolKind::Constant, name, is_public(node));
        }
        for expression in key.into_iter().chain(value) {
            self.constants(expression);
        }
    }

    fn procedure(&mut self, node: SyntaxElement<'_>) {
        if let Some(header) = node.child(SyntaxKind::Header) {
            let exported = is_public(header);
            let is_keyword = |part: &Name<'_>| is_any(part, &[Keyword::Pub, Keyword::Proc, Keyword::Export]);
            let mut parts = parts(header).skip_while(is_keyword);
            if let Some(name) = parts.next() {
                let locals = parts.next().map(|part| part.text.to_owned());
                let locals = locals.or_else(|| self.attributes.take());
                self.declare(node, SymbolKind::Procedure { locals }, name, exported);
            }
        }
        self.attributes = None;
        self.body(node);
    }

    /// Names in instructions and in headers of blocks.
    fn body(&mut self, node: SyntaxElement<'_>) {
        let words = node.descendants().filter(|element| element.kind() == SyntaxKind::Word);
        for word in words.map(SyntaxElement::word) {
            self.instruction(word);
        }
    }

    fn instruction(&mut self, word: SourceWord<'_>) {
        let mut parts = word.parts();
        match parts.next().and_then(|head| Keyword::named(head.text)) {
            Some(Keyword::Exec | Keyword::Call | Keyword::ProcRef) => {
                if let Some(label) = parts.next() {
                    self.invocation(label);
                }
            }
            Some(Keyword::SysCall) => {
                if let Some(label) = parts.next() {
                    self.occurs(label.span, Role::SystemCall);
                }
            }
            Some(Keyword::Proc | Keyword::Export | Keyword::Use | Keyword::Mod) => {}
            _ => parts.for_each(|part| self.constants(part)),
        }
    }

    fn invocation(&mut self, name: Name<'_>) {
        match split_path(name) {
            None => self.occurs(name.span, Role::Procedure),
            Some((module, label)) => {
                let (module, through_import) = self.qualifier(module);
                let role = if through_import { Role::Member(module.span) } else { Role::Export(module.span) };
                self.occurs(label.span, role);
            }
        }
    }

    /// Records the path of a module, and returns it without a leading `::`.
    fn module<'s>(&mut self, path: Name<'s>) -> Name<'s> {
        let path = if path.text.starts_with("::") { path.skip(2) } else { path };
        self.occurs(path.span, Role::Module);
        path
    }

    /// Records the text before the last `::`: the full path of a module, with a leading `::`, or a path that starts
    /// with an alias. Returns it without the leading `::`, and whether it starts with an alias.
    fn qualifier<'s>(&mut self, module: Name<'s>) -> (Name<'s>, bool) {
        if module.text.starts_with("::") {
            (self.module(module), false)
        } else {
            let alias = module.split_once("::").map_or(module, |(alias, _)| alias);
            self.occurs(alias.span, Role::Alias);
            (module, true)
        }
    }

    /// Records the words of an expression that look like constants, outside of quotation marks.
    fn constants(&mut self, expression: Name<'_>) {
        let (mut quoted, mut escaped) = (false, false);
        let mut rest = expression;
        while let Some(c) = rest.text.chars().next() {
            let len = rest.text.find(|c| !is_name(c)).unwrap_or(rest.text.len()).max(c.len_utf8());
            let name = rest.take(len);
            if !quoted && is_constant(name.text) {
                self.occurs(name.span, Role::Constant);
            }
            quoted ^= c == '"' && !escaped;
            escaped = quoted && c == '\\' && !escaped;
            rest = rest.skip(len);
        }
    }
}

/// Whether a name is one of these keywords.
fn is_any(name: &Name<'_>, keywords: &[Keyword]) -> bool {
    Keyword::named(name.text).is_some_and(|keyword| keywords.contains(&keyword))
}

/// Whether a declaration starts with `pub` or `export`.
fn is_public(declaration: SyntaxElement<'_>) -> bool {
    let first = declaration.words().next().and_then(|word| word.keyword());
    matches!(first, Some(Keyword::Pub | Keyword::Export))
}

/// The parts of all words of a node.
fn parts<'t>(node: SyntaxElement<'t>) -> impl Iterator<Item = Name<'t>> {
    node.words().flat_map(|word| word.parts())
}

/// `a::b` and `c` of `a::b::c`.
fn split_path(path: Name<'_>) -> Option<(Name<'_>, Name<'_>)> {
    let at = path.text.rfind("::")?;
    Some((path.take(at), path.skip(at + 2)))
}

/// The texts before and after `->` or ` as `.
fn with_alias(part: Name<'_>) -> (Name<'_>, Option<Name<'_>>) {
    let split = part.split_once("->").or_else(|| part.split_once(" as "));
    split.map_or((part.trim(), None), |(name, alias)| (name.trim(), Some(alias.trim())))
}

/// The texts between separators, trimmed.
fn split(part: Name<'_>, separator: char) -> impl Iterator<Item = Name<'_>> {
    let mut start = 0;
    part.text.split(separator).map(move |text| {
        let item = part.skip(start).take(text.len()).trim();
        start += text.len() + separator.len_utf8();
        item
    })
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_constant(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_ascii_lowercase())
}
