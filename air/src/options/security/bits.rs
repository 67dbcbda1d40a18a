use core::fmt;

/// Binary logarithms in units of `2^-16`, without floating point, each rounded to the safe side.
///
/// As bits of security, a number is rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bits(i64);

/// One bit.
const UNIT: i64 = 1 << 16;

impl Bits {
    /// No security at all.
    pub const ZERO: Self = Self(0);

    /// This number of bits.
    pub const fn new(bits: u32) -> Self {
        Self(bits as i64 * UNIT)
    }

    /// The whole bits.
    pub const fn floor(self) -> u32 {
        if self.0 < 0 { 0 } else { (self.0 / UNIT) as u32 }
    }

    /// The whole tenths of a bit.
    pub const fn tenths(self) -> u32 {
        if self.0 < 0 { 0 } else { (self.0 * 10 / UNIT) as u32 }
    }

    /// The number of units of `2^-16` bits.
    pub const fn units(self) -> i64 {
        self.0
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    pub(super) const fn times(self, factor: u32) -> Self {
        Self(self.0 * factor as i64)
    }

    /// Half of a whole number of bits.
    pub(super) const fn halves(halves: u32) -> Self {
        Self(halves as i64 * UNIT / 2)
    }

    pub(super) const fn min(self, other: Self) -> Self {
        if self.0 < other.0 { self } else { other }
    }

    pub(super) const fn max(self, other: Self) -> Self {
        if self.0 > other.0 { self } else { other }
    }

    /// `log2 |F^degree|`, rounded down, for the base field `F`: `p > 2^64·(1 − 2^-31)`, and the logarithm of that is
    /// less than one unit below 64.
    pub(super) const fn field(degree: u32) -> Self {
        Self(degree as i64 * (64 * UNIT - 1))
    }

    /// `log2 x` rounded down, for `x > 0`.
    pub(super) const fn log2_floor(x: u128) -> Self {
        let exponent = x.ilog2();
        // The mantissa in `1 … 2`, in units of 2^-63; what is cut off makes it smaller.
        let mut mantissa = if exponent > 63 { x >> (exponent - 63) } else { x << (63 - exponent) };
        let mut log = exponent as i64;
        let mut i = 0;
        while i < 16 {
            mantissa = (mantissa * mantissa) >> 63;
            log *= 2;
            if mantissa >> 64 != 0 {
                mantissa >>= 1;
                log += 1;
            }
            i += 1;
        }
        Self(log)
    }

    /// `log2 x` rounded up, for `x > 0`.
    ///
    /// The sixteen squares of a mantissa cut off by `2^-63` lose less than a unit, and the logarithm is cut off by less
    /// than another one.
    pub(super) const fn log2_ceil(x: u128) -> Self {
        if x.is_power_of_two() { Self::new(x.ilog2()) } else { Self(Self::log2_floor(x).0 + 2) }
    }
}

/// In tenths of a bit, rounded down.
impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.tenths();
        write!(f, "{}.{}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `log2 x` in units, by floating point.
    fn log2(x: u128) -> f64 {
        (x as f64).log2() * UNIT as f64
    }

    #[test]
    fn logarithms_enclose_the_true_one() {
        let numbers =
            (1..3000).chain((0..127).flat_map(|i| [(1 << i) + 1, (3 << i) - 1, (1 << i) - 1 + (1 << i)]));
        for x in numbers {
            let (floor, ceil) = (Bits::log2_floor(x), Bits::log2_ceil(x));
            assert!(floor.0 as f64 <= log2(x) + 1e-3, "{x}");
            assert!(floor.0 as f64 > log2(x) - 1.1, "{x}");
            assert!(ceil.0 as f64 >= log2(x) - 1e-3, "{x}");
            assert!(ceil.0 - floor.0 <= 2, "{x}");
        }
    }

    #[test]
    fn numbers_are_shown_in_tenths_rounded_down() {
        extern crate alloc;
        use alloc::string::ToString;
        assert_eq!(Bits::new(96).to_string(), "96.0");
        assert_eq!(Bits::new(96).minus(Bits(1)).to_string(), "95.9");
        assert_eq!(Bits::halves(193).to_string(), "96.5");
        assert_eq!((Bits(-1).floor(), Bits::halves(193).floor()), (0, 96));
    }

    #[test]
    fn the_field_is_larger_than_its_logarithm_says() {
        // p² = 2^128 − 2^97 + …, so log2 p² > 128 − 2^-30.
        assert!(Bits::field(2) < Bits::new(128));
        assert!(Bits::new(128).minus(Bits::field(2)).0 == 2);
    }
}
