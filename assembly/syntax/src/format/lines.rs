//! Lays out tokens in lines.

use alloc::vec::{IntoIter, Vec};
use core::iter::Peekable;

use super::{
    FormatOptions,
    page::{Line, Page, Role},
    spacing::{self, Scope},
};
use crate::{Keyword, Syntax, SyntaxElement, SyntaxKind};

/// Lays out the words and comments of a source without errors.
pub(super) fn lay_out(syntax: &Syntax, options: FormatOptions) -> Page<'_> {
    let tokens = syntax.root().descendants();
    let newlines = tokens.filter(|token| token.kind() == SyntaxKind::Newline).map(|token| token.span().start);
    let mut layout = Layout {
        syntax,
        options,
        page: Page::new(options),
        open: Vec::new(),
        num_blocks: 0,
        newlines: newlines.collect::<Vec<_>>().into_iter().peekable(),
        num_newlines: 0,
        blank: false,
        has_code: false,
        can_append: false,
        comment_column: None,
        declared: None,
    };
    let mut next = syntax.root().next();
    while let Some(element) = next {
        layout.close_before(element);
        next = layout.visit(element);
    }
    layout.page
}

struct Layout<'t> {
    syntax: &'t Syntax,
    options: FormatOptions,
    page: Page<'t>,
    /// Enclosing nodes that span several lines: constructs with a body, and their blocks.
    open: Vec<SyntaxElement<'t>>,
    /// Number of blocks among them.
    num_blocks: usize,
    /// Offsets of the line ends after the last node that was checked.
    newlines: Peekable<IntoIter<usize>>,

    // State of the source before the next token.
    /// Number of line ends after the last word or comment.
    num_newlines: usize,
    /// Whether a blank line is among them.
    blank: bool,
    /// Whether the current line has a word.
    has_code: bool,
    /// Whether instructions may be appended to the last line.
    can_append: bool,
    /// Column of a trailing comment, or of its continuation, if that was the last token.
    comment_column: Option<usize>,

    /// Whether the last declaration spans several lines; attributes do not count.
    declared: Option<bool>,
}

impl<'t> Layout<'t> {
    /// Closes the nodes that end before an element.
    fn close_before(&mut self, element: SyntaxElement<'t>) {
        while let Some(node) = self.open.pop_if(|node| !node.contains(element)) {
            self.num_blocks -= usize::from(node.kind() == SyntaxKind::Block);
        }
    }

    /// Adds an element, or enters it. Returns the element to visit next.
    fn visit(&mut self, element: SyntaxElement<'t>) -> Option<SyntaxElement<'t>> {
        use SyntaxKind as Kind;
        let parent = self.open.last().map(|node| node.kind());
        match element.kind() {
            Kind::Whitespace => {}
            Kind::Newline => {
                self.num_newlines += 1;
                self.blank |= self.num_newlines > 1;
                self.has_code = false;
                self.can_append = false;
            }
            Kind::Comment | Kind::DocComment => self.add_comment(element),
            Kind::Word if parent == Some(Kind::Block) => {
                let start = self.begin_instruction();
                spacing::push(element.text(), Scope::Brackets, &mut self.page.code);
                self.add_instruction(start);
            }
            Kind::Word => {
                // The `end` of a construct with a body.
                let start = self.page.code.len();
                self.page.code.push_str(element.text());
                self.add_line(Role::Closing, start);
            }
            Kind::Header => {
                self.add_header(element);
                return element.skip();
            }
            Kind::Block => {
                self.open.push(element);
                self.num_blocks += 1;
            }
            Kind::Import
            | Kind::Reexport
            | Kind::Submodule
            | Kind::Constant
            | Kind::AdviceMap
            | Kind::Attribute => {
                self.add_declaration(element);
                return element.skip();
            }
            _ => {
                if self.add_inline(element) {
                    return element.skip();
                }
                self.open.push(element);
            }
        }
        element.next()
    }

    /// Adds a header, such as `if.true`, `else` or `proc.p`.
    fn add_header(&mut self, header: SyntaxElement<'t>) {
        let is_first = self.open.last().is_some_and(|node| node.next() == Some(header));
        let start = self.page.code.len();
        self.push_words(header, usize::MAX);
        self.add_line(if is_first { Role::Opening } else { Role::Turning }, start);
        if is_first && self.open.len() == 1 {
            self.declare(true);
        }
    }

    /// Adds a declaration without a body.
    fn add_declaration(&mut self, node: SyntaxElement<'t>) {
        let start = self.page.code.len();
        match expression(node) {
            Some((keyword, is_public, rest)) => {
                if is_public {
                    self.page.code.push_str(Keyword::Pub.name());
                    self.page.code.push(' ');
                }
                self.page.code.push_str(keyword.name());
                self.page.code.push(' ');
                spacing::push(rest, Scope::Expression, &mut self.page.code);
            }
            None => {
                self.push_words(node, usize::MAX);
            }
        }
        if node.kind() == SyntaxKind::Attribute {
            self.add_line(Role::Attribute, start);
        } else {
            self.add_line(Role::Code, start);
            self.declare(false);
        }
    }

    /// Adds a construct with a body if it is on one line and fits.
    fn add_inline(&mut self, node: SyntaxElement<'t>) -> bool {
        if !self.is_on_one_line(node) {
            return false;
        }
        let before = self.page.code.len();
        let start = self.begin_instruction();
        if !self.push_words(node, self.options.max_width.saturating_sub(self.indent())) {
            self.page.code.truncate(before);
            return false;
        }
        if self.open.is_empty() {
            self.add_line(Role::Code, start);
            self.declare(false);
        } else {
            self.add_instruction(start);
        }
        true
    }

    fn add_comment(&mut self, comment: SyntaxElement<'t>) {
        let text = comment.text();
        let column = self.syntax.source().location(comment.span().start).column;
        if self.has_code {
            if let Some(line) = self.page.lines.last_mut() {
                line.comment = Some(text);
            }
            self.comment_column = Some(column);
        } else {
            let is_below = self.num_newlines == 1 && self.comment_column == Some(column);
            let continues = is_below && comment.kind() == SyntaxKind::Comment;
            let start = self.page.code.len();
            self.add_line(if continues { Role::Continuation } else { Role::Comment }, start);
            if let Some(line) = self.page.lines.last_mut() {
                line.comment = Some(text);
            }
            self.comment_column = continues.then_some(column);
        }
        self.has_code = false;
        self.can_append = false;
        self.num_newlines = 0;
    }

    /// Adds a line with the code from `start` on.
    fn add_line(&mut self, role: Role, start: usize) {
        let blank_before = match self.page.lines.last() {
            None => false,
            Some(last) => self.blank && !last.role.opens() && last.role != Role::Attribute && !role.closes(),
        };
        let code = start..self.page.code.len();
        let width = self.page.code(code.clone()).chars().count();
        let indent = self.indent();
        self.page.lines.push(Line { role, blank_before, indent, code, width, comment: None });
        self.blank = false;
        self.can_append = false;
        self.continue_line();
    }

    /// Records that the last line has code.
    const fn continue_line(&mut self) {
        self.num_newlines = 0;
        self.has_code = true;
        self.comment_column = None;
    }

    /// Returns the start of an instruction's code, after adding a space if it follows others on the line.
    fn begin_instruction(&mut self) -> usize {
        if self.can_append {
            self.page.code.push(' ');
        }
        self.page.code.len()
    }

    /// Adds an instruction, or a block on one line, whose code starts at `start`: to the last line if it fits,
    /// otherwise on a new one.
    fn add_instruction(&mut self, start: usize) {
        let end = self.page.code.len();
        let width = self.page.code(start..end).chars().count();
        match self.page.lines.last_mut() {
            Some(line) if self.can_append && line.end() + 1 + width <= self.options.max_width => {
                line.code.end = end;
                line.width += 1 + width;
                self.continue_line();
            }
            _ => self.add_line(Role::Code, start),
        }
        self.can_append = true;
    }

    /// Adds the words of a node to the code. Stops and returns `false` if they are wider than `max`.
    fn push_words(&mut self, node: SyntaxElement<'t>, max: usize) -> bool {
        let mut width = 0;
        for word in node.descendants().filter(|element| element.kind() == SyntaxKind::Word) {
            if width > 0 {
                self.page.code.push(' ');
                width += 1;
            }
            let start = self.page.code.len();
            spacing::push(word.text(), Scope::Brackets, &mut self.page.code);
            width += self.page.code(start..self.page.code.len()).chars().count();
            if width > max {
                return false;
            }
        }
        true
    }

    /// Separates declarations of several lines by blank lines. The last line is the first of the declaration.
    fn declare(&mut self, has_lines: bool) {
        let Some(had_lines) = self.declared.replace(has_lines) else { return };
        if !has_lines && !had_lines {
            return;
        }
        let starts = self.page.lines.iter().rev();
        // Comments and attributes above belong to it.
        let num_above = starts
            .clone()
            .zip(starts.skip(1))
            .take_while(|(line, above)| !line.blank_before && above.role.leads())
            .count();
        if let Some(line) = self.page.lines.iter_mut().nth_back(num_above) {
            line.blank_before = true;
        }
    }

    /// Columns before the code.
    const fn indent(&self) -> usize {
        self.options.indent(self.num_blocks)
    }

    /// Whether a node is on one line. Nodes must be checked in order.
    fn is_on_one_line(&mut self, node: SyntaxElement<'t>) -> bool {
        while self.newlines.next_if(|newline| *newline < node.span().start).is_some() {}
        self.newlines.peek().is_none_or(|newline| *newline >= node.span().end)
    }
}

/// The keyword of a constant or a list, whether it is public, and its name and expression. `None` for anything else,
/// or a single word.
fn expression<'t>(node: SyntaxElement<'t>) -> Option<(Keyword, bool, &'t str)> {
    let kind = match node.kind() {
        SyntaxKind::Constant => Keyword::Const,
        SyntaxKind::AdviceMap => Keyword::AdvMap,
        _ => return None,
    };
    let keyword = node.words().find(|word| word.keyword() == Some(kind))?;
    if keyword.has_parameters() {
        return None;
    }
    let is_public = keyword.start > node.span().start;
    let rest = keyword.start + keyword.text.len() - node.span().start;
    let rest = node.text().get(rest..)?.trim();
    (!rest.is_empty()).then_some((kind, is_public, rest))
}
