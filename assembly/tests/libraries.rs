//! Libraries as sources and compiled: the programs that use them, and their file format.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_assembly::{
    Assembler, Assembly, AssemblyErrorKind, CompiledLibrary, Diagnostics, Inlined, InstructionInfo, Library,
    LibraryError, Source, Version,
};
use miden_core::{Program, ProgramInputs};
use miden_processor::{ExecutionOptions, execute};
use proptest::prelude::*;

fn library(name: &str, modules: &[(&str, &str)]) -> Library {
    let modules = modules.iter().map(|(path, text)| ((*path).to_owned(), Source::new(*path, *text)));
    Library::new(name, Version::new(1, 2, 3), modules).unwrap()
}

/// The program assembled with the library as sources, and with the library compiled and read back from bytes.
fn both(assembler: &Assembler, library: &Library, text: &str) -> [Program; 2] {
    let compiled = assembler.bundle(library).unwrap_or_else(|error| panic!("{error}")).library;
    let compiled = CompiledLibrary::from_bytes(&compiled.to_bytes()).unwrap();
    let source = Source::new("program", text);
    let with_source = assembler.clone().with_library(library.clone()).unwrap();
    let with_compiled = assembler.clone().with_compiled_library(compiled).unwrap();
    [with_source, with_compiled]
        .map(|assembler| assembler.assemble(&source).unwrap_or_else(|errors| panic!("{errors}")).program)
}

fn outputs(program: &Program) -> Vec<u64> {
    let execution = execute(program, &ProgramInputs::default(), &ExecutionOptions::default()).unwrap();
    execution.outputs.items().iter().map(|item| item.as_int()).collect()
}

fn sample() -> Library {
    library(
        "lib",
        &[
            (
                "lib",
                "use.lib::math\n#! The answer.\nexport.answer push.42 end\nexport.math::square->squared\n",
            ),
            (
                "lib::math",
                "use.lib::math::deep\n\
                 #! Squares a number.\n#! [a] → [a²]\nexport.square dup mul end\n\
                 export.quad exec.square exec.square end\n\
                 export.sum.2 loc_store.0 loc_store.1 loc_load.0 loc_load.1 exec.deep::plus end\n\
                 export.looped dup neq.0 while.true sub.1 dup neq.0 end end\n\
                 export.long repeat.300 push.7 add end end\n\
                 export.tailed if.true push.1 else push.2 end repeat.5 add.1 end end\n\
                 export.called call.square end\n\
                 export.referred procref.square dropw procref.quad dropw end\n\
                 export.refers exec.referred end\n\
                 export.nothing end\n\
                 export.hint adv.push_u64div end\n\
                 export.checked assert.err=7 end\n\
                 proc.hidden drop end\n",
            ),
            (
                "lib::math::deep",
                "export.plus add end\npub const N = 1\npub const W = [1, 2, 3, 4]\npub const T = \"t\"\n",
            ),
        ],
    )
}

const PROCEDURES: [&str; 12] = [
    "square", "quad", "sum", "looped", "long", "tailed", "called", "referred", "refers", "nothing", "hint",
    "checked",
];

#[test]
fn programs_use_libraries() {
    let text = "use.lib::math->m
        begin push.3 exec.m::square exec.::lib::answer exec.m::sum push.2 exec.::lib::squared end";
    for program in both(&Assembler::new(), &sample(), text) {
        assert_eq!(outputs(&program)[..2], [4, 51]);
    }
}

#[test]
fn unreachable_procedures_are_not_part_of_a_program() {
    let [source, compiled] =
        both(&Assembler::new(), &sample(), "use.lib::math begin push.3 exec.math::square end");
    assert_eq!(source.nodes().len(), 1);
    assert_eq!(compiled.nodes().len(), 1);
}

#[test]
fn the_order_of_procedures_makes_no_difference() {
    let forward = "begin exec.b end";
    let assemble = |text: String| Assembler::new().assemble(&Source::new("p", text)).unwrap().program;
    let (a, b) = ("proc.a push.1 while.true add end end ", "proc.b exec.a call.a procref.a end ");
    assert_eq!(assemble([a, b, forward].concat()), assemble([b, a, forward].concat()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn compiled_libraries_give_the_same_programs(
        uses in proptest::collection::vec((0usize..14, 0..PROCEDURES.len()), 1..12),
    ) {
        let mut body = String::new();
        for (kind, procedure) in uses {
            let name = PROCEDURES[procedure];
            body += &match kind {
                0..7 => format!("exec.math::{name} "),
                7 => format!("call.math::{name} "),
                8 => format!("procref.math::{name} dropw "),
                9 => format!("if.true exec.math::{name} else add end "),
                10 => format!("repeat.3 exec.math::{name} end "),
                11 => "push.1.2 add ".to_owned(),
                12 => "repeat.40 swap end ".to_owned(),
                _ => "u32xor push.65536 u32assert2 ".to_owned(),
            };
        }
        let [source, compiled] = both(&Assembler::new(), &sample(), &format!("use.lib::math begin {body} end"));
        prop_assert_eq!(source.digest(), compiled.digest());
        prop_assert_eq!(source.nodes().len(), compiled.nodes().len());
        for id in source.node_ids() {
            let digest = source.node(id).digest();
            prop_assert_eq!(source.procedure(digest).is_some(), compiled.procedure(digest).is_some());
        }
    }
}

#[test]
fn a_facade_over_a_compiled_library_is_a_library() {
    let inner = Assembler::new().bundle(&sample()).unwrap().library;
    let assembler = Assembler::new().with_compiled_library(inner).unwrap();
    let facade = library(
        "facade",
        &[(
            "facade::all",
            "use.lib::math export.math::refers export.math::tailed->ends export.own exec.math::long end",
        )],
    );
    let text = "use.facade::all begin exec.all::refers push.1 exec.all::ends call.all::own end";
    let [source, compiled] = both(&assembler, &facade, text);
    assert_eq!(source.digest(), compiled.digest());
    let without_inner = Assembler::new();
    let bundle = assembler.bundle(&facade).unwrap().library;
    let program =
        without_inner.with_compiled_library(bundle).unwrap().assemble(&Source::new("p", text)).unwrap();
    assert_eq!(program.program.digest(), source.digest());
}

#[test]
fn exports_have_path_documentation_and_digest() {
    let library = Assembler::new().bundle(&sample()).unwrap().library;
    assert_eq!((library.name(), library.version()), ("lib", Version::new(1, 2, 3)));
    let paths: Vec<&str> = library.modules().map(|(path, _)| path).collect();
    assert_eq!(paths, ["lib", "lib::math", "lib::math::deep"]);
    let square = library.exports().find(|export| export.label() == "square").unwrap();
    assert_eq!(square.module(), "lib::math");
    assert_eq!(square.docs(), Some("Squares a number.\n[a] → [a²]"));
    assert!(library.exports().all(|export| export.label() != "hidden"));
    let called = "use.lib::math begin procref.math::square end";
    let [program, _] = both(&Assembler::new(), &sample(), called);
    assert!(program.procedure(square.digest()).is_some());
}

#[test]
fn every_byte_of_a_library_file_matters() {
    let library = Assembler::new().bundle(&sample()).unwrap().library;
    let bytes = library.to_bytes();
    for index in (0..bytes.len()).step_by(41) {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert!(CompiledLibrary::from_bytes(&changed).is_err(), "byte {index}");
    }
    assert_eq!(CompiledLibrary::from_bytes(&bytes).unwrap(), library);
    let library = library.stripped();
    let bytes = library.to_bytes();
    for index in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[index] ^= bit;
            assert!(CompiledLibrary::from_bytes(&changed).is_err(), "byte {index}");
        }
        assert!(CompiledLibrary::from_bytes(&bytes[..index]).is_err(), "cut at {index}");
    }
    assert!(CompiledLibrary::from_bytes(&[bytes.clone(), vec![0]].concat()).is_err());
    assert_eq!(CompiledLibrary::from_bytes(&bytes).unwrap(), library);
}

#[test]
fn a_library_of_an_older_format_is_named() {
    let mut bytes = Assembler::new().bundle(&sample()).unwrap().library.to_bytes();
    bytes[4] = 3;
    let error = CompiledLibrary::from_bytes(&bytes).unwrap_err().to_string();
    assert_eq!(error, "Miden library has format version 3, this build reads version 4");
}

/// Every operation with its instruction, place and the invocations that it was inlined through, sorted.
fn places(assembly: &Assembly) -> Vec<String> {
    let (program, debug) = (&assembly.program, &assembly.debug);
    let inlined = |calls: &mut dyn Iterator<Item = Inlined>| {
        calls.map(|call| format!(" via {} {}", place(call.call()), call.starts())).collect::<String>()
    };
    let mut places = vec![inlined(&mut debug.inlined_root())];
    for id in program.node_ids() {
        let digest = program.node(id).digest();
        for index in 0..80 {
            for info in debug.instructions(id, index) {
                let position = debug.position(id, index);
                let calls = inlined(&mut debug.inlined(id, index));
                places.push(format!("{digest} {index} {} {position:?}{calls}", place(info)));
            }
            for info in debug.decorators(id, index) {
                let calls = inlined(&mut debug.inlined_decorator(id, 0, index));
                places.push(format!("{digest} decorator {index} {}{calls}", place(info)));
            }
        }
        for child in 0..2 {
            places.push(format!("{digest} child {child}{}", inlined(&mut debug.inlined_child(id, child))));
        }
        if let Some((procedure, mut calls)) = debug.procedure(id) {
            let calls = inlined(&mut calls);
            places.push(format!("{digest} procedure {} {}{calls}", procedure.name(), procedure.location()));
        }
    }
    places.sort();
    places
}

fn place(info: &InstructionInfo) -> String {
    let procedure = info.procedure().unwrap_or("-");
    format!("{} at {}:{} in {procedure}", info.text(), info.source().name(), info.location())
}

#[test]
fn code_of_a_compiled_library_has_the_places_of_its_sources() {
    let text = "use.lib::math begin \
        exec.math::square exec.math::quad exec.math::sum exec.math::looped call.math::long \
        push.1 exec.math::tailed exec.math::called exec.math::refers exec.math::hint push.1 exec.math::checked \
        if.true exec.math::tailed else exec.::lib::squared end repeat.5 exec.math::tailed end end";
    let source = Source::new("program", text);
    let compiled = Assembler::new().bundle(&sample()).unwrap().library;
    let compiled = CompiledLibrary::from_bytes(&compiled.to_bytes()).unwrap();
    let with = |library: CompiledLibrary| {
        let assembler = Assembler::new().with_compiled_library(library).unwrap();
        assembler.assemble(&source).unwrap_or_else(|errors| panic!("{errors}"))
    };
    let from_source = Assembler::new().with_library(sample()).unwrap().assemble(&source).unwrap();
    let from_compiled = with(compiled.clone());
    assert_eq!(from_compiled.program.digest(), from_source.program.digest());
    let expected = places(&from_source);
    assert!(expected.len() > 100, "{expected:#?}");
    assert!(
        expected.iter().any(|place| place.contains("in square Some(0) via exec.square")),
        "{expected:#?}"
    );
    // A compiled library knows the first node of each procedure, also of one that the program only inlines.
    let found = places(&from_compiled);
    let (same, more): (Vec<_>, Vec<_>) = found.iter().cloned().partition(|place| expected.contains(place));
    assert_eq!(same, expected);
    assert!(more.iter().all(|place| place.contains(" procedure ")), "{more:?}");

    let mut renamed = compiled.clone();
    renamed.rename_sources(|name| format!("x/{name}"));
    let renamed = CompiledLibrary::from_bytes(&renamed.to_bytes()).unwrap();
    let renamed = places(&with(renamed));
    assert!(renamed.iter().any(|place| place.contains("at x/lib::math:")) && renamed.len() == found.len());

    assert!(compiled.has_sources() && !compiled.clone().stripped().has_sources());
    let stripped = places(&with(compiled.stripped()));
    assert!(stripped.iter().any(|place| place.contains("lib 1.2.3 (compiled):")));
    assert!(!stripped.iter().any(|place| place.contains("dup mul")));
}

#[test]
fn duplicate_module_paths_are_rejected() {
    let assembler = Assembler::new().with_library(sample()).unwrap();
    let twice = LibraryError::DuplicateModule { path: "lib".into() };
    assert_eq!(assembler.clone().with_library(sample()).unwrap_err(), twice);
    let compiled = Assembler::new().bundle(&sample()).unwrap().library;
    assert_eq!(assembler.with_compiled_library(compiled).unwrap_err(), twice);
}

#[test]
fn names_and_paths_of_libraries_are_checked() {
    let build = |name: &str, path: &str| {
        Library::new(name, Version::default(), [(path.to_owned(), Source::default())]).map(|_| ())
    };
    assert_eq!(build("a", "a::b"), Ok(()));
    assert!(matches!(build("1", "1::b"), Err(LibraryError::InvalidName { .. })));
    assert!(matches!(build("a", "a::b-c"), Err(LibraryError::InvalidPath { .. })));
    assert!(matches!(build("a", "ab::c"), Err(LibraryError::ForeignModule { .. })));
    assert!(matches!(build("a", "b"), Err(LibraryError::ForeignModule { .. })));
}

fn kinds(errors: &Diagnostics) -> Vec<String> {
    errors
        .iter()
        .map(|error| format!("{:?}", error.kind()).split([' ', '(']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn kernels_use_libraries_within_their_limits() {
    let plain =
        library("lib", &[("lib::a", "export.who caller end export.calls call.who end export.add add end")]);
    let compiled = Assembler::new().bundle(&plain).unwrap().library;
    for assembler in [
        Assembler::new().with_library(plain).unwrap(),
        Assembler::new().with_compiled_library(compiled).unwrap(),
    ] {
        let kernel = |text: &str| assembler.clone().with_kernel(&Source::new("kernel", text));
        assert!(kernel("use.lib::a export.p exec.a::who exec.a::add end").is_ok());
        assert_eq!(kinds(&kernel("use.lib::a export.p exec.a::calls end").unwrap_err()), ["CallInKernel"]);
        let program = |text: &str| assembler.assemble(&Source::new("program", text)).map(|_| ());
        assert_eq!(program("use.lib::a begin exec.a::add end").map_err(|errors| kinds(&errors)), Ok(()));
        let errors = program("use.lib::a proc.p exec.a::who end begin exec.p end").unwrap_err();
        assert_eq!(kinds(&errors), ["CallerOutsideKernel"]);
    }
}

#[test]
fn a_library_with_system_calls_needs_its_kernel() {
    let kernel = Source::new("kernel", "export.get push.5 swap drop end export.put drop end");
    let assembler = Assembler::new().with_kernel(&kernel).unwrap();
    let calls = library("lib", &[("lib::a", "export.get syscall.get end export.nop end")]);
    let text = "use.lib::a begin exec.a::get end";
    let [source, compiled] = both(&assembler, &calls, text);
    assert_eq!(source.digest(), compiled.digest());
    assert_eq!(outputs(&compiled)[0], 5);

    let compiled = assembler.bundle(&calls).unwrap().library;
    let assembler = Assembler::new().with_compiled_library(compiled).unwrap();
    let errors = assembler.assemble(&Source::new("program", text)).unwrap_err();
    assert!(matches!(errors.errors()[0].kind(), AssemblyErrorKind::MissingKernelProcedure { .. }));
    assert!(assembler.assemble(&Source::new("program", "use.lib::a begin exec.a::nop end")).is_ok());
}

#[test]
fn bundling_reports_errors_of_all_modules_and_unused_imports() {
    let wrong = library("lib", &[("lib::a", "export.p ad end"), ("lib::b", "proc.q exec.r end")]);
    let error = Assembler::new().bundle(&wrong).unwrap_err().to_string();
    assert!(error.contains("unknown instruction `ad`") && error.contains("procedure `r`"), "{error}");
    let unused = library("lib", &[("lib::a", "use.lib::b export.p add end"), ("lib::b", "export.p add end")]);
    let warnings = Assembler::new().bundle(&unused).unwrap().warnings;
    assert_eq!(kinds(&warnings), ["UnusedImport"]);
}

#[test]
fn long_chains_of_procedures_and_modules_need_no_recursion() {
    const LEN: usize = 100_000;
    let chain: String = (0..LEN).map(|i| format!("proc.p{i} exec.p{} end\n", i + 1)).collect();
    let program = |last: &str| format!("{chain}proc.p{LEN} {last} end begin exec.p0 end");
    // Spread over modules, because a file cannot have that many procedures.
    let per_module = 1000;
    let modules = (0..LEN / per_module).map(|module| {
        let next = module + 1;
        let mut text = format!("use.lib::m{next}\nexport.p0 exec.p1 end\n");
        for i in 1..per_module {
            let callee = if i + 1 == per_module { format!("m{next}::p0") } else { format!("p{}", i + 1) };
            text += &format!("proc.p{i} exec.{callee} end\n");
        }
        let path = format!("lib::m{module}");
        (path.clone(), Source::new(path, text))
    });
    let last = ("lib::m100".to_owned(), Source::new("last", "export.p0 add end"));
    let library = Library::new("lib", Version::default(), modules.chain([last])).unwrap();
    let assembler = Assembler::new().with_library(library).unwrap();
    let program_text = "use.lib::m0 begin exec.m0::p0 end";
    let assembled = assembler.assemble(&Source::new("p", program_text)).unwrap();
    assert_eq!(assembled.program.nodes().len(), 1);

    let few = program("exec.p0").replace("p100000", "p60000");
    let few: String = few.lines().take(60_000).chain(few.lines().last()).collect::<Vec<_>>().join("\n");
    let errors = Assembler::new().assemble(&Source::new("p", few)).unwrap_err();
    assert_eq!(kinds(&errors), ["Recursion"]);
    assert!(errors.to_string().len() < 10_000);
}

/// A library whose modules share constants, some of them named like procedures.
fn constants() -> Library {
    library(
        "lib",
        &[
            (
                "lib::limits",
                "#! The largest amount.\npub const LIMIT = BASE * 10\nconst BASE = 10\n\
                 pub const KEY = [1, 2, 3, LIMIT]\npub const.ERR=\"too much\"\n\
                 export.LIMIT push.7 end\nexport.Mixed push.8 end\n",
            ),
            (
                "lib::facade",
                "use lib::limits as l\npub use {LIMIT as MOST, KEY} from l\n\
                 #! What it says.\nexport.l::ERR->ERR_MOST\npub use {Mixed} from lib::limits\n\
                 use {LIMIT} from lib::limits\npub const DOUBLE = LIMIT * 2\n",
            ),
            ("lib::below", "mod deep\nuse {DEPTH} from self::deep\nexport.depth push.DEPTH end\n"),
            ("lib::below::deep", "pub const DEPTH = 2\n"),
        ],
    )
}

#[test]
fn imported_constants_are_numbers_words_and_texts() {
    let text = "use {LIMIT, KEY as K} from lib::limits\n\
                use {MOST, DOUBLE, ERR_MOST, KEY, Mixed} from lib::facade\nuse lib::below\n\
                const SUM = LIMIT + MOST + DOUBLE\n\
                begin\n\
                push.SUM push.K[3] exec.LIMIT exec.Mixed repeat.LIMIT push.MOST drop end\n\
                push.KEY[0..2] push.1 assert.err=ERR_MOST exec.below::depth\n\
                end";
    let programs = both(&Assembler::new(), &constants(), text);
    for program in &programs {
        assert_eq!(outputs(program)[..7], [2, 2, 1, 8, 7, 100, 400]);
    }
    assert_eq!(programs[0].digest(), programs[1].digest());
    let written_out =
        "begin push.400 push.100 push.7 push.8 push.1.2 push.1 assert.err=\"too much\" push.2 end";
    let written_out = Assembler::new().with_optimizations(false).assemble(&Source::new("p", written_out));
    let text = text.replace("repeat.LIMIT push.MOST drop end", "");
    let [program, _] = both(&Assembler::new().with_optimizations(false), &constants(), &text);
    assert_eq!(program.digest(), written_out.unwrap().program.digest());
}

#[test]
fn exported_constants_have_path_value_and_documentation() {
    let library = Assembler::new().bundle(&constants()).unwrap().library;
    let library = CompiledLibrary::from_bytes(&library.to_bytes()).unwrap();
    let constants: Vec<String> = library
        .constants()
        .map(|constant| {
            let docs = constant.docs().unwrap_or("-");
            format!("{}::{} = {constant}: {docs}", constant.module(), constant.name())
        })
        .collect();
    let expected = [
        "lib::below::deep::DEPTH = 2: -",
        "lib::facade::DOUBLE = 200: -",
        "lib::facade::ERR_MOST = \"too much\": What it says.",
        "lib::facade::KEY = [1, 2, 3, 100]: -",
        "lib::facade::MOST = 100: The largest amount.",
        "lib::limits::ERR = \"too much\": -",
        "lib::limits::KEY = [1, 2, 3, 100]: -",
        "lib::limits::LIMIT = 100: The largest amount.",
    ];
    assert_eq!(constants, expected);
}

#[test]
fn constants_resolve_along_long_chains_of_modules() {
    // Each imports its constant from the next.
    const LEN: usize = 20_000;
    let mut modules = vec![(format!("lib::m{LEN}"), "pub const C = 1".to_owned())];
    for index in 0..LEN {
        let text = format!("use {{C as D}} from lib::m{}\npub const C = D + 1", index + 1);
        modules.push((format!("lib::m{index}"), text));
    }
    let modules: Vec<(&str, &str)> =
        modules.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let assembler = Assembler::new().with_library(library("lib", &modules)).unwrap();
    let source = Source::new("p", "use {C} from lib::m0\nbegin push.C end");
    assert_eq!(outputs(&assembler.assemble(&source).unwrap().program)[0], LEN as u64 + 1);
}

#[test]
fn import_cycles_are_rejected() {
    let kinds = |modules: &[(&str, &str)], text: &str| -> Vec<String> {
        let assembler = Assembler::new().with_library(library("lib", modules)).unwrap();
        let errors = assembler.assemble(&Source::new("p", text)).unwrap_err();
        errors.iter().map(ToString::to_string).collect()
    };
    // A constant in one direction, a procedure in the other.
    let modules = [
        ("lib::a", "use {C} from lib::b\nexport.p push.C end export.q add end"),
        ("lib::b", "use {q} from lib::a\npub const C = 1\nexport.r exec.q end"),
    ];
    let cycle = ["modules import each other: lib::a → lib::b → lib::a"];
    assert_eq!(kinds(&modules, "use lib::a begin exec.a::p end"), cycle);
    // Through re-exported constants, and a module that imports itself.
    let modules = [
        ("lib::a", "use {C} from lib::b\npub const D = C\nexport.p push.C end"),
        ("lib::b", "pub use {D as C} from lib::a"),
    ];
    assert_eq!(kinds(&modules, "use lib::a begin exec.a::p end"), cycle);
    let modules = [("lib::a", "use {C} from lib::a\npub const C = 1\nexport.p push.C end")];
    let errors = kinds(&modules, "use lib::a begin exec.a::p end");
    assert!(errors.contains(&"modules import each other: lib::a → lib::a".to_owned()), "{errors:?}");
}

#[test]
fn unused_imports_of_constants_are_reported() {
    let assembler = Assembler::new().with_library(constants()).unwrap();
    let text = "use {LIMIT, KEY, Mixed} from lib::limits\nuse {GONE} from lib::gone\nbegin push.LIMIT end";
    let warnings = assembler.assemble(&Source::new("p", text)).unwrap().warnings;
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let expected =
        ["unused import `KEY`", "unused import `Mixed`", "unused import `GONE`; there is no such module"];
    assert_eq!(warnings, expected);
}

#[test]
fn procedures_with_an_attribute_are_programs_of_their_own() {
    let math = "export.double dup add end\n\
                @test(expect = [8]) @note proc.doubles push.4 exec.double end\n\
                proc.unused push.1 assertz end\n\
                @test export.second push.3 exec.inner end\n\
                proc.inner.1 loc_store.0 loc_load.0 add.1 end\n";
    let library = library(
        "lib",
        &[("lib", "use.lib::math\n@test proc.t push.2 exec.math::double end"), ("lib::math", math)],
    );
    let assembler = Assembler::new().with_library(library.clone()).unwrap();
    let entries = |path| {
        let (_, source) = library.modules().find(|(module, _)| *module == path).unwrap();
        assembler.assemble_entry_points(Some(path), source, "test").unwrap()
    };
    let found = entries("lib::math");
    let names: Vec<_> =
        found.iter().map(|entry| (&*entry.name, outputs(&entry.assembly.program)[0])).collect();
    assert_eq!(names, [("doubles", 8), ("second", 4)]);
    let attributes: Vec<_> = found[0].attributes.iter().map(|a| (&*a.name, a.value.as_deref())).collect();
    assert_eq!(attributes, [("test", Some("expect = [8]")), ("note", None)]);
    assert_eq!(&math[found[0].label.range()], "doubles");
    assert_eq!(&math[found[0].attributes[0].span.range()], "@test(expect = [8])");
    assert_eq!(outputs(&entries("lib")[0].assembly.program)[0], 4);

    // The body of a program is not executed, and the procedures that are not tests need not be reachable.
    let program = Source::new(
        "p.masm",
        "use.lib::math\n@test proc.t push.5 exec.math::double end begin push.0 assert end",
    );
    let found = assembler.assemble_entry_points(None, &program, "test").unwrap();
    assert_eq!(outputs(&found[0].assembly.program)[0], 10);
    // It is the same program as one that executes the procedure, and failures have their places.
    let source = Source::new("q.masm", "proc.t push.0 assert end begin exec.t end");
    let tested = Source::new("q.masm", "@test proc.t push.0 assert end begin end");
    let entry = assembler.assemble_entry_points(None, &tested, "test").unwrap().remove(0).assembly;
    let program = assembler.assemble(&source).unwrap().program;
    assert_eq!(entry.program.digest(), program.digest());
    let place = entry.debug.instruction(entry.program.root(), 1).unwrap();
    assert_eq!((place.text(), place.procedure()), ("assert", Some("t")));
    let broken = Source::new("b.masm", "proc.t addd end begin exec.t end");
    assert!(assembler.assemble_entry_points(None, &broken, "test").is_err());
}
