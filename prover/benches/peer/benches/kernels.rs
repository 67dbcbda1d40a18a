//! Each kernel of ours beside that of the peer and that of the backend, on the same values, after a comparison of results.
//!
//! `make peer-kernels` runs it with the flags that the peer needs.

#![allow(clippy::print_stdout, reason = "a bench reports")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

extern crate alloc;

use std::{array::from_fn, hint::black_box};

use criterion::{
    BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
    measurement::WallTime,
};
use miden_core::{
    Felt,
    field::{FieldElement, StarkField},
};
use miden_peer_kernels::{self as peer, Goldilocks, Order, RpoGoldilocks, Transforms, element, felt};
// Where the modules expect them.
use miden_prover::{ProofObserver, ProverError, Stage};
use miden_vector::{Rows, blake3, dispatch, rescue};
use p3_matrix::{Matrix, dense::RowMajorMatrix};
use winter_air::PartitionOptions;
use winter_crypto::{
    Digest, ElementHasher, Hasher, MerkleTree,
    hashers::{Blake3_256, Rp64_256},
};
use winter_math::{fft, fields::f64::BaseElement};
use winter_prover::{
    StarkDomain,
    matrix::{ColMatrix, RowMatrix},
};

#[allow(dead_code, unused_imports)]
#[path = "../../../src/commitment/mod.rs"]
mod commitment;
#[allow(dead_code, unreachable_pub)]
#[path = "../../../src/control.rs"]
mod control;
#[path = "../../../../vector/benches/products/mod.rs"]
mod products;
#[allow(dead_code)]
#[path = "../../../src/table.rs"]
mod table;
#[allow(dead_code, unused_imports)]
#[path = "../../../src/transform/mod.rs"]
mod transform;

use commitment::Commitment;
use control::{Cancellation, Control};
use products::{ELEMENTS, Products, ROUNDS};
use table::{Line, PANEL, Table};

type H = Blake3_256<Felt>;

/// Columns of the main segment.
const WIDTH: usize = 106;
const BLOWUP: usize = 4;

/// Rows of the comparisons.
const COMPARED: usize = 1 << 8;
/// Rows, and pairs of digests, that fit into no cache.
const MANY: usize = 1 << 16;
/// Permutations of Rescue Prime that take tens of milliseconds.
const PERMUTATIONS: usize = 1 << 12;

fn integer(i: usize) -> u64 {
    (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn cell(column: usize, row: usize) -> Felt {
    Felt::new(integer(row * WIDTH + column))
}

/// The cells in the order of our prover.
fn table(rows: usize) -> Table {
    let mut table = Table::new(WIDTH, rows, 1);
    for (panel, lines) in table.cosets_mut().enumerate() {
        for (row, line) in lines.iter_mut().enumerate() {
            line.0 = from_fn(|i| cell(panel * PANEL + i, row));
        }
    }
    table
}

/// The cells in the order of the peer, with its rows in the order of its roots of unity.
fn matrix(rows: usize, order: Order) -> RowMajorMatrix<Goldilocks> {
    let mut values = vec![Goldilocks::default(); WIDTH * rows];
    for row in 0..rows {
        let start = WIDTH * order.position(row, rows);
        for (column, value) in values[start..start + WIDTH].iter_mut().enumerate() {
            *value = element(cell(column, row));
        }
    }
    RowMajorMatrix::new(values, WIDTH)
}

/// The cells in the order of the backend.
fn columns(rows: usize) -> ColMatrix<Felt> {
    ColMatrix::new((0..WIDTH).map(|column| (0..rows).map(|row| cell(column, row)).collect()).collect())
}

fn extend(table: &Table) -> Table {
    let control = Control::new(None, Cancellation::new());
    transform::extend(table, Felt::ONE, BLOWUP, Felt::GENERATOR, 0, &control).0
}

fn extend_columns(columns: &ColMatrix<Felt>, domain: &StarkDomain<Felt>) -> RowMatrix<Felt> {
    RowMatrix::evaluate_polys_over::<8>(&columns.interpolate_columns(), domain)
}

fn domain(rows: usize) -> StarkDomain<Felt> {
    StarkDomain::from_twiddles(fft::get_twiddles(rows), BLOWUP, Felt::GENERATOR)
}

fn group<'a>(criterion: &'a mut Criterion, name: &str, elements: usize) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(elements as u64));
    group
}

fn product(criterion: &mut Criterion) {
    println!("Plonky3 has been compiled with these vectors: {}", peer::INSTRUCTIONS);
    let mut ours: Vec<_> = (0..ELEMENTS).map(|i| Felt::new(integer(i))).collect();
    let mut theirs: Vec<_> = ours.iter().copied().map(element).collect();
    let mut stock: Vec<_> = (0..ELEMENTS).map(|i| BaseElement::new(integer(i))).collect();
    let factor = Felt::new(0x1234_5678_9abc_def0);
    let (their_factor, stock_factor) = (element(factor), BaseElement::new(factor.as_int()));
    dispatch(Products(&mut ours, factor));
    peer::multiply(&mut theirs, their_factor, ROUNDS);
    assert_eq!(ours, theirs.iter().copied().map(felt).collect::<Vec<_>>());

    let mut group = group(criterion, "product", ELEMENTS * ROUNDS);
    group.bench_function("ours", |bencher| {
        bencher.iter(|| dispatch(Products(black_box(&mut ours), black_box(factor))));
    });
    group.bench_function("Plonky3", |bencher| {
        bencher.iter(|| peer::multiply(black_box(&mut theirs), black_box(their_factor), ROUNDS));
    });
    group.bench_function("winter-math", |bencher| {
        bencher.iter(|| {
            let factor = black_box(stock_factor);
            for block in black_box(&mut stock).chunks_exact_mut(4) {
                for _ in 0..ROUNDS {
                    for element in &mut *block {
                        *element *= factor;
                    }
                }
            }
        });
    });
    group.finish();
}

fn extensions(criterion: &mut Criterion) {
    let order = Order::new();
    let transforms = Transforms::default();

    let ours = extend(&table(COMPARED));
    let theirs = transforms.extend(matrix(COMPARED, order), BLOWUP);
    let stock = extend_columns(&columns(COMPARED), &domain(COMPARED));
    for position in 0..COMPARED * BLOWUP {
        let row = theirs.row(order.position(position, COMPARED * BLOWUP)).unwrap();
        assert_eq!(ours.row(position), row.into_iter().map(felt).collect::<Vec<_>>());
        assert_eq!(ours.row(position), stock.row(position));
    }

    for bits in [16, 18] {
        let rows = 1 << bits;
        let mut group = group(criterion, &format!("extension, 2^{bits}"), rows);
        let trace = table(rows);
        group.bench_function("ours", |bencher| bencher.iter_with_large_drop(|| extend(black_box(&trace))));
        drop(trace);
        let trace = matrix(rows, order);
        group.bench_function("Plonky3", |bencher| {
            // It takes the rows.
            bencher.iter_batched(
                || trace.clone(),
                |trace| transforms.extend(black_box(trace), BLOWUP),
                BatchSize::PerIteration,
            );
        });
        drop(trace);
        let (trace, domain) = (columns(rows), domain(rows));
        group.bench_function("winter-prover", |bencher| {
            bencher.iter_with_large_drop(|| extend_columns(black_box(&trace), &domain));
        });
        group.finish();
    }
}

fn rows(criterion: &mut Criterion) {
    let table = table(MANY);
    let panels: Vec<_> = (0..table.panels()).map(|panel| table.coset(panel, 0)).collect();
    let rows = Rows { panels: &panels, width: WIDTH };
    let elements: Vec<_> = (0..MANY).flat_map(|row| table.row(row)).collect();
    let their_elements: Vec<_> = elements.iter().copied().map(element).collect();
    let mut digests = vec![[0; 8]; MANY];
    let mut their_digests = vec![[0; 32]; MANY];
    let mut stock_digests = vec![Default::default(); MANY];
    blake3::hash_rows(rows, &mut digests);
    peer::hash_rows(&their_elements, &mut their_digests);
    assert!(digests.iter().map(bytes).eq(their_digests.iter().copied()));
    let stock = elements.chunks_exact(WIDTH).map(|row| H::hash_elements(row).as_bytes());
    assert!(digests.iter().map(bytes).eq(stock));

    let mut group = group(criterion, "BLAKE3 of rows", MANY);
    group.bench_function("ours", |bencher| {
        bencher.iter(|| blake3::hash_rows(black_box(rows), &mut digests));
    });
    group.bench_function("Plonky3", |bencher| {
        bencher.iter(|| peer::hash_rows(black_box(&their_elements), &mut their_digests));
    });
    group.bench_function("winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, row) in stock_digests.iter_mut().zip(black_box(&elements).chunks_exact(WIDTH)) {
                *digest = H::hash_elements(row);
            }
        });
    });
    group.finish();
}

fn pairs(criterion: &mut Criterion) {
    let children: Vec<_> = (0..2 * MANY).map(|i| H::hash_elements(&[Felt::new(integer(i))])).collect();
    let messages = <H as Hasher>::Digest::digests_as_bytes(&children);
    let mut digests = vec![[0; 8]; MANY];
    let mut their_digests = vec![[0; 32]; MANY];
    let mut stock_digests = vec![Default::default(); MANY];
    blake3::hash_messages(messages, 64, &mut digests);
    peer::hash_messages(messages, &mut their_digests);
    assert!(digests.iter().map(bytes).eq(their_digests.iter().copied()));
    let stock = children.as_chunks().0.iter().map(|pair| H::merge(pair).as_bytes());
    assert!(digests.iter().map(bytes).eq(stock));

    let mut group = group(criterion, "BLAKE3 of pairs", MANY);
    group.bench_function("ours", |bencher| {
        bencher.iter(|| blake3::hash_messages(black_box(messages), 64, &mut digests));
    });
    group.bench_function("Plonky3", |bencher| {
        bencher.iter(|| peer::hash_messages(black_box(messages), &mut their_digests));
    });
    group.bench_function("winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, pair) in stock_digests.iter_mut().zip(black_box(&children).as_chunks().0) {
                *digest = H::merge(pair);
            }
        });
    });
    group.finish();
}

/// A digest of little-endian words.
fn bytes(words: &[u32; 8]) -> peer::Digest {
    let mut bytes = [0; 32];
    bytes.as_chunks_mut().0.iter_mut().zip(words).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
    bytes
}

fn trees(criterion: &mut Criterion) {
    // The same rows in the same order.
    let stock = extend_columns(&columns(MANY), &domain(MANY));
    let theirs = (0..stock.num_rows()).flat_map(|row| stock.row(row)).copied().map(element).collect();
    let theirs = RowMajorMatrix::new(theirs, WIDTH);
    let ours = extend(&table(MANY));
    let control = Control::new(None, Cancellation::new());
    let commit = || Commitment::<H>::new(black_box(&ours), &control).unwrap().root();
    let commit_stock = || {
        let tree: MerkleTree<H> = black_box(&stock).commit_to_rows::<H, _>(PartitionOptions::default());
        *tree.root()
    };
    assert_eq!(commit().as_bytes(), peer::commit(theirs.as_view()));
    assert_eq!(commit(), commit_stock());

    let mut group = group(criterion, "tree, 2^18 rows", stock.num_rows());
    group.bench_function("ours", |bencher| bencher.iter(commit));
    group.bench_function("Plonky3", |bencher| bencher.iter(|| peer::commit(black_box(theirs.as_view()))));
    group.bench_function("winter-prover", |bencher| bencher.iter(commit_stock));
    group.finish();
}

fn permutations(criterion: &mut Criterion) {
    let lines: Vec<_> =
        (0..PERMUTATIONS).map(|pair| Line(from_fn(|i| Felt::new(integer(8 * pair + i))))).collect();
    let their_pairs: Vec<_> = lines.iter().map(|line| line.0.map(element)).collect();
    let stock_pairs: Vec<_> =
        lines.iter().map(|line| line.0.map(|felt| BaseElement::new(felt.as_int()))).collect();
    let mut digests = vec![[Felt::ZERO; 4]; PERMUTATIONS];
    let mut their_digests = vec![[Goldilocks::default(); 4]; PERMUTATIONS];
    let mut stock_digests = vec![[BaseElement::ZERO; 4]; PERMUTATIONS];
    let permutation = RpoGoldilocks::from_standard_constants();
    rescue::hash_pairs(Felt::ZERO, &lines, &mut digests);
    let stock = stock_pairs.iter().map(|pair| merge(pair).map(|element| Felt::new(element.as_int())));
    assert!(digests.iter().copied().eq(stock));

    let mut group = group(criterion, "Rescue Prime", PERMUTATIONS);
    group.bench_function("ours", |bencher| {
        bencher.iter(|| rescue::hash_pairs(Felt::ZERO, black_box(&lines), &mut digests));
    });
    group.bench_function("Plonky3", |bencher| {
        bencher.iter(|| peer::permute(&permutation, black_box(&their_pairs), &mut their_digests));
    });
    group.bench_function("winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, pair) in stock_digests.iter_mut().zip(black_box(&stock_pairs)) {
                *digest = merge(pair);
            }
        });
    });
    group.finish();
}

/// The digest of a pair by the backend.
fn merge(pair: &[BaseElement; 8]) -> [BaseElement; 4] {
    let mut state = [BaseElement::ZERO; 12];
    // The number of elements, as `hash_pairs` has it.
    state[0] = BaseElement::new(8);
    state[4..].copy_from_slice(pair);
    Rp64_256::apply_permutation(&mut state);
    from_fn(|i| state[4 + i])
}

criterion_group!(benches, product, extensions, rows, pairs, trees, permutations);
criterion_main!(benches);
