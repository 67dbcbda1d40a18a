//! Which procedure invokes which.

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

/// All chains of invocations that occur. No procedure stands twice in a chain: one that invokes itself, if only by
/// way of others, goes back to its place in the chain, so that the tree is bounded whatever a program does.
pub(super) struct CallTree {
    /// Each chain by its last procedure and the chain before it; the first one is the body.
    chains: Vec<(Procedure, Chain)>,
    longer: HashMap<(Chain, Procedure), Chain>,
    procedures: Vec<ProcedureInfo>,
    known: HashMap<(String, usize), Procedure>,
}

impl CallTree {
    /// The program's body alone.
    pub(super) fn new() -> Self {
        Self {
            chains: vec![(Procedure(usize::MAX), Chain::BODY)],
            longer: HashMap::new(),
            procedures: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// The procedures, in the order in which they were met.
    pub(super) fn procedures(&self) -> impl Iterator<Item = (Procedure, &ProcedureInfo)> {
        self.procedures.iter().enumerate().map(|(index, info)| (Procedure(index), info))
    }

    /// The index of a procedure, told apart by its place in the source.
    pub(super) fn procedure(&mut self, info: &ProcedureInfo) -> Procedure {
        let next = Procedure(self.procedures.len());
        let place = (info.source().name().to_owned(), info.span().start);
        let id = *self.known.entry(place).or_insert(next);
        if id == next {
            self.procedures.push(info.clone());
        }
        id
    }

    /// The chain with one invocation more.
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

    /// The chain with these invocations, outermost first; also the procedures whose invocation starts with them.
    ///
    /// Code cannot invoke itself by `exec`. If it seems to, it is equal to code of another place, for which it stands.
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

    /// The last procedure of a chain, with the chain; then the one before it, up to but without the body.
    pub(super) fn path(&self, chain: Chain) -> impl Iterator<Item = (Chain, Procedure)> {
        let last = |chain: Chain| {
            let &(procedure, _) = self.chains.get(chain.0)?;
            (chain != Chain::BODY).then_some((chain, procedure))
        };
        std::iter::successors(last(chain), move |(chain, _)| last(self.chains.get(chain.0)?.1))
    }
}
