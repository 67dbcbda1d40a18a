//! The kinds of rows that may follow each other, with every value of the flags.

use miden_air::inspect::StatementConstants;
use miden_core::{
    Digest, Felt, Kernel, Opcode, StackInputs, StackOutputs, Statement,
    field::FieldElement,
    operations::OPERATIONS,
    trace::{
        decoder::{CONTINUATION, DONE, GROUP_END},
        stack::{DEPTH, OVERFLOW_POP, S},
        write_opcode,
    },
};

use crate::{
    common::{TestFrame, felt, periodic_row},
    idle_row,
    messages::kind,
};

/// The rules about the order of rows and their flags, each of which this test needs. The flags here are 0 or 1.
const RULES: [&str; 16] = [
    "decoder.done_frame",
    "decoder.done_loop",
    "decoder.done_node",
    "decoder.ge_in_block",
    "decoder.ge_not_done",
    "decoder.next_descend",
    "decoder.next_done",
    "decoder.next_end",
    "decoder.next_fail",
    "decoder.next_halt",
    "decoder.next_in_block",
    "decoder.next_input",
    "decoder.next_output",
    "decoder.next_trap",
    "stack.z_depth",
    "stack.z_left",
];

/// Flags of a row, and the cells that decide them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flags {
    pub(crate) done: bool,
    pub(crate) ge: bool,
    pub(crate) z: bool,
    pub(crate) condition: bool,
    pub(crate) last_node: bool,
    pub(crate) deep: bool,
}

pub(crate) fn is_node(opcode: Opcode) -> bool {
    kind(opcode).expect("an entry").node
}

pub(crate) fn is_operation(opcode: Opcode) -> bool {
    use Opcode::{Fail, Halt, Input, Output, Return, Trap};
    !is_node(opcode) && !matches!(opcode, Halt | Return | Output | Input | Fail | Trap)
}

/// Whether the operation removes an item.
pub(crate) fn is_left(opcode: Opcode) -> bool {
    use Opcode::*;
    #[rustfmt::skip]
    let left = matches!(opcode,
        And | Or | CSwap | CSwapW | Add | Mul | Eq | Sub | U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12
        | U32Xr8 | U32Xr7 | U32Add3 | U32MAdd | U32WAdd | U32Lt | Loop | Split | Output | FmpUpdate | Assert
        | AssertZ | Drop | U32Rot | MLoadW | MStore | MStoreW
    );
    left
}

/// Whether the rules allow the row and its successor. Book: design/decoder.md#succession, design/stack.md#overflow
pub(crate) fn is_allowed(opcode: Opcode, next: Opcode, flags: Flags) -> bool {
    use Opcode::{Block, Fail, Halt, Input, Loop, NTrap, Output, Return, Trap};
    let Flags { done, ge, z, condition, last_node, deep } = flags;
    let may_be_done = match opcode {
        Loop => done != condition,
        Return => true,
        _ => !done || is_operation(opcode),
    };
    let follows = match opcode {
        Input => next == Input || is_node(next),
        Output => matches!(next, Output | Halt),
        Halt => next == Halt,
        Trap => matches!(next, Trap | Fail),
        NTrap | Fail => next == Fail,
        Return if !done => next == Fail,
        _ if done => is_node(next) || next == Return || last_node && matches!(next, Output | Halt),
        Block => is_operation(next) || next == Trap,
        _ if is_node(opcode) => is_node(next),
        _ => is_operation(next) || next == Trap,
    };
    let may_end_group = !ge || is_operation(opcode) && !done;
    // The bus excludes a pop from an empty list.
    let may_pop = if is_left(opcode) { z || !deep } else { !z };
    may_be_done && follows && may_end_group && may_pop
}

#[test]
fn the_rows_that_may_follow_are_those_of_the_book() {
    let statement = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::new(Vec::new()).expect("inputs"),
        StackOutputs::new(vec![Felt::ZERO; 16]).expect("outputs"),
    );
    let constants = StatementConstants::new(&statement);
    let mut allowed_count = 0;
    for opcode in OPERATIONS.iter().map(|info| info.opcode) {
        for next_opcode in OPERATIONS.iter().map(|info| info.opcode) {
            for bits in 0..64 {
                let [done, ge, z, condition, last_node, deep] =
                    [0, 1, 2, 3, 4, 5].map(|i| bits >> i & 1 == 1);
                // These cells decide nothing here.
                if condition && opcode != Opcode::Loop || last_node && !done || deep && !is_left(opcode) {
                    continue;
                }
                let flags = Flags { done, ge, z, condition, last_node, deep };
                let (mut current, mut next) = (idle_row(), idle_row());
                write_opcode(&mut current, opcode);
                write_opcode(&mut next, next_opcode);
                for (column, value) in [(DONE, done), (GROUP_END, ge), (OVERFLOW_POP, z), (S, condition)] {
                    current[column.at(0)] = felt(value.into());
                }
                current[CONTINUATION.at(0)] = felt(if last_node { 0 } else { 77 });
                current[DEPTH.at(0)] = felt(if deep { 17 } else { 16 });
                let frame = TestFrame { current, next, periodic: periodic_row(1), constants };
                let broken = frame.broken();
                let broken: Vec<_> = broken.iter().filter(|label| RULES.contains(&label.as_str())).collect();
                let allowed = is_allowed(opcode, next_opcode, flags);
                assert_eq!(broken.is_empty(), allowed, "{opcode}, {next_opcode}, {flags:?}: {broken:?}");
                allowed_count += usize::from(allowed);
            }
        }
    }
    assert!(allowed_count > 10_000, "{allowed_count}");
}
