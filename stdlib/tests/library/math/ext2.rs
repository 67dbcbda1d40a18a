//! `std::math::ext2` against its definition.

use miden_core::{Felt, field::StarkField};

use crate::support::{Random, Run, felt};

const MODULE: &str = "std::math::ext2";

/// c0 + c1·x.
type Element = [Felt; 2];

/// On the stack c1 is on top.
fn items([c0, c1]: Element) -> [u64; 2] {
    [c1.as_int(), c0.as_int()]
}

fn run(name: &str, a: Element, b: Element) -> Run {
    Run::of(format!("{MODULE}::{name}")).stack(items(a)).stack(items(b))
}

fn run_mul_base(x: Felt, a: Element) -> Run {
    Run::of(format!("{MODULE}::mul_base")).stack([x.as_int()]).stack(items(a))
}

pub(crate) fn measured() -> Vec<Run> {
    let [a, b] = [[felt(1), felt(2)], [felt(3), felt(4)]];
    let mut runs: Vec<Run> = ["add", "sub", "mul"].map(|name| run(name, a, b)).into();
    runs.push(run_mul_base(felt(5), a));
    runs
}

/// An element with coefficients that are often 0, 1 or −1.
fn element(random: &mut Random) -> Element {
    random.array(|random| match random.below(6) {
        0 => felt(0),
        1 => felt(1),
        2 => felt(Felt::MODULUS - 1),
        _ => felt(random.felt()),
    })
}

#[test]
fn operations_agree_with_polynomials() {
    let mut random = Random::new(1);
    for _ in 0..200 {
        let (a, b) = (element(&mut random), element(&mut random));
        run("add", a, b).gives(items([a[0] + b[0], a[1] + b[1]]));
        run("sub", a, b).gives(items([a[0] - b[0], a[1] - b[1]]));
        // x² = x − 2
        let square = a[1] * b[1];
        let product = [a[0] * b[0] - square - square, a[0] * b[1] + a[1] * b[0] + square];
        run("mul", a, b).gives(items(product));
        run_mul_base(b[0], a).gives(items([b[0] * a[0], b[0] * a[1]]));
    }
}
