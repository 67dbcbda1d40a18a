//! `miden fmt`: files, directories, standard input, and the sources of the repository.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect;
use serde_json::json;

mod support;

use support::{Sandbox, miden, pipe};

const UGLY: &str = "begin\n  add # no comment\n   mul # c\n\n\nend";
const PRETTY: &str = "begin\n    add     # no comment\n    mul     # c\nend\n";

#[test]
fn fmt_writes_only_files_that_change() {
    let sandbox = Sandbox::with_program(UGLY);
    let outcome = sandbox.run("fmt p.masm").exits(0);
    assert_eq!((&*outcome.stdout, &*outcome.stderr), ("", "done: wrote p.masm\n"));
    assert_eq!(sandbox.read("p.masm"), PRETTY.as_bytes());
    let written = fs::metadata(sandbox.path("p.masm")).unwrap().modified().unwrap();
    assert_eq!(sandbox.run("fmt p.masm").exits(0).stderr, "");
    assert_eq!(fs::metadata(sandbox.path("p.masm")).unwrap().modified().unwrap(), written);
    assert_eq!(sandbox.files(), ["p.masm"]);
}

#[test]
#[cfg(unix)]
fn fmt_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = Sandbox::with_program(UGLY);
    fs::set_permissions(sandbox.path("p.masm"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("p.masm", sandbox.path("link.masm")).unwrap();
    sandbox.run("fmt link.masm").exits(0);
    assert_eq!(fs::metadata(sandbox.path("p.masm")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_link(sandbox.path("link.masm")).unwrap(), Path::new("p.masm"));
    assert_eq!(sandbox.read("p.masm"), PRETTY.as_bytes());
}

#[test]
fn fmt_finds_sources_in_directories() {
    let sandbox = Sandbox::new();
    for directory in ["a/b", ".hidden", "target", "empty"] {
        fs::create_dir_all(sandbox.path(directory)).unwrap();
    }
    for file in ["a/x.masm", "a/b/y.masm", "a/z.txt", ".hidden/x.masm", "target/x.masm"] {
        sandbox.write(file, UGLY);
    }
    let value = sandbox.run("fmt . --json").exits(0).json();
    let changed: Vec<PathBuf> = ["a", "a"].iter().map(|name| Path::new(".").join(name)).collect();
    let changed = [changed[0].join("b/y.masm"), changed[1].join("x.masm")];
    assert_eq!(value, json!({"outcome": "success", "changed": changed}));
    for (file, content) in
        [("a/x.masm", PRETTY), ("a/b/y.masm", PRETTY), ("a/z.txt", UGLY), ("target/x.masm", UGLY)]
    {
        assert_eq!(sandbox.read(file), content.as_bytes(), "{file}");
    }
    // Explicit paths are formatted whatever their names.
    sandbox.run("fmt a/z.txt target empty").exits(0);
    assert_eq!(sandbox.read("a/z.txt"), PRETTY.as_bytes());
    assert_eq!(sandbox.read("target/x.masm"), PRETTY.as_bytes());
}

#[test]
fn check_shows_what_would_change_and_writes_nothing() {
    let sandbox = Sandbox::with_program(UGLY);
    sandbox.write("pretty.masm", PRETTY);
    let outcome = sandbox.run("fmt --check p.masm pretty.masm").exits(1);
    expect![[r#"
        --- p.masm
        +++ p.masm (formatted)
        @@ -1,6 +1,4 @@
         begin
        -  add # no comment
        -   mul # c
        -
        -
        -end
        \ No newline at end of file
        +    add     # no comment
        +    mul     # c
        +end
    "#]]
    .assert_eq(&outcome.stdout);
    expect![[r#"
        error: p.masm is not formatted; without --check, `miden fmt` formats it
    "#]]
    .assert_eq(&outcome.stderr);
    let value = sandbox.run("fmt --check . --json").exits(1).json();
    assert_eq!((&value["error"], &value["files"]), (&json!("not_formatted"), &json!(["./p.masm"])));
    assert_eq!(sandbox.read("p.masm"), UGLY.as_bytes());
    assert_eq!(sandbox.run("fmt --check pretty.masm").exits(0).stdout, "");
}

#[test]
fn check_shows_no_control_characters() {
    let sandbox = Sandbox::with_program("begin\r\n    add # \u{1b}[31m\u{7}\r\nend\r\n");
    let outcome = sandbox.run("fmt --check p.masm").exits(1);
    assert!(outcome.stdout.contains("-    add # \u{fffd}[31m\u{fffd}\u{240d}\n"), "{}", outcome.stdout);
}

#[test]
fn source_with_errors_does_not_prevent_formatting_the_others() {
    let sandbox = Sandbox::with_program(UGLY);
    sandbox.write("broken.masm", "begin\n  add");
    sandbox.write("bytes.masm", b"begin \xff end");
    let outcome = sandbox.run("fmt broken.masm bytes.masm missing.masm p.masm").exits(2);
    expect![[r#"
        done: wrote p.masm
        error: `begin` has no `end`
         --> broken.masm:2:5
          |
        1 | begin
          | ----- opened here
        2 |   add
          |     ^

        error: cannot read bytes.masm: byte 6 is not UTF-8 text

        error: cannot read missing.masm: No such file or directory (os error 2)
    "#]]
    .assert_eq(&outcome.stderr);
    assert_eq!(sandbox.read("p.masm"), PRETTY.as_bytes());
    assert_eq!(sandbox.read("broken.masm"), b"begin\n  add");

    let value = sandbox.run("fmt --json broken.masm missing.masm").exits(2).json();
    assert_eq!(value["errors"][0]["file"], "broken.masm");
    assert_eq!(value["errors"][0]["line"], 2);
    assert!(value["errors"][1]["message"].as_str().unwrap().contains("missing.masm"));
    // An error decides the exit status, and the differences are still shown.
    sandbox.write("p.masm", UGLY);
    let outcome = sandbox.run("fmt --check broken.masm p.masm").exits(2).says("`begin` has no `end`");
    assert!(outcome.stdout.contains("+    add     # no comment"));
    assert!(outcome.stderr.contains("p.masm is not formatted"));
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let outcome = pipe(&["fmt", "-"], UGLY.as_bytes()).exits(0);
    assert_eq!((&*outcome.stdout, &*outcome.stderr), (PRETTY, ""));
    assert_eq!(pipe(&["fmt", "-", "--json"], UGLY.as_bytes()).exits(0).json()["text"], PRETTY);
    // Comments are kept byte for byte.
    let escaped = "# \u{1b}[31m\nbegin add end\n";
    assert_eq!(pipe(&["fmt", "-"], escaped.as_bytes()).stdout, escaped);

    let outcome =
        pipe(&["fmt", "--check", "-"], UGLY.as_bytes()).exits(1).says("standard input is not formatted");
    assert!(outcome.stdout.starts_with("--- standard input\n"));
    assert_eq!(pipe(&["fmt", "--check", "-"], PRETTY.as_bytes()).exits(0).stdout, "");
    let outcome = pipe(&["fmt", "-"], b"begin add").exits(2).says("standard input:1:9");
    assert_eq!(outcome.stdout, "");
    pipe(&["fmt", "-"], b"\xff").exits(2).says("cannot read standard input: byte 0 is not UTF-8 text");
    pipe(&["fmt", "-", "."], b"").exits(2).says("cannot be formatted together with files");
}

#[test]
fn fmt_needs_a_path() {
    Sandbox::new().run("fmt").exits(2).says("no PATH is named");
    let sandbox = Sandbox::new();
    sandbox.run("fmt nowhere").exits(2).says("cannot read nowhere: ");
}

/// Sources that are unformatted on purpose.
const LEFT_OUT: [(&str, &str); 5] = [
    ("assembly/tests/format", "input of the formatter's tests"),
    ("assembly/tests/fail", "errors with expected places"),
    ("assembly/tests/fail_kernel", "likewise, for kernels"),
    ("assembly/tests/fail_modules", "likewise, for several files"),
    ("docs/src/user/mistakes", "mistakes shown in the book"),
];

/// `UPDATE_EXPECT=1`, as in `make fmt`, formats them.
#[test]
fn sources_of_the_repository_are_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            let is_hidden = path.file_name().unwrap().to_str().unwrap().starts_with('.');
            let is_left_out = LEFT_OUT.iter().any(|(left_out, _)| path == Path::new(left_out));
            let is_built = path.ends_with("target") || path.ends_with("docs/book");
            if root.join(&path).is_dir() && !is_hidden && !is_left_out && !is_built {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "masm" || extension == "kernel") {
                paths.push(path);
            }
        }
    }
    assert!(paths.len() > 100);
    for (path, _) in LEFT_OUT {
        assert!(root.join(path).is_dir(), "{path} is excluded, but does not exist");
    }
    let mut command = miden(&root);
    command.arg("fmt");
    if std::env::var_os("UPDATE_EXPECT").is_none() {
        command.arg("--check");
    }
    support::outcome(command.args(paths)).exits(0);
}
