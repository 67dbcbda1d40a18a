//! Digests of rows of 106 elements, and of pairs of digests, next to one after the other with winter-crypto.

use std::{array::from_fn, hint::black_box};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use miden_field::Felt;
use miden_vector::{Instructions, Line, PANEL, Rows, blake3, rescue};
use winter_crypto::{
    ElementHasher, Hasher,
    hashers::{Blake3_192, Rp64_256},
};
use winter_math::fields::f64::BaseElement;

/// Columns of the main segment.
const WIDTH: usize = 106;

fn integer(i: usize) -> u64 {
    (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Rows of each hash function that fit into no cache, or take a tenth of a second.
const COUNTS: [usize; 2] = [1 << 16, 1 << 12];

fn rows(criterion: &mut Criterion) {
    let panels: Vec<Vec<_>> = (0..WIDTH.div_ceil(PANEL))
        .map(|panel| {
            (0..COUNTS[0])
                .map(|row| Line(from_fn(|i| Felt::new(integer(row * WIDTH + panel * PANEL + i)))))
                .collect()
        })
        .collect();
    let panels: Vec<_> = panels.iter().map(|panel| &panel[..]).collect();
    let rows = Rows { panels: &panels, width: WIDTH };
    let row_major: Vec<Vec<_>> = (0..COUNTS[0])
        .map(|row| (0..WIDTH).map(|column| BaseElement::new(integer(row * WIDTH + column))).collect())
        .collect();

    let mut group = criterion.benchmark_group("rows");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let count = COUNTS[0];
    group.throughput(Throughput::Elements(count as u64));
    let mut digests = vec![[0; 8]; count];
    for instructions in Instructions::ALL {
        group.bench_function(format!("BLAKE3 {instructions:?}"), |bencher| {
            bencher.iter(|| blake3::hash_rows_with(instructions, black_box(rows), &mut digests));
        });
    }
    let mut digests = vec![Default::default(); count];
    group.bench_function("BLAKE3 winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, row) in digests.iter_mut().zip(black_box(&row_major)) {
                *digest = Blake3_192::<BaseElement>::hash_elements(row);
            }
        });
    });

    let count = COUNTS[1];
    group.throughput(Throughput::Elements(count as u64));
    let mut digests = vec![[Felt::default(); 4]; count];
    for instructions in Instructions::ALL {
        group.bench_function(format!("Rescue Prime {instructions:?}"), |bencher| {
            bencher.iter(|| rescue::hash_rows_with(instructions, black_box(rows), &mut digests));
        });
    }
    let mut digests = vec![Default::default(); count];
    group.bench_function("Rescue Prime winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, row) in digests.iter_mut().zip(black_box(&row_major)) {
                *digest = Rp64_256::hash_elements(row);
            }
        });
    });
    group.finish();
}

fn pairs(criterion: &mut Criterion) {
    const LENGTH: usize = 48;
    let count = COUNTS[0];
    let children: Vec<_> = (0..2 * count)
        .map(|i| Blake3_192::<BaseElement>::hash_elements(&[BaseElement::new(integer(i))]))
        .collect();
    let mut group = criterion.benchmark_group("pairs");
    group.throughput(Throughput::Elements(count as u64));
    let bytes = <Blake3_192<BaseElement> as Hasher>::Digest::digests_as_bytes(&children);
    let mut digests = vec![[0; 8]; count];
    for instructions in Instructions::ALL {
        group.bench_function(format!("BLAKE3 {instructions:?}"), |bencher| {
            bencher.iter(|| blake3::hash_messages_with(instructions, black_box(bytes), LENGTH, &mut digests));
        });
    }
    let mut digests = vec![Default::default(); count];
    group.bench_function("BLAKE3 winter-crypto", |bencher| {
        bencher.iter(|| {
            for (digest, pair) in digests.iter_mut().zip(black_box(&children).as_chunks().0) {
                *digest = Blake3_192::<BaseElement>::merge(pair);
            }
        });
    });
    group.finish();
}

criterion_group!(benches, rows, pairs);
criterion_main!(benches);
