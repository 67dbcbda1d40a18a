//! The messages of the rows of the chiplets, and the columns that contain them.

use miden_air::{
    AuxColumn::{Chiplets, Sum},
    inspect::{MessageKind, StatementConstants},
};
use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    trace::{
        WIDTH,
        chiplets::{M, Q, U, W, X},
        decoder::DONE,
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
        stack::OVERFLOW_POP,
        system::CLK,
        write_opcode,
    },
};

use crate::{
    common::{Random, Row, Section, TestFrame, everything, felt, periodic_row},
    messages::Messages,
};

/// Rows of each section.
const NUM_ROWS: usize = 20;

/// A row of a section with random cells, an operation that sends nothing, and a range list without multiplicities.
fn row(section: Section, random: &mut Random) -> Row {
    let mut row: Row = std::array::from_fn::<_, WIDTH, _>(|_| random.element());
    row[..Q.start()].fill(Felt::ZERO);
    write_opcode(&mut row, Opcode::Noop);
    row[CLK.at(0)] = felt(1000 + random.below(1000));
    let idle = [DONE, OVERFLOW_POP, VALUE, MULTIPLICITY, BYTE_MULTIPLICITY];
    idle.iter().for_each(|column| row[column.at(0)] = Felt::ZERO);
    for (i, column) in Q.range().enumerate() {
        row[column] = felt((i < section as usize).into());
    }
    row
}

/// The messages of a row of the chiplets. Book: design/bus.md#chiplets
fn messages(section: Section, current: &Row, next: &Row, hasher_row: usize) -> Messages {
    use MessageKind as K;
    let [x, u, w] = [X, U, W].map(|column| move |i: usize| current[column.at(i)]);
    let (m1, m2, clk) = (current[M.at(0)], current[M.at(1)], current[CLK.at(0)]);
    let word = |row: &Row| (0..32).fold(Felt::ZERO, |sum, i| sum + felt(1 << i) * row[X.at(0) + 4 + i]);
    let mut sent = Messages::default();
    sent.send(Sum, -Felt::ONE, K::Byte, &[Felt::ZERO]);
    let second = [w(4), w(0), w(1), w(2), w(3)];
    match section {
        Section::Hasher => {
            let state = |address: Felt| [vec![address], (0..12).map(x).collect()].concat();
            match hasher_row {
                0 => sent.send(Chiplets, m1, K::HasherInput, &state(clk)),
                7 => {
                    let address = clk - felt(7);
                    sent.send(Chiplets, m1, K::HasherOutput, &state(address));
                    sent.send(Chiplets, m2, K::Digest, &[address, x(4), x(5), x(6), x(7)]);
                }
                _ => {}
            }
        }
        Section::Bitwise => {
            let kinds = [(m2, K::XorRotate16), (x(1), K::XorRotate12), (x(2), K::XorRotate8)];
            let kinds = kinds.into_iter().chain([(x(3), K::XorRotate7)]);
            let kind =
                kinds.into_iter().find(|(flag, _)| *flag == Felt::ONE).map_or(K::And, |(_, kind)| kind);
            sent.send(Chiplets, m1, kind, &[word(current), word(next), x(0)]);
        }
        Section::Memory => {
            let kind = match [w(9), w(8)].map(|flag| flag == Felt::ONE) {
                [false, false] => K::MemoryRead,
                [false, true] => K::MemoryWrite,
                [true, false] => K::ElementRead,
                [true, true] => K::ElementWrite,
            };
            sent.send(Chiplets, m1, kind, &[x(0), x(1), x(2), x(3), x(4), x(5), x(6)]);
            sent.send(Chiplets, m2, K::Limb, &[w(4)]);
            sent.send(Sum, -Felt::ONE, K::Limb, &[u(0)]);
        }
        Section::Merkle => {
            let [left, right] = [4, 8].map(|i| [x(i), x(i + 1), x(i + 2), x(i + 3)]);
            let zero = Felt::ZERO;
            let input = [&[w(4), felt(8), zero, zero, zero][..], &left, &right].concat();
            sent.send(Chiplets, m1, K::HasherInput, &input);
            sent.send(Chiplets, m2, K::Digest, &second);
            let (update, old) = (x(0) == Felt::ONE, u(10) == Felt::ONE);
            // Both paths of an update have the address of the old one.
            let (kind, address) =
                if update && !old { (K::MerkleNewPath, clk - Felt::ONE) } else { (K::MerklePath, clk) };
            let path = [vec![address], (0..10).map(u).collect()].concat();
            sent.send(Chiplets, u(11), kind, &path);
        }
        Section::Kernel => {
            sent.send(Chiplets, m1, K::KernelCall, &[x(4), x(5), x(6), x(7)]);
            sent.send(Chiplets, m2, K::KernelProcedure, &second);
        }
        Section::Padding => {}
    }
    sent
}

/// Gives the flags of the section values that its constraints allow.
fn set_flags(section: Section, row: &mut Row, hasher_row: usize, random: &mut Random) {
    match section {
        Section::Hasher => {
            // The cells of the digest; only the first and the last row send.
            if hasher_row == 7 {
                (0..4).for_each(|i| row[W.at(i)] = row[X.at(4 + i)]);
                row[W.at(4)] = row[CLK.at(0)] - felt(7);
            } else {
                row[M.at(1)] = Felt::ZERO;
            }
            if !matches!(hasher_row, 0 | 7) {
                row[M.at(0)] = Felt::ZERO;
            }
        }
        Section::Bitwise => {
            let kinds = [M.at(1), X.at(1), X.at(2), X.at(3)];
            kinds.into_iter().for_each(|column| row[column] = Felt::ZERO);
            if let Some(&kind) = kinds.get(random.below(5) as usize) {
                row[kind] = Felt::ONE;
            }
        }
        Section::Memory => {
            // The limb is the only value of the second message.
            (0..4).for_each(|i| row[W.at(i)] = Felt::ZERO);
            [8, 9].into_iter().for_each(|i| row[W.at(i)] = random.small(2));
        }
        Section::Merkle => {
            // Neither, an old or a new path of an update.
            let kind = random.below(3);
            row[X.at(0)] = felt((kind > 0).into());
            row[U.at(10)] = felt((kind == 1).into());
        }
        Section::Kernel => row[W.at(4)] = Felt::ZERO,
        Section::Padding => row[M.range()].fill(Felt::ZERO),
    }
}

#[test]
fn every_row_of_a_chiplet_sends_exactly_the_messages_of_the_book() {
    let mut random = Random::new(5);
    for section in Section::ALL {
        for number in 0..NUM_ROWS {
            let hasher_row = number % 8;
            let (mut current, next) = (row(section, &mut random), row(section, &mut random));
            set_flags(section, &mut current, hasher_row, &mut random);
            let expected = messages(section, &current, &next, hasher_row);
            let sent = Messages::sent(&current, &next, hasher_row);
            assert_eq!(sent, expected, "{section:?}, row {number}");
        }
    }
}

#[test]
fn no_other_row_of_the_hasher_sends_and_the_digest_is_that_of_the_state() {
    let constants = StatementConstants::new(&everything().statement);
    let mut random = Random::new(6);
    for hasher_row in 0..8 {
        let (mut current, next) = (row(Section::Hasher, &mut random), row(Section::Hasher, &mut random));
        set_flags(Section::Hasher, &mut current, hasher_row, &mut random);
        let broken = |column: usize, value: Felt| {
            let mut current = current;
            current[column] = value;
            TestFrame { current, next, periodic: periodic_row(hasher_row), constants }.broken()
        };
        let sends =
            [0, 1].map(|i| !broken(M.at(i), felt(5)).contains(&format!("hasher.multiplicity[{}]", i + 1)));
        assert_eq!(sends, [matches!(hasher_row, 0 | 7), hasher_row == 7], "row {hasher_row}");
        for i in 0..5 {
            let label = format!("hasher.middle[{i}]");
            let honest = current[W.at(i)];
            let is_bound = broken(W.at(i), honest + Felt::ONE).contains(&label);
            assert!(is_bound, "w{i} in row {hasher_row}");
            assert_eq!(broken(W.at(i), honest).contains(&label), hasher_row != 7, "w{i} in row {hasher_row}");
        }
    }
}
