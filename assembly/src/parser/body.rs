use alloc::vec::Vec;

use miden_assembly_syntax::{
    Keyword, SourceWord, SyntaxElement, SyntaxKind, literal::ParameterProblem, starts_foreign_comment,
};

use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::{Block, BlockId, Body, InvocationKind, Item},
};

/// An open body, or an open construct in it.
struct OpenConstruct<'a, 's> {
    element: SyntaxElement<'a>,
    /// The word that opened it; `None` for the body itself.
    opener: Option<SourceWord<'s>>,
    parameter: Parameter,
    /// The first block of two.
    first: Option<BlockId>,
    /// Number of blocks opened so far.
    num_blocks: usize,
    items: Vec<Item<'s>>,
}

/// Parameter of the header of a construct.
#[derive(Clone, Copy)]
enum Parameter {
    None,
    /// `if.false`: the first block is for 0.
    Inverted,
    Count(u32),
}

impl<'a, 's> Parser<'a, 's> {
    /// Parses the blocks of a procedure or a program, without recursion.
    pub(super) fn parse_body(&mut self, declaration: SyntaxElement<'a>) -> Body<'s> {
        let mut body = Body::default();
        let mut outer: Vec<OpenConstruct<'a, 's>> = Vec::new();
        let mut open = OpenConstruct::new(declaration, None, Parameter::None);
        let mut next = declaration.next();
        let mut in_comment = false;
        while let Some(element) = next {
            while !open.element.contains(element) {
                let Some(parent) = outer.pop() else {
                    close(&mut body, open.items);
                    return body;
                };
                let closed = core::mem::replace(&mut open, parent);
                open.items.extend(self.close_construct(&mut body, closed));
            }
            next = element.next();
            match element.kind() {
                SyntaxKind::Header => {
                    next = element.skip();
                    if let Some(word) = self.words(element).next().filter(|_| open.opener.is_some()) {
                        self.begin_block(&mut body, &mut open, word);
                    }
                }
                SyntaxKind::If | SyntaxKind::While | SyntaxKind::DoWhile | SyntaxKind::Repeat => {
                    let (opener, parameter) = self.parse_opener(element);
                    outer.push(core::mem::replace(&mut open, OpenConstruct::new(element, opener, parameter)));
                }
                SyntaxKind::UnknownBlock => {
                    if let Some(word) = self.header(element) {
                        self.parse_instruction(word);
                    }
                    outer.push(core::mem::replace(
                        &mut open,
                        OpenConstruct::new(element, None, Parameter::None),
                    ));
                }
                SyntaxKind::Lost => next = element.skip(),
                SyntaxKind::Newline => in_comment = false,
                // The rest of what would be a comment elsewhere is not reported as well.
                SyntaxKind::Word if in_comment && element.word().keyword().is_none() => {}
                SyntaxKind::Word if starts_foreign_comment(element.text()) => {
                    self.parse_instruction(self.word(element));
                    in_comment = true;
                }
                SyntaxKind::Word => open.items.extend(self.parse_item(self.word(element))),
                _ => {}
            }
        }
        while let Some(parent) = outer.pop() {
            let closed = core::mem::replace(&mut open, parent);
            open.items.extend(self.close_construct(&mut body, closed));
        }
        close(&mut body, open.items);
        body
    }

    fn parse_item(&mut self, word: SourceWord<'s>) -> Option<Item<'s>> {
        match word.keyword() {
            // The only word next to a block.
            Some(Keyword::End) => {
                self.limit_parameters(word, 0);
                None
            }
            Some(Keyword::Exec) => self.parse_invocation(word, InvocationKind::Exec),
            Some(Keyword::Call) => self.parse_invocation(word, InvocationKind::Call),
            Some(Keyword::SysCall) => self.parse_invocation(word, InvocationKind::SysCall),
            Some(Keyword::ProcRef) => self.parse_invocation(word, InvocationKind::Reference),
            Some(Keyword::DynExec) => self.parse_dynamic(word, false),
            Some(Keyword::DynCall) => self.parse_dynamic(word, true),
            _ => {
                let instruction = self.parse_instruction(word)?;
                Some(Item::Instruction { instruction, span: word.span() })
            }
        }
    }

    /// Parses `if.true`, `if.false`, `while.true`, `do` or `repeat.N`.
    fn parse_opener(&mut self, construct: SyntaxElement<'a>) -> (Option<SourceWord<'s>>, Parameter) {
        let Some(word) = self.header(construct) else {
            self.internal_error("a block without a header", construct.span());
            return (None, Parameter::None);
        };
        let parameter = word.parts().nth(1);
        let head = word.head();
        if construct.kind() == SyntaxKind::DoWhile {
            self.limit_parameters(word, 0);
            return (Some(word), Parameter::None);
        }
        self.limit_parameters(word, 1);
        let expected = match construct.kind() {
            SyntaxKind::Repeat => "the number of repetitions",
            SyntaxKind::If => "`true` or `false`",
            _ => "`true`",
        };
        let Some(parameter) = parameter else {
            self.missing_parameter(word, expected.into());
            return (Some(word), Parameter::Count(0));
        };
        let parsed = match (construct.kind(), parameter.text) {
            (SyntaxKind::Repeat, _) => {
                let count = self.parse_number(head, parameter, 0..=u32::MAX);
                // After an error any count will do.
                Parameter::Count(count.unwrap_or(0))
            }
            (_, "true") => Parameter::None,
            (SyntaxKind::If, "false") => Parameter::Inverted,
            _ => {
                self.invalid_parameter(head, parameter, ParameterProblem::Expected { words: expected });
                Parameter::None
            }
        };
        (Some(word), parsed)
    }

    /// Starts the next block of a construct.
    fn begin_block(&mut self, body: &mut Body<'s>, open: &mut OpenConstruct<'a, 's>, header: SourceWord<'s>) {
        open.num_blocks += 1;
        if open.num_blocks == 2 {
            self.limit_parameters(header, 0);
            // The condition of a `do` is the end of its body.
            if open.element.kind() == SyntaxKind::If {
                open.first = Some(close(body, core::mem::take(&mut open.items)));
            }
        }
    }

    /// The item of a closed construct in the enclosing block.
    fn close_construct(&mut self, body: &mut Body<'s>, closed: OpenConstruct<'a, 's>) -> Option<Item<'s>> {
        let last = close(body, closed.items);
        // An unknown block, which has been reported.
        let span = closed.opener?.span();
        Some(match closed.element.kind() {
            SyntaxKind::If => {
                let (first, second) = match closed.first {
                    Some(first) => (Some(first), Some(last)),
                    None => (Some(last), None),
                };
                match closed.parameter {
                    Parameter::Inverted => Item::If { on_one: second, on_zero: first, span },
                    _ => Item::If { on_one: first, on_zero: second, span },
                }
            }
            SyntaxKind::While => Item::While { body: last, span },
            SyntaxKind::DoWhile => {
                if closed.num_blocks < 2 {
                    self.errors.push(AssemblyErrorKind::DoWithoutWhile, span);
                }
                Item::DoWhile { body: last, span }
            }
            _ => match closed.parameter {
                Parameter::Count(count) => Item::Repeat { count, body: last, span },
                Parameter::None | Parameter::Inverted => {
                    self.internal_error("a repetition without a count", span);
                    return None;
                }
            },
        })
    }
}

fn close<'s>(body: &mut Body<'s>, items: Vec<Item<'s>>) -> BlockId {
    body.blocks.push(Block { items });
    BlockId(body.blocks.len() - 1)
}

impl<'a, 's> OpenConstruct<'a, 's> {
    const fn new(element: SyntaxElement<'a>, opener: Option<SourceWord<'s>>, parameter: Parameter) -> Self {
        Self { element, opener, parameter, first: None, num_blocks: 0, items: Vec::new() }
    }
}
