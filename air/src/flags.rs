//! Flags of operations and classes, derived from the operation table.
//!
//! Book: design/decoder.md#flags

use core::array;

use miden_core::{
    Opcode,
    operations::{Class, OPERATIONS, Term, digits},
    trace::{
        Column,
        decoder::{DONE, HI, LO, MID},
    },
};

use crate::{algebra::Algebra, frame::Frame};

/// The digits of an opcode as one-hot values, including the implicit ones.
pub(crate) struct Digits<T> {
    hi: [T; 8],
    mid: [T; 4],
    lo: [T; 4],
}

impl<T: Algebra> Digits<T> {
    /// The digits of the current row.
    pub(crate) fn current(f: &Frame<'_, T>) -> Self {
        Self::new(
            |column| array::from_fn(|i| f.cell(column, i)),
            |column| array::from_fn(|i| f.cell(column, i)),
        )
    }

    /// The digits of the next row.
    pub(crate) fn next(f: &Frame<'_, T>) -> Self {
        let seven = |column| array::from_fn(|i| f.cell_next(column, i));
        Self::new(seven, |column| array::from_fn(|i| f.cell_next(column, i)))
    }

    fn new(seven: impl Fn(Column) -> [T; 7], three: impl Fn(Column) -> [T; 3]) -> Self {
        let [hi1, hi2, hi3, hi4, hi5, hi6, hi7] = seven(HI);
        let [mid0, mid1, mid2] = three(MID);
        let [lo0, lo1, lo2] = three(LO);
        // hi0 = 1 − hi1 − … − hi7, mid3 = 1 − mid0 − mid1 − mid2, lo3 = 1 − lo0 − lo1 − lo2
        let rest = |digits: &[T]| T::sum(digits.iter().cloned()).complement();
        let hi0 = rest(&[&hi1, &hi2, &hi3, &hi4, &hi5, &hi6, &hi7].map(T::clone)).named("hi0");
        let mid3 = rest(&[&mid0, &mid1, &mid2].map(T::clone)).named("mid3");
        let lo3 = rest(&[&lo0, &lo1, &lo2].map(T::clone)).named("lo3");
        Self {
            hi: [hi0, hi1, hi2, hi3, hi4, hi5, hi6, hi7],
            mid: [mid0, mid1, mid2, mid3],
            lo: [lo0, lo1, lo2, lo3],
        }
    }

    /// One-hot digits `hi0..hi7`, `mid0..mid3`, `lo0..lo3`.
    pub(crate) fn groups(&self) -> [(&'static str, &[T]); 3] {
        [("decoder.hi_binary", &self.hi), ("decoder.mid_binary", &self.mid), ("decoder.lo_binary", &self.lo)]
    }

    /// `op = 16·hi + 4·mid + lo`, linear in the columns.
    pub(crate) fn opcode(&self) -> T {
        let weighted = |digits: &[T], weight: u64| {
            let terms = digits.iter().zip(0u64..).skip(1);
            T::sum(terms.map(|(digit, value)| T::int(weight * value) * digit.clone()))
        };
        weighted(&self.hi, 16) + weighted(&self.mid, 4) + weighted(&self.lo, 1)
    }

    /// Flag of a class, of degree at most 2.
    pub(crate) fn class(&self, class: Class) -> T {
        T::sum(class.terms().iter().map(|&term| match term {
            Term::Hi(h) => self.hi[h].clone(),
            Term::HiMid(h, m) => self.hi[h].clone() * self.mid[m].clone(),
            Term::HiLo(h, l) => self.hi[h].clone() * self.lo[l].clone(),
        }))
    }

    /// `1 − node − frame`: the row is an operation of a block.
    pub(crate) fn block_operation(&self) -> T {
        (self.class(Class::Node) + self.class(Class::Frame)).complement()
    }

    /// Flag of a control row: of degree 2 where the opcodes allow it, else 3.
    pub(crate) fn control(&self, opcode: Opcode) -> T {
        let (hi, mid, lo) = digits(opcode.code());
        match DIGIT_SUMS[control_index(opcode)] {
            Some(sum) => {
                let (plus, minus) = sum.terms();
                let digit = |(is_lo, i): (bool, usize)| if is_lo { &self.lo[i] } else { &self.mid[i] };
                let plus = T::sum(plus.map(|term| digit(term).clone()));
                let linear = minus.fold(plus, |sum, term| sum - digit(term).clone());
                self.hi[hi].clone() * linear
            }
            None => self.hi[hi].clone() * self.mid[mid].clone() * self.lo[lo].clone(),
        }
        .named(opcode.info().name)
    }

    /// Flag of an operation of a block, of degree 3.
    pub(crate) fn operation(&self, opcode: Opcode) -> T {
        let (hi, mid, lo) = digits(opcode.code());
        (self.hi[hi].clone() * self.mid[mid].clone() * self.lo[lo].clone()).named(opcode.info().name)
    }

    /// Sum of the flags of all opcodes that no row may have: 1 less the flags of the others, because the products of
    /// all digits sum to 1.
    pub(crate) fn unassigned(&self) -> T {
        T::sum(ASSIGNED.iter().map(|op| self.product(op))).complement()
    }

    /// `hi·mid·lo`
    fn product(&self, op: &Assigned) -> T {
        self.hi[op.hi].clone() * self.mid[op.mid].clone() * self.lo[op.lo].clone()
    }
}

/// Flags of the current row.
pub(crate) struct Flags<T> {
    ops: [Option<T>; 128],
    pub(crate) digits: Digits<T>,
    pub(crate) node: T,
    pub(crate) frame: T,
    /// The row is an operation of a block.
    pub(crate) block_op: T,
    pub(crate) left: T,
    pub(crate) right: T,
    pub(crate) canon: T,
    pub(crate) binary_top: T,
    /// The row enters a frame.
    pub(crate) call: T,
    /// `RETURN·done`: the row leaves a frame.
    pub(crate) leaves: T,
    /// `op`
    pub(crate) opcode: T,
}

impl<T: Algebra> Flags<T> {
    pub(crate) fn new(f: &Frame<'_, T>) -> Self {
        let digits = Digits::current(f);
        let hi_mid: [[T; 4]; 8] =
            array::from_fn(|h| array::from_fn(|m| digits.hi[h].clone() * digits.mid[m].clone()));
        let mut ops = [const { None }; 128];
        for op in &ASSIGNED {
            ops[op.code] = Some(match op.control {
                Some(opcode) => digits.control(opcode),
                None => (hi_mid[op.hi][op.mid].clone() * digits.lo[op.lo].clone()).named(op.name),
            });
        }
        let class = |class, name| digits.class(class).named(name);
        let leaves = (digits.control(Opcode::Return) * f.at(DONE)).named("leaves");
        Self {
            node: class(Class::Node, "node"),
            frame: class(Class::Frame, "frame"),
            block_op: digits.block_operation().named("block_op"),
            left: class(Class::Left, "left"),
            right: class(Class::Right, "right"),
            canon: class(Class::Canon, "canon"),
            binary_top: class(Class::BinaryTop, "binary_top"),
            call: class(Class::Call, "call"),
            leaves,
            opcode: digits.opcode().named("op"),
            ops,
            digits,
        }
    }

    /// Flag of an operation.
    #[inline(always)]
    pub(crate) fn op(&self, opcode: Opcode) -> T {
        self.ops[usize::from(opcode.code())].clone().expect("every operation of the table has a flag")
    }

    /// Sum of the flags of several operations.
    pub(crate) fn any(&self, opcodes: impl IntoIterator<Item = Opcode>) -> T {
        T::sum(opcodes.into_iter().map(|opcode| self.op(opcode)))
    }
}

/// An assigned opcode with its digits, computed at compile time.
struct Assigned {
    code: usize,
    hi: usize,
    mid: usize,
    lo: usize,
    name: &'static str,
    /// The operation, if it is a control row.
    control: Option<Opcode>,
}

/// All assigned opcodes.
static ASSIGNED: [Assigned; OPERATIONS.len()] = {
    let mut assigned =
        [const { Assigned { code: 0, hi: 0, mid: 0, lo: 0, name: "", control: None } }; OPERATIONS.len()];
    let mut i = 0;
    while i < OPERATIONS.len() {
        let info = &OPERATIONS[i];
        let (hi, mid, lo) = digits(info.opcode.code());
        let control = if info.is_block_operation() { None } else { Some(info.opcode) };
        assigned[i] = Assigned { code: info.opcode.code() as usize, hi, mid, lo, name: info.name, control };
        i += 1;
    }
    assigned
};

/// A control flag as a sum of digits. Within one `hi` group, each opcode is an edge between its `mid` and its `lo`
/// digit.
///
/// If removing an edge separates its ends, add the digits on the side of `lo`, `lo` digits positive and `mid` digits
/// negative: the sum is 1 for this opcode and 0 for every other one, which has both ends on the same side.
/// This holds only for assigned opcodes, which `decoder.assigned` enforces.
#[derive(Clone, Copy)]
struct DigitSum {
    /// Digits on the side of `lo`: bits 0..4 are `mid`, bits 4..8 are `lo`.
    side: u8,
    positive_mid: bool,
}

impl DigitSum {
    /// Positive and negative digits, as `(is_lo, digit)`.
    fn terms(self) -> (impl Iterator<Item = (bool, usize)>, impl Iterator<Item = (bool, usize)>) {
        let of = move |is_lo: bool| {
            let offset = if is_lo { 4 } else { 0 };
            (0..4).filter(move |i| self.side >> (offset + i) & 1 == 1).map(move |i| (is_lo, i))
        };
        (of(!self.positive_mid), of(self.positive_mid))
    }
}

const fn control_index(opcode: Opcode) -> usize {
    (opcode.code() - 0x50) as usize
}

/// Sums for the control rows `0x50..0x70`; `None` for those whose flag is a product.
const DIGIT_SUMS: [Option<DigitSum>; 32] = {
    let mut sums = [None; 32];
    let mut code = 0x50;
    while code < 0x70 {
        if Opcode::from_code(code).is_some() {
            sums[code as usize - 0x50] = digit_sum(code);
        }
        code += 1;
    }
    sums
};

const fn digit_sum(code: u8) -> Option<DigitSum> {
    let (_, mid, lo) = digits(code);
    let from_lo = connected(code, 1 << (4 + lo));
    let from_mid = connected(code, 1 << mid);
    if from_lo >> mid & 1 == 1 {
        return None;
    }
    // Both sides work; the side with fewer digits is cheaper.
    if from_mid.count_ones() < from_lo.count_ones() {
        Some(DigitSum { side: from_mid, positive_mid: true })
    } else {
        Some(DigitSum { side: from_lo, positive_mid: false })
    }
}

/// Digits connected to `start` by opcodes in the group of `removed`, without `removed` itself.
const fn connected(removed: u8, start: u8) -> u8 {
    let mut side = start;
    let mut step = 0;
    while step < 8 {
        let mut i = 0;
        while i < 16 {
            let code = removed & 0xF0 | i;
            if code != removed && Opcode::from_code(code).is_some() {
                let (_, mid, lo) = digits(code);
                let edge = 1 << mid | 1 << (4 + lo);
                if side & edge != 0 {
                    side |= edge;
                }
            }
            i += 1;
        }
        step += 1;
    }
    side
}

#[cfg(test)]
mod tests {
    use miden_core::{
        Felt,
        field::FieldElement,
        operations::Shift,
        trace::{WIDTH, write_opcode},
    };

    use super::*;
    use crate::{eval::Degree, periodic};

    fn flags_of(code: u8) -> Flags<Felt> {
        // Written by hand, because `write_opcode` accepts assigned opcodes only.
        let mut row = [Felt::ZERO; WIDTH];
        let (hi, mid, lo) = digits(code);
        for (column, digit, first) in [(HI, hi, 1), (MID, mid, 0), (LO, lo, 0)] {
            if (first..first + column.width()).contains(&digit) {
                row[column.at(digit - first)] = Felt::ONE;
            }
        }
        if let Some(opcode) = Opcode::from_code(code) {
            let mut written = [Felt::ZERO; WIDTH];
            write_opcode(&mut written, opcode);
            assert_eq!(written, row);
        }
        let periodic = [Felt::ZERO; periodic::WIDTH];
        Flags::new(&Frame::new(&row, &row, &periodic))
    }

    #[test]
    fn each_opcode_raises_exactly_its_own_flag() {
        for code in 0..128 {
            let flags = flags_of(code);
            assert_eq!(flags.opcode, Felt::from(code));
            let unassigned = Opcode::from_code(code).is_none();
            assert_eq!(flags.digits.unassigned(), Felt::from(u8::from(unassigned)), "opcode {code:#x}");
            if unassigned {
                continue;
            }
            for info in OPERATIONS {
                let expected = if info.opcode.code() == code { Felt::ONE } else { Felt::ZERO };
                assert_eq!(flags.op(info.opcode), expected, "flag {} on {code:#x}", info.name);
            }
        }
    }

    #[test]
    fn class_flags_are_membership() {
        for info in OPERATIONS {
            let flags = flags_of(info.opcode.code());
            let is = |flag: Felt, expected: bool| flag == if expected { Felt::ONE } else { Felt::ZERO };
            assert!(is(flags.left, info.shift() == Shift::Left), "{}", info.name);
            assert!(is(flags.right, info.shift() == Shift::Right), "{}", info.name);
            assert!(is(flags.block_op, info.is_block_operation()), "{}", info.name);
            assert!(is(flags.digits.class(Class::Limb), Class::Limb.contains(info.opcode)), "{}", info.name);
            assert!(is(flags.canon, Class::Canon.contains(info.opcode)), "{}", info.name);
        }
    }

    #[test]
    fn flags_have_the_degrees_that_constraints_rely_on() {
        let row = [Degree(1); WIDTH];
        let periodic = [Degree(1); periodic::WIDTH];
        let flags = Flags::new(&Frame::new(&row, &row, &periodic));
        for opcode in [Opcode::Join, Opcode::Split, Opcode::Loop, Opcode::Halt, Opcode::Input, Opcode::Output]
        {
            assert_eq!(flags.op(opcode), Degree(2), "{opcode}");
        }
        assert_eq!(flags.op(Opcode::Block), Degree(3));
        for class in [&flags.left, &flags.right, &flags.canon, &flags.binary_top] {
            assert_eq!(*class, Degree(2));
        }
        assert_eq!(flags.digits.class(Class::Limb), Degree(2));
        for linear in [&flags.node, &flags.block_op, &flags.opcode] {
            assert_eq!(*linear, Degree(1));
        }
    }
}
