//! `std::math::secp256k1` and the modules below it, against `num-bigint` and `k256`.

use crate::support::Run;

mod base_field;
mod model;
mod montgomery;
mod points;
mod scalar_field;

pub(crate) use model::{Point, bytes, order, power, prime, uniform, words};

pub(crate) fn measured() -> Vec<Run> {
    [base_field::measured(), montgomery::measured(), points::measured(), scalar_field::measured()]
        .into_iter()
        .flatten()
        .collect()
}
