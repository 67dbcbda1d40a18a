use miden_assembly_syntax::{Name, Span};

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
