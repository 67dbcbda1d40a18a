use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use miden_assembly::{DebugInfo, ProcedureInfo};
use miden_core::{Digest, Felt, Node, NodeId, Program, field::FieldElement};
use miden_processor::{Cycle, CycleObserver, Stack, Step};

use super::{
    chain::{CallSite, ChainId, Chains},
    edges::{Edge, Start, Target, Targets},
    locals::Locals,
    parts::{Part, PlacedParts, count_inlined, parts_of},
    placing::{Body, Placing},
};

/// Follows an execution through the nodes of its program: the machine's list of continuations, the next one last, each
/// with its chain of invocations.
#[derive(Debug)]
pub(crate) struct Walk {
    program: Arc<Program>,
    debug: Option<Arc<DebugInfo>>,
    pub(super) chains: Chains,
    pub(super) pending: Vec<Pending>,
    /// The running block.
    block: Spot,
    targets: Targets,
    /// The parts of each node.
    parts: Vec<OnceCell<PlacedParts>>,
    /// The locals of procedures, by the source and the place of the name.
    locals: RefCell<HashMap<(usize, usize), Rc<Locals>>>,
}

/// The invocations of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) chain: ChainId,
    /// Number of inlined invocations that start with the next instruction, the innermost ones.
    pub(super) entering: u16,
    /// Whether the next instruction is the first one of a called procedure.
    pub(super) called: bool,
    pub(super) placing: Placing,
}

/// A continuation, or debug commands on the way to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    Node(Spot),
    /// The return to a caller: its chain, the place of the call, the context and the free memory pointer.
    Return {
        chain: ChainId,
        placing: Placing,
        ctx: u64,
        fmp: Felt,
    },
    /// Debug commands, which have no cycle: those before a watched node.
    Before(NodeId),
    /// Those after a watched node, or after the last operation of a block.
    After(NodeId),
    /// Those before, or after, a node, with only joins since then: a join is not a place to stop.
    Passed {
        node: NodeId,
        after: bool,
    },
}

impl Pending {
    pub(super) const fn has_cycle(&self) -> bool {
        matches!(self, Self::Node(_) | Self::Return { .. })
    }
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
        let targets = Targets::new(program.nodes().len());
        let root = program.root();
        let mut walk = Self {
            program,
            debug,
            chains: Chains::default(),
            pending: Vec::new(),
            block: Spot::default(),
            targets,
            parts,
            locals: RefCell::default(),
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
        match (step, self.next()) {
            (Step::Node | Step::Return, Some(Pending::Node(spot))) => *spot,
            (Step::Node | Step::Return, Some(Pending::Return { chain, placing, .. })) => {
                Spot { chain: *chain, placing: *placing, ..Spot::default() }
            }
            _ => self.block,
        }
    }

    /// The next continuation.
    fn next(&self) -> Option<&Pending> {
        self.pending.iter().rfind(|pending| pending.has_cycle())
    }

    /// The execution context and the free memory pointer of the callers that returns lead back to, innermost first.
    pub(super) fn callers(&self) -> impl Iterator<Item = (u64, Felt)> {
        self.pending.iter().rev().filter_map(|pending| match pending {
            Pending::Return { ctx, fmp, .. } => Some((*ctx, *fmp)),
            _ => None,
        })
    }

    /// The locals of a procedure.
    pub(super) fn locals(&self, procedure: &ProcedureInfo) -> Rc<Locals> {
        let key = (procedure.source().id(), procedure.span().start);
        Rc::clone(self.locals.borrow_mut().entry(key).or_insert_with(|| Rc::new(Locals::of(procedure))))
    }

    /// The place of the part of a node that a cycle executes; `None` after the end of the program.
    #[inline]
    pub(super) fn part(&self, node: NodeId, step: Step) -> Option<&Part> {
        if step == Step::Node && self.next().is_none() {
            return None;
        }
        let index = match step {
            Step::Operation { index } => index,
            Step::Node | Step::Return => 0,
        };
        self.parts(node, self.spot(step).placing.place).get(index)
    }

    #[inline]
    pub(super) fn parts(&self, node: NodeId, place: u16) -> &[Part] {
        let Some(cell) = self.parts.get(node.index()) else { return &[] };
        let places = cell.get_or_init(|| parts_of(&self.program, self.debug.as_deref(), node));
        places.get(usize::from(place)).map(|parts| &**parts).unwrap_or_default()
    }

    fn visit(&mut self, cycle: &Cycle<'_>) {
        let (id, stack) = (cycle.node, cycle.stack);
        let passed = self.passed(id);
        let Some(Pending::Node(spot)) = self.pop() else { return };
        let below = Spot { entering: 0, called: false, ..spot };
        let holds = stack.item(0) == Felt::ONE;
        match self.program.node(id).node() {
            Node::Block(block) => {
                self.block = spot;
                let (count, last) = (block.operations().len(), block.decorators().last());
                if last.is_some_and(|(operation, _)| usize::from(*operation) == count) {
                    self.pending.push(Pending::After(id));
                }
            }
            Node::Join(..) => {
                self.push(id, below, Edge::Child(1));
                self.push(id, spot, Edge::Child(0));
                self.pending.extend(passed);
            }
            Node::Split(..) => self.push(id, below, Edge::Child(usize::from(!holds))),
            Node::Loop(_) if holds => {
                self.pending.push(Pending::Node(below));
                self.push(id, below, Edge::Child(0));
            }
            Node::Call(procedure) | Node::SysCall(procedure) => {
                let procedure = *procedure;
                self.call(cycle, below, Some(procedure));
            }
            Node::DynCall => self.call(cycle, below, called(&self.program, stack)),
            Node::Dyn => {
                if let Some(procedure) = called(&self.program, stack) {
                    self.push(id, Spot { called: true, ..below }, Edge::Call(procedure));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, cycle: &Cycle<'_>, spot: Spot, procedure: Option<NodeId>) {
        self.pending.push(Pending::Return {
            chain: spot.chain,
            placing: spot.placing,
            ctx: cycle.ctx,
            fmp: cycle.fmp,
        });
        if let Some(procedure) = procedure {
            self.push(cycle.node, Spot { called: true, ..spot }, Edge::Call(procedure));
        }
    }

    /// Pushes the target of an edge from `parent`, to be visited next.
    fn push(&mut self, parent: NodeId, spot: Spot, edge: Edge) {
        let Target { chain, entering, placing, watched } = self.find_target(parent, spot, edge);
        // Invocations that have started before continue to start only if no other ones come between.
        let entering = match chain == spot.chain {
            true => spot.entering,
            false if u32::from(entering) == self.chains.depth(chain) - self.chains.depth(spot.chain) => {
                entering.saturating_add(spot.entering)
            }
            false => entering,
        };
        self.pending.extend(watched.map(Pending::After));
        self.pending.push(Pending::Node(Spot { chain, entering, called: spot.called, placing }));
        self.pending.extend(watched.map(Pending::Before));
    }

    /// The end of an edge from `parent`, which is at this place.
    #[inline]
    fn find_target(&mut self, parent: NodeId, spot: Spot, edge: Edge) -> Target {
        let start = (spot.chain, parent, spot.placing, edge);
        if let Some(target) = self.targets.get(&start) {
            return target;
        }
        let target = self.target(start);
        self.targets.insert(start, target);
        target
    }

    /// The debug commands before the visit of a join.
    fn passed(&self, id: NodeId) -> Vec<Pending> {
        let is_before = self.pending.last().is_some_and(|pending| !pending.has_cycle());
        if !is_before || !matches!(self.program.node(id).node(), Node::Join(..)) {
            return Vec::new();
        }
        let waiting = self.pending.iter().rev().take_while(|pending| !pending.has_cycle());
        let mut passed: Vec<_> = waiting
            .map(|pending| match *pending {
                Pending::Before(node) => Pending::Passed { node, after: false },
                Pending::After(node) => Pending::Passed { node, after: true },
                other => other,
            })
            .collect();
        passed.reverse();
        passed
    }

    /// Removes the next continuation, and the debug commands before it.
    fn pop(&mut self) -> Option<Pending> {
        while let Some(pending) = self.pending.pop() {
            if pending.has_cycle() {
                return Some(pending);
            }
        }
        None
    }

    /// The node at the end of an edge.
    fn end(&self, parent: NodeId, edge: Edge) -> Option<NodeId> {
        match edge {
            Edge::Root => Some(parent),
            Edge::Child(index) => self.program.node(parent).node().children().nth(index),
            Edge::Call(node) => Some(node),
        }
    }

    /// The end of an edge that is followed for the first time in a chain.
    fn target(&mut self, start: Start) -> Target {
        let (chain, entering) = self.invoke(start);
        let (_, parent, parent_placing, edge) = start;
        let (mut node, mut watched) = (self.end(parent, edge), None);
        if let Some(outer) = node
            && let Node::Watched(inner, _) = self.program.node(outer).node()
        {
            (node, watched) = (Some(*inner), Some(outer));
        }
        let procedure = self.chains.links(chain).next().map(|link| link.procedure.as_ref());
        let placing = match (&self.debug, node, procedure) {
            // A procedure without debug information.
            (_, _, Some(None)) => Placing::default(),
            (Some(debug), Some(node), procedure) => {
                let body = Body { program: &self.program, debug, procedure: procedure.flatten() };
                body.place(node, (parent, parent_placing), edge)
            }
            _ => Placing::default(),
        };
        Target { chain, entering, placing, watched }
    }

    /// The chain at the end of an edge, and the number of inlined invocations that start there.
    fn invoke(&mut self, (chain, parent, placing, edge): Start) -> (ChainId, u16) {
        // Calls enter a context, `dynexec` does not.
        let has_context = !matches!(self.program.node(parent).node(), Node::Dyn);
        let Some(debug) = self.debug.clone() else {
            return match edge {
                Edge::Call(_) => (self.chains.invoke(chain, None, CallSite::default(), has_context), 0),
                _ => (chain, 0),
            };
        };
        let (inlined, chain) = match edge {
            Edge::Root => (debug.inlined_root().collect::<Vec<_>>(), chain),
            Edge::Child(index) => (debug.inlined_child(parent, index).collect(), chain),
            Edge::Call(node) => {
                let site = CallSite::of(&debug, parent, placing);
                match debug.procedure(node) {
                    Some((procedure, inlined)) => {
                        let chain = self.chains.invoke(chain, Some(procedure), site, has_context);
                        (inlined.collect(), chain)
                    }
                    None => (Vec::new(), self.chains.invoke(chain, None, site, has_context)),
                }
            }
        };
        let (_, entering) = count_inlined(inlined.iter().cloned());
        let chain = inlined.into_iter().fold(chain, |chain, invocation| {
            let site = CallSite { call: Some(invocation.call().clone()), others: Vec::new() };
            self.chains.invoke(chain, Some(invocation.procedure()), site, false)
        });
        (chain, entering)
    }
}

impl CycleObserver for Walk {
    #[inline]
    fn observe(&mut self, cycle: &Cycle<'_>) {
        match cycle.step {
            Step::Operation { .. } => {}
            Step::Node => self.visit(cycle),
            Step::Return => {
                self.pop();
            }
        }
    }
}

/// The procedure whose digest is the top word of the stack.
fn called(program: &Program, stack: &Stack) -> Option<NodeId> {
    program.procedure(&Digest::new(stack.word(0)))
}
