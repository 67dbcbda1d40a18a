//! Attributes that turn lints off.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use super::LintKind;

/// The attribute.
const ALLOW: &str = "allow";

/// The lints that a procedure turns off.
pub(super) struct Allowed(BTreeSet<LintKind>);

impl Allowed {
    /// The lints that attributes turn off, and the names that are not those of lints.
    pub(super) fn by(attributes: &[(String, Option<String>)]) -> (Self, Vec<String>) {
        let mut allowed = BTreeSet::new();
        let mut unknown = Vec::new();
        let lists = attributes.iter().filter(|(name, _)| name == ALLOW);
        let names = lists.flat_map(|(_, value)| value.as_deref().unwrap_or_default().split(','));
        for name in names.map(str::trim) {
            match LintKind::named(name) {
                Some(kind) => drop(allowed.insert(kind)),
                None => unknown.push(name.to_string()),
            }
        }
        (Self(allowed), unknown)
    }

    pub(super) fn contains(&self, kind: LintKind) -> bool {
        self.0.contains(&kind)
    }
}
