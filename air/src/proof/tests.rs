use alloc::{collections::BTreeSet, vec::Vec};

use miden_core::{DecodeError, Felt, Reader, RescuePrime, Writer, params::FORMAT_VERSION};
use proptest::prelude::*;
use winter_crypto::{Hasher, MerkleTree, hashers::Blake3_256};

use super::{
    openings::node_counts,
    wire::{read_digests, read_elements},
    *,
};
use crate::ParameterSet;

type Hash = Blake3_256<Felt>;

fn header_bytes(header: ProofHeader) -> Vec<u8> {
    let mut writer = Writer::new();
    header.write(&mut writer);
    writer.finish()
}

#[test]
fn headers_round_trip_for_every_set_and_length() {
    for set in ParameterSet::ALL {
        let (min, max) = set.trace_log2_range();
        for log2 in 0..=u8::MAX {
            let header = ProofHeader::new(set, log2);
            if !(min..=max).contains(&u32::from(log2)) {
                assert_eq!(header, Err(ProofError::TraceLength { set, log2, min, max }));
                continue;
            }
            for hides in [false, true] {
                let header = header.clone().unwrap().with_hiding(hides);
                let bytes = header_bytes(header);
                assert_eq!(ProofHeader::read(&mut Reader::new(&bytes)), Ok(header));
                assert_eq!((header.trace_rows(), header.hides()), (1 << log2, hides));
                assert_eq!(header.hiding().is_on(), hides);
            }
        }
    }
}

#[test]
fn headers_of_other_kinds_versions_and_sets_are_rejected() {
    let bytes = header_bytes(ProofHeader::new(ParameterSet::Fast96, 10).unwrap());
    let rejected = |i: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[i] = value;
        ProofHeader::read(&mut Reader::new(&bytes)).unwrap_err()
    };
    assert!(matches!(rejected(0, b'X'), ProofError::Decode(DecodeError::WrongMagic { .. })));
    let version = FORMAT_VERSION.to_le_bytes();
    assert!(matches!(rejected(4, !version[0]), ProofError::Decode(DecodeError::WrongVersion { .. })));
    assert_eq!(rejected(6, 0), ProofError::UnknownParameterSet { id: 0 });
    assert_eq!(rejected(6, 255), ProofError::UnknownParameterSet { id: 255 });
    assert!(matches!(rejected(7, 255), ProofError::TraceLength { log2: 255, .. }));
    assert_eq!(rejected(8, 2), ProofError::UnknownOptions { options: 2 });
}

#[test]
fn elements_at_or_above_the_modulus_are_rejected() {
    let modulus = 0xffff_ffff_0000_0001_u64;
    let bytes: Vec<u8> = [modulus - 1, modulus].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(read_elements::<Felt>(&mut Reader::new(&bytes), 1, "x"), Ok([Felt::new(modulus - 1)].into()));
    assert!(matches!(
        read_elements::<Felt>(&mut Reader::new(&bytes), 2, "x"),
        Err(DecodeError::Invalid { offset: 8, .. })
    ));
}

#[test]
fn a_rescue_digest_has_one_encoding() {
    let bytes = [0xff; 32];
    assert!(matches!(
        read_digests::<RescuePrime>(&mut Reader::new(&bytes), 1, "x"),
        Err(DecodeError::Invalid { offset: 0, .. })
    ));
    assert!(read_digests::<Hash>(&mut Reader::new(&bytes), 1, "x").is_ok());
}

proptest! {
    #[test]
    fn node_counts_are_those_of_the_backend(
        depth in 1_u8..9,
        positions in prop::collection::btree_set(0_usize..256, 1..60),
    ) {
        let positions: BTreeSet<usize> = positions.into_iter().map(|p| p % (1 << depth)).collect();
        let leaves = (0..1_u32 << depth).map(|i| Hash::hash(&i.to_le_bytes())).collect();
        let tree = MerkleTree::<Hash>::new(leaves).unwrap();
        let (_, proof) = tree.prove_batch(&positions.iter().copied().collect::<Vec<_>>()).unwrap();
        let expected: Vec<usize> = proof.nodes.iter().map(Vec::len).collect();
        prop_assert_eq!(node_counts(&positions, depth), expected);
    }
}
