//! Degrees of the constraints, as the interpreter derives them.

#[test]
fn no_constraint_exceeds_degree_five() {
    for (label, degree) in miden_air::inspect::degrees() {
        assert!((1..=5).contains(&degree.0), "{label} has degree {}", degree.0);
    }
}
