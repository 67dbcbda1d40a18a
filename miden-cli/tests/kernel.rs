//! Kernels on the command line: linking, running, proving, and the kernel as a part of the statement.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use serde_json::{Value, json};

mod support;

use support::Sandbox;

/// Two counters in the memory of the root context.
const KERNEL: &str = "
export.increment
    mem_load.7 add.1 dup mem_store.7 swap drop
end
export.read
    drop mem_load.7
end
";

const PROGRAM: &str = "
proc.twice
    syscall.increment syscall.increment
end
begin
    call.twice syscall.increment push.100 syscall.read swap drop
end
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_program(PROGRAM);
    sandbox.write("k.masm", KERNEL);
    sandbox
}

fn compiled(sandbox: &Sandbox, arguments: &str) -> Value {
    sandbox.run(&format!("compile {arguments} --json")).exits(0).json()
}

#[test]
fn compile_prints_the_kernel() {
    let sandbox = sandbox();
    let value = compiled(&sandbox, "p.masm --kernel k.masm");
    let [a, b] = &value["kernel"].as_array().unwrap()[..] else { panic!("two procedures: {value}") };
    let (a, b) = (a.as_str().unwrap(), b.as_str().unwrap());
    assert_eq!((a.len(), b.len()), (64, 64));
    let hash = value["program_hash"].as_str().unwrap();
    let expected = format!("program hash is {hash}\nkernel procedure {a}\nkernel procedure {b}\n");
    assert_eq!(sandbox.run("compile p.masm -k k.masm").exits(0).stdout, expected);
    sandbox.write("plain.masm", "begin add end");
    assert_eq!(compiled(&sandbox, "plain.masm")["kernel"], json!([]));
}

#[test]
fn a_program_calls_procedures_of_its_kernel_only() {
    let sandbox = sandbox();
    sandbox.run("run p.masm").exits(2).says("p.masm:3:13").says("--kernel");
    sandbox.write("other.masm", "export.incremen mul end");
    sandbox.run("run p.masm -k other.masm").exits(2).says("p.masm:3:13").says("did you mean");
    sandbox.write("broken.masm", "export.increment adddd end");
    sandbox.run("run p.masm -k broken.masm").exits(2).says("broken.masm:1:18");
    sandbox.run("run p.masm -k p.masm").exits(2).says("p.masm:5:1");
    sandbox.run("run p.masm -k missing.masm").exits(2).says("missing.masm");
}

#[test]
fn a_compiled_program_carries_its_kernel() {
    let sandbox = sandbox();
    let source = compiled(&sandbox, "p.masm -k k.masm -o p.bin");
    assert_eq!(compiled(&sandbox, "p.bin"), source);
    assert_eq!(compiled(&sandbox, "p.bin -k k.masm"), source);
    assert_eq!(compiled(&sandbox, "p.bin -k p.bin"), source);
    sandbox.write("other.masm", "export.read drop mem_load.8 end");
    let other = sandbox.run("compile p.bin -k other.masm --json").exits(2).says("p.bin").says("other.masm");
    assert_eq!(other.json()["error"], "kernel");
    // A source needs the source of its kernel.
    sandbox.run("compile p.masm -k p.bin").exits(2).says("p.bin is a compiled program");
}

#[test]
fn the_kernel_is_not_replaced_by_a_result() {
    let sandbox = sandbox();
    sandbox.run("compile p.masm -k k.masm -o k.masm").exits(2).says("cannot write k.masm");
    assert_eq!(sandbox.read("k.masm"), KERNEL.as_bytes());
}
