//! The client against a node that is honest, and against one that is not.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::LazyLock;

use miden_assembly::Source;
use miden_core::{Digest, Felt, Program, Word, storage::Mode};
use miden_light_client::LightClient;
use miden_verifier::{
    BrokenLink, EntryError, Policy, Transition, TransitionError, VerifierError, verify_transition,
};

mod node;

use node::{Node, Update, assemble, digests, kernel, key, root_of, word};

const COUNTER: &str = include_str!("../../../counter/counter.masm");
const JOURNAL: &str = include_str!("../../../journal/append.masm");

/// Number of transitions.
const LENGTH: u64 = 50;

/// Every fifth transition appends to the journal, the others count.
const JOURNAL_EVERY: u64 = 5;

/// Fifty proven transitions, and the node that made them.
struct History {
    counter: Program,
    journal: Program,
    updates: Vec<Update>,
    node: Node,
}

static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let [counter, journal] = [COUNTER, JOURNAL].map(|text| assemble(&kernel(), text));
    let mut node = Node::default();
    let updates = (1..=LENGTH).map(|number| match number % JOURNAL_EVERY {
        0 => node.advance(&journal, &entry(number)),
        _ => node.advance(&counter, &[]),
    });
    let updates = updates.collect();
    History { counter, journal, updates, node }
});

/// The word that a transition appends to the journal.
fn entry(number: u64) -> Word {
    word([number, 1, 2, 3])
}

fn client() -> LightClient {
    LightClient::from_genesis(digests(&HISTORY.counter))
}

/// A client that has followed the first transitions.
fn client_after(count: usize) -> LightClient {
    LightClient::at(digests(&HISTORY.counter), HISTORY.updates[count - 1].after)
}

fn follow(client: &mut LightClient, update: &Update) -> Result<(), BrokenLink> {
    client.follow(update.transition(), &update.proof)
}

/// Whether the proof is refused, rather than the root before.
fn is_rejected(result: &Result<(), BrokenLink>) -> bool {
    matches!(result, Err(BrokenLink::Transition(TransitionError::Rejected(_))))
}

#[test]
fn fifty_transitions_lead_from_the_empty_state_to_the_current_root() {
    let History { counter, journal, updates, node } = &*HISTORY;
    let mut client = client();
    for update in updates {
        assert_eq!(follow(&mut client, update), Ok(()));
        assert_eq!(client.root(), update.after);
    }
    assert_eq!((updates.len() as u64, client.root()), (LENGTH, node.root()));

    // Then it can check entries that the node shows.
    let check = |key: Word, value: Word| client.check(&key, &value, &node.prove_entry(&key));
    let count = key(counter, Mode::Value, "count", word([0; 4]));
    let (appended, zero) = (LENGTH / JOURNAL_EVERY, word([0; 4]));
    assert_eq!(check(count, word([LENGTH - appended, 0, 0, 0])), Ok(()));
    assert_eq!(check(key(journal, Mode::ArrayLength, "journal", zero), word([appended, 0, 0, 0])), Ok(()));
    let last = key(journal, Mode::ArrayElement, "journal", word([appended - 1, 0, 0, 0]));
    assert_eq!(check(last, entry(LENGTH)), Ok(()));
    // Nobody else has counted, and no count is another one.
    assert_eq!(check(key(journal, Mode::Value, "count", zero), zero), Ok(()));
    assert!(matches!(check(count, word([LENGTH, 0, 0, 0])), Err(EntryError::OtherValue { .. })));
    let stale = client_after(updates.len() - 1).check(&count, &zero, &node.prove_entry(&count));
    assert!(matches!(stale, Err(EntryError::OtherRoot { .. })));
}

#[test]
fn a_forged_transition_is_rejected() {
    let History { counter, journal, updates, .. } = &*HISTORY;
    let (honest, next) = (&updates[7], &updates[8]);
    let count = key(counter, Mode::Value, "count", word([0; 4]));
    let million = root_of(count, word([1_000_000, 0, 0, 0]));
    let transition = honest.transition();
    let forged = [
        Transition { root_after: million, ..transition.clone() },
        Transition { root_after: transition.root_before, ..transition.clone() },
        Transition { program: journal.digest(), ..transition.clone() },
        Transition { inputs: &[Felt::new(1)], ..transition.clone() },
        Transition { outputs: &next.run.outputs, ..transition.clone() },
        Transition { cycle_limit: Some(1 << 20), ..transition.clone() },
    ];
    let mut client = client_after(7);
    for forged in forged {
        let result = client.follow(forged.clone(), &honest.proof);
        assert!(is_rejected(&result), "{forged:?}: {result:?}");
    }
    // A true statement with the proof of another one, and with a damaged proof.
    assert!(is_rejected(&client.follow(transition.clone(), &next.proof)));
    let mut damaged = honest.proof.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert!(is_rejected(&client.follow(transition, &damaged)));
    // None of that has moved it.
    assert_eq!(client.root(), honest.before);
    assert_eq!(follow(&mut client, honest), Ok(()));
}

#[test]
fn reordered_repeated_and_omitted_transitions_are_rejected() {
    let updates = &HISTORY.updates;
    let mut client = client_after(7);
    let root = client.root();
    let other_root = |found: Digest| Err(BrokenLink::Root { expected: root, found });
    // The next but one first, the last one again, and the first one.
    for index in [8, 6, 0, 49] {
        assert_eq!(follow(&mut client, &updates[index]), other_root(updates[index].before));
    }
    // Nor does it help to claim that a later one starts here.
    let moved = Transition { root_before: root, ..updates[8].transition() };
    assert!(is_rejected(&client.follow(moved, &updates[8].proof)));
    assert_eq!(follow(&mut client, &updates[7]), Ok(()));
    assert_eq!(follow(&mut client, &updates[8]), Ok(()));
}

/// The storage kernel with a way to any root.
fn open_kernel() -> Source {
    let text = kernel().text().to_owned() + "\nexport.set_root\n    mem_storew.0\nend\n";
    Source::new("open.masm", text)
}

#[test]
fn a_transition_on_another_kernel_is_rejected() {
    let History { counter, updates, .. } = &*HISTORY;
    let count = key(counter, Mode::Value, "count", word([0; 4]));
    let million = root_of(count, word([1_000_000, 0, 0, 0]));
    let thief = assemble(&open_kernel(), "begin syscall.set_root dropw end");
    let mut client = client();
    let lie = Node::default().lie(&thief, million.elements());
    assert_eq!((lie.before, lie.after), (client.root(), million));
    // On its own kernel this is true, and even proven.
    let policy = Policy::default();
    assert!(verify_transition(&digests(&thief), &lie.transition(), &lie.proof, &policy).is_ok());
    let result = follow(&mut client, &lie);
    assert!(
        matches!(
            result,
            Err(BrokenLink::Transition(TransitionError::Rejected(VerifierError::ProofOfWork { .. })))
        ),
        "{result:?}"
    );

    // The kernel is part of the statement even if the program does nothing wrong on it.
    let same = assemble(&open_kernel(), COUNTER);
    assert_eq!(same.digest(), counter.digest());
    let update = Node::default().lie(&same, &[]);
    assert_eq!(update.after, updates[0].after);
    assert!(is_rejected(&follow(&mut client, &update)));
    assert_eq!(follow(&mut client, &updates[0]), Ok(()));
    // A client of the other kernel accepts neither what is proven on this one.
    let mut other = LightClient::from_genesis(digests(&same));
    assert!(is_rejected(&follow(&mut other, &updates[0])));
    assert_eq!(follow(&mut other, &update), Ok(()));
}
