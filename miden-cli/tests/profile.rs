//! `profile`: cycles and rows by procedure and line, in all formats.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use expect_test::expect;
use miden_core::Felt;
use serde_json::Value;

mod support;

use support::{Sandbox, corpus};

const PARTS: [&str; 6] = ["execution", "range", "hasher", "bitwise", "memory", "merkle"];

const PROGRAM: &str = "\
use.std::math::u64
use.std::crypto::hashes::native
proc.square
    dup mul
end
proc.work.1
    push.3 exec.square loc_store.0
    push.12 push.10 u32and drop
    repeat.4 hperm end
end
begin
    exec.work
    push.1.2.3.4 exec.u64::wrapping_mul
    push.5 neq.0
    while.true
        call.square push.0
    end
    exec.work
end
";

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// Compares the sums of a profile with `analyze`.
fn check_sums(sandbox: &Sandbox, options: &str) {
    check_sums_of(sandbox, &[&["p.masm"][..], &options.split_whitespace().collect::<Vec<_>>()].concat());
}

/// Like [`check_sums`], with these arguments.
fn check_sums_of(sandbox: &Sandbox, arguments: &[&str]) {
    let of = |command| sandbox.pipe(&[&[command, "--json"][..], arguments].concat(), b"").exits(0).json();
    let (profile, analysis) = (of("profile"), of("analyze"));
    assert_eq!(profile["cycles"], analysis["cycles"]);
    for part in PARTS {
        let of = |key: &str| number(&profile["parts"][part][key]);
        assert_eq!(of("rows"), number(&analysis["trace"][part]), "{part}");
        assert_eq!(of("profiled") + of("other"), of("rows"), "{part}");
        for table in ["procedures", "lines"] {
            let own = profile[table].as_array().unwrap().iter().map(|entry| number(&entry["own"][part]));
            assert_eq!(own.sum::<u64>(), of("profiled"), "{table}, {part}");
        }
        // Everything is caused by the body of the program.
        assert_eq!(number(&profile["procedures"][0]["total"][part]), of("profiled"), "{part}");
        // The parts that only operations have.
        if ["hasher", "memory", "merkle"].contains(&part) {
            assert_eq!(of("other"), 0, "{part}");
        }
    }
    assert_eq!(number(&profile["parts"]["execution"]["profiled"]), number(&analysis["cycles"]));
    let by_name = |table: &Value, own: &dyn Fn(&Value) -> u64, total: &dyn Fn(&Value) -> u64| {
        let entry = |entry: &Value| {
            let name = format!("{} {}", entry["procedure"], entry["file"]);
            (name, (number(&entry["invocations"]), own(entry), total(entry)))
        };
        table.as_array().unwrap().iter().map(entry).collect::<BTreeMap<_, _>>()
    };
    let cycles = |key: &'static str| move |entry: &Value| number(&entry[key]["execution"]);
    assert_eq!(
        by_name(&profile["procedures"], &cycles("own"), &cycles("total")),
        by_name(&analysis["procedures"], &|entry| number(&entry["own_cycles"]), &|entry| number(
            &entry["cycles"]
        )),
    );
}

#[test]
fn sums_equal_those_of_analyze() {
    let sandbox = Sandbox::with_program(PROGRAM);
    check_sums(&sandbox, "");
    check_sums(&sandbox, "--no-opt");
    for program in [
        "begin end",
        "begin push.1.2.3 add add end",
        "begin push.0 repeat.9 add.1 dup mem_store.7 end end",
        "proc.p if.true add else mul end end begin exec.p exec.p call.p push.1 exec.p end",
        "use.std::crypto::hashes::sha256 begin repeat.2 exec.sha256::hash_2to1 end end",
        "begin push.7.3 u32and push.7.3 u32and push.9.3 u32checked_div dropw end",
    ] {
        sandbox.write("p.masm", program);
        check_sums(&sandbox, "");
    }
}

/// Every program of the corpus with a case that succeeds and needs no advice but a tape.
#[test]
fn sums_equal_those_of_analyze_for_the_corpus() {
    let sandbox = Sandbox::new();
    let list = |values: &[Felt]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let mut checked = 0;
    for entry in corpus::read() {
        let is_simple = |case: &&corpus::Case| {
            let advice = &case.inputs.advice;
            case.expected.is_ok() && advice.map().is_empty() && advice.merkle_store().is_empty()
        };
        let Some(case) = entry.cases.iter().find(is_simple) else { continue };
        let (stack, tape) = (list(case.inputs.stack.items()), list(case.inputs.advice.tape()));
        let mut arguments = vec![entry.path.to_str().unwrap(), "--stack", &stack];
        arguments.extend(["--advice", &tape].into_iter().filter(|_| !tape.is_empty()));
        arguments.extend(entry.kernel.iter().flat_map(|path| ["--kernel", path.to_str().unwrap()]));
        check_sums_of(&sandbox, &arguments);
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn tables_show_procedures_and_lines() {
    let sandbox = Sandbox::with_program(PROGRAM);
    expect![[r#"
        Part              Rows    Profiled       Other
        execution           77          72           5
        range              268           8         260
        hasher             144         144           0
        bitwise              2           1           1
        memory               2           2           0
        merkle               0           0           0

        Procedure                             execution      total      range      total     hasher      total    bitwise      total     memory      total
        (program)                                    20         72          0          8         72        144          0          1          0          2
        work (p.masm:6)                              34         38          5          5         64         64          1          1          2          2
        wrapping_mul (std/math/u64.masm:106)         11         11          3          3          0          0          0          0          0          0
        square (p.masm:3)                             7          7          0          0          8          8          0          0          0          0

        Line                   execution      total      range      total     hasher      total    bitwise      total     memory      total
        p.masm:12                      0         38          0          5          0         64          0          1          0          2
        p.masm:13                      4         15          0          3          0          0          0          0          0          0
        p.masm:7                      10         14          2          2          0          0          0          0          2          2
        (blocks and joins)             9          9          0          0         64         64          0          0          0          0
        p.masm:6                       8          8          3          3          0          0          0          0          0          0
        p.masm:8                       8          8          0          0          0          0          1          1          0          0
        p.masm:9                       8          8          0          0         64         64          0          0          0          0
        p.masm:4                       6          6          0          0          0          0          0          0          0          0
        p.masm:16                      3          6          0          0          8         16          0          0          0          0
        std/math/u64.masm:108          4          4          1          1          0          0          0          0          0          0
        std/math/u64.masm:109          4          4          1          1          0          0          0          0          0          0
        p.masm:14                      3          3          0          0          0          0          0          0          0          0
        std/math/u64.masm:107          3          3          1          1          0          0          0          0          0          0
        p.masm:15                      2          2          0          0          8          8          0          0          0          0
    "#]].assert_eq(&sandbox.run("profile p.masm --no-opt").exits(0).stdout);
    let value = sandbox.run("profile p.masm --no-opt --json").exits(0).json();
    let line = |number: u64| {
        let lines = value["lines"].as_array().unwrap();
        lines.iter().find(|line| line["line"] == number && line["file"] == "p.masm").unwrap().clone()
    };
    // The line of an invocation has the rows of the procedure.
    assert_eq!(number(&line(9)["own"]["hasher"]), 64);
    assert_eq!(number(&line(12)["own"]["hasher"]), 0);
    assert_eq!(number(&line(12)["total"]["hasher"]), 64);
    assert_eq!(number(&line(12)["own"]["execution"]), 0);
    assert!(number(&line(12)["total"]["execution"]) > 10);
}

#[test]
fn other_formats_have_the_same_sums() {
    let sandbox = Sandbox::with_program(PROGRAM);
    let cycles = number(&sandbox.run("analyze p.masm --no-opt --json").exits(0).json()["cycles"]);
    let folded = sandbox.run("profile p.masm --no-opt --format folded").exits(0).stdout;
    let weights = folded.lines().map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap());
    assert_eq!(weights.sum::<u64>(), cycles);
    assert!(folded.contains("(program);work (p.masm:6);square (p.masm:3) "), "{folded}");

    let svg = sandbox.run("profile p.masm --format svg --part hasher -o p.svg").exits(0);
    assert_eq!(svg.stdout, "");
    let svg = String::from_utf8(sandbox.read("p.svg")).unwrap();
    assert!(
        svg.starts_with("<?xml")
            && svg.contains("work (p.masm:6)")
            && svg.contains("Rows of the part hasher")
    );
    sandbox.run("profile p.masm --format svg --part hasher -o again.svg").exits(0);
    assert_eq!(sandbox.read("again.svg"), svg.as_bytes());
    sandbox.run("profile p.masm --format svg --part merkle").exits(2).says("no rows of the part `merkle`");

    let firefox = sandbox.run("profile p.masm --no-opt --format firefox").exits(0).stdout;
    let profile: Value = serde_json::from_str(&firefox).unwrap();
    let threads = profile["threads"].as_array().unwrap();
    let names: Vec<_> = threads.iter().map(|thread| thread["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bitwise", "execution", "hasher", "memory", "range"]);
    let weights = threads[1]["samples"]["weight"].as_array().unwrap();
    assert_eq!(weights.iter().map(number).sum::<u64>(), cycles);
}

#[test]
fn programs_that_fail_or_have_no_sources_have_no_profile() {
    let sandbox = Sandbox::with_program("proc.p assert end begin push.2 exec.p end");
    sandbox.run("profile p.masm").exits(1).says("called by `exec.p` at p.masm:1:32");
    sandbox.write("p.masm", "begin push.1 drop push.2 end");
    sandbox.run("compile p.masm -o p.bin --strip").exits(0);
    sandbox.run("profile p.bin").exits(2).says("a program without its sources");
}

#[test]
fn equal_calls_count_for_the_line_of_the_procedure_that_runs() {
    let sandbox = Sandbox::with_program(
        "\
proc.f dup mul end
proc.g
    push.1 add
    call.f
    push.2 add
end
proc.h
    push.3 add
    call.f
    push.4 add
end
begin
    repeat.3 exec.g end
    exec.h
    drop
end
",
    );
    let profile = sandbox.run("profile p.masm --no-opt --json").exits(0).json();
    let lines = profile["lines"].as_array().unwrap();
    let own = |line: u64| {
        let entry = lines.iter().find(|entry| entry["line"] == line).unwrap();
        number(&entry["own"]["execution"])
    };
    // The visit and the return of each call.
    assert_eq!((own(4), own(9)), (6, 2), "{lines:?}");
}
