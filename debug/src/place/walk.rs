use std::{cell::OnceCell, collections::HashMap, sync::Arc};

use miden_assembly::DebugInfo;
use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::{Cycle, CycleObserver, Stack, Step};

use super::{
    chain::{ChainId, Chains},
    parts::{Part, count_inlined, parts_of},
};

/// Follows an execution through the nodes of its program: the machine's list of continuations, the next one last, each
/// with its chain of invocations.
#[derive(Debug)]
pub(crate) struct Walk {
    program: Arc<Program>,
    debug: Option<Arc<DebugInfo>>,
    pub(super) chains: Chains,
    pending: Vec<Pending>,
    /// The running block.
    block: Spot,
    targets: HashMap<(ChainId, NodeId, Edge), (ChainId, u16)>,
    parts: Vec<OnceCell<Box<[Part]>>>,
}

/// The invocations of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) chain: ChainId,
    /// Number of inlined invocations that start with the next instruction, the innermost ones.
    pub(super) entering: u16,
    /// Whether the next instruction is the first one of a called procedure.
    pub(super) called: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Node(Spot),
    Return(ChainId),
}

/// An edge down from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Edge {
    Root,
    Child(usize),
    /// To the procedure that begins with this node.
    Call(NodeId),
}

/// A saved position of a walk.
#[derive(Clone, Debug)]
pub(crate) struct SavedWalk {
    pending: Vec<Pending>,
    block: Spot,
}

impl SavedWalk {
    pub(crate) const fn bytes(&self) -> usize {
        self.pending.len() * size_of::<Pending>()
    }
}

impl Walk {
    /// A walk before the root.
    pub(crate) fn new(program: Arc<Program>, debug: Option<Arc<DebugInfo>>) -> Self {
        let mut parts = Vec::new();
        parts.resize_with(program.nodes().len(), OnceCell::new);
        let root = program.root();
        let mut walk = Self {
            program,
            debug,
            chains: Chains::default(),
            pending: Vec::new(),
            block: Spot::default(),
            targets: HashMap::new(),
            parts,
        };
        walk.push(root, Spot::default(), Edge::Root);
        walk
    }

    pub(crate) const fn debug(&self) -> Option<&Arc<DebugInfo>> {
        self.debug.as_ref()
    }

    pub(super) const fn program(&self) -> &Arc<Program> {
        &self.program
    }

    pub(crate) fn save(&self) -> SavedWalk {
        SavedWalk { pending: self.pending.clone(), block: self.block }
    }

    pub(crate) fn restore(&mut self, saved: &SavedWalk) {
        self.pending.clone_from(&saved.pending);
        self.block = saved.block;
    }

    /// The invocations of the node of a cycle that is next.
    pub(super) fn spot(&self, step: Step) -> Spot {
        match (step, self.pending.last()) {
            (Step::Operation { .. }, _) | (_, None) => self.block,
            (_, Some(Pending::Node(spot))) => *spot,
            (_, Some(Pending::Return(chain))) => Spot { chain: *chain, ..Spot::default() },
        }
    }

    /// The place of the part of a node that a cycle executes; `None` after the end of the program.
    #[inline]
    pub(super) fn part(&self, node: NodeId, step: Step) -> Option<&Part> {
        if step == Step::Node && self.pending.is_empty() {
            return None;
        }
        let index = match step {
            Step::Operation { index } => index,
            Step::Node | Step::Return => 0,
        };
        let cell = self.parts.get(node.index())?;
        cell.get_or_init(|| parts_of(&self.program, self.debug.as_deref(), node)).get(index)
    }

    fn visit(&mut self, id: NodeId, stack: &Stack) {
        let Some(Pending::Node(spot)) = self.pending.pop() else { return };
        let below = Spot { entering: 0, called: false, ..spot };
        let holds = stack.item(0) == Felt::ONE;
        let program = Arc::clone(&self.program);
        match program.node(id).node() {
            Node::Block(_) => self.block = spot,
            Node::Join(..) => {
                self.push(id, below, Edge::Child(1));
                self.push(id, spot, Edge::Child(0));
            }
            Node::Split(..) => self.push(id, below, Edge::Child(usize::from(!holds))),
            Node::Loop(_) if holds => {
                self.pending.push(Pending::Node(below));
                self.push(id, below, Edge::Child(0));
            }
            Node::Call(procedure) | Node::SysCall(procedure) => self.call(id, below, Some(*procedure)),
            Node::DynCall => self.call(id, below, called(&program, stack)),
            Node::Dyn => {
                if let Some(procedure) = called(&program, stack) {
                    self.push(id, Spot { called: true, ..below }, Edge::Call(procedure));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, id: NodeId, spot: Spot, procedure: Option<NodeId>) {
        self.pending.push(Pending::Return(spot.chain));
        if let Some(procedure) = procedure {
            self.push(id, Spot { called: true, ..spot }, Edge::Call(procedure));
        }
    }

    /// Pushes the target of an edge from `parent`, to be visited next.
    fn push(&mut self, parent: NodeId, spot: Spot, edge: Edge) {
        let key = (spot.chain, parent, edge);
        let (chain, entering) = match self.targets.get(&key) {
            Some(target) => *target,
            None => {
                let target = self.target(parent, spot.chain, edge);
                self.targets.insert(key, target);
                target
            }
        };
        // Invocations that have started before continue to start only if no other ones come between.
        let entering = match chain == spot.chain {
            true => spot.entering,
            false if u32::from(entering) == self.chains.depth(chain) - self.chains.depth(spot.chain) => {
                entering.saturating_add(spot.entering)
            }
            false => entering,
        };
        self.pending.push(Pending::Node(Spot { chain, entering, called: spot.called }));
    }

    /// The chain at the end of an edge, and the number of inlined invocations that start there.
    fn target(&mut self, parent: NodeId, chain: ChainId, edge: Edge) -> (ChainId, u16) {
        let Some(debug) = self.debug.clone() else {
            return match edge {
                Edge::Call(_) => (self.chains.invoke(chain, None, None), 0),
                _ => (chain, 0),
            };
        };
        let (inlined, chain) = match edge {
            Edge::Root => (debug.inlined_root().collect::<Vec<_>>(), chain),
            Edge::Child(index) => (debug.inlined_child(parent, index).collect(), chain),
            Edge::Call(node) => {
                let site = debug.node(parent);
                match debug.procedure(node) {
                    Some((procedure, inlined)) => {
                        let chain = self.chains.invoke(chain, Some(procedure), site);
                        (inlined.collect(), chain)
                    }
                    None => (Vec::new(), self.chains.invoke(chain, None, site)),
                }
            }
        };
        let (_, entering) = count_inlined(inlined.iter().cloned());
        let chain = inlined.iter().fold(chain, |chain, invocation| {
            self.chains.invoke(chain, Some(invocation.procedure()), Some(invocation.call()))
        });
        (chain, entering)
    }
}

impl CycleObserver for Walk {
    #[inline]
    fn observe(&mut self, cycle: &Cycle<'_>) {
        match cycle.step {
            Step::Operation { .. } => {}
            Step::Node => self.visit(cycle.node, cycle.stack),
            Step::Return => {
                self.pending.pop();
            }
        }
    }
}

/// The procedure whose digest is the top word of the stack.
fn called(program: &Program, stack: &Stack) -> Option<NodeId> {
    program.procedure(&Digest::new(stack.word(0)))
}
