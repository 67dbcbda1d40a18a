use alloc::{collections::BTreeSet, vec, vec::Vec};

use miden_core::{Felt, RescuePrime, field::FieldElement};
use miden_vector::Rows;
use winter_crypto::{
    MerkleTree, MerkleTreeError,
    hashers::{Blake3_192, Blake3_256},
};

use super::{Commitment, Leaves, RowHash, tree::Nodes};
use crate::{
    control::Control,
    table::{Line, Table},
};

/// Knuth's linear generator, its upper bits mixed into the lower ones.
fn random(seed: usize) -> impl Iterator<Item = Felt> {
    let mut state = seed as u64;
    core::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Felt::new(state ^ (state >> 29))
    })
}

/// Random cells. So is what follows the last column, which must not count.
fn random_table(width: usize, rows: usize, cosets: usize) -> Table {
    let mut table = Table::new(width, rows, cosets);
    let mut cells = random(width);
    for Line(line) in table.cosets_mut().flatten() {
        line.fill_with(|| cells.next().unwrap());
    }
    table
}

fn row_digest<H: RowHash>(table: &Table, coset: usize, row: usize) -> H::Digest {
    let row: Vec<_> = (0..table.width()).map(|column| table.cell(column, coset, row)).collect();
    H::hash_elements(&row)
}

fn random_digests<H: RowHash>(count: usize) -> Vec<H::Digest> {
    random(count).take(count).map(|element| H::hash_elements(&[element])).collect()
}

/// For all widths, and numbers of rows around those of a vector.
fn check_rows<H: RowHash>() {
    const STRIDE: usize = 3;
    for width in 1..=130 {
        let count = 1 + width % 35;
        let table = random_table(width, count + 2, 2);
        let mut digests = vec![H::Digest::default(); STRIDE * count];
        let panels: Vec<_> = (0..table.panels()).map(|panel| &table.coset(panel, 1)[2..]).collect();
        H::hash_rows(Rows { panels: &panels, width }, &mut digests, STRIDE);
        for (i, digest) in digests.iter().enumerate() {
            let expected = match i % STRIDE {
                0 => row_digest::<H>(&table, 1, 2 + i / STRIDE),
                _ => H::Digest::default(),
            };
            assert_eq!(*digest, expected, "{width} columns, {count} rows, place {i}");
        }
    }
}

#[test]
fn rows_have_the_digests_of_the_backend() {
    check_rows::<Blake3_192<Felt>>();
    check_rows::<Blake3_256<Felt>>();
    check_rows::<RescuePrime>();
}

fn check_integers<H: RowHash>() {
    let seed = H::hash_elements(&[Felt::ONE]);
    for count in 0..40 {
        let first = u64::from(u32::MAX) - 20;
        let mut digests = vec![H::Digest::default(); count];
        H::merge_with_integers(seed, first, &mut digests);
        let expected: Vec<_> =
            (first..).map(|integer| H::merge_with_int(seed, integer)).take(count).collect();
        assert_eq!(digests, expected, "{count} integers");
    }
}

#[test]
fn integers_are_merged_like_the_backend_does() {
    check_integers::<Blake3_192<Felt>>();
    check_integers::<Blake3_256<Felt>>();
    check_integers::<RescuePrime>();
}

fn check_pairs<H: RowHash>() {
    for count in 0..40 {
        let children = random_digests::<H>(2 * count);
        let mut parents = vec![H::Digest::default(); count];
        H::merge_pairs(&children, &mut parents);
        let expected: Vec<_> = children.as_chunks().0.iter().map(H::merge).collect();
        assert_eq!(parents, expected, "{count} pairs");
    }
}

#[test]
fn pairs_have_the_digests_of_the_backend() {
    check_pairs::<Blake3_192<Felt>>();
    check_pairs::<Blake3_256<Felt>>();
    check_pairs::<RescuePrime>();
}

/// The root, if the leaves are hashed coset by coset.
fn root_by_cosets<H: RowHash>(table: &Table) -> H::Digest {
    let control = Control::unwatched();
    let mut leaves = Leaves::<H>::new(table.rows(), table.cosets());
    for coset in 0..table.cosets() {
        let panels = (0..table.panels()).map(|panel| vec![table.coset(panel, coset).to_vec()]);
        leaves.hash(coset, &Table::from_panels(table.width(), table.rows(), 1, panels.collect()), &control);
    }
    Commitment::from_leaves(&leaves, &control).unwrap().root()
}

/// Root and openings, and that the backend accepts them.
fn check_commitment<H: RowHash>(width: usize, rows: usize, cosets: usize) {
    let table = random_table(width, rows, cosets);
    let leaves: Vec<_> = (0..rows * cosets)
        .map(|position| row_digest::<H>(&table, position % cosets, position / cosets))
        .collect();
    let expected = MerkleTree::<H>::new(leaves).unwrap();

    let commitment = Commitment::<H>::new(&table, &Control::unwatched()).unwrap();
    assert_eq!(commitment.root(), *expected.root());
    assert_eq!(root_by_cosets::<H>(&table), *expected.root());
    let positions = [rows * cosets - 1, 0, rows, 3];
    let (leaves, opening) = expected.prove_batch(&positions).unwrap();
    let actual = commitment.open(&positions, width, |position| table.row(position)).unwrap();
    assert_eq!((actual.depth, &actual.nodes), (opening.depth, &opening.nodes));
    MerkleTree::<H>::verify_batch(&commitment.root(), &positions, &leaves, &actual).unwrap();
}

#[test]
fn commitments_are_those_of_the_backend() {
    // Fewer rows than are hashed at once, and more; fewer nodes, and more.
    for (rows, cosets) in [(8, 4), (256, 2), (512, 8)] {
        check_commitment::<Blake3_192<Felt>>(17, rows, cosets);
        check_commitment::<Blake3_256<Felt>>(8, rows, cosets);
        check_commitment::<RescuePrime>(3, rows, cosets);
    }
}

#[test]
fn a_tree_is_that_of_the_backend() {
    type H = Blake3_192<Felt>;
    for count in [2, 4, 8, 16, 64, 4096] {
        let leaves = random_digests::<H>(count);
        let expected = MerkleTree::<H>::new(leaves.clone()).unwrap();
        let nodes = Nodes::<H>::from_leaves(&leaves, &Control::unwatched()).unwrap();
        assert_eq!(nodes.root(), *expected.root());
        // One leaf, far apart, neighbours of one pair and of two, all, and many without a pattern.
        let some: Vec<_> = random(count).map(|i| i.as_int() as usize % count).take(40).collect();
        let some: BTreeSet<_> = some.into_iter().collect();
        let lists = [vec![1], vec![count - 1, 0], (count / 2 - 1..(count / 2 + 2).min(count)).collect()];
        let lists = lists.into_iter().chain([(0..count).collect(), some.into_iter().collect()]);
        for positions in lists {
            let opening =
                nodes.open(&positions, |positions| positions.iter().map(|&i| leaves[i]).collect()).unwrap();
            assert_eq!(opening, expected.prove_batch(&positions).unwrap().1, "{positions:?} of {count}");
        }
    }
}

#[test]
fn a_tree_needs_a_power_of_two_leaves() {
    for count in [0, 1, 3, 6] {
        let error = Nodes::<Blake3_192<Felt>>::new(count).unwrap_err();
        let expected = match count {
            0 | 1 => MerkleTreeError::TooFewLeaves(2, count),
            _ => MerkleTreeError::NumberOfLeavesNotPowerOfTwo(count),
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn positions_outside_of_the_domain_are_errors() {
    let table = random_table(1, 4, 2);
    let commitment = Commitment::<Blake3_192<Felt>>::new(&table, &Control::unwatched()).unwrap();
    let error =
        |positions: &[usize]| commitment.open(positions, 1, |position| table.row(position)).unwrap_err();
    assert_eq!(error(&[8]), MerkleTreeError::LeafIndexOutOfBounds(8, 8));
    assert_eq!(error(&[1, 1]), MerkleTreeError::DuplicateLeafIndex);
    assert_eq!(error(&[]), MerkleTreeError::TooFewLeafIndexes);
}
