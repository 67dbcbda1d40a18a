use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};

use miden_assembly_syntax::{Source, Span};
use miden_core::{
    Digest, Felt, Kernel, Node, NodeId, Opcode, Operation,
    program::{Block, BuildError, Decorator, ProgramBuilder},
};

use super::Version;
use crate::{
    constants::Value,
    debug::{DebugInfo, ExportPlaces},
};

/// A library in compiled form: the nodes of its procedures, and its exports.
///
/// A program has the same hash whether it uses the compiled library or the sources. The compiled library needs no
/// other library.
#[derive(Clone, Debug)]
pub struct CompiledLibrary {
    pub(super) name: String,
    pub(super) version: Version,
    /// In alphabetical order.
    pub(super) modules: Vec<CompiledModule>,
    pub(super) nodes: ProgramBuilder,
    /// Lists for the advice map.
    pub(super) advice: BTreeMap<Digest, Vec<Felt>>,
    /// Stand-in for the source in messages: the paths of the exports, one per line.
    pub(super) source: Source,
    /// The instructions that the nodes come from. If it is stripped, the exports have no places.
    pub(super) debug: Option<DebugInfo>,
}

/// A module of a compiled library.
#[derive(Clone, Debug)]
pub(crate) struct CompiledModule {
    pub(crate) path: String,
    pub(crate) docs: Option<String>,
    /// In alphabetical order.
    pub(crate) exports: Vec<CompiledProcedure>,
    /// In alphabetical order.
    pub(crate) constants: Vec<CompiledConstant>,
}

/// A public constant of a compiled library.
#[derive(Clone, Debug)]
pub(crate) struct CompiledConstant {
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    pub(crate) value: Value,
}

/// A procedure of a compiled library.
#[derive(Clone, Debug)]
pub(crate) struct CompiledProcedure {
    pub(crate) label: String,
    pub(crate) docs: Option<String>,
    /// Names, and the text in parentheses after them.
    pub(crate) attributes: Vec<(String, Option<String>)>,
    pub(crate) digest: Digest,
    pub(crate) code: CompiledFragment,
    /// The procedures whose digests it pushes, directly or through others.
    pub(crate) referenced: Vec<NodeId>,
    /// Its line in the stand-in for the source of the library.
    pub(crate) span: Span,
    /// The places of its code outside the node; `None` if the library is stripped.
    pub(crate) places: Option<ExportPlaces>,
}

/// The code of a procedure: an operation run, or a node between two. Where it is inlined, the runs share blocks with
/// the code around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompiledFragment {
    pub(crate) head: CompiledRun,
    pub(crate) rest: Option<(NodeId, CompiledRun)>,
}

/// An operation run, and its decorators by position, as in `ProgramBuilder::decorated_block`.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompiledRun {
    pub(crate) operations: Vec<Operation>,
    pub(crate) decorators: Vec<(usize, Decorator)>,
}

/// Restricted actions of code, direct or through calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// It makes calls.
    pub(crate) calls: bool,
    /// It executes `caller`.
    pub(crate) caller: bool,
    /// A system call to this procedure, which the kernel does not have.
    pub(crate) missing: Option<Digest>,
}

/// An exported procedure of a compiled library.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    module: &'a str,
    procedure: &'a CompiledProcedure,
}

/// A public constant of a compiled library. It displays as the literal of its value.
#[derive(Clone, Copy, Debug)]
pub struct PublicConstant<'a> {
    module: &'a str,
    constant: &'a CompiledConstant,
}

impl CompiledLibrary {
    /// Creates a library, and sorts modules and exports.
    pub(crate) fn new(
        name: String,
        version: Version,
        mut modules: Vec<CompiledModule>,
        nodes: ProgramBuilder,
        advice: BTreeMap<Digest, Vec<Felt>>,
        debug: Option<DebugInfo>,
    ) -> Self {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        let mut text = String::new();
        for module in &mut modules {
            module.constants.sort_by(|a, b| a.name.cmp(&b.name));
            module.exports.sort_by(|a, b| a.label.cmp(&b.label));
            for procedure in &mut module.exports {
                let start = text.len();
                text.push_str(&format!("{}::{}", module.path, procedure.label));
                procedure.span = Span::new(start, text.len());
                text.push('\n');
            }
        }
        let source = Source::new(format!("{name} {version} (compiled)"), text);
        Self { name, version, modules, nodes, advice, source, debug }
    }

    /// Removes the sources and the places of the code in them, which show where a failure occurred.
    #[must_use]
    pub fn stripped(mut self) -> Self {
        self.debug = None;
        for procedure in self.modules.iter_mut().flat_map(|module| &mut module.exports) {
            procedure.places = None;
        }
        self
    }

    /// Whether the library contains its sources.
    pub const fn has_sources(&self) -> bool {
        self.debug.is_some()
    }

    /// Renames the sources, for example to paths below the directory of the library.
    pub fn rename_sources(&mut self, name: impl FnMut(&str) -> String) {
        let mut rename = DebugInfo::renaming(name);
        self.debug.iter_mut().for_each(|debug| debug.rename_sources_with(&mut rename));
        for procedure in self.modules.iter_mut().flat_map(|module| &mut module.exports) {
            procedure.places.iter_mut().for_each(|places| places.procedure.rename_source(&mut rename));
        }
    }

    pub(crate) const fn debug(&self) -> Option<&DebugInfo> {
        self.debug.as_ref()
    }

    /// The lists that it adds to the advice map of programs that use it.
    pub(crate) const fn advice(&self) -> &BTreeMap<Digest, Vec<Felt>> {
        &self.advice
    }

    /// The name of the library.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The paths of the modules and their documentation, in alphabetical order.
    pub fn modules(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.modules.iter().map(|module| (module.path.as_str(), module.docs.as_deref()))
    }

    /// The exported procedures, sorted by module and name.
    pub fn exports(&self) -> impl Iterator<Item = Export<'_>> {
        self.modules.iter().flat_map(|module| {
            module.exports.iter().map(|procedure| Export { module: &module.path, procedure })
        })
    }

    /// The public constants, sorted by module and name.
    pub fn constants(&self) -> impl Iterator<Item = PublicConstant<'_>> {
        self.modules.iter().flat_map(|module| {
            module.constants.iter().map(|constant| PublicConstant { module: &module.path, constant })
        })
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) const fn nodes(&self) -> &ProgramBuilder {
        &self.nodes
    }

    /// The restricted actions of each node, given the kernel.
    pub(crate) fn node_needs(&self, kernel: &Kernel) -> Vec<Needs> {
        let mut all: Vec<Needs> = Vec::with_capacity(self.nodes.num_nodes());
        for id in self.nodes.node_ids() {
            let node = self.nodes.node(id).node();
            let mut needs = Needs::default();
            match node {
                Node::Block(block) => {
                    needs.caller = block.operations().iter().any(|op| op.opcode() == Opcode::Caller);
                }
                Node::SysCall(callee) => {
                    let callee = *self.nodes.node(*callee).digest();
                    needs.missing = Some(callee).filter(|callee| !kernel.contains(callee));
                }
                _ => {
                    for child in node.children() {
                        let child = all.get(child.index()).expect("children come before their node");
                        needs.caller |= child.caller;
                        needs.calls |= child.calls;
                        needs.missing = needs.missing.or(child.missing);
                    }
                }
            }
            needs.calls |= matches!(node, Node::Call(_) | Node::SysCall(_) | Node::DynCall);
            all.push(needs);
        }
        all
    }

    pub(crate) fn module(&self, index: usize) -> Option<&CompiledModule> {
        self.modules.get(index)
    }
}

/// Two libraries are equal if their files are.
impl PartialEq for CompiledLibrary {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Eq for CompiledLibrary {}

impl<'a> Export<'a> {
    /// The path of its module.
    pub const fn module(&self) -> &'a str {
        self.module
    }

    /// Its name in the module.
    pub fn label(&self) -> &'a str {
        &self.procedure.label
    }

    /// Its documentation.
    pub fn docs(&self) -> Option<&'a str> {
        self.procedure.docs.as_deref()
    }

    /// Its attributes: names, and the text in parentheses after them.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        self.procedure.attributes.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// The digest of the procedure.
    pub const fn digest(&self) -> &'a Digest {
        &self.procedure.digest
    }
}

impl<'a> PublicConstant<'a> {
    /// The path of its module.
    pub const fn module(&self) -> &'a str {
        self.module
    }

    /// Its name in the module.
    pub fn name(&self) -> &'a str {
        &self.constant.name
    }

    /// Its documentation.
    pub fn docs(&self) -> Option<&'a str> {
        self.constant.docs.as_deref()
    }
}

impl core::fmt::Display for PublicConstant<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.constant.value.fmt(f)
    }
}

impl CompiledFragment {
    /// The node of the whole procedure, which a call enters.
    pub(super) fn seal(&self, builder: &mut ProgramBuilder) -> Result<NodeId, BuildError> {
        let mut nodes = self.head.blocks(builder)?;
        if let Some((node, tail)) = &self.rest {
            nodes.push(*node);
            nodes.extend(tail.blocks(builder)?);
        }
        builder.sequence(&nodes)
    }

    /// The operations outside the node.
    fn operations(&self) -> impl Iterator<Item = &Operation> {
        let tail = self.rest.iter().flat_map(|(_, tail)| &tail.operations);
        self.head.operations.iter().chain(tail)
    }

    /// Number of operations outside the node.
    pub(crate) fn len(&self) -> usize {
        self.operations().count()
    }

    /// The restricted actions of the code, given those of each node.
    pub(crate) fn needs(&self, nodes: &[Needs]) -> Needs {
        let mut needs = match &self.rest {
            Some((node, _)) => *nodes.get(node.index()).expect("the node is one of its library"),
            None => Needs::default(),
        };
        needs.caller |= self.operations().any(|operation| operation.opcode() == Opcode::Caller);
        needs
    }
}

impl CompiledRun {
    fn blocks(&self, builder: &mut ProgramBuilder) -> Result<Vec<NodeId>, BuildError> {
        if self.operations.is_empty() && !self.decorators.is_empty() {
            return Ok(vec![builder.decorated_block(&[], &self.decorators)?]);
        }
        let mut blocks = Vec::new();
        for block in Block::pack(&self.operations) {
            blocks.push(builder.block(block.operations())?);
        }
        Ok(blocks)
    }
}
