//! What is generated from the definitions of commands and options, the version, and `miden explain`.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use expect_test::expect;

mod support;

use support::Sandbox;

/// Names of all commands, from the help.
fn commands() -> Vec<String> {
    let help = Sandbox::new().run("--help").exits(0).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn completions_have_all_commands_for_each_shell() {
    let commands = commands();
    assert!(commands.len() > 10 && commands.iter().any(|name| name == "verify"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Sandbox::new().run(&format!("completions {shell}")).exits(0).stdout;
        for word in commands.iter().map(String::as_str).chain(["program-hash", "cycle-limit"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    Sandbox::new().run("completions csh").exits(2).says("bash");
}

/// A shell must accept the script and complete with it.
#[test]
#[cfg(unix)]
fn bash_completes_commands() {
    let sandbox = Sandbox::new();
    sandbox.write("script", sandbox.run("completions bash").exits(0).stdout);
    let test = "source ./script && COMP_WORDS=(miden ver) COMP_CWORD=1 && _miden miden ver miden && echo ${COMPREPLY[@]}";
    let Ok(output) =
        std::process::Command::new("bash").args(["-c", test]).current_dir(sandbox.path("")).output()
    else {
        return;
    };
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "verify\n");
}

#[test]
fn manual_pages_are_written_for_all_commands() {
    let sandbox = Sandbox::new();
    let page = sandbox.run("man").exits(0).stdout;
    assert!(page.contains(".TH miden 1") && page.contains("miden\\-verify(1)"), "{page}");
    let page = sandbox.run("man verify").exits(0).stdout;
    assert!(page.contains(".TH miden-verify 1") && page.contains("\\-\\-program\\-hash"), "{page}");
    sandbox.run("man fly").exits(2).says("there is no command `fly`").says("verify");
    std::fs::create_dir(sandbox.path("pages")).unwrap();
    sandbox.run("man --output pages").exits(0);
    let mut expected: Vec<_> = commands().iter().map(|name| format!("miden-{name}.1")).collect();
    expected.push("miden.1".into());
    expected.sort();
    let entries = std::fs::read_dir(sandbox.path("pages")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let (nested, names): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.starts_with("miden-storage-"));
    assert_eq!(names, expected);
    assert!(nested.contains(&"miden-storage-init.1".into()), "{nested:?}");
    assert_eq!(sandbox.read("pages/miden-verify.1"), page.as_bytes());
    sandbox.run("man --output nowhere").exits(2).says("cannot write nowhere/miden.1");
}

#[test]
fn version_names_commit_features_and_target() {
    let sandbox = Sandbox::new();
    let short = sandbox.run("-V").exits(0).stdout;
    assert_eq!(short, format!("miden {}\n", env!("CARGO_PKG_VERSION")));
    let long = sandbox.run("--version").exits(0).stdout;
    let keys: Vec<_> = long.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    assert_eq!(keys, ["commit", "features", "target", "proof format"], "{long}");
    let line = |key: &str| long.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
    assert!(line("features: ").starts_with("concurrent"));
    assert!(line("target: ").contains(std::env::consts::ARCH));
    let commit = line("commit: ");
    assert!(
        commit == "unknown" || commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{long}"
    );
}

#[test]
fn explain_knows_the_names_in_results() {
    let sandbox = Sandbox::with_program("begin push.0 inv end");
    let code = sandbox.run("run p.masm --json").exits(1).json()["code"].as_str().unwrap().to_owned();
    let explained = sandbox.run(&format!("explain {code}")).exits(0).stdout;
    expect![[r#"
        DivideByZero (2)

        A division by zero, or the inverse of zero. Compare the divisor with zero before
        dividing, if it comes from inputs.

        Operations: inv, u32div
    "#]]
    .assert_eq(&explained);
    assert_eq!(sandbox.run("explain dividebyzero").exits(0).stdout, explained);
    sandbox.write("p.masm", "begin adv_push.1 end");
    let error = sandbox.run("run p.masm --json").exits(1).json()["error"].as_str().unwrap().to_owned();
    sandbox.run(&format!("explain {error}")).exits(0);
    let error = sandbox.run("run missing.masm --json").exits(2).json()["error"].as_str().unwrap().to_owned();
    assert!(sandbox.run(&format!("explain {error}")).exits(0).stdout.starts_with("file\n\n"));
    sandbox.run("explain DivideByZer").exits(2).says("did you mean `DivideByZero`?");
    sandbox.run("explain what").exits(2).says("lists the names");

    let list = sandbox.run("explain").exits(0).stdout;
    let object = sandbox.run("explain --json").exits(0).json();
    for entry in object["explanations"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        assert!(list.contains(&format!("  {name}\n")), "{name}");
        let one = sandbox.run(&format!("explain {name} --json")).exits(0).json();
        assert_eq!((&one["name"], &one["explanation"]), (&entry["name"], &entry["explanation"]));
    }
    let all_faults = miden_core::FaultCode::ALL.iter().all(|code| list.contains(code.name()));
    assert!(all_faults, "{list}");
}
