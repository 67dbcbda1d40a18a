//! Inputs on the command line: files in JSON and TOML, lists in arguments, `miden inputs`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;
use serde_json::json;

mod support;

use support::Sandbox;

#[test]
fn lists_in_arguments_replace_those_of_the_file() {
    let sandbox = Sandbox::with_program("begin adv_push.1 end");
    let stack = |arguments: &str| sandbox.run(&format!("run p.masm -n 3 {arguments}")).exits(0).stdout;
    assert_eq!(stack("--stack 1,2 --advice 9"), "Output: [9, 2, 1]\n");
    assert_eq!(stack("--stack -1 --advice -2"), "Output: [18446744069414584319, 18446744069414584320, 0]\n");
    assert_eq!(stack("--advice=7"), "Output: [7, 0, 0]\n");
    sandbox.write("p.inputs", r#"{"operand_stack": ["4"], "advice_stack": ["5"]}"#);
    assert_eq!(stack(""), "Output: [5, 4, 0]\n");
    assert_eq!(stack("--stack 1,2"), "Output: [5, 2, 1]\n");
    assert_eq!(stack("--advice 6,7"), "Output: [6, 4, 0]\n");
    let word = "0100000000000000020000000000000003000000000000000400000000000000";
    assert_eq!(stack(&format!("--stack 0x{word} --advice {word}")), "Output: [1, 4, 3]\n");
    sandbox.run("run p.masm --stack 1,x").exits(2).says("arguments: \"--stack\" item 1 is \"x\"");
    sandbox.run("run p.masm --advice 18446744069414584321").exits(2).says("not below the field modulus");
}

#[test]
fn proofs_can_be_made_and_verified_without_a_file_of_inputs() {
    let sandbox = Sandbox::with_program("begin adv_push.1 add end");
    let value = sandbox.run("prove p.masm --stack 3,-1 --advice 5 --json").exits(0).json();
    assert_eq!(value["stack"][0], "4");
    let verify = format!("verify -p p.proof -x {}", value["program_hash"].as_str().unwrap());
    sandbox.run(&format!("{verify} --stack 3,-1")).exits(0);
    sandbox.run(&format!("{verify} --stack 3,1")).exits(1);
    assert_eq!(sandbox.files(), ["p.masm", "p.outputs", "p.proof"]);
}

#[test]
fn membership_needs_no_side_program() {
    let sandbox = Sandbox::with_program("begin mtree_get end");
    let expected = "Output: [0, 0, 0, 7, ";
    let tree = "[[5, 0, 0, 0], [6, 0, 0, 0], [7, 0, 0, 0], [8, 0, 0, 0]]";
    let toml = format!(
        "operand_stack = [{{root = \"members\"}}, 2, 2]\n[[merkle_store]]\nname = \"members\"\nmerkle_tree = {tree}\n"
    );
    sandbox.write("p.inputs", &toml);
    assert!(sandbox.run("run p.masm").exits(0).stdout.starts_with(expected));
    sandbox.write("other.toml", toml);
    assert!(sandbox.run("run p.masm -i other.toml").exits(0).stdout.starts_with(expected));
}

#[test]
fn texts_are_in_the_order_of_the_hash_functions() {
    // 64 bytes in 16 elements; the digest is that of SHA-256.
    let text = "The quick brown fox jumps over the lazy dog, and then once more.";
    let sandbox = Sandbox::with_program("use.std::crypto::hashes::sha256\nbegin exec.sha256::hash_2to1 end");
    let inputs = json!({"operand_stack": [{"text": text, "pack": "u32be"}]});
    sandbox.write("p.inputs", inputs.to_string());
    let stack = sandbox.run("run p.masm -n 8 --json").exits(0).json()["stack"].clone();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes());
    let expected: Vec<_> =
        digest.as_chunks().0.iter().map(|&word| u32::from_be_bytes(word).to_string()).collect();
    assert_eq!(stack, json!(expected));
}

// --- miden inputs ---------------------------------------------------------------------------------------------------

/// The example in the book.
fn member() -> Sandbox {
    let book = include_str!("../../docs/src/user/cli.md");
    let (_, example) = book.split_once("gets the root from the file of inputs:\n\n```json\n").unwrap();
    let sandbox = Sandbox::new();
    sandbox.write("member.masm", "begin mtree_get end");
    sandbox.write("member.inputs", example.split_once("```").unwrap().0);
    sandbox
}

#[test]
fn inputs_shows_what_a_file_gives() {
    let sandbox = member();
    expect![[r#"
        File: member.inputs
        Stack: 6 elements
        Advice tape: 0 elements
        Advice map: 0 lists with 0 elements
        Merkle trees: 1 tree with 3 inner nodes
          members: merkle_tree of 4 leaves, root bc24c771a24cf87d693c6de0999a4a54068b72719aed2e82e9640e0b0f74521b
    "#]].assert_eq(&sandbox.run("inputs member.masm").exits(0).stdout);
    let explained = sandbox.run("inputs member.masm --explain").exits(0).stdout;
    expect![[r#"
        File: member.inputs
        Stack: 6 elements
             0  2  (number, item 2)
             1  1  (number, item 1)
             2  1968763595073152233, 9380696321443400454, 6073837033148464233, 9077089309542524092  (root of "members", item 0)
        Advice tape: 0 elements
        Advice map: 0 lists with 0 elements
        Merkle trees: 1 tree with 3 inner nodes
          members: merkle_tree of 4 leaves, root bc24c771a24cf87d693c6de0999a4a54068b72719aed2e82e9640e0b0f74521b
    "#]].assert_eq(&explained);
    let book = include_str!("../../docs/src/user/cli.md");
    let shown = format!("```text\n$ miden inputs member.masm --explain\n{explained}```\n");
    assert!(book.contains(&shown), "docs/src/user/cli.md should contain:\n{shown}");

    let all = json!({
        "stack_init": [1, {"text": "hi"}, [1, 2, 3, -4]],
        "advice_tape": ["7", {"bytes": "0x0102"}],
        "advice_map": {"[1, 2, 3, 4]": [8, 9]},
    });
    sandbox.write("all.json", all.to_string());
    expect![[r#"
        File: all.json
        Stack: 7 elements
             0  18446744069414584317, 3, 2, 1  (word, item 2)
             4  104, 105  (text "hi", item 1)
             6  1  (number, item 0)
        Advice tape: 3 elements
             0  7  (number, item 0)
             1  1, 2  (bytes, item 1)
        Advice map: 1 list with 2 elements
          0100000000000000020000000000000003000000000000000400000000000000 = [8, 9]
        Merkle trees: 0 trees with 0 inner nodes
    "#]]
    .assert_eq(&sandbox.run("inputs -i all.json --explain").exits(0).stdout);
    let object = sandbox.run("inputs -i all.json --stack 5 --json").exits(0).json();
    assert_eq!(
        object,
        json!({
            "outcome": "success",
            "file": "all.json",
            "operand_stack": ["5"],
            "advice_stack": ["7", "1", "2"],
            "advice_map": {"0100000000000000020000000000000003000000000000000400000000000000": ["8", "9"]},
            "merkle_trees": [],
        })
    );
    // What it prints are inputs again.
    let object = sandbox.run("inputs -i all.json --json").exits(0).json();
    let again = json!({"operand_stack": object["operand_stack"], "advice_stack": object["advice_stack"], "advice_map": object["advice_map"]});
    sandbox.write("again.json", again.to_string());
    let again = sandbox.run("inputs -i again.json --json").exits(0).json();
    assert_eq!(again["operand_stack"], object["operand_stack"]);
    assert_eq!(again["advice_map"], object["advice_map"]);
}

#[test]
fn inputs_reports_missing_and_malformed_files() {
    let sandbox = Sandbox::with_program("begin add end");
    let outcome = sandbox.run("inputs p.masm").exits(0);
    assert!(
        outcome.stdout.starts_with("File: p.inputs does not exist: no inputs\nStack: 0 elements\n"),
        "{outcome:#?}"
    );
    assert_eq!(sandbox.run("inputs p.masm --json").exits(0).json()["missing"], "p.inputs");
    sandbox.run("inputs").exits(2).says("PROGRAM");
    sandbox.run("inputs -i missing").exits(2).says("cannot read missing");
    sandbox.write("p.inputs", "{\"stack_init\": [], \"advice_tap\": []}");
    let value = sandbox.run("inputs p.masm --json").exits(2).says("did you mean \"advice_tape\"?").json();
    assert_eq!(value["error"], "values");
}

#[test]
fn malformed_files_of_inputs_name_what_is_wrong() {
    let sandbox = Sandbox::with_program("begin add end");
    for (content, message) in [
        (r#"{"operand_stack": ["5"], "advise_tape": ["3"]}"#, "did you mean \"advice_tape\"?"),
        (r#"[["5"], null, null]"#, "p.inputs: the file is a list, expected an object"),
        ("[]", "p.inputs: the file is a list, expected an object"),
        ("null", "p.inputs: the file is null, expected an object"),
    ] {
        sandbox.write("p.inputs", content);
        for command in ["run p.masm", "analyze p.masm", "prove p.masm", "inputs p.masm"] {
            sandbox.run(command).exits(2).says(message);
        }
    }
}
