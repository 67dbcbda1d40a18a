//! The glossary against the style guide's list of words.

use std::fs;

use crate::marked::root;

/// Cells of the rows of a table, without its two lines of heading.
fn rows(text: &str, heading: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn the_glossary_is_sorted_and_has_the_words_of_the_style_guide() {
    let read = |page: &str| fs::read_to_string(root().join("docs/src").join(page)).unwrap();
    let glossary = rows(&read("glossary.md"), "| Term |");
    let terms: Vec<&str> = glossary.iter().flat_map(|row| row[0].split(", ")).collect();
    assert!(terms.len() > 50);
    let first: Vec<String> = glossary.iter().map(|row| row[0].to_lowercase()).collect();
    assert!(first.is_sorted(), "the terms are not in order");

    // Nouns have an entry; verbs, and words of Rust rather than of the machine, need none.
    let without_entry =
        ["parse", "lower", "argument", "result", "accepts", "rejects", "failure", "error", "or \"you\""];
    let words = rows(&read("contributing/style.md"), "| Thing |");
    assert!(words.len() > 15);
    for row in words {
        for word in row[1].split([';', ',']).map(str::trim) {
            assert!(terms.contains(&word) || without_entry.contains(&word), "{word} is not in the glossary");
        }
        for word in row[2].split([';', ',']).map(str::trim).filter(|word| !word.is_empty()) {
            assert!(!terms.contains(&word), "the glossary has {word}, which the style guide replaces");
        }
    }
}
