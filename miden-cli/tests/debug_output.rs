//! `run --debug`: the output of debug commands.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;

mod support;

use support::Sandbox;

const PROGRAM: &str = "\
proc.store.2
    loc_store.0 loc_store.1
    debug.local
    debug.local.1
    debug.mem
end
begin
    debug.print=\"start\"
    push.7.8 exec.store
    push.1.2.3.4 mem_storew.5
    debug.stack.5
    debug.mem.5
    debug.mem.0.9
    breakpoint
    adv_push.1
    debug.adv_stack
    debug.adv_stack.1
    drop dropw
end
";

#[test]
fn debug_commands_show_stack_memory_locals_and_advice() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let run = sandbox.run("run p.masm --debug --no-opt --advice 1,2,3").exits(0);
    expect![[r#"
        p.masm:8:5: start (cycle 2)
        p.masm:3:5: locals (cycle 14)
            local 0: [8, 0, 0, 0]
            local 1: [7, 0, 0, 0]
        p.masm:4:5: locals (cycle 14)
            local 1: [7, 0, 0, 0]
        p.masm:5:5: memory (cycle 14)
            1073741825: [8, 0, 0, 0]
            1073741826: [7, 0, 0, 0]
        p.masm:11:5: stack, top first: [4, 3, 2, 1, 0] (cycle 23)
        p.masm:12:5: memory (cycle 23)
            5: [1, 2, 3, 4]
        p.masm:13:5: memory (cycle 23)
            5: [1, 2, 3, 4]
        p.masm:16:5: advice tape, next first: [2, 3] (cycle 24)
        p.masm:17:5: advice tape, next first: [2] (cycle 24)
    "#]]
    .assert_eq(&run.errors());
    assert_eq!(run.stdout, sandbox.run("run p.masm --advice 1,2,3").exits(0).stdout);
}

#[test]
fn debug_commands_cost_nothing_without_the_option() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let without: String = PROGRAM
        .lines()
        .filter(|line| !line.contains("debug.") && !line.contains("breakpoint"))
        .map(|line| format!("{line}\n"))
        .collect();
    sandbox.write("plain.masm", without);
    assert_eq!(sandbox.run("run p.masm --advice 1,2,3").exits(0).errors(), "");
    for options in ["", "--no-opt"] {
        let hash = |arguments: &str| {
            let run = sandbox.run(&format!("compile {arguments} {options} --json")).exits(0);
            run.json()["program_hash"].clone()
        };
        assert_eq!(hash("p.masm"), hash("plain.masm"));
        assert_eq!(hash("p.masm --debug"), hash("plain.masm"));
    }
    sandbox.run("compile p.masm -o p.masp").exits(0);
    sandbox.run("compile plain.masm -o plain.masp --strip").exits(0);
    sandbox.run("compile p.masp -o p.stripped --strip").exits(0);
    assert_eq!(sandbox.read("p.stripped"), sandbox.read("plain.masp"));
    // A program compiled for debugging shows its commands wherever it runs with the option.
    sandbox.run("compile p.masm -o p.masp --debug").exits(0);
    sandbox.run("run p.masp --advice 1,2,3 --debug").exits(0).says("p.masm:8:5: start (cycle ");
    assert_eq!(sandbox.run("run p.masp --advice 1,2,3").exits(0).errors(), "");
}
