use alloc::{collections::BTreeSet, string::String, vec, vec::Vec};
use core::fmt::{self, Write};

use miden_core::{
    Node, NodeId, Program,
    program::{Block, DebugCommand, HashedNode},
};

/// Text form of a program, for debugging and tests. Use its `Display` implementation.
///
/// A block is `block … end` with its operations; `join`, `if.true … else … end` and `while.true … end` contain their
/// children. A node that occurs several times is written once, with a number, as in `@3: block … end`, and as `@3`
/// elsewhere, so the listing is as long as the program, not as its execution. Calls show the digest of the
/// procedure, `call.0x…` and `syscall.0x…`; procedures come before the program, `proc.0x… … end`. Decorators come
/// before their operations; debug commands around a node are in `watched … end`.
///
/// ```
/// use miden_assembly::{Assembler, Listing, Source};
///
/// let source = Source::new("example", "begin push.0 push.2 if.true neg end end");
/// let assembly = Assembler::new().assemble(&source)?;
/// let expected = "\
/// begin
///     join
///         block pad push(2) end
///         if.true
///             block neg end
///         else
///             block noop end
///         end
///     end
/// end
/// ";
/// assert_eq!(Listing::new(&assembly.program).to_string(), expected);
/// # Ok::<(), miden_assembly::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a>(&'a Program);

impl<'a> Listing<'a> {
    /// The listing of a program.
    pub const fn new(program: &'a Program) -> Self {
        Self(program)
    }
}

/// Pending output.
enum Step<'a> {
    Node { id: NodeId, depth: usize },
    Line { text: &'static str, depth: usize },
    Command { command: &'a DebugCommand, depth: usize },
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let procedures = procedures(self.0);
        let names = names(self.0, &procedures);
        let mut written = vec![false; names.len()];
        for id in procedures {
            writeln!(f, "proc.0x{}", self.0.node(id).digest())?;
            self.write_tree(id, &names, &mut written, f)?;
        }
        f.write_str("begin\n")?;
        self.write_tree(self.0.root(), &names, &mut written, f)
    }
}

impl Listing<'_> {
    /// Writes a tree for the first time, and `end`.
    fn write_tree(
        &self,
        root: NodeId,
        names: &[Option<usize>],
        written: &mut [bool],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let mut steps = vec![Step::Line { text: "end", depth: 0 }, Step::Node { id: root, depth: 1 }];
        while let Some(step) = steps.pop() {
            let (id, depth) = match step {
                Step::Node { id, depth } => (id, depth),
                Step::Line { text, depth } => {
                    indent(f, depth)?;
                    writeln!(f, "{text}")?;
                    continue;
                }
                Step::Command { command, depth } => {
                    indent(f, depth)?;
                    writeln!(f, "{command}")?;
                    continue;
                }
            };
            indent(f, depth)?;
            if let Some(name) = names.get(id.index()).copied().flatten() {
                write!(f, "@{name}")?;
                if let Some(written) = written.get_mut(id.index())
                    && core::mem::replace(written, true)
                {
                    f.write_char('\n')?;
                    continue;
                }
                f.write_str(": ")?;
            }
            let child = |id| Step::Node { id, depth: depth + 1 };
            let line = |text| Step::Line { text, depth };
            match self.0.node(id).node() {
                Node::Block(block) => write_block(block, f)?,
                Node::Join(left, right) => {
                    f.write_str("join\n")?;
                    steps.extend([line("end"), child(*right), child(*left)]);
                }
                Node::Split(on_one, on_zero) => {
                    f.write_str("if.true\n")?;
                    steps.extend([line("end"), child(*on_zero), line("else"), child(*on_one)]);
                }
                Node::Loop(body) => {
                    f.write_str("while.true\n")?;
                    steps.extend([line("end"), child(*body)]);
                }
                Node::Call(callee) => writeln!(f, "call.0x{}", self.0.node(*callee).digest())?,
                Node::SysCall(callee) => writeln!(f, "syscall.0x{}", self.0.node(*callee).digest())?,
                Node::Dyn => f.write_str("dynexec\n")?,
                Node::DynCall => f.write_str("dyncall\n")?,
                Node::Watched(inner, watch) => {
                    f.write_str("watched\n")?;
                    for command in watch.before() {
                        indent(f, depth + 1)?;
                        writeln!(f, "{command}")?;
                    }
                    steps.push(line("end"));
                    steps.extend(
                        watch.after().iter().rev().map(|command| Step::Command { command, depth: depth + 1 }),
                    );
                    steps.push(child(*inner));
                }
                other => writeln!(f, "{}", other.opcode())?,
            }
        }
        Ok(())
    }
}

/// Writes a block on one line: operations, each after its decorators.
fn write_block(block: &Block, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("block")?;
    let mut decorators = block.decorators().iter().peekable();
    for (index, operation) in block.operations().iter().enumerate() {
        while let Some((_, decorator)) = decorators.next_if(|(place, _)| usize::from(*place) <= index) {
            write!(f, " {decorator}")?;
        }
        write!(f, " {operation}")?;
    }
    decorators.try_for_each(|(_, decorator)| write!(f, " {decorator}"))?;
    f.write_str(" end\n")
}

/// The nodes that calls and dynamic calls can enter.
fn procedures(program: &Program) -> Vec<NodeId> {
    let called = program.nodes().iter().filter_map(|hashed| match hashed.node() {
        Node::Call(callee) | Node::SysCall(callee) => Some(*callee),
        _ => None,
    });
    let found = program.node_ids().filter(|id| program.procedure(program.node(*id).digest()) == Some(*id));
    called.chain(found).collect::<BTreeSet<NodeId>>().into_iter().collect()
}

fn indent(f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    /// Limits indentation, so that the length of a listing is linear in that of the program.
    const MAX: usize = 32;
    (0..depth.min(MAX)).try_for_each(|_| f.write_str("    "))
}

/// Numbers of the nodes that occur several times, in order of appearance.
fn names(program: &Program, procedures: &[NodeId]) -> Vec<Option<usize>> {
    let mut uses = vec![0usize; program.nodes().len()];
    // Calls show the digest of the procedure.
    let is_call = |node: &Node| matches!(node, Node::Call(_) | Node::SysCall(_));
    let parents = program.nodes().iter().map(HashedNode::node).filter(|node| !is_call(node));
    for shown in parents.flat_map(Node::children).chain(procedures.iter().copied()).chain([program.root()]) {
        if let Some(uses) = uses.get_mut(shown.index()) {
            *uses += 1;
        }
    }
    let mut next = 0;
    let mut names = vec![None; uses.len()];
    for (name, _) in names.iter_mut().zip(&uses).filter(|(_, uses)| **uses > 1) {
        next += 1;
        *name = Some(next);
    }
    names
}

impl From<Listing<'_>> for String {
    fn from(listing: Listing<'_>) -> Self {
        alloc::format!("{listing}")
    }
}
