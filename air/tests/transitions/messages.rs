//! The messages of each kind of row, with every kind of next row, and the columns that contain them.

use std::collections::BTreeMap;

use miden_air::{
    AuxColumn::{self, FirstRequests, Limbs, Lists, Nodes, SecondRequests, Sum},
    Frame,
    inspect::{MessageKind, message_derivatives},
};
use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    operations::OPERATIONS,
    trace::{
        Column, WIDTH,
        chiplets::{M, Q},
        decoder::{CONTINUATION, DONE, GROUPS, HELPERS, POSITION},
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
        stack::{DEPTH, OVERFLOW_POP, OVF, S},
        system::{CLK, CTX, FMP, FN},
        write_opcode,
    },
};

use crate::{
    common::{Random, Row, felt, periodic_row},
    idle_row,
};

/// Row whose entry of the byte table is sent.
const ROW: usize = 203;

/// Numerators by column and message: label and values without the last zeros.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages(BTreeMap<(AuxColumn, Vec<u64>), Felt>);

impl Messages {
    /// The messages that the constraints send in the first row.
    pub(crate) fn sent(current: &Row, next: &Row, row: usize) -> Self {
        let periodic = periodic_row(row);
        let mut sent = Self::default();
        for message in message_derivatives(&Frame::new(current, next, &periodic)) {
            let values = message.values.iter().map(|value| value.value);
            sent.add(message.column, message.numerator.value, values);
        }
        sent
    }

    /// Adds a message; those with numerator 0 are not sent.
    fn add(&mut self, column: AuxColumn, numerator: Felt, values: impl IntoIterator<Item = Felt>) {
        let mut key: Vec<u64> = values.into_iter().map(|value| value.as_int()).collect();
        while key.last() == Some(&0) {
            key.pop();
        }
        let sum = self.0.entry((column, key.clone())).or_default();
        *sum += numerator;
        if *sum == Felt::ZERO {
            self.0.remove(&(column, key));
        }
    }

    /// Adds a message of this kind.
    pub(crate) fn send(&mut self, column: AuxColumn, numerator: Felt, kind: MessageKind, values: &[Felt]) {
        self.add(column, numerator, [felt(label(kind))].into_iter().chain(values.iter().copied()));
    }
}

/// Two rows with cells by name.
struct Rows<'a> {
    current: &'a Row,
    next: &'a Row,
    sent: Messages,
}

impl Rows<'_> {
    fn at(&self, column: Column) -> Felt {
        self.current[column.at(0)]
    }

    fn at_next(&self, column: Column) -> Felt {
        self.next[column.at(0)]
    }

    fn s(&self, i: usize) -> Felt {
        self.current[S.at(i)]
    }

    fn s_next(&self, i: usize) -> Felt {
        self.next[S.at(i)]
    }

    fn h(&self, i: usize) -> Felt {
        self.current[HELPERS.at(i)]
    }

    fn g(&self, i: usize) -> Felt {
        self.current[GROUPS.at(i)]
    }

    fn request(&mut self, column: AuxColumn, kind: MessageKind, values: &[Felt]) {
        self.sent.send(column, -Felt::ONE, kind, values);
    }
}

/// Book: design/bus.md#messages
fn label(kind: MessageKind) -> u64 {
    use MessageKind::*;
    match kind {
        Code => 1,
        Overflow => 2,
        Input => 3,
        Output => 4,
        HasherInput => 5,
        HasherOutput => 6,
        Digest => 7,
        Limb => 8,
        Byte => 9,
        Frame => 10,
        MemoryRead => 11,
        MemoryWrite => 12,
        ElementRead => 13,
        ElementWrite => 14,
        MerklePath => 15,
        MerkleNewPath => 16,
        KernelCall => 17,
        KernelProcedure => 18,
        And => 19,
        XorRotate16 => 20,
        XorRotate12 => 21,
        XorRotate8 => 22,
        XorRotate7 => 23,
    }
}

/// The groups of opcodes that send alike, whatever else they send; `None` for an opcode without an entry.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) node: bool,
    pub(crate) right: bool,
    limb: bool,
}

const PLAIN: Kind = Kind { node: false, right: false, limb: false };
const NODE: Kind = Kind { node: true, ..PLAIN };
const RIGHT: Kind = Kind { right: true, ..PLAIN };
const LIMB: Kind = Kind { limb: true, ..PLAIN };
const RIGHT_LIMB: Kind = Kind { right: true, ..LIMB };

/// Every opcode. Book: generated/operations.md
#[rustfmt::skip]
pub(crate) fn kind(opcode: Opcode) -> Option<Kind> {
    use Opcode::*;
    Some(match opcode {
        Noop | Neg | Inv | Incr | Not | Eqz | ReadW | FmpAdd | Caller | Swap | SwapW | SwapW2 | SwapW3 | SwapDW
        | MovUp2 | MovUp3 | MovUp4 | MovUp5 | MovUp6 | MovUp7 | MovUp8
        | MovDn2 | MovDn3 | MovDn4 | MovDn5 | MovDn6 | MovDn7 | MovDn8
        | And | Or | CSwap | CSwapW | Add | Mul | Eq | Sub
        | U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12 | U32Xr8 | U32Xr7
        | Halt | Return | Output => PLAIN,
        Pad | SDepth | Push | Read | Dup0 | Dup1 | Dup2 | Dup3 | Dup4 | Dup5 | Dup6 | Dup7 | Dup9 | Dup11 | Dup13
        | Dup15 | U32Maj | U32Ch | U32Chi | Input => RIGHT,
        U32Split | Clk => RIGHT_LIMB,
        U32Div | U32Assert2 | MStream | Pipe | ExpAcc | U32Add | U32Sub | U32Mul | U32Add3 | U32MAdd | U32WAdd
        | U32Lt | HPerm | MpVerify | MrUpdate | MLoad | FmpUpdate | Assert | AssertZ | Drop | U32Rot | MLoadW
        | MStore | MStoreW | Fail | Trap => LIMB,
        Join | Call | SysCall | DynCall | Block | Dyn | NTrap | Loop | Split => NODE,
        #[allow(unreachable_patterns, reason = "an opcode that is added has no entry yet")]
        _ => return None,
    })
}

/// The messages of the first row. Book: design/bus.md
fn messages(opcode: Opcode, next_opcode: Opcode, current: &Row, next: &Row) -> Option<Messages> {
    let mut rows = Rows { current, next, sent: Messages::default() };
    let (own, following) = (kind(opcode)?, kind(next_opcode)?);
    lists(&mut rows, own, following);
    nodes(&mut rows, opcode, own);
    range(&mut rows, own);
    requests(&mut rows, opcode);
    Some(rows.sent)
}

/// The continuation list and the overflow list.
fn lists(rows: &mut Rows<'_>, own: Kind, following: Kind) {
    use MessageKind::{Code, Overflow};
    let (clk, ovf, cs, h5) = (rows.at(CLK), rows.at(OVF), rows.at(CONTINUATION), rows.h(5));
    if rows.at(DONE) == Felt::ONE && following.node {
        let [h0, h1, h2, h3] = [0, 1, 2, 3].map(|i| rows.next[HELPERS.at(i)]);
        rows.request(Lists, Code, &[cs, rows.at_next(CONTINUATION), h0, h1, h2, h3]);
    }
    if rows.at(OVERFLOW_POP) == Felt::ONE {
        rows.request(Lists, Overflow, &[ovf, rows.at_next(OVF), rows.s_next(15)]);
    }
    if own.right {
        let s15 = rows.s(15);
        rows.sent.send(Lists, h5, Overflow, &[clk, ovf, s15]);
    }
}

/// Nodes, and the frame of the trace.
fn nodes(rows: &mut Rows<'_>, opcode: Opcode, own: Kind) {
    let (clk, ovf, cs) = (rows.at(CLK), rows.at(OVF), rows.at(CONTINUATION));
    let [h0, h1, h2, h3, h4, h5] = [0, 1, 2, 3, 4, 5].map(|i| rows.h(i));
    let [g0, g1, g2, g3, g4, g5, g6, g7] = [0, 1, 2, 3, 4, 5, 6, 7].map(|i| rows.g(i));
    let multiplicity = rows.current[POSITION.at(1)];
    let (depth, s0) = (rows.at(DEPTH), rows.s(0));
    if own.node {
        let zero = Felt::ZERO;
        let input = [h4, h5, zero, zero, zero, g0, g1, g2, g3, g4, g5, g6, g7];
        rows.request(Nodes, MessageKind::HasherInput, &input);
        rows.request(FirstRequests, MessageKind::Digest, &[h4, h0, h1, h2, h3]);
    }
    match opcode {
        Opcode::Join => rows.sent.send(Nodes, multiplicity, MessageKind::Code, &[clk, cs, g4, g5, g6, g7]),
        Opcode::Loop => rows.sent.send(Nodes, multiplicity, MessageKind::Code, &[clk, cs, h0, h1, h2, h3]),
        Opcode::Call | Opcode::SysCall | Opcode::DynCall => {
            let [fn0, fn1, fn2, fn3] = [0, 1, 2, 3].map(|i| rows.current[FN.at(i)]);
            let frame = [clk, cs, rows.at(CTX), rows.at(FMP), fn0, fn1, fn2, fn3, depth, ovf];
            rows.sent.send(Nodes, multiplicity, MessageKind::Frame, &frame);
        }
        Opcode::Return => rows.request(Nodes, MessageKind::Frame, &[h4, cs, g0, g1, g2, g3, g4, g5, g6, g7]),
        Opcode::Input => rows.request(Nodes, MessageKind::Input, &[clk, rows.s_next(0)]),
        Opcode::Output => rows.sent.send(Nodes, Felt::ONE, MessageKind::Output, &[depth, s0]),
        _ => {}
    }
}

/// Limbs, and the lists that every row sends.
fn range(rows: &mut Rows<'_>, own: Kind) {
    use MessageKind::{Byte, Limb};
    if own.limb {
        for limb in [0, 1, 2, 3].map(|i| rows.h(i)) {
            rows.request(Limbs, Limb, &[limb]);
        }
    }
    let (value, multiplicity) = (rows.at(VALUE), rows.at(MULTIPLICITY));
    let (gap, byte_multiplicity) = (rows.at_next(VALUE) - value, rows.at(BYTE_MULTIPLICITY));
    rows.sent.send(Sum, multiplicity, Limb, &[value]);
    rows.request(Sum, Byte, &[gap]);
    rows.sent.send(Sum, byte_multiplicity, Byte, &[felt(ROW as u64 % 256)]);
}

/// Requests of operations to the chiplets.
fn requests(rows: &mut Rows<'_>, opcode: Opcode) {
    use MessageKind as M;
    let (clk, ctx, h4) = (rows.at(CLK), rows.at(CTX), rows.h(4));
    let s: [Felt; 16] = std::array::from_fn(|i| rows.s(i));
    let t: [Felt; 16] = std::array::from_fn(|i| rows.s_next(i));
    let half = |x: Felt| x * felt(2).inv();
    match opcode {
        Opcode::SysCall => rows.request(SecondRequests, M::KernelCall, &[0, 1, 2, 3].map(|i| rows.g(i))),
        Opcode::HPerm => {
            let state = |s: &[Felt; 16]| {
                [h4, s[11], s[10], s[9], s[8], s[7], s[6], s[5], s[4], s[3], s[2], s[1], s[0]]
            };
            rows.request(FirstRequests, M::HasherInput, &state(&s));
            rows.request(SecondRequests, M::HasherOutput, &state(&t));
        }
        Opcode::MLoadW => {
            rows.request(FirstRequests, M::MemoryRead, &[ctx, s[0], clk, t[3], t[2], t[1], t[0]])
        }
        Opcode::MStoreW => {
            rows.request(FirstRequests, M::MemoryWrite, &[ctx, s[0], clk, t[3], t[2], t[1], t[0]])
        }
        Opcode::MLoad => rows.request(FirstRequests, M::ElementRead, &[ctx, s[0], clk, t[0]]),
        Opcode::MStore => rows.request(FirstRequests, M::ElementWrite, &[ctx, s[0], clk, t[0]]),
        Opcode::MStream | Opcode::Pipe => {
            let kind = if opcode == Opcode::Pipe { M::MemoryWrite } else { M::MemoryRead };
            let first = [ctx, s[12], clk, t[7] - s[7], t[6] - s[6], t[5] - s[5], t[4] - s[4]];
            let second = [ctx, s[12] + Felt::ONE, clk, t[3] - s[3], t[2] - s[2], t[1] - s[1], t[0] - s[0]];
            rows.request(FirstRequests, kind, &first);
            rows.request(SecondRequests, kind, &second);
        }
        Opcode::MpVerify | Opcode::MrUpdate => {
            rows.request(
                FirstRequests,
                M::MerklePath,
                &[h4, s[3], s[2], s[1], s[0], s[4], s[5], s[9], s[8], s[7], s[6]],
            );
            if opcode == Opcode::MrUpdate {
                let new = [h4, s[13], s[12], s[11], s[10], s[4], s[5], t[3], t[2], t[1], t[0]];
                rows.request(SecondRequests, M::MerkleNewPath, &new);
            }
        }
        Opcode::U32And => rows.request(FirstRequests, M::And, &[s[0], s[1], t[0]]),
        Opcode::U32Xor => rows.request(FirstRequests, M::And, &[s[0], s[1], half(s[0] + s[1] - t[0])]),
        Opcode::U32Or => rows.request(FirstRequests, M::And, &[s[0], s[1], s[0] + s[1] - t[0]]),
        Opcode::U32AndN => rows.request(FirstRequests, M::And, &[s[0], s[1], s[1] - t[0]]),
        Opcode::U32Xr16 => rows.request(FirstRequests, M::XorRotate16, &[s[0], s[1], t[0]]),
        Opcode::U32Xr12 => rows.request(FirstRequests, M::XorRotate12, &[s[0], s[1], t[0]]),
        Opcode::U32Xr8 => rows.request(FirstRequests, M::XorRotate8, &[s[0], s[1], t[0]]),
        Opcode::U32Xr7 => rows.request(FirstRequests, M::XorRotate7, &[s[0], s[1], t[0]]),
        Opcode::U32Div => rows.request(FirstRequests, M::And, &[s[0] - Felt::ONE - t[0], s[0], h4]),
        Opcode::U32Maj => {
            rows.request(FirstRequests, M::And, &[s[0], s[1], h4]);
            rows.request(SecondRequests, M::And, &[s[2], s[0] + s[1] - felt(2) * h4, t[0] - h4]);
        }
        Opcode::U32Ch => {
            rows.request(FirstRequests, M::And, &[s[2], s[1], h4]);
            rows.request(SecondRequests, M::And, &[s[2], s[0], h4 + s[0] - t[0]]);
        }
        Opcode::U32Chi => {
            rows.request(FirstRequests, M::And, &[s[1], s[0], s[0] - h4]);
            rows.request(SecondRequests, M::And, &[s[2], h4, half(s[2] + h4 - t[0])]);
        }
        _ => {}
    }
}

/// Random cells, but for the opcode, the flags and the chiplets.
fn random_row(random: &mut Random, opcode: Opcode) -> Row {
    let mut row: Row = std::array::from_fn::<_, WIDTH, _>(|_| random.element());
    let idle = idle_row();
    for column in [Q, M] {
        row[column.range()].copy_from_slice(&idle[column.range()]);
    }
    row[DONE.at(0)] = random.small(2);
    row[OVERFLOW_POP.at(0)] = random.small(2);
    write_opcode(&mut row, opcode);
    row
}

#[test]
fn every_row_sends_exactly_the_messages_of_the_book() {
    let mut random = Random::new(13);
    for opcode in OPERATIONS.iter().map(|info| info.opcode) {
        for next_opcode in OPERATIONS.iter().map(|info| info.opcode) {
            let (current, next) = (random_row(&mut random, opcode), random_row(&mut random, next_opcode));
            let expected = messages(opcode, next_opcode, &current, &next);
            let expected = expected.unwrap_or_else(|| panic!("{opcode} or {next_opcode} has no entry"));
            let sent = Messages::sent(&current, &next, ROW);
            assert_eq!(sent, expected, "{opcode}, then {next_opcode}");
        }
    }
}
