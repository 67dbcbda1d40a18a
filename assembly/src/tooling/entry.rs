//! Procedures as programs of their own, for tools that run them one by one, such as tests.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use miden_assembly_syntax::{Name, Span};

use crate::{
    Assembly, Diagnostics,
    ast::{Attribute, ModuleId, ProcedureId},
    link::Linked,
    lower::{self, LoweredKernel},
};

/// The attribute of tests.
pub const TEST: &str = "test";

/// A procedure with an attribute, as a program that executes it and nothing else.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EntryPoint {
    /// The name of the procedure.
    pub name: String,
    /// The place of the name.
    pub label: Span,
    /// The attributes of the procedure.
    pub attributes: Vec<AttributeText>,
    /// The program.
    pub assembly: Assembly,
}

/// An attribute before a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttributeText {
    /// The name, without `@`.
    pub name: String,
    /// The text in parentheses.
    pub value: Option<String>,
    /// The place, from the `@` on.
    pub span: Span,
}

impl From<&Attribute<'_>> for AttributeText {
    fn from(attribute: &Attribute<'_>) -> Self {
        let text = |name: Name<'_>| name.text.to_string();
        let Attribute { name, value } = attribute;
        // With the `@` before, and the parenthesis after.
        let end = value.map_or(name.span.end, |value| value.span.end + 1);
        let span = Span::new(name.span.start.saturating_sub(1), end);
        Self { name: text(*name), value: value.map(text), span }
    }
}

/// The procedures of the first module with an attribute, in the order of the text.
pub(crate) fn entry_points(
    mut linked: Linked<'_>,
    attribute: &str,
    kernel: Option<&LoweredKernel>,
    options: lower::Options,
) -> Result<Vec<EntryPoint>, Diagnostics> {
    let all = linked.order.clone();
    let module = ModuleId(0);
    let procedures = linked.modules[module].ast.procedures.iter().enumerate();
    let named: Vec<_> = procedures
        .filter(|(_, procedure)| procedure.attributes.iter().any(|found| found.name.text == attribute))
        .map(|(index, procedure)| {
            let attributes = procedure.attributes.iter().map(AttributeText::from).collect();
            (ProcedureId { module, index }, procedure.label, attributes)
        })
        .collect();
    let mut entries = Vec::new();
    for (id, label, attributes) in named {
        linked.enter(id, &all);
        let (program, debug) = lower::lower(&linked, kernel, options)?;
        let assembly = Assembly { program, debug, warnings: linked.warnings.clone() };
        entries.push(EntryPoint { name: label.text.to_string(), label: label.span, attributes, assembly });
    }
    Ok(entries)
}
