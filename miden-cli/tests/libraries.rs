//! Libraries on the command line: directories, compiled files, and their errors.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;

use expect_test::expect;
use serde_json::Value;

mod support;

use support::Sandbox;

const PROGRAM: &str = "
use.tools::math
use.tools::math::deep->d
begin
    push.3 exec.math::square exec.d::add_ten exec.::tools::answer
end
";

/// A program, and a library of three modules in the directory `tools`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_program(PROGRAM);
    fs::create_dir_all(sandbox.path("tools/math")).unwrap();
    sandbox.write("tools/mod.masm", "export.answer push.42 end");
    sandbox.write("tools/math/mod.masm", "#! Squares a number.\nexport.square dup mul end");
    sandbox.write("tools/math/deep.masm", "use.tools::math\nexport.add_ten add.10 end");
    sandbox.write("tools/notes.txt", "not a source");
    sandbox
}

fn hash(sandbox: &Sandbox, arguments: &str) -> Value {
    sandbox.run(&format!("compile {arguments} --json")).exits(0).json()["program_hash"].clone()
}

#[test]
fn program_imports_from_a_directory_or_a_compiled_library() {
    let sandbox = sandbox();
    assert_eq!(sandbox.run("run p.masm -l tools -n 3").exits(0).stdout, "Output: [42, 19, 0]\n");
    let bundle = sandbox.run("bundle tools -o t.masl --version 2.1.0").exits(0);
    assert!(
        bundle.stdout.starts_with("tools 2.1.0\n") && bundle.stdout.contains(" tools::math::deep::add_ten\n")
    );
    let bundle = bundle.says("warning: unused import `math`").says("deep.masm:1:1");
    assert!(!bundle.stderr.contains("error"));
    assert_eq!(sandbox.run("run p.masm --library t.masl -n 3").exits(0).stdout, "Output: [42, 19, 0]\n");
    assert_eq!(hash(&sandbox, "p.masm -l t.masl"), hash(&sandbox, "p.masm -l tools"));
    assert_eq!(hash(&sandbox, "p.masm -l tools=t.masl"), hash(&sandbox, "p.masm -l tools/../tools"));
    sandbox.run("compile p.masm -l tools -o p.masp").exits(0);
    assert_eq!(sandbox.run("run p.masp -n 3").exits(0).stdout, "Output: [42, 19, 0]\n");
}

#[test]
fn bundle_lists_its_exports() {
    let sandbox = sandbox();
    let value = sandbox.run("bundle tools --namespace tools --json").exits(0).json();
    assert_eq!((&value["name"], &value["version"]), (&"tools".into(), &"0.1.0".into()));
    let paths: Vec<_> = value["exports"].as_array().unwrap().iter().map(|export| &export["path"]).collect();
    assert_eq!(paths, ["tools::answer", "tools::math::square", "tools::math::deep::add_ten"]);
    assert!(sandbox.files().contains(&"tools.masl".to_owned()));
    assert_eq!(value["exports"][0]["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn libraries_import_each_other_and_can_be_renamed() {
    let sandbox = sandbox();
    fs::create_dir(sandbox.path("src")).unwrap();
    sandbox.write("src/more.masm", "use.tools::math export.fourth exec.math::square exec.math::square end");
    sandbox.write("p.masm", "use.extra::more begin push.2 exec.more::fourth end");
    let expected = "Output: [16]\n";
    assert_eq!(sandbox.run("run p.masm -l tools -l extra=src -n 1").exits(0).stdout, expected);
    sandbox.run("bundle src -n extra -l tools -o extra.masl").exits(0);
    assert_eq!(sandbox.run("run p.masm -l extra.masl -n 1").exits(0).stdout, expected);
}

#[test]
fn errors_in_libraries_point_into_their_files() {
    let sandbox = sandbox();
    sandbox.write("tools/math/deep.masm", "export.add_ten\n    ad.10\nend");
    let outcome = sandbox.run("run p.masm -l tools --json").exits(2).says("tools/math/deep.masm:2:5");
    let value = outcome.json();
    assert_eq!(value["errors"][0]["file"], "tools/math/deep.masm");
    sandbox.run("bundle tools").exits(2).says("did you mean `add`?");
    assert!(!sandbox.files().contains(&"tools.masl".to_owned()));
    sandbox.run("run p.masm").exits(2).says("module `tools::math` is in no library").says("--library");
}

#[test]
fn failures_in_libraries_point_into_their_files() {
    let sandbox = sandbox();
    sandbox.write("tools/math/deep.masm", "export.add_ten\n    assert\nend");
    sandbox
        .run("run p.masm -l tools")
        .exits(1)
        .says("tools/math/deep.masm:2:5")
        .says("in procedure `add_ten`");
    sandbox.run("bundle tools -o t.masl --strip").exits(0);
    sandbox.run("run p.masm -l t.masl").exits(1).says("tools::math::deep::add_ten");
    sandbox.run("analyze p.masm -l t.masl").exits(1).says("tools::math::deep::add_ten");
    assert!(!String::from_utf8_lossy(&sandbox.read("t.masl")).contains("    assert"));
}

#[test]
fn failures_in_compiled_libraries_show_their_line_and_their_callers() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.path("work")).unwrap();
    sandbox.write("tools/math/deep.masm", "proc.check\n    assert\nend\nexport.add_ten\n    exec.check\nend");
    sandbox.run("bundle ./work/../tools -o t.masl").exits(0);
    fs::remove_dir_all(sandbox.path("tools")).unwrap();
    let run = sandbox.run("run p.masm -l t.masl").exits(1);
    expect![[r#"
        error: the assertion expected 1, but the value is 9 (cycle 2)
         --> tools/math/deep.masm:2:5
          |
        2 |     assert
          |     ^^^^^^ fails here, in procedure `check`
          |
          = note: called by `exec.check` at tools/math/deep.masm:5:5, in procedure `add_ten`
          = note: called by `exec.d::add_ten` at p.masm:5:30
          = note: stack, top first: [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
          = help: `assert.err="…"` gives the assertion a text of its own
    "#]]
    .assert_eq(&run.errors());
    // The names do not depend on where the library was.
    let mut old = sandbox.read("t.masl");
    old[4] = 3;
    sandbox.write("old.masl", &old);
    sandbox
        .run("run p.masm -l old.masl")
        .exits(2)
        .says("format version 3")
        .says("compile it again with `miden bundle`");
}

#[test]
fn compiled_programs_contain_their_sources_unless_stripped() {
    let sandbox = sandbox();
    sandbox.write("tools/math/deep.masm", "export.add_ten\n    assert\nend");
    sandbox.run("compile p.masm -l tools -o p.masp").exits(0);
    sandbox.run("compile p.masm -l tools -o stripped --strip").exits(0);
    fs::remove_dir_all(sandbox.path("tools")).unwrap();
    let from_source =
        sandbox.run("run p.masp").exits(1).says("tools/math/deep.masm:2:5").says("in procedure `add_ten`");
    sandbox.run("analyze p.masp").exits(1).says("tools/math/deep.masm:2:5");
    let stripped = sandbox.run("run stripped").exits(1);
    assert!(!stripped.stderr.contains("deep") && from_source.stderr.contains("2 |     assert"));
    sandbox.run("compile p.masp -o again --strip").exits(0);
    assert_eq!(sandbox.read("again"), sandbox.read("stripped"));
    let bytes = sandbox.read("p.masp");
    sandbox.write("cut.masp", &bytes[..bytes.len() - 40]);
    sandbox.run("run cut.masp").exits(2).says("damaged or cut off");
}

#[test]
fn kernel_can_be_a_directory() {
    let sandbox = sandbox();
    fs::create_dir(sandbox.path("core")).unwrap();
    sandbox.write("core/mod.masm", "use.core::sums export.sum exec.sums::sum end");
    sandbox.write("core/sums.masm", "export.sum add caller dropw end");
    sandbox.write("p.masm", "begin push.5.6 syscall.sum swap drop end");
    sandbox.run("compile p.masm -k core").exits(0);
    sandbox.write("q.masm", "use.core::sums begin push.5.6 exec.sums::sum end");
    sandbox.run("compile q.masm -k core").exits(2).says("module `core::sums` is in no library");
    sandbox.run("compile p.masm -k tools").exits(2).says("exports no procedure `sum`");
    fs::remove_file(sandbox.path("core/mod.masm")).unwrap();
    sandbox.run("compile p.masm -k core").exits(2).says("core has no mod.masm");
}

#[test]
fn invalid_libraries_are_rejected() {
    let sandbox = sandbox();
    sandbox.write("text", "hello");
    fs::create_dir(sandbox.path("empty")).unwrap();
    fs::create_dir(sandbox.path("bad-name")).unwrap();
    sandbox.write("bad-name/a.masm", "export.p add end");
    sandbox.run("run p.masm -l text").exits(2).says("text is not a library");
    sandbox.run("run p.masm -l empty").exits(2).says("empty is not a library");
    sandbox.run("run p.masm -l missing").exits(2).says("missing");
    sandbox.run("run p.masm -l bad-name").exits(2).says("invalid library name `bad-name`");
    sandbox.run("run p.masm -l good=bad-name -l tools").exits(0);
    sandbox.run("run p.masm -l tools -l tools").exits(2).says("duplicate module `tools`");
    sandbox.write("tools/math.masm", "export.p add end");
    sandbox.run("run p.masm -l tools").exits(2).says("duplicate module `tools::math`");
    sandbox.run("bundle tools --version 1.2").exits(2).says("three numbers");
    sandbox.run("bundle missing").exits(2).says("missing");
}

#[test]
fn damaged_libraries_are_rejected_and_results_replace_no_input() {
    let sandbox = sandbox();
    sandbox.run("bundle tools -o t.masl").exits(0);
    let bytes = sandbox.read("t.masl");
    sandbox.write("cut.masl", &bytes[..bytes.len() - 1]);
    sandbox.run("run p.masm -l cut.masl").exits(2).says("cut.masl").says("damaged or cut off");
    sandbox.run("run t.masl").exits(2).says("t.masl is a library");
    sandbox.run("run p.masm -l x=t.masl").exits(2).says("is the library `tools`");
    sandbox.run("compile p.masm -l t.masl -o t.masl").exits(2).says("cannot write t.masl");
    assert_eq!(sandbox.read("t.masl"), bytes);
}

#[test]
fn kernels_import_from_libraries() {
    let sandbox = sandbox();
    sandbox.write("k.masm", "use.tools::math export.square exec.math::square end");
    sandbox.write("p.masm", "begin push.5 syscall.square swap drop end");
    let value = sandbox.run("prove p.masm -k k.masm -l tools --json").exits(0).json();
    let verify = format!("verify -p p.proof -x {} -k k.masm", value["program_hash"].as_str().unwrap());
    sandbox.run(&format!("{verify} -l tools")).exits(0);
    sandbox.run(&verify).exits(2).says("is in no library");
    fs::create_dir(sandbox.path("wrapper")).unwrap();
    sandbox.write("wrapper/w.masm", "export.square syscall.square end");
    sandbox.run("bundle wrapper").exits(2).says("no kernel exports procedure `square`");
    sandbox.run("bundle wrapper -k k.masm -l tools").exits(0);
    sandbox.write("p.masm", "use.wrapper::w begin push.5 exec.w::square swap drop end");
    let run = "run p.masm -l wrapper.masl -n 1";
    sandbox.run(run).exits(2).says("a system call that the kernel does not have");
    assert_eq!(sandbox.run(&format!("{run} -l tools -k k.masm")).exits(0).stdout, "Output: [25]\n");
}

#[test]
fn a_file_that_cannot_be_a_module_does_not_spoil_its_library() {
    let sandbox = sandbox();
    sandbox.write("tools/my-notes.masm", "export.p add end");
    fs::create_dir(sandbox.path("tools/1st")).unwrap();
    sandbox.write("tools/1st/a.masm", "export.p add end");
    let run = sandbox.run("run p.masm -l tools -n 3").exits(0);
    assert_eq!(run.stdout, "Output: [42, 19, 0]\n");
    run.says("warning: skipped tools/my-notes.masm: `tools::my-notes` is not the path of a module")
        .says("warning: skipped tools/1st/a.masm");
    sandbox.run("bundle tools -o t.masl").exits(0).says("skipped tools/my-notes.masm");
    // The name of the library concerns all files.
    fs::rename(sandbox.path("tools"), sandbox.path("my-tools")).unwrap();
    sandbox.run("bundle my-tools").exits(2).says("invalid library name `my-tools`");
}

#[test]
fn lists_of_advice_come_with_programs_and_libraries() {
    let sandbox = Sandbox::with_program(
        "use.tools::data\nadv_map.OWN=[5]\nbegin exec.data::load push.OWN adv.push_mapval dropw adv_push.1 end",
    );
    fs::create_dir(sandbox.path("tools")).unwrap();
    sandbox.write(
        "tools/data.masm",
        "adv_map.DATA=[7]\nexport.load push.DATA adv.push_mapval dropw adv_push.1 end",
    );
    let expected = "Output: [5, 7]\n";
    sandbox.run("bundle tools -o t.masl").exits(0);
    for library in ["tools", "t.masl"] {
        assert_eq!(sandbox.run(&format!("run p.masm -l {library} -n 2")).exits(0).stdout, expected);
        sandbox.run(&format!("compile p.masm -l {library} -o p.masp --strip")).exits(0);
        assert_eq!(sandbox.run("run p.masp -n 2").exits(0).stdout, expected);
    }
}
