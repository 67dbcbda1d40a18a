//! Compares constants shared between modules with a model that resolves names one at a time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write};

use miden_assembly::{Assembler, CompiledLibrary, Library, Source, Version};
use miden_core::{Program, ProgramInputs};
use miden_processor::{ExecutionOptions, execute};
use proptest::prelude::*;

const NAMES: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

/// `const name = literal + used`.
#[derive(Clone, Debug)]
struct Own {
    name: usize,
    is_public: bool,
    literal: u64,
    used: Option<usize>,
}

/// `use {name as alias} from module`; `pub use` if it re-exports the constant.
#[derive(Clone, Debug)]
struct Import {
    module: usize,
    name: usize,
    alias: usize,
    is_public: bool,
}

#[derive(Clone, Debug)]
struct Module {
    own: Vec<Own>,
    imports: Vec<Import>,
}

/// Modules; the program uses a constant of the first.
#[derive(Clone, Debug)]
struct Modules(Vec<Module>);

/// Longest chain of names; anything longer is a cycle.
const MAX_CHAIN: usize = 100;

impl Modules {
    /// The value of a name in a module.
    fn local(&self, module: usize, name: usize, chain: usize) -> Option<u64> {
        let Module { own, imports } = &self.0[module];
        if let Some(own) = own.iter().find(|own| own.name == name) {
            return self.own(module, own, chain);
        }
        let import = imports.iter().find(|import| import.alias == name && !import.is_public)?;
        self.public(import.module, import.name, chain + 1)
    }

    /// The value that a module exports under a name.
    fn public(&self, module: usize, name: usize, chain: usize) -> Option<u64> {
        let Module { own, imports } = &self.0[module];
        if let Some(own) = own.iter().find(|own| own.name == name && own.is_public) {
            return self.own(module, own, chain);
        }
        let import = imports.iter().find(|import| import.alias == name && import.is_public)?;
        if chain > MAX_CHAIN { None } else { self.public(import.module, import.name, chain + 1) }
    }

    fn own(&self, module: usize, own: &Own, chain: usize) -> Option<u64> {
        match own.used {
            _ if chain > MAX_CHAIN => None,
            Some(used) => Some(own.literal + self.local(module, used, chain + 1)?),
            None => Some(own.literal),
        }
    }

    /// Whether everything is correct, unused declarations included.
    fn is_right(&self) -> bool {
        (0..self.0.len()).all(|number| {
            let module = &self.0[number];
            let (passed_on, imports): (Vec<_>, Vec<_>) =
                module.imports.iter().partition(|import| import.is_public);
            let own = || module.own.iter().map(|own| own.name);
            are_distinct(own().chain(imports.iter().map(|import| import.alias)))
                && are_distinct(own().chain(passed_on.iter().map(|import| import.alias)))
                && module.own.iter().all(|own| self.own(number, own, 0).is_some())
                && module.imports.iter().all(|import| self.public(import.module, import.name, 0).is_some())
                && !self.reaches_itself(number)
        })
    }

    fn reaches_itself(&self, module: usize) -> bool {
        let mut reached = BTreeSet::new();
        let mut next = vec![module];
        while let Some(from) = next.pop() {
            let imported = self.0[from].imports.iter().map(|import| import.module);
            next.extend(imported.filter(|to| reached.insert(*to)));
        }
        reached.contains(&module)
    }

    fn library(&self) -> Library {
        let modules = self.0.iter().enumerate().map(|(number, module)| {
            let mut text = "export.p add end\n".to_owned();
            for Import { module, name, alias, is_public } in &module.imports {
                let public = if *is_public { "pub " } else { "" };
                let (name, alias) = (NAMES[*name], NAMES[*alias]);
                writeln!(text, "{public}use {{{name} as {alias}}} from lib::m{module}").unwrap();
            }
            for Own { name, is_public, literal, used } in &module.own {
                let public = if *is_public { "pub " } else { "" };
                let used = used.map(|used| format!(" + {}", NAMES[used])).unwrap_or_default();
                writeln!(text, "{public}const {} = {literal}{used}", NAMES[*name]).unwrap();
            }
            let path = format!("lib::m{number}");
            (path.clone(), Source::new(path, text))
        });
        Library::new("lib", Version::new(1, 0, 0), modules).unwrap()
    }
}

fn are_distinct(names: impl Iterator<Item = usize>) -> bool {
    let mut seen = BTreeSet::new();
    let mut names = names;
    names.all(|name| seen.insert(name))
}

/// One of `names`, if there is any; a wrong name if `is_wrong`.
fn choose(names: &[usize], number: usize, is_wrong: bool) -> usize {
    let name = (!names.is_empty() && !is_wrong).then(|| names[number % names.len()]);
    name.unwrap_or(number % NAMES.len())
}

/// The first free name starting at `number`; any name if `is_wrong`.
fn choose_new(taken: &[usize], number: usize, is_wrong: bool) -> usize {
    let mut names = (number..number + NAMES.len()).map(|name| name % NAMES.len());
    names.find(|name| is_wrong || !taken.contains(name)).unwrap_or(number % NAMES.len())
}

/// Modules that are mostly correct.
fn modules() -> impl Strategy<Value = Modules> {
    const LEN: usize = 4;
    let rarely = || prop::bool::weighted(0.03);
    let own =
        (0..NAMES.len(), prop::bool::weighted(0.8), 0..100_u64, prop::option::of(any::<usize>()), rarely());
    let import = (any::<u8>(), rarely(), any::<u16>(), 0..NAMES.len(), prop::bool::weighted(0.3), rarely());
    let module = (prop::collection::vec(own, 1..4), prop::collection::vec(import, 0..4));
    prop::collection::vec(module, LEN).prop_map(|drafts| {
        let mut modules: Vec<Module> = Vec::new();
        for (declared, _) in &drafts {
            let mut names: Vec<usize> = Vec::new();
            let mut own = Vec::new();
            for &(name, is_public, literal, _, is_wrong) in declared {
                let name = choose_new(&names, name, is_wrong);
                names.push(name);
                own.push(Own { name, is_public, literal, used: None });
            }
            modules.push(Module { own, imports: Vec::new() });
        }
        // The names each module exports, as far as they have been generated.
        let public = |module: &Module| -> Vec<usize> {
            let own = module.own.iter().filter(|own| own.is_public).map(|own| own.name);
            let imports = module.imports.iter().filter(|import| import.is_public);
            own.chain(imports.map(|import| import.alias)).collect()
        };
        for (number, (declared, imports)) in drafts.into_iter().enumerate().rev() {
            let own: Vec<usize> = modules[number].own.iter().map(|own| own.name).collect();
            let (mut locals, mut exports) = (own.clone(), own);
            for (module, is_any, name, alias, is_public, is_wrong) in imports {
                let module = usize::from(module);
                // Imports from later modules cannot form a cycle.
                let module = match (is_any, LEN - 1 - number) {
                    (false, 0) => continue,
                    (false, later) => number + 1 + module % later,
                    (true, _) => module % LEN,
                };
                let name = choose(&public(&modules[module]), usize::from(name), is_wrong);
                let taken = if is_public { &mut exports } else { &mut locals };
                let alias = choose_new(taken, alias, is_wrong);
                taken.push(alias);
                modules[number].imports.push(Import { module, name, alias, is_public });
            }
            let known = declared.len();
            for (position, (.., used, is_wrong)) in declared.into_iter().enumerate() {
                let before = locals[..position].iter().chain(&locals[known..]).copied();
                let names: Vec<usize> = before.collect();
                let used = used.filter(|_| !names.is_empty() || is_wrong);
                modules[number].own[position].used = used.map(|used| choose(&names, used, is_wrong));
            }
        }
        Modules(modules)
    })
}

fn top(program: &Program) -> u64 {
    let execution = execute(program, &ProgramInputs::default(), &ExecutionOptions::default()).unwrap();
    execution.outputs.items()[0].as_int()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn constants_have_their_value_or_an_error_is_reported(
        modules in modules(),
        name: u16,
        is_wrong in prop::bool::weighted(0.1),
    ) {
        let library = modules.library();
        let known: Vec<usize> =
            (0..NAMES.len()).filter(|name| modules.public(0, *name, 0).is_some()).collect();
        let name = choose(&known, name.into(), is_wrong);
        let text = format!("use {{{0}}} from lib::m0\nbegin push.{0} end", NAMES[name]);
        let program = Source::new("program", text);
        let expected = modules.public(0, name, 0);

        let assembled = Assembler::new().with_library(library.clone()).unwrap().assemble(&program);
        match assembled {
            Ok(assembly) => prop_assert_eq!(Some(top(&assembly.program)), expected),
            Err(errors) => prop_assert!(!(modules.is_right() && expected.is_some()), "{}", errors),
        }

        match Assembler::new().bundle(&library) {
            Ok(bundle) => {
                let compiled = CompiledLibrary::from_bytes(&bundle.library.to_bytes()).unwrap();
                let linked = Assembler::new().with_compiled_library(compiled).unwrap().assemble(&program);
                prop_assert_eq!(linked.ok().map(|assembly| top(&assembly.program)), expected);
            }
            Err(error) => prop_assert!(!modules.is_right(), "{}", error),
        }
    }
}
