#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alloc::{collections::BTreeMap, vec, vec::Vec};

use miden_core::{
    Felt, Kernel, Program, RescueState, Word,
    field::FieldElement,
    program::ProgramBuilder,
    trace::{
        Column, Line, PANEL,
        chiplets::{Q, memory, merkle},
    },
};
use proptest::prelude::*;

use super::{
    Access, Bitwise, BitwiseKind, ChipletTrace, Chiplets, FIRST_PANEL, MerklePath, SECTION_PANELS, Section,
    bitwise::{self, Row},
};
use crate::{permutations::Permutations, trace::range::RangeTrace};

fn program() -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[]).unwrap();
    let kernel = Kernel::new(vec![*builder.node(root).digest()]).unwrap();
    builder.finish_with(root, &[], kernel).0
}

fn word(value: u64) -> Word {
    [value, value + 1, value + 2, value + 3].map(Felt::new)
}

fn lay_out(chiplets: Chiplets<'_>) -> ChipletTrace<'_> {
    chiplets.lay_out(&mut RangeTrace::new())
}

/// The columns from the first selector on, all of them in the panels of the sections and the one before.
fn columns(chiplets: ChipletTrace<'_>, num_rows: usize) -> impl Fn(usize) -> Vec<Felt> {
    let mut before = vec![Line([Felt::ONE; PANEL]); num_rows];
    let panels = chiplets.into_panels(num_rows, 3, &mut before);
    assert!(panels.iter().all(|lines| (lines.len(), lines.capacity()) == (num_rows, num_rows + 3)));
    let panels: Vec<_> = [before].into_iter().chain(panels).collect();
    move |column| cells(&panels, FIRST_PANEL - 1, column)
}

/// A column of panels, of which the first one has number `first`.
fn cells(panels: &[Vec<Line>], first: usize, column: usize) -> Vec<Felt> {
    panels[column / PANEL - first].iter().map(|line| line.0[column % PANEL]).collect()
}

fn bitwise_rows(requests: &[(BitwiseKind, u32, u32)]) -> Vec<Row> {
    let mut bitwise = Bitwise::default();
    requests.iter().for_each(|&(kind, a, b)| bitwise.request(kind, a, b));
    bitwise.into_rows()
}

fn kind() -> impl Strategy<Value = BitwiseKind> {
    use BitwiseKind::{And, XorRotate7, XorRotate8, XorRotate12, XorRotate16};
    prop::sample::select(vec![And, XorRotate16, XorRotate12, XorRotate8, XorRotate7])
}

proptest! {
    #[test]
    fn every_bitwise_request_has_a_response(
        requests in prop::collection::vec((kind(), 0u32..6, 0u32..6), 0..60),
    ) {
        let mut asked: BTreeMap<(BitwiseKind, u32, u32), usize> = BTreeMap::new();
        requests.iter().for_each(|&request| *asked.entry(request).or_default() += 1);
        let rows = bitwise_rows(&requests);
        let mut answered = BTreeMap::new();
        for pair in rows.windows(2).filter(|pair| pair[0].multiplicity > 0) {
            let before = answered.insert((pair[0].kind, pair[0].word, pair[1].word), pair[0].multiplicity);
            prop_assert_eq!(before, None);
        }
        prop_assert!(rows.last().is_none_or(|last| last.multiplicity == 0));
        prop_assert!(rows.len() <= 2 * asked.len());
        prop_assert_eq!(answered, asked);
    }
}

#[test]
fn words_in_a_chain_take_one_row_each() {
    let chain: Vec<_> = [3, 1, 0, 2].into_iter().map(|i| (BitwiseKind::And, i, i + 1)).collect();
    let words: Vec<u32> = bitwise_rows(&chain).iter().map(|row| row.word).collect();
    assert_eq!(words, [0, 1, 2, 3, 4]);
    assert_eq!(bitwise_rows(&[(BitwiseKind::And, 7, 7)]).len(), 2);
    let unrelated = [(BitwiseKind::And, 1, 2), (BitwiseKind::XorRotate7, 3, 4)];
    assert_eq!(bitwise_rows(&unrelated).len(), 4);
    assert!(bitwise_rows(&[]).is_empty());
}

#[test]
fn the_last_word_has_the_result_zero() {
    let rows = bitwise_rows(&[(BitwiseKind::XorRotate16, 1, 2)]);
    let mut panels: [Vec<Line>; SECTION_PANELS] = core::array::from_fn(|_| vec![Line::ZERO; 2]);
    bitwise::write(&rows, &mut Section::new(panels.each_mut().map(Vec::as_mut_slice)));
    let result = cells(&panels, FIRST_PANEL, miden_core::trace::chiplets::bitwise::RESULT.at(0));
    assert_eq!(result, [Felt::new(3 << 16), Felt::ZERO]);
}

#[test]
fn equal_permutations_share_their_rows() {
    let program = program();
    let permutations = Permutations::default();
    let mut chiplets = Chiplets::new(&program, &permutations);
    let state: RescueState = core::array::from_fn(|i| Felt::new(i as u64));
    assert_eq!(chiplets.visit(program.root()), Felt::ZERO);
    assert_eq!(chiplets.permute(&state), Felt::new(8));
    assert_eq!(chiplets.permute(&[Felt::ZERO; 12]), Felt::new(16));
    assert_eq!(chiplets.permute(&state), Felt::new(8));
    assert_eq!(lay_out(chiplets).rows().hasher, 24);
}

#[test]
fn equal_paths_share_their_rows_and_all_paths_share_hashes() {
    let program = program();
    let permutations = Permutations::default();
    let mut chiplets = Chiplets::new(&program, &permutations);
    chiplets.visit(program.root());
    let siblings = [word(10), word(20), word(30)];
    let path = MerklePath { node: word(1), index: 5, siblings: &siblings };
    let first = chiplets.verify_path(path);
    let short = chiplets.verify_path(MerklePath { siblings: &siblings[..1], ..path });
    let update = chiplets.update_path(path, word(2));
    let index = chiplets.verify_path(MerklePath { index: 4, ..path });
    assert_eq!(chiplets.verify_path(path), first);
    assert_eq!(chiplets.update_path(path, word(2)), update);
    let chiplets = lay_out(chiplets);
    let rows = chiplets.rows();
    // Only index 4 and the new node have hashes of their own.
    assert_eq!((rows.hasher, rows.merkle), (8 * (1 + 3 + 3 + 3), 3 + 1 + 6 + 3));
    let addresses = [first, short, update, index].map(|ticket| chiplets.address_of(ticket));
    assert_eq!(addresses, [0, 3, 4, 10].map(|row| Felt::new(rows.hasher as u64 + row)));

    let multiplicities = &columns(chiplets, 128)(merkle::MULTIPLICITY.at(0))[rows.hasher..][..rows.merkle];
    let expected = [2, 0, 0, 1, 2, 2, 0, 0, 0, 0, 1, 0, 0];
    assert_eq!(multiplicities, expected.map(Felt::new));
}

#[test]
fn accesses_are_sorted_and_have_their_distances_as_limbs() {
    let program = program();
    let permutations = Permutations::default();
    let mut chiplets = Chiplets::new(&program, &permutations);
    let keys = [(0, 7, 10), (30, 7, 40), (0, 7, 9), (0, u32::MAX, 12), (30, 6, 50), (0, 0, 11)];
    for (context, address, row) in keys {
        let word = word(0);
        chiplets.access(Access { context, address, row, write: true, element: false, word });
    }
    let chiplets = lay_out(chiplets);
    assert_eq!(chiplets.rows().memory, keys.len());
    let columns = columns(chiplets, 16);
    let column = |column: Column| {
        columns(column.at(0)).iter().take(keys.len()).map(|cell| cell.as_int()).collect::<Vec<u64>>()
    };
    assert_eq!(column(memory::CONTEXT), [0, 0, 0, 0, 30, 30]);
    assert_eq!(column(memory::ADDRESS), [0, 7, 7, u64::from(u32::MAX), 6, 7]);
    assert_eq!(column(memory::ROW), [11, 9, 10, 12, 50, 40]);
    assert_eq!(column(memory::FIRST), [1, 1, 0, 1, 1, 1]);
    assert_eq!(column(memory::FIRST_OF_CONTEXT), [1, 0, 0, 0, 1, 0]);
    assert_eq!(column(memory::LOW_LIMB), [0, 6, 0, 0xfff7, 29, 0]);
    assert_eq!(column(memory::HIGH_LIMB), [0, 0, 0, 0xffff, 0, 0]);
}

#[test]
fn sections_follow_each_other() {
    let program = program();
    let permutations = Permutations::default();
    let mut chiplets = Chiplets::new(&program, &permutations);
    chiplets.visit(program.root());
    chiplets.bitwise(BitwiseKind::And, 1, 2);
    chiplets.verify_path(MerklePath { node: word(1), index: 0, siblings: &[word(2)] });
    let chiplets = lay_out(chiplets);
    let columns = columns(chiplets, 32);
    for (index, end) in [16, 18, 18, 19, 20].into_iter().enumerate() {
        let expected: Vec<Felt> = (0..32).map(|row| if row < end { Felt::ZERO } else { Felt::ONE }).collect();
        assert_eq!(columns(Q.at(index)), expected);
    }
}
