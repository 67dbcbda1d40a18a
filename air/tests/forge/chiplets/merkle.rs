use miden_core::{
    AdviceInputs, Digest, Felt, MerkleStore, Opcode, Word,
    field::FieldElement,
    trace::{
        Column,
        chiplets::{
            Q,
            merkle::{
                CARRY, HASH_ADDRESS, MULTIPLICITY, OLD, OTHER_ROOT, OTHER_ROOT_3, PARENT, RIGHT, ROOT, UPDATE,
            },
        },
        decoder::HELPERS,
    },
};

use super::{chiplet_columns, forge_input, forge_output, request_digest};
use crate::{
    assert_broken, assert_honest, assert_rejected,
    common::{Section, Trace, felt, ops, straight},
};

/// Position of the number of levels on the stack.
const LEVELS: usize = 4;

/// Position of the root.
const ROOT_ITEMS: usize = 6;

fn leaf(value: u64) -> Digest {
    Digest::new([value, value + 1, value + 2, value + 3].map(felt))
}

fn set(trace: &mut Trace, row: usize, column: Column, values: &[Felt]) {
    trace.rows[row][column.range()][..values.len()].copy_from_slice(values);
}

/// The items `[V, d, i, R, …]`, deepest first.
fn items(below: &[&Digest], root: &Digest, index: u64, levels: u64, node: &Digest) -> Vec<u64> {
    let words = |words: &[&Digest]| -> Vec<u64> {
        words.iter().flat_map(|word| word.elements()).map(|element| element.as_int()).collect()
    };
    [words(below), words(&[root]), vec![index, levels], words(&[node])].concat()
}

/// Verifies a leaf of a tree of eight.
fn verify() -> Trace {
    let leaves: Vec<Digest> = (0..8).map(|i| leaf(10 * i)).collect();
    let mut store = MerkleStore::new();
    let root = store.add_tree(&leaves).expect("a tree");
    let advice = AdviceInputs::default().with_merkle_store(store);
    let program = straight(&ops(&[Opcode::MpVerify]));
    let trace = Trace::honest_with_advice(&program, &items(&[], &root, 5, 3, &leaves[5]), advice);
    assert_honest(&trace);
    trace
}

/// Names another root in all rows and in the statement.
fn forge_root(trace: &mut Trace, root: &Word) {
    let last = trace.rows.len() - 1;
    for (position, &element) in (ROOT_ITEMS..).zip(root.iter().rev()) {
        forge_input(trace, position, element, last);
        forge_output(trace, position, element, 1);
    }
}

#[test]
fn another_root_is_rejected() {
    let mut trace = verify();
    let root = leaf(99);
    forge_root(&mut trace, root.elements());
    assert_broken(&trace, &["bus(MerklePath)"]);
    let rows = trace.section(Section::Merkle);
    let mut first_only = trace.clone();
    set(&mut first_only, rows[0], ROOT, root.elements());
    assert_broken(
        &first_only,
        &[0, 1, 2, 3].map(|i| format!("merkle.root[{i}]")).each_ref().map(String::as_str),
    );
    for &row in &rows {
        set(&mut trace, row, ROOT, root.elements());
    }
    assert_broken(
        &trace,
        &[0, 1, 2, 3].map(|i| format!("merkle.top_root[{i}]")).each_ref().map(String::as_str),
    );
}

#[test]
fn a_path_without_its_top_is_rejected() {
    // The rows below the top claim any root, and the section ends before it is compared.
    let mut trace = verify();
    let root = leaf(99);
    forge_root(&mut trace, root.elements());
    let [first, second, top] = trace.section(Section::Merkle)[..] else { panic!("three levels") };
    for row in [first, second] {
        set(&mut trace, row, ROOT, root.elements());
    }
    let address = trace.rows[top][HASH_ADDRESS.at(0)];
    request_digest(&mut trace, address, false);
    let chiplets = chiplet_columns();
    let padding = trace.rows[top + 1];
    trace.rows[top][chiplets.clone()].copy_from_slice(&padding[chiplets.clone()]);
    assert_rejected(&trace, "merkle.whole");

    // The trace ends where the section would: zeros in the bitwise section move it there.
    let end = trace.rows.len() - 2;
    for (from, to) in [(first, end), (second, end + 1)] {
        let row = trace.rows[from];
        trace.rows[to][chiplets.clone()].copy_from_slice(&row[chiplets.clone()]);
    }
    for row in &mut trace.rows[first..end] {
        row[chiplets.clone()].fill(Felt::ZERO);
        row[Q.at(0)] = Felt::ONE;
    }
    let verify = trace.rows_of(Opcode::MpVerify)[0];
    trace.rows[verify][HELPERS.at(4)] = felt(end as u64);
    // The last row sends nothing, so its permutation is not requested.
    let address = trace.rows[end + 1][HASH_ADDRESS.at(0)];
    request_digest(&mut trace, address, false);
    assert_broken(&trace, &["boundary.sections(q4)", "boundary.sections(q5)"]);
}

#[test]
fn a_path_of_no_level_is_rejected() {
    // A node that is its own root.
    let mut trace = verify();
    let row = trace.rows_of(Opcode::MpVerify)[0];
    let last = trace.rows.len() - 1;
    forge_input(&mut trace, LEVELS, Felt::ZERO, last);
    forge_output(&mut trace, LEVELS, Felt::ZERO, 1);
    let node = [3, 2, 1, 0].map(|position| trace.statement.outputs.items()[position]);
    forge_root(&mut trace, &node);
    trace.rows[row][HELPERS.at(0)] = felt(63);
    assert_rejected(&trace, "bus(MerklePath)");
}

#[test]
fn a_path_of_64_levels_is_rejected() {
    // With 64 levels an index would have two representations in bits.
    let mut trace = verify();
    let row = trace.rows_of(Opcode::MpVerify)[0];
    let last = trace.rows.len() - 1;
    forge_input(&mut trace, LEVELS, felt(64), last);
    forge_output(&mut trace, LEVELS, felt(64), 1);
    assert_rejected(&trace, "merkle.depth");
    trace.rows[row][HELPERS.at(0)] = -Felt::ONE;
    assert_rejected(&trace, "bus(Limb)");
}

#[test]
fn another_index_is_rejected() {
    let mut trace = verify();
    let last = trace.rows.len() - 1;
    forge_input(&mut trace, LEVELS + 1, felt(4), last);
    forge_output(&mut trace, LEVELS + 1, felt(4), 1);
    assert_broken(&trace, &["bus(MerklePath)"]);
}

/// The trees `(V, W)` and `(N, X)`: verifies `N` in the second tree, then replaces `V` by `N` in the first. Returns the
/// trace and the root of the second tree.
fn update() -> (Trace, Word) {
    let [node, sibling, new_node, other_sibling] = [10, 20, 30, 40].map(leaf);
    let mut store = MerkleStore::new();
    let root = store.add_tree(&[node, sibling]).expect("a tree");
    let other_root = store.add_tree(&[new_node, other_sibling]).expect("a tree");
    let advice = AdviceInputs::default().with_merkle_store(store);
    let inputs = [items(&[&new_node], &root, 0, 1, &node), items(&[], &other_root, 0, 1, &new_node)].concat();
    let operations = [vec![Opcode::MpVerify], vec![Opcode::Drop; 10], vec![Opcode::MrUpdate]].concat();
    let trace = Trace::honest_with_advice(&straight(&ops(&operations)), &inputs, advice);
    assert_honest(&trace);
    (trace, *other_root.elements())
}

/// Claims that the update gives this root.
fn forge_new_root(trace: &mut Trace, root: &Word) {
    let row = trace.rows_of(Opcode::MrUpdate)[0];
    for (position, &element) in root.iter().rev().enumerate() {
        forge_output(trace, position, element, row + 1);
    }
}

#[test]
fn another_new_root_is_rejected() {
    let (mut trace, root) = update();
    forge_new_root(&mut trace, &root);
    assert_broken(&trace, &["bus(MerkleNewPath)"]);
}

/// Gives the row of the new path the sibling from the other tree.
fn forge_new_path(trace: &mut Trace, [verified, old, new]: [usize; 3], root: &Word) {
    let honest = trace.rows[new][HASH_ADDRESS.at(0)];
    request_digest(trace, honest, false);
    let cells = trace.rows[verified];
    for column in [RIGHT, PARENT, ROOT, HASH_ADDRESS] {
        set(trace, new, column, &cells[column.range()]);
    }
    request_digest(trace, cells[HASH_ADDRESS.at(0)], true);
    set(trace, old, OTHER_ROOT, &root[..3]);
    set(trace, old, OTHER_ROOT_3, &root[3..]);
    forge_new_root(trace, root);
}

#[test]
fn other_siblings_on_the_new_path_are_rejected() {
    let (mut trace, root) = update();
    let rows: [usize; 3] =
        trace.section(Section::Merkle).try_into().expect("a level and an update of one level");
    forge_new_path(&mut trace, rows, &root);
    assert_broken(
        &trace,
        &[0, 1, 2, 3].map(|i| format!("merkle.same_sibling[{i}]")).each_ref().map(String::as_str),
    );
}

#[test]
fn a_new_path_without_an_old_one_is_rejected() {
    // The row of the old path claims to be a verified path, so that nothing binds the new path to it.
    let (mut trace, root) = update();
    let rows: [usize; 3] =
        trace.section(Section::Merkle).try_into().expect("a level and an update of one level");
    forge_new_path(&mut trace, rows, &root);
    let old = rows[1];
    for column in [UPDATE, OLD, OTHER_ROOT, OTHER_ROOT_3, CARRY] {
        trace.rows[old][column.range()].fill(Felt::ZERO);
    }
    assert_broken(&trace, &["merkle.begins"]);
}

#[test]
fn the_old_path_of_another_update_is_rejected() {
    // The operation names the row that verifies the other tree.
    let (mut trace, _) = update();
    let row = trace.rows_of(Opcode::MrUpdate)[0];
    let verified = trace.section(Section::Merkle)[0];
    assert_eq!(trace.rows[verified][MULTIPLICITY.at(0)], Felt::ONE);
    trace.rows[row][HELPERS.at(4)] = felt(verified as u64);
    assert_broken(&trace, &["bus(MerkleNewPath)", "bus(MerklePath)"]);
}

#[test]
fn half_an_update_is_rejected_after_any_section() {
    // The section starts after the hasher, words, accesses, or both.
    let [node, sibling, new_node] = [10, 20, 30].map(leaf);
    let mut store = MerkleStore::new();
    let root = store.add_tree(&[node, sibling]).expect("a tree");
    let update = items(&[&new_node], &root, 0, 1, &node);
    let [and, load] = [Opcode::U32And, Opcode::MLoad].map(|opcode| vec![opcode, Opcode::Drop]);
    for (before, operands) in
        [(vec![], &[][..]), (and.clone(), &[6, 3]), (load.clone(), &[5]), ([and, load].concat(), &[5, 6, 3])]
    {
        let program = straight(&ops(&[before, vec![Opcode::MrUpdate]].concat()));
        let advice = AdviceInputs::default().with_merkle_store(store.clone());
        let mut trace = Trace::honest_with_advice(&program, &[&update, operands].concat(), advice);
        assert_honest(&trace);
        let first = trace.section(Section::Merkle)[0];
        trace.rows[first][OLD.at(0)] = Felt::ZERO;
        assert_rejected(&trace, "merkle.begins");
    }
}
