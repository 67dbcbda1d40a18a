use alloc::{string::ToString, vec};
use core::fmt::Debug;

use super::*;
use crate::{DecodeError, Writer};

type Decode<T> = fn(&[u8]) -> Result<T, DecodeError>;

/// Checks every prefix of an encoding, the encoding with a byte appended, and with each bit flipped: the decoder returns
/// an error, or the value with exactly these bytes.
fn check_hostile<T: PartialEq + Debug>(value: &T, encode: fn(&T) -> Vec<u8>, decode: Decode<T>) {
    let bytes = encode(value);
    assert_eq!(decode(&bytes).as_ref(), Ok(value));
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err(), "cut off at {length}");
    }
    let extra = DecodeError::TrailingBytes { offset: bytes.len(), extra: 1 };
    assert_eq!(decode(&[bytes.as_slice(), &[0]].concat()), Err(extra));
    for bit in 0..8 * bytes.len() {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        match decode(&altered) {
            Ok(other) => assert_eq!((other != *value, encode(&other)), (true, altered), "bit {bit}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn altered_bytes_are_rejected_or_another_value() {
    for statement in [fault(), success()] {
        check_hostile(&statement, Statement::to_bytes, Statement::from_bytes);
        check_hostile(&statement.kernel, Kernel::to_bytes, Kernel::from_bytes);
        check_hostile(&statement.inputs, StackInputs::to_bytes, StackInputs::from_bytes);
        check_hostile(&statement.outputs, StackOutputs::to_bytes, StackOutputs::from_bytes);
        check_hostile(&statement.outcome, Outcome::to_bytes, Outcome::from_bytes);
        let bundle = ProofBundle { statement, proof: vec![1, 2, 3] };
        check_hostile(&bundle, ProofBundle::to_bytes, ProofBundle::from_bytes);
    }
}

proptest! {
    #[test]
    fn bundles_round_trip(bundle in any_bundle()) {
        let decoded = ProofBundle::from_bytes(&bundle.to_bytes());
        prop_assert_eq!(decoded.as_ref(), Ok(&bundle));
        let statement = bundle.statement;
        prop_assert_eq!(Statement::from_bytes(&statement.to_bytes()), Ok(statement));
    }

    #[test]
    fn arbitrary_bytes_are_rejected_or_canonical(mut bytes: Vec<u8>, has_header: bool) {
        if has_header {
            bytes.splice(..0, *b"MDST\x01\x00");
        }
        if let Ok(statement) = Statement::from_bytes(&bytes) {
            prop_assert_eq!(statement.to_bytes(), bytes);
        }
    }
}

/// The layout that the book and other readers rely on.
#[test]
fn the_layout_of_a_statement_is_stable() {
    let mut expected = Writer::new();
    expected.bytes(b"MDST");
    expected.u16(1);
    let digest = |expected: &mut Writer, value: u64| [value, 0, 0, 1].iter().for_each(|&e| expected.u64(e));
    digest(&mut expected, 9);
    expected.u32(2);
    digest(&mut expected, 1);
    digest(&mut expected, 2);
    expected.u32(17);
    (0..17).for_each(|item| expected.u64(item));
    expected.u32(16);
    expected.u64(u64::MAX << 32);
    expected.u64(5);
    (2..16).for_each(|_| expected.u64(0));
    expected.bytes(&[FaultCode::SyscallTargetNotInKernel.number(), Opcode::SysCall.code()]);
    expected.u64(77);
    expected.u8(3);
    digest(&mut expected, 3);
    expected.u8(1);
    expected.u64(u64::MAX);
    assert_eq!(fault().to_bytes(), expected.finish());
}

/// A stack with the header and the count in front of `items` items.
fn stack(magic: &[u8; 4], count: u32, items: usize) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.header(magic, 1);
    writer.u32(count);
    writer.bytes(&vec![0; 8 * items]);
    writer.finish()
}

#[test]
fn the_depth_of_a_stack_is_bounded() {
    let reason = |result: Result<StackOutputs, _>| match result {
        Err(DecodeError::Invalid { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(StackOutputs::from_bytes(&stack(b"MDSO", 15, 15))), "a stack has at least 16 items");
    let max = StackOutputs::MAX;
    assert!(StackOutputs::from_bytes(&stack(b"MDSO", max as u32, max)).is_ok());
    assert_eq!(reason(StackOutputs::from_bytes(&stack(b"MDSO", max as u32 + 1, max + 1))), "too many items");
    assert!(StackInputs::from_bytes(&stack(b"MDSI", max as u32 + 1, max + 1)).is_err());
    // A count without the items, which would take 32 GiB, is not believed.
    let truncated = DecodeError::Truncated { what: "initial stack", offset: 6 };
    assert_eq!(StackInputs::from_bytes(&stack(b"MDSI", u32::MAX, 2)), Err(truncated));
}

#[test]
fn other_files_and_versions_are_named() {
    let expected = "Miden statement";
    assert_eq!(
        Statement::from_bytes(&success().kernel.to_bytes()),
        Err(DecodeError::WrongMagic { expected })
    );
    let mut newer = success().to_bytes();
    newer[4] = 2;
    let error = DecodeError::WrongVersion { what: expected, expected: 1, got: 2 };
    assert_eq!(Statement::from_bytes(&newer), Err(error));
    assert!(Statement::has_magic(&newer) && !ProofBundle::has_magic(&newer));
}
