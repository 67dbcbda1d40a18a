use expect_test::{Expect, expect};
use miden_core::{Digest, FaultClaim, FaultCode, MerkleStore, Opcode, Outcome, StackOutputs};

use std::path::Path;

use miden_core::{
    AdviceInputs, Felt, ProgramInputs, StackInputs,
    field::{FieldElement, StarkField},
};

use super::{inputs::Content, *};
use crate::files::Files;

fn parse(text: &str) -> Result<ProgramInputs, ValueFileError> {
    let path = Path::new("p.inputs");
    let sources = InputSources { file: None, default: None, stack: None, advice: None };
    Content::parse(path, text)?.inputs(Some(path), &sources).map(|inputs| inputs.values)
}

#[track_caller]
fn rejected(text: &str, expected: Expect) {
    expected.assert_eq(&parse(text).unwrap_err().to_string());
}

/// A word with `value` as element 0, as text.
fn hex(value: u8) -> String {
    format!("{value:02x}{}", "0".repeat(62))
}

fn word(value: u8) -> Digest {
    hex(value).parse().unwrap()
}

fn advice(text: &str) -> Result<AdviceInputs, ValueFileError> {
    parse(&format!(r#"{{"operand_stack": [], {text}}}"#)).map(|inputs| inputs.advice)
}

#[track_caller]
fn advice_rejected(text: &str, expected: Expect) {
    expected.assert_eq(&advice(text).unwrap_err().to_string());
}

#[test]
fn old_and_new_keys_are_accepted() {
    let old = r#"{"stack_init": ["1", "2"], "advice_tape": ["5"]}"#;
    let new = r#"{"operand_stack": ["1", "2"], "advice_stack": ["5"], "advice_map": {}, "merkle_store": []}"#;
    let inputs = parse(old).unwrap();
    assert_eq!(inputs.stack, StackInputs::from_ints(&[1, 2]).unwrap());
    assert_eq!(inputs.advice, AdviceInputs::from_ints(&[5]).unwrap());
    assert_eq!(parse(new).unwrap(), inputs);
    assert_eq!(parse(r#"{"stack_init": ["1", "2"], "advice_stack": ["5"]}"#).unwrap(), inputs);
}

#[test]
fn errors_name_file_key_and_index() {
    rejected(
        r#"{"stack_init": [1.5]}"#,
        expect![[
            r#"p.inputs: "stack_init" item 0 is 1.5, expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
    rejected(r#"{"stack_init": "1"}"#, expect![[r#"p.inputs: "stack_init" is "1", expected a list"#]]);
    rejected(r#"{"stack_init": ["1"]"#, expect!["p.inputs: EOF while parsing an object at line 1 column 20"]);
    rejected(r#"{"advice_tape": ["1"]}"#, expect![[r#"p.inputs: key "stack_init" is missing"#]]);
    rejected(
        r#"{"stack_init": [], "operand_stack": []}"#,
        expect![[r#"p.inputs: "stack_init" and "operand_stack" name the same list; use only one"#]],
    );
    rejected(
        r#"{"stack_init": [], "advice_stack": [], "advice_tape": []}"#,
        expect![[r#"p.inputs: "advice_tape" and "advice_stack" name the same list; use only one"#]],
    );
    rejected(
        r#"{"stack_init": [], "stack_init": []}"#,
        expect![[r#"p.inputs: key "stack_init" occurs twice at line 1 column 31"#]],
    );
    rejected(
        r#"{"stack_init": ["1", "--1"]}"#,
        expect![[
            r#"p.inputs: "stack_init" item 1 is "--1", expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
    rejected(
        r#"{"stack_init": ["1", ["2"]]}"#,
        expect![[
            r#"p.inputs: "stack_init" item 1 is a list, expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
    rejected(
        r#"{"stack_init": ["18446744069414584321"]}"#,
        expect![[
            r#"p.inputs: "stack_init" item 0 is 18446744069414584321, not below the field modulus 18446744069414584321"#
        ]],
    );
    rejected(
        r#"{"stack_init": [], "advice_stack": ["99999999999999999999"]}"#,
        expect![[
            r#"p.inputs: "advice_stack" item 0 is 99999999999999999999, not below the field modulus 18446744069414584321"#
        ]],
    );
    rejected(
        &format!("{{\"stack_init\": [\"{}\"]}}", "x\\n".repeat(99)),
        expect![[
            r#"p.inputs: "stack_init" item 0 is "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n…", expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
}

#[test]
fn advice_map_is_parsed() {
    let text = format!(r#""advice_map": {{"{}": [1, "2"], "0x{}": []}}"#, hex(7), hex(8));
    let map = [(word(7), vec![Felt::new(1), Felt::new(2)]), (word(8), Vec::new())];
    assert_eq!(advice(&text).unwrap(), AdviceInputs::default().with_map(map.into()));
}

#[test]
fn malformed_advice_map_is_rejected() {
    advice_rejected(
        r#""advice_map": [1]"#,
        expect![[r#"p.inputs: "advice_map" is a list, expected an object of lists"#]],
    );
    advice_rejected(
        r#""advice_map": {"12": []}"#,
        expect![[
            r#"p.inputs: a key of "advice_map" is "12", expected a word: 64 hex digits, each element as 8 little-endian bytes, or a list of four numbers; all below the field modulus"#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{}": []}}"#, "f".repeat(64)),
        expect![[
            r#"p.inputs: a key of "advice_map" is "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", expected a word: 64 hex digits, each element as 8 little-endian bytes, or a list of four numbers; all below the field modulus"#
        ]],
    );
    let key = hex(7);
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": 5}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" is 5, expected a list"#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": [1, true]}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" item 1 is true, expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": [18446744073709551615]}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" item 0 is 18446744073709551615, not below the field modulus 18446744069414584321"#
        ]],
    );
    let numbers = "[7, 0, 0, 0]".to_owned();
    for again in [format!("0x{key}"), key.to_uppercase().replacen("07", "0X07", 1), numbers] {
        let error = advice(&format!(r#""advice_map": {{"{key}": [], "{again}": []}}"#)).unwrap_err();
        assert_eq!(error.to_string(), format!("p.inputs: \"advice_map\" \"{again}\" occurs twice"));
    }
}

#[test]
fn merkle_trees_are_parsed() {
    let [a, b, c] = [1, 2, 3].map(hex);
    let text = format!(
        r#""merkle_store": [
            {{"merkle_tree": ["{a}", "0x{b}"]}},
            {{"sparse_merkle_tree": [[5, "{a}"], ["9223372036854775807", "{b}"]]}},
            {{"sparse_merkle_tree": [[5, "{a}"]], "depth": 20}},
            {{"partial_merkle_tree": [[[1, 0], "{a}"], [["2", "2"], "{b}"], [[2, 3], "{c}"]]}}
        ]"#
    );
    let [a, b, c] = [1, 2, 3].map(word);
    let mut store = MerkleStore::new();
    store.add_tree(&[a, b]).unwrap();
    store.add_sparse_tree(63, &[(5, a), ((1 << 63) - 1, b)]).unwrap();
    store.add_sparse_tree(20, &[(5, a)]).unwrap();
    store.add_partial_tree(&[((1, 0), a), ((2, 2), b), ((2, 3), c)]).unwrap();
    assert_eq!(advice(&text).unwrap(), AdviceInputs::default().with_merkle_store(store));
}

#[test]
fn malformed_merkle_trees_are_rejected() {
    let word = hex(1);
    let rejected = |trees: &str, expected| advice_rejected(&format!(r#""merkle_store": {trees}"#), expected);
    rejected("{}", expect![[r#"p.inputs: "merkle_store" is an object, expected a list of Merkle trees"#]]);
    let kinds = r#"expected an object with one of the keys "merkle_tree", "sparse_merkle_tree" (with "depth" unless it is 63), "partial_merkle_tree", and perhaps a "name""#;
    for (tree, got) in [
        ("{}", "an object"),
        ("[]", "a list"),
        ("null", "null"),
        (r#"{"merkle_tree": [], "depth": 1}"#, "an object"),
        (r#"{"merkle_tree": [], "sparse_merkle_tree": []}"#, "an object"),
    ] {
        let error = advice(&format!(r#""merkle_store": [{tree}]"#)).unwrap_err();
        assert_eq!(error.to_string(), format!("p.inputs: \"merkle_store\" item 0 is {got}, {kinds}"));
    }
    rejected(
        r#"[{"merkel_tree": []}]"#,
        expect![[
            r#"p.inputs: unknown key "merkel_tree" of "merkle_store" item 0; did you mean "merkle_tree"?"#
        ]],
    );
    rejected(
        r#"[{"sparse_merkle_tree": [], "deph": 3}]"#,
        expect![[r#"p.inputs: unknown key "deph" of "merkle_store" item 0; did you mean "depth"?"#]],
    );
    rejected(
        r#"[{"merkle_tree": {}}]"#,
        expect![[r#"p.inputs: "merkle_store" item 0 "merkle_tree" is an object, expected a list of leaves"#]],
    );
    rejected(
        &format!(r#"[{{"merkle_tree": ["{word}", "{word}"]}}, {{"merkle_tree": ["{word}", "12"]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 1 "merkle_tree" item 1 is "12", expected a word: 64 hex digits, each element as 8 little-endian bytes, or a list of four numbers; all below the field modulus"#
        ]],
    );
    rejected(
        &format!(r#"[{{"merkle_tree": ["{word}", "{word}", "{word}"]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "merkle_tree": the number of leaves of a Merkle tree must be a power of two and at least 2, but is 3"#
        ]],
    );
    rejected(
        r#"[{"sparse_merkle_tree": [[1]]}]"#,
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree" item 0 is a list, expected [index, leaf]"#
        ]],
    );
    rejected(
        &format!(r#"[{{"sparse_merkle_tree": [[-1, "{word}"]]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree" item 0, index is -1, expected a number from 0 to 18446744073709551615"#
        ]],
    );
    rejected(
        &format!(r#"[{{"sparse_merkle_tree": [[8, "{word}"]], "depth": 3}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree": index 8 is not below 2^3, the number of nodes at depth 3"#
        ]],
    );
    rejected(
        &format!(r#"[{{"sparse_merkle_tree": [[8, "{word}"], ["8", "{word}"]]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree": two values are given for the node at depth 63, index 8"#
        ]],
    );
    rejected(
        r#"[{"sparse_merkle_tree": [], "depth": 300}]"#,
        expect![[r#"p.inputs: "merkle_store" item 0 "depth": depth 300 is not between 1 and 63"#]],
    );
    rejected(
        r#"[{"sparse_merkle_tree": [], "depth": 64}]"#,
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree": depth 64 is not between 1 and 63"#
        ]],
    );
    rejected(
        &format!(r#"[{{"partial_merkle_tree": [[[1, "x"], "{word}"]]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "partial_merkle_tree" item 0, place, index is "x", expected a number from 0 to 18446744073709551615"#
        ]],
    );
    rejected(
        &format!(r#"[{{"partial_merkle_tree": [[1, "{word}"]]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "partial_merkle_tree" item 0, place is 1, expected [depth, index]"#
        ]],
    );
    rejected(
        &format!(r#"[{{"partial_merkle_tree": [[[1, 1], "{word}"]]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 0 "partial_merkle_tree": the partial Merkle tree lacks the node at depth 1, index 0, the sibling of another node"#
        ]],
    );
}

#[test]
fn outputs_round_trip() {
    let stack = StackOutputs::from_ints(&(0..17).collect::<Vec<_>>()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p.outputs");
    let fault = FaultClaim {
        code: FaultCode::SyscallTargetNotInKernel,
        opcode: Opcode::SysCall,
        clk: u64::MAX,
        deterministic: false,
        target: Some(word(7)),
    };
    let all_codes = FaultCode::ALL.iter().map(|&code| FaultClaim { code, target: None, ..fault });
    let faults = all_codes.chain([fault, FaultClaim { clk: 0, deterministic: true, ..fault }]);
    for outcome in faults.map(Outcome::Fault).chain([Outcome::Success]) {
        for cycle_limit in [None, Some(0), Some(u64::MAX)] {
            let outputs = Outputs { stack: stack.clone(), outcome, cycle_limit };
            std::fs::write(&path, outputs.to_json()).unwrap();
            assert_eq!(Outputs::read(&path, &Files::default()).unwrap(), outputs);
        }
    }
}

#[test]
fn outcome_of_outputs_defaults_to_success() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p.outputs");
    let stack = ["0"; 16];
    let read = |rest: &str| {
        let text = serde_json::to_string(&stack).unwrap();
        std::fs::write(&path, format!("{{\"stack\": {text}{rest}}}")).unwrap();
        let rejected =
            |error: ValueFileError| error.to_string().split_once(".outputs: ").unwrap().1.to_owned();
        Outputs::read(&path, &Files::default()).map(|outputs| outputs.outcome).map_err(rejected)
    };
    assert_eq!(read(""), Ok(Outcome::Success));
    assert_eq!(read(r#", "outcome": "success""#), Ok(Outcome::Success));
    let rejected = |rest: &str, expected: Expect| expected.assert_eq(&read(rest).unwrap_err());
    rejected(
        r#", "outcome": "fault""#,
        expect![[r#""outcome" is "fault", expected "success" or {"fault": {…}}"#]],
    );
    rejected(
        r#", "outcome": {"fault": {}, "success": {}}"#,
        expect![[r#"unknown key "success" of "outcome"; the keys are "fault""#]],
    );
    rejected(
        r#", "outcome": {"fault": []}"#,
        expect![[
            r#""outcome" "fault" is a list, expected an object with "code", "operation", "clk" and "deterministic""#
        ]],
    );
    rejected(
        r#", "outcome": {"fault": {"code": "DivideByZero"}}"#,
        expect![[r#"key "operation" of "outcome" "fault" is missing"#]],
    );
    rejected(
        r#", "outcome": {"fault": {"code": "DivideByOne"}}"#,
        expect![[
            r#""outcome" "fault" "code" is "DivideByOne", expected the name of a fault; see `miden verify --help`"#
        ]],
    );
    let fault = |operation: &str, clk: &str, rest: &str| {
        format!(
            r#", "outcome": {{"fault": {{"code": "DivideByZero", "operation": {operation}, "clk": {clk}{rest}}}}}"#
        )
    };
    rejected(
        &fault("7", "1", ""),
        expect![[r#""outcome" "fault" "operation" is 7, expected the name of an operation"#]],
    );
    rejected(
        &fault("\"invert\"", "1", ""),
        expect![[r#""outcome" "fault" "operation" is "invert", expected the name of an operation"#]],
    );
    rejected(
        &fault("\"inv\"", "-1", ""),
        expect![[r#""outcome" "fault" "clk" is -1, expected a number from 0 to 18446744073709551615"#]],
    );
    rejected(&fault("\"inv\"", "1", ""), expect![[r#"key "deterministic" of "outcome" "fault" is missing"#]]);
    rejected(
        &fault("\"inv\"", "1", r#", "deterministic": "yes""#),
        expect![[r#""outcome" "fault" "deterministic" is "yes", expected true or false"#]],
    );
    rejected(
        &fault("\"inv\"", "1", r#", "deterministic": true, "target": "00""#),
        expect![[
            r#""outcome" "fault" "target" is "00", expected a word: 64 hex digits, each element as 8 little-endian bytes, or a list of four numbers; all below the field modulus"#
        ]],
    );
    rejected(
        r#", "cycle_limit": 1.5"#,
        expect![[r#""cycle_limit" is 1.5, expected a number from 0 to 18446744073709551615"#]],
    );
}

#[test]
fn example_in_the_book_is_parsed() {
    let book = include_str!("../../../docs/src/user/cli.md");
    let (_, example) = book.split_once("```json\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let inputs = parse(example).unwrap();
    let key = Digest::new([1, 2, 3, 4].map(Felt::new));
    assert_eq!(inputs.advice.map().get(&key), Some(&vec![Felt::new(7), Felt::new(8)]));
    assert_eq!(inputs.advice.merkle_store().len(), 1);
    assert_eq!((given(&inputs.stack).len(), inputs.advice.tape().len()), (2, 1));
    let (_, example) = book.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    assert_eq!(parse(example).unwrap(), inputs);
}

// --- forms of the file ----------------------------------------------------------------------------------------------

#[test]
fn only_objects_with_known_keys_are_inputs() {
    rejected("[]", expect!["p.inputs: the file is a list, expected an object"]);
    rejected(r#"[["5"], null, null]"#, expect!["p.inputs: the file is a list, expected an object"]);
    rejected("5", expect!["p.inputs: the file is 5, expected an object"]);
    rejected("", expect![[r#"p.inputs: key "stack_init" is missing"#]]);
    rejected(
        r#"{"operand_stack": ["5"], "advise_tape": ["3"]}"#,
        expect![[r#"p.inputs: unknown key "advise_tape"; did you mean "advice_tape"?"#]],
    );
    rejected(
        r#"{"operand_stack": ["5"], "stack_inti": ["3"]}"#,
        expect![[r#"p.inputs: unknown key "stack_inti"; did you mean "stack_init"?"#]],
    );
    rejected(
        r#"{"operand_stack": [], "comment": "x"}"#,
        expect![[
            r#"p.inputs: unknown key "comment"; the keys are "stack_init", "operand_stack", "advice_tape", "advice_stack", "advice_map", "merkle_store""#
        ]],
    );
    rejected(
        r#"{"operand_stack": null}"#,
        expect![[r#"p.inputs: "operand_stack" is null, expected a list"#]],
    );
    rejected(
        r#"{"operand_stack": [], "advice_tape": null}"#,
        expect![[r#"p.inputs: "advice_tape" is null, expected a list"#]],
    );
    rejected(
        r#"{"operand_stack": [], "advice_map": null}"#,
        expect![[r#"p.inputs: "advice_map" is null, expected an object of lists"#]],
    );
    rejected(
        r#"{"operand_stack": [], "merkle_store": null}"#,
        expect![[r#"p.inputs: "merkle_store" is null, expected a list of Merkle trees"#]],
    );
    rejected(
        r#"{"operand_stack": {}}"#,
        expect![[r#"p.inputs: "operand_stack" is an object, expected a list"#]],
    );
    rejected(r#"{"operand_stack": []} {}"#, expect!["p.inputs: trailing characters at line 1 column 23"]);
    let [key, leaf] = [7, 1].map(hex);
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": [], "{key}": []}}"#),
        expect![[
            r#"p.inputs: key "0700000000000000000000000000000000000000000000000000000000000000" occurs twice at line 1 column 175"#
        ]],
    );
    advice_rejected(
        &format!(r#""merkle_store": [{{"merkle_tree": ["{leaf}", "{leaf}"], "merkle_tree": []}}]"#),
        expect![[r#"p.inputs: key "merkle_tree" occurs twice at line 1 column 206"#]],
    );
}

#[test]
fn toml_and_json_give_the_same() {
    let json = r#"{
        "operand_stack": [1, -2, {"text": "ab"}, [1, 2, 3, 4], {"root": "t"}],
        "advice_stack": ["18446744069414584320", {"bytes": "0x00ff", "pack": "u32be"}],
        "advice_map": {"[1, 2, 3, 4]": [7]},
        "merkle_store": [{"name": "t", "merkle_tree": [[1, 0, 0, 0], [2, 0, 0, 0]]}]
    }"#;
    let toml = r#"
        # A comment.
        operand_stack = [1, -2, {text = "ab"}, [1, 2, 3, 4], {root = "t"}]
        advice_stack = ["18446744069414584320", {bytes = "0x00ff", pack = "u32be"}]
        [advice_map]
        "[1, 2, 3, 4]" = [7]
        [[merkle_store]]
        name = "t"
        merkle_tree = [[1, 0, 0, 0], [2, 0, 0, 0]]
    "#;
    assert_eq!(parse(json).unwrap(), parse(toml).unwrap());
    let table_first = "[advice_map]\n[[merkle_store]]\nmerkle_tree = []";
    rejected(
        table_first,
        expect![[
            r#"p.inputs: "merkle_store" item 0 "merkle_tree": the number of leaves of a Merkle tree must be a power of two and at least 2, but is 0"#
        ]],
    );
    rejected(
        "operand_stack = [1",
        expect![[r#"
        p.inputs: neither a JSON object nor TOML: TOML parse error at line 1, column 19
          |
        1 | operand_stack = [1
          |                   ^
        unclosed array, expected `]`"#]],
    );
    rejected(
        "operand_stack = []\noperand_stack = []",
        expect![[r#"
        p.inputs: neither a JSON object nor TOML: TOML parse error at line 2, column 1
          |
        2 | operand_stack = []
          | ^^^^^^^^^^^^^
        duplicate key"#]],
    );
    rejected(
        "operand_stack = [1979-05-27]",
        expect![[
            r#"p.inputs: "operand_stack" item 0 is "1979-05-27", expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#
        ]],
    );
}

// --- items ----------------------------------------------------------------------------------------------------------

/// The items of a stack from the deepest that is not zero.
fn given(stack: &StackInputs) -> &[Felt] {
    let zeros = stack.items().iter().take_while(|&&item| item == Felt::ZERO).count();
    &stack.items()[zeros..]
}

/// The stack, bottom first, and the tape that one item gives.
fn item(text: &str) -> Result<(Vec<u64>, Vec<u64>), ValueFileError> {
    let inputs = parse(&format!(r#"{{"operand_stack": [{text}], "advice_stack": [{text}]}}"#))?;
    let numbers = |list: &[Felt]| list.iter().map(Felt::as_int).collect();
    // The item is at the end of the stack, and as long as on the tape.
    let (stack, tape) = (inputs.stack.items(), inputs.advice.tape());
    Ok((numbers(&stack[stack.len() - tape.len()..]), numbers(tape)))
}

#[test]
fn numbers_may_have_quotes_and_a_sign() {
    const P: u64 = Felt::MODULUS;
    for (text, number) in
        [("0", 0), ("\"7\"", 7), ("-1", P - 1), ("\"-1\"", P - 1), ("18446744069414584320", P - 1)]
    {
        assert_eq!(item(text).unwrap(), (vec![number], vec![number]), "{text}");
    }
    assert_eq!(item("\"-18446744069414584320\"").unwrap().0, [1]);
    for text in ["18446744069414584321", "\"-18446744069414584321\"", "\"99999999999999999999999\""] {
        assert!(item(text).unwrap_err().to_string().contains("not below the field modulus"), "{text}");
    }
    for text in [
        "1.5",
        "1e3",
        "true",
        "null",
        "\"\"",
        "\"-\"",
        "\"--1\"",
        "\"+1\"",
        "\" 1\"",
        "\"1_000\"",
        "[]",
        "[1, 2]",
        "\"x\"",
        "{}",
    ] {
        assert!(item(text).unwrap_err().to_string().contains("expected"), "{text}");
    }
}

#[test]
fn words_have_their_last_element_on_top() {
    let expected = (vec![1, 2, 3, 4], vec![1, 2, 3, 4]);
    let hex = Digest::new([1, 2, 3, 4].map(Felt::new)).to_hex();
    for text in ["[1, \"2\", 3, 4]".to_owned(), format!("\"{hex}\""), format!("\"0x{}\"", hex.to_uppercase())]
    {
        assert_eq!(item(&text).unwrap(), expected, "{text}");
    }
    // Digits alone are a word if there are 64 of them.
    assert_eq!(item(&format!("\"{}\"", "0".repeat(64))).unwrap().0, [0; 4]);
    for text in [
        "\"0x12\"".to_owned(),
        format!("\"{}\"", &hex[1..]),
        format!("\"{}\"", "f".repeat(64)),
        "[1, 2, 3, \"x\"]".into(),
    ] {
        assert!(item(&text).is_err(), "{text}");
    }
}

#[test]
fn first_byte_of_texts_is_on_top_and_first_on_the_tape() {
    let (stack, tape) = item(r#"{"text": "aé"}"#).unwrap();
    assert_eq!(tape, [0x61, 0xc3, 0xa9]);
    assert_eq!(stack, [0xa9, 0xc3, 0x61]);
    assert!(item(r#"{"text": ""}"#).unwrap().0.is_empty());
    let packed = |pack: &str| item(&format!(r#"{{"bytes": "0102030405", "pack": "{pack}"}}"#)).unwrap();
    assert_eq!(packed("u8").1, [1, 2, 3, 4, 5]);
    assert_eq!(packed("u32le"), (vec![5, 0x0403_0201], vec![0x0403_0201, 5]));
    assert_eq!(packed("u32be").1, [0x0102_0304, 0x0500_0000]);
    for text in [
        r#"{"bytes": "123"}"#,
        r#"{"bytes": "0xgg"}"#,
        r#"{"bytes": "é"}"#,
        r#"{"bytes": "00", "pack": "u64"}"#,
        r#"{"bytes": "00", "text": "a"}"#,
        r#"{"pack": "u8"}"#,
        r#"{"root": "t", "pack": "u8"}"#,
    ] {
        assert!(item(text).unwrap_err().to_string().contains("expected"), "{text}");
    }
    rejected(
        r#"{"operand_stack": [{"txt": "a"}]}"#,
        expect![[r#"p.inputs: unknown key "txt" of "operand_stack" item 0; did you mean "text"?"#]],
    );
}

#[test]
fn roots_of_named_trees_can_be_used_in_lists_and_trees() {
    let text = r#"{
        "operand_stack": [{"root": "both"}],
        "advice_stack": [{"root": "a"}],
        "advice_map": {"[0, 0, 0, 0]": [{"root": "a"}, 9]},
        "merkle_store": [
            {"name": "a", "merkle_tree": [[1, 0, 0, 0], [2, 0, 0, 0]]},
            {"name": "both", "sparse_merkle_tree": [[1, {"root": "a"}]], "depth": 1}
        ]
    }"#;
    let inputs = parse(text).unwrap();
    let mut store = MerkleStore::new();
    let a = store.add_tree(&[word(1), word(2)]).unwrap();
    let both = store.add_tree(&[Digest::default(), a]).unwrap();
    assert_eq!(given(&inputs.stack), both.elements());
    assert_eq!(inputs.advice.tape(), a.elements());
    let list = [&a.elements()[..], &[Felt::new(9)]].concat();
    assert_eq!(inputs.advice.map().get(&Digest::default()), Some(&list));
    rejected(
        r#"{"operand_stack": [{"root": "trees"}], "merkle_store": [{"name": "tree", "merkle_tree": [[1, 0, 0, 0], [2, 0, 0, 0]]}]}"#,
        expect![[
            r#"p.inputs: "operand_stack" item 0 "root" is "trees", expected the "name" of a tree in "merkle_store"; did you mean "tree"?"#
        ]],
    );
    rejected(
        r#"{"operand_stack": [{"root": "t"}]}"#,
        expect![[
            r#"p.inputs: "operand_stack" item 0 "root" is "t", expected the "name" of a tree in "merkle_store""#
        ]],
    );
    rejected(
        r#"{"operand_stack": [], "merkle_store": [{"name": "t", "sparse_merkle_tree": []}, {"name": "t", "sparse_merkle_tree": []}]}"#,
        expect![[r#"p.inputs: "merkle_store" item 1 "name" occurs twice"#]],
    );
    // A tree can only use the trees before it.
    rejected(
        r#"{"operand_stack": [], "merkle_store": [{"name": "t", "sparse_merkle_tree": [[0, {"root": "t"}]]}]}"#,
        expect![[
            r#"p.inputs: "merkle_store" item 0 "sparse_merkle_tree" item 0, leaf "root" is "t", expected the "name" of a tree in "merkle_store""#
        ]],
    );
}

#[test]
fn arguments_replace_lists_of_the_file() {
    let path = Path::new("p.inputs");
    let read = |text: Option<&str>, stack, advice| {
        let sources = InputSources { file: None, default: None, stack, advice };
        let content = text.map_or_else(|| Ok(Content::default()), |text| Content::parse(path, text))?;
        content.inputs(text.map(|_| path), &sources).map(|inputs| inputs.values)
    };
    let text = r#"{"operand_stack": ["1"], "advice_stack": ["2"], "advice_map": {"[0, 0, 0, 0]": []}}"#;
    let inputs = read(Some(text), Some("3, -1"), None).unwrap();
    assert_eq!(given(&inputs.stack), [Felt::new(3), Felt::new(Felt::MODULUS - 1)]);
    assert_eq!(inputs.advice.tape(), [Felt::new(2)]);
    let nine = hex(9);
    let inputs = read(Some(text), None, Some(&nine)).unwrap();
    assert_eq!((given(&inputs.stack), inputs.advice.tape()), (&[Felt::new(1)][..], &word(9).elements()[..]));
    assert_eq!(inputs.advice.map().len(), 1);
    // The file then needs no stack.
    assert_eq!(read(Some("{}"), Some(""), None).unwrap(), ProgramInputs::default());
    assert_eq!(read(None, None, Some("")).unwrap(), ProgramInputs::default());
    let error = |stack| read(None, Some(stack), None).unwrap_err().to_string();
    expect![[r#"arguments: "--stack" item 1 is "x", expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#]].assert_eq(&error("1,x"));
    expect![[r#"arguments: "--stack" item 1 is "", expected a number, a word (64 hex digits or a list of four numbers), or an object with the key "text", "bytes" or "root""#]].assert_eq(&error("1,,2"));
}

#[test]
fn outputs_state_no_addresses() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p.outputs");
    let read = |rest: &str| {
        let stack = serde_json::to_string(&["0"; 16]).unwrap();
        std::fs::write(&path, format!("{{\"stack\": {stack}{rest}}}")).unwrap();
        let rejected =
            |error: ValueFileError| error.to_string().split_once(".outputs: ").unwrap().1.to_owned();
        Outputs::read(&path, &Files::default()).map(|outputs| outputs.stack).map_err(rejected)
    };
    read(r#", "overflow_addrs": []"#).unwrap();
    for list in [r#"["1", "2"]"#, "null", "{}", "0"] {
        let error = read(&format!(", \"overflow_addrs\": {list}")).unwrap_err();
        assert!(error.starts_with("\"overflow_addrs\" is not an empty list; "), "{error}");
    }
    expect![[r#"unknown key "overflow_adrs"; did you mean "overflow_addrs"?"#]]
        .assert_eq(&read(r#", "overflow_adrs": []"#).unwrap_err());
    expect![[r#"unknown key "kode" of "outcome" "fault"; did you mean "code"?"#]]
        .assert_eq(&read(r#", "outcome": {"fault": {"kode": 1}}"#).unwrap_err());
}
