//! Examples that use the standard library, against models.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{input_list, inputs, outputs, sandbox};

/// Words of 32 bits, as they lie on the stack.
fn u32s(items: &[u64]) -> impl Iterator<Item = u32> {
    items.iter().map(|item| u32::try_from(*item).unwrap())
}

#[test]
fn blake3_chain_hashes_hashes() {
    let mut stack = inputs("blake3-chain");
    stack.reverse();
    let (n, seed) = stack.split_first().unwrap();
    let mut hash: Vec<u8> = u32s(seed).flat_map(u32::to_le_bytes).collect();
    for _ in 0..*n {
        hash = blake3::hash(&hash).as_bytes().to_vec();
    }
    let result: Vec<u8> = u32s(&outputs("blake3-chain")[..8]).flat_map(u32::to_le_bytes).collect();
    assert_eq!(result, hash);
}

#[test]
fn sha256_preimage_is_that_of_the_hash() {
    let secret: Vec<u8> =
        u32s(&input_list("sha256-preimage", "advice_tape")).flat_map(u32::to_be_bytes).collect();
    let mut hash = inputs("sha256-preimage");
    hash.reverse();
    let hash_bytes: Vec<u8> = u32s(&hash).flat_map(u32::to_be_bytes).collect();
    assert_eq!(hash_bytes, Sha256::digest(&secret)[..]);
    assert_eq!(outputs("sha256-preimage")[..8], hash);

    let sandbox = sandbox("sha256-preimage");
    let inputs = json!({"stack_init": vec!["1"; 8], "advice_tape": vec!["0"; 8]});
    sandbox.write("sha256-preimage.inputs", inputs.to_string());
    sandbox.run("run sha256-preimage.masm").exits(1).says("the secret has another hash");
}
