/// Fingerprint of the constraints: four field elements, part of the seed of every transcript.
///
/// A proof is then bound to the constraints that it was made for: those of another version have other challenges, even
/// if nobody has raised the format version. `air/tests/pin.rs` computes the number from the constraints and says how to
/// change it. Book: design/transcript.md#fingerprint-of-the-constraints
pub const CONSTRAINT_FINGERPRINT: [u64; 4] =
    [12970508950447494742, 17535079943197535303, 12540095778299414633, 18065644579554713825];
