use expect_test::{Expect, expect};
use miden_core::{Digest, FaultClaim, FaultCode, MerkleStore, Opcode, Outcome, StackOutputs};

use super::*;

fn parse(text: &str) -> Result<ProgramInputs, ValueFileError> {
    parse_inputs(Path::new("p.inputs"), text.as_bytes())
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
    let old = r#"{"stack_init": ["1", "2"], "advice_tape": ["5"], "unknown": {}}"#;
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
        r#"{"stack_init": [1]}"#,
        expect![[r#"p.inputs: "stack_init" item 0 is 1, expected a decimal number in quotes"#]],
    );
    rejected(
        r#"{"stack_init": "1"}"#,
        expect![[r#"p.inputs: "stack_init" is "1", expected a list of decimal numbers in quotes"#]],
    );
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
        expect!["p.inputs: duplicate field `stack_init` at line 1 column 31"],
    );
    rejected(
        r#"{"stack_init": ["1", "-1"]}"#,
        expect![[r#"p.inputs: "stack_init" item 1 is "-1", expected a decimal number in quotes"#]],
    );
    rejected(
        r#"{"stack_init": ["1", ["2"]]}"#,
        expect![[r#"p.inputs: "stack_init" item 1 is a list, expected a decimal number in quotes"#]],
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
            r#"p.inputs: "stack_init" item 0 is "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n…", expected a decimal number in quotes"#
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
        expect![[
            r#"p.inputs: invalid type: sequence, expected an object of lists for "advice_map" at line 1 column 36"#
        ]],
    );
    advice_rejected(
        r#""advice_map": {"12": []}"#,
        expect![[
            r#"p.inputs: a key of "advice_map" is "12", expected 64 lower-case hex digits: four numbers below the field modulus, each as 8 little-endian bytes"#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{}": []}}"#, "f".repeat(64)),
        expect![[
            r#"p.inputs: a key of "advice_map" is "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", expected 64 lower-case hex digits: four numbers below the field modulus, each as 8 little-endian bytes"#
        ]],
    );
    let key = hex(7);
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": 5}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" is 5, expected a list of numbers"#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": [1, -1]}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" item 1 is -1, expected a decimal number"#
        ]],
    );
    advice_rejected(
        &format!(r#""advice_map": {{"{key}": [18446744073709551615]}}"#),
        expect![[
            r#"p.inputs: "advice_map" "0700000000000000000000000000000000000000000000000000000000000000" item 0 is 18446744073709551615, not below the field modulus 18446744069414584321"#
        ]],
    );
    for again in [key.clone(), format!("0x{key}")] {
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
    let kinds = r#"expected an object with one of the keys "merkle_tree", "sparse_merkle_tree" (with "depth" unless it is 63), "partial_merkle_tree""#;
    for (tree, got) in [
        ("{}", "an object"),
        ("[]", "a list"),
        (r#"{"merkel_tree": []}"#, "an object"),
        (r#"{"merkle_tree": [], "depth": 1}"#, "an object"),
        (r#"{"merkle_tree": [], "sparse_merkle_tree": []}"#, "an object"),
        (r#"{"sparse_merkle_tree": [], "deph": 3}"#, "an object"),
    ] {
        let error = advice(&format!(r#""merkle_store": [{tree}]"#)).unwrap_err();
        assert_eq!(error.to_string(), format!("p.inputs: \"merkle_store\" item 0 is {got}, {kinds}"));
    }
    rejected(
        r#"[{"merkle_tree": {}}]"#,
        expect![[r#"p.inputs: "merkle_store" item 0 "merkle_tree" is an object, expected a list of leaves"#]],
    );
    rejected(
        &format!(r#"[{{"merkle_tree": ["{word}", "{word}"]}}, {{"merkle_tree": ["{word}", "12"]}}]"#),
        expect![[
            r#"p.inputs: "merkle_store" item 1 "merkle_tree" item 1 is "12", expected 64 lower-case hex digits: four numbers below the field modulus, each as 8 little-endian bytes"#
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
            assert_eq!(Outputs::read(&path).unwrap(), outputs);
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
        Outputs::read(&path).map(|outputs| outputs.outcome).map_err(rejected)
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
        expect![[r#""outcome" is an object, expected "success" or {"fault": {…}}"#]],
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
            r#""outcome" "fault" "target" is "00", expected 64 lower-case hex digits: four numbers below the field modulus, each as 8 little-endian bytes"#
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
    assert_eq!((inputs.stack.items().len(), inputs.advice.tape().len()), (2, 1));
}
