//! The most similar of some names.

/// The candidate that is most similar to `name`, if one is similar enough to be a misspelling of it.
#[cfg(feature = "std")]
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    /// Longer texts are no misspelt names, and comparing takes time quadratic in the length.
    const MAX_LEN: usize = 100;
    if name.len() > MAX_LEN {
        return None;
    }
    // A third of the characters may differ; swapped neighbours count as one.
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Without the standard library nothing is suggested.
#[cfg(not(feature = "std"))]
pub fn nearest<'c>(_name: &str, _candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    None
}
