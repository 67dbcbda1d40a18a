//! Executes calls, memory, advice, hashes and error codes, and checks their results and failures.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod advice;
mod advice_lists;
mod calls;
mod error_codes;
mod examples;
mod hash;
mod memory;
mod merkle;
mod run;
mod system_calls;

use run::Run;

#[test]
fn every_instruction_of_these_chapters_is_executed() {
    let sources = [
        include_str!("advice.rs"),
        include_str!("calls.rs"),
        include_str!("hash.rs"),
        include_str!("memory.rs"),
        include_str!("merkle.rs"),
        include_str!("system_calls.rs"),
    ];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let words: Vec<&str> = sources.iter().flat_map(|text| text.split(|c| !is_part(c))).collect();
    let occurs = |name: &str| {
        words.iter().any(|word| {
            word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '{']))
        })
    };
    let chapters = ["Constants and environment", "Memory and locals", "Advice", "Hashes and Merkle trees"];
    for form in miden_assembly::instruction_forms().iter().filter(|form| chapters.contains(&form.chapter)) {
        for name in [form.name].iter().chain(form.aliases) {
            assert!(occurs(name), "{name}");
        }
    }
    for name in ["exec", "call", "syscall", "procref", "dynexec", "dyncall"] {
        assert!(occurs(name), "{name}");
    }
}

/// Both with and without items below the top 16.
#[test]
fn the_depth_changes_by_what_an_instruction_takes_and_leaves() {
    for (instruction, change) in [
        ("sdepth", 1),
        ("clk", 1),
        ("mem_load", 0),
        ("mem_load.1", 1),
        ("mem_loadw", -1),
        ("mem_loadw.1", 0),
        ("mem_loadw_le", -1),
        ("mem_store", -2),
        ("mem_store.1", -1),
        ("mem_storew", -1),
        ("mem_storew_le", -1),
        ("mem_storew.1", 0),
        ("mem_stream", 0),
        ("adv_push.5", 5),
        ("adv_pushw", 4),
        ("adv_loadw", 0),
        ("adv_pipe", 0),
        ("adv.push_u64div", 0),
        ("emit.1", 0),
        ("hperm", 0),
        ("hmerge", -4),
        ("hash", 0),
        ("mtree_merge", -4),
        ("exec.locals", 7),
        ("call.nothing", 0),
        ("procref.nothing", 4),
    ] {
        let program = format!(
            "proc.locals.2
                locaddr.0 loc_load.0 loc_loadw.0 loc_loadw_le.0 loc_store.0 loc_storew.0 loc_storew_le.0
                push.1.2.3.4.5.6
            end
            proc.nothing end
            begin {instruction} end"
        );
        for depth in [40, 20] {
            let run = Run::program(&program).stack((1..=depth).map(|item| item % 13)).tape(0..8);
            let end = run.execute().unwrap_or_else(|error| panic!("{instruction}: {error}"));
            assert_eq!(end.stack.len() as i64 - depth as i64, change, "{instruction}");
        }
    }
}
