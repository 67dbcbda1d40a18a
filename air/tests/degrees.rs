//! Degrees of the constraints, as the interpreter derives them.

/// `MidenAir` declares the largest degree for all constraints.
#[test]
fn the_largest_degree_is_that_of_a_constraint_and_no_other_exceeds_it() {
    let degrees = miden_air::inspect::degrees();
    assert_eq!(degrees.iter().map(|(_, degree)| degree.0).max(), Some(miden_air::MAX_DEGREE));
    for (label, degree) in degrees {
        assert!(degree.0 >= 1, "{label} is constant");
    }
}
