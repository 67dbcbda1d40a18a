use alloc::{collections::BTreeSet, format, string::ToString, vec::Vec};

use expect_test::expect_file;
use miden_core::{Felt, field::FieldElement, trace::WIDTH};
use winter_air::TraceInfo;
use winter_crypto::{ElementHasher, Hasher};
use winter_utils::Serializable;

use super::*;

fn lengths(set: ParameterSet) -> impl Iterator<Item = usize> {
    let (min, max) = set.trace_log2_range();
    (min..=max).map(|log2| 1 << log2)
}

#[test]
fn every_accepted_trace_length_reaches_the_promise() {
    for set in ParameterSet::ALL {
        for rows in lengths(set) {
            // Up to more constraints and columns than the machine will ever have.
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
fn promises_do_not_understate() {
    let trace = TraceInfo::new_multi_segment(WIDTH, 8, 4, 1 << 20, Vec::new());
    for set in ParameterSet::ALL {
        let level = SecurityLevel::new(set, &trace, 400);
        match set.promise() {
            SecurityLevel { conjectured: 0, proven } => {
                assert!((proven..proven + 4).contains(&level.proven), "{set}: {level}");
            }
            promise => assert_eq!(level.conjectured, promise.conjectured, "{set}"),
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
fn the_error_for_an_unknown_name_lists_all_names() {
    let message = UnknownParameterSet.to_string();
    for set in ParameterSet::ALL {
        assert!(message.contains(set.name()), "{set} is missing");
    }
}

#[test]
fn grinding_takes_at_most_two_to_the_20_hashes() {
    assert!(ParameterSet::ALL.iter().all(|set| set.proof_options().grinding_factor() <= 20));
}

/// Length of a digest in bytes.
struct DigestBytes;

impl ProtocolVisitor for DigestBytes {
    type Output = usize;

    fn visit<H, E>(self) -> usize
    where
        H: ElementHasher<BaseField = Felt>,
        E: FieldElement<BaseField = Felt>,
    {
        <H as Hasher>::Digest::default().to_bytes().len()
    }
}

#[test]
fn the_page_of_parameter_sets_is_up_to_date() {
    let mut page = "# Parameter sets\n\n\
        This page is written by `air/src/options/tests.rs`; `UPDATE_EXPECT=1` renews it.\n\n\
        | Set | Choose it for |\n|---|---|\n"
        .to_string();
    for set in ParameterSet::ALL {
        let default = if set == ParameterSet::default() { " This is the default." } else { "" };
        page += &format!("| `{set}` | {}{default} |\n", set.purpose());
    }
    page += "\n*Number* identifies the set in the header of a proof, *Extension* is the degree of the field that \
        challenges are drawn from, *Digest* a length in bytes, *Rows* the length of the trace.\n\n\
        | Set | Number | Blow-up | Queries | Grinding | Extension | Digest | Rows | Promised bits |\n\
        |---|---|---|---|---|---|---|---|---|\n";
    for set in ParameterSet::ALL {
        let options = set.proof_options();
        let numbers = [
            set.id().into(),
            options.blowup_factor(),
            options.num_queries(),
            options.grinding_factor() as usize,
            set.extension().degree() as usize,
            set.visit(DigestBytes),
        ];
        let (min, max) = set.trace_log2_range();
        let promise = match set.promise() {
            SecurityLevel { conjectured: 0, proven } => format!("{proven} proven"),
            SecurityLevel { conjectured, .. } => format!("{conjectured} conjectured"),
        };
        let numbers = numbers.map(|number| number.to_string()).join(" | ");
        page += &format!("| `{set}` | {numbers} | 2^{min} to 2^{max} | {promise} |\n");
    }
    expect_file!["../../../docs/src/generated/parameter-sets.md"].assert_eq(&page);
}
