//! The field and the backend's: equal constants and bytes, and the values that only the backend gets wrong.

use std::panic::{UnwindSafe, catch_unwind};

use miden_field::{Felt, NotCanonical};
use winter_air::ConstraintDivisor;
use winter_math::{
    ExtensibleField, FieldElement, StarkField,
    fields::{CubeExtension, QuadExtension, f64::BaseElement},
};
use winter_utils::{AsBytes, Deserializable, Randomizable, Serializable};

const VALUES: [u64; 7] = [0, 1, 2, u32::MAX as u64, 1 << 32, 0x0123_4567_89ab_cdef, Felt::MODULUS - 1];

#[test]
fn constants_are_those_of_the_backend() {
    assert_eq!(Felt::MODULUS, BaseElement::MODULUS);
    assert_eq!(Felt::MODULUS_BITS, BaseElement::MODULUS_BITS);
    assert_eq!(Felt::TWO_ADICITY, BaseElement::TWO_ADICITY);
    assert_eq!(Felt::ELEMENT_BYTES, BaseElement::ELEMENT_BYTES);
    assert_eq!(Felt::IS_CANONICAL, BaseElement::IS_CANONICAL);
    assert_eq!(Felt::get_modulus_le_bytes(), BaseElement::get_modulus_le_bytes());
    assert_eq!(Felt::GENERATOR.as_int(), BaseElement::GENERATOR.as_int());
    assert_eq!((Felt::ZERO.as_int(), Felt::ONE.as_int()), (0, 1));
    for log2 in 1..=Felt::TWO_ADICITY {
        let (root, expected) = (Felt::get_root_of_unity(log2), BaseElement::get_root_of_unity(log2));
        assert_eq!(root.as_int(), expected.as_int());
    }
}

#[test]
fn bytes_are_those_of_the_backend() {
    let (elements, expected) = (VALUES.map(Felt::new), VALUES.map(BaseElement::new));
    assert_eq!(Felt::elements_as_bytes(&elements), BaseElement::elements_as_bytes(&expected));
    for (element, expected) in elements.into_iter().zip(expected) {
        assert_eq!(element.to_bytes(), expected.to_bytes());
        assert_eq!(element.get_size_hint(), expected.get_size_hint());
        assert_eq!(element.as_bytes(), expected.as_bytes());
        assert_eq!(Felt::read_from_bytes(&element.to_bytes()), Ok(element));
        assert_eq!(Felt::from_random_bytes(&element.to_bytes()), Some(element));
        assert_eq!(format!("{element} {element:?}"), format!("{expected} {expected:?}"));
        assert_eq!((u64::from(element), u128::from(element)), (expected.as_int(), expected.as_int().into()));
    }
}

#[test]
fn values_above_the_modulus_are_no_elements() {
    for value in [Felt::MODULUS, u64::MAX] {
        assert_eq!(Felt::try_from(value), Err(NotCanonical(value.into())));
        assert_eq!(Felt::try_from(u128::from(value)), Err(NotCanonical(value.into())));
        let bytes = value.to_le_bytes();
        assert!(Felt::try_from(bytes.as_slice()).is_err());
        assert!(Felt::read_from_bytes(&bytes).is_err());
        assert_eq!(Felt::from_random_bytes(&bytes), None);
    }
    assert_eq!(Felt::try_from(1u128 << 64), Err(NotCanonical(1 << 64)));
    assert!(Felt::try_from([0; 7].as_slice()).is_err());
    assert!(Felt::try_from([0; 9].as_slice()).is_err());
    assert_eq!(Felt::try_from(5u64), Ok(Felt::new(5)));
}

/// The elements of the two fields with one Montgomery form.
fn both(form: u64) -> (Felt, BaseElement) {
    (Felt::from_mont(form), BaseElement::from_mont(form))
}

/// A form whose double, p + 9, the backend does not reduce.
const HALF: u64 = Felt::MODULUS / 2 + 5;

#[test]
fn only_the_backend_doubles_without_reducing() {
    let (ours, backend) = both(HALF);
    assert_eq!(ours.double().inner(), 9);
    assert_eq!(backend.double().inner(), Felt::MODULUS + 9);
}

/// Factors with a product whose form is [`HALF`].
fn factors<B: StarkField<PositiveInteger = u64>>(half: B) -> [B; 2] {
    let factor = B::from(12345u32);
    [factor, half / factor]
}

// The expected components below contain sums and products of reduced elements only.

fn square_is_right<B: ExtensibleField<3> + StarkField<PositiveInteger = u64>>(half: B) -> bool {
    let [x, y] = factors(half);
    let square = CubeExtension::new(B::ZERO, x, y).square();
    // The component without x: 2·a1·a2.
    square.base_element(0).as_int() == (x * y + x * y).as_int()
}

fn quadratic_product_is_right<B: ExtensibleField<2> + StarkField<PositiveInteger = u64>>(half: B) -> bool {
    let [x, y] = factors(half);
    let product = QuadExtension::new(B::ZERO, x) * QuadExtension::new(B::ZERO, y);
    // The component without x: −2·a1·b1.
    product.base_element(0).as_int() == (-(x * y) - x * y).as_int()
}

fn cubic_product_is_right<B: ExtensibleField<3> + StarkField<PositiveInteger = u64>>(half: B) -> bool {
    let [x, y] = factors(half);
    let product = CubeExtension::new(-x, x, -x) * CubeExtension::new(B::ZERO, y, B::ZERO);
    // The component with x: a0·b1 + a2·b1.
    product.base_element(1).as_int() == (-(x * y) - x * y).as_int()
}

/// In builds with overflow checks, the backend panics instead of returning a wrong square.
fn is_right(check: impl FnOnce() -> bool + UnwindSafe) -> bool {
    catch_unwind(check).unwrap_or(false)
}

#[test]
fn squares_and_products_that_the_backend_gets_wrong_are_right() {
    let (ours, backend) = both(HALF);
    assert!(is_right(|| square_is_right(ours)) && !is_right(|| square_is_right(backend)));
    assert!(quadratic_product_is_right(ours) && !quadratic_product_is_right(backend));
    assert!(cubic_product_is_right(ours) && !cubic_product_is_right(backend));
}

/// The check of a false claim about 1024 rows at `z`: that a column `t` is zero in all of them.
///
/// Then `t(X) = q(X)·(Xⁿ − 1)` for a quotient `q`. The prover commits to `t(X) = Xⁿ`, which is 1 in all rows, and to
/// `q = 1`, and hopes that the `zⁿ` of the verifier is 1 too large.
fn false_claim_is_accepted<B: ExtensibleField<2> + StarkField>(z: QuadExtension<B>) -> bool {
    const ROWS: usize = 1024;
    // The opening of the column is the right value, by products that are right.
    let opened = (0..ROWS.ilog2()).fold(z, |power, _| by_terms(power, power));
    opened == ConstraintDivisor::<B>::from_transition(ROWS, 0).evaluate_at(z)
}

/// The product `(a0 + a1·x)·(b0 + b1·x)`, with sums and products of reduced elements only.
fn by_terms<B: ExtensibleField<2>>(a: QuadExtension<B>, b: QuadExtension<B>) -> QuadExtension<B> {
    let ([a0, a1], [b0, b1]) = (a.to_base_elements(), b.to_base_elements());
    let high = a1 * b1;
    QuadExtension::new(a0 * b0 - high - high, a0 * b1 + a1 * b0 + high)
}

#[test]
fn a_point_whose_power_the_backend_gets_wrong_proves_nothing() {
    // z^512 = s·x, where 2·s² is p + 3379 in Montgomery form: z^1024 is 1 too large in the backend.
    let [z0, z1] = [15_689_606_488_832_425_098, 3_530_959_281_257_523_511];
    let ours = QuadExtension::new(Felt::new(z0), Felt::new(z1));
    let backend = QuadExtension::new(BaseElement::new(z0), BaseElement::new(z1));
    let [constant, s] = backend.exp(512).to_base_elements();
    assert_eq!(constant, BaseElement::ZERO);
    assert_eq!(s.square().double().inner(), Felt::MODULUS + 3379);
    assert!(!false_claim_is_accepted(ours));
    assert!(false_claim_is_accepted(backend), "the backend has been corrected");
}
