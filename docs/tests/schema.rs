//! The schemas of statements and proof bundles, compared with the forms that the code writes.

use std::{collections::BTreeSet, fs, path::Path};

use miden_core::{
    Digest, FaultClaim, FaultCode, Kernel, Opcode, Outcome, ProofBundle, StackInputs, StackOutputs,
    Statement, operations::OPERATIONS,
};
use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// Checks that an object has the properties of a schema; those of the form that are not required may be left out.
#[track_caller]
fn compare(schema: &Value, form: &Value, optional: &[&str]) {
    assert_eq!(schema["additionalProperties"], false);
    let mut all = keys(&schema["properties"]);
    assert_eq!(all, keys(form));
    optional.iter().for_each(|name| assert!(all.remove(name)));
    assert_eq!(all, texts(&schema["required"]));
}

#[test]
fn schemas_match_the_forms() {
    let claim = FaultClaim {
        code: FaultCode::SyscallTargetNotInKernel,
        opcode: Opcode::SysCall,
        clk: 1,
        deterministic: true,
        target: Some(Digest::default()),
    };
    let statement = Statement {
        program: Digest::default(),
        kernel: Kernel::default(),
        inputs: StackInputs::default(),
        outputs: StackOutputs::from_ints(&[]).unwrap(),
        outcome: Outcome::Fault(claim),
        cycle_limit: Some(u64::MAX),
    };
    let form = serde_json::to_value(&statement).unwrap();
    let schema_of_statement = schema("statement.schema.json");
    compare(&schema_of_statement, &form, &["cycle_limit"]);
    let fault = &schema_of_statement["$defs"]["fault"];
    compare(fault, &form["outcome"]["fault"], &["target"]);
    let bundle = ProofBundle { statement, proof: Vec::new() };
    compare(&schema("proof-bundle.schema.json"), &serde_json::to_value(bundle).unwrap(), &[]);
}

#[test]
fn schemas_have_the_limits_and_names_of_the_code() {
    let schema = schema("statement.schema.json");
    let codes = FaultCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(texts(&schema["$defs"]["fault"]["properties"]["code"]["enum"]), codes);
    assert_eq!(StackInputs::MAX, StackOutputs::MAX);
    assert_eq!(schema["$defs"]["stack"]["maxItems"], StackInputs::MAX);
    assert_eq!(schema["properties"]["kernel"]["maxItems"], Kernel::MAX);
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    assert_eq!(schema["$defs"]["fault"]["properties"]["operation"]["pattern"], "^[a-z0-9]+$");
    assert!(OPERATIONS.iter().all(|info| is_name(info.name)));
}
