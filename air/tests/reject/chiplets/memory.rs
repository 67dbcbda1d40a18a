use miden_core::{
    Felt,
    field::FieldElement,
    trace::{
        Column,
        chiplets::memory::{
            ADDRESS, CONTEXT, ELEMENT, FIRST, FIRST_OF_CONTEXT, HIGH_LIMB, LOW_LIMB, MESSAGE, NUMERATORS,
            REST, ROW, WRITE,
        },
    },
};

use crate::{
    Cases, MINUS_ONE, SQRT_2,
    common::{Row, Section, TestFrame, Trace, felt, next, now},
};

pub(super) fn reject(cases: &mut Cases, trace: &Trace) {
    flags(cases, trace);
    order(cases, trace);
    values(cases, trace);
}

/// The frame whose current row is the first access that satisfies `accept`.
fn access(trace: &Trace, accept: impl Fn(&Row) -> bool) -> TestFrame {
    let mut rows = trace.section(Section::Memory).into_iter();
    trace.frame(rows.find(|&row| accept(&trace.rows[row])).expect("such an access")).holds()
}

/// The frame whose next row is the first access that satisfies `accept`.
fn before(trace: &Trace, accept: impl Fn(&Row) -> bool) -> TestFrame {
    let mut rows = trace.section(Section::Memory).into_iter().skip(1);
    trace.frame(rows.find(|&row| accept(&trace.rows[row])).expect("such an access") - 1).holds()
}

fn is(row: &Row, column: Column) -> bool {
    row[column.at(0)] == Felt::ONE
}

fn flags(cases: &mut Cases, trace: &Trace) {
    let without_rest = |row: &Row| REST.range().all(|column| row[column] == Felt::ZERO);
    let frames = [
        (WRITE, access(trace, |_| true)),
        (ELEMENT, access(trace, without_rest)),
        (FIRST, access(trace, |row| !is(row, FIRST_OF_CONTEXT))),
        (FIRST_OF_CONTEXT, access(trace, |row| is(row, FIRST))),
    ];
    for (i, (column, frame)) in frames.into_iter().enumerate() {
        for value in [2, MINUS_ONE, SQRT_2] {
            let forged = frame.clone().set(now(column, 0), felt(value));
            cases.only("flag", &forged, &[&format!("memory.flag[{i}]")]);
        }
    }
    let again = access(trace, |row| !is(row, FIRST)).set(now(FIRST_OF_CONTEXT, 0), Felt::ONE);
    cases.only("first of the context only", &again, &["memory.first_of_context"]);
    for frame in [access(trace, |row| is(row, ELEMENT)), access(trace, |row| !is(row, ELEMENT))] {
        for i in 1..MESSAGE.width() {
            let label = format!("memory.message[{i}]");
            cases.only("message", &frame.clone().bump(now(MESSAGE, i)), &[&label]);
        }
        for i in 0..NUMERATORS.width() {
            let label = format!("memory.numerator[{}]", i + 1);
            cases.only("two responses", &frame.clone().bump(now(NUMERATORS, i)), &[&label]);
            cases.only("no response", &frame.clone().set(now(NUMERATORS, i), Felt::ZERO), &[&label]);
        }
    }
}

fn order(cases: &mut Cases, trace: &Trace) {
    let begins = trace.frame(trace.section(Section::Memory)[0] - 1).holds();
    let known = begins.clone().set(next(FIRST_OF_CONTEXT, 0), Felt::ZERO);
    cases.only("not the first", &known, &["memory.begins"]);
    for (i, limb) in [LOW_LIMB, HIGH_LIMB].into_iter().enumerate() {
        let label = format!("memory.begins_limb[{i}]");
        cases.only("limb", &begins.clone().bump(next(limb, 0)), &[&label]);
    }
    let same = before(trace, |row| !is(row, FIRST));
    let other_address = before(trace, |row| is(row, FIRST) && !is(row, FIRST_OF_CONTEXT));
    let other_context = before(trace, |row| is(row, FIRST_OF_CONTEXT));
    for frame in [&same, &other_address] {
        cases.only("context", &frame.clone().bump(next(CONTEXT, 0)), &["memory.same_context"]);
    }
    cases.only("address", &same.clone().bump(next(ADDRESS, 0)), &["memory.same_address"]);
    for (frame, key) in [(same, ROW), (other_address, ADDRESS), (other_context, CONTEXT)] {
        for forged in [next(key, 0), next(LOW_LIMB, 0), next(HIGH_LIMB, 0)] {
            cases.only("order", &frame.clone().bump(forged), &["memory.order"]);
        }
    }
}

fn values(cases: &mut Cases, trace: &Trace) {
    let cell = |i: usize| if i == 0 { next(MESSAGE, 0) } else { next(REST, i - 1) };
    let at_first = before(trace, |row| is(row, FIRST) && !is(row, WRITE));
    let read = before(trace, |row| !is(row, FIRST) && !is(row, WRITE) && !is(row, ELEMENT));
    let read_element = before(trace, |row| !is(row, FIRST) && !is(row, WRITE) && is(row, ELEMENT));
    for frame in [at_first, read, read_element] {
        for i in 0..4 {
            cases.only("read", &frame.clone().bump(cell(i)), &[&format!("memory.keeps[{i}]")]);
        }
    }
    for first in [false, true] {
        let written = before(trace, |row| is(row, WRITE) && is(row, ELEMENT) && is(row, FIRST) == first);
        for i in 1..4 {
            cases.only("rest", &written.clone().bump(cell(i)), &[&format!("memory.keeps[{i}]")]);
        }
    }
}
