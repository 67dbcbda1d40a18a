//! Processes that run on the same root.

use std::process::{Child, Stdio};

use serde_json::json;

use super::{info, sandbox, support::Sandbox};

fn start(sandbox: &Sandbox, arguments: &str) -> Child {
    let mut command = sandbox.command();
    command.args(arguments.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Counts in slot 5, like the example, but says when it has begun, and takes its time.
#[cfg(unix)]
const SLOW: &str = "\
begin
    debug.print=\"begun\"
    push.4000000 push.1
    while.true
        sub.1 dup neq.0
    end
    drop push.5 padw syscall.value_get
    add.1 syscall.value_set
    dropw drop
end
";

#[cfg(unix)]
#[test]
fn the_second_process_to_commit_is_told_both_roots() {
    use std::{
        io::{BufRead, BufReader, Read},
        process::Command,
    };

    use super::{EMPTY, set, support::Outcome};

    let sandbox = sandbox();
    sandbox.write("slow.masm", SLOW);
    let arguments = "run slow.masm --debug --storage s.redb --commit --json";
    let mut slow = start(&sandbox, arguments);
    let mut errors = BufReader::new(slow.stderr.take().unwrap());
    let mut stderr = String::new();
    while !stderr.contains("slow.masm:2:5: begun (cycle ") {
        assert!(errors.read_line(&mut stderr).unwrap() > 0, "{stderr}");
    }
    // The program runs on the empty state; while it is stopped, another process commits.
    let signal = |signal: &str| {
        assert!(Command::new("kill").args([signal, &slow.id().to_string()]).status().unwrap().success());
    };
    signal("-STOP");
    let root = set(&sandbox, 1, 10);
    signal("-CONT");

    errors.read_to_string(&mut stderr).unwrap();
    let output = slow.wait_with_output().unwrap();
    let (code, stdout) = (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap());
    let refused = Outcome { code, stdout, stderr }.exits(2);
    let message = format!(
        "conflict: the run started on root {EMPTY}, but the current root is {root}; nothing was changed"
    );
    let refused = refused.says(&message).json();
    assert_eq!(
        [&refused["error"], &refused["root_before"], &refused["root"], &refused["committed"]],
        [&json!("conflict"), &json!(EMPTY), &json!(root), &json!(false)]
    );
    let state = info(&sandbox);
    assert_eq!([&state["root"], &state["version"], &state["keys"]], [&json!(root), &json!(1), &json!(1)]);

    // The way out that the message names.
    let again = sandbox.run(arguments).exits(0).json();
    assert_eq!([&again["root_before"], &again["committed"]], [&json!(root), &json!(true)]);
    assert_eq!(info(&sandbox)["keys"], 2);
}

/// Adds 1 to a counter in slot 5 and leaves its old value.
const COUNTS: &str =
    "begin push.5 padw syscall.value_get add.1 syscall.value_set movdn.4 dropw swap drop end";

#[test]
fn every_run_of_a_race_is_committed_once_or_refused() {
    let sandbox = sandbox();
    sandbox.write("counts.masm", COUNTS);
    let runs: Vec<Child> =
        (0..4).map(|_| start(&sandbox, "run counts.masm --storage s.redb --commit --json")).collect();
    let mut committed = 0;
    for run in runs {
        let output = run.wait_with_output().unwrap();
        match output.status.code() {
            Some(0) => committed += 1,
            Some(2) => {
                let stderr = String::from_utf8(output.stderr).unwrap();
                assert!(stderr.contains("conflict: the run started on root "), "{stderr}");
            }
            code => panic!("exit status {code:?}"),
        }
    }
    assert!(committed > 0);
    assert_eq!(info(&sandbox)["version"], committed);
    // The counter has counted the commits, and nothing else.
    let result = sandbox.run("run counts.masm --storage s.redb --json -n 1").exits(0).json();
    assert_eq!(result["stack"], json!([committed.to_string()]));
}
