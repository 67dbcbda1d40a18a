//! Persistent storage on the command line.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;

use miden_core::{Digest, Felt, Word};
use miden_verifier::{EntryError, verify_entry};
use serde_json::{Value, json};

mod conflict;
mod programs;
#[path = "../support/mod.rs"]
mod support;

use support::Sandbox;

/// A kernel whose procedures reach the root: one adds to it, which makes it the root of nothing.
const KERNEL: &str = "
export.root
    mem_loadw.0
end
export.add_to_root
    padw mem_loadw.0 movup.4 add mem_storew.0 dropw
end
";

/// Leaves the root.
const READS: &str = "begin padw syscall.root swapw dropw end";

/// The kernel of programs on storage.
const STORAGE_KERNEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../stdlib/kernels/storage.masm");

const EMPTY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("k.masm", KERNEL);
    sandbox.write("p.masm", "begin push.1.2 add drop end");
    sandbox.write("reads.masm", READS);
    sandbox.write("spoils.masm", "begin push.1 syscall.add_to_root drop end");
    sandbox.write("fails.masm", "begin push.0 assert end");
    sandbox.run("storage init s.redb").exits(0);
    sandbox
}

fn hex(i: u64) -> String {
    word(i).to_hex()
}

fn word(i: u64) -> Digest {
    Digest::new([i, 7, 0, i << 50].map(Felt::new))
}

fn info(sandbox: &Sandbox) -> Value {
    sandbox.run("storage info s.redb --json").exits(0).json()
}

/// Sets an entry and returns the new root.
fn set(sandbox: &Sandbox, key: u64, value: u64) -> String {
    let value = if value == 0 { EMPTY.into() } else { hex(value) };
    let set = sandbox.run(&format!("storage set s.redb --key {} --value {value} --json", hex(key)));
    set.exits(0).json()["root"].as_str().unwrap().to_owned()
}

#[test]
fn entries_are_set_read_and_removed_and_past_states_remain() {
    let sandbox = sandbox();
    let start = info(&sandbox);
    assert_eq!([&start["root"], &start["keys"], &start["versions"]], [&json!(EMPTY), &json!(0), &json!(1)]);
    let roots = [set(&sandbox, 1, 10), set(&sandbox, 2, 20), set(&sandbox, 1, 0)];
    let end = info(&sandbox);
    assert_eq!([&end["root"], &end["keys"], &end["version"]], [&json!(roots[2]), &json!(1), &json!(3)]);

    let get = |arguments: &str| sandbox.run(&format!("storage get s.redb {arguments}")).exits(0);
    assert_eq!(get(&format!("--key {}", hex(2))).stdout, format!("{}\n", hex(20)));
    get(&format!("--key {}", hex(1))).says("note: the key is absent");
    let past = get(&format!("--key {} --root {} --json", hex(1), roots[1])).json();
    assert_eq!([&past["value"], &past["absent"]], [&json!(hex(10)), &json!(false)]);

    sandbox.run("storage gc s.redb --keep 1").exits(0);
    sandbox
        .run(&format!("storage get s.redb --key {} --root {}", hex(1), roots[1]))
        .exits(2)
        .says(&format!("storage has no version with root {}", roots[1]));
    assert_eq!(get(&format!("--key {}", hex(2))).stdout, format!("{}\n", hex(20)));
}

#[test]
fn a_key_can_be_named_by_the_place_where_a_program_keeps_it() {
    let sandbox = sandbox();
    let place = format!("--namespace {} --slot 5", hex(3));
    for (i, more) in ["", "--map 1,2,3,4", "--index 7", "--length"].into_iter().enumerate() {
        sandbox.run(&format!("storage set s.redb {place} {more} --value 0,0,0,{}", i + 1)).exits(0);
    }
    for (i, more) in ["", "--map 1,2,3,4", "--index 7", "--length"].into_iter().enumerate() {
        let value = sandbox.run(&format!("storage get s.redb {place} {more} --json")).exits(0).json();
        assert_eq!(value["elements"], json!(["0", "0", "0", (i + 1).to_string()]));
    }
    for wrong in ["", "--slot 5", "--namespace 12", "--map 1,2,3,4", &format!("{place} --index 1 --length")] {
        sandbox.run(&format!("storage get s.redb {wrong}")).exits(2);
    }
}

#[test]
fn a_dump_loads_to_the_same_root() {
    let sandbox = sandbox();
    let lines: String = (1..200).map(|i| format!("{} {}\n", hex(i), hex(i + 1))).collect();
    let piped = sandbox.pipe(&["storage", "load", "s.redb", "-", "--json"], lines.as_bytes()).exits(0).json();
    assert_eq!(piped["keys"], 199);
    let dump = sandbox.run("storage dump s.redb").exits(0).stdout;
    let mut sorted: Vec<_> = dump.lines().collect();
    sorted.sort_unstable();
    let mut expected: Vec<_> = lines.lines().collect();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    sandbox.run("storage dump s.redb -o dump.txt").exits(0);
    sandbox.run("storage dump s.redb -o dump.txt").exits(2).says("cannot write dump.txt");
    sandbox.run("storage init t.redb").exits(0);
    let loaded = sandbox.run("storage load t.redb dump.txt --json").exits(0).json();
    assert_eq!(loaded["root"], piped["root"]);

    sandbox.write("bad.txt", format!("{} {}\n{}\n", hex(1), hex(2), hex(3)));
    sandbox.run("storage init u.redb").exits(0);
    sandbox.run("storage load u.redb bad.txt").exits(2).says("bad.txt: line 2 is not a key and a value");
    assert_eq!(sandbox.run("storage info u.redb --json").exits(0).json()["keys"], 0);
}

#[test]
fn an_exported_proof_convinces_the_verifier() {
    let sandbox = sandbox();
    (1..9).for_each(|i| drop(set(&sandbox, i, i)));
    let arguments = |key| format!("storage export-proof s.redb --key {} -o e.proof --json", hex(key));
    for key in [3, 99] {
        let result = sandbox.run(&arguments(key)).exits(0).json();
        let root: Digest = result["root"].as_str().unwrap().parse().unwrap();
        assert_eq!(result["root"], info(&sandbox)["root"]);
        let value: Word = if key == 3 { word(3).into() } else { Word::from(Digest::default()) };
        let proof = sandbox.read("e.proof");
        assert_eq!(verify_entry(&root, word(key).elements(), &value, &proof), Ok(()));
        let other = verify_entry(&root, word(key).elements(), word(8).elements(), &proof);
        assert!(matches!(other, Err(EntryError::OtherValue { .. })));
    }
    sandbox
        .run(&format!("storage export-proof s.redb --key {} -o s.redb", hex(3)))
        .exits(2)
        .says("it is also an input");
}

#[test]
fn a_run_shows_the_roots_and_commits_only_when_told_to() {
    let sandbox = sandbox();
    let root = set(&sandbox, 1, 1);
    let run = |arguments: &str| sandbox.run(&format!("run {arguments} --storage s.redb --json"));
    let result = run("reads.masm -k k.masm -n 4").exits(0).json();
    let elements: Vec<u64> =
        result["stack"].as_array().unwrap().iter().map(|e| e.as_str().unwrap().parse().unwrap()).collect();
    let mut reversed = elements;
    reversed.reverse();
    let seen = Digest::new(<[u64; 4]>::try_from(reversed).unwrap().map(Felt::new));
    assert_eq!(seen.to_hex(), root);
    let roots = [&result["root_before"], &result["root_after"], &result["committed"]];
    assert_eq!(roots, [&json!(root), &json!(root), &json!(false)]);
    assert_eq!(info(&sandbox)["version"], 1);

    assert_eq!(run("p.masm --commit").exits(0).json()["committed"], true);
    assert_eq!(info(&sandbox)["version"], 2);
    sandbox.run("storage verify s.redb").exits(1).says("version 1 is not proven: entries were set by");
    sandbox
        .run("storage verify s.redb --from 1")
        .exits(1)
        .says("version 2 is not proven: the run was committed without");

    // A run on a past state commits nothing, and a state that is not one is refused.
    let past = run(&format!("p.masm --storage-root {EMPTY}")).exits(0).json();
    assert_eq!([&past["root_before"], &past["committed"]], [&json!(EMPTY), &json!(false)]);
    sandbox.run(&format!("run p.masm --storage s.redb --storage-root {EMPTY} --commit")).exits(2);
    sandbox.run("run p.masm --commit").exits(2);
    run("spoils.masm -k k.masm --commit").exits(2);
    sandbox.run("run spoils.masm -k k.masm --storage s.redb --commit").says("is neither stored nor new");
    sandbox.run("run fails.masm --storage s.redb --commit").exits(1);
    assert_eq!(info(&sandbox)["version"], 2);
}

#[test]
fn proofs_are_committed_and_verified_from_the_empty_state() {
    let sandbox = sandbox();
    for _ in 0..2 {
        let result = sandbox.run("prove reads.masm -k k.masm --storage s.redb --json").exits(0).json();
        assert_eq!([&result["root_after"], &result["committed"]], [&json!(EMPTY), &json!(true)]);
    }
    // The proof of a failure is one of the wrapped program too, and commits nothing.
    let failed = sandbox.run("prove fails.masm --storage s.redb --json").exits(1).json();
    assert_eq!([&failed["root_before"], &failed["committed"]], [&json!(EMPTY), &json!(false)]);
    assert_eq!([&failed["code"], &failed["root_after"]], [&json!("FailedAssertion"), &Value::Null]);
    let hash = failed["wrapped_hash"].as_str().unwrap();
    let expected = format!("--stack {} --expect-fault FailedAssertion -x {hash}", vec!["0"; 20].join(","));
    sandbox.run(&format!("verify -p fails.proof --kernel {STORAGE_KERNEL} {expected}")).exits(0);
    let text = sandbox.run("prove fails.masm --storage s.redb").exits(1).stdout;
    assert!(text.contains(&format!("Wrapped program hash: {hash}")), "{text}");
    let log = sandbox.run("storage log s.redb --json").exits(0).json();
    assert_eq!(log["log"].as_array().unwrap().len(), 2);
    assert!(log["log"][0]["proof_bytes"].as_u64().unwrap() > 10_000);
    let valid = sandbox.run("storage verify s.redb -k k.masm --json").exits(0).json();
    assert_eq!([&valid["valid"], &valid["transitions"]], [&json!(true), &json!(2)]);
    let other =
        sandbox.run("storage verify s.redb --json").exits(1).says("the program ran on another kernel");
    let other = other.json();
    assert_eq!([&other["valid"], &other["error"]], [&json!(false), &json!("broken_history")]);
    // The proof is an ordinary one of the wrapped program, whose stack has the root on top.
    let hash =
        sandbox.run("prove reads.masm -k k.masm --storage s.redb --json").exits(0).json()["wrapped_hash"]
            .clone();
    // Four zeros are the root, the others the 16 inputs.
    let stack = ["0"; 20].join(",");
    let arguments = format!("verify -p reads.proof -k k.masm --stack {stack} -x {}", hash.as_str().unwrap());
    sandbox.run(&arguments).exits(0);
}

#[test]
fn files_that_are_no_use_are_named_with_a_way_out() {
    let sandbox = sandbox();
    sandbox
        .run("storage info missing.redb")
        .exits(2)
        .says("missing.redb: the file does not exist; create it with");
    sandbox.run("storage init s.redb").exits(2).says("s.redb: the file already exists");
    sandbox.run("storage info p.masm").exits(2).says("p.masm: the file is not Miden storage");
    let error = sandbox.run("run p.masm --storage p.masm --json").exits(2).json();
    assert_eq!(error["error"], "storage");

    let mut bytes = sandbox.read("s.redb");
    let len = bytes.len();
    bytes[4096..len].fill(0x5a);
    sandbox.write("damaged.redb", bytes);
    sandbox.run("storage info damaged.redb").exits(2).says("damaged.redb: the storage is damaged");
    fs::write(sandbox.path("cut.redb"), &sandbox.read("s.redb")[..5000]).unwrap();
    sandbox.run("storage info cut.redb").exits(2).says("cut.redb: ");
}
