use std::collections::HashMap;

use miden_assembly::{DebugInfo, InstructionInfo, ProcedureInfo};
use miden_core::NodeId;

use super::placing::Placing;

/// A chain of invocations, from the program's body to a procedure; 0 is the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ChainId(u32);

/// The last invocation of a chain.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    before: ChainId,
    depth: u32,
    pub(crate) procedure: Option<ProcedureInfo>,
    /// The instruction that invokes the procedure.
    pub(crate) site: CallSite,
    /// Whether the procedure has an execution context of its own.
    pub(super) has_context: bool,
}

/// An instruction, as far as the place of its code is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSite {
    pub(crate) call: Option<InstructionInfo>,
    /// Other instructions in the same procedure that have the same code, of which it may be one.
    pub(crate) others: Vec<InstructionInfo>,
}

impl CallSite {
    /// The instruction of a node other than a block, for one of its places.
    pub(super) fn of(debug: &DebugInfo, node: NodeId, placing: Placing) -> Self {
        let place = usize::from(placing.place);
        let call = debug.instruction_at(node, place, 0);
        let beside = debug.places_beside(node, place).filter(|beside| placing.is_open && *beside != place);
        let others = beside.filter_map(|place| debug.instruction_at(node, place, 0));
        let others = others.filter(|other| call.is_none_or(|call| call.span() != other.span()));
        Self { call: call.cloned(), others: others.cloned().collect() }
    }

    /// Whether it may be the instruction at this place of a source: the number of the source, and an offset in it.
    pub(crate) fn may_be_at(&self, source: usize, offset: usize) -> bool {
        let mut sites = self.call.iter().chain(&self.others);
        sites.any(|call| call.source().id() == source && call.span().start == offset)
    }
}

/// Longest chain. Further invocations, of a program that recurs without end, count as part of the last one.
const MAX_DEPTH: u32 = 1 << 12;

/// Largest number of chains; further ones count as the chain that they extend.
const MAX_CHAINS: usize = 1 << 20;

/// All chains of invocations that have occurred.
#[derive(Debug, Default)]
pub(super) struct Chains {
    links: Vec<Link>,
    known: HashMap<(ChainId, Key, Key, bool), ChainId>,
}

/// A place in a source: the number of the source, and an offset.
type Key = Option<(usize, usize)>;

impl Chains {
    /// The chain extended by an invocation.
    pub(super) fn invoke(
        &mut self,
        before: ChainId,
        procedure: Option<&ProcedureInfo>,
        site: CallSite,
        has_context: bool,
    ) -> ChainId {
        let callee = procedure.map(|procedure| (procedure.source().id(), procedure.span().start));
        let place = site.call.as_ref().map(|call| (call.source().id(), call.span().start));
        if let Some(&chain) = self.known.get(&(before, callee, place, has_context)) {
            return chain;
        }
        let depth = self.depth(before) + 1;
        if depth > MAX_DEPTH || self.links.len() >= MAX_CHAINS {
            return before;
        }
        let procedure = procedure.cloned();
        self.links.push(Link { before, depth, procedure, site, has_context });
        let chain = ChainId(u32::try_from(self.links.len()).unwrap_or(u32::MAX));
        self.known.insert((before, callee, place, has_context), chain);
        chain
    }

    /// Number of invocations.
    pub(super) fn depth(&self, chain: ChainId) -> u32 {
        self.link(chain).map_or(0, |link| link.depth)
    }

    /// The invocations, innermost first.
    pub(super) fn links(&self, chain: ChainId) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.link(chain), |link| self.link(link.before))
    }

    fn link(&self, chain: ChainId) -> Option<&Link> {
        self.links.get((chain.0 as usize).checked_sub(1)?)
    }
}
