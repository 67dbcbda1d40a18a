use alloc::{string::String, vec, vec::Vec};
use core::fmt::{self, Write};

use miden_core::{Node, NodeId, Program};

/// A text form of a program, for people and for tests.
///
/// A block is `block … end` with its operations, and `join`, `if.true … else … end`, `while.true … end`
/// hold their children. A node that stands in several places is written at the first one, with a number, as
/// in `@3: block … end`; at the others only `@3` is written. So the listing is as long as the program, not
/// as its execution. It is shown by its `Display` form.
///
/// ```
/// use miden_assembly::{Assembler, Listing, Source};
///
/// let source = Source::new("example", "begin push.0 push.2 add if.true neg end end");
/// let assembly = Assembler::new().assemble(&source)?;
/// let expected = "\
/// begin
///     join
///         block pad push(2) add end
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

/// What is still to be written.
enum Step {
    Node { id: NodeId, depth: usize },
    Line { text: &'static str, depth: usize },
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = names(self.0);
        let mut written = vec![false; names.len()];
        f.write_str("begin\n")?;
        let mut steps =
            vec![Step::Line { text: "end", depth: 0 }, Step::Node { id: self.0.root(), depth: 1 }];
        while let Some(step) = steps.pop() {
            let (id, depth) = match step {
                Step::Node { id, depth } => (id, depth),
                Step::Line { text, depth } => {
                    indent(f, depth)?;
                    writeln!(f, "{text}")?;
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
                Node::Block(block) => {
                    f.write_str("block")?;
                    block.operations().iter().try_for_each(|operation| write!(f, " {operation}"))?;
                    f.write_str(" end\n")?;
                }
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
                other => writeln!(f, "{}", other.opcode())?,
            }
        }
        Ok(())
    }
}

fn indent(f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    /// Deeper nesting is not shown by indentation: a listing is no longer than a few times its program.
    const MAX: usize = 32;
    (0..depth.min(MAX)).try_for_each(|_| f.write_str("    "))
}

/// Numbers for the nodes that stand in several places, in the order in which they are met.
fn names(program: &Program) -> Vec<Option<usize>> {
    let mut uses = vec![0usize; program.nodes().len()];
    for child in program.nodes().iter().flat_map(|hashed| hashed.node().children()) {
        if let Some(uses) = uses.get_mut(child.index()) {
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
