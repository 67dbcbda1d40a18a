//! File format of a program with debug information.
//!
//! ```text
//! "MDPK", format version u16
//! number of bytes u32, and the program in its own file format
//! number of sources u32, then each: name, text
//! number of the program's source u32
//! number of instructions u32, then each:
//!   source u32, span; 0 u8, or 1 u8 and the span of the procedure's name; number of operations u32
//!   0 u8, or for an `exec` 1 u8 and the procedure: source u32, span of its name
//! number of lists of invocations u32, then each: instruction u32, starts here u8, list of the others u32
//! for each node of the program, the number of its places u32, then each:
//!   number of operations u32, then each: instruction u32, list of invocations u32,
//!     position in the lowering of the instruction u16, 2^16 − 1 for an operation that replaces others
//!   number of decorators u32, then each: like an operation
//! number of nodes whose children were inlined u32, then each: node u32, two lists of invocations u32
//! number of procedures that calls enter u32, then each: node u32, source u32, span of the name, list of invocations u32
//! list of invocations of the root u32
//! digest of all bytes before it, 4 × u64
//! ```
//! A text is its length u32 and UTF-8, a span is two offsets in its source u32. Lists of invocations are counted from 1,
//! 0 is the empty one.

use alloc::vec::Vec;

use miden_core::{DecodeError, Program, Reader, Writer};

use crate::{DebugInfo, binary};

const MAGIC: &[u8; 4] = b"MDPK";
const VERSION: u16 = 2;

/// A compiled program with debug information.
#[derive(Clone, Debug)]
pub struct Package {
    /// The program.
    pub program: Program,
    /// The instructions its operations come from.
    pub debug: DebugInfo,
}

impl Package {
    /// Whether `bytes` start like the file of a package, of any version. The rest is not checked.
    pub fn has_magic(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Encodes the package.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        let program = self.program.to_bytes();
        binary::write_count(program.len(), &mut writer);
        writer.bytes(&program);
        self.debug.write(&self.program, &mut writer);
        binary::seal(writer)
    }

    /// Decodes a package.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a package in this version, or a stated digest does not match.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut header = Reader::new(bytes);
        header.header(MAGIC, VERSION, "Miden package")?;
        let mut reader = binary::unseal(bytes, &header)?;
        let len = reader.count(1, "program")?;
        let program = Program::from_bytes(reader.bytes(len, "program")?)?;
        let debug = DebugInfo::read(&program, &mut reader)?;
        reader.finish()?;
        Ok(Self { program, debug })
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::ToString, vec::Vec};

    use proptest::prelude::*;

    use super::*;
    use crate::{Assembler, Source};

    fn package() -> Package {
        let text = "
            proc.inner if.true add else mul end end
            proc.outer.1 loc_load.0 exec.inner end
            begin
                push.1.2.3 exec.outer call.outer repeat.100 exec.outer end
                push.7 adv.push_u64div assert.err=\"no ä\" while.true exec.inner end
            end";
        let assembly = Assembler::new().assemble(&Source::new("a \u{e4}.masm", text)).unwrap();
        Package { program: assembly.program, debug: assembly.debug }
    }

    /// All debug information of a program, as text.
    fn facts(package: &Package) -> Vec<alloc::string::String> {
        let Package { program, debug } = package;
        let mut facts: Vec<_> =
            debug.inlined_root().map(|inlined| inlined.procedure().name().to_string()).collect();
        for id in program.node_ids() {
            for index in 0..80 {
                for info in debug.instructions(id, index).chain(debug.decorators(id, index)) {
                    let procedure = info.procedure().unwrap_or("");
                    facts.push(alloc::format!("{} {} {procedure}", info.text(), info.location()));
                }
                facts.extend(debug.inlined(id, index).map(|inlined| {
                    alloc::format!("{} {}", inlined.procedure().location(), inlined.starts())
                }));
            }
            for child in 0..2 {
                facts.extend(
                    debug.inlined_child(id, child).map(|inlined| inlined.procedure().name().to_string()),
                );
            }
            if let Some((procedure, inlined)) = debug.procedure(id) {
                facts.push(alloc::format!("{} {}", procedure.name(), inlined.count()));
            }
        }
        facts
    }

    #[test]
    fn packages_round_trip() {
        let package = package();
        let bytes = package.to_bytes();
        let read = Package::from_bytes(&bytes).unwrap();
        assert_eq!(read.program, package.program);
        assert_eq!(facts(&read), facts(&package));
        assert!(facts(&read).len() > 20);
        assert_eq!(read.to_bytes(), bytes);
    }

    #[test]
    fn renaming_sources_changes_nothing_else() {
        let mut renamed = package();
        renamed.debug.rename_sources(|name| name.to_uppercase());
        assert_eq!(renamed.debug.source().name(), "A \u{c4}.MASM");
        assert_eq!(facts(&renamed), facts(&package()));
        renamed.debug.rename_sources(|_| "a \u{e4}.masm".into());
        assert_eq!(renamed.to_bytes(), package().to_bytes());
    }

    #[test]
    fn every_byte_of_a_package_matters() {
        let bytes = package().to_bytes();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert!(Package::from_bytes(&changed).is_err(), "byte {index}");
        }
        for len in (0..bytes.len()).step_by(7) {
            assert!(Package::from_bytes(&bytes[..len]).is_err(), "cut at {len}");
        }
    }

    proptest! {
        #[test]
        fn forged_packages_are_rejected_or_usable(
            changes in proptest::collection::vec((any::<usize>(), 1..=u8::MAX), 1..4),
        ) {
            if let Ok(read) = Package::from_bytes(&binary::tampered(&package().to_bytes(), &changes)) {
                facts(&read);
            }
        }
    }
}
