//! File format of a compiled library.
//!
//! ```text
//! "MDLB", format version u16
//! name, version 3 × u32
//! nodes that the procedures reach, as in the file format of a program
//! number of modules u32, then each, ascending:
//!   path, documentation
//!   number of exports u32, then each, ascending:
//!     name, documentation
//!     number of attributes u32, then each: name, value
//!     digest, 4 × u64
//!     operations before the node, 0 u8 or: 1 u8, node u32, operations after it
//!     number of nodes whose digests are pushed u32, then each u32, ascending
//!   number of constants u32, then each, ascending:
//!     name, documentation
//!     0 u8 and a number u64, 1 u8 and a word 4 × u64, or 2 u8 and a text
//! lists for the advice map, as in the file format of a program
//! 0 u8 or, with the places of the code in its sources:
//!   1 u8, debug information of the nodes, as in the file format of a package
//!   for each export: source u32, span of its name; origins of the operations before its node;
//!     with a node, the list of invocations u32 that it was inlined through, and the origins of the operations after it
//! digest of all bytes before it, 4 × u64
//! ```
//! A text is its length u32 and UTF-8; an optional text is 0 u8, or 1 u8 and the text. Operations are their number u32,
//! each as in a program; number of decorators u32, each: index of the operation after it u32, the decorator.
//!
//! Decoding recomputes all digests, and rejects any file that is not the encoding of the library it contains.

use alloc::{vec, vec::Vec};

use miden_assembly_syntax::{Span, check_constant_name, check_label, literal};
use miden_core::{
    DecodeError, NodeId, Operation, Reader, Writer,
    program::{Decorator, ProgramBuilder, read_advice, write_advice},
};

use super::{
    CompiledLibrary, Version, check_name, check_path,
    compiled::{CompiledConstant, CompiledFragment, CompiledModule, CompiledProcedure, CompiledRun},
};
use crate::{
    binary::{read_flag, read_optional, read_text, seal, unseal, write_count, write_optional, write_text},
    constants::Value,
    debug::{DebugInfo, Origins},
};

const MAGIC: &[u8; 4] = b"MDLB";
const VERSION: u16 = 4;

impl CompiledLibrary {
    /// Whether `bytes` start like the file of a library, of any version. The rest is not checked.
    pub fn has_magic(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Encodes the library.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.header(MAGIC, VERSION);
        write_text(&self.name, &mut writer);
        for number in [self.version.major, self.version.minor, self.version.patch] {
            writer.u32(number);
        }
        self.nodes.write_nodes(&mut writer);
        write_count(self.modules.len(), &mut writer);
        for module in &self.modules {
            write_text(&module.path, &mut writer);
            write_optional(module.docs.as_deref(), &mut writer);
            write_count(module.exports.len(), &mut writer);
            module.exports.iter().for_each(|procedure| self.write_procedure(procedure, &mut writer));
            write_count(module.constants.len(), &mut writer);
            module.constants.iter().for_each(|constant| write_constant(constant, &mut writer));
        }
        write_advice(&self.advice, &mut writer);
        self.write_places(&mut writer);
        seal(writer)
    }

    fn write_places(&self, writer: &mut Writer) {
        writer.u8(self.debug.is_some().into());
        if let Some(debug) = &self.debug {
            let procedures = self.modules.iter().flat_map(|module| &module.exports);
            let exports = procedures.filter_map(|procedure| procedure.places.as_ref());
            debug.write_library(self.nodes.node_ids(), exports, writer);
        }
    }

    /// Reads the places, and rejects any form other than the one written.
    fn read_places(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let offset = reader.offset();
        let start = reader.clone();
        if !read_flag(reader, "places")? {
            return Ok(());
        }
        let ids: Vec<NodeId> = self.nodes.node_ids().collect();
        let procedures = self.modules.iter().flat_map(|module| &module.exports);
        let rests = procedures.map(|procedure| procedure.code.rest.is_some());
        let (debug, exports) = DebugInfo::read_library(&ids, rests, reader)?;
        self.debug = Some(debug);
        let procedures = self.modules.iter_mut().flat_map(|module| &mut module.exports);
        for (procedure, places) in procedures.zip(exports) {
            procedure.places = Some(places);
            if !procedure.is_placed() {
                let reason = "they do not match the code of an export";
                return Err(DecodeError::Invalid { what: "places", offset, reason });
            }
        }
        let mut writer = Writer::new();
        self.write_places(&mut writer);
        let written = writer.finish();
        match start.clone().bytes(written.len(), "places") {
            Ok(read) if read == written && offset + written.len() == reader.offset() => Ok(()),
            _ => Err(DecodeError::Invalid {
                what: "places",
                offset,
                reason: "they are not in their only form",
            }),
        }
    }

    fn write_procedure(&self, procedure: &CompiledProcedure, writer: &mut Writer) {
        write_text(&procedure.label, writer);
        write_optional(procedure.docs.as_deref(), writer);
        write_count(procedure.attributes.len(), writer);
        for (name, value) in &procedure.attributes {
            write_text(name, writer);
            write_optional(value.as_deref(), writer);
        }
        writer.digest(&procedure.digest);
        write_run(&procedure.code.head, writer);
        writer.u8(procedure.code.rest.is_some().into());
        if let Some((node, tail)) = &procedure.code.rest {
            self.nodes.write_id(*node, writer);
            write_run(tail, writer);
        }
        write_count(procedure.referenced.len(), writer);
        procedure.referenced.iter().for_each(|node| self.nodes.write_id(*node, writer));
    }

    /// Decodes a library.
    ///
    /// # Errors
    /// If the bytes are not the encoding of a library in this version, or a stated digest does not match the code.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut header = Reader::new(bytes);
        header.header(MAGIC, VERSION, "Miden library")?;
        let mut reader = unseal(bytes, &header)?;
        let name = read_text(&mut reader, "name")?;
        check_name(&name).map_err(|_| DecodeError::Invalid {
            what: "name",
            offset: 0,
            reason: "it is malformed",
        })?;
        let version = Version::new(reader.u32("version")?, reader.u32("version")?, reader.u32("version")?);
        let nodes = ProgramBuilder::read_nodes(&mut reader)?;
        let mut sealed = nodes.clone();
        let count = reader.count(1, "number of modules")?;
        let mut modules: Vec<CompiledModule> = Vec::new();
        for _ in 0..count {
            let offset = reader.offset();
            let invalid = |reason| DecodeError::Invalid { what: "module", offset, reason };
            let path = read_text(&mut reader, "path of a module")?;
            check_path(&name, &path).map_err(|_| invalid("its path is malformed"))?;
            if modules.last().is_some_and(|last| last.path >= path) {
                return Err(invalid("the paths do not ascend"));
            }
            let docs = read_optional(&mut reader, "documentation")?;
            let count = reader.count(1, "number of exports")?;
            let mut exports: Vec<CompiledProcedure> = Vec::new();
            for _ in 0..count {
                let offset = reader.offset();
                let procedure = read_procedure(&nodes, &mut sealed, &mut reader)?;
                if exports.last().is_some_and(|last| last.label >= procedure.label) {
                    let reason = "the names do not ascend";
                    return Err(DecodeError::Invalid { what: "export", offset, reason });
                }
                exports.push(procedure);
            }
            let count = reader.count(1, "number of constants")?;
            let mut constants: Vec<CompiledConstant> = Vec::new();
            for _ in 0..count {
                let offset = reader.offset();
                let constant = read_constant(&mut reader)?;
                if constants.last().is_some_and(|last| last.name >= constant.name) {
                    let reason = "the names do not ascend";
                    return Err(DecodeError::Invalid { what: "constant", offset, reason });
                }
                constants.push(constant);
            }
            modules.push(CompiledModule { path, docs, exports, constants });
        }
        let advice = read_advice(&mut reader)?;
        let offset = reader.offset();
        check_reached(&nodes, &modules).map_err(|reason| DecodeError::Invalid {
            what: "node",
            offset,
            reason,
        })?;
        let mut library = Self::new(name, version, modules, nodes, advice, None);
        library.read_places(&mut reader)?;
        reader.finish()?;
        Ok(library)
    }
}

impl CompiledProcedure {
    /// Whether there is an origin for each operation and each decorator outside the node.
    fn is_placed(&self) -> bool {
        let matches = |run: &CompiledRun, origins: &Origins| {
            run.operations.len() == origins.operations.len()
                && run.decorators.len() == origins.decorators.len()
        };
        self.places.as_ref().is_some_and(|places| {
            let rest = match (&self.code.rest, &places.rest) {
                (Some((_, tail)), Some((_, origins))) => matches(tail, origins),
                (rest, places) => rest.is_none() && places.is_none(),
            };
            rest && matches(&self.code.head, &places.head)
        })
    }
}

fn read_procedure(
    nodes: &ProgramBuilder,
    sealed: &mut ProgramBuilder,
    reader: &mut Reader<'_>,
) -> Result<CompiledProcedure, DecodeError> {
    let offset = reader.offset();
    let invalid = |reason| DecodeError::Invalid { what: "export", offset, reason };
    let label = read_text(reader, "name of an export")?;
    check_label(&label).map_err(|_| invalid("its name is malformed"))?;
    let docs = read_optional(reader, "documentation")?;
    let count = reader.count(1, "number of attributes")?;
    let mut attribute = || Ok((read_text(reader, "attribute")?, read_optional(reader, "value")?));
    let attributes = (0..count).map(|_| attribute()).collect::<Result<Vec<_>, DecodeError>>()?;
    let digest = reader.digest("digest")?;
    let head = read_run(reader)?;
    let rest = match read_flag(reader, "node")? {
        true => Some((nodes.read_id(reader, "node")?, read_run(reader)?)),
        false => None,
    };
    let code = CompiledFragment { head, rest };
    let root = code.seal(sealed).map_err(|_| invalid("its code is too long"))?;
    if *sealed.node(root).digest() != digest {
        return Err(invalid("its digest does not match its code"));
    }
    let count = reader.count(4, "number of procedures")?;
    let read = (0..count).map(|_| nodes.read_id(reader, "procedure"));
    let referenced = read.collect::<Result<Vec<NodeId>, DecodeError>>()?;
    if !referenced.is_sorted_by(|a, b| a < b) {
        return Err(invalid("the procedures it refers to do not ascend"));
    }
    let span = Span::new(0, 0);
    Ok(CompiledProcedure { label, docs, attributes, digest, code, referenced, span, places: None })
}

fn write_constant(constant: &CompiledConstant, writer: &mut Writer) {
    write_text(&constant.name, writer);
    write_optional(constant.docs.as_deref(), writer);
    match &constant.value {
        Value::Felt(number) => {
            writer.u8(0);
            writer.felt(*number);
        }
        Value::Word(word) => {
            writer.u8(1);
            word.iter().for_each(|element| writer.felt(*element));
        }
        Value::Text(text) => {
            writer.u8(2);
            write_text(text, writer);
        }
    }
}

fn read_constant(reader: &mut Reader<'_>) -> Result<CompiledConstant, DecodeError> {
    let offset = reader.offset();
    let invalid = |reason| DecodeError::Invalid { what: "constant", offset, reason };
    let name = read_text(reader, "name of a constant")?;
    check_constant_name(&name).map_err(|_| invalid("its name is malformed"))?;
    let docs = read_optional(reader, "documentation")?;
    let value = match reader.u8("kind of a constant")? {
        0 => Value::Felt(reader.felt("constant")?),
        1 => Value::Word(reader.digest("constant")?.into()),
        2 => {
            let text = read_text(reader, "constant")?;
            literal::check_text(&text).map_err(|_| invalid("its text is malformed"))?;
            Value::Text(text.into())
        }
        _ => return Err(invalid("it is neither a number, nor a word, nor a text")),
    };
    Ok(CompiledConstant { name, docs, value })
}

/// A file has no unreachable nodes, so that the encoding of a library is unique.
fn check_reached(nodes: &ProgramBuilder, modules: &[CompiledModule]) -> Result<(), &'static str> {
    let mut reached = vec![false; nodes.num_nodes()];
    let mark = |id: NodeId, reached: &mut Vec<bool>| {
        if let Some(mark) = reached.get_mut(id.index()) {
            *mark = true;
        }
    };
    for procedure in modules.iter().flat_map(|module| &module.exports) {
        let node = procedure.code.rest.iter().map(|(node, _)| *node);
        node.chain(procedure.referenced.iter().copied()).for_each(|id| mark(id, &mut reached));
    }
    let ids: Vec<NodeId> = nodes.node_ids().collect();
    for id in ids.into_iter().rev() {
        if reached.get(id.index()) != Some(&true) {
            return Err("no export reaches it");
        }
        nodes.node(id).node().children().for_each(|child| mark(child, &mut reached));
    }
    Ok(())
}

fn write_run(run: &CompiledRun, writer: &mut Writer) {
    write_count(run.operations.len(), writer);
    run.operations.iter().for_each(|operation| operation.write(writer));
    write_count(run.decorators.len(), writer);
    for (index, decorator) in &run.decorators {
        write_count(*index, writer);
        decorator.write(writer);
    }
}

fn read_run(reader: &mut Reader<'_>) -> Result<CompiledRun, DecodeError> {
    let offset = reader.offset();
    let count = reader.count(1, "number of operations")?;
    let operations = (0..count).map(|_| Operation::read(reader)).collect::<Result<Vec<_>, _>>()?;
    let count = reader.count(5, "number of decorators")?;
    let mut decorators: Vec<(usize, Decorator)> = Vec::new();
    for _ in 0..count {
        let index = reader.u32("index")? as usize;
        let ascends = decorators.last().is_none_or(|(last, _)| *last <= index);
        if !ascends || index > operations.len() {
            let reason = "its decorators are not in the order of its operations";
            return Err(DecodeError::Invalid { what: "operations", offset, reason });
        }
        decorators.push((index, Decorator::read(reader)?));
    }
    Ok(CompiledRun { operations, decorators })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;
    use crate::{Assembler, Library, Source, binary::tampered};

    fn bytes() -> Vec<u8> {
        let text = "#! Doc.\nexport.p if.true add end assert.err=\"no\" end export.q call.p procref.p end\n\
            #! Doc.\npub const N = 1\npub const W = [1, 2, 3, 4]\npub const T = \"t\"\n\
            adv_map.A=[1, W]\nadv_map.B(W)=[]";
        let modules = [("a::b".to_string(), Source::new("b", text))];
        let library = Library::new("a", Version::new(1, 2, 3), modules).unwrap();
        Assembler::new().bundle(&library).unwrap().library.to_bytes()
    }

    proptest! {
        #[test]
        fn forged_libraries_are_rejected_or_usable(
            changes in proptest::collection::vec((any::<usize>(), 1..=u8::MAX), 1..4),
        ) {
            let forged = tampered(&bytes(), &changes);
            if let Ok(library) = CompiledLibrary::from_bytes(&forged) {
                prop_assert_eq!(library.to_bytes(), forged);
                let name = library.exports().next().map(|export| [export.module(), "::", export.label()].concat());
                let assembler = Assembler::new().with_compiled_library(library).unwrap();
                if let Some(name) = name {
                    let program = [ "begin exec.::", &name, " end"].concat();
                    assembler.assemble(&Source::new("program", program)).unwrap();
                }
            }
        }
    }
}
