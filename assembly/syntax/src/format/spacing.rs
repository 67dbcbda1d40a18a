//! Spaces inside words.

use alloc::string::String;

use crate::nesting::Nesting;

/// Where spaces are normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Inside brackets: around `=` and after `,`.
    Brackets,
    /// Everywhere, also around operators.
    Expression,
}

/// Class of a piece of text, which decides on spaces around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    Comma,
    /// An operator, or `=`.
    Operator,
    /// A `-` before its operand.
    Sign,
    Space,
    Other,
}

impl Piece {
    fn of(c: char, scope: Scope) -> Self {
        match c {
            '[' | '(' | '{' => Self::Open,
            ']' | ')' | '}' => Self::Close,
            ',' => Self::Comma,
            '=' => Self::Operator,
            '+' | '-' | '*' | '/' if scope == Scope::Expression => Self::Operator,
            c if c.is_whitespace() => Self::Space,
            _ => Self::Other,
        }
    }

    /// Whether an operand follows, so that a `-` is its sign.
    const fn precedes_operand(self) -> bool {
        matches!(self, Self::Open | Self::Comma | Self::Operator | Self::Sign)
    }

    /// Whether a space goes between two pieces. `has_space` tells whether the source has one.
    const fn is_spaced(self, next: Self, has_space: bool) -> bool {
        match (self, next) {
            (Self::Open | Self::Sign, _) | (_, Self::Close | Self::Comma) => false,
            (Self::Comma | Self::Operator, _) | (_, Self::Operator | Self::Sign) => true,
            _ => has_space,
        }
    }
}

/// Adds a text with normalized spaces. A text with unclosed brackets or quotation marks is kept as it is.
pub(super) fn push(text: &str, scope: Scope, out: &mut String) {
    let (start, has_spaces) = (out.len(), scope == Scope::Expression);
    if !has_spaces && !text.contains(['[', '(', '{']) {
        return out.push_str(text);
    }
    if !try_push(text, scope, out) {
        out.truncate(start);
        out.push_str(text);
    }
}

fn try_push(text: &str, scope: Scope, out: &mut String) -> bool {
    let mut nesting = Nesting::default();
    // The last piece. `Open` because no space precedes the first.
    let mut last = Piece::Open;
    let mut has_space = false;
    for c in text.chars() {
        let (was_quoted, was_outside) = (nesting.is_quoted(), nesting.is_outside());
        nesting.visit(c);
        if was_quoted {
            out.push(c);
            continue;
        }
        let piece = match Piece::of(c, scope) {
            Piece::Operator if c == '-' && last.precedes_operand() => Piece::Sign,
            piece => piece,
        };
        if piece == Piece::Space {
            has_space = true;
            continue;
        }
        let in_scope = scope == Scope::Expression || !was_outside;
        // Adjacent characters of one class are one piece, except for brackets.
        let is_same = !has_space && last == piece && matches!(piece, Piece::Operator | Piece::Other);
        if in_scope && !is_same && last.is_spaced(piece, has_space) {
            // A word that starts with `#` would become a comment.
            if c == '#' && nesting.is_outside() {
                return false;
            }
            out.push(' ');
        }
        out.push(c);
        (last, has_space) = (piece, false);
    }
    nesting.is_outside()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaced(text: &str, scope: Scope) -> String {
        let mut out = String::new();
        push(text, scope, &mut out);
        let mut again = String::new();
        push(&out, scope, &mut again);
        assert_eq!(again, out);
        out
    }

    #[test]
    fn spaces_in_brackets_are_normalized() {
        let cases = [
            ("push.[ 1,2 ,\t3 ].4", "push.[1, 2, 3].4"),
            ("@name(a=1,\"x , y\" , b  =  \"=\")", "@name(a = 1, \"x , y\", b = \"=\")"),
            ("{p,q  as r}", "{p, q as r}"),
            ("const.A=1,2", "const.A=1,2"),
            ("const.W=[1,[2]]", "const.W=[1, [2]]"),
            ("err=\"[ 1,2 ]\"", "err=\"[ 1,2 ]\""),
            ("push.[ 1,2", "push.[ 1,2"),
            ("push.[ 1,\"2]", "push.[ 1,\"2]"),
            ("a[ #x ]", "a[#x]"),
            ("()", "()"),
        ];
        for (text, expected) in cases {
            assert_eq!(spaced(text, Scope::Brackets), expected);
        }
    }

    #[test]
    fn spaces_in_expressions_are_normalized() {
        let cases = [
            ("A=B+1", "A = B + 1"),
            ("A  =( B//2 )*C-1", "A = (B // 2) * C - 1"),
            ("A = 1  2", "A = 1 2"),
            ("A=[1,2]", "A = [1, 2]"),
            ("A=-1", "A = -1"),
            ("A=-  B*- ( -2--1 )", "A = -B * -(-2 - -1)"),
            ("W=[-1,- 2]", "W = [-1, -2]"),
            ("A=word( \"a  b\" )", "A = word(\"a  b\")"),
            ("A=#x", "A=#x"),
            ("A=[#x]", "A = [#x]"),
            ("A=\"+", "A=\"+"),
        ];
        for (text, expected) in cases {
            assert_eq!(spaced(text, Scope::Expression), expected);
        }
    }
}
