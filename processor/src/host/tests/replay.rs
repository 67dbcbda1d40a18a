use alloc::{format, vec::Vec};

use miden_core::{
    AdviceInputs, Opcode, STATE_WIDTH, StackInputs, merkle_root,
    program::{AdviceInjector, ProgramBuilder},
};
use proptest::{collection::vec as vec_of, prelude::*};

use super::*;
use crate::{
    executor::Executor,
    host::{
        AdviceError, AdviceProvider, DefaultHost, EventError, Host, HostError, HostOracle, Oracle,
        RecordingOracle, ReplayOracle,
    },
};

/// A request to an oracle.
#[derive(Clone, Debug)]
enum Step {
    Read,
    ReadWord,
    ReadTwoWords,
    Inject,
    Emit,
    Path(u64),
    Set(u64, u64),
    Permute(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Read),
        Just(Step::ReadWord),
        Just(Step::ReadTwoWords),
        Just(Step::Inject),
        Just(Step::Emit),
        (0u64..4).prop_map(Step::Path),
        (0u64..4, 0u64..5).prop_map(|(index, value)| Step::Set(index, value)),
        (0u64..4).prop_map(Step::Permute),
    ]
}

/// All answers of the oracle, as elements.
fn ask(oracle: &mut impl Oracle, steps: &[Step]) -> Result<Vec<Felt>, HostError> {
    let mut answers = Vec::new();
    let (_, mut root) = tree();
    let depth = Felt::new(2);
    let machine = Machine::new(&on_stack(&word(100)));
    for step in steps {
        match *step {
            Step::Read => answers.push(oracle.read()?),
            Step::ReadWord => answers.extend(oracle.read_word()?),
            Step::ReadTwoWords => answers.extend(oracle.read_two_words()?.as_flattened()),
            Step::Inject => oracle.inject(AdviceInjector::MapValue, &machine)?,
            Step::Emit => oracle.emit(1, &machine)?,
            Step::Path(index) => {
                let path = oracle.merkle_path(&root, depth, Felt::new(index))?;
                answers.extend(path.iter().flat_map(|sibling| *sibling.elements()));
            }
            Step::Set(index, value) => {
                let path = oracle.merkle_path(&root, depth, Felt::new(index))?;
                oracle.merkle_set(&root, depth, Felt::new(index), &word(value))?;
                root = merkle_root(index, &word(value), &path);
                answers.extend(root.elements());
            }
            Step::Permute(value) => {
                let mut state = [Felt::new(value); STATE_WIDTH];
                oracle.permute(&mut state);
                answers.extend(state);
            }
        }
    }
    Ok(answers)
}

/// A host whose event 1 supplies a different value each time.
fn host_that_counts(advice: InMemoryAdvice, events: &mut u64) -> DefaultHost<'_> {
    let mut host = DefaultHost::new(advice);
    host.register(1, |_, advice| {
        *events += 1;
        Ok(advice.push_front(&[Felt::new(*events)])?)
    });
    host
}

proptest! {
    #[test]
    fn the_second_run_gets_the_answers_of_the_first(steps in vec_of(step(), 0..40)) {
        let tape = AdviceInputs::new((0..500).map(Felt::new).collect());
        let (_, map, store) = inputs().into_parts();
        let inputs = tape.with_map(map).with_merkle_store(store);
        let (mut events, mut plain_events) = (0, 0);
        let advice = InMemoryAdvice::new(inputs, 10_000).unwrap();
        let mut host = host_that_counts(advice.clone(), &mut events);
        let mut plain_host = host_that_counts(advice, &mut plain_events);

        let plain = ask(&mut HostOracle(&mut plain_host), &steps).unwrap();
        let mut recording = RecordingOracle::new(HostOracle(&mut host));
        let recorded = ask(&mut recording, &steps).unwrap();
        prop_assert_eq!(&recorded, &plain);
        let answers = recording.into_answers();
        let mut replay = ReplayOracle::new(&answers);
        prop_assert_eq!(ask(&mut replay, &steps), Ok(plain));
        prop_assert!(replay.is_used_up());
        prop_assert_eq!(host.into_advice(), plain_host.into_advice());
        prop_assert_eq!(events, steps.iter().filter(|step| matches!(step, Step::Emit)).count() as u64);
    }
}

#[test]
fn each_path_is_recorded_once() {
    let mut host = DefaultHost::new(advice());
    let mut recording = RecordingOracle::new(HostOracle(&mut host));
    ask(&mut recording, &[Step::Path(1), Step::Path(1), Step::Path(2), Step::Path(1)]).unwrap();
    assert_eq!(recording.into_answers().num_siblings(), 4);
}

#[test]
fn recording_does_not_change_failures() {
    let (mut host, mut other) = (DefaultHost::new(advice()), DefaultHost::new(advice()));
    let steps = [&[Step::Read][..], &[Step::ReadWord]].concat();
    let plain = ask(&mut HostOracle(&mut host), &steps);
    assert_eq!(plain, Err(AdviceError::TapeReadFailed { needed: 4, left: 2 }.into()));
    assert_eq!(ask(&mut RecordingOracle::new(HostOracle(&mut other)), &steps), plain);
    let event = ask(&mut RecordingOracle::new(HostOracle(&mut other)), &[Step::Emit]);
    assert_eq!(event, Err(EventError::NoHandler { event: 1 }.into()));
}

/// Advice that alters the paths it returns.
struct Crooked(InMemoryAdvice, fn(&mut Vec<Digest>));

impl Host for Crooked {
    type Advice = Self;

    fn advice(&mut self) -> &mut Self {
        self
    }

    fn on_event(&mut self, event: u32, _: &dyn ProcessState) -> Result<(), EventError> {
        Err(EventError::NoHandler { event })
    }
}

impl AdviceProvider for Crooked {
    fn read(&mut self) -> Result<Felt, AdviceError> {
        self.0.read()
    }

    fn read_word(&mut self) -> Result<Word, AdviceError> {
        self.0.read_word()
    }

    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        self.0.read_two_words()
    }

    fn push_front(&mut self, values: &[Felt]) -> Result<(), AdviceError> {
        self.0.push_front(values)
    }

    fn map_get(&self, key: &Digest) -> Option<&[Felt]> {
        self.0.map_get(key)
    }

    fn map_insert(&mut self, key: Digest, list: Vec<Felt>) -> Result<(), AdviceError> {
        self.0.map_insert(key, list)
    }

    fn merkle_node(&self, root: &Digest, depth: u8, index: u64) -> Result<Digest, AdviceError> {
        self.0.merkle_node(root, depth, index)
    }

    fn merkle_path(&self, root: &Digest, depth: u8, index: u64) -> Result<Vec<Digest>, AdviceError> {
        let mut path = self.0.merkle_path(root, depth, index)?;
        self.1(&mut path);
        Ok(path)
    }

    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: u8,
        index: u64,
        value: &Digest,
    ) -> Result<Digest, AdviceError> {
        self.0.merkle_set(root, depth, index, value)
    }

    fn merkle_merge(&mut self, left: &Digest, right: &Digest) -> Result<Digest, AdviceError> {
        self.0.merkle_merge(left, right)
    }

    fn check_room(&self, elements: usize) -> Result<(), AdviceError> {
        self.0.check_room(elements)
    }
}

#[test]
fn a_path_of_the_wrong_length_is_rejected() {
    let mut host = Crooked(advice(), |path| path.truncate(1));
    let error = ask(&mut HostOracle(&mut host), &[Step::Path(0)]).unwrap_err();
    assert_eq!(error.kind(), "AdviceProviderFailed");
    assert!(format!("{error}").contains("depth 2 has 1 siblings"), "{error}");
}

#[test]
fn a_path_to_another_root_verifies_no_node() {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::MpVerify.into()]).unwrap();
    let program = builder.finish(root);
    // `[V, d, i, R]`
    let items = [&on_stack(&word(10))[..], &[2, 0], &on_stack(&tree().1)].concat();
    let stack = StackInputs::from_ints(&items.into_iter().rev().collect::<Vec<_>>()).unwrap();
    let run =
        |bend| Executor::new(&program).with_stack(stack.clone()).with_host(Crooked(advice(), bend)).execute();
    assert!(run(|_| ()).is_ok());
    assert_eq!(run(|path| path[1] = word(1)).unwrap_err().kind(), "MerklePathVerificationFailed");
}
