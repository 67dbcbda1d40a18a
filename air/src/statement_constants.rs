use miden_core::{
    Felt, Outcome, Statement,
    field::FieldElement,
    outcome::{FaultRule, Operand, Predicate},
};

/// Numbers of the statement that appear in constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementConstants {
    /// Number of INPUT rows at the start of a trace.
    pub(crate) num_input_rows: Felt,
    /// Rule for the FAIL rows of a failing program.
    pub(crate) fault: FaultConstants,
}

impl StatementConstants {
    /// The numbers of this statement.
    ///
    /// # Panics
    /// If [`Statement::check_outcome`] rejects the statement.
    pub fn new(statement: &Statement) -> Self {
        let fault = match &statement.outcome {
            Outcome::Success => FaultConstants::default(),
            Outcome::Fault(claim) => FaultConstants::new(
                FaultRule::of(claim.opcode, claim.code)
                    .expect("`check_outcome` accepts existing faults only"),
            ),
        };
        // At most 2^16 inputs.
        Self { num_input_rows: Felt::new(statement.inputs.num_input_rows() as u64), fault }
    }

    /// The numbers of an arbitrary statement, for labels, degrees and texts, which do not depend on them.
    pub(crate) fn any() -> Self {
        Self { num_input_rows: Felt::ONE, fault: FaultConstants::default() }
    }
}

/// Operand and predicate of a fault as constants, each 1 or 0 except `expected`; all 0 for a success.
/// Book: design/decoder.md#faults
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultConstants {
    /// Candidate 0 is `s0`.
    pub(crate) item_0: Felt,
    /// Candidate 1 is `s1`.
    pub(crate) item_1: Felt,
    /// Candidate 0 is `s3`.
    pub(crate) item_3: Felt,
    /// The candidates are `s12` and `s12 + 1`.
    pub(crate) pointer: Felt,
    /// The candidates are `y` and `2·y`, `y = 3·2^30 − 1 − fmp − s0`.
    pub(crate) room: Felt,
    /// Candidate 1 is a dividend whose quotient is not a u32.
    pub(crate) quotient: Felt,
    /// There is a candidate 1.
    pub(crate) second: Felt,
    /// There is a candidate 2, which is `s2`.
    pub(crate) third: Felt,
    /// The operand differs from `expected`.
    pub(crate) differs: Felt,
    /// The value that the operand differs from.
    pub(crate) expected: Felt,
    /// The operand is the stack depth.
    pub(crate) deep: Felt,
    /// The operand is 0.
    pub(crate) zero: Felt,
    /// The operand is neither 0 nor 1.
    pub(crate) not_binary: Felt,
    /// The operand is not a u32.
    pub(crate) not_u32: Felt,
    /// No system call runs.
    pub(crate) outside: Felt,
    /// A system call runs.
    pub(crate) inside: Felt,
}

impl FaultConstants {
    fn new(FaultRule { predicate, operand, .. }: FaultRule) -> Self {
        let flag = |condition: bool| if condition { Felt::ONE } else { Felt::ZERO };
        let quotient = flag(operand == Operand::Quotient);
        let is_item = |i: usize| flag(matches!(operand, Operand::Items(count) if i < count));
        let is = |expected: Predicate| flag(predicate == expected);
        Self {
            item_0: is_item(0) + quotient,
            item_1: is_item(1) + quotient,
            item_3: flag(operand == Operand::Item3),
            pointer: flag(operand == Operand::StreamAddress),
            room: flag(operand == Operand::FmpRoom),
            quotient,
            second: flag(operand.candidates() > 1),
            third: flag(operand.candidates() > 2),
            differs: is(Predicate::NotOne) + is(Predicate::NotZero) + is(Predicate::TooDeep),
            expected: is(Predicate::NotOne),
            deep: is(Predicate::TooDeep),
            zero: is(Predicate::Zero),
            not_binary: is(Predicate::NotBinary),
            not_u32: is(Predicate::NotU32),
            outside: is(Predicate::OutsideSyscall),
            inside: is(Predicate::InsideSyscall),
        }
    }
}
