//! A recorded program with the parameters of one proof.

use alloc::vec::Vec;

use miden_air::{Cell, ConstraintProgram, ExtensionSlot, Instruction, Parameter, Slot};
use miden_core::{Felt, field::FieldElement};
use miden_vector::{Factor, MAX_PRODUCTS};

use crate::table::PANEL;

/// An element of the extension as `D` elements of the base field.
pub(super) type Components<const D: usize> = [Felt; D];

/// Sums of products are reduced once, and lack the room for more terms than this.
pub(super) fn check_terms(count: usize) {
    assert!(count <= MAX_PRODUCTS, "a sum of {count} products has to be divided");
}

/// Components of an element of the extension of degree `D`.
pub(super) fn components<E: FieldElement<BaseField = Felt>, const D: usize>(value: E) -> Components<D> {
    core::array::from_fn(|i| value.base_element(i))
}

/// `constant + Σ slot + Σ factor·slot`
#[derive(Clone, Debug)]
pub(super) struct Combination<const D: usize> {
    pub(super) constant: Components<D>,
    pub(super) plain: Vec<Slot>,
    pub(super) terms: Vec<(Slot, [Factor; D])>,
}

/// `Σ factor·slot`
#[derive(Clone, Debug)]
pub(super) enum Multiples {
    /// All factors are below `2^16`.
    Small(Vec<(u32, Slot)>),
    Any(Vec<(Factor, Slot)>),
}

impl Multiples {
    fn new(terms: &[(Felt, Slot)]) -> Self {
        let small = |&(factor, slot): &(Felt, Slot)| {
            u16::try_from(factor.as_int()).ok().map(|factor| (u32::from(factor), slot))
        };
        match terms.iter().map(small).collect() {
            Some(terms) => Self::Small(terms),
            None => Self::Any(terms.iter().map(|&(factor, slot)| (Factor::new(factor), slot)).collect()),
        }
    }
}

/// A cell to be read from a panel into a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct PanelCell {
    /// Position within the panel.
    pub(super) column: usize,
    pub(super) slot: Slot,
}

/// The cells that are read from one panel, in the current and in the next row.
#[derive(Clone, Debug, Default)]
pub(super) struct PanelCells {
    pub(super) current: Vec<PanelCell>,
    pub(super) next: Vec<PanelCell>,
}

/// A program with its parameters.
#[derive(Clone, Debug)]
pub(super) struct Plan<const D: usize> {
    pub(super) instructions: Vec<Instruction>,
    pub(super) constants: Vec<Felt>,
    pub(super) parameters: Vec<Components<D>>,
    pub(super) multiples: Vec<Multiples>,
    pub(super) products: Vec<Vec<(Slot, Slot)>>,
    pub(super) combinations: Vec<Combination<D>>,
    pub(super) slots: usize,
    pub(super) extension_slots: usize,
    pub(super) outputs: Vec<ExtensionSlot>,
    /// Cells of the main segment, by panel.
    pub(super) main: Vec<PanelCells>,
    /// Components of cells of the auxiliary segment, by panel; slot `i` is component `i mod D` of extension slot `i / D`.
    pub(super) auxiliary: Vec<PanelCells>,
    /// Periodic columns with their slots.
    pub(super) periodic: Vec<(usize, Slot)>,
}

impl<const D: usize> Plan<D> {
    /// Prepares the program for the values of the parameters.
    pub(super) fn new<E: FieldElement<BaseField = Felt>>(
        program: &ConstraintProgram,
        parameter: impl Fn(Parameter) -> E,
    ) -> Self {
        let combinations = program.combinations().iter().map(|combination| {
            let constants = combination.constant.iter();
            let constant = constants.fold(E::ZERO, |sum, &(p, value)| sum + parameter(p).mul_base(value));
            check_terms(combination.terms.len());
            let terms =
                combination.terms.iter().map(|&(p, slot)| (slot, components(parameter(p)).map(Factor::new)));
            Combination {
                constant: components(constant),
                plain: combination.plain.clone(),
                terms: terms.collect(),
            }
        });
        program.multiples().iter().for_each(|terms| check_terms(terms.len()));
        program.products().iter().for_each(|pairs| check_terms(pairs.len()));
        let mut plan = Self {
            instructions: program.instructions().to_vec(),
            constants: program.constants().to_vec(),
            parameters: program.parameters().iter().map(|&p| components(parameter(p))).collect(),
            multiples: program.multiples().iter().map(|terms| Multiples::new(terms)).collect(),
            products: program.products().to_vec(),
            combinations: combinations.collect(),
            slots: program.slots(),
            extension_slots: program.extension_slots(),
            outputs: program.outputs().to_vec(),
            main: Vec::new(),
            auxiliary: Vec::new(),
            periodic: Vec::new(),
        };
        for (slot, &cell) in (0..).zip(program.cells()) {
            match cell {
                Cell::Current(column) => place(&mut plan.main, column, false, slot),
                Cell::Next(column) => place(&mut plan.main, column, true, slot),
                Cell::Periodic(column) => plan.periodic.push((column, slot)),
            }
        }
        for (slot, &cell) in program.auxiliary_cells().iter().enumerate() {
            for component in 0..D {
                let slot = slot_index(slot * D + component);
                place(&mut plan.auxiliary, cell.column * D + component, cell.next, slot);
            }
        }
        plan
    }

    /// The slot of a cell of the current row; a new one if the program does not read it.
    pub(super) fn main_slot(&mut self, column: usize) -> Slot {
        let cells = self.main.get(column / PANEL).map_or(&[][..], |panel| &panel.current);
        if let Some(cell) = cells.iter().find(|cell| cell.column == column % PANEL) {
            return cell.slot;
        }
        let slot = slot_index(self.slots);
        self.slots += 1;
        place(&mut self.main, column, false, slot);
        slot
    }

    /// The extension slot of an auxiliary cell of the current row; a new one if the program does not read it.
    pub(super) fn auxiliary_slot(&mut self, column: usize) -> ExtensionSlot {
        let first = column * D;
        let cells = self.auxiliary.get(first / PANEL).map_or(&[][..], |panel| &panel.current);
        if let Some(cell) = cells.iter().find(|cell| cell.column == first % PANEL) {
            return slot_index(usize::from(cell.slot) / D);
        }
        let slot = self.extension_slots;
        self.extension_slots += 1;
        for component in 0..D {
            place(&mut self.auxiliary, first + component, false, slot_index(slot * D + component));
        }
        slot_index(slot)
    }
}

fn slot_index(slot: usize) -> Slot {
    Slot::try_from(slot).expect("programs have few slots")
}

fn place(panels: &mut Vec<PanelCells>, column: usize, next: bool, slot: Slot) {
    let panel = column / PANEL;
    if panels.len() <= panel {
        panels.resize_with(panel + 1, PanelCells::default);
    }
    let cells = &mut panels[panel];
    let cells = if next { &mut cells.next } else { &mut cells.current };
    cells.push(PanelCell { column: column % PANEL, slot });
}
