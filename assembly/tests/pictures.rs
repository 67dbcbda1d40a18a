//! Terminal pictures for the book: typical mistakes and their reports. `UPDATE_EXPECT=1` draws them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use expect_test::expect_file;
use miden_assembly::{Assembler, Source};

#[test]
fn pictures_of_mistakes_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/user/mistakes");
    let book = fs::read_to_string(folder.join("../errors.md")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "masm") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let errors = Assembler::new().assemble(&Source::new(name.as_str(), text)).expect_err(&name);
        assert!(!errors.errors().is_empty());
        let screen = format!("$ miden run {name}\n{}\n", errors.render(true));
        let picture = anstyle_svg::Term::new().render_svg(&screen);
        expect_file![path.with_extension("svg")].assert_eq(&picture);
        assert!(book.contains(&format!("mistakes/{}", name.replace(".masm", ".svg"))), "{name}");
        count += 1;
    }
    assert_eq!(count, 5);
}
