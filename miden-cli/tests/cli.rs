//! The commands as users see them: results, messages, exit status.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    io::Read,
    process::{Command, Stdio},
};

use expect_test::expect;
use serde_json::{Value, json};

mod support;

use support::{Sandbox, outcome};

const PROGRAM: &str = "begin push.2 add mul end";
const INPUTS: &str = r#"{"stack_init": ["5", "3", "4"]}"#;

/// A sandbox with a program that leaves 18 and 5.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_program(PROGRAM);
    sandbox.write("p.inputs", INPUTS);
    sandbox
}

fn hash(sandbox: &Sandbox) -> String {
    let value = sandbox.run("compile p.masm --json").exits(0).json();
    value["program_hash"].as_str().unwrap().to_owned()
}

#[track_caller]
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

// --- compile and run ------------------------------------------------------------------------------------------------

#[test]
fn compile_prints_the_program_hash() {
    let sandbox = sandbox();
    let hash = hash(&sandbox);
    assert!(hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    for arguments in ["compile p.masm", "compile -a p.masm", "compile --assembly p.masm"] {
        assert_eq!(sandbox.run(arguments).exits(0).stdout, format!("program hash is {hash}\n"));
    }
    assert_eq!(sandbox.files(), ["p.inputs", "p.masm"]);
}

#[test]
fn compiled_program_replaces_its_source() {
    let sandbox = sandbox();
    sandbox.run("compile p.masm -o p.bin").exits(0);
    let source = sandbox.run("run p.masm --json").exits(0).json();
    assert_eq!(sandbox.run("run p.bin --json").exits(0).json(), source);
    assert_eq!(sandbox.run("compile p.bin --json").exits(0).json()["program_hash"], hash(&sandbox));
}

#[test]
fn run_prints_the_stack() {
    let sandbox = sandbox();
    expect![[r#"
        Output: [18, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    "#]]
    .assert_eq(&sandbox.run("run p.masm").exits(0).stdout);
    assert_eq!(sandbox.run("run p.masm -n 2").exits(0).stdout, "Output: [18, 5]\n");
    assert_eq!(sandbox.run("run p.masm -n 0").exits(0).stdout, "Output: []\n");
    let value = sandbox.run("run p.masm --json -n 2").exits(0).json();
    assert_eq!(keys(&value), ["cycles", "outcome", "stack"]);
    assert_eq!((&value["outcome"], &value["stack"]), (&json!("success"), &json!(["18", "5"])));
    assert!(value["cycles"].as_u64().unwrap() >= 3);
}

#[test]
fn run_prints_items_below_the_sixteenth_on_request() {
    let sandbox = Sandbox::with_program("begin push.1 push.2 end");
    let value = sandbox.run("run p.masm --json -n 99").exits(0).json();
    assert_eq!(value["stack"].as_array().unwrap().len(), 18);
    assert_eq!(sandbox.run("run p.masm --json").exits(0).json()["stack"].as_array().unwrap().len(), 16);
}

#[test]
fn run_writes_the_outputs_file() {
    let sandbox = sandbox();
    assert_eq!(sandbox.run("run p.masm -o result.json").exits(0).stdout, "");
    let file: Value = serde_json::from_slice(&sandbox.read("result.json")).unwrap();
    let mut stack = vec!["0"; 16];
    (stack[0], stack[1]) = ("18", "5");
    assert_eq!(file, json!({"stack": stack, "overflow_addrs": []}));
    assert_eq!(sandbox.files(), ["p.inputs", "p.masm", "result.json"]);
}

#[test]
fn inputs_come_from_beside_the_program_or_by_option() {
    let sandbox = sandbox();
    sandbox.write("other.json", r#"{"operand_stack": ["1", "1"], "advice_stack": []}"#);
    assert!(sandbox.run("run p.masm -i other.json").exits(0).stdout.starts_with("Output: [3, 0, "));
    let without = Sandbox::with_program(PROGRAM);
    assert!(without.run("run p.masm").exits(0).stdout.starts_with("Output: [0, 0, "));
    without.run("run p.masm -i p.inputs").exits(2).says("p.inputs");
}

#[test]
fn programs_read_advice_from_the_file_of_inputs() {
    // Two values from the map, then two from the tape; the key is `[4, 3, 2, 1]` on the stack.
    let sandbox = Sandbox::with_program("begin push.1.2.3.4 adv.keyval dropw adv_push.4 end");
    let key = "0100000000000000020000000000000003000000000000000400000000000000";
    let map = json!({"stack_init": [], "advice_tape": ["5", "6"], "advice_map": {key: [7, "8"]}});
    sandbox.write("p.inputs", map.to_string());
    assert!(sandbox.run("run p.masm").exits(0).stdout.starts_with("Output: [6, 5, 8, 7, 0, "));
    sandbox.write("p.inputs", r#"{"operand_stack": [], "advice_map": {}}"#);
    let value = sandbox.run("run p.masm --json").exits(1).json();
    assert_eq!((&value["error"], &value["line"]), (&json!("AdviceKeyNotFound"), &json!(1)));

    // `[d, i, R]` for each of three kinds of tree with the same root.
    let leaves: Vec<_> = (1..=4).map(|value| format!("{value:02x}{}", "0".repeat(62))).collect();
    let words: Vec<miden_core::Digest> = leaves.iter().map(|leaf| leaf.parse().unwrap()).collect();
    let mut store = miden_core::MerkleStore::new();
    let root = store.add_tree(&words).unwrap();
    let inner = store.node(&root, 1, 0).unwrap().to_hex();
    let mut stack: Vec<_> = root.elements().iter().map(ToString::to_string).collect();
    stack.extend(["2".to_owned(), "2".to_owned()]);
    sandbox.write("p.masm", "begin mtree_get end");
    for tree in [
        json!({"merkle_tree": leaves}),
        json!({"sparse_merkle_tree": [[0, leaves[0]], [1, leaves[1]], [2, leaves[2]], [3, leaves[3]]], "depth": 2}),
        json!({"partial_merkle_tree": [[[1, 0], inner], [[2, 2], leaves[2]], [[2, 3], leaves[3]]]}),
    ] {
        let inputs = json!({"operand_stack": stack, "merkle_store": [tree]});
        sandbox.write("p.inputs", inputs.to_string());
        let run = sandbox.run("run p.masm").exits(0);
        assert!(run.stdout.starts_with("Output: [0, 0, 0, 3, "), "{run:#?}");
    }
    sandbox.write("p.inputs", json!({"operand_stack": stack}).to_string());
    assert_eq!(sandbox.run("run p.masm --json").exits(1).json()["error"], "AdviceSetNotFound");
}

#[test]
fn event_without_handler_is_an_error() {
    let sandbox = Sandbox::with_program("begin\n    push.1\n    emit.77\n    drop\nend\n");
    sandbox.run("run p.masm").exits(1).says("event 77 has no handler");
}

// --- errors of sources and files ------------------------------------------------------------------------------------

#[test]
fn all_errors_of_a_source_are_shown() {
    let sandbox = Sandbox::with_program("begin\n    addd\n    push.x\nend\n");
    let run =
        sandbox.run("run p.masm").exits(2).says("p.masm:2:5").says("p.masm:3").says("did you mean `add`?");
    assert_eq!(run.stdout, "");
    let value = sandbox.run("compile p.masm --json").exits(2).json();
    assert_eq!((&value["outcome"], &value["error"]), (&json!("error"), &json!("assembly")));
    let lines: Vec<_> = value["errors"].as_array().unwrap().iter().map(|error| &error["line"]).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn json_errors_have_all_that_the_text_shows() {
    let sandbox = Sandbox::with_program("proc.f drop end\nproc.f\n    addd\nend\nbegin exec.f end\n");
    let value = sandbox.run("compile p.masm --json").exits(2).json();
    let expected = json!([
        {
            "file": "p.masm", "line": 2, "column": 6, "end_line": 2, "end_column": 7,
            "severity": "error", "message": "procedure `f` is defined twice",
            "related": [{
                "file": "p.masm", "line": 1, "column": 6, "end_line": 1, "end_column": 7,
                "message": "first defined here",
            }],
        },
        {
            "file": "p.masm", "line": 3, "column": 5, "end_line": 3, "end_column": 9,
            "severity": "error", "message": "unknown instruction `addd`", "help": "did you mean `add`?",
        },
    ]);
    assert_eq!(value["errors"], expected);
    assert_eq!(value.get("not_shown"), None);
}

#[test]
fn json_errors_are_as_many_as_in_the_text() {
    let sandbox = Sandbox::with_program(&format!("begin\n{}end\n", "    frobnicate\n".repeat(20_000)));
    let run = sandbox.run("compile p.masm --json").exits(2);
    assert!(run.stdout.len() < 30_000, "{} bytes", run.stdout.len());
    let value = run.json();
    assert_eq!(value["errors"].as_array().unwrap().len(), 100);
    assert_eq!((&value["not_shown"], &value["message"]), (&json!(19_900), &json!("20000 errors")));
    // The same for several files.
    let value = sandbox.run("fmt missing.masm other.masm --json").exits(2).json();
    assert_eq!(value.get("not_shown"), None);
    sandbox.write("a.masm", "proc.f\n".repeat(300));
    sandbox.write("b.masm", "proc.f\n".repeat(200));
    let value = sandbox.run("fmt a.masm b.masm --json").exits(2).json();
    let shown = value["errors"].as_array().unwrap().len() as u64;
    assert!((100..=200).contains(&shown) && value["not_shown"].as_u64().unwrap() > 100, "{value}");
}

#[test]
fn a_missing_directory_of_a_result_is_named() {
    let sandbox = sandbox();
    sandbox
        .run("compile p.masm -o missing/p.masp")
        .exits(2)
        .says("cannot write missing/p.masp: the directory missing does not exist");
}

#[test]
fn files_that_are_not_programs_are_rejected() {
    let sandbox = sandbox();
    sandbox.write("binary", [b'b', 0xff, 0xfe]);
    sandbox.write("empty", "");
    for (arguments, message) in [
        ("run missing.masm", "missing.masm"),
        ("run .", "cannot read ."),
        ("run binary", "byte 1 is not UTF-8"),
        ("run empty", "empty"),
    ] {
        sandbox.run(arguments).exits(2).says(message);
        let value = sandbox.run(&format!("{arguments} --json")).exits(2).json();
        assert_eq!(value["outcome"], "error");
    }
}

#[test]
fn altered_compiled_program_is_rejected() {
    let sandbox = sandbox();
    sandbox.run("compile p.masm -o p.bin").exits(0);
    let (bytes, hash) = (sandbox.read("p.bin"), hash(&sandbox));
    for index in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[index] ^= 1;
        sandbox.write("altered.bin", &altered);
        let compile = sandbox.run("compile altered.bin --json");
        assert_ne!(compile.json()["program_hash"], hash, "byte {index}");
        compile.exits(2);
    }
    sandbox.write("short.bin", &bytes[..bytes.len() - 1]);
    sandbox.run("run short.bin").exits(2).says("short.bin");
}

#[test]
fn malformed_inputs_are_rejected() {
    let sandbox = sandbox();
    for (content, message) in [
        (r#"{"stack_init": ["1", "x"]}"#, "\"stack_init\" item 1 is \"x\""),
        (r#"{"stack_init": ["18446744069414584321"]}"#, "not below the field modulus"),
        (r#"{"stack_init": [1.5]}"#, "\"stack_init\" item 0 is 1.5, expected a number"),
        (r#"{"stack_init": ["#, "line 1 column"),
        (r#"{}"#, "\"stack_init\" is missing"),
        (r#"{"stack_init": [], "advice_map": {"7": []}}"#, "a key of \"advice_map\" is \"7\""),
        (
            r#"{"stack_init": [], "merkle_store": [{"merkle_tree": ["7"]}]}"#,
            "\"merkle_tree\" item 0 is \"7\"",
        ),
        (r#"{"stack_init": [], "merkle_store": [{"merkle_tree": []}]}"#, "a power of two"),
    ] {
        sandbox.write("p.inputs", content);
        sandbox.run("run p.masm").exits(2).says("p.inputs").says(message);
    }
}

#[test]
fn unwritable_results_are_reported_before_the_work() {
    let sandbox = sandbox();
    for arguments in
        ["run p.masm -o no/x", "prove p.masm -p no/x", "prove p.masm -o no/x", "compile p.masm -o no/x"]
    {
        let run = sandbox.run(arguments).exits(2).says("cannot write no/x");
        assert!(!run.stderr.contains("done"), "{run:?}");
    }
    sandbox.run("compile p.masm -o p.masm").exits(2).says("it is also an input");
    assert_eq!(sandbox.read("p.masm"), PROGRAM.as_bytes());
}

#[test]
fn bad_usage_is_rejected() {
    let sandbox = sandbox();
    for arguments in [
        "",
        "fly",
        "run",
        "run p.masm -a p.masm",
        "run p.masm --max-cycles 0",
        "run p.masm -n x",
        "prove p.masm -s 64bits",
        "verify -p p.proof",
        "verify -p p.proof --program-hash 00",
    ] {
        sandbox.run(arguments).exits(2);
    }
    let value = sandbox.run("prove p.masm -s 64bits --json").exits(2).json();
    assert_eq!((&value["outcome"], &value["error"]), (&json!("error"), &json!("usage")));
    for arguments in ["--help", "--version", "run --help", "verify --help", "verify -h", "run -h"] {
        assert!(!sandbox.run(arguments).exits(0).stdout.is_empty());
    }
}

#[test]
fn closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::with_program("begin repeat.9000 push.1 end end");
    let mut command = sandbox.command();
    command.args(["run", "p.masm", "-n", "9000"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success(), "{stderr}");
    assert!(!stderr.contains("panicked") && !stderr.contains("error"), "{stderr}");
}

// --- prove and verify -----------------------------------------------------------------------------------------------

/// A sandbox with a proof, and the arguments to verify it.
fn proven() -> (Sandbox, String) {
    let sandbox = sandbox();
    sandbox.run("prove p.masm").exits(0);
    let arguments = format!("verify -p p.proof --json --program-hash {}", hash(&sandbox));
    (sandbox, arguments)
}

#[track_caller]
fn is_invalid(sandbox: &Sandbox, arguments: &str) {
    let verify = sandbox.run(arguments).exits(1).says("Program failed verification! - ");
    let value = verify.json();
    assert_eq!(value["valid"], false);
    assert!(!value["reason"].as_str().unwrap().is_empty());
}

#[test]
fn prove_writes_proof_and_outputs_and_verify_accepts_them() {
    let sandbox = sandbox();
    let value = sandbox.run("prove p.masm --json").exits(0).json();
    assert_eq!(
        keys(&value),
        [
            "cycles",
            "hiding",
            "kernel",
            "outcome",
            "program_hash",
            "proof_bytes",
            "prove_ms",
            "security",
            "stack",
            "trace_rows"
        ]
    );
    assert_eq!(value["stack"][0], "18");
    assert_eq!(value["program_hash"], hash(&sandbox));
    assert_eq!(value["trace_rows"], 1024);
    assert_eq!(value["proof_bytes"], sandbox.read("p.proof").len());
    assert_eq!(value["security"]["set"], "fast-96");
    assert!(value["security"]["conjectured"].as_u64().unwrap() >= 96);
    assert_eq!(sandbox.files(), ["p.inputs", "p.masm", "p.outputs", "p.proof"]);

    let verified = sandbox.run(&format!("verify -p p.proof -x {} --json", hash(&sandbox))).exits(0).json();
    assert_eq!(keys(&verified), ["hiding", "kernel", "outcome", "security", "valid"]);
    assert_eq!((&value["hiding"], &verified["hiding"]), (&json!(true), &json!(true)));
    assert_eq!((&verified["valid"], &verified["security"]), (&json!(true), &value["security"]));
    let text = sandbox.run(&format!("verify -p p.proof -x {}", hash(&sandbox))).exits(0).stdout;
    assert!(text.contains("valid") && text.contains("fast-96"), "{text}");
}

#[test]
fn every_parameter_set_proves_and_is_reported() {
    let sandbox = sandbox();
    for (name, set) in [
        ("fast-96", "fast-96"),
        ("small-96", "small-96"),
        ("std-128", "std-128"),
        ("proven-100", "proven-100"),
        ("96bits", "fast-96"),
        ("128bits", "std-128"),
    ] {
        let value = sandbox.run(&format!("prove p.masm --json -s {name}")).exits(0).json();
        assert_eq!(value["security"]["set"], set);
        let verify = format!("verify -p p.proof --json -x {}", hash(&sandbox));
        assert_eq!(sandbox.run(&verify).exits(0).json()["security"], value["security"]);
    }
}

#[test]
fn proof_is_invalid_for_another_program_input_or_output() {
    let (sandbox, arguments) = proven();
    assert_eq!(sandbox.run(&arguments).exits(0).json()["valid"], true);

    sandbox.write("other.masm", "begin push.2 mul add end");
    let other = sandbox.run("compile other.masm --json").exits(0).json();
    let hash = other["program_hash"].as_str().unwrap();
    is_invalid(&sandbox, &format!("verify -p p.proof --json -x {hash}"));

    let outputs = String::from_utf8(sandbox.read("p.outputs")).unwrap();
    sandbox.write("wrong.outputs", outputs.replacen("18", "19", 1));
    is_invalid(&sandbox, &format!("{arguments} -o wrong.outputs"));
    let longer = outputs.replacen("\"18\"", "\"18\", \"0\"", 1);
    sandbox.write("wrong.outputs", longer);
    is_invalid(&sandbox, &format!("{arguments} -o wrong.outputs"));

    sandbox.write("wrong.inputs", INPUTS.replacen('5', "6", 1));
    is_invalid(&sandbox, &format!("{arguments} -i wrong.inputs"));
    sandbox.write("wrong.inputs", r#"{"stack_init": ["0", "5", "3", "4"]}"#);
    let same_stack = sandbox.run(&format!("{arguments} -i wrong.inputs"));
    assert_eq!(same_stack.json()["valid"], true, "fewer than 16 inputs stand for the stack with zeros below");
}

#[test]
fn verify_rejects_other_parameter_sets_on_request() {
    let (sandbox, arguments) = proven();
    sandbox.run(&format!("{arguments} -s fast-96")).exits(0);
    is_invalid(&sandbox, &format!("{arguments} -s std-128"));
}

#[test]
fn altered_proof_is_invalid() {
    let (sandbox, arguments) = proven();
    let bytes = sandbox.read("p.proof");
    let lengths = [0, 1, 4, 8, 64, bytes.len() / 2, bytes.len() - 1];
    for length in lengths {
        sandbox.write("p.proof", &bytes[..length]);
        is_invalid(&sandbox, &arguments);
    }
    sandbox.write("p.proof", [&bytes[..], &[0]].concat());
    is_invalid(&sandbox, &arguments);
    // Every byte of the header (magic, version, parameter set, trace length), then samples of the rest.
    for index in (0..32).chain((32..bytes.len()).step_by(bytes.len() / 64)) {
        let mut altered = bytes.clone();
        altered[index] ^= 1;
        sandbox.write("p.proof", &altered);
        is_invalid(&sandbox, &arguments);
    }
}

#[test]
fn unreadable_proof_or_outputs_are_rejected() {
    let (sandbox, arguments) = proven();
    let missing = sandbox.run(&format!("{arguments} -o missing.outputs")).exits(2).says("missing.outputs");
    assert_eq!(missing.json()["valid"], false);
    sandbox.write("p.outputs", r#"{"stack": ["top"]}"#);
    sandbox.run(&arguments).exits(2).says("p.outputs");
    sandbox.run(&format!("verify -p missing.proof -x {}", hash(&sandbox))).exits(2).says("missing.proof");
    sandbox.run("verify -p p.proof -x XYZ").exits(2).says("hex digits");
}

#[test]
fn proofs_say_whether_they_hide_the_execution() {
    let sandbox = sandbox();
    let verify = format!("verify -p p.proof -x {}", hash(&sandbox));
    for (option, hides, says) in
        [("", true, "The proof hides the execution."), (" --no-hiding", false, "does not hide the execution")]
    {
        let proven = sandbox.run(&format!("prove p.masm{option} --json")).exits(0).json();
        assert_eq!(proven["hiding"], hides);
        assert_eq!(sandbox.run(&format!("{verify} --json")).exits(0).json()["hiding"], hides);
        assert!(sandbox.run(&verify).exits(0).stdout.contains(says));
        let required = sandbox.run(&format!("{verify} --require-hiding"));
        if hides {
            required.exits(0)
        } else {
            required.exits(1).says("hide")
        };
    }
}

/// The length of a trace is public; a minimum makes those of shorter runs equal.
#[test]
fn a_minimum_of_rows_hides_the_length_of_the_run() {
    let sandbox = sandbox();
    for (minimum, rows) in [(0, 1 << 10), (1 << 10, 1 << 10), ((1 << 10) + 1, 1 << 11), (1 << 13, 1 << 13)] {
        let arguments = format!("prove p.masm --min-rows {minimum} --json");
        assert_eq!(sandbox.run(&arguments).exits(0).json()["trace_rows"], rows);
        sandbox.run(&format!("verify -p p.proof -x {}", hash(&sandbox))).exits(0);
    }
    let too_many = format!("prove p.masm --min-rows {}", u64::MAX);
    sandbox.run(&too_many).exits(2).says("rows");
}

/// Zeros at the bottom of a stack of up to 16 items make no difference, in inputs and in outputs.
#[test]
fn equal_statements_are_equal() {
    let sandbox = Sandbox::with_program("begin add end");
    let proofs = ["[3, 4]", "[0, 0, 3, 4]"].map(|stack| {
        sandbox.write("p.inputs", format!(r#"{{"operand_stack": {stack}}}"#));
        sandbox.run("prove p.masm").exits(0);
        sandbox.read("p.proof")
    });
    let arguments = format!("verify -p p.proof -x {}", hash(&sandbox));
    for inputs in ["[3, 4]", "[0, 3, 4]", "[0,0,0,0, 0,0,0,0, 0,0,0,0, 0,0,3,4]"] {
        sandbox.write("p.inputs", format!(r#"{{"operand_stack": {inputs}}}"#));
        for outputs in ["[7]", "[7, 0, 0]"] {
            sandbox.write("p.outputs", format!(r#"{{"stack": {outputs}}}"#));
            for proof in &proofs {
                sandbox.write("p.proof", proof);
                sandbox.run(&arguments).exits(0);
            }
        }
    }
    sandbox.write("p.outputs", r#"{"stack": [0, 7]}"#);
    sandbox.run(&arguments).exits(1);
}

#[test]
fn logs_appear_on_request() {
    let sandbox = sandbox();
    let mut command: Command = sandbox.command();
    let run = outcome(command.args(["prove", "p.masm"]).env("MIDEN_LOG", "info")).exits(0);
    assert!(run.stderr.contains("INFO"), "{run:?}");
    assert!(!sandbox.run("prove p.masm").exits(0).stderr.contains("INFO"));
}

#[test]
fn no_opt_assembles_code_as_written() {
    let sandbox = Sandbox::with_program("begin push.3 push.4 mul add.0 end");
    sandbox.write("k.masm", "export.twice push.2 mul end");
    let short = sandbox.run("compile p.masm --json").exits(0).json();
    let written = sandbox.run("compile p.masm --no-opt --json").exits(0).json();
    assert_ne!(short["program_hash"], written["program_hash"]);
    let cycles = |arguments: &str| {
        let run = sandbox.run(arguments).exits(0).json();
        assert_eq!(run["stack"][0], "12");
        run["cycles"].as_u64().unwrap()
    };
    assert!(cycles("run p.masm --json") < cycles("run p.masm --no-opt --json"));
    // The kernel is part of the statement and must be assembled in the same way.
    sandbox.run("prove p.masm -k k.masm --no-opt").exits(0);
    let hash = written["program_hash"].as_str().unwrap();
    sandbox.run(&format!("verify -p p.proof -x {hash} -k k.masm --no-opt")).exits(0);
    sandbox.run(&format!("verify -p p.proof -x {hash} -k k.masm")).exits(1);
}
