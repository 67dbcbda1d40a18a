use alloc::{string::ToString, vec::Vec};

use super::*;
use crate::host::{AdviceError, AdviceProvider, DefaultHost, EventError, HandlerError, Host};

#[test]
fn a_handler_sees_the_machine_and_changes_the_advice() {
    let mut seen = Vec::new();
    let mut machine = Machine::new(&[4, 3, 2, 1]);
    machine.memory.insert(9, [6; 4].map(Felt::new));
    let mut host = DefaultHost::new(advice());
    host.register(5, |state, advice| {
        seen.push((state.clk(), state.ctx(), state.fmp().as_int(), state.depth()));
        let memory = state.memory(state.ctx(), 9);
        Ok(advice.push_front(&[&state.word(0)[..], &memory].concat())?)
    });
    host.on_event(5, &machine).unwrap();
    assert_eq!(host.advice().read_word(), Ok([1, 2, 3, 4].map(Felt::new)));
    assert_eq!(tape(&host.into_advice()), [6, 6, 6, 6, 1, 2, 3]);
    assert_eq!(seen, [(17, 3, 1 << 30, 16)]);
}

#[test]
fn a_later_handler_replaces_an_earlier_one() {
    let mut host = DefaultHost::new(advice());
    host.register(0, |_, _| Err("first".into()));
    host.register(0, |_, advice| Ok(advice.push_front(&[Felt::ONE])?));
    host.on_event(0, &Machine::default()).unwrap();
    assert_eq!(tape(&host.into_advice()), [1, 1, 2, 3]);
}

#[test]
fn an_unknown_event_is_an_error() {
    let mut host = DefaultHost::new(advice());
    host.register(5, |_, _| Ok(()));
    let error = host.on_event(6, &Machine::default()).unwrap_err();
    assert_eq!((&error, error.kind()), (&EventError::NoHandler { event: 6 }, "EventHandlerNotFound"));
    assert!(error.to_string().contains("event 6 has no handler"), "{error}");
}

#[test]
fn a_failing_handler_reports_its_reason() {
    let mut host = DefaultHost::new(advice());
    host.register(1, |_, _| Err("the oracle sleeps".into()));
    host.register(2, |_, advice| Ok(advice.read_word().map(drop)?));
    let error = host.on_event(1, &Machine::default()).unwrap_err();
    assert_eq!(error.to_string(), "the handler of event 1 failed: the oracle sleeps");
    let error = host.on_event(2, &Machine::default()).unwrap_err();
    let reason = HandlerError::Advice(AdviceError::TapeReadFailed { needed: 4, left: 3 });
    assert_eq!(error, EventError::HandlerFailed { event: 2, reason });
}
