//! `std::math::u256`.

use super::wide::Wide;
use crate::support::Run;

const U256: Wide = Wide::new(
    "std::math::u256",
    8,
    &[
        ("add_unsafe", "wrapping_add"),
        ("sub_unsafe", "wrapping_sub"),
        ("mul_unsafe", "wrapping_mul"),
        ("eq_unsafe", "eq"),
        ("iszero_unsafe", "eqz"),
    ],
);

pub(crate) fn measured() -> Vec<Run> {
    U256.measured()
}

#[test]
fn sums_differences_and_products_agree_with_integers() {
    U256.sums_differences_and_products_agree_with_integers();
}

#[test]
fn comparisons_agree_with_integers() {
    U256.comparisons_agree_with_integers();
}

#[test]
fn logic_agrees_with_integers() {
    U256.logic_agrees_with_integers();
}

#[test]
fn bit_counts_agree_with_integers() {
    U256.bit_counts_agree_with_integers();
}

#[test]
fn shifts_and_rotations_agree_with_integers() {
    U256.shifts_and_rotations_agree_with_integers();
}

#[test]
fn division_agrees_with_integers() {
    U256.division_agrees_with_integers();
}

#[test]
fn quotient_digits_are_corrected() {
    U256.quotient_digits_are_corrected();
}

#[test]
fn division_by_zero_fails() {
    U256.division_by_zero_fails();
}
