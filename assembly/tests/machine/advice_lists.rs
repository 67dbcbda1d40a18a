//! Lists of advice in sources: `adv_map.NAME=[…]`.

use std::collections::BTreeMap;

use miden_assembly::{Assembler, CompiledLibrary, Library, Package, Source, Version};
use miden_core::{AdviceInputs, Digest, Felt, Program, ProgramInputs, StackInputs, hash_elements};
use miden_processor::{ExecutionError, ExecutionOptions, execute};

fn felts(values: &[u64]) -> Vec<Felt> {
    values.iter().copied().map(Felt::new).collect()
}

fn assemble(assembler: &Assembler, text: &str) -> Program {
    let assembly = assembler.assemble(&Source::new("p", text)).unwrap_or_else(|errors| panic!("{errors}"));
    assembly.program
}

fn run(program: &Program, advice: AdviceInputs) -> Result<Vec<u64>, ExecutionError> {
    let inputs = ProgramInputs { stack: StackInputs::default(), advice };
    let execution = execute(program, &inputs, &ExecutionOptions::default())?;
    Ok(execution.outputs.items().iter().map(|item| item.as_int()).take(8).collect())
}

#[test]
fn a_list_comes_with_its_program_under_its_hash_or_its_key() {
    let text = "const W = [9, 8, 7, 6]
        adv_map.A=[1, TWO, -1, W, 2*(TWO+1),]
        adv_map B(W) = []
        const.TWO=2
        begin push.A adv.push_mapvaln dropw adv_push.6 push.B adv.push_mapval_count dropw adv_push.1 end";
    let program = assemble(&Assembler::new(), text);
    let list = [felts(&[1, 2]), vec![-Felt::new(1)], felts(&[9, 8, 7, 6, 6])].concat();
    let expected: BTreeMap<Digest, Vec<Felt>> =
        [(hash_elements(&list), list), (Digest::new([9, 8, 7, 6].map(Felt::new)), Vec::new())].into();
    assert_eq!(*program.advice(), expected);
    let p = -Felt::new(1);
    assert_eq!(run(&program, AdviceInputs::default()).unwrap(), [0, 8, 9, p.as_int(), 2, 1, 8, 0]);
    // The lists are not part of the hash, but of the file.
    let other = assemble(&Assembler::new(), &text.replace("B(W) = []", "B(W) = [1]"));
    assert_eq!((other.digest(), other == program), (program.digest(), false));
    assert_eq!(Program::from_bytes(&program.to_bytes()).unwrap(), program);
}

#[test]
fn inputs_may_have_the_same_list_but_no_other() {
    let program = assemble(
        &Assembler::new(),
        "adv_map.A([1, 2, 3, 4])=[5]\nbegin push.A adv.push_mapval dropw adv_push.1 end",
    );
    let with = |list: &[u64]| {
        let key = Digest::new([1, 2, 3, 4].map(Felt::new));
        run(&program, AdviceInputs::default().with_map([(key, felts(list))].into()))
    };
    assert_eq!(with(&[5]).unwrap()[0], 5);
    let error = with(&[6]).unwrap_err();
    assert!(matches!(error, ExecutionError::AdviceInputs(_)), "{error}");
    assert!(error.to_string().contains("different list under key"), "{error}");
}

#[test]
fn lists_come_with_modules_libraries_and_kernels() {
    let kernel = Source::new(
        "kernel",
        "adv_map.K=[3]\nexport.k push.K adv.push_mapval dropw adv_push.1 swap drop end",
    );
    let modules = [
        (
            "lib::a",
            "use.lib::b\nadv_map.A=[1]\nexport.p push.A adv.push_mapval dropw adv_push.1 exec.b::q end",
        ),
        ("lib::b", "adv_map.B=[2]\nexport.q push.B adv.push_mapval dropw adv_push.1 end"),
        ("lib::unused", "adv_map.U=[4]\nexport.u end"),
    ];
    let modules = modules.map(|(path, text)| (path.to_owned(), Source::new(path, text)));
    let library = Library::new("lib", Version::default(), modules).unwrap();
    let text =
        "use.lib::a\nadv_map.P=[5]\nbegin exec.a::p syscall.k push.P adv.push_mapval dropw adv_push.1 end";
    let assembler = Assembler::new().with_kernel(&kernel).unwrap();
    let from_source = assemble(&assembler.clone().with_library(library.clone()).unwrap(), text);
    assert_eq!(run(&from_source, AdviceInputs::default()).unwrap()[..4], [5, 3, 1, 0]);
    assert_eq!(from_source.advice().len(), 4);
    let compiled = assembler.bundle(&library).unwrap().library;
    let compiled = CompiledLibrary::from_bytes(&compiled.to_bytes()).unwrap();
    let assembler = assembler.with_compiled_library(compiled).unwrap();
    let assembly = assembler.assemble(&Source::new("p", text)).unwrap();
    let bytes = Package { program: assembly.program, debug: assembly.debug }.to_bytes();
    let from_compiled = Package::from_bytes(&bytes).unwrap().program;
    assert_eq!(from_compiled.digest(), from_source.digest());
    assert_eq!(run(&from_compiled, AdviceInputs::default()).unwrap()[..4], [5, 3, 1, 0]);
    // A compiled library is one piece.
    assert_eq!(from_compiled.advice().len(), 5);
    assert!(assemble(&assembler, "begin end").advice().len() == 1, "an unused library adds nothing");
}
