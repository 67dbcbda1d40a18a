//! Examples that use the standard library, against models.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{check_inputs, decimal, input_list, inputs, native_hash, outputs, sandbox};

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

#[test]
fn matrix_proves_a_product_of_secret_matrices() {
    // Rows of A, columns of B.
    let a: Vec<u64> = (0..64).map(|i| (7 * i * i + 3 * i + 1) % 100).collect();
    let b: Vec<u64> = (0..64).map(|i| (5 * i * i + 11 * i + 2) % 100).collect();
    let (a_rows, b_columns) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let product = |row: &[u64; 8], column: &[u64; 8]| row.iter().zip(column).map(|(x, y)| x * y).sum();
    let c: Vec<u64> =
        a_rows.iter().flat_map(|row| b_columns.iter().map(|column| product(row, column))).collect();

    // The stack is given bottom first, and element 3 of a word is the topmost.
    let stack = native_hash(&b).into_iter().chain(native_hash(&a));
    let elements = a.iter().chain(&b).copied();
    check_inputs("matrix", &json!({"stack_init": decimal(stack), "advice_tape": decimal(elements)}));
    let mut expected = native_hash(&c);
    expected.reverse();
    assert_eq!(outputs("matrix")[..4], expected);

    let sandbox = sandbox("matrix");
    let mut other: Value = serde_json::from_slice(&sandbox.read("matrix.inputs")).unwrap();
    other["advice_tape"][9] = json!("5");
    sandbox.write("matrix.inputs", other.to_string());
    sandbox.run("run matrix.masm").exits(1).says("do not have the hash");
}
