use alloc::{collections::BTreeSet, string::ToString, vec::Vec};

use miden_core::trace::WIDTH;
use winter_air::TraceInfo;

use super::*;

fn lengths(set: ParameterSet) -> impl Iterator<Item = usize> {
    let (min, max) = set.trace_log2_range();
    (min..=max).map(|log2| 1 << log2)
}

#[test]
fn every_accepted_trace_length_reaches_the_promise() {
    for set in ParameterSet::ALL {
        for rows in lengths(set) {
            // More constraints and columns than the machine will ever have.
            for num_constraints in [1, 400, 5000] {
                let trace = TraceInfo::new_multi_segment(WIDTH, 16, 8, rows, Vec::new());
                let level = SecurityLevel::new(set, &trace, num_constraints);
                assert!(level.covers(set.promise()), "{set} with {rows} rows gives {level}");
            }
        }
    }
}

#[test]
fn longer_traces_would_weaken_the_bus_below_the_promise() {
    assert_eq!(ParameterSet::Fast96.trace_log2_range().1, 27);
    let trace = TraceInfo::new_multi_segment(WIDTH, 16, 8, 1 << 28, Vec::new());
    assert_eq!(SecurityLevel::new(ParameterSet::Fast96, &trace, 400).conjectured, 95);
}

#[test]
fn a_promise_is_not_an_understatement() {
    let trace = TraceInfo::new_multi_segment(WIDTH, 8, 4, 1 << 20, Vec::new());
    for set in ParameterSet::ALL {
        let level = SecurityLevel::new(set, &trace, 400);
        match set {
            ParameterSet::Proven100 => assert!((100..104).contains(&level.proven), "{level}"),
            _ => assert_eq!(level.conjectured, set.promise().conjectured, "{set}"),
        }
    }
}

#[test]
fn fri_ends_with_a_remainder_for_every_accepted_trace_length() {
    for set in ParameterSet::ALL {
        let options = set.proof_options();
        let fri = options.to_fri_options();
        for rows in lengths(set) {
            let num_layers = fri.num_fri_layers(rows * options.blowup_factor());
            let divisor = fri.folding_factor().pow(u32::try_from(num_layers).unwrap());
            assert_eq!(rows % divisor, 0, "{set}: {rows} rows cannot be folded {num_layers} times");
            assert!(rows / divisor <= fri.remainder_max_degree() + 1);
        }
    }
}

#[test]
fn domains_have_fewer_than_two_to_the_32_points() {
    for set in ParameterSet::ALL {
        let (_, max) = set.trace_log2_range();
        assert!(max + set.proof_options().blowup_factor().ilog2() < 32, "{set}");
    }
}

#[test]
fn names_and_numbers_are_unique_and_read_back() {
    for set in ParameterSet::ALL {
        assert_eq!(set.to_string().parse(), Ok(set));
        assert_eq!(ParameterSet::from_id(set.id()), Some(set));
    }
    let names: BTreeSet<_> = ParameterSet::ALL.map(ParameterSet::name).into();
    let ids: BTreeSet<_> = ParameterSet::ALL.map(ParameterSet::id).into();
    assert_eq!((names.len(), ids.len()), (ParameterSet::ALL.len(), ParameterSet::ALL.len()));
    assert_eq!("fast96".parse::<ParameterSet>(), Err(UnknownParameterSet));
    assert_eq!(ParameterSet::from_id(0), None);
}

#[test]
fn an_unknown_name_is_answered_with_all_names() {
    let message = UnknownParameterSet.to_string();
    for set in ParameterSet::ALL {
        assert!(message.contains(set.name()), "{set} is missing");
    }
}

#[test]
fn grinding_takes_at_most_two_to_the_20_hashes() {
    assert!(ParameterSet::ALL.iter().all(|set| set.proof_options().grinding_factor() <= 20));
}
