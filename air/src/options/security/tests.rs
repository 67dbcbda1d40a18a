use alloc::{format, string::String, vec::Vec};

use super::*;
use crate::ParameterSet;

fn header(set: ParameterSet, rows_log2: u32) -> ProofHeader {
    ProofHeader::new(set, rows_log2 as u8).unwrap()
}

/// Whether each round has half a bit more than the promise; collisions of hashes have what is promised.
fn keeps_promise(set: ParameterSet, report: &SecurityReport) -> bool {
    let promise = set.promise();
    let covers = |bits: fn(&RoundSecurity) -> Bits, promised: u32| {
        report.rounds().all(|round| match round.round {
            Round::Hash => bits(&round) >= Bits::new(promised),
            _ => promised == 0 || bits(&round) >= Bits::halves(2 * promised + 1),
        })
    };
    covers(|round| round.conjectured, promise.conjectured)
        && covers(|round| round.list_decoding, promise.proven)
}

#[test]
fn every_accepted_trace_length_keeps_half_a_bit_more_than_promised() {
    for set in ParameterSet::ALL {
        let (min, max) = set.trace_log2_range();
        for rows_log2 in min..=max {
            let report = SecurityReport::new(header(set, rows_log2));
            assert!(
                keeps_promise(set, &report),
                "{set} with 2^{rows_log2} rows: {:?}",
                report.rounds().collect::<Vec<_>>()
            );
            assert!(report.level().covers(set.promise()));
        }
    }
}

#[test]
fn longer_traces_would_break_the_promise_or_need_a_larger_domain() {
    for set in ParameterSet::ALL {
        let (_, max) = set.trace_log2_range();
        let mut report = SecurityReport::new(header(set, max));
        report.parameters.rows_log2 += 1;
        report.list_decoding = best_list_decoding(&report.parameters);
        let domain_log2 = report.parameters.rows_log2 + report.parameters.blowup_log2;
        assert!(domain_log2 == 32 || !keeps_promise(set, &report), "{set}");
    }
}

#[test]
fn promises_do_not_understate() {
    for set in ParameterSet::ALL {
        let (promise, level) = (set.promise(), SecurityReport::new(header(set, 20)).level());
        match promise {
            SecurityLevel { conjectured: 0, proven } => {
                assert!((proven..proven + 2).contains(&level.proven), "{set}: {level}");
            }
            SecurityLevel { conjectured, .. } => assert_eq!(level.conjectured, conjectured, "{set}"),
        }
    }
}

/// One query less, or one bit of grinding less, breaks a promise: parameters are not larger than they have to be.
#[test]
fn no_set_has_a_query_or_a_bit_of_grinding_too_much() {
    for set in ParameterSet::ALL {
        let changes: [fn(&mut SecurityParameters); 2] =
            [|parameters| parameters.queries -= 1, |parameters| parameters.grinding -= 1];
        for change in changes {
            let mut report = SecurityReport::new(header(set, set.trace_log2_range().1));
            change(&mut report.parameters);
            report.list_decoding = best_list_decoding(&report.parameters);
            assert!(!keeps_promise(set, &report), "{set}");
        }
    }
}

/// The independent implementation in `scripts/security-levels`.
#[test]
fn the_levels_are_those_of_an_independent_implementation() {
    let mut names = Vec::new();
    for line in include_str!("levels.txt").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [set, rows_log2, round, expected @ ..] = &fields[..] else { panic!("{line}") };
        let set: ParameterSet = set.parse().unwrap();
        let report = SecurityReport::new(header(set, rows_log2.parse().unwrap()));
        let rounds: Vec<(String, RoundSecurity)> =
            report.rounds().map(|round| (format!("{}", round.round), round)).collect();
        let ours = &rounds.iter().find(|(name, _)| name.replace(' ', "-") == *round).expect(line).1;
        let m: u32 = expected[3].parse().unwrap();
        let of_list = report.parameters.round(ours.round, Regime::ListDecoding { m });
        let bits = [ours.conjectured, ours.unique_decoding, of_list];
        for (ours, expected) in bits.into_iter().zip(expected) {
            let (ours, expected): (f64, f64) = (ours.units() as f64 / 65536.0, expected.parse().unwrap());
            // Rounded down, and never by more than a hundredth of a bit.
            assert!(ours <= expected + 1e-6 && ours > expected - 0.01, "{line}: {ours}");
        }
        // Rounding may move it a little.
        let Regime::ListDecoding { m: ours } = report.list_decoding else { panic!("{line}") };
        assert!(ours.abs_diff(m) <= 1 + m / 500, "{line}: {ours}");
        if *round == "bus" {
            names.push((set, rounds.len()));
        }
    }
    assert_eq!(names.len(), 3 * ParameterSet::ALL.len(), "three lengths of each set");
    let lines = include_str!("levels.txt").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lines, names.iter().map(|(_, rounds)| rounds).sum::<usize>(), "every round");
}
