//! The traits of winter-math, which the backend is generic over.

use alloc::{string::ToString, vec::Vec};

use winter_math::{FieldElement, StarkField};
use winter_utils::DeserializationError;

use crate::{Felt, felt::P};

impl FieldElement for Felt {
    type PositiveInteger = u64;
    type BaseField = Self;

    const EXTENSION_DEGREE: usize = 1;
    const ELEMENT_BYTES: usize = size_of::<Self>();
    // The bytes in memory are those of the Montgomery form.
    const IS_CANONICAL: bool = false;
    const ZERO: Self = Self::new(0);
    const ONE: Self = Self::new(1);

    #[inline(always)]
    fn double(self) -> Self {
        self + self
    }

    // x^(p − 2), and p − 2 in binary is 31 ones, a zero and 32 ones: t_i is x to the power of i ones.
    #[inline]
    fn inv(self) -> Self {
        let t2 = append::<1>(self, self);
        let t3 = append::<1>(t2, self);
        let t6 = append::<3>(t3, t3);
        let t12 = append::<6>(t6, t6);
        let t24 = append::<12>(t12, t12);
        let t30 = append::<6>(t24, t6);
        let t31 = append::<1>(t30, self);
        let t31_0_t31 = append::<32>(t31, t31);
        append::<1>(t31_0_t31, self)
    }

    fn conjugate(&self) -> Self {
        *self
    }

    fn base_element(&self, i: usize) -> Self {
        assert_eq!(i, 0, "an element of the base field has one component");
        *self
    }

    fn slice_as_base_elements(elements: &[Self]) -> &[Self] {
        elements
    }

    fn slice_from_base_elements(elements: &[Self]) -> &[Self] {
        elements
    }

    fn elements_as_bytes(elements: &[Self]) -> &[u8] {
        bytemuck::cast_slice(elements)
    }

    /// Fails: the backend never calls it, and lending bytes as elements would require `unsafe` code, or a public way
    /// around the range of the Montgomery form.
    #[expect(unsafe_code, reason = "the trait declares the function as unsafe; the body is not")]
    unsafe fn bytes_as_elements(_bytes: &[u8]) -> Result<&[Self], DeserializationError> {
        Err(DeserializationError::InvalidValue("bytes in memory are not elements: decode them".to_string()))
    }
}

/// The square, `DIGITS` times, times `tail`: the exponent of `tail` written after that of `base`, in binary.
#[inline(always)]
fn append<const DIGITS: usize>(base: Felt, tail: Felt) -> Felt {
    (0..DIGITS).fold(base, |power, _| power.square()) * tail
}

impl StarkField for Felt {
    const MODULUS: u64 = P;
    const MODULUS_BITS: u32 = 64;
    const GENERATOR: Self = Self::new(7);
    const TWO_ADICITY: u32 = 32;
    // The root of order 64 that is a power of it is 8.
    const TWO_ADIC_ROOT_OF_UNITY: Self = Self::new(7_277_203_076_849_721_926);

    fn get_modulus_le_bytes() -> Vec<u8> {
        P.to_le_bytes().to_vec()
    }

    #[inline(always)]
    fn as_int(&self) -> u64 {
        Self::as_int(self)
    }
}
