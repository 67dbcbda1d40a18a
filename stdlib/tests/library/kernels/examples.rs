//! The examples of the book that use the storage.

use std::collections::BTreeMap;

use miden_core::{Digest, Program, hash_bytes, storage::Mode};
use miden_processor::{AdviceProvider, ExecutionError, InMemoryAdvice};

use super::{
    storage::{entry, number},
    wrapped::{assemble, execute, nothing},
};
use crate::{
    collections::trie::Map,
    support::{Random, Word4, felts, hash, reversed},
};

const ZERO: Word4 = [0; 4];

const COUNTER: &str = include_str!("../../../../examples/counter/counter.masm");
const APPEND: &str = include_str!("../../../../examples/journal/append.masm");
const MINT: &str = include_str!("../../../../examples/ledger/mint.masm");
const TRANSFER: &str = include_str!("../../../../examples/ledger/transfer.masm");

fn ints(digest: Digest) -> Word4 {
    digest.elements().map(|element| element.as_int())
}

/// The number of a slot with a name.
fn slot(name: &str) -> u64 {
    hash_bytes(name.as_bytes()).elements()[0].as_int() & u64::from(u32::MAX)
}

#[test]
fn the_counter_survives_ten_runs() {
    let program = assemble(COUNTER);
    let (mut root, mut advice) = (ZERO, nothing());
    for count in 1..=10 {
        let ended = execute(&program, root, &[], advice).unwrap();
        assert_eq!(ended.outputs[0], count);
        let key = entry(ints(program.digest()), Mode::Value, slot("count"), ZERO);
        assert_eq!(ended.root, Map(BTreeMap::from([(key, number(count))])).root());
        (root, advice) = (ended.root, ended.advice);
    }
}

#[test]
fn the_journal_only_grows() {
    let program = assemble(APPEND);
    let owner = ints(program.digest());
    let (mut root, mut advice, mut map) = (ZERO, nothing(), Map::default());
    for index in 0..6 {
        let word: Word4 = Random::new(index).array(Random::felt);
        let ended = execute(&program, root, &reversed(word), advice).unwrap();
        assert_eq!(ended.outputs[0], index);
        map.set(entry(owner, Mode::ArrayElement, slot("journal"), number(index)), word);
        map.set(entry(owner, Mode::ArrayLength, slot("journal"), ZERO), number(index + 1));
        assert_eq!(ended.root, map.root());
        (root, advice) = (ended.root, ended.advice);
    }
}

/// A ledger in storage, and the same in Rust.
struct Ledger {
    mint: Program,
    transfer: Program,
    owner: Word4,
    root: Word4,
    advice: InMemoryAdvice,
    issuer: Option<Word4>,
    supply: u64,
    balances: BTreeMap<Word4, u64>,
}

/// The account of a secret.
fn account(secret: Word4) -> Word4 {
    hash(&secret)
}

/// The only procedure that a program calls.
fn contract(program: &Program) -> Word4 {
    let called = program.procedures().map(|id| *program.node(id).digest());
    let called: Vec<Digest> = called.filter(|digest| !program.kernel().contains(digest)).collect();
    let [contract] = called[..] else { panic!("{} procedures are called", called.len()) };
    ints(contract)
}

impl Ledger {
    fn new() -> Self {
        let [mint, transfer] = [MINT, TRANSFER].map(assemble);
        assert_eq!(contract(&mint), contract(&transfer));
        Self {
            owner: contract(&mint),
            mint,
            transfer,
            root: ZERO,
            advice: nothing(),
            issuer: None,
            supply: 0,
            balances: BTreeMap::new(),
        }
    }

    fn call(
        &mut self,
        program: &Program,
        secret: Word4,
        amount: u64,
        to: Word4,
    ) -> Result<(), ExecutionError> {
        let mut advice = self.advice.clone();
        advice.push_front(&felts(&secret)).unwrap();
        let ended = execute(program, self.root, &[&[amount][..], &reversed(to)].concat(), advice)?;
        (self.root, self.advice) = (ended.root, ended.advice);
        Ok(())
    }

    fn mint(&mut self, secret: Word4, amount: u64, to: Word4) {
        let program = self.mint.clone();
        let is_allowed = *self.issuer.get_or_insert_with(|| account(secret)) == account(secret);
        assert_eq!(self.call(&program, secret, amount, to).is_ok(), is_allowed);
        if is_allowed {
            self.supply += amount;
            *self.balances.entry(to).or_default() += amount;
        }
        self.check();
    }

    fn transfer(&mut self, secret: Word4, amount: u64, to: Word4) {
        let program = self.transfer.clone();
        let balance = self.balances.get(&account(secret)).copied().unwrap_or_default();
        assert_eq!(self.call(&program, secret, amount, to).is_ok(), amount <= balance);
        if amount <= balance {
            *self.balances.entry(account(secret)).or_default() -= amount;
            *self.balances.entry(to).or_default() += amount;
        }
        self.check();
    }

    /// The root is that of the ledger in Rust.
    fn check(&self) {
        assert_eq!(self.root, self.map().root());
    }

    fn map(&self) -> Map {
        let mut map = Map::default();
        let value = |name: &str| entry(self.owner, Mode::Value, slot(name), ZERO);
        map.set(value("issuer"), self.issuer.unwrap());
        map.set(value("supply"), number(self.supply));
        for (account, balance) in &self.balances {
            map.set(entry(self.owner, Mode::Map, slot("balances"), *account), number(*balance));
        }
        map
    }
}

#[test]
fn the_ledger_keeps_its_rules() {
    let [issuer, alice, bob] = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]];
    let mut ledger = Ledger::new();
    ledger.mint(issuer, 1000, account(alice));
    ledger.mint(alice, 1000, account(alice));
    ledger.mint(issuer, 500, account(bob));
    ledger.transfer(alice, 300, account(bob));
    // To oneself, everything, too much, and nothing.
    ledger.transfer(bob, 800, account(bob));
    ledger.transfer(bob, 800, account(alice));
    ledger.transfer(bob, 1, account(alice));
    ledger.transfer(bob, 0, account(alice));
    ledger.transfer(alice, 1501, account(bob));
    ledger.transfer(alice, 1500, account(issuer));
    assert_eq!(ledger.balances.values().sum::<u64>(), ledger.supply);
    // A program with other rules has a ledger of its own.
    let thief = assemble(&TRANSFER.replace("exec.debit", "dropw drop"));
    ledger.advice.push_front(&felts(&bob)).unwrap();
    let inputs = [&[7][..], &reversed(account(bob))].concat();
    let ended = execute(&thief, ledger.root, &inputs, ledger.advice.clone()).unwrap();
    let mut map = ledger.map();
    map.set(entry(contract(&thief), Mode::Map, slot("balances"), account(bob)), number(7));
    assert_eq!(ended.root, map.root());
}
