//! `miden check`: errors, stack effects and warnings.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{fs, path::Path};

use serde_json::json;

mod support;

use support::Sandbox;

const GOOD: &str = "#! Stack: [a] → [a²]\nproc.square dup mul end\nbegin exec.square end\n";

#[test]
fn a_source_without_problems_is_checked_and_nothing_is_written() {
    let sandbox = Sandbox::with_program(GOOD);
    let run = sandbox.run("check p.masm").exits(0).says("checked 1 source in ").says("ms: no warnings");
    assert_eq!(run.stdout, "");
    assert_eq!(sandbox.files(), ["p.masm"]);
    let run = sandbox.run("check p.masm --effects").exits(0);
    assert_eq!(run.stdout, "p.masm:2: square [1] → [1]\n");
    let expected = json!({
        "outcome": "success", "sources": 1, "warnings": [],
        "procedures": [{"file": "p.masm", "line": 2, "name": "square", "inputs": 1, "outputs": 1}],
    });
    assert_eq!(sandbox.run("check p.masm --json").exits(0).json(), expected);
}

#[test]
fn all_errors_of_all_sources_are_shown() {
    let sandbox = Sandbox::with_program("begin addd push.x end\n");
    sandbox.write("m.masm", "export.f\n    if.true drop end exec.g\nend\n");
    sandbox.write("good.masm", GOOD);
    let run = sandbox.run("check p.masm m.masm good.masm missing.masm --json").exits(2);
    let run = run.says("did you mean `add`?").says("procedure `g` is not defined").says("missing.masm");
    let messages: Vec<_> =
        run.json()["errors"].as_array().unwrap().iter().map(|e| e["message"].clone()).collect();
    assert_eq!(messages.len(), 4, "{messages:?}");
}

#[test]
fn warnings_are_shown_and_can_be_denied() {
    let sandbox = Sandbox::with_program("use.std::math::u64\nbegin\n    if.true drop end\nend\n");
    let run = sandbox.run("check p.masm").exits(0).says("unused import `u64`").says("p.masm:3:5");
    let run = run.says("the branches differ: one removes 1 item").says("@allow(unbalanced_branches)");
    assert!(run.stderr.contains("ms: 2 warnings"), "{run:?}");
    let value = sandbox.run("check p.masm --json --deny-warnings").exits(1).json();
    assert_eq!((&value["outcome"], &value["error"]), (&json!("error"), &json!("warnings")));
    let warning = &value["warnings"][1];
    assert_eq!((&warning["lint"], &warning["severity"]), (&json!("unbalanced_branches"), &json!("warning")));
    assert_eq!((&warning["line"], &warning["end_column"]), (&json!(3), &json!(12)));
    sandbox.write("p.masm", "@allow(unbalanced_branches)\nbegin\n    if.true drop end\nend\n");
    sandbox.run("check p.masm --deny-warnings").exits(0).says("no warnings");
}

#[test]
fn a_directory_is_a_library_with_its_programs() {
    let sandbox = Sandbox::with_program("use.tools::math\nbegin exec.math::square end\n");
    fs::create_dir(sandbox.path("tools")).unwrap();
    sandbox.write("tools/math.masm", "export.square dup mul end proc.lost drop end\n");
    fs::rename(sandbox.path("p.masm"), sandbox.path("tools/p.masm")).unwrap();
    let run =
        sandbox.run("check tools").exits(0).says("checked 2 sources").says("procedure `lost` is not used");
    assert_eq!(run.stderr.matches("warning: ").count(), 1, "{run:?}");
    sandbox.run("check tools -n other").exits(2).says("module `tools::math` is in no library");
    sandbox.write("tools/p.masm", "begin add end end\n");
    sandbox.write("tools/math.masm", "export.square dup mull end\n");
    let value = sandbox.run("check tools --json").exits(2).json();
    let files: Vec<_> = value["errors"].as_array().unwrap().iter().map(|error| &error["file"]).collect();
    assert_eq!(files, ["tools/math.masm", "tools/p.masm"]);
}

#[test]
fn system_calls_are_checked_against_the_kernel() {
    let sandbox = Sandbox::with_program("begin syscall.deposit end\n");
    sandbox.write("k.masm", "export.deposit push.1 add end\n");
    sandbox.run("check p.masm").exits(2).says("no kernel exports procedure `deposit`");
    sandbox.run("check p.masm -k k.masm").exits(0).says("no warnings");
    sandbox.run("check k.masm").exits(0).says("no warnings");
}

#[test]
fn the_effects_of_the_standard_library_are_inferred() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib/asm");
    let library = library.to_str().unwrap();
    let sandbox = Sandbox::new();
    let value = sandbox.run(&format!("check {library} -n std --json")).exits(0).json();
    let procedures = value["procedures"].as_array().unwrap();
    let known = procedures.iter().filter(|procedure| !procedure["inputs"].is_null()).count();
    assert!(known > 400 && known * 10 > procedures.len() * 9, "{known} of {}", procedures.len());
    // Of the warnings, as many as the text shows.
    assert!(value["warnings"].as_array().unwrap().len() <= 100);
}

#[test]
fn names_of_the_standard_library_are_suggested_by_their_parts() {
    let sandbox = Sandbox::with_program(
        "use.std::math::u64\nuse.std::crypto::sha256\nbegin\n    exec.u64::add exec.sha256::hash\n    exec.u256::add\nend\n",
    );
    let run = sandbox.run("check p.masm").exits(2);
    let run = run.says("did you mean `checked_add`, `overflowing_add` or `wrapping_add`?");
    run.says("did you mean `std::crypto::hashes::sha256`?").says("import it: `use.std::math::u256`");
}
