//! Chains of names in messages.

use alloc::string::String;

/// Maximum number of steps of a chain that are shown.
pub(super) const MAX_SHOWN: usize = 8;

/// The names of a chain, separated by arrows; the middle of a long one is omitted.
pub(super) fn text(names: &[&str]) -> String {
    let mut text = String::new();
    let left_out = names.len().saturating_sub(MAX_SHOWN + 1);
    for (index, name) in names.iter().enumerate() {
        let shown = index < MAX_SHOWN || index + 1 == names.len();
        let elided = left_out > 0 && index == MAX_SHOWN;
        if index > 0 && (shown || elided) {
            text.push_str(" → ");
        }
        match (shown, elided) {
            (true, _) => text.push_str(name),
            (false, true) => text.push('…'),
            (false, false) => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn long_chains_are_shortened() {
        assert_eq!(text(&["a", "b", "a"]), "a → b → a");
        let mut names = vec!["x"; 9];
        names.push("z");
        assert_eq!(text(&names), "x → x → x → x → x → x → x → x → … → z");
        names.truncate(9);
        assert_eq!(text(&names).matches('x').count(), 9);
    }
}
