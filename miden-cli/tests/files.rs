//! Files on the command line: what results may replace, encodings, protected files, paths in results.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;

use serde_json::json;

mod support;

use support::{Sandbox, pipe};

const PROGRAM: &str = "use.lib::m\nbegin\n    push.2 add exec.m::twice\nend\n";
const INPUTS: &str = r#"{"stack_init": ["5", "3"]}"#;

/// A program with inputs, a kernel in a folder, and a library.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_program(PROGRAM);
    sandbox.write("p.inputs", INPUTS);
    for directory in ["lib/a", "core"] {
        fs::create_dir_all(sandbox.path(directory)).unwrap();
    }
    sandbox.write("lib/m.masm", "export.twice\n    dup add\nend\n");
    sandbox.write("lib/a/n.masm", "export.thrice\n    dup dup add add\nend\n");
    sandbox.write("core/mod.masm", "use.core::sums\nexport.sum\n    exec.sums::sum\nend\n");
    sandbox.write("core/sums.masm", "export.sum\n    add\nend\n");
    sandbox
}

/// Everything in the sandbox, by path.
fn content(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let mut content = Vec::new();
    let mut directories = vec![sandbox.path("")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                content.push((path.display().to_string(), fs::read(path).unwrap()));
            }
        }
    }
    content.sort();
    content
}

// --- results do not replace what was read ---------------------------------------------------------------------------

#[test]
fn results_replace_nothing_that_was_read() {
    let sandbox = sandbox();
    sandbox.write("other.json", INPUTS);
    sandbox.run("bundle lib -o lib.masl").exits(0);
    sandbox.run("compile p.masm -l lib -o p.masp").exits(0);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("p.inputs", sandbox.path("link")).unwrap();
        std::os::unix::fs::symlink("lib", sandbox.path("folder")).unwrap();
        std::os::unix::fs::symlink("m.masm", sandbox.path("lib/l.masm")).unwrap();
    }
    fs::hard_link(sandbox.path("p.inputs"), sandbox.path("name")).unwrap();
    let before = content(&sandbox);
    let mut commands = vec![
        "run p.masm -l lib -o p.masm",
        "run p.masm -l lib -o ./lib/../p.masm",
        "run p.masm -l lib -o p.inputs",
        "run p.masm -l lib -o name",
        "run p.masm -l lib -i other.json -o other.json",
        "run p.masm -l lib -o lib/a/n.masm",
        "run p.masm -l lib.masl -o lib.masl",
        "run p.masp -o p.inputs",
        "prove p.masm -l lib -p p.inputs",
        "prove p.masm -l lib -o p.inputs",
        "prove p.masm -l lib -p lib/m.masm",
        "prove p.masm -l lib -k core -o core/sums.masm",
        "compile p.masm -l lib -o lib/m.masm",
        "compile p.masm -l lib -k core -o core/mod.masm",
        "compile p.masm -l lib -k core -o core/sums.masm",
        "bundle lib -o lib/m.masm",
        "bundle lib -n x -o lib/a/n.masm",
        "bundle lib -k core -o core/sums.masm",
        "bundle core -l lib -o lib/m.masm",
    ];
    if cfg!(unix) {
        commands.extend([
            "run p.masm -l lib -o link",
            "run p.masm -l folder -o lib/m.masm",
            "bundle lib -o folder/m.masm",
        ]);
        commands.push("run p.masm -l lib -o lib/l.masm");
    }
    for command in commands {
        sandbox.run(command).exits(2).says("cannot write ").says("it is also an input");
        assert!(content(&sandbox) == before, "{command}");
    }
}

#[test]
fn two_results_need_two_files() {
    let sandbox = sandbox();
    let mut commands = vec![
        "prove p.masm -l lib -p same -o same",
        "prove p.masm -l lib -p same -o lib/../same",
        "prove p.masm -l lib -p p.outputs",
        "prove p.masm -l lib -o p.proof",
    ];
    fs::write(sandbox.path("old"), "content").unwrap();
    fs::hard_link(sandbox.path("old"), sandbox.path("name")).unwrap();
    commands.push("prove p.masm -l lib -p old -o name");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("old", sandbox.path("link")).unwrap();
        commands.push("prove p.masm -l lib -p old -o link");
    }
    let before = content(&sandbox);
    for command in commands {
        let outcome = sandbox.run(command).exits(2).says("is the same file; name another");
        assert!(!outcome.stderr.contains("done"), "{outcome:#?}");
        assert!(content(&sandbox) == before, "{command}");
    }
    #[cfg(unix)]
    sandbox.run("prove p.masm -l lib -p /dev/null -o /dev/null").exits(0);
}

#[test]
#[cfg(target_os = "linux")]
fn if_the_proof_cannot_be_written_the_outputs_stay() {
    let sandbox = sandbox();
    sandbox.write("p.outputs", "old outputs");
    let before = content(&sandbox);
    sandbox.run("prove p.masm -l lib -p /dev/full").exits(2).says("cannot write /dev/full");
    assert!(content(&sandbox) == before);
    sandbox.run("prove p.masm -l lib -o /dev/full").exits(2).says("cannot write /dev/full");
    assert!(content(&sandbox) == before);
}

// --- protected and linked files -------------------------------------------------------------------------------------

#[test]
fn read_only_files_are_not_written() {
    let sandbox = sandbox();
    sandbox.run("fmt .").exits(0);
    for file in ["p.masm", "r"] {
        sandbox.write(file, "begin\n  add\nend");
        let mut permissions = fs::metadata(sandbox.path(file)).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(sandbox.path(file), permissions).unwrap();
    }
    let before = content(&sandbox);
    for command in [
        "fmt p.masm",
        "fmt .",
        "run p.masm -o r",
        "prove p.masm -p r",
        "compile p.masm -o r",
        "bundle lib -o r",
    ] {
        let file = if command.starts_with("fmt") { "p.masm" } else { "r" };
        sandbox.run(command).exits(2).says(&format!("{file}: ")).says("read-only");
        assert!(content(&sandbox) == before, "{command}");
    }
    // Nothing is written.
    sandbox.run("fmt --check p.masm").exits(1);
    sandbox.run("run p.masm").exits(0);
}

#[test]
#[cfg(unix)]
fn fmt_keeps_hard_links_and_owner() {
    use std::os::unix::fs::{MetadataExt, chown};
    let sandbox = Sandbox::with_program("begin\n  add\nend");
    let path = sandbox.path("p.masm");
    fs::hard_link(&path, sandbox.path("name")).unwrap();
    sandbox.run("fmt p.masm").exits(0);
    assert_eq!(sandbox.read("name"), b"begin\n    add\nend\n");
    fs::remove_file(sandbox.path("name")).unwrap();
    sandbox.write("p.masm", "begin\n  add\nend");
    // Only the superuser can give a file away.
    if chown(&path, Some(1), Some(1)).is_ok() {
        sandbox.run("fmt p.masm").exits(0);
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (1, 1));
        assert_eq!(sandbox.read("p.masm"), b"begin\n    add\nend\n");
    }
    assert_eq!(sandbox.files(), ["p.masm"]);
}

// --- encodings ------------------------------------------------------------------------------------------------------

/// Text with a byte-order mark.
fn marked(text: &str) -> String {
    format!("\u{feff}{text}")
}

fn utf16(text: &str) -> Vec<u8> {
    marked(text).encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn byte_order_marks_are_accepted() {
    let sandbox = sandbox();
    let expected = sandbox.run("run p.masm -l lib -k core").exits(0).stdout;
    let files = ["p.masm", "p.inputs", "lib/m.masm", "lib/a/n.masm", "core/mod.masm", "core/sums.masm"];
    for file in files {
        let text = String::from_utf8(sandbox.read(file)).unwrap();
        sandbox.write(file, marked(&text));
    }
    assert_eq!(sandbox.run("run p.masm -l lib -k core").exits(0).stdout, expected);
    sandbox.run("bundle lib").exits(0);
    let value = sandbox.run("prove p.masm -l lib --json").exits(0).json();
    let outputs = String::from_utf8(sandbox.read("p.outputs")).unwrap();
    sandbox.write("p.outputs", marked(&outputs));
    sandbox.run(&format!("verify -p p.proof -x {}", value["program_hash"].as_str().unwrap())).exits(0);
    // A place in the source does not count the mark.
    sandbox.write("p.masm", marked("begin ad end"));
    sandbox.run("run p.masm").exits(2).says("p.masm:1:7");
}

#[test]
fn fmt_keeps_byte_order_marks() {
    let sandbox = Sandbox::with_program(&marked("begin\n    add\nend\n"));
    sandbox.run("fmt --check p.masm").exits(0);
    sandbox.write("p.masm", marked("begin\n  add\nend"));
    sandbox.run("fmt --check p.masm").exits(1);
    sandbox.run("fmt p.masm").exits(0);
    assert_eq!(sandbox.read("p.masm"), marked("begin\n    add\nend\n").as_bytes());
    let outcome = pipe(&["fmt", "-"], marked("begin\n  add\nend").as_bytes()).exits(0);
    assert_eq!(outcome.stdout, marked("begin\n    add\nend\n"));
}

#[test]
fn utf_16_is_named() {
    let sandbox = sandbox();
    for (file, command) in [
        ("lib/m.masm", "run p.masm -l lib"),
        ("core/sums.masm", "compile p.masm -l lib -k core"),
        ("p.inputs", "run p.masm -l lib"),
        ("p.masm", "run p.masm -l lib"),
        ("p.masm", "compile p.masm -l lib"),
        ("p.masm", "analyze p.masm -l lib"),
        ("p.masm", "fmt p.masm"),
        ("lib/m.masm", "bundle lib"),
    ] {
        let old = sandbox.read(file);
        sandbox.write(file, utf16(std::str::from_utf8(&old).unwrap()));
        sandbox.run(command).exits(2).says(file).says("UTF-16 text; save it as UTF-8");
        sandbox.write(file, old);
    }
    sandbox.run("prove p.masm -l lib").exits(0);
    let outputs = String::from_utf8(sandbox.read("p.outputs")).unwrap();
    sandbox.write("p.outputs", utf16(&outputs));
    sandbox
        .run(&format!("verify -p p.proof -x {}", "0".repeat(64)))
        .exits(2)
        .says("p.outputs")
        .says("UTF-16");
}

// --- paths in compiled files ----------------------------------------------------------------------------------------

#[test]
fn compiled_files_do_not_depend_on_how_sources_are_named() {
    let sandbox = sandbox();
    let root = fs::canonicalize(sandbox.path("")).unwrap().display().to_string();
    sandbox.run("compile p.masm -l lib -k core -o plain").exits(0);
    sandbox.run("bundle lib -k core -o plain.masl").exits(0);
    let plain = sandbox.read("plain");
    for (index, (program, library, kernel)) in [
        (format!("{root}/p.masm"), "lib".to_owned(), "core".to_owned()),
        ("./p.masm".into(), format!("{root}/lib"), "./core".into()),
        ("lib/../p.masm".into(), "lib/a/..".into(), format!("{root}/core")),
    ]
    .into_iter()
    .enumerate()
    {
        let command = format!("compile {program} -l lib={library} -k {kernel} -o other{index}");
        sandbox.run(&command).exits(0);
        assert!(sandbox.read(&format!("other{index}")) == plain, "{command}");
        sandbox.run(&format!("bundle {library} -n lib -k {kernel} -o other.masl")).exits(0);
        assert!(sandbox.read("other.masl") == sandbox.read("plain.masl"), "{library}");
    }
    assert!(!plain.windows(root.len()).any(|bytes| bytes == root.as_bytes()));
}

#[test]
fn trimmed_programs_do_not_depend_on_the_directory() {
    let sandbox = sandbox();
    sandbox.write("lib/m.masm", "export.twice\n    assertz\nend\n");
    sandbox.run("compile p.masm -l lib -k core -o trimmed --trim").exits(0);
    let moved = Sandbox::new();
    fs::create_dir_all(moved.path("deep/down")).unwrap();
    fs::rename(sandbox.path("lib"), moved.path("deep/lib")).unwrap();
    fs::rename(sandbox.path("core"), moved.path("core")).unwrap();
    moved.write("deep/down/p.masm", PROGRAM);
    let command = "compile deep/down/p.masm -l deep/lib -k core -o trimmed --trim";
    moved.run(command).exits(0);
    assert!(moved.read("trimmed") == sandbox.read("trimmed"));
    moved.run(&command.replace(" --trim", "")).exits(0);
    assert!(moved.read("trimmed") != sandbox.read("trimmed"));
    // Messages still say where the source is.
    sandbox.run("run trimmed").exits(1).says("lib/m.masm:2:5");
    moved.run("run deep/down/p.masm -l deep/lib").exits(1).says("deep/lib/m.masm:2:5");
    moved.run("compile trimmed --trim").exits(2).says("--output");
}

// --- standard input -------------------------------------------------------------------------------------------------

#[test]
fn inputs_of_a_command_can_be_standard_input() {
    let sandbox = Sandbox::with_program("begin add end");
    let stdin = |arguments: &str, text: &str| {
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        sandbox.pipe(&arguments, text.as_bytes())
    };
    assert_eq!(stdin("run p.masm -n 1 -i -", INPUTS).exits(0).stdout, "Output: [8]\n");
    assert_eq!(stdin("run - -n 1 --stack 7,8", "begin mul end").exits(0).stdout, "Output: [56]\n");
    assert_eq!(stdin("run -a - -n 1", "begin push.3 end").exits(0).stdout, "Output: [3]\n");
    stdin("run -", "begin ad end").exits(2).says("standard input:1:7");
    stdin("run p.masm -i -", "{").exits(2).says("standard input: ");
    stdin("analyze -", "begin add end").exits(0);
    stdin("run - -i -", "begin add end").exits(2).says("only one of the inputs");
    stdin("compile - -o p.masp", "begin add end").exits(0);
    let hash = |arguments: &str| sandbox.run(arguments).exits(0).json()["program_hash"].clone();
    assert_eq!(hash("compile p.masp --json"), hash("compile p.masm --json"));
    sandbox.run("run p.masm -o -").exits(2).says("cannot write `-`");
    assert_eq!(sandbox.files(), ["p.masm", "p.masp"]);
}

#[test]
fn program_from_standard_input_needs_names_of_results() {
    let sandbox = Sandbox::new();
    let text = b"begin push.2 add end";
    sandbox.pipe(&["prove", "-"], text).exits(2).says("--proof and --output");
    sandbox.pipe(&["prove", "-", "-p", "a.proof"], text).exits(2).says("--proof and --output");
    assert_eq!(sandbox.files(), [""; 0]);
    let proven =
        sandbox.pipe(&["prove", "-", "-p", "a.proof", "-o", "a.outputs", "--json"], text).exits(0).json();
    let hash = proven["program_hash"].as_str().unwrap();
    sandbox.run(&format!("verify -p a.proof -x {hash}")).exits(0);
    let proof = sandbox.read("a.proof");
    sandbox.pipe(&["verify", "-p", "-", "-x", hash, "-o", "a.outputs"], &proof).exits(0);
    sandbox.pipe(&["verify", "-p", "-", "-x", hash], &proof).exits(2).says("--output");
    let verified =
        sandbox.pipe(&["verify", "-p", "a.proof", "--source", "-", "--json"], text).exits(0).json();
    assert_eq!(verified["valid"], json!(true));
}
