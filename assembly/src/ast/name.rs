use crate::Span;

/// A name, and where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name<'s> {
    pub(crate) text: &'s str,
    pub(crate) span: Span,
}

impl<'s> Name<'s> {
    /// The rest behind the first `len` bytes.
    pub(crate) fn skip(self, len: usize) -> Self {
        let text = self.text.get(len..).unwrap_or_default();
        Self { text, span: Span::new(self.span.end - text.len(), self.span.end) }
    }

    /// The first `len` bytes.
    pub(crate) fn take(self, len: usize) -> Self {
        let text = self.text.get(..len).unwrap_or(self.text);
        Self { text, span: Span::new(self.span.start, self.span.start + text.len()) }
    }

    /// Without white space at its ends.
    pub(crate) fn trim(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let trimmed = self.skip(start);
        trimmed.take(trimmed.text.trim_end().len())
    }

    /// What stands before and behind the first occurrence of `separator`.
    pub(crate) fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        Some((self.take(at), self.skip(at + separator.len())))
    }
}

/// How a procedure is named, or a constant that is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProcedureName<'s> {
    /// `label`: one of the file, or one that is imported by itself. For a system call, one of the kernel.
    Local(Name<'s>),
    /// `module::label`: what `module` begins with is the short name of an import.
    Imported { module: Name<'s>, label: Name<'s> },
    /// `::path::label`: the whole path of the module, without the `::` in front.
    Absolute { path: Name<'s>, label: Name<'s> },
}

impl<'s> ProcedureName<'s> {
    /// The place that says in which module the procedure is.
    pub(crate) const fn span(&self) -> Span {
        match *self {
            Self::Local(name) | Self::Imported { module: name, .. } | Self::Absolute { path: name, .. } => {
                name.span
            }
        }
    }

    /// The name of the procedure in its module.
    pub(crate) const fn label(&self) -> Name<'s> {
        match *self {
            Self::Local(label) | Self::Imported { label, .. } | Self::Absolute { label, .. } => label,
        }
    }
}
