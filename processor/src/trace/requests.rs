//! Requests of rows to the chiplets and the range list.

use alloc::vec::Vec;

use miden_core::{Digest, Felt, Node, NodeId, Opcode, Program, program::HashedNode};

use super::{
    chiplets::{self, BitwiseKind, Chiplets, PathTicket},
    helpers::Helpers,
    range::RangeTrace,
};
use crate::{
    operations::hasher_state,
    permutations::Permutations,
    provable_fault::FaultWitness,
    state::{MachineState, Stack},
    tracer::{Access, MerklePath, Visit},
};

/// Collects the requests of an execution.
pub(super) struct Requests<'a> {
    pub(super) chiplets: Chiplets<'a>,
    pub(super) range: RangeTrace,
}

impl<'a> Requests<'a> {
    /// No requests.
    pub(super) fn new(program: &'a Program, permutations: &'a Permutations) -> Self {
        Self { chiplets: Chiplets::new(program, permutations), range: RangeTrace::new() }
    }

    /// Makes the requests of a node; returns the address of its permutation.
    #[inline]
    pub(super) fn node(&mut self, visit: Visit, node: &HashedNode) -> Felt {
        if let Node::SysCall(_) = node.node() {
            let [d0, d1, d2, d3, ..] = *node.rate();
            self.chiplets.system_call(&Digest::new([d0, d1, d2, d3]));
        }
        self.node_trap(visit.id)
    }

    /// Makes the requests of the NTRAP row that replaces a node; returns the address of its permutation.
    pub(super) fn node_trap(&mut self, id: NodeId) -> Felt {
        self.chiplets.visit(id)
    }

    /// Makes the requests of a TRAP row with this digit and two more limbs; returns all four limbs, which bound the
    /// digit by 2^7.
    pub(super) fn trap(&mut self, digit: u8, [l2, l3]: [Felt; 2]) -> [Felt; 4] {
        let limbs = [Felt::from(digit), Felt::from(512 * u32::from(digit)), l2, l3];
        self.range.look_up_limbs(&limbs, 1);
        limbs
    }

    /// Makes the requests of `rows` FAIL rows.
    pub(super) fn fail(&mut self, cells: &FaultWitness, rows: u64) {
        self.range.look_up_limbs(&cells.limbs, rows);
    }

    /// Makes the requests of an operation, except for its memory accesses and Merkle paths; returns the helpers that
    /// are known before it executes, and `h4` if it follows from the requests.
    #[inline]
    pub(super) fn operation(
        &mut self,
        opcode: Opcode,
        state: &MachineState,
    ) -> (Option<Helpers>, Option<Felt>) {
        let helpers = Helpers::of(opcode, state);
        match &helpers {
            Some(helpers) => self.range.look_up(opcode, &helpers.cells),
            None => self.range.look_up_zeros(opcode),
        }
        (helpers, ask(&mut self.chiplets, opcode, &state.stack))
    }

    /// Makes the request of a memory access by this row in this context.
    pub(super) fn access(&mut self, context: u64, row: usize, access: Access) {
        let Access { address, write, element, word } = access;
        // A trace has fewer than 2^32 rows.
        let (context, row) = (context as u32, row as u32);
        self.chiplets.access(chiplets::Access { context, address, row, write, element, word });
    }

    /// Makes the request of a path, or of the two paths of an update.
    pub(super) fn merkle_path(&mut self, path: MerklePath<'_>, new_node: Option<&Digest>) -> PathTicket {
        let siblings: Vec<_> = path.siblings.iter().map(|sibling| *sibling.elements()).collect();
        let path =
            chiplets::MerklePath { node: *path.node.elements(), index: path.index, siblings: &siblings };
        match new_node {
            None => self.chiplets.verify_path(path),
            Some(node) => self.chiplets.update_path(path, *node.elements()),
        }
    }
}

/// Makes the requests of an operation; returns helper `h4` if it follows from them. Messages: design/bus.md
#[inline]
fn ask(chiplets: &mut Chiplets<'_>, opcode: Opcode, stack: &Stack) -> Option<Felt> {
    use BitwiseKind::{And, XorRotate7, XorRotate8, XorRotate12, XorRotate16};
    // The operation is known to succeed, so its operands are u32 values.
    let s = |position| stack.item(position).as_int() as u32;
    let mut and = |a: u32, b: u32| {
        chiplets.bitwise(And, a, b);
        a & b
    };
    let h4 = match opcode {
        Opcode::U32And | Opcode::U32Xor | Opcode::U32Or | Opcode::U32AndN => {
            and(s(0), s(1));
            return None;
        }
        // Bounds `divisor − remainder − 1` and the divisor by 2^32.
        Opcode::U32Div => {
            let (divisor, dividend) = (u64::from(s(0)), stack.item(1).as_int());
            let room = divisor - dividend % divisor - 1;
            and(room as u32, s(0))
        }
        Opcode::U32Maj => {
            let both = and(s(0), s(1));
            and(s(2), s(0) ^ s(1));
            both
        }
        Opcode::U32Ch => {
            let chosen = and(s(2), s(1));
            and(s(2), s(0));
            chosen
        }
        Opcode::U32Chi => {
            // !b & c = c − (b & c)
            let rest = s(0) - and(s(1), s(0));
            and(s(2), rest);
            rest
        }
        Opcode::U32Xr16 | Opcode::U32Xr12 | Opcode::U32Xr8 | Opcode::U32Xr7 => {
            let kind = match opcode {
                Opcode::U32Xr16 => XorRotate16,
                Opcode::U32Xr12 => XorRotate12,
                Opcode::U32Xr8 => XorRotate8,
                _ => XorRotate7,
            };
            chiplets.bitwise(kind, s(0), s(1));
            return None;
        }
        Opcode::HPerm => return Some(chiplets.permute(&hasher_state(stack))),
        _ => return None,
    };
    Some(Felt::from(h4))
}
