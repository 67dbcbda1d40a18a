//! Chains of procedure invocations.

use std::collections::HashMap;

use miden_assembly::{DebugInfo, Inlined, InstructionInfo, ProcedureInfo};
use miden_core::NodeId;

/// A chain of invocations, from the program's body to a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chain(usize);

impl Chain {
    /// The program's body.
    pub(super) const BODY: Self = Self(0);
}

/// Index of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Procedure(usize);

/// Index of a line of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line(usize);

/// A line of a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LineInfo {
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// The last invocation of a chain.
struct Invocation {
    procedure: Procedure,
    /// The line that invokes it.
    site: Option<Line>,
    caller: Chain,
}

/// All chains of invocations that occur. No chain contains a procedure twice: a recursive invocation returns to the
/// procedure's first place in the chain, which bounds the tree whatever a program does.
pub(crate) struct CallTree {
    /// Each chain as its last invocation and the chain before it; the first is the body.
    chains: Vec<Invocation>,
    longer: HashMap<(Chain, Procedure, Option<Line>), Chain>,
    procedures: Vec<ProcedureInfo>,
    known: HashMap<(String, usize), Procedure>,
    lines: Vec<LineInfo>,
    known_lines: HashMap<LineInfo, Line>,
}

impl CallTree {
    /// A tree with only the program's body.
    pub(super) fn new() -> Self {
        Self {
            chains: vec![Invocation { procedure: Procedure(usize::MAX), site: None, caller: Chain::BODY }],
            longer: HashMap::new(),
            procedures: Vec::new(),
            known: HashMap::new(),
            lines: Vec::new(),
            known_lines: HashMap::new(),
        }
    }

    /// The procedures, in the order of their first invocation.
    pub(crate) fn procedures(&self) -> impl Iterator<Item = (Procedure, &ProcedureInfo)> {
        self.procedures.iter().enumerate().map(|(index, info)| (Procedure(index), info))
    }

    /// The index of a procedure, which is identified by its place in the source.
    pub(super) fn procedure(&mut self, info: &ProcedureInfo) -> Procedure {
        let next = Procedure(self.procedures.len());
        let place = (info.source().name().to_owned(), info.span().start);
        let id = *self.known.entry(place).or_insert(next);
        if id == next {
            self.procedures.push(info.clone());
        }
        id
    }

    /// The line of an instruction.
    pub(super) fn line(&mut self, instruction: &InstructionInfo) -> Line {
        let info =
            LineInfo { file: instruction.source().name().to_owned(), line: instruction.location().line };
        let next = Line(self.lines.len());
        let id = *self.known_lines.entry(info.clone()).or_insert(next);
        if id == next {
            self.lines.push(info);
        }
        id
    }

    /// File and number of a line.
    pub(crate) fn line_info(&self, Line(index): Line) -> Option<&LineInfo> {
        self.lines.get(index)
    }

    /// The chain extended by an invocation from a line.
    pub(super) fn invoke(&mut self, chain: Chain, procedure: Procedure, site: Option<Line>) -> Chain {
        if let Some(&known) = self.longer.get(&(chain, procedure, site)) {
            return known;
        }
        let earlier = self.path(chain).find(|(_, other)| *other == procedure).map(|(chain, _)| chain);
        let longer = earlier.unwrap_or_else(|| {
            self.chains.push(Invocation { procedure, site, caller: chain });
            Chain(self.chains.len() - 1)
        });
        self.longer.insert((chain, procedure, site), longer);
        longer
    }

    /// The chain extended by inlined invocations, outermost first, and the procedures whose invocation starts there.
    ///
    /// Code cannot `exec` itself. If it appears to, it shares a node with equal code elsewhere.
    pub(super) fn inline(
        &mut self,
        chain: Chain,
        invocations: impl Iterator<Item = Inlined>,
    ) -> (Chain, Vec<Procedure>) {
        let mut starting = Vec::new();
        let chain = invocations.fold(chain, |chain, invocation| {
            let procedure = self.procedure(invocation.procedure());
            if invocation.starts() && self.path(chain).all(|(_, other)| other != procedure) {
                starting.push(procedure);
            }
            let site = self.line(invocation.call());
            self.invoke(chain, procedure, Some(site))
        });
        (chain, starting)
    }

    /// The place of a node that a chain of invocations leads to, by its number.
    pub(super) fn place(&self, chain: Chain, debug: &DebugInfo, node: NodeId) -> usize {
        let innermost = self.path(chain).next();
        debug.place_in(node, innermost.and_then(|(_, procedure)| self.procedures.get(procedure.0)))
    }

    /// The lines that invoke the procedures of a chain, innermost first.
    pub(crate) fn sites(&self, chain: Chain) -> impl Iterator<Item = Line> {
        self.path(chain).filter_map(|(chain, _)| self.chains.get(chain.0)?.site)
    }

    /// The procedures of a chain, innermost first, each with the chain that ends there; without the body.
    pub(crate) fn path(&self, chain: Chain) -> impl Iterator<Item = (Chain, Procedure)> {
        let last = |chain: Chain| {
            let procedure = self.chains.get(chain.0)?.procedure;
            (chain != Chain::BODY).then_some((chain, procedure))
        };
        std::iter::successors(last(chain), move |(chain, _)| last(self.chains.get(chain.0)?.caller))
    }
}
