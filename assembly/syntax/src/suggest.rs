//! Suggestions of similar names.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

/// The most similar candidate, if `name` could be a misspelling of it.
#[cfg(feature = "std")]
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    /// Longer texts are not misspelt names, and comparing takes quadratic time.
    const MAX_LEN: usize = 100;
    if name.len() > MAX_LEN {
        return None;
    }
    // A third of the characters may differ; a transposition counts as one.
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Without the standard library there are no suggestions of similar names.
#[cfg(not(feature = "std"))]
pub fn nearest<'c>(_name: &str, _candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    None
}

/// Maximum number of names that are suggested at once.
const MAX_CANDIDATES: usize = 4;

/// The candidates that `name` could mean: that with the same letters, small or capital; those that have all of its
/// parts, as `wrapping_add` has `add`; or the most similar one.
pub fn candidates<'c>(name: &str, candidates: impl Iterator<Item = &'c str> + Clone) -> Vec<&'c str> {
    if let Some(same) = candidates.clone().find(|candidate| candidate.eq_ignore_ascii_case(name)) {
        return vec![same];
    }
    let has_part = |candidate: &str, part: &str| candidate.split('_').any(|other| other == part);
    let has_all = |candidate: &&str| name.split('_').all(|part| has_part(candidate, part));
    let longer: Vec<&str> = candidates.clone().filter(has_all).take(MAX_CANDIDATES).collect();
    match longer.is_empty() {
        true => nearest(name, candidates).into_iter().collect(),
        false => longer,
    }
}

/// The path that `path` could mean: the most similar one with the same last name, or the most similar one.
pub fn nearest_path<'c>(path: &str, candidates: impl Iterator<Item = &'c str> + Clone) -> Option<&'c str> {
    let same = same_module(last_name(path), candidates.clone());
    same.into_iter().next().or_else(|| nearest(path, candidates))
}

/// The paths whose last name is `name`, shortest first.
pub fn same_module<'c>(name: &str, paths: impl Iterator<Item = &'c str>) -> Vec<&'c str> {
    let mut same: Vec<&str> = paths.filter(|path| last_name(path) == name).collect();
    same.sort_by_key(|path| path.len());
    same.truncate(MAX_CANDIDATES);
    same
}

fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// A question that names the candidates; `None` if there are none.
pub fn did_you_mean(candidates: &[impl AsRef<str>]) -> Option<String> {
    let (last, others) = candidates.split_last()?;
    let others: Vec<String> = others.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let last = format!("`{}`", last.as_ref());
    let names = if others.is_empty() { last.to_string() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("did you mean {names}?"))
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn names_with_the_same_parts_come_before_similar_ones() {
        let names = ["and", "checked_add", "wrapping_add", "Pop", "add_all_of_them"];
        let suggested = |name| candidates(name, names.into_iter());
        assert_eq!(suggested("add"), ["checked_add", "wrapping_add", "add_all_of_them"]);
        assert_eq!(suggested("add_checked"), ["checked_add"]);
        assert_eq!(suggested("POP"), ["Pop"]);
        assert_eq!(suggested("anx"), ["and"]);
        assert!(suggested("entirely_different").is_empty());
    }

    #[test]
    fn paths_with_the_same_last_name_come_before_similar_ones() {
        let paths = ["std::crypto::hashes::sha256", "std::crypto::sha255", "std::sys", "a::b::c::sys"];
        let suggested = |path| nearest_path(path, paths.into_iter());
        assert_eq!(suggested("std::crypto::sha256"), Some("std::crypto::hashes::sha256"));
        assert_eq!(suggested("std::crypto::sha257"), Some("std::crypto::sha255"));
        assert_eq!(suggested("x::sys"), Some("std::sys"));
        assert_eq!(suggested("x::y"), None);
    }

    #[test]
    fn questions_name_all_candidates() {
        assert_eq!(did_you_mean(&["a"]).unwrap(), "did you mean `a`?");
        assert_eq!(did_you_mean(&["a", "b", "c"]).unwrap(), "did you mean `a`, `b` or `c`?");
        assert_eq!(did_you_mean(&[""; 0]), None);
    }
}
