//! The chiplets: requests of operations, and the rows that respond. Book: design/chiplets.md
//!
//! Requests are collected while the program runs. Where possible, equal requests share a row, which has a multiplicity.
//! When all requests are known, the sections are laid out one below the other.

use alloc::vec::Vec;
use core::array;

use miden_core::{
    Digest, Felt, NodeId, Program, RescueState, Word,
    field::FieldElement,
    trace::{Line, PANEL, chiplets::Q},
};

use super::range::RangeTrace;
use crate::{
    parallel::{for_each, join},
    permutations::Permutations,
};

mod bitwise;
mod hasher;
mod kernel;
mod memory;
mod merkle;
mod section;

use bitwise::Bitwise;
pub(super) use bitwise::{BitwiseKind, Request as BitwiseRequest};
use hasher::Hasher;
use kernel::Kernel;
pub(super) use memory::Access;
use memory::{Memory, SortedMemory};
use merkle::Merkle;
pub(super) use merkle::{MerklePath, PathTicket};
use section::Section;
pub(super) use section::{FIRST_PANEL, SECTION_PANELS};

/// Collects requests.
pub(super) struct Chiplets<'a> {
    hasher: Hasher<'a>,
    bitwise: Bitwise,
    memory: Memory,
    merkle: Merkle,
    kernel: Kernel<'a>,
}

impl<'a> Chiplets<'a> {
    /// No requests.
    pub(super) fn new(program: &'a Program, permutations: &'a Permutations) -> Self {
        Self {
            hasher: Hasher::new(program, permutations),
            bitwise: Bitwise::default(),
            memory: Memory::default(),
            merkle: Merkle::default(),
            kernel: Kernel::new(program.kernel()),
        }
    }

    /// A visit of a node: requests its input and its digest. Returns the address of the permutation.
    pub(super) fn visit(&mut self, id: NodeId) -> Felt {
        self.hasher.visit(id)
    }

    /// HPERM: requests this input and its output. Returns the address of the permutation.
    pub(super) fn permute(&mut self, state: &RescueState) -> Felt {
        self.hasher.permute(state)
    }

    /// Requests the result of a bitwise operation on two words, in this order.
    pub(super) fn bitwise(&mut self, kind: BitwiseKind, a: u32, b: u32) {
        self.bitwise.request(kind, a, b);
    }

    /// Accesses the memory. Each combination of context, address and row occurs at most once; calls may come in any
    /// order.
    pub(super) fn access(&mut self, access: Access) {
        self.memory.access(access);
    }

    /// MPVERIFY: requests a path from a node to the root.
    pub(super) fn verify_path(&mut self, path: MerklePath<'_>) -> PathTicket {
        self.merkle.verify(&mut self.hasher, path)
    }

    /// MRUPDATE: requests a path, and the same path with a new node.
    pub(super) fn update_path(&mut self, path: MerklePath<'_>, new_node: Word) -> PathTicket {
        self.merkle.update(&mut self.hasher, path, new_node)
    }

    /// SYSCALL: requests the procedure from the kernel.
    pub(super) fn system_call(&mut self, procedure: &Digest) {
        self.kernel.call(procedure);
    }

    /// Rows so far of permutations, memory accesses and Merkle paths.
    pub(super) const fn num_rows(&self) -> (usize, usize, usize) {
        (self.hasher.num_rows(), self.memory.num_rows(), self.merkle.num_rows())
    }

    /// The bitwise requests so far, in their order.
    pub(super) const fn bitwise_requests(&self) -> &[BitwiseRequest] {
        self.bitwise.requests()
    }

    /// Assigns rows to all requests. The range list responds to the limbs of the memory.
    pub(super) fn lay_out(self, range: &mut RangeTrace) -> ChipletTrace<'a> {
        let Self { hasher, bitwise, memory, merkle, kernel } = self;
        let (bitwise, memory) = join(|| bitwise.into_rows(), || memory.sort());
        memory.limbs().flatten().for_each(|limb| range.look_up_limb(limb));
        let rows = ChipletRows {
            hasher: hasher.num_rows(),
            bitwise: bitwise.len(),
            memory: memory.num_rows(),
            merkle: merkle.num_rows(),
            kernel: kernel.num_rows(),
        };
        ChipletTrace { rows, hasher, bitwise, memory, merkle, kernel }
    }
}

/// Number of rows of each section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChipletRows {
    pub(super) hasher: usize,
    pub(super) bitwise: usize,
    pub(super) memory: usize,
    pub(super) merkle: usize,
    pub(super) kernel: usize,
}

impl ChipletRows {
    /// Lengths of the sections, in their order.
    const fn lengths(&self) -> [usize; Q.width()] {
        [self.hasher, self.bitwise, self.memory, self.merkle, self.kernel]
    }

    /// The row after the section `index`.
    fn end(&self, index: usize) -> usize {
        self.lengths().iter().take(index + 1).sum()
    }
}

/// The sections, laid out.
pub(super) struct ChipletTrace<'a> {
    rows: ChipletRows,
    hasher: Hasher<'a>,
    bitwise: Vec<bitwise::Row>,
    memory: SortedMemory,
    merkle: Merkle,
    kernel: Kernel<'a>,
}

impl ChipletTrace<'_> {
    /// Number of rows of each section; a row of padding follows them.
    pub(super) const fn rows(&self) -> ChipletRows {
        self.rows
    }

    /// The row in which a path begins.
    pub(super) fn address_of(&self, ticket: PathTicket) -> Felt {
        Felt::new((self.rows.end(2) + self.merkle.first_row(ticket)) as u64)
    }

    /// The panels of the sections, with room for `reserved` more rows. The first selector is in the panel `before` them,
    /// where it is 1 in all rows.
    pub(super) fn into_panels(
        self,
        num_rows: usize,
        reserved: usize,
        before: &mut [Line],
    ) -> [Vec<Line>; SECTION_PANELS] {
        let rows = self.rows;
        for line in before.iter_mut().take(rows.end(0)) {
            line.0[Q.at(0) % PANEL] = Felt::ZERO;
        }
        let mut panels = array::from_fn(|_| Vec::new());
        for_each(panels.iter_mut().zip(FIRST_PANEL..).collect(), |(lines, panel): (&mut Vec<Line>, _)| {
            lines.reserve_exact(num_rows + reserved);
            for section in 0..Q.width() {
                lines.resize(rows.end(section), selectors(panel, section));
            }
            lines.resize(num_rows, selectors(panel, Q.width()));
        });
        let all = Section::new(panels.each_mut().map(Vec::as_mut_slice));
        let [hasher, rest] = all.split_at(rows.hasher);
        let [mut bitwise, rest] = rest.split_at(rows.bitwise);
        let [mut memory, rest] = rest.split_at(rows.memory);
        let [mut merkle, mut kernel] = rest.split_at(rows.merkle);
        let others = || {
            bitwise::write(&self.bitwise, &mut bitwise);
            self.merkle.write(&mut merkle);
            self.kernel.write(&mut kernel);
        };
        join(|| self.hasher.write(hasher), || join(|| self.memory.write(&mut memory), others));
        panels
    }
}

/// A line of a section before its cells are written: the selectors.
fn selectors(panel: usize, section: usize) -> Line {
    let mut line = Line::ZERO;
    for column in Q.range().take(section).filter(|column| column / PANEL == panel) {
        line.0[column % PANEL] = Felt::ONE;
    }
    line
}

const _: () = assert!(Q.at(0) / PANEL + 1 == FIRST_PANEL && Q.at(1) / PANEL == FIRST_PANEL);

#[cfg(test)]
mod tests;
