//! BLAKE3 of many messages, with all instructions that the machine has, against the crate `blake3`.

use miden_field::Felt;
use miden_vector::{Instructions, Line, Rows, blake3};
use proptest::prelude::*;

/// The most messages of any set of instructions; Miri has one at a time only.
const MAX_MESSAGES: usize = if cfg!(miri) { 1 } else { 16 };

/// Digests with each set of instructions.
fn check(
    hash: impl Fn(Instructions, &mut [[u32; 8]]) -> Option<()>,
    expected: &[::blake3::Hash],
    context: &str,
) {
    let expected: Vec<[u8; 32]> = expected.iter().map(|&hash| hash.into()).collect();
    for instructions in Instructions::ALL {
        let mut digests = vec![[0; 8]; expected.len()];
        if hash(instructions, &mut digests).is_some() {
            let digests: Vec<_> = digests.iter().map(|words| words.map(u32::to_le_bytes)).collect();
            let digests: Vec<_> = digests.iter().map(|bytes| bytes.as_flattened()).collect();
            assert_eq!(digests, expected, "{instructions:?}, {} of {context}", expected.len());
        }
    }
}

/// Bytes without a pattern.
fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    ::blake3::Hasher::new().update(&count.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

fn check_length(length: usize, count: usize) {
    let bytes = random_bytes(length * count);
    let expected: Vec<_> = (0..count).map(|i| ::blake3::hash(&bytes[i * length..][..length])).collect();
    check(
        |instructions, digests| blake3::hash_messages_with(instructions, &bytes, length, digests),
        &expected,
        &format!("{length} bytes"),
    );
}

#[test]
fn all_lengths_of_one_chunk() {
    // Miri takes a second for a few blocks.
    for length in (0..=1024).step_by(if cfg!(miri) { 512 } else { 1 }) {
        check_length(length, 1 + length % (2 * MAX_MESSAGES + 2));
    }
}

#[test]
fn lengths_of_several_chunks() {
    // Around whole chunks, in trees of up to 18 leaves.
    for chunks in 1..=if cfg!(miri) { 1 } else { 17 } {
        let lengths = [1024 * chunks - 1, 1024 * chunks, 1024 * chunks + 1, 1024 * chunks + 520];
        for length in lengths.into_iter().step_by(if cfg!(miri) { 2 } else { 1 }) {
            check_length(length, if cfg!(miri) { 1 } else { 1 + chunks });
        }
    }
}

#[test]
fn no_message_has_no_digest() {
    check_length(8, 0);
}

/// A Montgomery form, often at an edge; those above the modulus are reduced.
fn form() -> impl Strategy<Value = u64> {
    const P: u64 = 0xffff_ffff_0000_0001;
    prop_oneof![any::<u64>(), 0..3_u64, P - 2..P + 2, (1 << 32) - 2..(1 << 32) + 2_u64, Just(u64::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 256 }))]

    #[test]
    fn elements_are_hashed_as_canonical_integers(
        rows in prop::collection::vec(prop::array::uniform3(prop::array::uniform8(form())), 1..if cfg!(miri) { 3 } else { 40 }),
        width in 17..=24_usize,
    ) {
        let rows: Vec<_> = rows.iter().map(|row| row.map(|line| line.map(Felt::from_mont))).collect();
        let expected: Vec<_> = rows
            .iter()
            .map(|row| {
                let elements = row.as_flattened()[..width].iter();
                ::blake3::hash(&elements.flat_map(|element| element.as_int().to_le_bytes()).collect::<Vec<_>>())
            })
            .collect();
        let panels = [0, 1, 2].map(|panel| rows.iter().map(|row| Line(row[panel])).collect::<Vec<_>>());
        let panels = panels.each_ref().map(|panel| &panel[..]);
        check(
            |instructions, digests| blake3::hash_rows_with(instructions, Rows { panels: &panels, width }, digests),
            &expected,
            &format!("{width} elements"),
        );
    }
}
