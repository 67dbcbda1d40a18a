//! Degrees of the constraints, as the interpreter derives them.

#[test]
fn no_constraint_exceeds_the_largest_degree() {
    for (label, degree) in miden_air::inspect::degrees() {
        assert!((1..=miden_air::MAX_DEGREE).contains(&degree.0), "{label} has degree {}", degree.0);
    }
}
