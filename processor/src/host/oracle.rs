//! Requests of an execution to its host, and how two executions get the same answers.
//!
//! Recording a trace executes the program twice. The first run asks the host and records the answers; the second run
//! replays them. So the host is asked once, whatever state it has, and injectors and events take effect once.
//! Permutations need no host, but they are slow: they are recorded as well.

use alloc::{collections::BTreeMap, vec::Vec};

use miden_core::{
    Digest, Felt, RescueState, Word,
    params::MAX_TRACE_LOG2,
    permute,
    program::{AdviceInjector, DebugCommand},
};

use super::{
    AdviceError, AdviceProvider, DebugSite, Host, HostError, ProcessState, inject, merkle::depth_and_index,
};
use crate::permutations::Permutations;

/// Answers the requests of operations and decorators.
pub(crate) trait Oracle {
    /// The next advice value.
    fn read(&mut self) -> Result<Felt, AdviceError>;

    /// The next four advice values.
    fn read_word(&mut self) -> Result<Word, AdviceError>;

    /// The next eight advice values.
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError>;

    /// The `depth` siblings on the path from a node to the root, the sibling of the node first. The caller checks that
    /// they lead to the root.
    fn merkle_path(&mut self, root: &Digest, depth: Felt, index: Felt) -> Result<Vec<Digest>, AdviceError>;

    /// Sets the node whose path was requested before.
    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: Felt,
        index: Felt,
        value: &Digest,
    ) -> Result<(), AdviceError>;

    /// Runs an injector.
    fn inject(&mut self, injector: AdviceInjector, state: &dyn ProcessState) -> Result<(), AdviceError>;

    /// Signals an event.
    fn emit(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), HostError>;

    /// Carries out a debug command.
    fn debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState);

    /// Applies the permutation of the hasher in place.
    fn permute(&mut self, state: &mut RescueState);
}

/// Asks the host.
pub(crate) struct HostOracle<'a, H>(pub(crate) &'a mut H);

impl<H: Host> Oracle for HostOracle<'_, H> {
    #[inline]
    fn read(&mut self) -> Result<Felt, AdviceError> {
        self.0.advice().read()
    }

    #[inline]
    fn read_word(&mut self) -> Result<Word, AdviceError> {
        self.0.advice().read_word()
    }

    #[inline]
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        self.0.advice().read_two_words()
    }

    fn merkle_path(&mut self, root: &Digest, depth: Felt, index: Felt) -> Result<Vec<Digest>, AdviceError> {
        let (depth, index) = depth_and_index(depth, index).map_err(AdviceError::lookup)?;
        let path = self.0.advice().merkle_path(root, depth, index)?;
        if path.len() == usize::from(depth) {
            return Ok(path);
        }
        let got = path.len();
        Err(AdviceError::Provider {
            message: alloc::format!("the path of a node at depth {depth} has {got} siblings"),
        })
    }

    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: Felt,
        index: Felt,
        value: &Digest,
    ) -> Result<(), AdviceError> {
        let (depth, index) = depth_and_index(depth, index).map_err(AdviceError::update)?;
        self.0.advice().merkle_set(root, depth, index, value).map(drop)
    }

    fn inject(&mut self, injector: AdviceInjector, state: &dyn ProcessState) -> Result<(), AdviceError> {
        inject(injector, state, self.0.advice())
    }

    fn emit(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), HostError> {
        Ok(self.0.on_event(event, state)?)
    }

    fn debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        self.0.on_debug(site, command, state);
    }

    #[inline]
    fn permute(&mut self, state: &mut RescueState) {
        permute(state);
    }
}

/// A position in a tree: root, depth, index.
type TreePosition = (Digest, u8, u64);

/// The answers that enter a trace.
///
/// Values are kept in the order in which they were read. A position determines its path, so each path is kept once.
#[derive(Debug, Default)]
pub(crate) struct HostAnswers {
    values: Vec<Felt>,
    paths: BTreeMap<TreePosition, Vec<Digest>>,
    num_siblings: u64,
    permutations: Permutations,
}

impl HostAnswers {
    /// The permutations of the run.
    pub(crate) const fn permutations(&self) -> &Permutations {
        &self.permutations
    }

    /// The values that were read, in order; then the siblings on all paths, in the order of their positions.
    pub(crate) fn into_elements(self) -> Vec<Felt> {
        let Self { values: mut elements, paths, .. } = self;
        elements.extend(paths.values().flatten().flat_map(|sibling| *sibling.elements()));
        elements
    }

    /// Number of siblings on distinct paths; the trace needs a row for each of them.
    pub(crate) const fn num_siblings(&self) -> u64 {
        self.num_siblings
    }
}

/// Asks another oracle and records its answers.
pub(crate) struct RecordingOracle<O> {
    oracle: O,
    answers: HostAnswers,
}

impl<O> RecordingOracle<O> {
    pub(crate) fn new(oracle: O) -> Self {
        Self { oracle, answers: HostAnswers::default() }
    }

    pub(crate) fn into_answers(self) -> HostAnswers {
        self.answers
    }
}

impl<O: Oracle> Oracle for RecordingOracle<O> {
    #[inline]
    fn read(&mut self) -> Result<Felt, AdviceError> {
        let value = self.oracle.read()?;
        self.answers.values.push(value);
        Ok(value)
    }

    #[inline]
    fn read_word(&mut self) -> Result<Word, AdviceError> {
        let word = self.oracle.read_word()?;
        self.answers.values.extend(word);
        Ok(word)
    }

    #[inline]
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        let words = self.oracle.read_two_words()?;
        self.answers.values.extend(words.as_flattened());
        Ok(words)
    }

    fn merkle_path(&mut self, root: &Digest, depth: Felt, index: Felt) -> Result<Vec<Digest>, AdviceError> {
        let (d, i) = depth_and_index(depth, index).map_err(AdviceError::lookup)?;
        let paths = &mut self.answers.paths;
        if let Some(path) = paths.get(&(*root, d, i)) {
            return Ok(path.clone());
        }
        let path = self.oracle.merkle_path(root, depth, index)?;
        self.answers.num_siblings += path.len() as u64;
        // A trace cannot have more rows, so the answers will not be needed.
        if self.answers.num_siblings <= 1 << MAX_TRACE_LOG2 {
            paths.insert((*root, d, i), path.clone());
        }
        Ok(path)
    }

    fn merkle_set(
        &mut self,
        root: &Digest,
        depth: Felt,
        index: Felt,
        value: &Digest,
    ) -> Result<(), AdviceError> {
        self.oracle.merkle_set(root, depth, index, value)
    }

    fn inject(&mut self, injector: AdviceInjector, state: &dyn ProcessState) -> Result<(), AdviceError> {
        self.oracle.inject(injector, state)
    }

    fn emit(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), HostError> {
        self.oracle.emit(event, state)
    }

    fn debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        self.oracle.debug(site, command, state);
    }

    fn permute(&mut self, state: &mut RescueState) {
        self.answers.permutations.record(state);
    }
}

/// The invariant of a replay.
const RECORDED: &str = "the second run makes the requests of the first, up to the one that failed";

/// Replays recorded answers to the same requests. Requests that only change the host have no effect.
///
/// Panics on any other request.
pub(crate) struct ReplayOracle<'a> {
    answers: &'a HostAnswers,
    next: usize,
}

impl<'a> ReplayOracle<'a> {
    pub(crate) const fn new(answers: &'a HostAnswers) -> Self {
        Self { answers, next: 0 }
    }

    /// Whether all recorded values have been read.
    pub(crate) fn is_used_up(&self) -> bool {
        self.next == self.answers.values.len()
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> [Felt; N] {
        let values = self.answers.values[self.next..].first_chunk().expect(RECORDED);
        self.next += N;
        *values
    }
}

impl Oracle for ReplayOracle<'_> {
    #[inline]
    fn read(&mut self) -> Result<Felt, AdviceError> {
        let [value] = self.take();
        Ok(value)
    }

    #[inline]
    fn read_word(&mut self) -> Result<Word, AdviceError> {
        Ok(self.take())
    }

    #[inline]
    fn read_two_words(&mut self) -> Result<[Word; 2], AdviceError> {
        let [a, b, c, d, e, f, g, h] = self.take();
        Ok([[a, b, c, d], [e, f, g, h]])
    }

    fn merkle_path(&mut self, root: &Digest, depth: Felt, index: Felt) -> Result<Vec<Digest>, AdviceError> {
        let (depth, index) = depth_and_index(depth, index).map_err(AdviceError::lookup)?;
        Ok(self.answers.paths.get(&(*root, depth, index)).expect(RECORDED).clone())
    }

    fn merkle_set(&mut self, _: &Digest, _: Felt, _: Felt, _: &Digest) -> Result<(), AdviceError> {
        Ok(())
    }

    fn inject(&mut self, _: AdviceInjector, _: &dyn ProcessState) -> Result<(), AdviceError> {
        Ok(())
    }

    fn emit(&mut self, _: u32, _: &dyn ProcessState) -> Result<(), HostError> {
        Ok(())
    }

    fn debug(&mut self, _: DebugSite, _: &DebugCommand, _: &dyn ProcessState) {}

    fn permute(&mut self, state: &mut RescueState) {
        self.answers.permutations.permute(state);
    }
}
