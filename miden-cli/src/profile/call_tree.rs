//! Chains of procedure invocations.

use std::collections::HashMap;

use miden_assembly::{Inlined, ProcedureInfo};

/// A chain of invocations, from the program's body to a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Chain(usize);

impl Chain {
    /// The program's body.
    pub(super) const BODY: Self = Self(0);
}

/// Index of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Procedure(usize);

/// All chains of invocations that occur. No chain contains a procedure twice: a recursive invocation returns to the
/// procedure's first place in the chain, which bounds the tree whatever a program does.
pub(super) struct CallTree {
    /// Each chain as its last procedure and the chain before it; the first is the body.
    chains: Vec<(Procedure, Chain)>,
    longer: HashMap<(Chain, Procedure), Chain>,
    procedures: Vec<ProcedureInfo>,
    known: HashMap<(String, usize), Procedure>,
}

impl CallTree {
    /// A tree with only the program's body.
    pub(super) fn new() -> Self {
        Self {
            chains: vec![(Procedure(usize::MAX), Chain::BODY)],
            longer: HashMap::new(),
            procedures: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// The procedures, in the order of their first invocation.
    pub(super) fn procedures(&self) -> impl Iterator<Item = (Procedure, &ProcedureInfo)> {
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

    /// The chain extended by an invocation.
    pub(super) fn invoke(&mut self, chain: Chain, procedure: Procedure) -> Chain {
        if let Some(&known) = self.longer.get(&(chain, procedure)) {
            return known;
        }
        let earlier = self.path(chain).find(|(_, other)| *other == procedure).map(|(chain, _)| chain);
        let longer = earlier.unwrap_or_else(|| {
            self.chains.push((procedure, chain));
            Chain(self.chains.len() - 1)
        });
        self.longer.insert((chain, procedure), longer);
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
            self.invoke(chain, procedure)
        });
        (chain, starting)
    }

    /// The procedures of a chain, innermost first, each with the chain that ends there; without the body.
    pub(super) fn path(&self, chain: Chain) -> impl Iterator<Item = (Chain, Procedure)> {
        let last = |chain: Chain| {
            let &(procedure, _) = self.chains.get(chain.0)?;
            (chain != Chain::BODY).then_some((chain, procedure))
        };
        std::iter::successors(last(chain), move |(chain, _)| last(self.chains.get(chain.0)?.1))
    }
}
