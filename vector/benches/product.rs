//! Products of 4096 elements: the time of one is that of the iteration, divided by 4096 · 16.

mod products;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use miden_field::Felt;
use miden_vector::{Instructions, dispatch_to};
use products::{ELEMENTS, Products, ROUNDS};

fn products(criterion: &mut Criterion) {
    let mut elements: Vec<_> = (0..ELEMENTS as u64).map(|i| Felt::new(i * i + 3)).collect();
    let factor = Felt::new(0x1234_5678_9abc_def0);
    let mut group = criterion.benchmark_group("product");
    group.throughput(Throughput::Elements((ELEMENTS * ROUNDS) as u64));
    for instructions in Instructions::ALL {
        if dispatch_to(instructions, Products(&mut elements, factor)).is_some() {
            group.bench_function(format!("{instructions:?}"), |bencher| {
                bencher.iter(|| {
                    dispatch_to(instructions, Products(black_box(&mut elements), black_box(factor)))
                });
            });
        }
    }
    group.bench_function("Felt, without a kernel", |bencher| {
        bencher.iter(|| {
            let factor = black_box(factor);
            for block in black_box(&mut elements).chunks_exact_mut(4) {
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

criterion_group!(benches, products);
criterion_main!(benches);
