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
fn sums_differences_and_products_are_those_of_integers() {
    U256.sums_differences_and_products_are_those_of_integers();
}

#[test]
fn comparisons_are_those_of_integers() {
    U256.comparisons_are_those_of_integers();
}

#[test]
fn logic_is_that_of_integers() {
    U256.logic_is_that_of_integers();
}

#[test]
fn bits_are_counted_as_in_integers() {
    U256.bits_are_counted_as_in_integers();
}

#[test]
fn shifts_and_rotations_are_those_of_integers() {
    U256.shifts_and_rotations_are_those_of_integers();
}

#[test]
fn divisions_are_those_of_integers() {
    U256.divisions_are_those_of_integers();
}

#[test]
fn digits_of_quotients_are_corrected() {
    U256.digits_of_quotients_are_corrected();
}

#[test]
fn nothing_is_divided_by_zero() {
    U256.nothing_is_divided_by_zero();
}
