//! The values of a program in a block of rows.

use alloc::{vec, vec::Vec};

use miden_air::{Instruction, Slot};
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Lanes, mul_cubic, mul_quadratic};

use super::plan::{Combination, Components, Multiples, PanelCells, Plan};
use crate::table::{Line, PANEL, Table};

/// Vectors per value: with eight lanes, a block is 64 rows.
///
/// Enough for the choice of the instruction to cost little, few enough for the values to stay in the cache.
pub(super) const VECTORS: usize = 8;

/// Rows of the largest block.
pub(super) const MAX_BLOCK: usize = VECTORS * 8;

/// One value in the rows of a block.
pub(super) type Value<L> = [<L as Lanes>::Vector; VECTORS];

/// A coset of the trace to be read.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    table: &'a Table,
    coset: usize,
    /// The coset that has the next row of each row, and how many lines further.
    next: (usize, usize),
}

impl<'a> Rows<'a> {
    /// The next row of a row follows it; that of the last row is the first one.
    pub(super) const fn of_coset(table: &'a Table, coset: usize) -> Self {
        Self { table, coset, next: (coset, 1) }
    }

    /// The second coset of the table has the next rows of the first.
    pub(super) const fn of_pair(table: &'a Table) -> Self {
        Self { table, coset: 0, next: (1, 0) }
    }
}

/// Computes a value from others, vector by vector. The slots may be the same, so each vector is read before it is written;
/// whole values would be copied. This is not a closure, although it looks like one: a closure would be compiled without the
/// instructions.
macro_rules! each {
    ($block:expr, $to:expr, [$($operand:ident),*], |$($name:ident),*| $value:expr) => {{
        let values = $block.base.as_mut_slice();
        let to = usize::from($to);
        $(let $operand = usize::from($operand);)*
        // Checked once, not for each vector.
        assert!(to < values.len() $(&& $operand < values.len())*, "a program has slots for its values");
        for i in 0..VECTORS {
            $(let $name = values[$operand][i];)*
            values[to][i] = $value;
        }
    }};
}

/// The values of a program in a block of `VECTORS` vectors of rows.
pub(super) struct Block<L: Lanes, const D: usize> {
    lanes: L,
    pub(super) base: Vec<Value<L>>,
    pub(super) extension: Vec<[Value<L>; D]>,
}

impl<L: Lanes, const D: usize> Block<L, D> {
    /// Rows of a block.
    pub(super) const ROWS: usize = VECTORS * L::LANES;

    #[inline(always)]
    pub(super) fn new(lanes: L, plan: &Plan<D>) -> Self {
        let zero = [lanes.splat(Felt::ZERO); VECTORS];
        Self { lanes, base: vec![zero; plan.slots], extension: vec![[zero; D]; plan.extension_slots] }
    }

    /// Reads the cells of both segments for the rows from `row` on.
    #[inline(always)]
    pub(super) fn load(
        &mut self,
        plan: &Plan<D>,
        main: Rows<'_>,
        auxiliary: Option<Rows<'_>>,
        periodic: &[Vec<Felt>],
        row: usize,
    ) {
        for (panel, cells) in plan.main.iter().enumerate() {
            self.load_panel::<false>(main, panel, cells, row);
        }
        if let Some(auxiliary) = auxiliary {
            for (panel, cells) in plan.auxiliary.iter().enumerate() {
                self.load_panel::<true>(auxiliary, panel, cells, row);
            }
        }
        for &(column, slot) in &plan.periodic {
            let values = &periodic[column];
            let values = &values[row % values.len()..][..Self::ROWS];
            let target = &mut self.base[usize::from(slot)];
            for (vector, values) in target.iter_mut().zip(values.chunks_exact(L::LANES)) {
                *vector = self.lanes.load(values);
            }
        }
    }

    #[inline(always)]
    fn load_panel<const AUXILIARY: bool>(
        &mut self,
        rows: Rows<'_>,
        panel: usize,
        cells: &PanelCells,
        row: usize,
    ) {
        let lines = rows.table.coset(panel, rows.coset);
        let (next_coset, distance) = rows.next;
        let next_lines = rows.table.coset(panel, next_coset);
        for vector in 0..VECTORS {
            let start = row + vector * L::LANES;
            if !cells.current.is_empty() {
                let columns = self.lanes.load_columns(&lines[start..]);
                for cell in &cells.current {
                    self.place::<AUXILIARY>(cell.slot, vector, columns[cell.column]);
                }
            }
            if !cells.next.is_empty() {
                let next = start + distance;
                let columns = match next_lines.get(next..next + L::LANES) {
                    Some(lines) => self.lanes.load_columns(lines),
                    None => {
                        // The row after the last one is the first one.
                        let mut wrapped = [Line::ZERO; PANEL];
                        for (lane, line) in wrapped[..L::LANES].iter_mut().enumerate() {
                            *line = next_lines[(next + lane) % next_lines.len()];
                        }
                        self.lanes.load_columns(&wrapped)
                    }
                };
                for cell in &cells.next {
                    self.place::<AUXILIARY>(cell.slot, vector, columns[cell.column]);
                }
            }
        }
    }

    #[inline(always)]
    fn place<const AUXILIARY: bool>(&mut self, slot: u16, vector: usize, value: L::Vector) {
        let slot = usize::from(slot);
        if AUXILIARY {
            self.extension[slot / D][slot % D][vector] = value;
        } else {
            self.base[slot][vector] = value;
        }
    }

    /// Runs the program.
    #[inline(always)]
    pub(super) fn run(&mut self, plan: &Plan<D>) {
        let lanes = self.lanes;
        for &instruction in &plan.instructions {
            match instruction {
                Instruction::Add { to, a, b } => each!(self, to, [a, b], |a, b| lanes.add(a, b)),
                Instruction::Sub { to, a, b } => each!(self, to, [a, b], |a, b| lanes.sub(a, b)),
                Instruction::Mul { to, a, b } => each!(self, to, [a, b], |a, b| lanes.mul(a, b)),
                Instruction::MulAdd { to, a, b, c } => {
                    each!(self, to, [a, b, c], |a, b, c| lanes.add(lanes.mul(a, b), c));
                }
                Instruction::MulSub { to, a, b, c } => {
                    each!(self, to, [a, b, c], |a, b, c| lanes.sub(lanes.mul(a, b), c));
                }
                Instruction::SubMul { to, a, b, c } => {
                    each!(self, to, [a, b, c], |a, b, c| lanes.sub(c, lanes.mul(a, b)));
                }
                Instruction::AddConstant { to, a, constant } => {
                    let constant = lanes.splat(plan.constants[usize::from(constant)]);
                    each!(self, to, [a], |a| lanes.add(a, constant));
                }
                Instruction::SubFromConstant { to, a, constant } => {
                    let constant = lanes.splat(plan.constants[usize::from(constant)]);
                    each!(self, to, [a], |a| lanes.sub(constant, a));
                }
                Instruction::MulConstant { to, a, constant } => {
                    let constant = lanes.splat(plan.constants[usize::from(constant)]);
                    each!(self, to, [a], |a| lanes.mul(a, constant));
                }
                Instruction::Linear { to, multiples } => {
                    self.base[usize::from(to)] = self.multiples(&plan.multiples[usize::from(multiples)]);
                }
                Instruction::Products { to, products } => {
                    self.base[usize::from(to)] = self.products(&plan.products[usize::from(products)]);
                }
                Instruction::Combine { to, combination } => {
                    let value = self.combine(&plan.combinations[usize::from(combination)]);
                    self.extension[usize::from(to)] = value;
                }
                Instruction::ExtensionAdd { to, a, b } => {
                    let value = add_extension(lanes, self.extension(a), self.extension(b));
                    self.extension[usize::from(to)] = value;
                }
                Instruction::ExtensionSub { to, a, b } => {
                    let (a, b) = (self.extension(a), self.extension(b));
                    let mut value = *a;
                    for component in 0..D {
                        for i in 0..VECTORS {
                            value[component][i] = lanes.sub(a[component][i], b[component][i]);
                        }
                    }
                    self.extension[usize::from(to)] = value;
                }
                Instruction::ExtensionMul { to, a, b } => {
                    let value = mul_values(lanes, self.extension(a), self.extension(b));
                    self.extension[usize::from(to)] = value;
                }
                Instruction::Scale { to, a, factor } => {
                    let value = scale(lanes, self.extension(a), self.base(factor));
                    self.extension[usize::from(to)] = value;
                }
                Instruction::ScaleParameter { to, a, parameter } => {
                    let parameter = splat(lanes, plan.parameters[usize::from(parameter)]);
                    let value = mul_values(lanes, self.extension(a), &parameter);
                    self.extension[usize::from(to)] = value;
                }
            }
        }
    }

    #[inline(always)]
    fn base(&self, slot: u16) -> &Value<L> {
        &self.base[usize::from(slot)]
    }

    #[inline(always)]
    pub(super) fn extension(&self, slot: u16) -> &[Value<L>; D] {
        &self.extension[usize::from(slot)]
    }

    /// The value of a linear combination.
    #[inline(always)]
    pub(super) fn combine(&self, combination: &Combination<D>) -> [Value<L>; D] {
        let mut value = match L::SUMS / D {
            0 | 1 => self.combine_at_once::<1>(combination),
            2 | 3 => self.combine_at_once::<2>(combination),
            _ => self.combine_at_once::<4>(combination),
        };
        for &slot in &combination.plain {
            let plain = self.base(slot);
            for i in 0..VECTORS {
                value[0][i] = self.lanes.add(value[0][i], plain[i]);
            }
        }
        value
    }

    /// The constant and the terms with a factor, `N` vectors at once.
    #[inline(always)]
    fn combine_at_once<const N: usize>(&self, combination: &Combination<D>) -> [Value<L>; D] {
        let lanes = self.lanes;
        let mut value = splat(lanes, combination.constant);
        for first in (0..VECTORS).step_by(N) {
            let mut sums = [[lanes.empty_sum(); D]; N];
            for (slot, factors) in &combination.terms {
                let value = self.base(*slot);
                for i in 0..N {
                    for component in 0..D {
                        let factor = lanes.splat_factor(&factors[component]);
                        sums[i][component] = lanes.add_term(sums[i][component], value[first + i], factor);
                    }
                }
            }
            for i in 0..N {
                for component in 0..D {
                    let sum = lanes.reduce_sum(sums[i][component]);
                    value[component][first + i] = lanes.add(value[component][first + i], sum);
                }
            }
        }
        value
    }

    #[inline(always)]
    fn products(&self, pairs: &[(Slot, Slot)]) -> Value<L> {
        match L::SUMS {
            0..4 => self.products_at_once::<1>(pairs),
            _ => self.products_at_once::<4>(pairs),
        }
    }

    /// `N` vectors at once.
    #[inline(always)]
    fn products_at_once<const N: usize>(&self, pairs: &[(Slot, Slot)]) -> Value<L> {
        let lanes = self.lanes;
        let mut value = [lanes.splat(Felt::ZERO); VECTORS];
        for first in (0..VECTORS).step_by(N) {
            let mut sums = [lanes.empty_sum(); N];
            for &(a, b) in pairs {
                let (a, b) = (self.base(a), self.base(b));
                for i in 0..N {
                    sums[i] = lanes.add_product(sums[i], a[first + i], b[first + i]);
                }
            }
            for i in 0..N {
                value[first + i] = lanes.reduce_sum(sums[i]);
            }
        }
        value
    }

    #[inline(always)]
    fn multiples(&self, multiples: &Multiples) -> Value<L> {
        let lanes = self.lanes;
        let mut value = [lanes.splat(Felt::ZERO); VECTORS];
        match multiples {
            Multiples::Small(terms) => {
                for i in 0..VECTORS {
                    let mut sum = [lanes.splat_integer(0); 2];
                    for &(factor, slot) in terms {
                        sum = lanes.add_scaled(sum, self.base(slot)[i], lanes.splat_integer(factor));
                    }
                    value[i] = lanes.reduce_scaled(sum);
                }
            }
            Multiples::Any(terms) => {
                for i in 0..VECTORS {
                    let mut sum = lanes.empty_sum();
                    for (factor, slot) in terms {
                        sum = lanes.add_term(sum, self.base(*slot)[i], lanes.splat_factor(factor));
                    }
                    value[i] = lanes.reduce_sum(sum);
                }
            }
        }
        value
    }
}

/// One element of the extension in all rows.
#[inline(always)]
pub(super) fn splat<L: Lanes, const D: usize>(lanes: L, value: Components<D>) -> [Value<L>; D] {
    let mut values = [[lanes.splat(Felt::ZERO); VECTORS]; D];
    for component in 0..D {
        values[component] = [lanes.splat(value[component]); VECTORS];
    }
    values
}

#[inline(always)]
pub(super) fn add_extension<L: Lanes, const D: usize>(
    lanes: L,
    a: &[Value<L>; D],
    b: &[Value<L>; D],
) -> [Value<L>; D] {
    let mut sum = *a;
    for component in 0..D {
        for i in 0..VECTORS {
            sum[component][i] = lanes.add(a[component][i], b[component][i]);
        }
    }
    sum
}

#[inline(always)]
pub(super) fn scale<L: Lanes, const D: usize>(
    lanes: L,
    a: &[Value<L>; D],
    factor: &Value<L>,
) -> [Value<L>; D] {
    let mut product = *a;
    for component in 0..D {
        for i in 0..VECTORS {
            product[component][i] = lanes.mul(a[component][i], factor[i]);
        }
    }
    product
}

#[inline(always)]
pub(super) fn mul_values<L: Lanes, const D: usize>(
    lanes: L,
    a: &[Value<L>; D],
    b: &[Value<L>; D],
) -> [Value<L>; D] {
    let mut product = *a;
    for i in 0..VECTORS {
        let (mut x, mut y) = ([a[0][i]; D], [b[0][i]; D]);
        for component in 0..D {
            x[component] = a[component][i];
            y[component] = b[component][i];
        }
        let z = mul_extension(lanes, x, y);
        for component in 0..D {
            product[component][i] = z[component];
        }
    }
    product
}

/// The product in the extension of degree `D`.
#[inline(always)]
pub(super) fn mul_extension<L: Lanes, const D: usize>(
    lanes: L,
    a: [L::Vector; D],
    b: [L::Vector; D],
) -> [L::Vector; D] {
    let mut product = a;
    match D {
        1 => product[0] = lanes.mul(a[0], b[0]),
        2 => product.copy_from_slice(&mul_quadratic(lanes, [a[0], a[1]], [b[0], b[1]])),
        3 => product.copy_from_slice(&mul_cubic(lanes, [a[0], a[1], a[2]], [b[0], b[1], b[2]])),
        _ => unreachable!("the extensions have degree 1, 2 and 3"),
    }
    product
}

/// Writes elements of the extension to the first columns of a panel.
#[inline(always)]
pub(super) fn store<L: Lanes, const D: usize>(lanes: L, value: &[Value<L>; D], lines: &mut [Line]) {
    for (i, lines) in lines.chunks_exact_mut(L::LANES).enumerate() {
        for component in 0..D {
            let mut values = [Felt::ZERO; PANEL];
            lanes.store(value[component][i], &mut values);
            for (line, value) in lines.iter_mut().zip(values) {
                line.0[component] = value;
            }
        }
    }
}
