//! Every operation, with all instructions that the machine has, against the field.
//! Storing asserts that the results are reduced.

use miden_field::Felt;
use miden_vector::{
    Factor, Instructions, Kernel, Lanes, Line, MAX_PRODUCTS, dispatch, dispatch_to, inverse, mul_cubic,
    mul_quadratic,
};
use proptest::prelude::*;
use winter_math::{ExtensibleField, FieldElement};

const P: u64 = 0xffff_ffff_0000_0001;
/// The most lanes of any set of instructions.
const MOST: usize = 8;
/// Of the cases that would take Miri minutes, it runs every so many; it has one element at a time only.
const STEP: usize = if cfg!(miri) { 9 } else { 1 };
const NAMES: [&str; 9] = ["add", "sub", "mul", "neg", "double", "square", "mul_add", "load", "inverse"];

/// Results of one operation each, for operands of [`MOST`] lanes.
struct Base<'a>([&'a [Felt]; 3]);

impl Kernel for Base<'_> {
    type Output = [[Felt; MOST]; 9];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let mut results = [[Felt::ZERO; MOST]; 9];
        for start in (0..MOST).step_by(L::LANES) {
            let [a, b, c] = self.0.map(|operand| lanes.load(&operand[start..]));
            let values = [
                lanes.add(a, b),
                lanes.sub(a, b),
                lanes.mul(a, b),
                lanes.neg(a),
                lanes.double(a),
                lanes.square(a),
                lanes.mul_add(a, b, c),
                a,
                inverse(lanes, a),
            ];
            for (result, value) in results.iter_mut().zip(values) {
                lanes.store(value, &mut result[start..]);
            }
        }
        results
    }
}

struct Extension<'a>([&'a [Felt]; 6]);

impl Kernel for Extension<'_> {
    type Output = [[Felt; MOST]; 5];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let mut results = [[Felt::ZERO; MOST]; 5];
        for start in (0..MOST).step_by(L::LANES) {
            let [a0, a1, a2, b0, b1, b2] = self.0.map(|operand| lanes.load(&operand[start..]));
            let [q0, q1] = mul_quadratic(lanes, [a0, a1], [b0, b1]);
            let [c0, c1, c2] = mul_cubic(lanes, [a0, a1, a2], [b0, b1, b2]);
            for (result, value) in results.iter_mut().zip([q0, q1, c0, c1, c2]) {
                lanes.store(value, &mut result[start..]);
            }
        }
        results
    }
}

fn model(a: Felt, b: Felt, c: Felt) -> [Felt; 9] {
    [a + b, a - b, a * b, -a, a + a, a * a, a * b + c, a, a.inv()]
}

fn check(a: &[u64; MOST], b: &[u64; MOST], c: &[u64; MOST]) {
    let operands = [a, b, c].map(|operand| operand.map(Felt::from_mont));
    let [a, b, c] = &operands;
    for instructions in Instructions::ALL {
        let Some(results) = dispatch_to(instructions, Base([a, b, c])) else { continue };
        for lane in 0..MOST {
            let expected = model(a[lane], b[lane], c[lane]);
            for (operation, name) in NAMES.iter().enumerate() {
                let result = results[operation][lane];
                let operands = [a, b, c].map(|operand| operand[lane].inner());
                assert_eq!(result, expected[operation], "{instructions:?} {name} {operands:?}");
            }
        }
    }
}

fn check_extension(operands: &[[u64; MOST]; 6]) {
    let operands = operands.map(|operand| operand.map(Felt::from_mont));
    for instructions in Instructions::ALL {
        let Some(results) =
            dispatch_to(instructions, Extension(operands.each_ref().map(|operand| &operand[..])))
        else {
            continue;
        };
        for lane in 0..MOST {
            let [a0, a1, a2, b0, b1, b2] = operands.map(|operand| operand[lane]);
            let quadratic = <Felt as ExtensibleField<2>>::mul([a0, a1], [b0, b1]);
            let cubic = <Felt as ExtensibleField<3>>::mul([a0, a1, a2], [b0, b1, b2]);
            let expected = [quadratic[0], quadratic[1], cubic[0], cubic[1], cubic[2]];
            for (result, expected) in results.iter().zip(expected) {
                assert_eq!(result[lane], expected, "{instructions:?}, lane {lane}");
            }
        }
    }
}

/// Products with all powers of two below `2^96`.
struct PowersOfTwo<'a>(&'a [Felt; MOST]);

impl Kernel for PowersOfTwo<'_> {
    type Output = [[Felt; MOST]; 96];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let mut results = [[Felt::ZERO; MOST]; 96];
        for (exponent, result) in (0..).zip(&mut results) {
            for start in (0..MOST).step_by(L::LANES) {
                let a = lanes.load(&self.0[start..]);
                lanes.store(lanes.mul_power_of_two(a, exponent), &mut result[start..]);
            }
        }
        results
    }
}

fn check_powers_of_two(operand: &[u64; MOST]) {
    let operand = operand.map(Felt::from_mont);
    for instructions in Instructions::ALL {
        let Some(results) = dispatch_to(instructions, PowersOfTwo(&operand)) else { continue };
        for (exponent, result) in (0_u32..).zip(results) {
            for (a, result) in operand.into_iter().zip(result) {
                let expected = a * Felt::new(2).exp(exponent.into());
                assert_eq!(result, expected, "{instructions:?}: {} by 2^{exponent}", a.inner());
            }
        }
    }
}

/// Sums of products, those with a prepared factor for each lane and with one for all, and sums of small multiples.
struct Sums<'a> {
    products: &'a [[[Felt; MOST]; 2]],
    factors: &'a [u32],
}

impl Kernel for Sums<'_> {
    type Output = [[Felt; MOST]; 4];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let mut results = [[Felt::ZERO; MOST]; 4];
        for start in (0..MOST).step_by(L::LANES) {
            let mut sum = lanes.empty_sum();
            let mut prepared = [lanes.empty_sum(); 2];
            let mut scaled = [lanes.splat_integer(0); 2];
            for (i, [a, factors]) in self.products.iter().enumerate() {
                let [a, b] = [lanes.load(&a[start..]), lanes.load(&factors[start..])];
                if i < MAX_PRODUCTS {
                    sum = lanes.add_product(sum, a, b);
                    let line = Factor::of_line(Line(*factors));
                    prepared[0] = lanes.add_term(prepared[0], a, lanes.load_factor(&line, start));
                    let factor = Factor::new(factors[0]);
                    prepared[1] = lanes.add_term(prepared[1], a, lanes.splat_factor(&factor));
                }
                if i < self.factors.len() {
                    scaled = lanes.add_scaled(scaled, a, lanes.splat_integer(self.factors[i]));
                }
            }
            lanes.store(lanes.reduce_scaled(scaled), &mut results[0][start..]);
            lanes.store(lanes.reduce_sum(sum), &mut results[1][start..]);
            for (i, combination) in prepared.into_iter().enumerate() {
                lanes.store(lanes.reduce_sum(combination), &mut results[2 + i][start..]);
            }
        }
        results
    }
}

fn check_sums(products: &[[[u64; MOST]; 2]], factors: &[u32]) {
    let products: Vec<_> = products.iter().map(|pair| pair.map(|row| row.map(Felt::from_mont))).collect();
    for instructions in Instructions::ALL {
        let Some([scaled, sum, by_lane, by_one]) =
            dispatch_to(instructions, Sums { products: &products, factors })
        else {
            continue;
        };
        for lane in 0..MOST {
            let of = |pair: &[[Felt; MOST]; 2]| pair.map(|row| row[lane]);
            let pairs = || products.iter().map(of);
            let terms = || products.iter().take(MAX_PRODUCTS);
            let expected = terms().map(of).fold(Felt::ZERO, |sum, [a, b]| sum + a * b);
            assert_eq!(sum[lane], expected, "{instructions:?}, {} products", products.len());
            assert_eq!(by_lane[lane], expected, "{instructions:?}, {} terms", products.len());
            let expected = terms().fold(Felt::ZERO, |sum, [a, factors]| sum + a[lane] * factors[0]);
            assert_eq!(by_one[lane], expected, "{instructions:?}, {} terms with one factor", products.len());
            let multiples = pairs().zip(factors).map(|([a, _], &factor)| a * Felt::from(factor));
            let expected = multiples.fold(Felt::ZERO, |sum, multiple| sum + multiple);
            assert_eq!(scaled[lane], expected, "{instructions:?}, {} multiples", factors.len());
        }
    }
}

#[test]
fn sums_of_products() {
    check_sums(&[], &[]);
    // The largest sums that are accepted; the others carry from every word, and from none.
    if !cfg!(miri) {
        check_sums(&vec![[[P - 1; MOST]; 2]; 1 << 12], &[(1 << 16) - 1; 1 << 12]);
    }
    for value in EDGES.into_iter().step_by(STEP) {
        for count in [1, 2, 3, if cfg!(miri) { 4 } else { 37 }] {
            let row = |i: usize| core::array::from_fn(|lane| EDGES[(i * lane + i + lane) % EDGES.len()]);
            let products: Vec<_> = (0..count).map(|i| [[value; MOST], row(i)]).collect();
            check_sums(&products, &vec![(value % (1 << 16)) as u32; count]);
        }
    }
}

/// Rows of eight columns.
struct Row([Felt; 8]);

impl AsRef<[Felt; 8]> for Row {
    fn as_ref(&self) -> &[Felt; 8] {
        &self.0
    }
}

struct Columns<'a>(&'a [Row; MOST]);

impl Kernel for Columns<'_> {
    type Output = [[Felt; MOST]; 8];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Self::Output {
        let mut columns = [[Felt::ZERO; MOST]; 8];
        for start in (0..MOST).step_by(L::LANES) {
            for (column, vector) in columns.iter_mut().zip(lanes.load_columns(&self.0[start..])) {
                lanes.store(vector, &mut column[start..]);
            }
        }
        columns
    }
}

#[test]
fn columns_of_rows() {
    let cell = |row: usize, column: usize| Felt::new((100 * row + column) as u64);
    let rows = core::array::from_fn(|row| Row(core::array::from_fn(|column| cell(row, column))));
    for instructions in Instructions::ALL {
        let Some(columns) = dispatch_to(instructions, Columns(&rows)) else { continue };
        for (column, values) in columns.iter().enumerate() {
            let expected: [_; MOST] = core::array::from_fn(|row| cell(row, column));
            assert_eq!(*values, expected, "{instructions:?}");
        }
    }
}

/// Edges of halves, of the modulus and of 64 bits, some above the modulus.
const EDGES: [u64; 18] = [
    0,
    1,
    2,
    (1 << 32) - 2,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    (1 << 63) - 1,
    1 << 63,
    P / 2,
    P / 2 + 1,
    0xffff_ffff_0000_0000 - 1,
    P - 1,
    P,
    P + 1,
    u64::MAX - (1 << 31),
    u64::MAX - 1,
    u64::MAX,
];

#[test]
fn edge_values_in_all_pairs() {
    for (i, &a) in EDGES.iter().enumerate().step_by(STEP) {
        check_powers_of_two(&core::array::from_fn(|lane| EDGES[(i + lane) % EDGES.len()]));
        for (j, &b) in EDGES.iter().enumerate().step_by(STEP) {
            // Neighbouring lanes differ, so that a value in the wrong lane is noticed.
            let lane = |offset: usize, value: u64| {
                core::array::from_fn(
                    |lane| if lane == 0 { value } else { EDGES[(offset + lane) % EDGES.len()] },
                )
            };
            check(&lane(i, a), &lane(j, b), &lane(i + j, b));
            check_extension(&[
                lane(i, a),
                lane(j, b),
                lane(i + 7, a),
                lane(j, b),
                lane(i, a),
                lane(j + 5, b),
            ]);
        }
    }
}

/// Both words uniform, or near zero or all ones: a uniform value almost never carries at the edges.
fn value() -> impl Strategy<Value = u64> {
    let half = || prop_oneof![any::<u32>(), 0..4_u32, (u32::MAX - 3)..=u32::MAX];
    (half(), half()).prop_map(|(high, low)| (u64::from(high) << 32) | u64::from(low))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 4000 }))]

    #[test]
    fn random_values(operands in prop::array::uniform6(prop::array::uniform8(value()))) {
        check(&operands[0], &operands[1], &operands[2]);
        check_extension(&operands);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 200 }))]

    #[test]
    fn random_sums(
        products in prop::collection::vec(prop::array::uniform2(prop::array::uniform8(value())), 1..if cfg!(miri) { 3 } else { 20 }),
        factor in any::<u16>(),
    ) {
        check_sums(&products, &vec![factor.into(); products.len()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 50 }))]

    #[test]
    #[cfg_attr(miri, ignore = "the edges take seconds, too")]
    fn random_values_by_powers_of_two(
        operand in prop::array::uniform8(value()),
        bits in prop::array::uniform8(0..96_u32),
    ) {
        check_powers_of_two(&operand);
        // Words that one power of two shifts to an edge.
        check_powers_of_two(&bits.map(|bit| 1_u64.rotate_left(bit)));
        check_powers_of_two(&bits.map(|bit| u64::MAX.unbounded_shl(bit) ^ u64::MAX.unbounded_shr(bit)));
    }
}

struct Width;

impl Kernel for Width {
    type Output = usize;

    #[inline(always)]
    fn run<L: Lanes>(self, _lanes: L) -> usize {
        L::LANES
    }
}

#[test]
fn dispatch_takes_the_widest_instructions() {
    let available = Instructions::ALL.iter().filter_map(|&instructions| dispatch_to(instructions, Width));
    assert_eq!(Some(dispatch(Width)), available.max());
}
