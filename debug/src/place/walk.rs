use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use miden_assembly::{DebugInfo, ProcedureInfo};
use miden_core::{
    Digest, Felt, Node, NodeId, Program,
    field::FieldElement,
    program::{DebugCommand, Decorator},
};
use miden_processor::{Cycle, CycleObserver, DebugSite, Stack, Step};

use super::{
    chain::{ChainId, Chains},
    locals::Locals,
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
    targets: HashMap<(ChainId, NodeId, Edge), Target>,
    parts: Vec<OnceCell<Box<[Part]>>>,
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Node(Spot),
    /// The return to a caller: its chain, context and free memory pointer.
    Return {
        chain: ChainId,
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
    const fn has_cycle(&self) -> bool {
        matches!(self, Self::Node(_) | Self::Return { .. })
    }
}

/// A debug command and its place in the program.
pub(crate) type Command<'a> = (DebugSite, &'a DebugCommand);

/// The end of an edge.
#[derive(Clone, Copy, Debug)]
struct Target {
    chain: ChainId,
    /// Number of inlined invocations that start there.
    entering: u16,
    /// The node, if it is watched.
    watched: Option<NodeId>,
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
            (Step::Node | Step::Return, Some(Pending::Return { chain, .. })) => {
                Spot { chain: *chain, ..Spot::default() }
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

    /// Whether the command `breakpoint` comes directly before a cycle.
    #[inline]
    pub(super) fn has_breakpoint(&self, node: NodeId, step: Step) -> bool {
        match step {
            Step::Operation { .. } => self.part(node, step).is_some_and(|part| part.has_breakpoint),
            Step::Node | Step::Return => {
                self.pending.last().is_some_and(|pending| !pending.has_cycle())
                    && !matches!(self.program.node(node).node(), Node::Join(..))
                    && self.commands(node, step).any(|(_, command)| *command == DebugCommand::Breakpoint)
            }
        }
    }

    /// The debug commands directly before a cycle, in order.
    pub(super) fn commands(&self, node: NodeId, step: Step) -> impl Iterator<Item = Command<'_>> {
        let own = match step {
            Step::Operation { index } => Some(self.block_commands(node, index)),
            Step::Node | Step::Return => None,
        };
        let pending = if own.is_none() { self.pending.as_slice() } else { &[] };
        let waiting = pending.iter().rev().take_while(|pending| !pending.has_cycle());
        let waiting = waiting.flat_map(|pending| match pending {
            Pending::Before(node) => self.watch_commands(*node, false),
            Pending::After(node) => self.watch_commands(*node, true),
            Pending::Passed { node, after } => self.watch_commands(*node, *after),
            _ => Vec::new(),
        });
        own.into_iter().flatten().chain(waiting)
    }

    /// The debug commands directly before a cycle that have not been carried out while the cycle is next: those before an
    /// operation up to the first other decorator, or before a node.
    pub(crate) fn due_commands(&self, node: NodeId, step: Step) -> impl Iterator<Item = Command<'_>> {
        let decorators = match (step, self.program.node(node).node()) {
            (Step::Operation { index }, Node::Block(block)) => {
                let own = block.decorators().iter().enumerate();
                let own = own.skip_while(move |(_, (operation, _))| usize::from(*operation) < index);
                let own = own.take_while(move |(_, (operation, decorator))| {
                    usize::from(*operation) == index
                        && matches!(decorator, Decorator::Debug(_) | Decorator::Error(_))
                });
                Some(own.filter_map(move |(number, (_, decorator))| command(node, number, decorator)))
            }
            _ => None,
        };
        let pending = if decorators.is_none() { self.pending.as_slice() } else { &[] };
        let waiting = pending.iter().rev().take_while(|pending| !pending.has_cycle());
        let before = waiting.flat_map(|pending| match pending {
            Pending::Before(node) => self.watch_commands(*node, false),
            _ => Vec::new(),
        });
        decorators.into_iter().flatten().chain(before)
    }

    /// The debug commands of a block before an operation, or after the last one.
    fn block_commands(&self, node: NodeId, operation: usize) -> Vec<Command<'_>> {
        let Node::Block(block) = self.program.node(node).node() else { return Vec::new() };
        let decorators = block.decorators().iter().enumerate();
        let own = decorators.filter(|(_, (own, _))| usize::from(*own) == operation);
        own.filter_map(|(number, (_, decorator))| command(node, number, decorator)).collect()
    }

    /// The debug commands before or after a watched node, or after the last operation of a block.
    fn watch_commands(&self, node: NodeId, after: bool) -> Vec<Command<'_>> {
        let (first, commands) = match self.program.node(node).node() {
            Node::Block(block) => return self.block_commands(node, block.operations().len()),
            Node::Watched(_, watch) if after => (watch.before().len(), watch.after()),
            Node::Watched(_, watch) => (0, watch.before()),
            _ => return Vec::new(),
        };
        let site = |decorator| DebugSite { node, decorator };
        (first..).map(site).zip(commands).collect()
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
        let cell = self.parts.get(node.index())?;
        cell.get_or_init(|| parts_of(&self.program, self.debug.as_deref(), node)).get(index)
    }

    fn visit(&mut self, cycle: &Cycle<'_>) {
        let (id, stack) = (cycle.node, cycle.stack);
        let passed = self.passed(id);
        let Some(Pending::Node(spot)) = self.pop() else { return };
        let below = Spot { entering: 0, called: false, ..spot };
        let holds = stack.item(0) == Felt::ONE;
        let program = Arc::clone(&self.program);
        match program.node(id).node() {
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
            Node::Call(procedure) | Node::SysCall(procedure) => self.call(cycle, below, Some(*procedure)),
            Node::DynCall => self.call(cycle, below, called(&program, stack)),
            Node::Dyn => {
                if let Some(procedure) = called(&program, stack) {
                    self.push(id, Spot { called: true, ..below }, Edge::Call(procedure));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, cycle: &Cycle<'_>, spot: Spot, procedure: Option<NodeId>) {
        self.pending.push(Pending::Return { chain: spot.chain, ctx: cycle.ctx, fmp: cycle.fmp });
        if let Some(procedure) = procedure {
            self.push(cycle.node, Spot { called: true, ..spot }, Edge::Call(procedure));
        }
    }

    /// Pushes the target of an edge from `parent`, to be visited next.
    fn push(&mut self, parent: NodeId, spot: Spot, edge: Edge) {
        let key = (spot.chain, parent, edge);
        let Target { chain, entering, watched } = match self.targets.get(&key) {
            Some(target) => *target,
            None => {
                let (chain, entering) = self.target(parent, spot.chain, edge);
                let target = Target { chain, entering, watched: self.watched(parent, edge) };
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
        self.pending.extend(watched.map(Pending::After));
        self.pending.push(Pending::Node(Spot { chain, entering, called: spot.called }));
        self.pending.extend(watched.map(Pending::Before));
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

    /// The node at the end of an edge, if it is watched.
    fn watched(&self, parent: NodeId, edge: Edge) -> Option<NodeId> {
        let node = match edge {
            Edge::Root => parent,
            Edge::Child(index) => self.program.node(parent).node().children().nth(index)?,
            Edge::Call(node) => node,
        };
        matches!(self.program.node(node).node(), Node::Watched(..)).then_some(node)
    }

    /// The chain at the end of an edge, and the number of inlined invocations that start there.
    fn target(&mut self, parent: NodeId, chain: ChainId, edge: Edge) -> (ChainId, u16) {
        // Calls enter a context, `dynexec` does not.
        let has_context = !matches!(self.program.node(parent).node(), Node::Dyn);
        let Some(debug) = self.debug.clone() else {
            return match edge {
                Edge::Call(_) => (self.chains.invoke(chain, None, None, has_context), 0),
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
                        let chain = self.chains.invoke(chain, Some(procedure), site, has_context);
                        (inlined.collect(), chain)
                    }
                    None => (Vec::new(), self.chains.invoke(chain, None, site, has_context)),
                }
            }
        };
        let (_, entering) = count_inlined(inlined.iter().cloned());
        let chain = inlined.iter().fold(chain, |chain, invocation| {
            self.chains.invoke(chain, Some(invocation.procedure()), Some(invocation.call()), false)
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

/// The debug command of a decorator.
const fn command(node: NodeId, number: usize, decorator: &Decorator) -> Option<Command<'_>> {
    match decorator {
        Decorator::Debug(command) => Some((DebugSite { node, decorator: number }, command)),
        _ => None,
    }
}
