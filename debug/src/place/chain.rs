use std::collections::HashMap;

use miden_assembly::{InstructionInfo, ProcedureInfo};

/// A chain of invocations, from the program's body to a procedure; 0 is the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ChainId(u32);

/// The last invocation of a chain.
#[derive(Clone, Debug)]
pub(super) struct Link {
    before: ChainId,
    depth: u32,
    pub(super) procedure: Option<ProcedureInfo>,
    /// The instruction that invokes the procedure.
    pub(super) call: Option<InstructionInfo>,
    /// Whether the procedure has an execution context of its own.
    pub(super) has_context: bool,
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
        call: Option<&InstructionInfo>,
        has_context: bool,
    ) -> ChainId {
        let callee = procedure.map(|procedure| (procedure.source().id(), procedure.span().start));
        let site = call.map(|call| (call.source().id(), call.span().start));
        if let Some(&chain) = self.known.get(&(before, callee, site, has_context)) {
            return chain;
        }
        let depth = self.depth(before) + 1;
        if depth > MAX_DEPTH || self.links.len() >= MAX_CHAINS {
            return before;
        }
        let (procedure, call) = (procedure.cloned(), call.cloned());
        self.links.push(Link { before, depth, procedure, call, has_context });
        let chain = ChainId(u32::try_from(self.links.len()).unwrap_or(u32::MAX));
        self.known.insert((before, callee, site, has_context), chain);
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
