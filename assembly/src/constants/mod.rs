//! Constants: names for numbers, words and texts that are known at assembly.

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use crate::{
    AssemblyErrorKind, ConstantProblem,
    ast::Name,
    errors::{Errors, excerpt},
    suggest::nearest,
};

mod expression;
mod token;
mod value;

use expression::Expression;
pub(crate) use value::Value;

/// Largest length of the name of a constant.
const MAX_NAME_LEN: usize = 100;

/// Whether a parameter is the name of a constant.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// A constant as it is declared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declaration<'s> {
    pub(crate) name: Name<'s>,
    pub(crate) expression: Name<'s>,
}

/// The constants of a source.
#[derive(Debug, Default)]
pub(crate) struct Constants<'s> {
    by_name: BTreeMap<&'s str, Constant<'s>>,
}

#[derive(Debug)]
struct Constant<'s> {
    name: Name<'s>,
    /// `None` if its expression is wrong, which has been reported.
    value: Option<Value>,
}

impl<'s> Constants<'s> {
    /// Evaluates declarations, which may stand in any order.
    pub(crate) fn evaluate(declarations: &[Declaration<'s>], errors: &mut Errors) -> Self {
        let mut constants = Self::default();
        let mut expressions: BTreeMap<&'s str, Expression<'s>> = BTreeMap::new();
        let mut order = Vec::new();
        for declaration in declarations {
            let name = declaration.name;
            if let Err(problem) = check_name(name.text) {
                let kind = AssemblyErrorKind::InvalidConstantName { name: excerpt(name.text), problem };
                errors.push(kind, name.span);
            }
            match constants.by_name.entry(name.text) {
                Entry::Occupied(first) => {
                    let kind = AssemblyErrorKind::DuplicateConstant { name: excerpt(name.text) };
                    errors.push_related(kind, name.span, first.get().name.span, "first defined here");
                    continue;
                }
                Entry::Vacant(entry) => entry.insert(Constant { name, value: None }),
            };
            match Expression::parse(declaration.expression) {
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

    /// Evaluates a constant after those that it names, without recursion. Expressions are taken when they are done.
    fn evaluate_one(
        &mut self,
        name: &'s str,
        expressions: &mut BTreeMap<&'s str, Expression<'s>>,
        errors: &mut Errors,
    ) {
        let Some(expression) = expressions.remove(name) else { return };
        // The constants that wait for the next one, each with its expression and the names in it that are not known yet.
        let pending = |expression: &Expression<'s>| expression.names().collect::<Vec<_>>();
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
            let value = match expression.evaluate(|part| self.lookup(part, errors)) {
                Ok(value) => value,
                Err((part, problem)) => {
                    errors.push(invalid(problem), part.span);
                    None
                }
            };
            if let Some(constant) = self.by_name.get_mut(name) {
                constant.value = value;
            }
            on_the_way.remove(name);
            waiting.pop();
        }
    }

    /// The value of a constant. `None` if there is none, which is reported, or has been.
    pub(crate) fn lookup(&self, name: Name<'s>, errors: &mut Errors) -> Option<&Value> {
        if let Some(constant) = self.by_name.get(name.text) {
            return constant.value.as_ref();
        }
        let suggest = errors.want_suggestions();
        let nearest = suggest.then(|| nearest(name.text, self.by_name.keys().copied())).flatten();
        let nearest = nearest.map(|name| name.to_string());
        let kind = AssemblyErrorKind::UndefinedConstant { name: excerpt(name.text), nearest };
        errors.push(kind, name.span);
        None
    }

    /// The value of a constant, if there is one that is not wrong.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.by_name.get(name)?.value.as_ref()
    }

    /// Where a constant is declared, and what it is.
    pub(crate) fn describe(&self, name: &str) -> Option<(Name<'s>, String)> {
        let constant = self.by_name.get(name)?;
        Some((constant.name, format!("the constant is {}", constant.value.as_ref()?)))
    }
}

const fn invalid(problem: ConstantProblem) -> AssemblyErrorKind {
    AssemblyErrorKind::InvalidConstant { problem }
}

/// Checks the name of a constant.
pub(crate) fn check_name(name: &str) -> Result<(), crate::ConstantNameProblem> {
    use crate::ConstantNameProblem as Problem;
    match name.chars().next() {
        None => return Err(Problem::Empty),
        Some(first) if !first.is_ascii_uppercase() => return Err(Problem::FirstCharacter),
        Some(_) => {}
    }
    if !name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
        return Err(Problem::Character);
    }
    match name.len() {
        got if got > MAX_NAME_LEN => Err(Problem::TooLong { max: MAX_NAME_LEN, got }),
        _ => Ok(()),
    }
}
