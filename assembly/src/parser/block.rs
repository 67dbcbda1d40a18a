use alloc::{string::ToString, vec::Vec};

use super::{BLOCK_KEYWORDS, Parser, body_names, immediate};
use crate::{
    AssemblyErrorKind, ParameterProblem, Span,
    ast::{Block, BlockId, Body, InvocationKind, Item},
    errors::excerpt,
    lexer::{Part, Token},
    suggest::nearest,
};

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// By its `end`.
    End,
    /// By a declaration, which cannot stand in a body; it is the next token.
    Declaration,
    /// By the end of the file.
    EndOfFile,
}

/// A block that is open.
struct Open<'a, 's> {
    token: &'a Token<'s>,
    opener: Opener,
    items: Vec<Item<'s>>,
}

/// What opened a block.
enum Opener {
    /// The body itself.
    Body,
    If,
    Else {
        on_one: BlockId,
        if_span: Span,
    },
    While,
    Repeat(u32),
    /// Something that looks like a keyword; it is only here for its `end`.
    Unknown,
}

impl<'a, 's> Parser<'a, 's> {
    /// Parses what follows the token that opens a body, up to its `end`.
    pub(super) fn parse_body(&mut self, opener: &'a Token<'s>) -> (Body<'s>, BodyEnd) {
        let mut body = Body::default();
        let mut outer: Vec<Open<'a, 's>> = Vec::new();
        let mut block = Open { token: opener, opener: Opener::Body, items: Vec::new() };
        loop {
            let Some(token) = self.next() else {
                let kind = AssemblyErrorKind::UnclosedBlock { keyword: excerpt(block.token.text) };
                self.errors.push_related(kind, self.end, block.token.span(), "opened here");
                return (body, BodyEnd::EndOfFile);
            };
            match token.head() {
                "end" => {
                    self.expect_no_parameters(token);
                    let items = core::mem::take(&mut block.items);
                    let id = close(&mut body, items);
                    let Some(mut parent) = outer.pop() else { return (body, BodyEnd::End) };
                    parent.items.extend(block.item(id));
                    block = parent;
                }
                "else" => {
                    self.expect_no_parameters(token);
                    if matches!(block.opener, Opener::If) {
                        let items = core::mem::take(&mut block.items);
                        let if_span = block.token.span();
                        block.opener = Opener::Else { on_one: close(&mut body, items), if_span };
                    } else {
                        let opened = block.token.span();
                        let kind = AssemblyErrorKind::MisplacedElse;
                        self.errors.push_related(kind, token.span(), opened, "the block that it stands in");
                    }
                }
                "if" | "while" | "repeat" => {
                    let opener = self.parse_opener(token);
                    outer.push(core::mem::replace(&mut block, Open { token, opener, items: Vec::new() }));
                }
                keyword @ ("proc" | "export" | "begin" | "use") => {
                    let kind = AssemblyErrorKind::DeclarationInBody { keyword: keyword.to_string() };
                    let opened = block.token.span();
                    self.errors.push_related(kind, token.span(), opened, "the body is not closed");
                    if keyword != "use" {
                        self.step_back();
                        return (body, BodyEnd::Declaration);
                    }
                }
                "exec" => block.items.extend(self.parse_invocation(token, InvocationKind::Exec)),
                "call" => block.items.extend(self.parse_invocation(token, InvocationKind::Call)),
                "syscall" => block.items.extend(self.parse_invocation(token, InvocationKind::SysCall)),
                "procref" => block.items.extend(self.parse_invocation(token, InvocationKind::Reference)),
                "dynexec" => block.items.extend(self.parse_dynamic(token, false)),
                "dyncall" => block.items.extend(self.parse_dynamic(token, true)),
                head => match self.parse_instruction(token) {
                    Some(instruction) => {
                        block.items.push(Item::Instruction { instruction, span: token.span() });
                    }
                    None if self.opens_unknown_block(token, head) => {
                        let inner = Open { token, opener: Opener::Unknown, items: Vec::new() };
                        outer.push(core::mem::replace(&mut block, inner));
                    }
                    None => {}
                },
            }
        }
    }

    /// Parses `if.true`, `while.true` or `repeat.N`. A wrong parameter still opens the block.
    fn parse_opener(&mut self, token: &Token<'s>) -> Opener {
        let mut parts = token.parts();
        let head = parts.next().map_or("", |part| part.text);
        let parameter = parts.next();
        self.limit_parameters(token, 1);
        if head == "repeat" {
            let Some(parameter) = parameter else {
                self.missing_parameter(token, "the number of repetitions".into());
                return Opener::Repeat(0);
            };
            let count = immediate::parse_decimal(parameter.text, 0, u32::MAX.into());
            return Opener::Repeat(match count {
                Ok(count) => u32::try_from(count).unwrap_or(u32::MAX),
                Err(problem) => {
                    self.invalid_parameter(head, parameter, problem);
                    0
                }
            });
        }
        match parameter {
            Some(Part { text: "true", .. }) => {}
            Some(other) => {
                self.invalid_parameter(head, other, ParameterProblem::Expected { word: "true" });
            }
            None => self.missing_parameter(token, "`true`".into()),
        }
        if head == "if" { Opener::If } else { Opener::While }
    }

    /// Whether an unknown instruction looks like a keyword that opens a block, so that its `end` must not
    /// close another one.
    fn opens_unknown_block(&self, token: &Token<'s>, head: &str) -> bool {
        token.text.len() > head.len()
            && self.instructions.find(head).is_none()
            && self.errors.want_suggestions()
            && nearest(head, body_names()).is_some_and(|name| BLOCK_KEYWORDS.contains(&name))
    }
}

fn close<'s>(body: &mut Body<'s>, items: Vec<Item<'s>>) -> BlockId {
    body.blocks.push(Block { items });
    BlockId(body.blocks.len() - 1)
}

impl<'s> Open<'_, 's> {
    /// The item that the closed block `id` makes in the block around it.
    const fn item(&self, id: BlockId) -> Option<Item<'s>> {
        let span = self.token.span();
        Some(match self.opener {
            Opener::If => Item::If { on_one: id, on_zero: None, span },
            Opener::Else { on_one, if_span } => Item::If { on_one, on_zero: Some(id), span: if_span },
            Opener::While => Item::While { body: id, span },
            Opener::Repeat(count) => Item::Repeat { count, body: id, span },
            Opener::Body | Opener::Unknown => return None,
        })
    }
}
