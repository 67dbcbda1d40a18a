//! `std::kernels::storage` against values, maps and arrays.

use std::collections::BTreeMap;

use miden_core::{
    Felt,
    field::StarkField,
    storage::{Mode, entry_key},
};

use crate::{
    collections::trie::{self, Map},
    support::{KERNEL_MODULE, Random, Run, Word4, digest, felt, hostile, reversed},
};

const ZERO: Word4 = [0; 4];

/// Without a call, the caller is the zero word.
const SELF: Word4 = ZERO;
const OTHER: Word4 = [11, 12, 13, 14];

/// Operands that a procedure replaces.
const FILLER: u64 = 77;

/// The slots of an owner.
#[derive(Clone, Debug, Default)]
struct Slots {
    values: BTreeMap<u64, Word4>,
    maps: BTreeMap<(u64, Word4), Word4>,
    arrays: BTreeMap<u64, Vec<Word4>>,
}

/// All slots, by their owners.
type State = BTreeMap<Word4, Slots>;

/// The entry of a slot in the trie.
pub(super) fn entry(owner: Word4, mode: Mode, slot: u64, key: Word4) -> Word4 {
    entry_key(&digest(owner), mode, felt(slot), &key.map(felt)).map(|element| element.as_int())
}

/// A number as the user's key or value.
pub(super) const fn number(value: u64) -> Word4 {
    [value, 0, 0, 0]
}

/// The entries of a state.
fn entries(state: &State) -> Map {
    let mut map = Map::default();
    for (owner, Slots { values, maps, arrays }) in state {
        for (slot, value) in values {
            map.set(entry(*owner, Mode::Value, *slot, ZERO), *value);
        }
        for ((slot, key), value) in maps {
            map.set(entry(*owner, Mode::Map, *slot, *key), *value);
        }
        for (slot, array) in arrays {
            map.set(entry(*owner, Mode::ArrayLength, *slot, ZERO), number(array.len() as u64));
            for (index, value) in (0..).zip(array) {
                map.set(entry(*owner, Mode::ArrayElement, *slot, number(index)), *value);
            }
        }
    }
    map
}

/// A system call.
#[derive(Clone, Copy, Debug)]
enum Call {
    Root,
    ValueGet(u64),
    ValueSet(u64, Word4),
    MapGet(u64, Word4),
    MapSet(u64, Word4, Word4),
    ArrayLen(u64),
    ArrayGet(u64, u64),
    ArraySet(u64, u64, Word4),
    ArrayPush(u64, Word4),
    ArrayPop(u64),
    ValueGetOf(Word4, u64),
    MapGetOf(Word4, u64, Word4),
    ArrayLenOf(Word4, u64),
    ArrayGetOf(Word4, u64, u64),
}

use Call::{
    ArrayGet, ArrayGetOf, ArrayLen, ArrayLenOf, ArrayPop, ArrayPush, ArraySet, MapGet, MapGetOf, MapSet,
    Root, ValueGet, ValueGetOf, ValueSet,
};

impl Call {
    /// The name, and the operands top first.
    fn invocation(self) -> (&'static str, Vec<u64>) {
        let words = |words: &[Word4]| -> Vec<u64> { words.iter().copied().flat_map(reversed).collect() };
        let indexed = |index: u64, slot: u64| vec![index, FILLER, FILLER, FILLER, slot];
        let with = |mut operands: Vec<u64>, slot: u64| {
            operands.push(slot);
            operands
        };
        let of = |operands: Vec<u64>, owner: Word4| [operands, words(&[owner])].concat();
        let filler = [FILLER; 4];
        match self {
            Root => ("root", filler.to_vec()),
            ValueGet(slot) => ("value_get", with(filler.to_vec(), slot)),
            ValueSet(slot, value) => ("value_set", with(words(&[value]), slot)),
            MapGet(slot, key) => ("map_get", with(words(&[key]), slot)),
            MapSet(slot, key, value) => ("map_set", with(words(&[value, key]), slot)),
            ArrayLen(slot) => ("array_len", vec![FILLER, slot]),
            ArrayGet(slot, index) => ("array_get", indexed(index, slot)),
            ArraySet(slot, index, value) => ("array_set", with(with(words(&[value]), index), slot)),
            ArrayPush(slot, value) => ("array_push", with(words(&[value]), slot)),
            ArrayPop(slot) => ("array_pop", with(filler.to_vec(), slot)),
            ValueGetOf(owner, slot) => ("value_get_of", of(with(filler.to_vec(), slot), owner)),
            MapGetOf(owner, slot, key) => ("map_get_of", of(with(words(&[key]), slot), owner)),
            ArrayLenOf(owner, slot) => ("array_len_of", of(vec![FILLER, slot], owner)),
            ArrayGetOf(owner, slot, index) => ("array_get_of", of(indexed(index, slot), owner)),
        }
    }

    /// The results, top first, and the change of the state; nothing if the call fails.
    fn apply(self, state: &mut State) -> Option<Vec<u64>> {
        let root = entries(state).root();
        let slots = |state: &State, owner: Word4| state.get(&owner).cloned().unwrap_or_default();
        let own = state.entry(SELF).or_default();
        let (_, operands) = self.invocation();
        // The results replace the first operands.
        let replaced = |results: &[u64], count: usize| Some([results, &operands[count..]].concat());
        let word = |word: Word4| replaced(&reversed(word), 4);
        match self {
            Root => word(root),
            ValueGet(slot) => word(own.values.get(&slot).copied().unwrap_or_default()),
            ValueSet(slot, value) => word(own.values.insert(slot, value).unwrap_or_default()),
            MapGet(slot, key) => word(own.maps.get(&(slot, key)).copied().unwrap_or_default()),
            MapSet(slot, key, value) => word(own.maps.insert((slot, key), value).unwrap_or_default()),
            ArrayLen(slot) => replaced(&[own.arrays.entry(slot).or_default().len() as u64], 1),
            ArrayGet(slot, index) => {
                word(*own.arrays.entry(slot).or_default().get(usize::try_from(index).unwrap())?)
            }
            ArraySet(slot, index, value) => {
                let array = own.arrays.entry(slot).or_default();
                let element = array.get_mut(usize::try_from(index).unwrap())?;
                word(core::mem::replace(element, value))
            }
            ArrayPush(slot, value) => {
                let array = own.arrays.entry(slot).or_default();
                array.push(value);
                replaced(&[array.len() as u64 - 1, 0, 0, 0], 4)
            }
            ArrayPop(slot) => word(own.arrays.entry(slot).or_default().pop()?),
            ValueGetOf(owner, slot) => {
                word(slots(state, owner).values.get(&slot).copied().unwrap_or_default())
            }
            MapGetOf(owner, slot, key) => {
                word(slots(state, owner).maps.get(&(slot, key)).copied().unwrap_or_default())
            }
            ArrayLenOf(owner, slot) => {
                replaced(&[slots(state, owner).arrays.get(&slot).map_or(0, |array| array.len() as u64)], 1)
            }
            ArrayGetOf(owner, slot, index) => {
                word(*slots(state, owner).arrays.get(&slot)?.get(usize::try_from(index).unwrap())?)
            }
        }
    }

    fn run(self, state: &State) -> Run {
        let (name, operands) = self.invocation();
        let map = entries(state);
        let run = Run::of(format!("{KERNEL_MODULE}{name}")).stack(operands);
        map.advise(run).memory(0, [map.root()]).watch(0..1)
    }

    /// Checks results, root and failure.
    #[track_caller]
    fn check(self, state: &mut State) {
        let run = self.run(state);
        let before = state.clone();
        match (self.apply(state), run.execute()) {
            (Some(expected), Ok(ended)) => {
                assert_eq!(ended.stack, expected, "{self:?}");
                assert_eq!(ended.memory, [entries(state).root()], "{self:?}");
            }
            (None, Err(error)) => {
                assert_eq!(error.kind(), "FailedAssertion", "{self:?}: {error}");
                *state = before;
            }
            (expected, ended) => panic!("{self:?} gives {ended:?} instead of {expected:?}"),
        }
    }
}

fn value(seed: u64) -> Word4 {
    Random::new(seed).array(Random::felt)
}

/// Slots of both owners, with equal numbers in all modes.
fn state() -> State {
    let slots = |seed: u64| Slots {
        values: [(1, value(seed)), (2, value(seed + 1))].into(),
        maps: [((1, number(5)), value(seed + 2)), ((1, number(6)), value(seed + 3))].into(),
        arrays: [(1, vec![value(seed + 4), ZERO, value(seed + 5)]), (2, vec![value(seed + 6)])].into(),
    };
    State::from([(SELF, slots(10)), (OTHER, slots(20))])
}

/// A call of each procedure with an effect, and others without.
const CALLS: [Call; 30] = [
    Root,
    ValueGet(1),
    ValueGet(3),
    ValueSet(1, [1, 2, 3, 4]),
    ValueSet(1, ZERO),
    ValueSet(9, [1, 2, 3, 4]),
    MapGet(1, number(5)),
    MapGet(2, number(5)),
    MapSet(1, number(5), [1, 2, 3, 4]),
    MapSet(1, number(6), ZERO),
    MapSet(1, ZERO, [1, 2, 3, 4]),
    ArrayLen(1),
    ArrayLen(7),
    ArrayGet(1, 0),
    ArrayGet(1, 1),
    ArraySet(1, 1, [1, 2, 3, 4]),
    ArraySet(1, 2, ZERO),
    ArrayPush(1, [1, 2, 3, 4]),
    ArrayPush(7, ZERO),
    ArrayPush(7, [1, 2, 3, 4]),
    ArrayPop(1),
    ArrayPop(2),
    ValueGetOf(OTHER, 1),
    ValueGetOf([5; 4], 1),
    MapGetOf(OTHER, 1, number(5)),
    MapGetOf(OTHER, 1, number(7)),
    ArrayLenOf(OTHER, 1),
    ArrayLenOf(OTHER, 7),
    ArrayGetOf(OTHER, 1, 0),
    ArrayGetOf(OTHER, 1, 1),
];

pub(crate) fn measured() -> Vec<Run> {
    let run = |call: Call| [call.run(&State::new()), call.run(&state())];
    let succeeds = |call: &Call| call.apply(&mut State::new()).is_some();
    let (both, one): (Vec<_>, Vec<_>) = CALLS.into_iter().partition(succeeds);
    let both = both.into_iter().flat_map(run);
    both.chain(one.into_iter().map(|call| call.run(&state()))).collect()
}

/// Keys and values that are written, in order.
type Writes = Vec<(Word4, Word4)>;

/// The keys that a run reads, and its writes.
pub(super) fn accesses(run: &Run) -> Option<(Vec<Word4>, Writes)> {
    let name = run.path().strip_prefix(KERNEL_MODULE)?;
    let word = |at: usize| reversed([0, 1, 2, 3].map(|index| run.operand(at + index)));
    let slot = |at: usize| run.operand(at);
    let map = trie::entries(run);
    let value = |owner: Word4, at: usize| entry(owner, Mode::Value, slot(at), ZERO);
    let length = |owner: Word4, at: usize| entry(owner, Mode::ArrayLength, slot(at), ZERO);
    let element =
        |owner: Word4, at: usize, index: u64| entry(owner, Mode::ArrayElement, slot(at), number(index));
    let old_length = |at: usize| map.get(length(SELF, at))[0];
    Some(match name {
        "root" => (vec![], vec![]),
        "value_get" => (vec![value(SELF, 4)], vec![]),
        "value_get_of" => (vec![value(word(5), 4)], vec![]),
        "value_set" => (vec![], vec![(value(SELF, 4), word(0))]),
        "map_get" => (vec![entry(SELF, Mode::Map, slot(4), word(0))], vec![]),
        "map_get_of" => (vec![entry(word(5), Mode::Map, slot(4), word(0))], vec![]),
        "map_set" => (vec![], vec![(entry(SELF, Mode::Map, slot(8), word(4)), word(0))]),
        "array_len" => (vec![length(SELF, 1)], vec![]),
        "array_len_of" => (vec![length(word(2), 1)], vec![]),
        "array_get" => (vec![length(SELF, 4), element(SELF, 4, slot(0))], vec![]),
        "array_get_of" => (vec![length(word(5), 4), element(word(5), 4, slot(0))], vec![]),
        "array_set" => (vec![length(SELF, 5)], vec![(element(SELF, 5, slot(4)), word(0))]),
        "array_push" => {
            let old = old_length(4);
            let writes = vec![(length(SELF, 4), number(old + 1)), (element(SELF, 4, old), word(0))];
            (vec![length(SELF, 4)], writes)
        }
        "array_pop" => {
            let last = old_length(4) - 1;
            let writes = vec![(length(SELF, 4), number(last)), (element(SELF, 4, last), ZERO)];
            (vec![length(SELF, 4)], writes)
        }
        _ => panic!("the accesses of {name} are not known"),
    })
}

/// The parameters of the cycles of a run: the sums for its writes.
pub(crate) fn letters_of(run: &Run) -> Option<[u64; 2]> {
    let (_, writes) = accesses(run)?;
    let mut map = trie::entries(run);
    let mut sum = [0, 0];
    for (key, value) in &writes {
        let [crossings, levels] = trie::letters(&map, *key, *value);
        sum = [sum[0] + crossings, sum[1] + levels];
        map.set(*key, *value);
    }
    (!writes.is_empty()).then_some(sum)
}

#[test]
fn calls_do_what_the_modes_say() {
    for call in CALLS {
        call.check(&mut State::new());
        call.check(&mut state());
    }
}

#[test]
fn sequences_of_calls_agree_with_the_model() {
    let mut random = Random::new(8);
    let mut state = State::from([(OTHER, Slots::default())]);
    for seed in 0..150 {
        let slot = random.below(2);
        let key = number(random.below(3));
        let value = if random.below(3) == 0 { ZERO } else { value(seed) };
        let call = match random.below(8) {
            0 => ValueSet(slot, value),
            1 => MapSet(slot, key, value),
            2 => ArraySet(slot, random.below(4), value),
            3 | 4 => ArrayPush(slot, value),
            5 => ArrayPop(slot),
            6 => ArrayGet(slot, random.below(4)),
            _ => MapGet(slot, key),
        };
        call.check(&mut state);
    }
    // Back to the empty state.
    for slot in [0, 1] {
        ValueSet(slot, ZERO).check(&mut state);
        for key in 0..3 {
            MapSet(slot, number(key), ZERO).check(&mut state);
        }
        while state[&SELF].arrays.get(&slot).is_some_and(|array| !array.is_empty()) {
            ArrayPop(slot).check(&mut state);
        }
    }
    assert_eq!(entries(&state).root(), ZERO);
}

#[test]
fn indexes_out_of_range_fail() {
    let mut state = state();
    for index in [3, 4, u64::from(u32::MAX)] {
        ArrayGet(1, index).check(&mut state);
        ArraySet(1, index, value(1)).check(&mut state);
        ArrayGetOf(OTHER, 1, index).check(&mut state);
    }
    ArrayPop(7).check(&mut state);
    ArrayGet(7, 0).check(&mut state);
    for index in [1 << 32, Felt::MODULUS - 1] {
        ArrayGet(1, index).run(&state).fails("NotU32Value");
        ArraySet(1, index, value(1)).run(&state).fails("NotU32Value");
        ArrayGetOf(OTHER, 1, index).run(&state).fails("NotU32Value");
    }
}

#[test]
fn a_full_array_cannot_grow() {
    let mut map = Map::default();
    let length = entry(SELF, Mode::ArrayLength, 1, ZERO);
    let run = |map: &Map, call: Call| {
        let (name, operands) = call.invocation();
        let run = Run::of(format!("{KERNEL_MODULE}{name}")).stack(operands);
        map.advise(run).memory(0, [map.root()]).watch(0..1)
    };
    map.set(length, number(u64::from(u32::MAX)));
    run(&map, ArrayPush(1, value(1))).fails("FailedAssertion");
    map.set(length, number(u64::from(u32::MAX) - 1));
    let ended = run(&map, ArrayPush(1, value(1))).execute().unwrap();
    assert_eq!(ended.stack, [u64::from(u32::MAX) - 1, 0, 0, 0, 1]);
}

/// First answers in place of the true one: that the entry is absent, or has the value of each other one, at any depth.
fn answers(run: &Run) -> Vec<Vec<u64>> {
    let map = trie::entries(run);
    let mut answers = Vec::new();
    for depth in [0, 1, 2, 3, 4, 5, 33] {
        answers.push(vec![depth, 0]);
        for (key, value) in map.0.iter().step_by(3) {
            answers.push([&[depth, 1][..], value].concat());
            answers.push([&[depth, 2][..], key, value].concat());
        }
        answers.push([&[depth, 1][..], &number(1)].concat());
    }
    answers
}

#[test]
fn a_call_cannot_be_deceived() {
    for call in CALLS.into_iter().filter(|call| !matches!(call, Root)) {
        let run = call.run(&state());
        hostile(&run, &answers(&run));
        // In the empty state, and in one without this entry.
        if call.apply(&mut State::new()).is_some() {
            let run = call.run(&State::new());
            hostile(&run, &answers(&run));
        }
    }
}

#[test]
fn a_root_without_its_nodes_fails() {
    for call in CALLS.into_iter().filter(|call| !matches!(call, Root)) {
        let (name, operands) = call.invocation();
        let run = Run::of(format!("{KERNEL_MODULE}{name}")).stack(operands).memory(0, [value(1)]);
        run.fails("EventHandlerFailed");
    }
}
