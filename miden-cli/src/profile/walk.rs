//! Follows a run through the nodes of its program, to know the chain of invocations of each visit.

use std::{collections::HashMap, rc::Rc};

use miden_assembly::DebugInfo;
use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::Stack;

use super::call_tree::{CallTree, Chain, Procedure};

/// The machine's list of continuations, the next one last, each with its chain of invocations.
pub(super) struct Walk<'a> {
    program: &'a Program,
    debug: Option<&'a DebugInfo>,
    tree: CallTree,
    pending: Vec<Pending>,
    /// Target of each edge from a node to its child.
    edges: HashMap<(Chain, NodeId, Edge), Rc<Target>>,
    /// Number of invocations of each procedure that start with an edge.
    invocations: HashMap<Procedure, u64>,
}

enum Pending {
    Node(Rc<Target>),
    Return(Chain),
}

/// An edge down from a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Root,
    Child(usize),
    /// To the procedure that begins with this node.
    Call(NodeId),
}

/// Chain of invocations of a node, and the procedures whose invocation starts with its visit.
struct Target {
    chain: Chain,
    starting: Vec<Procedure>,
}

impl<'a> Walk<'a> {
    /// A walk before the root.
    pub(super) fn new(program: &'a Program, debug: Option<&'a DebugInfo>) -> Self {
        let mut walk = Self {
            program,
            debug,
            tree: CallTree::new(),
            pending: Vec::new(),
            edges: HashMap::new(),
            invocations: HashMap::new(),
        };
        walk.push(program.root(), Chain::BODY, Edge::Root);
        walk
    }

    /// The chains of invocations, and the number of invocations of each procedure that started with a node.
    pub(super) fn into_parts(self) -> (CallTree, HashMap<Procedure, u64>) {
        (self.tree, self.invocations)
    }

    /// Chain of the next node.
    pub(super) fn next_chain(&self) -> Chain {
        match self.pending.last().expect("a run visits only what is pending") {
            Pending::Node(target) => target.chain,
            Pending::Return(chain) => *chain,
        }
    }

    /// Visits a node with the given stack.
    pub(super) fn visit(&mut self, id: NodeId, stack: &Stack) {
        let Some(Pending::Node(target)) = self.pending.pop() else {
            panic!("a run visits only nodes that are pending");
        };
        let chain = target.chain;
        for &procedure in &target.starting {
            *self.invocations.entry(procedure).or_default() += 1;
        }
        let program = self.program;
        let holds = stack.item(0) == Felt::ONE;
        match program.node(id).node() {
            Node::Join(..) => {
                self.push(id, chain, Edge::Child(1));
                self.push(id, chain, Edge::Child(0));
            }
            Node::Split(..) => self.push(id, chain, Edge::Child(usize::from(!holds))),
            Node::Loop(_) if holds => {
                self.pending.push(Pending::Node(Rc::new(Target { chain, starting: Vec::new() })));
                self.push(id, chain, Edge::Child(0));
            }
            Node::Call(procedure) | Node::SysCall(procedure) => self.call(id, chain, Some(*procedure)),
            Node::DynCall => self.call(id, chain, called(program, stack)),
            Node::Dyn => {
                if let Some(procedure) = called(program, stack) {
                    self.push(id, chain, Edge::Call(procedure));
                }
            }
            _ => {}
        }
    }

    /// Returns from a called procedure.
    pub(super) fn leave(&mut self) {
        let left = self.pending.pop();
        assert!(matches!(left, Some(Pending::Return(_))), "a run returns only from calls that are pending");
    }

    fn call(&mut self, id: NodeId, chain: Chain, procedure: Option<NodeId>) {
        self.pending.push(Pending::Return(chain));
        if let Some(procedure) = procedure {
            self.push(id, chain, Edge::Call(procedure));
        }
    }

    /// Pushes the target of an edge from `parent`, to be visited next.
    fn push(&mut self, parent: NodeId, chain: Chain, edge: Edge) {
        let target = match self.edges.get(&(chain, parent, edge)) {
            Some(target) => Rc::clone(target),
            None => {
                let target = Rc::new(self.target(parent, chain, edge));
                self.edges.insert((chain, parent, edge), Rc::clone(&target));
                target
            }
        };
        self.pending.push(Pending::Node(target));
    }

    fn target(&mut self, parent: NodeId, chain: Chain, edge: Edge) -> Target {
        let Some(debug) = self.debug else { return Target { chain, starting: Vec::new() } };
        let tree = &mut self.tree;
        let (chain, starting) = match edge {
            Edge::Root => tree.inline(chain, debug.inlined_root()),
            Edge::Child(index) => tree.inline(chain, debug.inlined_child(parent, index)),
            Edge::Call(node) => match debug.procedure(node) {
                Some((info, inlined)) => {
                    let procedure = tree.procedure(info);
                    let place = tree.place(chain, debug, parent);
                    let site = debug.instruction_at(parent, place, 0).map(|call| tree.line(call));
                    let chain = tree.invoke(chain, procedure, site);
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

/// The procedure whose digest is the top word of the stack.
fn called(program: &Program, stack: &Stack) -> Option<NodeId> {
    program.procedure(&Digest::new(std::array::from_fn(|i| stack.item(3 - i))))
}
