//! Follows a run through the nodes of its program, to know for each visit by which invocations it came about.

use std::{collections::HashMap, rc::Rc};

use miden_assembly::DebugInfo;
use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::Stack;

use super::call_tree::{CallTree, Chain, Procedure};

/// What is still to be visited, the next one last; as in the machine, but each with its chain of invocations.
pub(super) struct Walk<'a> {
    program: &'a Program,
    debug: Option<&'a DebugInfo>,
    tree: CallTree,
    pending: Vec<Pending>,
    /// Where each way from a node to its child leads.
    ways: HashMap<(Chain, NodeId, Way), Rc<Target>>,
    /// How often each procedure was invoked by a way.
    invocations: HashMap<Procedure, u64>,
}

enum Pending {
    Node(Rc<Target>),
    Return(Chain),
}

/// A way down from a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Root,
    Child(usize),
    /// To the procedure that begins with this node.
    Call(NodeId),
}

/// The chain of invocations of a node, and the procedures whose invocation starts with a visit by this way.
struct Target {
    chain: Chain,
    starting: Vec<Procedure>,
}

impl<'a> Walk<'a> {
    /// Stands before the root.
    pub(super) fn new(program: &'a Program, debug: Option<&'a DebugInfo>) -> Self {
        let mut walk = Self {
            program,
            debug,
            tree: CallTree::new(),
            pending: Vec::new(),
            ways: HashMap::new(),
            invocations: HashMap::new(),
        };
        walk.push(program.root(), Chain::BODY, Way::Root);
        walk
    }

    /// The chains of invocations that were met, and how often each procedure was invoked by the way to a node.
    pub(super) fn into_parts(self) -> (CallTree, HashMap<Procedure, u64>) {
        (self.tree, self.invocations)
    }

    /// The chain of the node that is visited next.
    pub(super) fn next_chain(&self) -> Chain {
        self.pending.last().map_or(Chain::BODY, |pending| match pending {
            Pending::Node(target) => target.chain,
            Pending::Return(chain) => *chain,
        })
    }

    /// Visits a node with this stack.
    pub(super) fn visit(&mut self, id: NodeId, stack: &Stack) {
        let chain = match self.pending.pop() {
            Some(Pending::Node(target)) => {
                for &procedure in &target.starting {
                    *self.invocations.entry(procedure).or_default() += 1;
                }
                target.chain
            }
            Some(Pending::Return(chain)) => chain,
            None => Chain::BODY,
        };
        let program = self.program;
        let holds = stack.item(0) == Felt::ONE;
        match program.node(id).node() {
            Node::Join(..) => {
                self.push(id, chain, Way::Child(1));
                self.push(id, chain, Way::Child(0));
            }
            Node::Split(..) => self.push(id, chain, Way::Child(usize::from(!holds))),
            Node::Loop(_) if holds => {
                self.pending.push(Pending::Node(Rc::new(Target { chain, starting: Vec::new() })));
                self.push(id, chain, Way::Child(0));
            }
            Node::Call(procedure) | Node::SysCall(procedure) => self.call(id, chain, Some(*procedure)),
            Node::DynCall => self.call(id, chain, called(program, stack)),
            Node::Dyn => {
                if let Some(procedure) = called(program, stack) {
                    self.push(id, chain, Way::Call(procedure));
                }
            }
            _ => {}
        }
    }

    /// Returns from a procedure that was called.
    pub(super) fn leave(&mut self) {
        self.pending.pop();
    }

    fn call(&mut self, id: NodeId, chain: Chain, procedure: Option<NodeId>) {
        self.pending.push(Pending::Return(chain));
        if let Some(procedure) = procedure {
            self.push(id, chain, Way::Call(procedure));
        }
    }

    /// What this way from `parent` leads to comes next.
    fn push(&mut self, parent: NodeId, chain: Chain, way: Way) {
        let target = match self.ways.get(&(chain, parent, way)) {
            Some(target) => Rc::clone(target),
            None => {
                let target = Rc::new(self.target(parent, chain, way));
                self.ways.insert((chain, parent, way), Rc::clone(&target));
                target
            }
        };
        self.pending.push(Pending::Node(target));
    }

    fn target(&mut self, parent: NodeId, chain: Chain, way: Way) -> Target {
        let Some(debug) = self.debug else { return Target { chain, starting: Vec::new() } };
        let tree = &mut self.tree;
        let (chain, starting) = match way {
            Way::Root => tree.inline(chain, debug.inlined_root()),
            Way::Child(index) => tree.inline(chain, debug.inlined_child(parent, index)),
            Way::Call(node) => match debug.procedure(node) {
                Some((info, inlined)) => {
                    let procedure = tree.procedure(info);
                    let chain = tree.invoke(chain, procedure);
                    let (chain, mut starting) = tree.inline(chain, inlined);
                    starting.push(procedure);
                    (chain, starting)
                }
                None => (chain, Vec::new()),
            },
        };
        Target { chain, starting }
    }
}

/// The procedure whose digest is in the top word of the stack.
fn called(program: &Program, stack: &Stack) -> Option<NodeId> {
    program.procedure(&Digest::new(std::array::from_fn(|i| stack.item(3 - i))))
}
