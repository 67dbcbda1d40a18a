//! A payment between accounts in a sparse Merkle tree, compared with a model of the tree.

use std::collections::BTreeMap;

use miden_core::{Digest, Felt, MerkleStore};
use serde_json::{Value, json};

use crate::{check_inputs, decimal, native_hash, outputs, sandbox};

/// The bit of a leaf's index that selects one of the two trees of depth 63 below the root.
const BIT_63: u64 = 1 << 63;

/// Balances by account key. Element 3 of a key is the index of its leaf and comes first here.
#[derive(Clone, Default)]
struct Accounts(BTreeMap<[u64; 4], u64>);

fn reversed(mut word: Vec<u64>) -> [u64; 4] {
    word.reverse();
    word.try_into().unwrap()
}

/// The key of the account of an owner.
fn key(secret: &[u64; 4]) -> [u64; 4] {
    reversed(native_hash(secret))
}

fn digest(elements: &[u64]) -> Digest {
    Digest::new(std::array::from_fn(|i| Felt::new(elements[i])))
}

impl Accounts {
    fn pair(key: &[u64; 4], balance: u64) -> Vec<u64> {
        key.iter().rev().copied().chain([balance, 0, 0, 0]).collect()
    }

    /// The leaves in one half of the tree: index and pair of key and balance.
    fn leaves(&self, half: u64) -> Vec<(u64, Vec<u64>)> {
        let here = self.0.iter().filter(|(key, _)| key[0] & BIT_63 == half);
        here.map(|(key, balance)| (key[0] & !BIT_63, Self::pair(key, *balance))).collect()
    }

    fn halves(&self) -> [Digest; 2] {
        [0, BIT_63].map(|half| {
            let leaves = self.leaves(half);
            let leaves: Vec<_> =
                leaves.iter().map(|(place, pair)| (*place, digest(&native_hash(pair)))).collect();
            MerkleStore::new().add_sparse_tree(63, &leaves).unwrap()
        })
    }

    /// The root, element 0 first.
    fn root(&self) -> Vec<u64> {
        let [left, right] = self.halves();
        MerkleStore::new().merge(&left, &right).elements().iter().map(|element| element.as_int()).collect()
    }

    /// The inputs of the program: this tree and a payment.
    fn inputs(&self, payer: &[u64; 4], payee: &[u64; 4], amount: u64) -> Value {
        let hex = |digest: &Digest| digest.to_hex();
        let sparse = |half| {
            let leaves = self.leaves(half);
            let leaves = leaves.iter().map(|(place, pair)| json!([place, hex(&digest(&native_hash(pair)))]));
            json!({"sparse_merkle_tree": leaves.collect::<Vec<_>>()})
        };
        let pairs = self.0.iter().map(|(key, balance)| Self::pair(key, *balance));
        let map = pairs.map(|pair| (hex(&digest(&native_hash(&pair))), json!(decimal(pair))));
        let tape = payer.iter().chain(payee.iter().rev()).copied().chain([amount]);
        json!({
            "stack_init": decimal(self.root()),
            "advice_tape": decimal(tape),
            "advice_map": map.collect::<serde_json::Map<_, _>>(),
            "merkle_store": [
                sparse(0),
                sparse(BIT_63),
                {"merkle_tree": self.halves().iter().map(hex).collect::<Vec<_>>()},
            ],
        })
    }
}

#[test]
fn transfer_moves_money_between_secret_accounts() {
    let secrets: [[u64; 4]; 6] = std::array::from_fn(|i| [i as u64 + 1, 20, 300, 4000]);
    let mut accounts = Accounts::default();
    for (secret, balance) in secrets.iter().zip([50, 700, 400_000_000, 12, 4_000_000_000]) {
        accounts.0.insert(key(secret), balance);
    }
    let (payer, payee) = (secrets[1], key(&secrets[3]));
    check_inputs("transfer", &accounts.inputs(&payer, &payee, 250));

    let sandbox = sandbox("transfer");
    let run = |accounts: &Accounts, payer: &[u64; 4], payee: &[u64; 4], amount| {
        sandbox.write("transfer.inputs", accounts.inputs(payer, payee, amount).to_string());
        sandbox.run("run transfer.masm --json")
    };
    let check = |payer: &[u64; 4], payee: &[u64; 4], amount: u64| {
        let mut after = accounts.clone();
        *after.0.get_mut(&key(payer)).unwrap() -= amount;
        *after.0.entry(*payee).or_default() += amount;
        after.0.retain(|_, balance| *balance > 0);
        let stack = run(&accounts, payer, payee, amount).exits(0).json()["stack"].clone();
        let root = decimal(reversed(after.root()));
        assert_eq!(stack.as_array().unwrap()[..4], root.iter().map(|item| json!(item)).collect::<Vec<_>>());
        root
    };
    assert_eq!(decimal(outputs("transfer")[..4].iter().copied()), check(&payer, &payee, 250));
    // The whole balance, which closes the account; to a new account; to oneself; zero.
    check(&payer, &payee, 700);
    check(&payer, &key(&secrets[5]), 1);
    check(&payer, &key(&payer), 700);
    check(&payer, &payee, 0);

    let refuses = |payer, payee: &[u64; 4], amount, why: &str| {
        run(&accounts, payer, payee, amount).exits(1).says(why);
    };
    refuses(&payer, &payee, 701, "the balance does not cover the payment");
    refuses(&secrets[5], &payee, 1, "the balance does not cover the payment");
    refuses(&payer, &payee, 1 << 32, "the amount must be below 2^32");
    refuses(&secrets[2], &key(&secrets[4]), 300_000_000, "the payee would have 2^32 or more");
    refuses(&secrets[4], &key(&secrets[4]), 4_000_000_001, "the balance does not cover the payment");
}
