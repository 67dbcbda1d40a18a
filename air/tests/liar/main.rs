//! A prover that lies about one or two steps of a random program, and is consistent in everything else.
//!
//! [`machine`] builds a trace on its own, without the processor: it executes a program row by row and lies where it is
//! told to, in one of the ways listed in [`kind`]. After a lie it continues from what it has claimed: the later rows,
//! the entries of the lists, the responses of the chiplets, the range list and all multiplicities are those that an
//! execution with this lie would have, so nothing but the lie itself can be noticed. A step that fails, because of a
//! lie or because the program contains one on purpose, is executed as if it had succeeded; that is a lie, too.
//!
//! What the check of all constraints, fixed cells and messages accepts must have happened: the processor executes the
//! program with the advice that the liar claims to have read, and must produce the same rows and the same statement.
//! Some changes are accepted because they are not lies: other advice, a store that no load notices, two equal
//! items that change places. Without lies the rows are those of the processor, so the harness is not fooled by a
//! trace that is broken anyway.
//!
//! In [`stops`] the execution with the lie does not come to its end: a step after the lie fails or reaches the limit,
//! as the statement says.
//!
//! This shows that no such lie is accepted on the programs and places that were tried, and that the rules do not
//! depend on a prover that uses our processor. It does not show that other lies do not exist: false claims of faults are
//! the subject of `air/tests/forge/faults`, false chiplet rows of `air/tests/forge/chiplets`, single cells of
//! `air/tests/mutate.rs`.

mod between;
mod chiplets;
#[path = "../common/mod.rs"]
mod common;
mod helpers;
mod kind;
mod machine;
mod operations;
mod program;
mod range;
mod rng;
mod stops;
mod told;

use std::{collections::BTreeMap, env, panic::resume_unwind, thread};

use kind::Kind;
use machine::execute;
use miden_core::{
    AdviceInputs, ProgramInputs,
    trace::{
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HI, LO, POSITION},
        stack::{OVERFLOW_POP, S},
        system::{ADV, CLK},
    },
};
use miden_processor::{ExecutionOptions, Executor};
use program::Case;
use rng::Rng;
use told::Told;

/// Programs to try until a lie finds its place.
const MAX_ATTEMPTS: usize = 2000;

/// The step before which a lie is told, if it finds its place there. Later attempts lie early, where more steps are left;
/// for lies that only steps in the middle have a place for, the last ones lie anywhere.
const fn latest(attempt: usize) -> usize {
    match attempt {
        0..28 => 200 >> (attempt / 4),
        28..400 => 1,
        _ => 200 >> (attempt % 8),
    }
}

/// How often lies of a kind were rejected and accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Verdicts {
    rejected: usize,
    accepted: usize,
}

/// The verdicts by kind, and how often a rule was the only one that a lie broke.
#[derive(Default)]
struct Counts {
    kinds: BTreeMap<Kind, Verdicts>,
    lone_rules: BTreeMap<String, usize>,
}

impl Counts {
    fn add(&mut self, other: Self) {
        for (kind, Verdicts { rejected, accepted }) in other.kinds {
            let verdicts = self.kinds.entry(kind).or_default();
            verdicts.rejected += rejected;
            verdicts.accepted += accepted;
        }
        for (rule, count) in other.lone_rules {
            *self.lone_rules.entry(rule).or_default() += count;
        }
    }

    /// Counts the verdict on a lie of this kind; what is accepted must have happened.
    fn count(&mut self, kind: Kind, case: &Case, told: &Told, context: &str) {
        let violations = told.trace.violations();
        let verdicts = self.kinds.entry(kind).or_default();
        if violations.is_empty() {
            assert_happened(case, told, context);
            verdicts.accepted += 1;
        } else if told.lies.len() == 1 {
            verdicts.rejected += 1;
        }
        let mut rules = violations.into_iter();
        if let (Some(rule), None) = (rules.next(), rules.next()) {
            *self.lone_rules.entry(rule).or_default() += 1;
        }
    }
}

/// Asserts that the processor, given the advice that was read, executes the same rows.
fn assert_happened(case: &Case, told: &Told, context: &str) {
    let Told { trace, read, .. } = told;
    let kinds = told.kinds();
    let advice = AdviceInputs::new(read.clone()).with_merkle_store(case.advice.merkle_store().clone());
    let inputs = ProgramInputs { stack: trace.statement.inputs.clone(), advice };
    let options = ExecutionOptions::default().with_cycle_limit(trace.statement.cycle_limit);
    let honest = Executor::new(&case.program).with_inputs(inputs.clone()).with_options(options).trace();
    let honest = honest.unwrap_or_else(|error| panic!("{context}: accepted with {kinds:?}, but {error}"));
    let statement = honest.statement(&case.program, &inputs.stack);
    assert_eq!(statement, trace.statement, "{context}: accepted with {kinds:?}");
    // The addresses of permutations and the multiplicities, which this prover chooses in its own way, are left out.
    let groups = [
        CLK.start()..ADV.end(),
        HI.start()..LO.end(),
        GROUPS.range(),
        POSITION.start()..POSITION.at(1),
        CONTINUATION.range(),
        GROUP_END.range(),
        DONE.range(),
        S.start()..OVERFLOW_POP.end(),
    ];
    for column in groups.into_iter().flatten() {
        for (row, cells) in trace.rows.iter().enumerate().take(honest.num_rows()) {
            let expected = honest.cell(column, row);
            assert_eq!(cells[column], expected, "{context}: {kinds:?}, column {column}, row {row}");
        }
    }
}

/// Tells the lie of this number, with another one at times, and counts the verdict.
fn tell(number: usize, counts: &mut Counts) {
    let mut rng = Rng::new(number as u64 + 1);
    let kind = Kind::ALL[number % Kind::ALL.len()];
    let told = (0..MAX_ATTEMPTS).find_map(|attempt| {
        let seed = rng.next();
        let case = Case::new(seed, kind.needs_failure());
        let mut lies = Vec::new();
        if !kind.needs_failure() {
            lies.push((rng.below(latest(attempt)), kind));
        }
        if rng.one_in(3) {
            lies.push((rng.below(100), rng.pick(Kind::ALL)));
        }
        let told = execute(&case, &lies, rng.next())?;
        told.kinds().contains(&kind).then_some((case, told, seed))
    });
    let (case, told, seed) = told.unwrap_or_else(|| panic!("no place for {kind:?}, lie {number}"));
    counts.count(kind, &case, &told, &format!("lie {number}, program {seed}"));
}

/// Tells this many lies on two threads.
fn tell_all(count: usize, tell: fn(usize, &mut Counts)) -> Counts {
    let shards = [0, 1].map(|shard| {
        move || {
            let mut counts = Counts::default();
            (shard..count).step_by(2).for_each(|number| tell(number, &mut counts));
            counts
        }
    });
    let counts = thread::scope(|scope| {
        let threads = shards.map(|shard| scope.spawn(shard));
        threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let mut sum = Counts::default();
    counts.into_iter().for_each(|counts| sum.add(counts));
    sum
}

/// Asserts that lies of each kind were rejected alone, except advice, and of the kinds that have `no_effect`.
#[expect(clippy::print_stdout, reason = "shows the counts with --nocapture")]
fn assert_rejected(Counts { kinds, lone_rules }: &Counts, no_effect: &[Kind]) {
    println!("rules that rejected a lie alone: {lone_rules:?}");
    for &kind in Kind::ALL {
        let verdicts = kinds.get(&kind).copied().unwrap_or_default();
        println!("{kind:?}: {verdicts:?}");
        match kind {
            Kind::AdviceChanged => assert!(verdicts.accepted > 0, "other advice is rejected"),
            _ if no_effect.contains(&kind) => {}
            _ => assert!(verdicts.rejected > 0, "no {kind:?} alone was rejected"),
        }
    }
}

fn is_slow() -> bool {
    env::var_os("SLOW_TESTS").is_some()
}

#[test]
fn without_lies_the_rows_are_those_of_the_processor() {
    for seed in 0..50 {
        let case = Case::new(seed, false);
        let told = execute(&case, &[], 0).expect("an execution that ends");
        assert_eq!(told.kinds(), [], "program {seed}");
        assert_eq!(told.trace.violations(), [].into(), "program {seed}");
        assert_happened(&case, &told, &format!("program {seed}"));
    }
}

#[test]
fn what_is_accepted_has_happened() {
    let counts = tell_all(if is_slow() { 20_000 } else { 1_000 }, tell);
    assert_rejected(&counts, &[]);
}
