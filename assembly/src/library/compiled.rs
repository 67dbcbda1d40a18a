use alloc::{format, string::String, vec, vec::Vec};

use miden_core::{
    Digest, Kernel, Node, NodeId, Opcode, Operation,
    program::{Block, BuildError, Decorator, ProgramBuilder},
};

use super::Version;
use crate::{Source, Span, constants::Value};

/// A library in compiled form: the nodes that the procedures consist of, and what it exports.
///
/// A program that uses it is the same, up to its digest, as one that uses the sources. It needs no other library.
#[derive(Clone, Debug)]
pub struct CompiledLibrary {
    pub(super) name: String,
    pub(super) version: Version,
    /// In alphabetical order.
    pub(super) modules: Vec<CompiledModule>,
    pub(super) nodes: ProgramBuilder,
    /// The paths of the exports, one on a line: what stands for their source in messages.
    pub(super) source: Source,
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
    /// Names, and what stands between the parentheses behind them.
    pub(crate) attributes: Vec<(String, Option<String>)>,
    pub(crate) digest: Digest,
    pub(crate) code: CompiledCode,
    /// The procedures whose digests it pushes, or those that it reaches.
    pub(crate) referenced: Vec<NodeId>,
    /// Its line in the source of the library.
    pub(crate) span: Span,
}

/// The code of a procedure: straight-line operations, or such operations on both sides of a node. Where it is inlined,
/// they share blocks with their neighbours.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompiledCode {
    pub(crate) head: CompiledRun,
    pub(crate) rest: Option<(NodeId, CompiledRun)>,
}

/// Straight-line operations, and decorators by the place where they stand, as in `ProgramBuilder::decorated_block`.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompiledRun {
    pub(crate) operations: Vec<Operation>,
    pub(crate) decorators: Vec<(usize, Decorator)>,
}

/// What code does, itself or through calls, that not all code may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// It makes calls.
    pub(crate) calls: bool,
    /// It asks who made a system call.
    pub(crate) caller: bool,
    /// A procedure that it enters by a system call, and that the kernel does not have.
    pub(crate) missing: Option<Digest>,
}

/// What a compiled library exports.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    module: &'a str,
    procedure: &'a CompiledProcedure,
}

/// A constant that a compiled library has for others. It is shown as its value is written.
#[derive(Clone, Copy, Debug)]
pub struct PublicConstant<'a> {
    module: &'a str,
    constant: &'a CompiledConstant,
}

impl CompiledLibrary {
    /// Puts a library together. The modules and their exports are brought into order.
    pub(crate) fn new(
        name: String,
        version: Version,
        mut modules: Vec<CompiledModule>,
        nodes: ProgramBuilder,
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
        Self { name, version, modules, nodes, source }
    }

    /// The name.
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

    /// The procedures that programs can use, by module and name in alphabetical order.
    pub fn exports(&self) -> impl Iterator<Item = Export<'_>> {
        self.modules.iter().flat_map(|module| {
            module.exports.iter().map(|procedure| Export { module: &module.path, procedure })
        })
    }

    /// The constants that programs can use, by module and name in alphabetical order.
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

    /// What each node needs on a kernel.
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
                _ => node.children().filter_map(|child| all.get(child.index())).for_each(|child| {
                    needs.caller |= child.caller;
                    needs.calls |= child.calls;
                    needs.missing = needs.missing.or(child.missing);
                }),
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

    /// Its attributes: names, and what stands between the parentheses behind them.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        self.procedure.attributes.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// The digest that a call of it has.
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

impl CompiledCode {
    /// The node of the whole procedure, as a call enters it.
    pub(super) fn seal(&self, builder: &mut ProgramBuilder) -> Result<NodeId, BuildError> {
        let mut pieces = self.head.blocks(builder)?;
        if let Some((node, tail)) = &self.rest {
            pieces.push(*node);
            pieces.extend(tail.blocks(builder)?);
        }
        builder.sequence(&pieces)
    }

    /// The operations beside the node.
    fn operations(&self) -> impl Iterator<Item = &Operation> {
        let tail = self.rest.iter().flat_map(|(_, tail)| &tail.operations);
        self.head.operations.iter().chain(tail)
    }

    /// Number of operations beside the node.
    pub(crate) fn len(&self) -> usize {
        self.operations().count()
    }

    /// What the code needs, given what each node does.
    pub(crate) fn needs(&self, nodes: &[Needs]) -> Needs {
        let node = self.rest.as_ref().and_then(|(node, _)| nodes.get(node.index()));
        let mut needs = node.copied().unwrap_or_default();
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
