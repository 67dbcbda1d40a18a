use miden_assembly_syntax::{Name, Span};

/// Name of a procedure, or of a re-exported constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProcedureName<'s> {
    /// `label`: declared in the file, or imported by name. For a system call, a procedure of the kernel.
    Local(Name<'s>),
    /// `module::label`: `module` starts with the alias of an import.
    Imported { module: Name<'s>, label: Name<'s> },
    /// `::path::label`: the full path of the module, without the leading `::`.
    Absolute { path: Name<'s>, label: Name<'s> },
}

impl<'s> ProcedureName<'s> {
    /// The place that names the module, or the procedure if it is local.
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
