//! Debug commands: they leave the code as it is, wherever they are.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use expect_test::expect;
use miden_assembly::{
    Assembler, AssemblyErrorKind, CompiledLibrary, Library, Listing, Source, SyntaxKind, Version,
    parse_syntax,
};
use miden_core::{
    AdviceInputs, Node, Program,
    program::{DebugCommand, Decorator},
};
use miden_processor::{DefaultHost, Executor, InMemoryAdvice};

/// All programs of the corpus that need no kernel, and some shapes that it lacks.
fn programs() -> Vec<(String, String)> {
    let mut programs = Vec::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../miden-cli/tests/corpus");
    for folder in fs::read_dir(corpus).unwrap() {
        let folder = folder.unwrap().path();
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            if text.contains("begin")
                && !text.contains("# kernel:")
                && !path.to_string_lossy().contains("kernels")
            {
                programs.push((path.display().to_string(), text));
            }
        }
    }
    assert!(programs.len() > 50);
    let shapes = [
        "begin if.true if.true add else mul end end while.true end end",
        "proc.p if.true add end end begin exec.p exec.p call.p repeat.3 exec.p end exec.p end",
        "proc.p repeat.300 if.true add end end end begin repeat.1000 exec.p end repeat.0 push.1 end end",
        "begin repeat.700 push.1 end repeat.700 drop end if.true else end end",
        "proc.p end begin exec.p repeat.3 end if.true exec.p else exec.p end exec.p end",
        "begin push.1 while.true push.3 push.4 add neg drop push.0 end do push.0 while push.0 end end",
    ];
    programs.extend(shapes.iter().map(|text| ((*text).to_owned(), (*text).to_owned())));
    programs
}

/// The source with a command before each instruction and before each end of a block.
fn with_commands(text: &str) -> String {
    let (syntax, errors) = parse_syntax(&Source::new("p", text));
    assert!(errors.is_empty());
    let mut places = Vec::new();
    for block in syntax.root().descendants().filter(|element| element.kind() == SyntaxKind::Block) {
        places.extend(block.words().map(|word| word.start));
        places.push(block.span().end);
    }
    places.sort_unstable();
    let mut changed = text.to_owned();
    for place in places.into_iter().rev() {
        changed.insert_str(place, " debug.stack.3 ");
    }
    changed
}

fn assemble(assembler: &Assembler, name: &str, text: &str) -> Program {
    let assembly = assembler.assemble(&Source::new(name, text));
    assembly.unwrap_or_else(|errors| panic!("{errors}")).program
}

fn num_commands(program: &Program) -> usize {
    let commands = program.nodes().iter().map(|node| match node.node() {
        Node::Block(block) => {
            let debug = |(_, decorator): &&(u8, Decorator)| matches!(decorator, Decorator::Debug(_));
            block.decorators().iter().filter(debug).count()
        }
        Node::Watched(_, watch) => watch.before().len() + watch.after().len(),
        _ => 0,
    });
    commands.sum()
}

#[test]
fn commands_change_no_program_hash() {
    for (name, text) in programs() {
        let debugged = with_commands(&text);
        assert_ne!(debugged, text);
        for optimize in [true, false] {
            let assembler = Assembler::new().with_optimizations(optimize);
            let plain = assemble(&assembler, &name, &text);
            let kept = assemble(&assembler.clone().with_debug_commands(true), &name, &debugged);
            assert_eq!(kept.digest(), plain.digest(), "{debugged}");
            assert!(num_commands(&kept) > 0, "{debugged}");
            assert_eq!(Program::from_bytes(&kept.to_bytes()).as_ref(), Ok(&kept));
            // Without the option nothing of them is left.
            assert_eq!(assemble(&assembler, &name, &debugged), plain, "{debugged}");
        }
    }
}

/// The texts that a program prints.
fn printed(optimize: bool, text: &str) -> String {
    let assembler = Assembler::new().with_optimizations(optimize).with_debug_commands(true);
    let program = assemble(&assembler, "p", text);
    let mut printed = Vec::new();
    let mut host = DefaultHost::new(InMemoryAdvice::new(AdviceInputs::default(), 0).unwrap());
    host.handle_debug(|_, command, state, _| match command {
        DebugCommand::Print(text) => printed.push(text.to_string()),
        DebugCommand::Stack { .. } => printed.push(state.item(0).to_string()),
        _ => {}
    });
    Executor::new(&program).with_host(&mut host).execute().unwrap();
    drop(host);
    printed.join(" ")
}

#[test]
fn commands_are_executed_in_their_order() {
    let text = r#"
        proc.p debug.print="p" if.true debug.print="one" else debug.print="zero" end debug.print="q" end
        begin
            debug.print="start"
            push.1 exec.p push.0 exec.p call.p
            repeat.2 debug.print="twice" end
            push.1 while.true debug.print="loop" push.0 end
            debug.print="end"
        end"#;
    let expected = "start p one q p zero q p zero q twice twice loop end";
    for optimize in [true, false] {
        assert_eq!(printed(optimize, text), expected);
    }
}

#[test]
fn commands_see_a_state_of_the_program_as_written() {
    let text = "begin push.3 debug.stack push.4 debug.stack add debug.stack drop debug.stack end";
    assert_eq!(printed(false, text), "3 4 7 0");
    // The code is optimized away, so all commands come before it.
    assert_eq!(printed(true, text), "0 0 0 0");
    assert_eq!(printed(true, "begin push.3 push.4 add debug.stack movdn.2 end"), "7");
}

#[test]
fn commands_around_nodes_are_listed() {
    let text = "begin debug.mem if.true add end breakpoint debug.local end";
    let errors = Assembler::new().assemble(&Source::new("p", text)).unwrap_err();
    assert!(matches!(errors.errors()[0].kind(), AssemblyErrorKind::NoLocals { .. }), "{errors}");
    let text = "begin debug.mem if.true add debug.adv_stack.2 end breakpoint debug.mem.1.2 end";
    let assembly = Assembler::new().with_debug_commands(true).assemble(&Source::new("p", text)).unwrap();
    expect![[r"
        begin
            watched
                debug.mem
                if.true
                    block add debug.adv_stack.2 end
                else
                    block noop end
                end
                breakpoint
                debug.mem.1.2
            end
        end
    "]]
    .assert_eq(&Listing::new(&assembly.program).to_string());
    // Each command has its place.
    let (program, debug) = (&assembly.program, &assembly.debug);
    let texts = |id| (0..3).filter_map(move |index| Some(debug.decorator(id, index)?.text()));
    let texts: Vec<Vec<&str>> = program.node_ids().map(|id| texts(id).collect()).collect();
    assert!(texts.contains(&vec!["debug.mem", "breakpoint", "debug.mem.1.2"]), "{texts:?}");
}

#[test]
fn compiled_libraries_contain_no_commands() {
    let module =
        ("lib::a".to_owned(), Source::new("a", "export.p debug.stack if.true add end debug.stack end"));
    let library = Library::new("lib", Version::default(), [module]).unwrap();
    let assembler = Assembler::new().with_debug_commands(true);
    let bundle = assembler.bundle(&library).unwrap().library;
    let bundle = CompiledLibrary::from_bytes(&bundle.to_bytes()).unwrap();
    let program = "use.lib::a begin exec.a::p end";
    let compiled = assembler.clone().with_compiled_library(bundle).unwrap();
    let compiled = assemble(&compiled, "p", program);
    let source = assemble(&assembler.with_library(library).unwrap(), "p", program);
    assert_eq!((num_commands(&compiled), num_commands(&source)), (0, 2));
    assert_eq!(compiled.digest(), source.digest());
}

#[test]
fn parameters_of_commands_are_checked() {
    for (text, message) in [
        ("debug.stack.0", "debug.stack"),
        ("debug.stack.1.2", "at most 1"),
        ("debug.mem.2.1", "debug.mem"),
        ("debug.print", "a text"),
        ("debug", "the name of a debug command"),
        ("debug.heap", "debug.heap"),
        ("breakpoint.1", "breakpoint"),
    ] {
        let source = Source::new("p", format!("begin {text} end"));
        let errors = Assembler::new().assemble(&source).unwrap_err().to_string();
        assert!(errors.contains(message), "{text}: {errors}");
    }
}
