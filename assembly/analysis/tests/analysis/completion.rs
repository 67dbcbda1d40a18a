use miden_assembly_analysis::{Completion, CompletionKind};

use super::*;

/// The replaced text, and the completions.
fn complete(text: &str) -> (String, Vec<Completion>) {
    let (analysis, offset) = with_cursor(text);
    let completions = analysis.completions(offset, &library());
    (slice(analysis.source(), completions.replaced).into(), completions.items)
}

#[track_caller]
fn check(text: &str, replaced: &str, expected: &[&str]) {
    let (found, items) = complete(text);
    assert_eq!(found, replaced, "{text}");
    let texts: Vec<_> = items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(texts, expected, "{text}");
}

/// Whether all of these texts are offered.
fn offers(text: &str, wanted: &[&str]) -> bool {
    let (_, items) = complete(text);
    wanted.iter().all(|wanted| items.iter().any(|item| item.text == *wanted))
}

#[test]
fn keywords_of_declarations_are_offered_between_declarations() {
    check("|", "", &["use.", "const.", "adv_map.", "proc.", "export.", "pub", "mod", "begin"]);
    check(
        "proc.f add end\npr|\nbegin add end",
        "pr",
        &["use.", "const.", "adv_map.", "proc.", "export.", "pub", "mod", "begin"],
    );
}

#[test]
fn instructions_and_keywords_are_offered_in_bodies() {
    for text in
        ["begin |", "begin ad|", "proc.f add end begin if.true add else m| end end", "begin\n  add\n  |\nend"]
    {
        assert!(offers(text, &["add", "add.", "push.", "u32checked_add", "exec.", "if.", "end"]), "{text}");
        assert!(!offers(text, &["begin"]), "{text}");
    }
    let (replaced, items) = complete("begin mu|");
    assert_eq!(replaced, "mu");
    let mul = items.iter().find(|item| item.label == "mul.b").unwrap();
    assert_eq!((mul.kind, mul.text.as_str()), (CompletionKind::Instruction, "mul."));
    assert_eq!(mul.detail, "[a] → [a · b]  0–2 cycles");
}

#[test]
fn procedures_and_modules_are_offered_after_exec() {
    let text = "use.math::u64\nuse {truncate} from core::sys\nconst.A=1\nproc.f add end\nbegin exec.|";
    check(text, "", &["truncate", "f", "u64::"]);
    check("use.math::u64 begin call.u64::|", "", &["add"]);
    check("use.math::u64 begin call.u64::a|x end", "a", &["add"]);
    check("begin exec.::|", "", &["core::sys::", "math::facade::", "math::loop::", "math::u64::"]);
    check("begin exec.::math::u64::|", "", &["add"]);
    check("begin syscall.de|", "de", &["deposit"]);
}

#[test]
fn modules_and_their_items_are_offered_in_imports() {
    let paths = ["core::sys", "math::facade", "math::loop", "math::u64"];
    check("use.|", "", &paths);
    check("use.math::|\nbegin add end", "math::", &paths);
    check("use ma|", "ma", &paths);
    check("use {add} from ma|", "ma", &paths);
    check("use {a|} from math::u64", "a", &["add", "LIMB"]);
    check("use math::u64 as |", "", &[]);
}

#[test]
fn constants_are_offered_as_parameters_and_in_values() {
    check("const.A=1 const.B=|", "", &["A", "B"]);
    check("const A = 1\nconst B = 2 + A|", "A", &["A", "B"]);
    check("const A = 1\nproc.f add end begin push.|", "", &["A"]);
    check("const A = 1\nbegin assert.e|", "e", &["A", "err="]);
    check("const A = 1\nbegin assert.err=|", "", &["A"]);
    check("use {LIMB, add} from math::u64\nbegin push.|", "", &["LIMB"]);
    check("begin if.|", "", &["true", "false"]);
}

#[test]
fn instructions_with_dotted_names_are_offered() {
    assert!(offers("begin adv.|", &["mem.", "push_mapval"]));
}

#[test]
fn nothing_is_offered_in_comments_and_for_new_names() {
    check("# ad|", "", &[]);
    check("begin add # m|", "", &[]);
    check("proc.|", "", &[]);
    check("export proc a|", "a", &["use.", "const.", "adv_map.", "proc.", "export.", "pub", "mod", "begin"]);
}
