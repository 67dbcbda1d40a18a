//! The auxiliary segment: the sum of each row's fractions by column, and the running sum of all columns.

use alloc::vec::Vec;
use core::marker::PhantomData;

use miden_air::{AuxColumn, Challenges, ConstraintProgram, Parameter};
use miden_core::{
    Felt,
    field::{FieldElement, batch_inversion},
};
use miden_vector::{Kernel, Lanes, dispatch};
#[cfg(feature = "concurrent")]
use rayon::prelude::*;

use super::{
    block::{Block, MAX_BLOCK, Rows, VECTORS, Value, add_extension, mul_extension, mul_values},
    domain::periodic_columns,
    plan::Plan,
    task_rows,
};
use crate::{
    control::Control,
    table::{Line, PANEL, Table},
};

/// The columns of the auxiliary segment, in the order of [`AuxColumn::ALL`], for the trace, a table of one coset.
///
/// In row `r` each column holds the sum of its fractions of row `r`; the running sum holds the sum of all fractions in
/// earlier rows. The last of the `rows` rows of the execution sends nothing; what is in later rows has no meaning. Counts
/// the lines of the trace as units of work.
pub(crate) fn build_auxiliary<E: FieldElement<BaseField = Felt>>(
    main: &Table,
    rows: usize,
    challenges: Challenges<'_, E>,
    control: &Control<'_>,
) -> Table {
    match E::EXTENSION_DEGREE {
        1 => build::<E, 1>(main, rows, challenges, control, |fractions| {
            dispatch(fractions);
        }),
        2 => build::<E, 2>(main, rows, challenges, control, |fractions| {
            dispatch(fractions);
        }),
        3 => build::<E, 3>(main, rows, challenges, control, |fractions| {
            dispatch(fractions);
        }),
        degree => unreachable!("no parameter set has an extension of degree {degree}"),
    }
}

/// Like [`build_auxiliary`], for an extension of degree `D`, with `run` to run the kernel.
pub(super) fn build<E: FieldElement<BaseField = Felt>, const D: usize>(
    main: &Table,
    rows: usize,
    challenges: Challenges<'_, E>,
    control: &Control<'_>,
    run: impl Fn(Fractions<'_, E, D>) + Sync,
) -> Table {
    let plan = Plan::<D>::new(&ConstraintProgram::fractions(), |parameter| match parameter {
        Parameter::One => E::ONE,
        Parameter::Challenge(i) => challenges.element(i),
        Parameter::Coefficient(_) => unreachable!("fractions have no coefficients"),
    });
    let periodic = periodic_columns(MAX_BLOCK);
    let mut table = Table::new(AuxColumn::COUNT * D, main.rows(), 1);
    let task_rows = task_rows(table.rows());
    let tasks = tasks(&mut table, task_rows);
    let build = |(task, lines): (usize, Vec<&mut [Line]>)| {
        if !control.proceeds() {
            return;
        }
        control.count(main.panels() * lines.first().map_or(0, |lines| lines.len()));
        let main = Rows::of_coset(main, 0);
        let start = task * task_rows;
        run(Fractions { plan: &plan, periodic: &periodic, main, start, lines, field: PhantomData::<E> });
    };
    #[cfg(feature = "concurrent")]
    tasks.into_par_iter().enumerate().for_each(build);
    #[cfg(not(feature = "concurrent"))]
    tasks.into_iter().enumerate().for_each(build);
    add_up::<D>(&mut table, rows - 1);
    table
}

/// The rows of each task, panel by panel.
fn tasks(table: &mut Table, task_rows: usize) -> Vec<Vec<&mut [Line]>> {
    let rows = table.rows();
    let mut tasks: Vec<Vec<&mut [Line]>> = (0..rows.div_ceil(task_rows)).map(|_| Vec::new()).collect();
    for panel in table.cosets_mut() {
        for (task, lines) in tasks.iter_mut().zip(panel.chunks_mut(task_rows)) {
            task.push(lines);
        }
    }
    tasks
}

/// Replaces the increments of the running sum by the sum of those in earlier rows; there are none in row `last`.
fn add_up<const D: usize>(table: &mut Table, last: usize) {
    for panel in table.cosets_mut() {
        panel[last] = Line::ZERO;
    }
    for component in 0..D {
        let column = AuxColumn::Sum.index() * D + component;
        let panel = table.coset_mut(column / PANEL, 0);
        let mut sum = Felt::ZERO;
        for line in panel {
            let cell = &mut line.0[column % PANEL];
            let increment = core::mem::replace(cell, sum);
            sum += increment;
        }
    }
}

/// The columns in the rows of a task; the running sum holds its increments.
pub(super) struct Fractions<'a, E, const D: usize> {
    plan: &'a Plan<D>,
    periodic: &'a [Vec<Felt>],
    main: Rows<'a>,
    start: usize,
    /// The rows, panel by panel.
    lines: Vec<&'a mut [Line]>,
    field: PhantomData<E>,
}

impl<E: FieldElement<BaseField = Felt>, const D: usize> Kernel for Fractions<'_, E, D> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { plan, periodic, main, start, mut lines, .. } = self;
        let rows = lines[0].len();
        let blocks = rows / Block::<L, D>::ROWS;
        // Products and sums of the columns in each block.
        let mut products: Vec<[Value<L>; D]> = Vec::with_capacity(blocks * AuxColumn::COUNT);
        let mut sums: Vec<[Value<L>; D]> = Vec::with_capacity(blocks * AuxColumn::COUNT);
        let mut block = Block::<L, D>::new(lanes, plan);
        for number in 0..blocks {
            block.load(plan, main, None, periodic, start + number * Block::<L, D>::ROWS);
            block.run(plan);
            for output in plan.outputs.chunks_exact(2) {
                products.push(*block.extension(output[0]));
                sums.push(*block.extension(output[1]));
            }
        }
        invert::<L, E, D>(lanes, &mut products);

        for number in 0..blocks {
            let first = number * AuxColumn::COUNT;
            let mut increment = [[lanes.splat(Felt::ZERO); VECTORS]; D];
            for column in 0..AuxColumn::COUNT {
                let value = mul_values(lanes, &sums[first + column], &products[first + column]);
                increment = add_extension(lanes, &increment, &value);
                let value = if column == AuxColumn::Sum.index() { &increment } else { &value };
                let row = number * Block::<L, D>::ROWS;
                for component in 0..D {
                    let position = column * D + component;
                    let lines = &mut lines[position / PANEL][row..][..Block::<L, D>::ROWS];
                    for (i, lines) in lines.chunks_exact_mut(L::LANES).enumerate() {
                        let mut cells = [Felt::ZERO; PANEL];
                        lanes.store(value[component][i], &mut cells);
                        for (line, cell) in lines.iter_mut().zip(cells) {
                            line.0[position % PANEL] = cell;
                        }
                    }
                }
            }
        }
    }
}

/// Replaces all values by their inverses; 0 remains 0.
#[inline(always)]
fn invert<L: Lanes, E: FieldElement<BaseField = Felt>, const D: usize>(
    lanes: L,
    values: &mut [[Value<L>; D]],
) {
    let mut one = [lanes.splat(Felt::ZERO); D];
    one[0] = lanes.splat(Felt::ONE);
    // The product of all values before each one.
    let mut before = Vec::with_capacity(values.len() * VECTORS);
    let mut product = one;
    for value in values.iter() {
        for i in 0..VECTORS {
            before.push(product);
            product = mul_extension(lanes, product, vector::<L, D>(value, i));
        }
    }
    let Some(mut rest) = invert_lanes::<L, E, D>(lanes, product) else {
        return invert_one_by_one::<L, E, D>(lanes, values);
    };
    for (value, before) in values.iter_mut().zip(before.chunks_exact(VECTORS)).rev() {
        for i in (0..VECTORS).rev() {
            let inverse = mul_extension(lanes, before[i], rest);
            rest = mul_extension(lanes, rest, vector::<L, D>(value, i));
            for component in 0..D {
                value[component][i] = inverse[component];
            }
        }
    }
}

#[inline(always)]
fn vector<L: Lanes, const D: usize>(value: &[Value<L>; D], i: usize) -> [L::Vector; D] {
    let mut vector = [value[0][i]; D];
    for component in 0..D {
        vector[component] = value[component][i];
    }
    vector
}

/// The inverse in every lane; `None` if a lane is 0.
#[inline(always)]
fn invert_lanes<L: Lanes, E: FieldElement<BaseField = Felt>, const D: usize>(
    lanes: L,
    value: [L::Vector; D],
) -> Option<[L::Vector; D]> {
    let mut components = [[Felt::ZERO; PANEL]; D];
    for component in 0..D {
        lanes.store(value[component], &mut components[component]);
    }
    for lane in 0..L::LANES {
        let mut element = [Felt::ZERO; D];
        for component in 0..D {
            element[component] = components[component][lane];
        }
        let element = E::slice_from_base_elements(&element)[0];
        if element == E::ZERO {
            return None;
        }
        let inverse = element.inv();
        for component in 0..D {
            components[component][lane] = inverse.base_element(component);
        }
    }
    let mut inverse = value;
    for component in 0..D {
        inverse[component] = lanes.load(&components[component]);
    }
    Some(inverse)
}

/// Replaces values by their inverses if one of them is 0, which no challenges but a vanishing share cause.
#[cold]
fn invert_one_by_one<L: Lanes, E: FieldElement<BaseField = Felt>, const D: usize>(
    lanes: L,
    values: &mut [[Value<L>; D]],
) {
    for value in values {
        for i in 0..VECTORS {
            let mut components = [[Felt::ZERO; PANEL]; D];
            for component in 0..D {
                lanes.store(value[component][i], &mut components[component]);
            }
            let mut elements = [E::ZERO; PANEL];
            for (lane, element) in elements[..L::LANES].iter_mut().enumerate() {
                let parts = components.map(|component| component[lane]);
                *element = E::slice_from_base_elements(&parts)[0];
            }
            let inverses = batch_inversion(&elements);
            for component in 0..D {
                for lane in 0..L::LANES {
                    components[component][lane] = inverses[lane].base_element(component);
                }
                value[component][i] = lanes.load(&components[component]);
            }
        }
    }
}
