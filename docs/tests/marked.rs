//! Sections of a Markdown file that a test computes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Checks that the marked sections of a file, in the order given, hold these texts, and that it has no others.
///
/// `UPDATE_EXPECT=1` rewrites them.
#[track_caller]
pub(crate) fn check_sections(file: &str, sections: &[(&str, String)]) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    expect_file![path].assert_eq(&with_sections(&text, sections));
}

/// The text with the contents of its marked sections replaced.
fn with_sections(text: &str, sections: &[(&str, String)]) -> String {
    const START: &str = "<!-- computed: ";
    const END: &str = "<!-- end -->";
    let mut pieces = text.split(START);
    let mut result = pieces.next().unwrap_or_default().to_owned();
    let mut sections = sections.iter();
    for piece in pieces {
        let (name, rest) = piece.split_once(" -->").expect("a name and the end of the comment");
        let (_, after) = rest.split_once(END).unwrap_or_else(|| panic!("section {name} has no end"));
        let (expected, content) = sections.next().unwrap_or_else(|| panic!("nothing computes {name}"));
        assert_eq!(name, *expected);
        result += &format!("{START}{name} -->\n\n{}\n\n{END}{after}", content.trim_matches('\n'));
    }
    assert!(sections.next().is_none(), "a computed section is not in the file");
    result
}

#[test]
fn sections_are_replaced_and_prose_is_kept() {
    let text = "a\n<!-- computed: x -->\nold\n<!-- end -->\nb\n";
    let new = with_sections(text, &[("x", "new".into())]);
    assert_eq!(new, "a\n<!-- computed: x -->\n\nnew\n\n<!-- end -->\nb\n");
    assert_eq!(with_sections(&new, &[("x", "new".into())]), new);
}
