//! The recorded constraints in executable form.

use alloc::vec::Vec;

use miden_core::Felt;

use super::graph::OperationCounts;

/// A value of the base field that a frame supplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// A column of the main segment in the current row.
    Current(usize),
    /// A column of the main segment in the next row.
    Next(usize),
    /// A periodic column in the current row.
    Periodic(usize),
}

/// A cell of the auxiliary segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuxiliaryCell {
    /// Position of the column.
    pub column: usize,
    /// The next row instead of the current one.
    pub next: bool,
}

/// A value of the extension field that is the same in all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// 1.
    One,
    /// A challenge of the bus.
    Challenge(usize),
    /// The coefficient of a transition constraint, counted over both segments.
    Coefficient(usize),
}

/// Position of a value of the base field.
pub type Slot = u16;

/// Position of a value of the extension field.
pub type ExtensionSlot = u16;

/// A step of the program. Every step writes one slot; `a` and `b` may be the slot that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the formula of an instruction names its fields")]
pub enum Instruction {
    /// `a + b`
    Add { to: Slot, a: Slot, b: Slot },
    /// `a − b`
    Sub { to: Slot, a: Slot, b: Slot },
    /// `a·b`
    Mul { to: Slot, a: Slot, b: Slot },
    /// `a·b + c`
    MulAdd { to: Slot, a: Slot, b: Slot, c: Slot },
    /// `a·b − c`
    MulSub { to: Slot, a: Slot, b: Slot, c: Slot },
    /// `c − a·b`
    SubMul { to: Slot, a: Slot, b: Slot, c: Slot },
    /// `a + constant`
    AddConstant { to: Slot, a: Slot, constant: u16 },
    /// `constant − a`
    SubFromConstant { to: Slot, a: Slot, constant: u16 },
    /// `a·constant`
    MulConstant { to: Slot, a: Slot, constant: u16 },
    /// A sum of multiples.
    Linear { to: Slot, multiples: u16 },
    /// A sum of products.
    Products { to: Slot, products: u16 },
    /// A linear combination with parameters, in the extension.
    Combine { to: ExtensionSlot, combination: u16 },
    /// `a + b` in the extension
    ExtensionAdd { to: ExtensionSlot, a: ExtensionSlot, b: ExtensionSlot },
    /// `a − b` in the extension
    ExtensionSub { to: ExtensionSlot, a: ExtensionSlot, b: ExtensionSlot },
    /// `a·b` in the extension
    ExtensionMul { to: ExtensionSlot, a: ExtensionSlot, b: ExtensionSlot },
    /// `a·factor` for a factor of the base field
    Scale { to: ExtensionSlot, a: ExtensionSlot, factor: Slot },
    /// `a·parameter`
    ScaleParameter { to: ExtensionSlot, a: ExtensionSlot, parameter: u16 },
}

/// `Σ parameter·constant + Σ parameter·slot`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Combination {
    /// Terms that are the same in all rows.
    pub constant: Vec<(Parameter, Felt)>,
    /// Terms with the parameter 1.
    pub plain: Vec<Slot>,
    /// The other terms.
    pub terms: Vec<(Parameter, Slot)>,
}

/// A straight-line program over the cells of a frame.
///
/// At the start, slot `i` holds cell `i` of [`Self::cells`], and extension slot `i` cell `i` of
/// [`Self::auxiliary_cells`]; no instruction writes these slots. Book: design/evaluation.md
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConstraintProgram {
    pub(super) cells: Vec<Cell>,
    pub(super) auxiliary_cells: Vec<AuxiliaryCell>,
    pub(super) constants: Vec<Felt>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) multiples: Vec<Vec<(Felt, Slot)>>,
    pub(super) products: Vec<Vec<(Slot, Slot)>>,
    pub(super) combinations: Vec<Combination>,
    pub(super) instructions: Vec<Instruction>,
    pub(super) slots: usize,
    pub(super) extension_slots: usize,
    pub(super) outputs: Vec<ExtensionSlot>,
    pub(super) written: OperationCounts,
}

impl ConstraintProgram {
    /// The cells of the main segment and the periodic columns that the program reads, in order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cells of the auxiliary segment that the program reads, in order.
    pub fn auxiliary_cells(&self) -> &[AuxiliaryCell] {
        &self.auxiliary_cells
    }

    /// The constants that instructions refer to.
    pub fn constants(&self) -> &[Felt] {
        &self.constants
    }

    /// The parameters that [`Instruction::ScaleParameter`] refers to.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Factors and slots of the sums that [`Instruction::Linear`] refers to.
    pub fn multiples(&self) -> &[Vec<(Felt, Slot)>] {
        &self.multiples
    }

    /// The pairs of slots that [`Instruction::Products`] refers to.
    pub fn products(&self) -> &[Vec<(Slot, Slot)>] {
        &self.products
    }

    /// The combinations that [`Instruction::Combine`] refers to.
    pub fn combinations(&self) -> &[Combination] {
        &self.combinations
    }

    /// The steps, in order.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// Number of slots.
    pub const fn slots(&self) -> usize {
        self.slots
    }

    /// Number of extension slots.
    pub const fn extension_slots(&self) -> usize {
        self.extension_slots
    }

    /// The slots that hold the results after the last step.
    pub fn outputs(&self) -> &[ExtensionSlot] {
        &self.outputs
    }

    /// Operations in the base field as the constraints are written, without sharing.
    pub const fn operations_written(&self) -> OperationCounts {
        self.written
    }

    /// Operations in the base field that the program executes, without combinations.
    pub fn operations(&self) -> OperationCounts {
        let mut counts = OperationCounts::default();
        for instruction in &self.instructions {
            let (sums, products) = match *instruction {
                Instruction::Add { .. }
                | Instruction::Sub { .. }
                | Instruction::AddConstant { .. }
                | Instruction::SubFromConstant { .. } => (1, 0),
                Instruction::Mul { .. } | Instruction::MulConstant { .. } => (0, 1),
                Instruction::MulAdd { .. } | Instruction::MulSub { .. } | Instruction::SubMul { .. } => {
                    (1, 1)
                }
                Instruction::Linear { multiples, .. } => {
                    let terms = self.multiples[usize::from(multiples)].len();
                    (terms - 1, terms)
                }
                Instruction::Products { products, .. } => {
                    let terms = self.products[usize::from(products)].len();
                    (terms - 1, terms)
                }
                _ => (0, 0),
            };
            counts.sums += sums;
            counts.products += products;
        }
        counts
    }
}
