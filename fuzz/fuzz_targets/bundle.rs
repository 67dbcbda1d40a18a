//! Files of statements, of their parts and of proof bundles: any bytes are rejected, or the one encoding of a value, whose
//! JSON form leads back to it, or JSON of a value that can be encoded; and the verifier answers any bundle.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_core::{Kernel, Outcome, ProofBundle, StackInputs, StackOutputs, Statement};
use miden_verifier::{Expectation, Policy, verify_bundle};

/// Decodes the bytes as each kind of file, with its header put before them or without.
macro_rules! check {
    ($bytes:ident, $($name:ident $magic:literal)+) => {$({
        let with_header = [$magic.as_slice(), &[1, 0], $bytes].concat();
        for bytes in [$bytes, &with_header] {
            if let Ok(value) = $name::from_bytes(bytes) {
                assert_eq!(value.to_bytes(), bytes);
                let text = serde_json::to_string(&value).unwrap();
                assert_eq!(serde_json::from_str::<$name>(&text).unwrap(), value);
            }
        }
        if let Ok(value) = serde_json::from_slice::<$name>($bytes) {
            assert_eq!($name::from_bytes(&value.to_bytes()), Ok(value));
        }
    })+};
}

fuzz_target!(|bytes: &[u8]| {
    check!(
        bytes, Kernel b"MDKN" Outcome b"MDOC" ProofBundle b"MDPB" StackInputs b"MDSI" StackOutputs b"MDSO"
        Statement b"MDST"
    );
    let with_header = [b"MDPB\x01\x00", bytes].concat();
    if let Ok(bundle) = ProofBundle::from_bytes(&with_header) {
        let expectation = Expectation::new(bundle.statement.program);
        let _ = verify_bundle(&bundle, &expectation, &Policy::default());
    }
});
