//! Every operation, with all instructions that the machine has, against the field.
//! Storing asserts that the results are reduced.

use miden_field::Felt;
use miden_vector::{Instructions, Kernel, Lanes, dispatch, dispatch_to, inverse, mul_cubic, mul_quadratic};
use proptest::prelude::*;
use winter_math::{ExtensibleField, FieldElement};

const P: u64 = 0xffff_ffff_0000_0001;
/// The most lanes of any set of instructions.
const MOST: usize = 8;
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
    for (i, &a) in EDGES.iter().enumerate() {
        check_powers_of_two(&core::array::from_fn(|lane| EDGES[(i + lane) % EDGES.len()]));
        for (j, &b) in EDGES.iter().enumerate() {
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
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn random_values(operands in prop::array::uniform6(prop::array::uniform8(value()))) {
        check(&operands[0], &operands[1], &operands[2]);
        check_extension(&operands);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
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
