//! Arithmetic of the extensions, which `QuadExtension` and `CubeExtension` of winter-math are built on.

use winter_math::{ExtensibleField, FieldElement};

use crate::Felt;

/// The extension by `x² − x + 2`.
impl ExtensibleField<2> for Felt {
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn mul(a: [Self; 2], b: [Self; 2]) -> [Self; 2] {
        let low = a[0] * b[0];
        let high = a[1] * b[1];
        // x² = x − 2: a0·b0 − 2·a1·b1, and a0·b1 + a1·b0 + a1·b1
        [low - high.double(), (a[0] + a[1]) * (b[0] + b[1]) - low]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn square(a: [Self; 2]) -> [Self; 2] {
        let high = a[1].square();
        [a[0].square() - high.double(), (a[0] * a[1]).double() + high]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn mul_base(a: [Self; 2], b: Self) -> [Self; 2] {
        [a[0] * b, a[1] * b]
    }

    // The roots of the polynomial add up to 1, so x^p = 1 − x.
    #[inline(always)]
    fn frobenius(a: [Self; 2]) -> [Self; 2] {
        [a[0] + a[1], -a[1]]
    }
}

/// The extension by `x³ − x − 1`.
impl ExtensibleField<3> for Felt {
    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn mul(a: [Self; 3], b: [Self; 3]) -> [Self; 3] {
        let squares = [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
        let sum01 = (a[0] + a[1]) * (b[0] + b[1]);
        let sum02 = (a[0] + a[2]) * (b[0] + b[2]);
        let sum12 = (a[1] + a[2]) * (b[1] + b[2]);
        let difference = squares[0] - squares[1];
        // x³ = x + 1, x⁴ = x² + x
        [
            // a0·b0 + (a1·b2 + a2·b1)
            sum12 + difference - squares[2],
            // a0·b1 + a1·b0 + (a1·b2 + a2·b1) + a2·b2
            sum01 + sum12 - squares[1].double() - squares[0],
            // a0·b2 + a1·b1 + a2·b0 + a2·b2
            sum02 - difference,
        ]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn square(a: [Self; 3]) -> [Self; 3] {
        let a1_a2 = a[1] * a[2];
        let a2_a2 = a[2].square();
        [
            a[0].square() + a1_a2.double(),
            (a[0] * a[1] + a1_a2).double() + a2_a2,
            (a[0] * a[2]).double() + a[1].square() + a2_a2,
        ]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    #[cfg_attr(feature = "small", inline(never))]
    fn mul_base(a: [Self; 3], b: Self) -> [Self; 3] {
        [a[0] * b, a[1] * b, a[2] * b]
    }

    #[inline(always)]
    fn frobenius(a: [Self; 3]) -> [Self; 3] {
        /// `x^p` and `x^2p`.
        const X_P: [[Felt; 3]; 2] = [
            [
                Felt::new(10_615_703_402_128_488_253),
                Felt::new(10_050_274_602_728_160_328),
                Felt::new(11_746_561_000_929_144_102),
            ],
            [
                Felt::new(6_700_183_068_485_440_220),
                Felt::new(14_531_223_735_771_536_287),
                Felt::new(8_396_469_466_686_423_992),
            ],
        ];
        let [x, xx] = X_P;
        [a[0] + x[0] * a[1] + xx[0] * a[2], x[1] * a[1] + xx[1] * a[2], x[2] * a[1] + xx[2] * a[2]]
    }
}
