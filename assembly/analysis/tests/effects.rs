//! Inferred stack effects, and the warnings about them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Write, fs, path::Path};

use expect_test::{Expect, expect, expect_file};
use miden_assembly::{Assembler, Library, Source, Version, tooling::Outline};
use miden_assembly_analysis::{Effects, LintDiagnostics, LintKind, StatedEffect};

fn outline(text: &str) -> Outline {
    let source = Source::new("p.masm", text);
    Assembler::new().outline_program(&source).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Checks the effects of all procedures, and the rendered warnings.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let outline = outline(text);
    let effects = Effects::infer(&outline);
    let mut shown = String::new();
    for (procedure, effect) in outline.procedures.iter().zip(&effects.procedures) {
        let name = procedure.name.as_deref().unwrap_or("begin");
        match effect.known() {
            Some(effect) => writeln!(shown, "{name}: {} → {}", effect.inputs, effect.outputs()).unwrap(),
            None => writeln!(shown, "{name}: {effect:?}").unwrap(),
        }
    }
    if !effects.warnings.is_empty() {
        writeln!(shown, "{}", LintDiagnostics::new(effects.warnings)).unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn effects_follow_instructions_procedures_and_blocks() {
    check(
        "proc.third dup.2 end
        proc.sum.1 add loc_store.0 loc_load.0 loc_load.0 end
        proc.twice exec.third exec.sum end
        proc.both if.true add else mul end end
        proc.maximum dup.1 dup.1 lt if.true swap end drop end
        proc.count push.10 dup neq.0 while.true sub.1 dup neq.0 end drop end
        proc.until do sub.1 dup eq.0 while not end end
        proc.many repeat.20 drop end repeat.3 push.1 end end
        proc.digest procref.many dropw end
        proc.unknown dynexec end
        proc.fails push.0 assert.err=1 end
        proc.maybe if.true push.1 else exec.fails end end
        proc.moves movup.14 movdn.14 end
        begin
            exec.twice exec.both exec.maximum exec.count exec.until exec.many exec.digest
            exec.unknown exec.maybe exec.moves
        end",
        expect![[r"
            third: 3 → 4
            sum: 2 → 2
            twice: 3 → 4
            both: 3 → 1
            maximum: 2 → 1
            count: 0 → 0
            until: 1 → 1
            many: 20 → 3
            digest: 0 → 0
            unknown: Unknown
            fails: Fails
            maybe: 1 → 1
            moves: 15 → 15
            begin: Unknown
        "]],
    );
}

#[test]
fn unbalanced_branches_and_loops_are_found() {
    check(
        "begin
            if.true push.1.2 else drop end
            if.false drop end
            push.1 while.true push.0 push.1 end
            do drop while push.0 end
            repeat.3 push.1 end
            if.true push.1 else push.0 assert end
        end",
        expect![[r"
            begin: Unknown
            warning: the branches differ: the first adds 2 items, the second removes 1 item
             --> p.masm:2:13
              |
            2 |             if.true push.1.2 else drop end
              |             ^^^^^^^
              |
              = help: the code that follows finds other items in each case; drop or push the difference, or write `@allow(unbalanced_branches)` before the procedure

            warning: the branches differ: one removes 1 item, the empty one none
             --> p.masm:3:13
              |
            3 |             if.false drop end
              |             ^^^^^^^^
              |
              = help: add an `else` that does the same to the stack, or write `@allow(unbalanced_branches)` before the procedure

            warning: the loop is not balanced: each iteration adds 1 item
             --> p.masm:4:20
              |
            4 |             push.1 while.true push.0 push.1 end
              |                    ^^^^^^^^^^
              |
              = help: the code that follows cannot know the height of the stack; drop or push the difference, or write `@allow(unbalanced_loop)` before the procedure

            warning: the loop is not balanced: each iteration removes 1 item
             --> p.masm:5:13
              |
            5 |             do drop while push.0 end
              |             ^^
              |
              = help: the code that follows cannot know the height of the stack; drop or push the difference, or write `@allow(unbalanced_loop)` before the procedure
        "]],
    );
}

#[test]
fn effects_are_compared_with_comments() {
    check(
        "#! Adds.
        #! Stack: [b, a] → [a + b]
        proc.right add end
        proc.reads_more # [a] → [c]
            add
        end
        # [a7, …, a0, W] -> [a]
        @locals(1)
        proc.leaves_more
            repeat.10 drop end
        end
        # Moves on [a].
        proc.silent drop end
        # [a, …] → [] for any a
        proc.with_rest drop end
        begin exec.right exec.reads_more exec.leaves_more exec.silent exec.with_rest end",
        expect![[r"
            right: 2 → 1
            reads_more: 2 → 1
            leaves_more: 10 → 0
            silent: 1 → 0
            with_rest: 1 → 0
            begin: 14 → 0
            warning: the procedure reaches 2 items deep, but its comment states 1
             --> p.masm:4:9
              |
            4 |         proc.reads_more # [a] → [c]
              |         ^^^^^^^^^^^^^^^   --------- as stated here
              |
              = help: correct the code or the comment, or write `@allow(reads_below_inputs)` before the procedure

            warning: the procedure leaves 0 items in place of 1, but its comment states 1
             --> p.masm:4:9
              |
            4 |         proc.reads_more # [a] → [c]
              |         ^^^^^^^^^^^^^^^   --------- as stated here
              |
              = help: correct the code or the comment, or write `@allow(other_effect)` before the procedure

            warning: the procedure leaves 2 items in place of 12, but its comment states 1
             --> p.masm:9:9
              |
            7 |         # [a7, …, a0, W] -> [a]
              |           --------------------- as stated here
            8 |         @locals(1)
            9 |         proc.leaves_more
              |         ^^^^^^^^^^^^^^^^
              |
              = help: correct the code or the comment, or write `@allow(other_effect)` before the procedure
        "]],
    );
}

#[test]
fn a_test_counts_as_used() {
    check(
        "@test(stack = [1], expect = [])
        proc.tested drop end
        @tests
        proc.lost drop end
        begin push.1 drop end",
        expect![[r#"
            tested: 1 → 0
            lost: 1 → 0
            begin: 0 → 0
            warning: procedure `lost` is not used
             --> p.masm:4:9
              |
            4 |         proc.lost drop end
              |         ^^^^^^^^^
              |
              = help: remove it, or write `@allow(unused_procedure)` before the procedure
        "#]],
    );
}

#[test]
fn calls_that_always_fail_and_unused_procedures_are_found() {
    check(
        "proc.deep push.1 end
        proc.exchange drop push.1 end
        proc.shallow push.1 swap drop end
        proc.unused drop end
        proc.named drop end
        @allow(unused_procedure, unused_procedur)
        proc.allowed drop end
        begin call.deep call.shallow call.exchange procref.named dropw end",
        expect![[r"
            deep: 0 → 1
            shallow: 1 → 1
            exchange: 1 → 1
            named: 1 → 0
            unused: 1 → 0
            allowed: 1 → 0
            begin: 0 → 1
            warning: procedure `unused` is not used
             --> p.masm:4:9
              |
            4 |         proc.unused drop end
              |         ^^^^^^^^^^^
              |
              = help: remove it, or write `@allow(unused_procedure)` before the procedure

            warning: no lint is called `unused_procedur`
             --> p.masm:7:9
              |
            7 |         proc.allowed drop end
              |         ^^^^^^^^^^^^
              |
              = help: did you mean `unused_procedure`?

            warning: the call always fails: the procedure returns with 17 items on the stack
             --> p.masm:8:15
              |
            8 |         begin call.deep call.shallow call.exchange procref.named dropw end
              |               ^^^^^^^^^
              |
              = help: drop the items that are not results, or write `@allow(call_too_deep)` before the procedure

            warning: the call always fails: the procedure returns with 17 items on the stack
             --> p.masm:8:38
              |
            8 |         begin call.deep call.shallow call.exchange procref.named dropw end
              |                                      ^^^^^^^^^^^^^
              |
              = help: drop the items that are not results, or write `@allow(call_too_deep)` before the procedure
        "]],
    );
}

#[test]
fn attributes_turn_lints_off() {
    let text = "proc.p # [a] → []
            push.1 while.true push.0 push.1 end if.true drop end
        end
        begin exec.p while.true end if.true drop end end";
    let kinds = |text: &str| {
        let warnings = Effects::infer(&outline(text)).warnings;
        warnings.iter().map(|warning| warning.kind().kind()).collect::<Vec<_>>()
    };
    let (looped, branched) = (LintKind::UnbalancedLoop, LintKind::UnbalancedBranches);
    assert_eq!(kinds(text), [looped, branched, looped, branched]);
    let allow =
        |text: &str, before: &str, names: &str| text.replace(before, &format!("@allow({names})\n{before}"));
    let text = allow(text, "proc", "unbalanced_loop");
    assert_eq!(kinds(&text), [branched, looped, branched]);
    let text = allow(&text, "begin", " unbalanced_loop , unbalanced_branches ");
    assert_eq!(kinds(&text), [branched]);
    assert_eq!(kinds(&allow(&text, "proc", "unbalanced_branches")), []);
}

#[test]
fn procedures_without_source_have_effects() {
    let text = "export.p if.true add else mul end end export.q repeat.2 call.p end end export.r dynexec end";
    let library =
        Library::new("lib", Version::default(), [("lib::m".into(), Source::new("m", text))]).unwrap();
    let kernel = Source::new("kernel", "export.k push.1 add end export.deep push.1 end");
    let compiled = Assembler::new().bundle(&library).unwrap().library;
    let assembler = Assembler::new().with_compiled_library(compiled).unwrap().with_kernel(&kernel).unwrap();
    let source = Source::new(
        "p.masm",
        "use.lib::m proc.a exec.m::p end proc.b exec.m::q syscall.k end proc.c exec.m::r end
        begin exec.a exec.b exec.c syscall.deep end",
    );
    let outline = assembler.outline_program(&source).unwrap();
    let effects = Effects::infer(&outline);
    let known = |index: usize| {
        effects.procedures[index]
            .known()
            .map(|e: miden_assembly::tooling::StackEffect| (e.inputs, e.outputs()))
    };
    assert_eq!([known(0), known(1), known(2)], [Some((3, 1)), Some((5, 1)), None]);
    let kinds: Vec<_> = effects.warnings.iter().map(|warning| warning.kind().kind()).collect();
    assert_eq!(kinds, [LintKind::CallTooDeep]);
}

#[test]
fn a_library_is_checked_as_a_whole() {
    let modules = [
        ("lib::a", "use.lib::b export.p exec.b::q end proc.unused end"),
        ("lib::b", "export.q proc_is_private end proc.helper drop end"),
    ];
    let modules = modules.map(|(path, text)| {
        let text = text.replace("proc_is_private", "exec.helper push.1 if.true push.1 end");
        (path.to_owned(), Source::new(path, text))
    });
    let library = Library::new("lib", Version::default(), modules).unwrap();
    let effects = Effects::infer(&Assembler::new().outline_library(&library).unwrap());
    let found: Vec<_> =
        effects.warnings.iter().map(|warning| (warning.source().name(), warning.kind().kind())).collect();
    let expected = [("lib::a", LintKind::UnusedProcedure), ("lib::b", LintKind::UnbalancedBranches)];
    assert_eq!(found, expected);
}

/// All sources below a folder: `a/b.masm` is `name::a::b`.
fn library(folder: &Path, name: &str) -> Library {
    let mut modules = Vec::new();
    let mut folders = vec![(folder.to_owned(), name.to_owned())];
    while let Some((folder, path)) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            let below = format!("{path}::{}", file.file_stem().unwrap().to_str().unwrap());
            match file.is_dir() {
                true => folders.push((file, below)),
                false => {
                    modules.push((below.clone(), Source::new(below, fs::read_to_string(&file).unwrap())))
                }
            }
        }
    }
    Library::new(name, Version::default(), modules).unwrap()
}

#[test]
fn the_standard_library_does_what_its_comments_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib/asm");
    let outline = Assembler::new().outline_library(&library(&folder, "std")).unwrap();
    let effects = Effects::infer(&outline);
    // Comments that use names for values of several items, or moves that are undone; a new entry needs a look.
    let mut list = String::new();
    for warning in &effects.warnings {
        let header = warning.source().slice(warning.span());
        writeln!(list, "{} {header}: {}", warning.source().name(), warning.kind().kind().name()).unwrap();
    }
    expect_file!["standard_library.lints"].assert_eq(&list);
    // Not for lack of comments, or of effects.
    let stated = outline.procedures.iter().filter(|procedure| StatedEffect::of(procedure).is_some()).count();
    let known = effects.procedures.iter().filter(|effect| effect.known().is_some()).count();
    assert!(
        stated > 300 && known > 400,
        "{stated} comments, {known} effects of {}",
        outline.procedures.len()
    );
}

#[test]
fn lines_have_the_depth_after_them_and_their_cycles() {
    let outline = outline(
        "proc.f
            dup add
            if.true
                drop
            else
                dup drop drop
            end
            repeat.2 drop drop
            end
        end
        begin
            dup dup.1
            do dup
            while drop dup end
            exec.f drop
            dynexec
            drop
        end",
    );
    let lines = Effects::infer(&outline).lines;
    let shown: Vec<_> =
        lines.iter().map(|line| (line.source.location(line.end).line, line.depth, line.cycles)).collect();
    // The branch has popped its condition, and both leave one item less. After `dynexec` nothing is known.
    let expected = [
        (2, 0, Some(2)),
        (4, -2, Some(1)),
        (6, -2, Some(3)),
        (8, -4, Some(2)),
        (12, 2, Some(2)),
        (13, 3, Some(1)),
        (14, 3, Some(2)),
        (15, -5, None),
    ];
    assert_eq!(shown, expected);
}
