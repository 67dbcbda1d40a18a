//! The lossless syntax tree.

use alloc::vec::Vec;
use core::fmt;

use crate::{Source, SourceWord, Span};

mod builder;
mod docs;
mod kind;

pub(crate) use builder::TreeBuilder;
pub(crate) use docs::check as check_docs;
pub use kind::SyntaxKind;

/// Lossless syntax tree of a source, correct or not: its tokens add up to the text.
///
/// Elements are stored in the order of their starts, each with the number of elements it contains. A tree of any
/// depth is therefore built, walked and dropped without recursion.
#[derive(Clone)]
pub struct Syntax {
    source: Source,
    elements: Vec<Element>,
}

/// A node or a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    pub(crate) kind: SyntaxKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Number of elements up to the last descendant, including this one.
    pub(crate) size: u32,
}

impl Element {
    pub(crate) fn token(kind: SyntaxKind, start: usize, end: usize) -> Self {
        Self { kind, start: offset(start), end: offset(end), size: 1 }
    }
}

/// Offsets and numbers of elements are bounded by the length of the source, which is limited.
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).expect("a source has fewer than 2^32 bytes")
}

impl Syntax {
    pub(super) const fn new(source: Source, elements: Vec<Element>) -> Self {
        Self { source, elements }
    }

    /// The source.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The root, of kind [`SyntaxKind::File`].
    pub const fn root(&self) -> SyntaxElement<'_> {
        SyntaxElement { tree: self, index: 0 }
    }

    /// The elements that contain the byte at `offset`, from the file to the token. After the last byte, and between
    /// two tokens, a word that ends there counts.
    pub fn path_to(&self, offset: usize) -> impl Iterator<Item = SyntaxElement<'_>> {
        let holds = move |element: &SyntaxElement<'_>| {
            let Span { start, end } = element.span();
            let touches = offset == end && matches!(element.kind(), SyntaxKind::Word);
            start <= offset && (offset < end || touches || !element.kind().is_token() && offset == end)
        };
        core::iter::successors(Some(self.root()), move |element| {
            let mut found = None;
            for child in element.children() {
                if child.span().start > offset {
                    break;
                }
                // A word that ends here is preferred to white space that starts here.
                if holds(&child)
                    && !found.is_some_and(|found: SyntaxElement<'_>| {
                        found.kind() == SyntaxKind::Word && child.kind().is_trivia()
                    })
                {
                    found = Some(child);
                }
            }
            found
        })
    }

    fn element(&self, index: usize) -> Element {
        *self.elements.get(index).expect("the index is that of an element of this tree")
    }
}

impl fmt::Debug for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ends: Vec<usize> = Vec::new();
        for element in self.root().descendants() {
            while ends.pop_if(|end| *end <= element.index).is_some() {}
            write!(f, "{:indent$}{:?}", "", element.kind(), indent = 2 * ends.len())?;
            if element.kind().is_token() {
                writeln!(f, " {:?}", element.text())?
            } else {
                writeln!(f)?
            }
            ends.push(element.end_index());
        }
        Ok(())
    }
}

/// An element of a syntax tree: a node, which has children, or a token, which has text.
#[derive(Clone, Copy)]
pub struct SyntaxElement<'t> {
    tree: &'t Syntax,
    index: usize,
}

impl<'t> SyntaxElement<'t> {
    /// The kind.
    pub fn kind(self) -> SyntaxKind {
        self.tree.element(self.index).kind
    }

    /// The span in the source.
    pub fn span(self) -> Span {
        let Element { start, end, .. } = self.tree.element(self.index);
        Span::new(start as usize, end as usize)
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        self.tree.source.slice(self.span())
    }

    /// Its children, trivia included, in order.
    pub fn children(self) -> impl Iterator<Item = SyntaxElement<'t>> + Clone {
        let end = self.end_index();
        let element = move |index: usize| (index < end).then_some(Self { index, ..self });
        core::iter::successors(element(self.index + 1), move |child| element(child.end_index()))
    }

    /// The children of a kind.
    pub fn children_of(self, kind: SyntaxKind) -> impl Iterator<Item = SyntaxElement<'t>> + Clone {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// The first child of a kind.
    pub fn child(self, kind: SyntaxKind) -> Option<SyntaxElement<'t>> {
        self.children_of(kind).next()
    }

    /// The element and all of its descendants, in the order of their starts.
    pub fn descendants(self) -> impl Iterator<Item = SyntaxElement<'t>> + Clone {
        (self.index..self.end_index()).map(move |index| Self { index, ..self })
    }

    /// The words among its children.
    pub fn words(self) -> impl Iterator<Item = SourceWord<'t>> + Clone {
        self.children_of(SyntaxKind::Word).map(Self::word)
    }

    /// A token as a word.
    pub fn word(self) -> SourceWord<'t> {
        SourceWord { text: self.text(), start: self.span().start }
    }

    /// Index of the element after its last descendant.
    fn end_index(self) -> usize {
        self.index + self.tree.element(self.index).size.max(1) as usize
    }

    /// The next element, which may be a child.
    pub fn next(self) -> Option<Self> {
        self.at(self.index + 1)
    }

    /// The next element that is not a descendant.
    pub fn skip(self) -> Option<Self> {
        self.at(self.end_index())
    }

    /// The previous element, which may be the parent.
    pub(crate) fn previous(self) -> Option<Self> {
        self.index.checked_sub(1).and_then(|index| self.at(index))
    }

    fn at(self, index: usize) -> Option<Self> {
        (index < self.tree.elements.len()).then_some(Self { index, ..self })
    }

    /// Whether `other`, of the same tree, is this element or one of its descendants.
    pub fn contains(self, other: Self) -> bool {
        (self.index..self.end_index()).contains(&other.index)
    }
}

impl PartialEq for SyntaxElement<'_> {
    /// Whether they are the same element of the same tree.
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.tree, other.tree) && self.index == other.index
    }
}

impl Eq for SyntaxElement<'_> {}

impl fmt::Debug for SyntaxElement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.span().range())
    }
}
