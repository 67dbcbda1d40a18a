//! Each step against its definition, on polynomials with known coefficients.

use alloc::vec::Vec;

use miden_air::{MidenAir, ParameterSet, PublicInputs, proof::ProofShape, trace_info};
use miden_core::{
    Digest, Felt, Kernel, RescuePrime, StackInputs, StackOutputs, Statement,
    field::{FieldElement, StarkField},
};
use winter_air::Air;
use winter_crypto::{
    DefaultRandomCoin, RandomCoin,
    hashers::{Blake3_192, Blake3_256},
};
use winter_fri::folding::apply_drp;
use winter_math::{
    fft,
    fields::{CubeExtension, QuadExtension},
    polynom::eval,
};

use super::{
    chunks::chunks,
    deep::{Combined, deep_values},
    domain::Domain,
    extension::extend_values,
    fold::{FACTOR, fold},
    grinding::grind,
    low_degree::rows,
    out_of_domain::{OutOfDomain, combine_components, element},
    quotient::quotient_columns,
};
use crate::{
    commitment::RowHash,
    control::Control,
    randomness::Randomness,
    table::{Line, PANEL, Table},
    transform::reverse_bits,
};

/// More than one piece of work in each step.
const ROWS: usize = 1 << 13;

fn domain() -> Domain {
    Domain::new(ROWS, 8, Felt::GENERATOR)
}

/// Numbers without a pattern.
struct Numbers(u64);

impl Numbers {
    fn felt(&mut self) -> Felt {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        Felt::new(self.0 ^ (self.0 >> 29))
    }

    fn element<E: FieldElement<BaseField = Felt>>(&mut self) -> E {
        let components = [self.felt(), self.felt(), self.felt()];
        element(|i| components[i])
    }

    fn polynomials<E: FieldElement<BaseField = Felt>>(&mut self, count: usize, len: usize) -> Vec<Vec<E>> {
        (0..count).map(|_| (0..len).map(|_| self.element()).collect()).collect()
    }
}

/// The values on a coset, in the order of its rows.
fn on_coset<E: FieldElement<BaseField = Felt>>(polynomial: &[E], offset: Felt) -> Vec<E> {
    fft::evaluate_poly_with_offset(polynomial, &fft::get_twiddles(polynomial.len()), offset, 1)
}

/// A table with the values of polynomials on the first coset.
fn table<E: FieldElement<BaseField = Felt>>(polynomials: &[Vec<E>], offsets: &[Felt]) -> Table {
    let mut table = Table::new(polynomials.len() * E::EXTENSION_DEGREE, ROWS, offsets.len());
    for (i, polynomial) in polynomials.iter().enumerate() {
        for (coset, &offset) in offsets.iter().enumerate() {
            for (row, value) in on_coset(polynomial, offset).into_iter().enumerate() {
                for component in 0..E::EXTENSION_DEGREE {
                    let column = i * E::EXTENSION_DEGREE + component;
                    table.coset_mut(column / PANEL, coset)[row].0[column % PANEL] =
                        value.base_element(component);
                }
            }
        }
    }
    table
}

fn values_out_of_the_domain<E: FieldElement<BaseField = Felt>>() {
    let mut numbers = Numbers(1);
    let (z, domain) = (numbers.element::<E>(), domain());
    let next = z.mul_base(domain.row_generator());
    let point = OutOfDomain::new(z, &domain, &Control::unwatched());
    let base = numbers.polynomials::<Felt>(9, ROWS);
    let values = point.evaluate(&table(&base, &[domain.coset_offset(0)]), &Control::unwatched());
    for (i, polynomial) in base.iter().enumerate() {
        let polynomial: Vec<E> = polynomial.iter().map(|&c| E::from(c)).collect();
        assert_eq!([values[0][i], values[1][i]], [eval(&polynomial, z), eval(&polynomial, next)]);
    }
    let extension = numbers.polynomials::<E>(5, ROWS);
    let values = point.evaluate(&table(&extension, &[domain.coset_offset(0)]), &Control::unwatched());
    let values = values.map(|values| combine_components::<E>(&values));
    for (i, polynomial) in extension.iter().enumerate() {
        assert_eq!([values[0][i], values[1][i]], [eval(polynomial, z), eval(polynomial, next)]);
    }
}

#[test]
fn values_out_of_the_domain_are_those_of_the_polynomials() {
    values_out_of_the_domain::<Felt>();
    values_out_of_the_domain::<QuadExtension<Felt>>();
    values_out_of_the_domain::<CubeExtension<Felt>>();
}

/// `Q(x) = Σ x^(i·n)·qᵢ(x)`, given on the cosets, has the columns `qᵢ`.
fn quotient<E: FieldElement<BaseField = Felt>>(cosets: usize) {
    let domain = domain();
    let columns = Numbers(2).polynomials::<E>(cosets, ROWS);
    let stride = domain.blowup() / cosets;
    let offsets: Vec<Felt> = (0..cosets).map(|j| domain.coset_offset(j * stride)).collect();
    let mut values = Table::new(E::EXTENSION_DEGREE, ROWS, cosets);
    for (j, &offset) in offsets.iter().enumerate() {
        let parts: Vec<Vec<E>> = columns.iter().map(|column| on_coset(column, offset)).collect();
        let power = offset.exp(ROWS as u64);
        for row in 0..ROWS {
            let value = parts.iter().rev().fold(E::ZERO, |sum, part| sum.mul_base(power) + part[row]);
            for i in 0..E::EXTENSION_DEGREE {
                values.coset_mut(0, j)[row].0[i] = value.base_element(i);
            }
        }
    }
    let coefficients = quotient_columns(values, &domain, E::EXTENSION_DEGREE, &Control::unwatched());
    assert_eq!(coefficients.width(), cosets * E::EXTENSION_DEGREE);
    for (i, column) in columns.iter().enumerate() {
        for (exponent, coefficient) in column.iter().enumerate() {
            let position = exponent.reverse_bits() >> (usize::BITS - ROWS.ilog2());
            for component in 0..E::EXTENSION_DEGREE {
                let cell = coefficients.cell(i * E::EXTENSION_DEGREE + component, 0, position);
                assert_eq!(cell, coefficient.base_element(component));
            }
        }
    }
}

#[test]
fn the_columns_of_the_quotient_are_its_coefficients() {
    quotient::<Felt>(1);
    quotient::<QuadExtension<Felt>>(4);
    quotient::<CubeExtension<Felt>>(4);
    quotient::<CubeExtension<Felt>>(8);
}

fn extension<E: FieldElement<BaseField = Felt>>() {
    let domain = domain();
    let polynomial = Numbers(3).polynomials::<E>(1, ROWS).remove(0);
    let extended =
        extend_values(on_coset(&polynomial, domain.coset_offset(0)), &domain, &Control::unwatched());
    let extended: &[E] = E::slice_from_base_elements(&extended);
    for coset in 0..domain.blowup() {
        let values = on_coset(&polynomial, domain.coset_offset(coset));
        assert!(extended.iter().skip(coset).step_by(domain.blowup()).eq(&values), "coset {coset}");
    }
}

#[test]
fn values_on_one_coset_determine_those_on_the_others() {
    extension::<Felt>();
    extension::<QuadExtension<Felt>>();
    extension::<CubeExtension<Felt>>();
}

/// The DEEP polynomial is a polynomial of degree below `n − 1`, and times `(x − z)·(x − z·g)` it is the combination.
fn deep<E: FieldElement<BaseField = Felt>>() {
    let mut numbers = Numbers(4);
    let (z, domain) = (numbers.element::<E>(), domain());
    let next = z.mul_base(domain.row_generator());
    let (base, extension) = (numbers.polynomials::<Felt>(9, ROWS), numbers.polynomials::<E>(5, ROWS));
    let coefficients = numbers.polynomials::<E>(1, 14).remove(0);
    let offset = domain.coset_offset(0);
    let tables = [table(&base, &[offset]), table(&extension, &[offset])];
    let mut combination = alloc::vec![E::ZERO; ROWS];
    for (polynomial, &coefficient) in base.iter().zip(&coefficients) {
        combination.iter_mut().zip(polynomial).for_each(|(sum, &c)| *sum += coefficient.mul_base(c));
    }
    for (polynomial, &coefficient) in extension.iter().zip(&coefficients[9..]) {
        combination.iter_mut().zip(polynomial).for_each(|(sum, &c)| *sum += coefficient * c);
    }
    let at = [eval(&combination, z), eval(&combination, next)];
    let combined = [
        Combined::base(&tables[0], [&coefficients[..9]; 2]),
        Combined::extension(&tables[1], [&coefficients[9..]; 2]),
    ];
    let values = deep_values(
        &combined,
        None,
        &OutOfDomain::new(z, &domain, &Control::unwatched()),
        at,
        &Control::unwatched(),
    );
    let mut x = offset;
    for (value, combination) in values.into_iter().zip(on_coset(&combination, offset)) {
        let divisors = [E::from(x) - z, E::from(x) - next];
        let expected = (combination - at[0]) / divisors[0] + (combination - at[1]) / divisors[1];
        assert_eq!(value, expected);
        x *= domain.row_generator();
    }
}

#[test]
fn the_deep_polynomial_is_a_sum_of_quotients() {
    deep::<Felt>();
    deep::<QuadExtension<Felt>>();
    deep::<CubeExtension<Felt>>();
}

/// A layer is folded like in the backend.
fn folding<E: FieldElement<BaseField = Felt>>() {
    let mut numbers = Numbers(5);
    let (values, challenge) = (numbers.polynomials::<E>(1, ROWS * FACTOR).remove(0), numbers.element::<E>());
    let layer = rows(E::slice_as_base_elements(&values), E::EXTENSION_DEGREE, &Control::unwatched());
    let rows: Vec<[E; FACTOR]> =
        (0..ROWS).map(|row| core::array::from_fn(|k| values[row + k * ROWS])).collect();
    let expected = apply_drp(&rows, Felt::GENERATOR, challenge);
    let folded = fold(&layer, challenge, Felt::GENERATOR, &Control::unwatched());
    assert!(E::slice_from_base_elements(&folded) == expected);
}

#[test]
fn layers_are_folded_like_in_the_backend() {
    folding::<Felt>();
    folding::<QuadExtension<Felt>>();
    folding::<CubeExtension<Felt>>();
}

/// Few bits, so that there are nonces before those of the next chunk, and in later ones.
fn check_grinding<H: RowHash>(largest: u32) {
    for bits in 0..=largest {
        let element = Felt::new(u64::from(bits));
        let coin = DefaultRandomCoin::<H>::new(&[element]);
        let smallest = (1..).find(|&nonce| coin.check_leading_zeros(nonce) >= bits);
        assert_eq!(grind::<H>(H::hash_elements(&[element]), bits, || true), smallest, "{bits} bits");
    }
}

#[test]
fn grinding_finds_the_smallest_nonce() {
    check_grinding::<Blake3_192<Felt>>(16);
    check_grinding::<Blake3_256<Felt>>(16);
    check_grinding::<RescuePrime>(9);
}

#[test]
fn grinding_stops() {
    let mut blocks = 3;
    let proceed = || {
        blocks -= 1;
        blocks > 0
    };
    assert_eq!(grind::<Blake3_192<Felt>>(Default::default(), 65, proceed), None);
}

/// A shape that hides, of a proof about nothing in particular.
fn hiding_shape(set: ParameterSet, rows: usize) -> ProofShape {
    let statement = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::default(),
        StackOutputs::new(alloc::vec![Felt::ZERO; 16]).unwrap(),
    );
    let inputs = PublicInputs::new(statement, set).with_hiding(true);
    let air = MidenAir::new(trace_info(rows), inputs, set.proof_options());
    ProofShape::new(&air, set.hiding(true))
}

fn randomness(seed: u8) -> Randomness {
    let statement = Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::default(),
        StackOutputs::new(alloc::vec![Felt::ZERO; 16]).unwrap(),
    );
    Randomness::new(&[seed; 32], &PublicInputs::new(statement, ParameterSet::Fast96), ROWS, &[])
}

/// Chunks add up to the quotient whatever their masks are, and what is not masked has no more coefficients than it should.
fn masked_chunks<E: FieldElement<BaseField = Felt>>(set: ParameterSet) {
    let (domain, shape, mut numbers) = (domain(), hiding_shape(set, ROWS), Numbers(6));
    let (degree, cosets) = (E::EXTENSION_DEGREE, 4);
    let num_overflow = shape.quotient_len() - cosets * ROWS;
    let columns = numbers.polynomials::<E>(cosets, ROWS);
    let overflow = numbers.polynomials::<E>(1, num_overflow).remove(0);
    let x: E = numbers.element();
    let power = |exponent: usize| (0..exponent).fold(E::ONE, |power, _| power * x);
    let interpolated = columns.iter().rev().fold(E::ZERO, |sum, column| sum * power(ROWS) + eval(column, x));
    let of_offset = domain.coset_offset(0).exp((cosets * ROWS) as u64);
    let expected = interpolated + (power(cosets * ROWS) - E::from(of_offset)) * eval(&overflow, x);

    let mut table = Table::new(cosets * degree, ROWS, 1);
    for (i, column) in columns.iter().enumerate() {
        for (exponent, value) in column.iter().enumerate() {
            for component in 0..degree {
                *table.cell_mut(i * degree + component, reverse_bits(exponent, ROWS)) =
                    value.base_element(component);
            }
        }
    }
    let lines: Vec<Line> = overflow
        .iter()
        .map(|value| {
            let component = |lane| if lane < degree { value.base_element(lane) } else { Felt::ZERO };
            Line(core::array::from_fn(component))
        })
        .collect();
    let chunks = [1, 2].map(|seed| {
        let randomness = randomness(seed);
        let control = Control::unwatched();
        let table = chunks(table.clone(), &lines, &shape, &domain, Some(&randomness), degree, &control);
        let column = |i: usize| -> Vec<E> {
            let cell = |exponent| element(|c| table.cell(i * degree + c, 0, reverse_bits(exponent, ROWS)));
            (0..ROWS).map(cell).collect()
        };
        assert_eq!(table.width(), shape.quotient_width() * degree);
        (0..shape.quotient_width()).map(column).collect::<Vec<_>>()
    });
    for columns in &chunks {
        let (mask, chunks) = columns.split_last().unwrap();
        assert_eq!((chunks.len(), mask[ROWS - 1]), (5, E::ZERO), "{set}");
        let sum =
            chunks.iter().rev().fold(E::ZERO, |sum, chunk| sum * power(shape.chunk_len()) + eval(chunk, x));
        assert_eq!(sum, expected, "{set}");
    }
    // What the masks change: the highest coefficients of all chunks but the last, the lowest of all but the first.
    let len = shape.hiding().mask_len();
    for (i, (a, b)) in chunks[0].iter().zip(&chunks[1]).enumerate() {
        for exponent in 0..ROWS {
            let is_random = match i {
                5 => exponent < ROWS - 1,
                _ => (i > 0 && exponent < len) || (i < 4 && exponent >= ROWS - len),
            };
            assert_eq!(a[exponent] != b[exponent], is_random, "{set}, column {i}, x^{exponent}");
        }
    }
}

#[test]
fn masked_chunks_are_those_of_the_quotient() {
    masked_chunks::<QuadExtension<Felt>>(ParameterSet::Fast96);
    masked_chunks::<CubeExtension<Felt>>(ParameterSet::FastProven100);
}
