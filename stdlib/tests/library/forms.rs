//! The library as sources and compiled.

use miden_assembly::{Assembler, Source};
use miden_stdlib::StdLibrary;

#[test]
fn sources_and_compiled_library_agree() {
    let (sources, compiled) = (StdLibrary::library().unwrap(), StdLibrary::compiled().unwrap());
    assert_eq!((sources.name(), compiled.name()), (StdLibrary::NAME, StdLibrary::NAME));
    assert_eq!(StdLibrary::version().to_string(), env!("CARGO_PKG_VERSION"));
    assert_eq!((sources.version(), compiled.version()), (StdLibrary::version(), StdLibrary::version()));
    assert_eq!(StdLibrary::MODULES.len(), compiled.modules().count());

    let program = Source::new(
        "test",
        "use.std::math::u64 use.std::collections::smt begin exec.u64::div call.u64::shl exec.smt::get end",
    );
    let digest = |assembler: Assembler| assembler.assemble(&program).unwrap().program.digest();
    let with_compiled = Assembler::new().with_compiled_library(compiled.clone()).unwrap();
    assert_eq!(digest(StdLibrary::add_to(Assembler::new()).unwrap()), digest(with_compiled));
    assert!(StdLibrary::add_to(Assembler::new().with_compiled_library(compiled).unwrap()).is_err());
}
