//! The numbered steps of proving and verifying, in the page about STARKs and in the code.

use std::{collections::BTreeSet, fs};

use crate::marked::root;

/// Numbers of the comments `// N ----- …` in these files.
fn steps(files: &[&str]) -> BTreeSet<String> {
    let text: String = files.iter().map(|file| fs::read_to_string(root().join(file)).unwrap()).collect();
    let numbers = text.lines().filter_map(|line| line.trim().strip_prefix("// ")?.split_once(" -----"));
    // `2 to 4` refers to other places.
    numbers.map(|(number, _)| number.to_owned()).filter(|number| !number.contains(' ')).collect()
}

/// Numbers in the first column of the table below a heading.
fn listed(page: &str, heading: &str) -> BTreeSet<String> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let numbers = cells.filter(|cell| cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(','));
    numbers.map(str::to_owned).collect()
}

#[test]
fn the_steps_of_the_page_are_those_of_the_code() {
    let page = fs::read_to_string(root().join("docs/src/background/starks.md")).unwrap();
    let mut proving = steps(&["prover/src/prover.rs", "prover/src/stark.rs"]);
    // The parts of step 3.
    proving.extend(steps(&["prover/src/pipeline/mod.rs"]).iter().map(|part| format!("3.{part}")));
    assert_eq!(listed(&page, "Proving"), proving);
    assert_eq!(listed(&page, "Verifying"), steps(&["verifier/src/lib.rs", "verifier/src/protocol/mod.rs"]));
}
