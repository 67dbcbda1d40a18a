//! Rescue Prime of many rows, with all instructions that the machine has, against winter-crypto.

use std::ops::Range;

use miden_field::Felt;
use miden_vector::{Instructions, Line, Rows, rescue};
use proptest::prelude::*;
use winter_crypto::{ElementHasher, hashers::Rp64_256};
use winter_math::{FieldElement, fields::f64::BaseElement};

const P: u64 = 0xffff_ffff_0000_0001;

/// Canonical integers, many of them at the edges.
fn integer() -> impl Strategy<Value = u64> {
    prop_oneof![0..P, 0..3_u64, P - 3..P, (1 << 32) - 2..(1 << 32) + 2_u64]
}

type Integers = [[u64; 8]; 3];

/// Numbers of rows; Miri takes seconds for one.
const ROWS: Range<usize> = if cfg!(miri) { 1..2 } else { 0..20 };

fn rows() -> impl Strategy<Value = Vec<Integers>> {
    prop::collection::vec(prop::array::uniform3(prop::array::uniform8(integer())), ROWS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 64 }))]

    #[test]
    fn rows_have_their_digests(rows in rows(), width in 0..=if cfg!(miri) { 8 } else { 24_usize }) {
        let expected: Vec<_> = rows
            .iter()
            .map(|row| {
                let elements: Vec<_> =
                    row.as_flattened()[..width].iter().map(|&value| BaseElement::new(value)).collect();
                let digest: [BaseElement; 4] = Rp64_256::hash_elements(&elements).into();
                digest.map(|element| Felt::new(element.as_int()))
            })
            .collect();
        let panels = [0, 1, 2].map(|panel| rows.iter().map(|row| Line(row[panel].map(Felt::new))).collect::<Vec<_>>());
        let panels = panels.each_ref().map(|panel| &panel[..]);
        for instructions in Instructions::ALL {
            let mut digests = vec![[Felt::default(); 4]; rows.len()];
            let rows = Rows { panels: &panels, width };
            if rescue::hash_rows_with(instructions, rows, &mut digests).is_some() {
                prop_assert_eq!(&digests, &expected, "{:?}, {} elements", instructions, width);
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "another state before the same permutation")]
    fn pairs_have_their_digests(pairs in prop::collection::vec(prop::array::uniform8(integer()), ROWS), kind in integer()) {
        let expected: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let mut state = [BaseElement::ZERO; 12];
                (state[0], state[1]) = (BaseElement::new(8), BaseElement::new(kind));
                for (element, &value) in state[4..].iter_mut().zip(pair) {
                    *element = BaseElement::new(value);
                }
                Rp64_256::apply_permutation(&mut state);
                core::array::from_fn(|i| Felt::new(state[4 + i].as_int()))
            })
            .collect();
        let lines: Vec<_> = pairs.iter().map(|pair| Line(pair.map(Felt::new))).collect();
        for instructions in Instructions::ALL {
            let mut digests = vec![[Felt::default(); 4]; pairs.len()];
            if rescue::hash_pairs_with(instructions, Felt::new(kind), &lines, &mut digests).is_some() {
                prop_assert_eq!(&digests, &expected, "{:?}", instructions);
            }
        }
    }
}
