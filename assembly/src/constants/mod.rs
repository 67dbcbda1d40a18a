//! Constants: names for numbers, words and texts.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::cell::Cell;

use miden_assembly_syntax::{Name, Span, check_constant_name, excerpt, nearest};
use miden_core::{Digest, Felt};

use crate::{AssemblyErrorKind, ConstantProblem, errors::Errors};

mod expression;
mod list;
mod token;
mod value;

use expression::Expression;
use list::List;
use token::Located;
pub use value::Value;

/// Declaration of a constant.
#[derive(Clone, Debug)]
pub(crate) struct Declaration<'s> {
    pub(crate) name: Name<'s>,
    pub(crate) expression: Name<'s>,
    /// Whether the expression is a list for the advice map; the constant is its key.
    pub(crate) list: Option<ListKey<'s>>,
    /// Whether it is `pub`.
    pub(crate) is_public: bool,
    pub(crate) docs: Option<String>,
}

/// The key that a declaration gives to a list, if it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListKey<'s>(pub(crate) Option<Name<'s>>);

/// A list for the advice map.
#[derive(Clone, Debug)]
pub(crate) struct AdviceList {
    /// The place of its name.
    pub(crate) span: Span,
    pub(crate) key: Digest,
    pub(crate) elements: Vec<Felt>,
}

/// Parsed value of a declaration.
#[derive(Debug)]
enum Definition<'s> {
    Constant(Expression<'s>),
    List(List<'s>),
}

/// An imported name that may refer to a constant of another module.
#[derive(Clone, Debug)]
pub(crate) struct ImportedConstant<'s> {
    /// The name in this source.
    pub(crate) alias: Name<'s>,
    pub(crate) found: ImportedValue,
}

/// Public constant of another module, if it exists.
#[derive(Clone, Debug)]
pub(crate) enum ImportedValue {
    /// It exists; `None` if its value is in error, which is reported at its declaration.
    Constant(Option<Value>),
    /// It does not exist, which is an error only if the name is used as a constant.
    Nothing,
}

/// The constants of a source.
#[derive(Debug, Default)]
pub(crate) struct Constants<'s> {
    by_name: BTreeMap<&'s str, Constant<'s>>,
    /// Re-exported constants, by exported name.
    reexports: BTreeMap<&'s str, Constant<'s>>,
    /// The lists for the advice map.
    pub(crate) lists: Vec<AdviceList>,
}

/// A constant that a source declares or imports.
#[derive(Debug)]
pub(crate) struct Constant<'s> {
    pub(crate) name: Name<'s>,
    /// `None` after an error, which is reported.
    pub(crate) value: Option<Value>,
    /// Whether it is `pub`.
    pub(crate) is_public: bool,
    pub(crate) docs: Option<String>,
    /// For an imported name, whether the constant exists; `None` for a declaration.
    imported: Option<bool>,
    is_used: Cell<bool>,
}

impl<'s> Constants<'s> {
    /// Evaluates declarations, which may be in any order.
    pub(crate) fn evaluate(
        declarations: &[Declaration<'s>],
        imported: Vec<ImportedConstant<'s>>,
        errors: &mut Errors,
    ) -> Self {
        let mut constants = Self::default();
        for ImportedConstant { alias, found } in imported {
            constants.by_name.entry(alias.text).or_insert_with(|| Constant::imported(alias, found));
        }
        let mut expressions: BTreeMap<&'s str, Definition<'s>> = BTreeMap::new();
        let mut order = Vec::new();
        for declaration in declarations {
            let name = declaration.name;
            if let Err(problem) = check_constant_name(name.text) {
                let kind = AssemblyErrorKind::InvalidConstantName { name: excerpt(name.text), problem };
                errors.push(kind, name.span);
            }
            if let Some(first) = constants.by_name.get(name.text).filter(|first| first.exists()) {
                duplicate(name, first, errors);
                continue;
            }
            constants.by_name.insert(name.text, Constant::declared(declaration));
            match Definition::parse(declaration) {
                Ok(expression) => {
                    expressions.insert(name.text, expression);
                    order.push(name.text);
                }
                Err((part, problem)) => errors.push(invalid(problem), part.span),
            }
        }
        for name in order {
            constants.evaluate_one(name, &mut expressions, errors);
        }
        constants
    }

    /// Evaluates a constant after the constants it names, without recursion. Removes the expressions it evaluates.
    fn evaluate_one(
        &mut self,
        name: &'s str,
        expressions: &mut BTreeMap<&'s str, Definition<'s>>,
        errors: &mut Errors,
    ) {
        let Some(expression) = expressions.remove(name) else { return };
        // Constants under evaluation, each waiting for the next, with the names in its expression yet to be resolved.
        let pending = |definition: &Definition<'s>| definition.names();
        let mut waiting = vec![(name, pending(&expression), expression)];
        let mut on_the_way: BTreeMap<&str, usize> = [(name, 0)].into();
        while let Some((name, unknown, expression)) = waiting.last_mut() {
            let name = *name;
            if let Some(used) = unknown.pop() {
                if let Some(start) = on_the_way.get(used.text) {
                    let names = waiting.iter().skip(*start).map(|(name, ..)| *name);
                    let chain = names.chain([used.text]).map(String::from).collect();
                    errors.push(AssemblyErrorKind::ConstantCycle { chain }, used.span);
                } else if let Some(expression) = expressions.remove(used.text) {
                    on_the_way.insert(used.text, waiting.len());
                    waiting.push((used.text, pending(&expression), expression));
                }
                continue;
            }
            let lookup = |part: Name<'s>| self.lookup(part, errors);
            let result = match expression {
                Definition::Constant(expression) => expression.evaluate(lookup).map(|value| (value, None)),
                Definition::List(list) => list.evaluate(lookup).map(|list| {
                    let key = list.as_ref().map(|(key, _)| Value::Word((*key).into()));
                    (key, list)
                }),
            };
            let (value, list) = result.unwrap_or_else(|(part, problem)| {
                errors.push(invalid(problem), part.span);
                (None, None)
            });
            let constant = self.by_name.get_mut(name).expect("a constant with an expression is declared");
            constant.value = value;
            let span = constant.name.span;
            self.lists.extend(list.map(|(key, elements)| AdviceList { span, key, elements }));
            on_the_way.remove(name);
            waiting.pop();
        }
    }

    /// The value of a constant. `None` after an error, which is reported here or elsewhere.
    pub(crate) fn lookup(&self, name: Name<'s>, errors: &mut Errors) -> Option<&Value> {
        if let Some(constant) = self.by_name.get(name.text) {
            constant.is_used.set(true);
            return constant.value.as_ref();
        }
        let names = self.by_name.values().filter(|constant| constant.exists()).map(|known| known.name.text);
        let nearest = errors.want_suggestions().then(|| nearest(name.text, names)).flatten();
        let nearest = nearest.map(|name| name.to_string());
        let kind = AssemblyErrorKind::UndefinedConstant { name: excerpt(name.text), nearest };
        errors.push(kind, name.span);
        None
    }

    /// The values by name, without constants in error.
    pub(crate) fn into_values(self) -> BTreeMap<&'s str, Value> {
        self.by_name.into_iter().filter_map(|(name, constant)| Some((name, constant.value?))).collect()
    }

    /// The place where a constant is declared or imported, and a description of its value.
    pub(crate) fn describe(&self, name: &str) -> Option<(Name<'s>, String)> {
        let constant = self.by_name.get(name)?;
        Some((constant.name, format!("the constant is {}", constant.value.as_ref()?)))
    }

    /// Re-exports a constant of another module.
    pub(crate) fn reexport(
        &mut self,
        name: Name<'s>,
        value: Option<Value>,
        docs: Option<String>,
        errors: &mut Errors,
    ) {
        let own = self.by_name.get(name.text).filter(|own| own.imported.is_none());
        if let Some(first) = own.or_else(|| self.reexports.get(name.text)) {
            duplicate(name, first, errors);
            return;
        }
        let constant = Constant { value, is_public: true, docs, ..Constant::new(name) };
        self.reexports.insert(name.text, constant);
    }

    /// The public constants.
    pub(crate) fn exports(&self) -> impl Iterator<Item = &Constant<'s>> {
        let own = self.by_name.values().filter(|constant| constant.is_public);
        own.chain(self.reexports.values())
    }

    /// The constant that other modules would refer to by a name; it may be private.
    pub(crate) fn export(&self, name: &str) -> Option<&Constant<'s>> {
        let own = self.by_name.get(name).filter(|constant| constant.imported.is_none());
        own.or_else(|| self.reexports.get(name))
    }

    /// The state of an imported name that may refer to a constant.
    pub(crate) fn import_state(&self, alias: &str) -> Option<ImportState> {
        let constant = self.by_name.get(alias)?;
        let exists = constant.imported?;
        Some(ImportState { exists, is_used: constant.is_used.get() })
    }
}

/// State of an imported name: whether the constant exists, and whether it is used as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImportState {
    pub(crate) exists: bool,
    pub(crate) is_used: bool,
}

impl<'s> Definition<'s> {
    fn parse(declaration: &Declaration<'s>) -> Located<'s, Self> {
        match declaration.list {
            None => Expression::parse(declaration.expression).map(Self::Constant),
            Some(ListKey(key)) => List::parse(key, declaration.expression).map(Self::List),
        }
    }

    /// The constants it names.
    fn names(&self) -> Vec<Name<'s>> {
        match self {
            Self::Constant(expression) => expression.names().collect(),
            Self::List(list) => list.names().collect(),
        }
    }
}

impl<'s> Constant<'s> {
    const fn new(name: Name<'s>) -> Self {
        let is_used = Cell::new(false);
        Self { name, value: None, is_public: false, docs: None, imported: None, is_used }
    }

    fn declared(declaration: &Declaration<'s>) -> Self {
        let docs = declaration.docs.clone();
        Self { is_public: declaration.is_public, docs, ..Self::new(declaration.name) }
    }

    fn imported(alias: Name<'s>, found: ImportedValue) -> Self {
        let (exists, value) = match found {
            ImportedValue::Constant(value) => (true, value),
            ImportedValue::Nothing => (false, None),
        };
        Self { value, imported: Some(exists), ..Self::new(alias) }
    }

    /// Whether the constant exists.
    fn exists(&self) -> bool {
        self.imported.unwrap_or(true)
    }
}

fn duplicate(name: Name<'_>, first: &Constant<'_>, errors: &mut Errors) {
    let kind = AssemblyErrorKind::DuplicateConstant { name: excerpt(name.text) };
    let label = match first.imported {
        Some(_) => "first imported here",
        None => "first defined here",
    };
    errors.push_related(kind, name.span, first.name.span, label);
}

const fn invalid(problem: ConstantProblem) -> AssemblyErrorKind {
    AssemblyErrorKind::InvalidConstant { problem }
}
