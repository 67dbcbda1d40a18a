//! `std::math::u128`.

use super::wide::Wide;
use crate::support::Run;

const U128: Wide = Wide::new("std::math::u128", 4, &[]);

pub(crate) fn measured() -> Vec<Run> {
    U128.measured()
}

#[test]
fn sums_differences_and_products_are_those_of_integers() {
    U128.sums_differences_and_products_are_those_of_integers();
}

#[test]
fn comparisons_are_those_of_integers() {
    U128.comparisons_are_those_of_integers();
}

#[test]
fn logic_is_that_of_integers() {
    U128.logic_is_that_of_integers();
}

#[test]
fn bits_are_counted_as_in_integers() {
    U128.bits_are_counted_as_in_integers();
}

#[test]
fn shifts_and_rotations_are_those_of_integers() {
    U128.shifts_and_rotations_are_those_of_integers();
}

#[test]
fn divisions_are_those_of_integers() {
    U128.divisions_are_those_of_integers();
}

#[test]
fn digits_of_quotients_are_corrected() {
    U128.digits_of_quotients_are_corrected();
}

#[test]
fn nothing_is_divided_by_zero() {
    U128.nothing_is_divided_by_zero();
}
