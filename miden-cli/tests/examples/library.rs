//! Examples that use the standard library, compared with models.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{check_inputs, decimal, input_list, inputs, native_hash, outputs, sandbox};

/// Stack items as 32-bit numbers.
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
fn sha256_preimage_hashes_its_secret() {
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
fn matrix_multiplies_secret_matrices() {
    // Rows of A, columns of B.
    let a: Vec<u64> = (0..64).map(|i| (7 * i * i + 3 * i + 1) % 100).collect();
    let b: Vec<u64> = (0..64).map(|i| (5 * i * i + 11 * i + 2) % 100).collect();
    let (a_rows, b_columns) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let product = |row: &[u64; 8], column: &[u64; 8]| row.iter().zip(column).map(|(x, y)| x * y).sum();
    let c: Vec<u64> =
        a_rows.iter().flat_map(|row| b_columns.iter().map(|column| product(row, column))).collect();

    // The stack is listed bottom first, and element 3 of a word is on top.
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
    sandbox.run("run matrix.masm").exits(1).says("do not have the expected hash");
}

/// The limbs of a big-endian number, least significant first.
fn limbs(bytes: &[u8]) -> impl DoubleEndedIterator<Item = u64> {
    bytes.as_chunks::<4>().0.iter().rev().map(|limb| u32::from_be_bytes(*limb).into())
}

#[test]
fn ecdsa_accepts_only_the_signature_of_its_message() {
    use k256::ecdsa::{Signature, SigningKey, signature::Signer};

    let inputs = |secret: u8, signed: &[u8], stated: &[u8]| {
        let signer = SigningKey::from_slice(&[secret; 32]).unwrap();
        let signature: Signature = signer.sign(signed);
        let point = signer.verifying_key().to_encoded_point(false);
        let key = SigningKey::from_slice(&[7; 32]).unwrap().verifying_key().to_encoded_point(false);
        assert_eq!(point == key, secret == 7);
        let hash = Sha256::digest(stated);
        let hash = hash.as_chunks::<4>().0.iter().map(|word| u64::from(u32::from_be_bytes(*word)));
        let stack = limbs(key.x().unwrap()).chain(limbs(key.y().unwrap())).chain(hash);
        let stack = stack.collect::<Vec<_>>().into_iter().rev();
        let bytes = signature.to_bytes();
        let (r, s) = bytes.split_at(32);
        json!({"stack_init": decimal(stack), "advice_tape": decimal(limbs(r).chain(limbs(s)))})
    };
    let message = b"Pay 250 to the miller.";
    check_inputs("ecdsa", &inputs(7, message, message));
    assert_eq!(outputs("ecdsa"), [0; 16]);

    let sandbox = sandbox("ecdsa");
    for (secret, stated) in [(7, &b"Pay 950 to the miller."[..]), (8, message)] {
        sandbox.write("ecdsa.inputs", inputs(secret, message, stated).to_string());
        sandbox.run("run ecdsa.masm").exits(1).says("the signature is invalid");
    }
}
