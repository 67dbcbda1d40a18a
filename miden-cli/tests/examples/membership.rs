//! Examples with secret advice or a protective kernel.

use std::fs;

use miden_core::{Digest, Felt, hash_elements, merge};
use serde_json::{Value, json};

use crate::{folder, support::Sandbox};

/// A word from stack items, element 3 first.
fn word(items: &[Value]) -> Digest {
    Digest::new(std::array::from_fn(|i| Felt::new(items[3 - i].as_str().unwrap().parse().unwrap())))
}

/// The secret belongs to a member and determines the nullifier; verification does not need it.
#[test]
fn merkle_proves_membership() {
    let sandbox = Sandbox::new();
    for file in ["merkle.masm", "merkle.inputs"] {
        sandbox.write(file, fs::read(folder("merkle").join(file)).unwrap());
    }
    let inputs: Value = serde_json::from_slice(&sandbox.read("merkle.inputs")).unwrap();
    let numbers = |key: &str| inputs[key].as_array().unwrap().iter().rev().cloned().collect::<Vec<_>>();
    let (root, advice) = (word(&numbers("stack_init")), numbers("advice_tape"));
    let (secret, index) = (word(&advice), advice[4].as_str().unwrap());

    let proven = sandbox.run("prove merkle.masm --json").exits(0).json();
    let stack = proven["stack"].as_array().unwrap();
    let leaf = inputs["merkle_store"][0]["merkle_tree"][index.parse::<usize>().unwrap()].as_str().unwrap();
    assert_eq!(hash_elements(secret.elements()).to_hex(), leaf);
    assert_eq!(word(stack), merge(Felt::new(8), &secret, &root));
    assert_eq!(word(&stack[4..]), root);

    let public = json!({"stack_init": inputs["stack_init"]}).to_string();
    sandbox.write("public.inputs", &public);
    let hash = proven["program_hash"].as_str().unwrap();
    sandbox.run(&format!("verify -p merkle.proof -x {hash} -i public.inputs")).exits(0);
    sandbox.write("public.inputs", public.replacen("114", "113", 1));
    sandbox.run(&format!("verify -p merkle.proof -x {hash} -i public.inputs")).exits(1);

    let stranger = inputs.to_string().replacen(advice[0].as_str().unwrap(), "1", 1);
    sandbox.write("merkle.inputs", stranger);
    sandbox.run("prove merkle.masm").exits(1).says("the secret is not that of a member");
}

#[test]
fn kernel_lets_only_the_owner_withdraw() {
    let sandbox = Sandbox::new();
    for file in ["transfer.masm", "transfer.inputs", "account.masm"] {
        sandbox.write(file, fs::read(folder("kernel").join(file)).unwrap());
    }
    let proven = sandbox.run("prove transfer.masm -k account.masm --json").exits(0).json();
    assert_eq!(proven["stack"][0], "70");
    let verify = format!("verify -p transfer.proof -x {}", proven["program_hash"].as_str().unwrap());
    sandbox.run(&format!("{verify} -k account.masm")).exits(0);
    sandbox.run(&verify).exits(1).says("kernel");

    let program = String::from_utf8(sandbox.read("transfer.masm")).unwrap();
    let thief = program.replace("begin", "proc.thief syscall.withdraw end begin");
    let (start, _) = thief.rsplit_once("call.owner").unwrap();
    sandbox.write("transfer.masm", format!("{start} call.thief end"));
    sandbox.run("run transfer.masm -k account.masm").exits(1).says("only the owner can withdraw");
}
