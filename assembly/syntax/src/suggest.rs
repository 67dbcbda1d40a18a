//! Suggestions of similar names.

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

/// Without the standard library there are no suggestions.
#[cfg(not(feature = "std"))]
pub fn nearest<'c>(_name: &str, _candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    None
}
