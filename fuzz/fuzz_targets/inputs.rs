//! Any bytes after the header are rejected as inputs, or are the encoding of their content.

#![no_main]

use libfuzzer_sys::fuzz_target;
use miden_core::ProgramInputs;

/// Bytes of magic and version.
const HEADER: usize = 6;

fuzz_target!(|content: &[u8]| {
    let mut bytes = ProgramInputs::default().to_bytes();
    bytes.truncate(HEADER);
    bytes.extend(content);
    if let Ok(inputs) = ProgramInputs::from_bytes(&bytes) {
        assert_eq!(inputs.to_bytes(), bytes);
    }
});
