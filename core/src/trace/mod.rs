//! Layout of the main trace: every column by name.
//!
//! Processor and constraints share this module and nothing else. A part of the trace is a module; its
//! columns follow each other in the order of the lists. Row `r` of a column is written by one place of the
//! processor only.

mod column;

pub use column::Column;

/// Registers of the machine.
pub mod system {
    use super::Column;

    /// Number of the row.
    pub const CLK: Column = Column::first("clk", 1);
    /// Execution context: 0 in the root, else the `clk` of the row that made the call.
    pub const CTX: Column = CLK.then("ctx", 1);
    /// Free memory pointer.
    pub const FMP: Column = CTX.then("fmp", 1);
    /// 1 in a system call.
    pub const INSYS: Column = FMP.then("insys", 1);
    /// Digest of the procedure that was entered last by a call.
    pub const FN: Column = INSYS.then("fn", 4);
    /// 1 once an advice value was read.
    pub const ADV: Column = FN.then("adv", 1);
}

/// What the row does, and the part of the program that is left.
pub mod decoder {
    use super::{Column, system};

    /// One-hot `hi` digit of the opcode, `hi1..hi7`; all zero for digit 0.
    pub const HI: Column = system::ADV.then_from("hi", 7, 1);
    /// One-hot `mid` digit, `mid0..mid2`; all zero for digit 3.
    pub const MID: Column = HI.then("mid", 3);
    /// One-hot `lo` digit, `lo0..lo2`; all zero for digit 3.
    pub const LO: Column = MID.then("lo", 3);
    /// Block: shift register of groups. Node: rate of its hash.
    pub const G: Column = LO.then("g", 8);
    /// Helpers. Node: `h0..h3` digest, `h4` hasher address, `h5` domain. Limb rows: `h0..h3` 16-bit limbs.
    /// Right shifts: `h5` multiplicity of the overflow entry.
    pub const H: Column = G.then("h", 6);
    /// Block: position `3·p1 + p0` in the group. JOIN, LOOP: `p1` multiplicity of the continuation entry.
    pub const P: Column = H.then("p", 2);
    /// Continuation pointer; 0 if nothing is to be continued.
    pub const CS: Column = P.then("cs", 1);
    /// The group ends with this row and the block goes on.
    pub const GE: Column = CS.then("ge", 1);
    /// The node that ran has ended; the next row is its continuation.
    pub const DONE: Column = GE.then("done", 1);
}

/// The operand stack.
pub mod stack {
    use super::{Column, decoder};

    /// The 16 topmost items, top first.
    pub const S: Column = decoder::DONE.then("s", 16);
    /// Number of items in the current context, at least 16 (15 in row 0).
    pub const DEPTH: Column = S.then("depth", 1);
    /// Address of the topmost overflow entry of the current context; 0 if there is none.
    pub const OVF: Column = DEPTH.then("ovf", 1);
    /// 1 if the row takes an item back from the overflow list.
    pub const Z: Column = OVF.then("z", 1);
}

/// The sorted list of 16-bit values in use.
pub mod range {
    use super::{Column, stack};

    /// Value.
    pub const VALUE: Column = stack::Z.then("rv", 1);
    /// Number of look-ups of the value of this row.
    pub const MULTIPLICITY: Column = VALUE.then("rm", 1);
    /// Number of look-ups of the byte table's entry of this row.
    pub const BYTE_MULTIPLICITY: Column = MULTIPLICITY.then("bm", 1);
}

/// The chiplets, one section of rows below the other: hasher, bitwise, memory, Merkle, kernel, padding.
pub mod chiplets {
    use super::{Column, range};

    /// Section selectors `q1..q5`; each rises from 0 to 1 once.
    pub const Q: Column = range::BYTE_MULTIPLICITY.then_from("q", 5, 1);
    /// Hasher: state.
    pub const X: Column = Q.then("x", 12);
    /// Hasher: cubes of the state.
    pub const U: Column = X.then("u", 12);
    /// Hasher: cubes of the state between the halves of the round; in row 7 the digest message.
    pub const W: Column = U.then("w", 12);
    /// Multiplicities of the messages of the row.
    pub const M: Column = W.then_from("m", 2, 1);
}

/// All columns, in order.
pub const COLUMNS: [Column; 27] = [
    system::CLK,
    system::CTX,
    system::FMP,
    system::INSYS,
    system::FN,
    system::ADV,
    decoder::HI,
    decoder::MID,
    decoder::LO,
    decoder::G,
    decoder::H,
    decoder::P,
    decoder::CS,
    decoder::GE,
    decoder::DONE,
    stack::S,
    stack::DEPTH,
    stack::OVF,
    stack::Z,
    range::VALUE,
    range::MULTIPLICITY,
    range::BYTE_MULTIPLICITY,
    chiplets::Q,
    chiplets::X,
    chiplets::U,
    chiplets::W,
    chiplets::M,
];

/// Number of columns of the main trace.
pub const WIDTH: usize = chiplets::M.end();

/// Name of the cell in column `index`, e.g. `s3`; `None` beyond the width.
pub fn column_name(index: usize) -> Option<alloc::string::String> {
    COLUMNS.iter().find(|column| column.range().contains(&index)).map(|column| column.name_of(index))
}

/// Writes the digits of `opcode` into the one-hot columns of a row; the other columns are untouched.
pub fn write_opcode(row: &mut [crate::Felt], opcode: crate::Opcode) {
    use winter_math::FieldElement;

    let (hi, mid, lo) = crate::operations::digits(opcode.code());
    for (column, digit) in [(decoder::HI, hi), (decoder::MID, mid), (decoder::LO, lo)] {
        for (value, index) in (column.first_number()..).zip(column.range()) {
            if let Some(cell) = row.get_mut(index) {
                *cell = if value == digit { crate::Felt::ONE } else { crate::Felt::ZERO };
            }
        }
    }
}

const _: () = {
    let mut end = 0;
    let mut i = 0;
    while i < COLUMNS.len() {
        #[allow(clippy::indexing_slicing, reason = "bounded by the loop; const code cannot iterate")]
        let column = COLUMNS[i];
        assert!(column.start() == end, "the list of columns has no gap and is in order");
        end = column.end();
        i += 1;
    }
    assert!(end == WIDTH);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_from_the_first_digit() {
        assert_eq!(column_name(system::CLK.at(0)).as_deref(), Some("clk"));
        assert_eq!(column_name(decoder::HI.at(0)).as_deref(), Some("hi1"));
        assert_eq!(column_name(stack::S.at(15)).as_deref(), Some("s15"));
        assert_eq!(column_name(WIDTH), None);
    }
}
