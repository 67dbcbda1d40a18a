//! Lies about the state between two rows.

use miden_core::{Felt, field::FieldElement, params::STACK_TOP};

use crate::{common::felt, kind::Kind, machine::Machine};

impl Machine<'_> {
    /// Tells the lies about the state between two rows that are due and possible.
    pub(crate) fn lie_between(&mut self) {
        let row = self.rows.len();
        let due: Vec<Kind> = self.pending.iter().filter(|(from, _)| *from <= row).map(|&(_, k)| k).collect();
        for kind in due {
            let honest = self.state;
            if self.forge_state(kind) {
                assert!(self.lies(kind), "the lie is due");
            } else {
                self.state = honest;
            }
        }
    }

    /// Changes the state, if the kind is such a lie and it is possible here.
    fn forge_state(&mut self, kind: Kind) -> bool {
        match kind {
            Kind::ItemChanged => {
                let (item, change) = (self.rng.below(STACK_TOP), self.rng.pick(&[1, 2, 1 << 32]));
                self.state.top[item] += felt(change);
            }
            Kind::ItemsSwapped => {
                let (a, b) = (self.rng.below(STACK_TOP), self.rng.below(STACK_TOP));
                self.state.top.swap(a, b);
                return a != b;
            }
            Kind::ItemLost => match self.items.get(&self.state.ovf) {
                Some(&(previous, _)) => {
                    self.state.ovf = previous;
                    self.state.depth -= 1;
                }
                None => return false,
            },
            Kind::ItemInserted => {
                let addresses: Vec<u64> = self.items.keys().copied().collect();
                if addresses.is_empty() {
                    return false;
                }
                self.state.ovf = self.rng.pick(&addresses);
                self.state.depth += 1;
            }
            Kind::DepthForged => {
                let less = self.state.depth > STACK_TOP as u64 && self.rng.one_in(2);
                self.state.depth = if less { self.state.depth - 1 } else { self.state.depth + 1 };
            }
            Kind::ContextForged => {
                let row = self.rng.below(self.rows.len()) as u64;
                let contexts = [0, row, self.state.ctx + 1];
                let ctx = self.rng.pick(&contexts);
                let changes = ctx != self.state.ctx;
                self.state.ctx = ctx;
                return changes;
            }
            Kind::PointerForged => self.state.fmp += Felt::ONE,
            Kind::CallerForged => {
                let element = self.rng.below(4);
                self.state.procedure[element] += Felt::ONE;
            }
            Kind::SyscallForged => self.state.insys = !self.state.insys,
            Kind::AdviceDenied if self.state.adv => self.state.adv = false,
            Kind::ContinuationLost => match self.entries.get(&self.state.cs) {
                Some(entry) => self.state.cs = entry.previous,
                None => return false,
            },
            Kind::ContinuationForged => {
                let cs = self.state.cs;
                let others: Vec<u64> =
                    self.entries.keys().copied().filter(|&address| address != cs).collect();
                if others.is_empty() {
                    return false;
                }
                self.state.cs = self.rng.pick(&others);
            }
            _ => return false,
        }
        true
    }
}
