use alloc::{format, string::String};

use serde_json::{Value, json};

use super::*;

const FAULT: &str = r#"{
  "version": 1,
  "program": "0900000000000000000000000000000000000000000000000100000000000000",
  "kernel": [
    "0100000000000000000000000000000000000000000000000100000000000000",
    "0200000000000000000000000000000000000000000000000100000000000000"
  ],
  "inputs": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"],
  "outputs": ["18446744069414584320", "5", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"],
  "outcome": {
    "fault": {
      "code": "SyscallTargetNotInKernel",
      "operation": "syscall",
      "clk": "77",
      "deterministic": true,
      "target": "0300000000000000000000000000000000000000000000000100000000000000"
    }
  },
  "cycle_limit": "18446744073709551615"
}"#;

/// The form of a fault, with a change.
fn changed(change: impl FnOnce(&mut Value)) -> Result<Statement, String> {
    let mut form: Value = serde_json::from_str(FAULT).unwrap();
    change(&mut form);
    serde_json::from_value(form).map_err(|error| format!("{error}"))
}

fn error(change: impl FnOnce(&mut Value)) -> String {
    changed(change).unwrap_err()
}

#[test]
fn the_form_of_a_statement_is_stable() {
    let form: Value = serde_json::from_str(FAULT).unwrap();
    assert_eq!(serde_json::to_value(fault()).unwrap(), form);
    assert_eq!(serde_json::from_str::<Statement>(FAULT).unwrap(), fault());
    let bundle = ProofBundle { statement: fault(), proof: vec![0xFB, 0xFF] };
    let expected = json!({"version": 1, "statement": form, "proof": "+/8="});
    assert_eq!(serde_json::to_value(&bundle).unwrap(), expected);
    let success = serde_json::to_value(success()).unwrap();
    assert_eq!((&success["outcome"], &success["cycle_limit"]), (&json!("success"), &Value::Null));
}

#[test]
fn shorter_forms_are_read() {
    let short = changed(|form| {
        form["inputs"] = json!([1, "2"]);
        form["outputs"] = json!([]);
        form["outcome"] = json!("success");
        form.as_object_mut().unwrap().remove("cycle_limit");
    });
    let expected = Statement {
        inputs: StackInputs::from_ints(&[1, 2]).unwrap(),
        outputs: StackOutputs::from_ints(&[]).unwrap(),
        outcome: Outcome::Success,
        cycle_limit: None,
        ..fault()
    };
    assert_eq!(short, Ok(expected));
}

#[test]
fn errors_name_the_fault_of_a_form() {
    assert!(error(|form| form["kernels"] = json!([])).contains("unknown field `kernels`, expected one of"));
    assert!(
        error(|form| _ = form.as_object_mut().unwrap().remove("kernel")).contains("missing field `kernel`")
    );
    assert_eq!(
        error(|form| form["version"] = json!(2)),
        "the form has version 2, this build reads version 1"
    );
    for item in ["18446744069414584321", "-1", "+1", "01", "", "0x1", "1e3", " 1"] {
        assert!(changed(|form| form["inputs"][3] = json!(item)).is_err(), "{item}");
    }
    for item in [json!(-1), json!(1.0), json!(null), json!(["1"]), json!(u64::MAX)] {
        assert!(changed(|form| form["outputs"][3] = item).is_err());
    }
    let twice = error(|form| form["kernel"][0] = form["kernel"][1].clone());
    assert!(twice.starts_with("the kernel has procedure 02") && twice.ends_with("twice"), "{twice}");
    let many = vec!["0"; StackInputs::MAX + 1];
    assert!(error(|form| form["inputs"] = json!(many)).contains("at most 65536"));
    let fault = |key: &'static str, value: &'static str| {
        error(move |form| form["outcome"]["fault"][key] = json!(value))
    };
    assert!(fault("code", "failedassertion").starts_with("not the name of a fault"));
    assert_eq!(fault("operation", "Add"), "not the name of an operation");
    assert!(fault("target", "00").contains("64 hex digits"));
    assert!(fault("clock", "1").contains("unknown field `clock`"));
    let proof = json!({"version": 1, "statement": serde_json::to_value(success()).unwrap(), "proof": "+/8"});
    let error = serde_json::from_value::<ProofBundle>(proof).unwrap_err();
    assert!(format!("{error}").starts_with("not Base64"), "{error}");
    let repeated = FAULT.replacen("\"version\": 1,", "\"version\": 1, \"version\": 1,", 1);
    let error = serde_json::from_str::<Statement>(&repeated).unwrap_err();
    assert!(format!("{error}").starts_with("duplicate field `version`"), "{error}");
}

proptest! {
    #[test]
    fn bundles_round_trip(bundle in any_bundle()) {
        let text = serde_json::to_string(&bundle).unwrap();
        prop_assert_eq!(serde_json::from_str::<ProofBundle>(&text).unwrap(), bundle);
    }
}
