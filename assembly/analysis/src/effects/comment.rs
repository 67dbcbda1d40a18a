//! Stack effects in comments: `[b, a] → [c]`.

use miden_assembly::{Span, tooling::ProcedureOutline};

/// The effect that the comment of a procedure states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatedEffect {
    /// Number of items before.
    pub inputs: u64,
    /// Number of items after.
    pub outputs: u64,
    /// Its place.
    pub span: Span,
}

impl StatedEffect {
    /// The first effect in the comment after the header of a procedure, or in the comments above it.
    ///
    /// A name in capital letters is a word of four items; `a7, …, a0` are eight items; `…` at the end
    /// are the items below. Other notations state nothing.
    pub fn of(procedure: &ProcedureOutline) -> Option<Self> {
        let text = procedure.source.text();
        let header = procedure.header;
        procedure.name.as_ref()?;
        let rest = text.get(header.end..)?;
        let trailing = rest.lines().next().unwrap_or_default();
        let comment = trailing.trim_start().strip_prefix('#').map(|_| (header.end, trailing));
        if let Some(found) = comment.and_then(|(start, line)| find(line, start)) {
            return Some(found);
        }
        // The comments above, the first one last.
        let mut end = text.get(..header.start)?.rfind('\n')?;
        let mut found = None;
        loop {
            let start = text.get(..end)?.rfind('\n').map_or(0, |newline| newline + 1);
            let line = text.get(start..end)?;
            if !line.trim_start().starts_with(['#', '@']) {
                return found;
            }
            found = find(line, start).or(found);
            match start.checked_sub(1) {
                Some(newline) => end = newline,
                None => return found,
            }
        }
    }

    /// Number of items that the code leaves, less the number that it removes.
    pub(super) fn shift(&self) -> i128 {
        i128::from(self.outputs) - i128::from(self.inputs)
    }
}

/// The effect in a line that starts at an offset.
fn find(line: &str, start: usize) -> Option<StatedEffect> {
    let open = line.find('[')?;
    let (before, after) = line.get(open..)?.split_once(']')?;
    let arrow = after.trim_start();
    let rest = arrow.strip_prefix('→').or_else(|| arrow.strip_prefix("->"))?.trim_start();
    let (results, tail) = rest.strip_prefix('[')?.split_once(']')?;
    let inputs = count(before.strip_prefix('[')?)?;
    let outputs = count(results)?;
    let end = line.len() - tail.len();
    Some(StatedEffect { inputs, outputs, span: Span::new(start + open, start + end) })
}

/// Number of items of a list; `None` if it cannot be told.
fn count(list: &str) -> Option<u64> {
    if list.trim().is_empty() {
        return Some(0);
    }
    let mut items = list.split(',').map(str::trim).peekable();
    let mut total = 0;
    let mut last: Option<&str> = None;
    while let Some(item) = items.next() {
        if matches!(item, "…" | "...") {
            match (last, items.peek()) {
                // The items below.
                (_, None) => return Some(total),
                (Some(first), Some(last)) => total += between(first, last)? * width(first),
                (None, Some(_)) => return None,
            }
            last = None;
            continue;
        }
        let is_prose = item.starts_with(|c: char| c.is_ascii_digit()) && item.contains(' ');
        if item.is_empty() || is_prose || item.contains(['[', ']', '(', ')', '…', ':', ';']) {
            return None;
        }
        total += width(item);
        last = Some(item);
    }
    Some(total)
}

/// Number of items of a name.
fn width(item: &str) -> u64 {
    let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '\'');
    if item.starts_with(|c: char| c.is_ascii_uppercase()) && item.chars().all(is_capital) { 4 } else { 1 }
}

/// Number of items between `a7` and `a0`.
fn between(first: &str, last: &str) -> Option<u64> {
    let number = |item: &'_ str| {
        let name = item.trim_end_matches('\'').len();
        let stem = item.get(..name)?.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        Some((item.get(..stem)?.len(), item.get(stem..name)?.parse::<u64>().ok()?))
    };
    let ((first_stem, from), (last_stem, to)) = (number(first)?, number(last)?);
    if first.get(..first_stem)? != last.get(..last_stem)? {
        return None;
    }
    from.abs_diff(to).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_counted() {
        let cases = [
            ("", Some(0)),
            (" a, b_hi , b_lo", Some(3)),
            ("A, ROOT, x", Some(9)),
            ("b7, …, b0, a7, …, a0", Some(16)),
            ("a0, …, a2", Some(3)),
            ("A0, ..., A3, n", Some(17)),
            ("H, …", Some(4)),
            ("X', c'", Some(5)),
            ("depth, index in the tree, Number of it", Some(3)),
            ("X_hi, X_lo, X_HI", Some(6)),
            ("6 addresses of a point", None),
            ("1 if a < b, else 0", None),
            ("0, 1", Some(2)),
            ("a0, …, b7", None),
            ("a, …, b", None),
            ("…, a", None),
            ("a0, …, a0", None),
            ("x[2], y", None),
            ("a,, b", None),
        ];
        for (list, expected) in cases {
            assert_eq!(count(list), expected, "{list}");
        }
    }

    #[test]
    fn effects_are_found_in_lines() {
        let effect = |line| find(line, 10).map(|found| (found.inputs, found.outputs, found.span));
        assert_eq!(effect("#! Stack: [b, a] → [c]: the sum"), Some((2, 1, Span::new(20, 34))));
        assert_eq!(effect("# [A] -> []"), Some((4, 0, Span::new(12, 21))));
        assert_eq!(effect("# [a, …] → [b] or [c]"), Some((1, 1, Span::new(12, 28))));
        assert_eq!(effect("# [a] and [b]"), None);
        assert_eq!(effect("# nothing"), None);
    }
}
