use crate::{Keyword, Name, Span, nesting::Nesting};

/// A word of the source: text between white space.
#[derive(Clone, Copy, Debug)]
pub struct SourceWord<'s> {
    /// The text.
    pub text: &'s str,
    /// Offset of its first byte.
    pub start: usize,
}

impl<'s> SourceWord<'s> {
    /// Its place.
    pub const fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// The word as a name.
    pub const fn name(&self) -> Name<'s> {
        Name { text: self.text, span: self.span() }
    }

    /// The parts separated by dots: the first is the instruction or keyword, the others are its parameters. Dots in
    /// quotation marks or brackets do not separate.
    pub fn parts(&self) -> impl Iterator<Item = Name<'s>> + use<'s> {
        let mut start = self.start;
        let mut nesting = Nesting::default();
        let is_separator = move |c| {
            nesting.visit(c);
            nesting.is_outside() && c == '.'
        };
        self.text.split(is_separator).map(move |text| {
            let span = Span::new(start, start + text.len());
            start = span.end + 1;
            Name { text, span }
        })
    }

    /// The first part.
    pub fn head(&self) -> &'s str {
        self.parts().next().map_or("", |part| part.text)
    }

    /// The keyword that the first part is, if it is one.
    pub fn keyword(&self) -> Option<Keyword> {
        Keyword::named(self.head())
    }

    /// Whether the word is this keyword, without parameters.
    pub fn is(&self, keyword: Keyword) -> bool {
        self.text == keyword.name()
    }

    /// Whether it has parameters.
    pub fn has_parameters(&self) -> bool {
        self.text.len() > self.head().len()
    }
}
