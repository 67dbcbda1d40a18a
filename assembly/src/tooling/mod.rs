//! Parts of the assembler for tools that examine sources, such as `miden-assembly-analysis`.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_assembly_syntax::{Name, Source};

mod effect;
mod entry;
mod outline;

pub use effect::{Effect, StackEffect};
pub(crate) use entry::entry_points;
pub use entry::{AttributeText, EntryPoint, TEST};
pub(crate) use outline::outline;
pub use outline::{InvokedProcedure, Outline, ProcedureOutline, Step};

pub use crate::constants::Value as ConstantValue;
use crate::{
    constants::{Constants, Declaration, ImportedConstant, ImportedValue},
    errors::Errors,
};

/// A constant as a source declares it.
#[derive(Clone, Copy, Debug)]
pub struct ConstantDeclaration<'s> {
    /// The name.
    pub name: Name<'s>,
    /// The text after the `=`.
    pub expression: Name<'s>,
}

/// The values of the constants of a source, by name; constants with errors have none.
///
/// `imported` contains the constants that the source imports from other modules, by their names in the source.
pub fn evaluate_constants<'s>(
    source: &Source,
    declarations: &[ConstantDeclaration<'s>],
    imported: impl IntoIterator<Item = (Name<'s>, Option<ConstantValue>)>,
) -> BTreeMap<&'s str, ConstantValue> {
    let declarations: Vec<Declaration<'s>> = declarations
        .iter()
        .map(|&ConstantDeclaration { name, expression }| Declaration {
            name,
            expression,
            list: None,
            is_public: false,
            docs: None,
        })
        .collect();
    let imported = imported
        .into_iter()
        .map(|(alias, value)| ImportedConstant { alias, found: ImportedValue::Constant(value) });
    // The assembler reports the errors.
    let mut errors = Errors::new(source.clone());
    Constants::evaluate(&declarations, imported.collect(), &mut errors).into_values()
}
