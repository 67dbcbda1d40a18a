use miden_core::program::DebugCommand;
use miden_processor::{DebugSite, EventError, Host, InMemoryAdvice, ProcessState, SavedAdvice};

use super::outputs::{self, OutputLog};

/// A host whose handlers are asked once: the effect of each event is recorded, and repeated in replays.
pub(super) struct EventLog {
    host: Box<dyn Host<Advice = InMemoryAdvice>>,
    outputs: OutputLog,
    events: Vec<Event>,
    /// Number of events that have been forgotten.
    forgotten: usize,
    /// Number of events before the current cycle.
    passed: usize,
}

/// The effect of an event.
#[derive(Debug)]
struct Event {
    /// The advice after the event.
    result: Result<SavedAdvice, EventError>,
    bytes: usize,
}

impl EventLog {
    pub(super) fn new(host: impl Host<Advice = InMemoryAdvice> + 'static) -> Self {
        Self {
            host: Box::new(host),
            outputs: OutputLog::default(),
            events: Vec::new(),
            forgotten: 0,
            passed: 0,
        }
    }

    /// Saves the state of the host.
    pub(super) fn save(&mut self, before: Option<&SavedHost>) -> SavedHost {
        let advice = self.host.advice().save(before.map(|before| &before.advice));
        SavedHost { advice, passed: self.passed, outputs: self.outputs.passed }
    }

    pub(super) fn restore(&mut self, saved: &SavedHost) {
        self.host.advice().restore(&saved.advice);
        (self.passed, self.outputs.passed) = (saved.passed, saved.outputs);
    }

    /// The outputs of debug commands.
    pub(super) const fn outputs(&self) -> &OutputLog {
        &self.outputs
    }

    /// Number of bytes that the recorded events take.
    pub(super) fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.bytes).sum()
    }

    /// Forgets the events before a saved state, which becomes the earliest.
    pub(super) fn forget_before(&mut self, saved: &SavedHost) {
        let count = saved.passed.saturating_sub(self.forgotten).min(self.events.len());
        self.events.drain(..count);
        self.forgotten += count;
    }

    pub(super) const fn has_events(&self) -> bool {
        !self.events.is_empty()
    }
}

impl Host for EventLog {
    type Advice = InMemoryAdvice;

    #[inline]
    fn advice(&mut self) -> &mut InMemoryAdvice {
        self.host.advice()
    }

    fn on_event(&mut self, event: u32, state: &dyn ProcessState) -> Result<(), EventError> {
        let number = self.passed - self.forgotten;
        if self.events.get(number).is_none() {
            let before = self.events.last().and_then(|event| event.result.as_ref().ok());
            let result = self.host.on_event(event, state).map(|()| self.host.advice().save(before));
            let bytes = size_of::<Event>() + result.as_ref().map_or(0, |saved| saved.bytes_beyond(before));
            self.events.push(Event { result, bytes });
        } else if let Some(Event { result: Ok(saved), .. }) = self.events.get(number) {
            self.host.advice().restore(saved);
        }
        self.passed += 1;
        match self.events.get(number) {
            Some(Event { result: Err(error), .. }) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn on_debug(&mut self, site: DebugSite, command: &DebugCommand, state: &dyn ProcessState) {
        if !outputs::has_output(command) {
            return;
        }
        let (outputs, advice) = (&mut self.outputs, self.host.advice());
        outputs.pass(state.clk(), site, || outputs::record(command, state, &mut advice.tape()));
    }
}

/// The saved state of a host.
#[derive(Clone, Debug)]
pub(super) struct SavedHost {
    advice: SavedAdvice,
    passed: usize,
    /// Number of outputs before the cycle.
    outputs: usize,
}

impl SavedHost {
    pub(super) fn bytes_beyond(&self, other: Option<&Self>) -> usize {
        self.advice.bytes_beyond(other.map(|other| &other.advice))
    }
}
