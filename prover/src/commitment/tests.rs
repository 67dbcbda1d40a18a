use alloc::vec::Vec;

use miden_core::{Felt, RescuePrime};
use miden_vector::Rows;
use winter_crypto::{
    MerkleTree, MerkleTreeError,
    hashers::{Blake3_192, Blake3_256},
};

use super::{Commitment, RowHash, tree::Tree};
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
        let mut digests = alloc::vec![H::Digest::default(); STRIDE * count];
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

fn check_pairs<H: RowHash>() {
    for count in 0..40 {
        let children = random_digests::<H>(2 * count);
        let mut parents = alloc::vec![H::Digest::default(); count];
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

/// Root and openings, and that the backend accepts them.
fn check_commitment<H: RowHash>(width: usize, rows: usize, cosets: usize) {
    let table = random_table(width, rows, cosets);
    let leaves: Vec<_> = (0..rows * cosets)
        .map(|position| row_digest::<H>(&table, position % cosets, position / cosets))
        .collect();
    let expected = MerkleTree::<H>::new(leaves).unwrap();

    let commitment = Commitment::<H>::new(&table, &Control::unwatched()).unwrap();
    assert_eq!(commitment.root(), *expected.root());
    let positions = [rows * cosets - 1, 0, rows, 3];
    let (leaves, opening) = expected.prove_batch(&positions).unwrap();
    let actual = commitment.open(&positions).unwrap();
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
    for count in [2, 4, 64, 2048] {
        let leaves = random_digests::<H>(count);
        let expected = MerkleTree::<H>::new(leaves.clone()).unwrap();
        let Tree(tree) = Tree::<H>::new(leaves, &Control::unwatched()).unwrap();
        assert_eq!(tree.root(), expected.root());
        assert_eq!(tree.prove(1).unwrap(), expected.prove(1).unwrap());
        let opening = |tree: &MerkleTree<H>| tree.prove_batch(&[count - 1, 0]).unwrap().1.nodes;
        assert_eq!(opening(&tree), opening(&expected));
    }
}

#[test]
fn a_tree_needs_a_power_of_two_leaves() {
    for count in [0, 1, 3, 6] {
        type H = Blake3_192<Felt>;
        let error = Tree::<H>::new(random_digests::<H>(count), &Control::unwatched()).unwrap_err();
        let expected = match count {
            0 | 1 => MerkleTreeError::TooFewLeaves(2, count),
            _ => MerkleTreeError::NumberOfLeavesNotPowerOfTwo(count),
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn positions_outside_of_the_domain_are_errors() {
    let commitment =
        Commitment::<Blake3_192<Felt>>::new(&random_table(1, 4, 2), &Control::unwatched()).unwrap();
    assert!(matches!(commitment.open(&[8]), Err(MerkleTreeError::LeafIndexOutOfBounds(8, 8))));
    assert!(matches!(commitment.open(&[1, 1]), Err(MerkleTreeError::DuplicateLeafIndex)));
    assert!(matches!(commitment.open(&[]), Err(MerkleTreeError::TooFewLeafIndexes)));
}
