//! Kernels on the command line: linking, running, proving, and the kernel as part of the statement.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use serde_json::{Value, json};

mod support;

use support::Sandbox;

/// A counter in the memory of the root context.
const KERNEL: &str = "
export.increment
    mem_load.7 add.1 dup mem_store.7 swap drop
end
export.read
    mem_load.7 swap drop
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
fn program_can_only_call_procedures_of_its_kernel() {
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
fn a_kernel_assembled_with_other_options_is_named() {
    let sandbox = sandbox();
    // Optimization drops the sum.
    sandbox.write("k.masm", format!("{KERNEL}\nexport.more push.1 push.2 add drop end\n"));
    sandbox.run("compile p.masm -k k.masm -o p.bin --no-opt").exits(0);
    let run = sandbox.run("run p.bin -k k.masm").exits(2);
    run.says("p.bin was compiled with k.masm assembled with --no-opt; add the option, or omit --kernel");
    sandbox.run("run p.bin -k k.masm --no-opt").exits(0);
    sandbox.run("run p.bin").exits(0);
    sandbox.write("k.masm", format!("{KERNEL}\nexport.more push.1 end\n"));
    sandbox.run("run p.bin -k k.masm").exits(2).says("a kernel other than k.masm");
}

#[test]
fn compiled_program_contains_its_kernel() {
    let sandbox = sandbox();
    let source = compiled(&sandbox, "p.masm -k k.masm -o p.bin");
    assert_eq!(compiled(&sandbox, "p.bin"), source);
    assert_eq!(compiled(&sandbox, "p.bin -k k.masm"), source);
    assert_eq!(compiled(&sandbox, "p.bin -k p.bin"), source);
    sandbox.write("other.masm", "export.read drop mem_load.8 end");
    let other = sandbox.run("compile p.bin -k other.masm --json").exits(2).says("p.bin").says("other.masm");
    assert_eq!(other.json()["error"], "kernel");
    // Source needs the source of its kernel.
    sandbox.run("compile p.masm -k p.bin").exits(2).says("p.bin is a compiled program");
}

#[test]
fn result_does_not_replace_the_kernel() {
    let sandbox = sandbox();
    sandbox.run("compile p.masm -k k.masm -o k.masm").exits(2).says("cannot write k.masm");
    assert_eq!(sandbox.read("k.masm"), KERNEL.as_bytes());
}

#[test]
fn system_calls_use_the_memory_of_the_root_context() {
    let sandbox = sandbox();
    let stack = sandbox.run("run p.masm -k k.masm -n 1 --json").exits(0).json()["stack"].clone();
    assert_eq!(stack, json!(["3"]));
    sandbox.run("compile p.masm -k k.masm -o p.bin").exits(0);
    assert_eq!(sandbox.run("run p.bin -n 1").exits(0).stdout, "Output: [3]\n");
}

#[test]
fn failure_in_the_kernel_points_into_its_source() {
    let sandbox = sandbox();
    sandbox.write("p.masm", "begin syscall.check end");
    sandbox.write("k.masm", "export.check\n    assertz assert\nend\n");
    sandbox.run("run p.masm -k k.masm").exits(1).says("k.masm:2:13").says("in procedure `check`");
}

#[test]
fn the_kernel_is_part_of_the_statement() {
    let sandbox = sandbox();
    let value = sandbox.run("prove p.masm -k k.masm --json").exits(0).json();
    let hash = value["program_hash"].as_str().unwrap();
    assert_eq!(value["kernel"].as_array().unwrap().len(), 2);
    let verify = format!("verify -p p.proof -x {hash}");
    sandbox.run("compile p.masm -k k.masm -o p.bin").exits(0);
    for kernel in ["k.masm", "p.bin"] {
        let verified = sandbox.run(&format!("{verify} -k {kernel} --json")).exits(0).json();
        assert_eq!(verified["valid"], true);
        assert_eq!(verified["kernel"], value["kernel"]);
    }

    let without = sandbox.run(&verify).exits(1).says("Program failed verification! - ");
    without.says("--kernel");
    // Kernels with more, fewer and other procedures.
    let (increment, read) = KERNEL.split_once("end").unwrap();
    for other in [
        format!("{KERNEL} export.more swap end"),
        format!("{increment} end"),
        read.to_owned(),
        KERNEL.replace(".7", ".8"),
    ] {
        sandbox.write("other.masm", other);
        let refused = sandbox.run(&format!("{verify} -k other.masm --json")).exits(1);
        assert_eq!(refused.json()["valid"], false);
        refused.says("kernel");
    }
}
