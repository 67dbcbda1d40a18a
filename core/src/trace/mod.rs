//! Layout of the main trace: every column by name.
//!
//! Processor and constraints do not know each other; they share this layout. Each module is a part of the trace, with
//! its columns in order. Each cell is written in one place of the processor.
//!
//! A trace is recorded as the prover reads it: in panels of [`PANEL`] columns, each row of a panel a [`Line`].

mod column;

pub use column::Column;
pub use miden_field::{Line, PANEL};

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
    /// Digest of the procedure entered by the last call.
    pub const FN: Column = INSYS.then("fn", 4);
    /// 1 once an advice value has been read.
    pub const ADV: Column = FN.then("adv", 1);
}

/// The operation of the row, and the remainder of the program.
pub mod decoder {
    use super::{Column, system};

    /// One-hot `hi` digit of the opcode, `hi1..hi7`; all zero for digit 0.
    pub const HI: Column = system::ADV.then_from("hi", 7, 1);
    /// One-hot `mid` digit, `mid0..mid2`; all zero for digit 3.
    pub const MID: Column = HI.then("mid", 3);
    /// One-hot `lo` digit, `lo0..lo2`; all zero for digit 3.
    pub const LO: Column = MID.then("lo", 3);
    /// Block, TRAP: shift register of groups. Node: rate of its hash. RETURN: the frame. FAIL: see [`fail`].
    pub const GROUPS: Column = LO.then("g", crate::params::GROUPS_PER_BLOCK);
    /// Helpers. Node: `h0..h3` digest, `h4` hasher address, `h5` domain. Limb rows: `h0..h3` 16-bit limbs.
    /// Right shifts: `h5` multiplicity of the overflow entry. See also [`trap`] and [`fail`].
    pub const HELPERS: Column = GROUPS.then("h", 6);
    /// Block, TRAP: position `3·p1 + p0` in the group. JOIN, LOOP: `p1` multiplicity of the continuation entry.
    pub const POSITION: Column = HELPERS.then("p", 2);
    /// Continuation pointer; 0 if the list of continuations is empty.
    pub const CONTINUATION: Column = POSITION.then("cs", 1);
    /// The group ends with this row and the block continues.
    pub const GROUP_END: Column = CONTINUATION.then("ge", 1);
    /// The node ends; the next row is its continuation.
    pub const DONE: Column = GROUP_END.then("done", 1);

    /// TRAP rows: the digits of a group from the failed operation to the end.
    pub mod trap {
        use super::{Column, HELPERS};

        /// The digit, which replaces the opcode.
        pub const DIGIT: Column = HELPERS.part("digit", 0, 1);
        /// `512·digit`: the limbs of the row are looked up, so the digit has 7 bits.
        pub const SCALED: Column = HELPERS.part("scaled", 1, 1);
        /// On the last TRAP row, limbs for which the FAIL row after it has no room, lowest first: the high half of the
        /// operand of U32DIV.
        pub const LIMBS: Column = HELPERS.part("limb", 2, 2);
    }

    /// FAIL rows: the predicate of the fault.
    pub mod fail {
        use super::{Column, GROUPS, HELPERS};

        /// Number of the candidate for which the predicate holds.
        pub const CANDIDATE: Column = GROUPS.part("candidate", 1, 1);
        /// The operand that the predicate constrains.
        pub const VALUE: Column = GROUPS.part("value", 2, 1);
        /// High half of an operand that is not a u32.
        pub const HIGH: Column = GROUPS.part("high", 3, 1);
        /// 16-bit limbs of an operand that is not a u32, lowest first; for a dividend, the limbs of the high half
        /// less the divisor replace those of the high half.
        pub const LIMBS: Column = HELPERS.part("limb", 0, 4);
        /// Inverse of the value that the predicate requires to be non-zero.
        pub const WITNESS: Column = HELPERS.part("witness", 4, 1);
        /// Witness that the limbs represent the canonical integer.
        pub const CANONICAL: Column = HELPERS.part("canonical", 5, 1);
    }
}

/// The operand stack.
pub mod stack {
    use super::{Column, decoder};

    /// The 16 topmost items, top first.
    pub const S: Column = decoder::DONE.then("s", crate::params::STACK_TOP);
    /// Number of items in the current context, at least 16 (15 in row 0).
    pub const DEPTH: Column = S.then("depth", 1);
    /// Address of the topmost overflow entry of the current context; 0 if there is none.
    pub const OVF: Column = DEPTH.then("ovf", 1);
    /// 1 if the row pops an item from the overflow list.
    pub const OVERFLOW_POP: Column = OVF.then("z", 1);
}

/// The sorted list of 16-bit values in use.
pub mod range {
    use super::{Column, stack};

    /// Value.
    pub const VALUE: Column = stack::OVERFLOW_POP.then("rv", 1);
    /// Number of lookups of the value of this row.
    pub const MULTIPLICITY: Column = VALUE.then("rm", 1);
    /// Number of lookups of this row's entry of the byte table.
    pub const BYTE_MULTIPLICITY: Column = MULTIPLICITY.then("bm", 1);
}

/// The chiplets as consecutive sections of rows: hasher, bitwise, memory, Merkle, kernel, padding. The sections share
/// the columns, which are named for the hasher; each of the other sections has a module.
pub mod chiplets {
    use super::{Column, range};

    /// Section selectors `q1..q5`; each rises from 0 to 1 once.
    pub const Q: Column = range::BYTE_MULTIPLICITY.then_from("q", 5, 1);
    /// Hasher: state.
    pub const X: Column = Q.then("x", 12);
    /// Hasher: cubes of the state.
    pub const U: Column = X.then("u", 12);
    /// Hasher: cubes of the state between the halves of the round; in row 7, the digest message.
    pub const W: Column = U.then("w", 12);
    /// Multiplicities of the messages of the row.
    pub const M: Column = W.then_from("m", 2, 1);

    /// All cells of a row except the selectors and the multiplicities.
    const CELLS: Column = Q.then("cell", 36);

    /// Bitwise section: one 32-bit word per row, combined with the word of the next row.
    pub mod bitwise {
        use super::{CELLS, Column, M, X};

        /// The result for this word and the next.
        pub const RESULT: Column = X.part("result", 0, 1);
        /// 1 if the result is the XOR rotated right by 12, 8, 7. If these and [`ROTATE_16`] are 0, it is the AND.
        pub const ROTATE_12_8_7: Column = X.part("rotate", 1, 3);
        /// 1 if the result is the XOR rotated right by 16.
        pub const ROTATE_16: Column = M.part("rotate_16", 1, 1);
        /// Bits of the word, lowest first.
        pub const BITS: Column = CELLS.part("bit", 4, 32);
        /// Number of requests for the result of this word and the next.
        pub const MULTIPLICITY: Column = M.part("multiplicity", 0, 1);
    }

    /// Memory section: one access per row, sorted by context, address and row of the access.
    pub mod memory {
        use super::{Column, M, U, W, X};

        /// Context of the access.
        pub const CONTEXT: Column = X.part("context", 0, 1);
        /// Address of the access.
        pub const ADDRESS: Column = X.part("address", 1, 1);
        /// Row of the operation.
        pub const ROW: Column = X.part("row", 2, 1);
        /// The word of the message: the word in memory or, when an element is accessed, element 0 and zeros. Element
        /// 0 is that of the memory in both cases.
        pub const MESSAGE: Column = X.part("message", 3, 4);
        /// Elements 1 to 3 of the word in memory.
        pub const REST: Column = W.part("rest", 5, 3);
        /// 1 if the access writes.
        pub const WRITE: Column = W.part("write", 8, 1);
        /// 1 if only element 0 is accessed.
        pub const ELEMENT: Column = W.part("element", 9, 1);
        /// 1 on the first access of the address.
        pub const FIRST: Column = W.part("first", 10, 1);
        /// 1 on the first access of the context.
        pub const FIRST_OF_CONTEXT: Column = W.part("first_of_context", 11, 1);
        /// Low limb of the distance to the previous row, less 1.
        pub const LOW_LIMB: Column = W.part("low_limb", 4, 1);
        /// High limb of the distance.
        pub const HIGH_LIMB: Column = U.part("high_limb", 0, 1);
        /// Numerators of the message, 1, and of the lookup of the low limb, −1.
        pub const NUMERATORS: Column = M;
    }

    /// Merkle section: one level of a path per row; an update takes two rows per level, first the old path, then the
    /// new.
    pub mod merkle {
        use super::{Column, M, U, W, X};

        /// 1 if the row belongs to an update.
        pub const UPDATE: Column = X.part("update", 0, 1);
        /// Left child.
        pub const LEFT: Column = X.part("left", 4, 4);
        /// Right child.
        pub const RIGHT: Column = X.part("right", 8, 4);
        /// Parent.
        pub const PARENT: Column = W.part("parent", 0, 4);
        /// Address of the permutation.
        pub const HASH_ADDRESS: Column = W.part("hash_address", 4, 1);
        /// Lowest bit of the index: 0 if the node is the left child.
        pub const BIT: Column = W.part("bit", 5, 1);
        /// 1 if the parent is the root.
        pub const TOP: Column = W.part("top", 6, 1);
        /// The node.
        pub const NODE: Column = U.part("node", 0, 4);
        /// Levels from the node to the root.
        pub const LEVELS: Column = U.part("levels", 4, 1);
        /// The remaining bits of the index.
        pub const INDEX: Column = U.part("index", 5, 1);
        /// The root of this path.
        pub const ROOT: Column = U.part("root", 6, 4);
        /// 1 on a row of the old path of an update.
        pub const OLD: Column = U.part("old", 10, 1);
        /// Number of requests for the path from this row on.
        pub const MULTIPLICITY: Column = U.part("multiplicity", 11, 1);
        /// Elements 0 to 2 of the root of the other path of an update.
        pub const OTHER_ROOT: Column = X.part("other_root", 1, 3);
        /// Element 3 of the root of the other path.
        pub const OTHER_ROOT_3: Column = W.part("other_root_3", 7, 1);
        /// Parent of the previous row, carried to the next row.
        pub const CARRY: Column = W.part("carry", 8, 4);
        /// Numerators of the messages to the hasher, both −1.
        pub const NUMERATORS: Column = M;
    }

    /// Kernel section: one procedure per row.
    pub mod kernel {
        use super::{Column, M, W, X};

        /// Digest of the procedure, for calls.
        pub const CALLED: Column = X.part("called", 4, 4);
        /// Digest of the procedure, for the statement.
        pub const STATED: Column = W.part("stated", 0, 4);
        /// Number of calls, and −1, for the statement.
        pub const NUMERATORS: Column = M;
    }
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
    decoder::GROUPS,
    decoder::HELPERS,
    decoder::POSITION,
    decoder::CONTINUATION,
    decoder::GROUP_END,
    decoder::DONE,
    stack::S,
    stack::DEPTH,
    stack::OVF,
    stack::OVERFLOW_POP,
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

/// Number of panels of the main trace; zeros fill up the last one.
pub const PANELS: usize = WIDTH.div_ceil(PANEL);

/// Name of the cell in column `index`, such as `s3`; `None` beyond the width.
pub fn column_name(index: usize) -> Option<alloc::string::String> {
    COLUMNS.iter().find(|column| column.range().contains(&index)).map(|column| column.name_of(index))
}

/// Writes the digits of `opcode` to the one-hot columns of a row; the other columns are unchanged.
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
        assert!(column.start() == end, "the list of columns is in order and without gaps");
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
