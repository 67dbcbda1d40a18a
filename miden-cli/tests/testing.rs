//! `miden test`: procedures with the attribute `@test`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

mod support;

use support::{Sandbox, miden, outcome};

/// A program with tests of all kinds that pass.
const GOOD: &str = r#"#! Stack: [b, a, …] → [a − b, …]
proc.difference
    dup.1 dup.1 u32checked_gte assert.err="b is too large" sub
end

@test(stack = [7, 5], expect = [2])
@test(name = "equal", stack = [7, 7], max_cycles = 40)
@test(stack = [5, 7], fault = "FailedAssertion", message = "b is too large")
proc.differs
    exec.difference
end

@test(random = ["felt", "u32"])
proc.addition_commutes
    dup.1 dup.1 add movdn.2 swap add assert_eq
end

@test
proc.without_inputs
    push.2.3 add push.5 assert_eq
end

@test(advice = [3, {text = "a"}], top = [97, 3])
proc.reads_advice
    adv_push.2
end

begin
    exec.difference
end
"#;

fn names(value: &Value) -> Vec<&str> {
    value["tests"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap()).collect()
}

#[test]
fn tests_of_a_program_pass() {
    let sandbox = Sandbox::with_program(GOOD);
    let run = sandbox.run("test p.masm").exits(0).says("done: ran 6 tests in ");
    assert!(run.stdout.starts_with("ok    p::differs#1 (") && run.stdout.contains(" cycles)\n"), "{run:?}");
    assert!(run.stdout.ends_with("6 passed, 0 failed\n"), "{run:?}");
    let value = sandbox.run("test p.masm --json").exits(0).json();
    let expected = [
        "p::differs#1",
        "p::differs#equal",
        "p::differs#3",
        "p::addition_commutes",
        "p::without_inputs",
        "p::reads_advice",
    ];
    assert_eq!(names(&value), expected);
    assert_eq!(value["tests"][4]["line"], json!(18));
    assert_eq!((&value["outcome"], &value["passed"]), (&json!("success"), &json!(6)));
    assert_eq!(sandbox.files(), ["p.masm"]);
}

#[test]
fn a_failing_case_shows_source_difference_and_the_command_that_repeats_it() {
    let text = "@test(stack = [1, 2], expect = [3, 9])\n@test(stack = [1, 2], expect = [3])\n\
                proc.adds add end\nbegin exec.adds end\n";
    let sandbox = Sandbox::with_program(text);
    let run = sandbox.run("test p.masm --filter adds").exits(1);
    let expected = "error: p::adds#1 fails: the stack is [3, 0], not [3, 9]\n --> p.masm:1:1\n  |\n\
                    1 | @test(stack = [1, 2], expect = [3, 9])\n  | ^";
    assert!(run.stderr.starts_with(expected), "{run:?}");
    let run = run.says("= note: item 1 from the top is 0, not 9\n");
    let run = run.says("= help: repeat it with `miden test p.masm --exact 'p::adds#1'`\n");
    let run = run.says("error: 1 of 2 tests failed");
    assert_eq!(run.stdout.lines().next(), Some("FAIL  p::adds#1"));
    let repeated = outcome(sandbox.command().args(["test", "p.masm", "--exact", "p::adds#1"])).exits(1);
    assert_eq!(repeated.stdout, "FAIL  p::adds#1\n0 passed, 1 failed\n");
    outcome(sandbox.command().args(["test", "p.masm", "--exact", "p::adds#2"])).exits(0);
}

#[test]
fn every_way_to_fail_is_reported() {
    let cases = [
        ("expect = [1, 2, 3]", "push.3.2", "the stack is [2, 3, 0], not [1, 2, 3]"),
        ("expect = []", "push.3", "the stack is [3], not []"),
        ("top = [4]", "push.3", "the stack is [3], not [4]"),
        ("max_cycles = 3", "repeat.3 push.1 drop mul end", "it takes "),
        (
            "fault = \"DivideByZero\"",
            "push.1",
            "it ends, but should fail with DivideByZero; the stack is [1]",
        ),
        (
            "fault = \"DivideByZero\"",
            "push.0 assert",
            "it fails, but not with DivideByZero: the assertion expected 1, but the value is 0",
        ),
        (
            "message = \"a\"",
            "push.0 assert.err=\"b\"",
            "it fails, but not with the message \"a\": the assertion expected 1, but the value is 0: b",
        ),
        ("", "push.0 inv", "division by zero"),
    ];
    for (attribute, code, message) in cases {
        let text = format!("@test({attribute})\nproc.t {code} end\nbegin exec.t end\n");
        let sandbox = Sandbox::with_program(&text);
        let value = sandbox.run("test p.masm --json").exits(1).says("p.masm:").json();
        let found = value["tests"][0]["message"].as_str().unwrap();
        assert!(found.contains(message), "{attribute}: {found}");
        assert_eq!((&value["error"], &value["failed"]), (&json!("tests"), &json!(1)));
        assert_eq!(value["tests"][0]["command"], json!("miden test p.masm --exact p::t"));
    }
}

#[test]
fn random_items_that_fail_are_small_and_can_be_repeated() {
    let text = "@test(stack = [4], random = [\"u32\", \"1..10\"])\nproc.t drop push.1000 u32checked_lt assert drop end\n\
                begin exec.t end\n";
    let sandbox = Sandbox::with_program(text);
    let run = sandbox.run("test p.masm").exits(1).says("initial stack, last item on top: [4, 1000, 1]");
    let run = run.says("fails here, in procedure `t`").says("--exact p::t --stack 4,1000,1`");
    sandbox.run("test p.masm --exact p::t --stack 4,1000,1").exits(1);
    sandbox.run("test p.masm --exact p::t --stack 4,999,1").exits(0);
    sandbox.run("test p.masm --stack 1").exits(2).says("--exact");
    let value = sandbox.run("test p.masm --json --seed 7 --runs 500").exits(1).json();
    assert_eq!(value["tests"][0]["initial_stack"], json!(["4", "1000", "1"]));
    assert!(!run.stdout.contains("1 passed"), "{run:?}");
}

#[test]
fn a_directory_is_a_library_whose_private_procedures_are_tests() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("tools")).unwrap();
    sandbox.write(
        "tools/mod.masm",
        "use.tools::math\n@test(expect = [9])\nproc.t push.3 exec.math::square end\n",
    );
    sandbox.write(
        "tools/math.masm",
        "export.square dup mul end\n@test(cases = \"squares.toml\")\nproc.t exec.square end\n",
    );
    sandbox.write(
        "tools/squares.toml",
        "[[case]]\nstack = [2]\nexpect = [4]\n\n[[case]]\nname = \"minus\"\nstack = [-3]\nexpect = [9]\n",
    );
    sandbox.write(
        "tools/main.masm",
        "use.tools::math\n@test(inputs = \"p.inputs\", expect = [25])\nproc.t \
                   exec.math::square end begin exec.t end\n",
    );
    sandbox.write("tools/p.inputs", r#"{"stack_init": [5]}"#);
    let value = sandbox.run("test tools --json").exits(0).json();
    assert_eq!(names(&value), ["tools::math::t#1", "tools::math::t#minus", "tools::t", "tools::main::t"]);
    let value = sandbox.run("test tools -n tools --filter minus --json").exits(0).json();
    assert_eq!(names(&value), ["tools::math::t#minus"]);
    // The directory is the default.
    let run = outcome(sandbox.command().current_dir(sandbox.path("tools")).arg("test")).exits(0);
    assert!(run.stdout.ends_with("4 passed, 0 failed\n"), "{run:?}");
    // Tests are not part of a compiled library, and used.
    sandbox.run("check tools --deny-warnings").exits(0);
}

#[test]
fn mistakes_in_attributes_are_located() {
    let cases = [
        ("stack = [1", "p.masm:1:1: expected `key = value, …`, values as in TOML: "),
        ("stak = [1]", "p.masm:1:1: unknown key \"stak\"; did you mean \"stack\"?"),
        ("fault = \"DivideByZer\"", "did you mean \"DivideByZero\"?"),
        ("expect = [\"a\"]", "p.masm:1:1: \"expect\" item 0 is \"a\", expected a number"),
        ("expect = [], top = []", "\"expect\" and \"top\" name the same list"),
        ("expect = [], fault = \"DivideByZero\"", "\"expect\" is a list, expected to be absent"),
        ("random = [\"u8\"]", "\"random\" item 0 is \"u8\", expected \"felt\", \"word\""),
        ("inputs = \"missing\"", "cannot read missing"),
        ("cases = \"missing\", stack = []", "unknown key \"stack\"; the keys are \"cases\""),
        ("max_cycles = -1", "\"max_cycles\" is -1, expected a number from 0"),
    ];
    for (attribute, message) in cases {
        let text = format!("@test({attribute})\nproc.t end\nbegin exec.t end\n");
        let sandbox = Sandbox::with_program(&text);
        sandbox.run("test p.masm").exits(2).says(message);
    }
}

#[test]
fn what_is_not_there_is_said() {
    let sandbox = Sandbox::with_program("@test proc.adds add end begin exec.adds end\n");
    sandbox
        .run("test p.masm --exact p::add")
        .exits(2)
        .says("no test is called `p::add`; did you mean `p::adds`?");
    sandbox.run("test p.masm --filter x").exits(2).says("no name of a test contains `x`");
    sandbox.write("p.masm", "begin add end\n");
    sandbox.run("test p.masm").exits(2).says("there are no tests; `@test` before a procedure makes it one");
    sandbox.write("p.masm", "@test proc.adds addd end\nbegin exec.adds end\n");
    sandbox.run("test p.masm").exits(2).says("did you mean `add`?");
}

#[test]
fn results_are_written_for_build_servers() {
    let text = "@test(expect = [\"1\"])\n@test(name = \"<&\\\">\", expect = [2])\nproc.t push.2 end\nbegin exec.t end\n";
    let sandbox = Sandbox::with_program(text);
    sandbox.run("test p.masm --junit results.xml").exits(1).says("done: wrote results.xml");
    let xml = String::from_utf8(sandbox.read("results.xml")).unwrap();
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"2\" failures=\"1\""),
        "{xml}"
    );
    assert!(xml.contains(r#"<testcase classname="p" name="t#1" file="p.masm" line="1" time="#), "{xml}");
    assert!(xml.contains(r#"<failure message="the stack is [2], not [1]">"#), "{xml}");
    assert!(xml.contains(r#"name="t#&lt;&amp;&quot;&gt;""#), "{xml}");
    sandbox.run("test p.masm --junit p.masm").exits(2).says("it is also an input");
}

/// The first block of a kind in the section of the book.
fn example(kind: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/user/cli.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("\n## Testing\n").unwrap();
    let (_, block) = section.split_once(&format!("```{kind}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_example_of_the_book_passes_and_its_message_is_current() {
    let sandbox = Sandbox::with_program(&example("masm"));
    let run = sandbox.run("test p.masm").exits(0);
    assert!(run.stdout.ends_with("3 passed, 0 failed\n"), "{run:?}");
    sandbox.write("p.masm", example("masm").replace("expect = [2]", "expect = [3]"));
    let run = sandbox.run("test p.masm").exits(1);
    assert_eq!(format!("$ miden test p.masm\n{}", run.stderr), example("text"));
}

#[test]
fn runs_are_proven_and_kernels_are_used() {
    let sandbox = Sandbox::with_program(
        "@test(stack = [4], expect = [5])\n@test(stack = [0], fault = \"DivideByZero\")\n\
         @test(random = [\"1..9\"])\nproc.t dup inv drop syscall.increment end\nbegin exec.t end\n",
    );
    sandbox.write("k.masm", "export.increment add.1 end\n");
    let run = sandbox.run("test p.masm -k k.masm --prove").exits(0);
    assert!(run.stdout.ends_with("3 passed, 0 failed\n"), "{run:?}");
    sandbox.run("test p.masm").exits(2).says("no kernel exports procedure `increment`");
}

#[test]
fn the_tests_of_the_examples_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let run = outcome(miden(&root).args(["test", "examples"])).exits(0);
    assert!(run.stdout.contains("ok    examples::sort::sort::takes_numbers_only#1 ("), "{run:?}");
}

const COVERED: &str = "proc.absolute\n    dup push.10 gt\n    if.true\n        push.10\n        sub\n    else\n        push.0\n        \
                       drop\n    end\nend\n\nproc.unused\n    debug.stack\n    add\n    exec.absolute\nend\n\n\
                       @test(stack = [12], expect = [2])\n@test(stack = [15], top = [5])\nproc.t\n    exec.absolute\nend\n\n\
                       begin\n    exec.absolute\nend\n";

#[test]
fn coverage_shows_the_lines_that_no_test_executes() {
    let sandbox = Sandbox::with_program(COVERED);
    let run = sandbox.run("test p.masm --coverage --lcov c.info").exits(0);
    // Lines 7 and 8 are the other branch, 14 and 15 the procedure that nothing invokes, 25 the program. Line 13 has no
    // operation, and lines of tests do not count.
    let expected = "2 passed, 0 failed\nCoverage: 4 of 9 lines\np.masm: 4 of 9 lines, not 7-8, 14-15, 25\n";
    assert!(run.stdout.ends_with(expected), "{run:?}");
    let lcov = String::from_utf8(sandbox.read("c.info")).unwrap();
    let lines: Vec<_> = lcov.lines().collect();
    assert!(lines[1].starts_with("SF:/") && lines[1].ends_with("/p.masm"), "{lcov}");
    let data: Vec<_> = lines.iter().filter(|line| line.starts_with("DA:")).copied().collect();
    let expected =
        ["DA:2,1", "DA:3,1", "DA:4,1", "DA:5,1", "DA:7,0", "DA:8,0", "DA:14,0", "DA:15,0", "DA:25,0"];
    assert_eq!(data, expected);
    assert_eq!(lines[lines.len() - 3..], ["LF:9", "LH:4", "end_of_record"]);
    let value = sandbox.run("test p.masm --coverage --json").exits(0).json();
    let expected = json!([{"file": "p.masm", "lines": 9, "executed": 4, "missed": [7, 8, 14, 15, 25]}]);
    assert_eq!(value["coverage"], expected);
    // A failing test covers what it executes before.
    sandbox.write(
        "p.masm",
        COVERED.replace("@test(stack = [15], top = [5])", "@test(stack = [5], fault = \"DivideByZero\")"),
    );
    let run = sandbox.run("test p.masm --coverage").exits(1);
    assert!(run.stdout.contains("Coverage: 6 of 9 lines\n"), "{run:?}");
}

#[test]
fn coverage_counts_loops_and_modules_of_libraries() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("tools")).unwrap();
    let module = "export.count\n    push.5\n    dup neq.0\n    while.true\n        sub.1\n        dup neq.0\n    end\n    drop\n\
                  end\nexport.other\n    exec.count\nend\n@test\nproc.t\n    exec.count\nend\n";
    sandbox.write("tools/m.masm", module);
    sandbox.run("test tools --lcov c.info").exits(0);
    let lcov = String::from_utf8(sandbox.read("c.info")).unwrap();
    for line in ["DA:2,1\n", "DA:5,5\n", "DA:6,5\n", "DA:8,1\n", "DA:11,0\n"] {
        assert!(lcov.contains(line), "{line} is missing in {lcov}");
    }
    sandbox.run("test tools --lcov tools/m.masm").exits(2);
    assert_eq!(sandbox.read("tools/m.masm"), module.as_bytes());
}

#[test]
fn watched_tests_run_again_after_a_change() {
    let sandbox =
        Sandbox::with_program("@test(stack = [1], expect = [2])\nproc.t add.1 end\nbegin exec.t end\n");
    let mut command = sandbox.command();
    command.args(["test", "p.masm", "--watch"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watch = command.spawn().unwrap();
    // Runs end with this note; a directory is watched before the first run.
    let (sender, notes) = mpsc::channel();
    let stderr = BufReader::new(watch.stderr.take().unwrap());
    thread::spawn(move || {
        let waiting =
            stderr.lines().map_while(Result::ok).filter(|line| line.contains("waiting for changes"));
        for _ in waiting {
            // The test may have ended.
            let _ = sender.send(());
        }
    });
    let mut stdout = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    let finish = || notes.recv_timeout(Duration::from_secs(120)).expect("the watch does not run");
    let mut summary = || stdout.find(|line| line.contains("passed")).unwrap();
    finish();
    assert_eq!(summary(), "1 passed, 0 failed");
    sandbox.write("p.masm", "@test(stack = [1], expect = [3])\nproc.t add.1 end\nbegin exec.t end\n");
    finish();
    assert_eq!(summary(), "0 passed, 1 failed");
    watch.kill().unwrap();
    watch.wait().unwrap();
}
