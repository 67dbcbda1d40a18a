use alloc::string::ToString;

use super::*;

#[test]
fn equal_statements_do_not_differ() {
    assert!(fault().differences(&fault()).is_empty());
}

#[test]
fn each_part_that_differs_is_named() {
    let parts = [Difference::Program { got: digest(9), expected: digest(7) }];
    let mut differences = fault().differences(&success()).into_iter();
    assert_eq!(differences.next(), parts.first().copied());
    assert_eq!(differences.next(), Some(Difference::ExtraProcedure { procedure: digest(1) }));
    assert_eq!(
        differences.next(),
        Some(Difference::Depth { stack: StackName::Inputs, got: 17, expected: 16 })
    );
    let item = differences.next().unwrap();
    assert_eq!(
        item.to_string(),
        "item 0 of the final stack, counted from 0 at the top, is 18446744069414584320, expected 8"
    );
    assert!(matches!(differences.next(), Some(Difference::Outcome { expected: Outcome::Success, .. })));
    let limit = differences.next().unwrap();
    assert_eq!(
        limit.to_string(),
        "the statement has a limit of 18446744073709551615 cycles, expected no cycle limit"
    );
    assert_eq!(differences.next(), None);
    let missing = success().kernel.difference(&fault().kernel);
    assert_eq!(missing, Some(Difference::MissingProcedure { procedure: digest(1) }));
}

#[test]
fn items_are_counted_from_the_top() {
    let inputs = |items: &[u64]| StackInputs::from_ints(items).unwrap();
    let difference = inputs(&[1, 2, 3]).difference(&inputs(&[1, 7, 3]));
    let [got, expected] = [2, 7].map(Felt::new);
    assert_eq!(difference, Some(Difference::Item { stack: StackName::Inputs, position: 1, got, expected }));
}

proptest! {
    #[test]
    fn statements_differ_if_a_part_does(a in any_statement(), b in any_statement()) {
        prop_assert_eq!(a == b, a.differences(&b).is_empty());
        let swaps: [fn(&mut Statement, &Statement); 6] = [
            |a, b| a.program = b.program,
            |a, b| a.kernel = b.kernel.clone(),
            |a, b| a.inputs = b.inputs.clone(),
            |a, b| a.outputs = b.outputs.clone(),
            |a, b| a.outcome = b.outcome,
            |a, b| a.cycle_limit = b.cycle_limit,
        ];
        for swap in swaps {
            let mut other = a.clone();
            swap(&mut other, &b);
            prop_assert_eq!(other.differences(&a).len(), usize::from(other != a));
        }
    }
}
