//! `std::math::u128`.

use super::wide::Wide;
use crate::support::Run;

const U128: Wide = Wide::new("std::math::u128", 4, &[]);

pub(crate) fn measured() -> Vec<Run> {
    U128.measured()
}

#[test]
fn sums_differences_and_products_agree_with_integers() {
    U128.sums_differences_and_products_agree_with_integers();
}

#[test]
fn comparisons_agree_with_integers() {
    U128.comparisons_agree_with_integers();
}

#[test]
fn logic_agrees_with_integers() {
    U128.logic_agrees_with_integers();
}

#[test]
fn bit_counts_agree_with_integers() {
    U128.bit_counts_agree_with_integers();
}

#[test]
fn shifts_and_rotations_agree_with_integers() {
    U128.shifts_and_rotations_agree_with_integers();
}

#[test]
fn division_agrees_with_integers() {
    U128.division_agrees_with_integers();
}

#[test]
fn quotient_digits_are_corrected() {
    U128.quotient_digits_are_corrected();
}

#[test]
fn division_by_zero_fails() {
    U128.division_by_zero_fails();
}
