//! The rows of a failing execution, from the failing step on.

use miden_core::{
    FaultCode, Felt, Opcode, RescueState,
    field::{FieldElement, StarkField},
    outcome::{FaultPlace, FaultRule, Operand, Predicate},
    params::{FMP_MAX, STREAM_ADDRESS},
    permute,
    trace::{
        decoder::{self, fail, trap},
        stack, system,
    },
};
use miden_processor::{ExecutionOptions, ExecutionTrace};
use proptest::prelude::*;

use super::{
    check_with,
    common::{faults, inputs, programs},
    lists::Lists,
    table::Table,
};

impl Table<'_> {
    /// Rules of a row from the failing step on.
    pub(crate) fn fault(&self, row: usize, recorded: &ExecutionTrace, lists: &mut Lists) {
        let (opcode, next) = (self.opcode(row), self.opcode(row + 1));
        assert_eq!(self.cell(row, decoder::CONTINUATION), self.cell(row + 1, decoder::CONTINUATION));
        assert_eq!((self.cell(row, decoder::GROUP_END), self.cell(row, decoder::DONE)), (0, 0));
        if opcode != Opcode::Trap {
            assert_eq!(next, Opcode::Fail, "row {row}: {opcode}");
            self.is_zero(row, decoder::POSITION.range());
        }
        match opcode {
            Opcode::Trap => self.trap(row, recorded),
            Opcode::NTrap => self.node_trap(row),
            Opcode::Return => {
                self.is_zero(row, (0..6).filter(|&i| i != 4).map(|i| decoder::HELPERS.at(i)));
                // The previous row has requested the frame like that of any other return.
                let frame = lists.frames.get(&self.int(row, decoder::HELPERS.at(4))).unwrap();
                assert_eq!(frame.payload, self.ints(row, decoder::GROUPS));
            }
            Opcode::Fail => self.fail(row, recorded),
            other => panic!("row {row}: {other}"),
        }
    }

    /// TRAP shifts out a digit of the group, up to the last position.
    fn trap(&self, row: usize, recorded: &ExecutionTrace) {
        let (g, next_g) = (self.ints(row, decoder::GROUPS), self.ints(row + 1, decoder::GROUPS));
        let [digit, scaled] = [trap::DIGIT, trap::SCALED].map(|column| self.cell(row, column));
        assert_eq!((digit, scaled), (g[0] % 128, g[0] % 128 * 512));
        self.is_zero(row, trap::LIMBS.end()..decoder::HELPERS.end());
        let limbs = self.ints(row, trap::LIMBS);
        let of_quotient = self.opcode(row + 1) == Opcode::Fail && self.is_division(recorded);
        let high = if of_quotient { self.cell(row + 1, fail::HIGH) } else { 0 };
        assert_eq!(limbs, [high & 0xffff, high >> 16]);
        let position = |row: usize| {
            let p = self.ints(row, decoder::POSITION);
            assert!(p.iter().all(|&digit| digit < 3));
            3 * p[1] + p[0]
        };
        if self.opcode(row + 1) == Opcode::Trap {
            assert_eq!((position(row + 1), next_g[0]), (position(row) + 1, g[0] / 128));
            assert_eq!(next_g[1..], g[1..]);
        } else {
            assert_eq!((position(row), g[0] / 128, self.opcode(row + 1)), (8, 0, Opcode::Fail));
        }
    }

    /// Whether the fault is that the divisor or the quotient is not a u32.
    fn is_division(&self, recorded: &ExecutionTrace) -> bool {
        let claim = recorded.outcome().fault().unwrap();
        FaultRule::of(claim.opcode, claim.code).unwrap().operand == Operand::Quotient
    }

    /// NTRAP contains the digest of the node that it replaces.
    fn node_trap(&self, row: usize) {
        let (g, h) = (self.ints(row, decoder::GROUPS), self.ints(row, decoder::HELPERS));
        let mut state = RescueState::default();
        state[0] = Felt::new(h[5]);
        state[4..].copy_from_slice(&programs::felts(&g));
        permute(&mut state);
        assert_eq!(state[4..8], programs::felts(&h[..4]));
    }

    /// The predicate of the statement holds for the candidate.
    fn fail(&self, row: usize, recorded: &ExecutionTrace) {
        let claim = recorded.outcome().fault().unwrap();
        let rule = FaultRule::of(claim.opcode, claim.code).unwrap();
        let s = |i: usize| self.felt(row, stack::S.at(i));
        let candidate = self.cell(row, fail::CANDIDATE);
        assert!(candidate < rule.operand.candidates().max(1) as u64);
        let room = Felt::new(FMP_MAX) - self.felt(row, system::FMP.at(0)) - s(0);
        let expected = match rule.operand {
            Operand::None => Felt::ZERO,
            Operand::Items(_) | Operand::Quotient => s(candidate as usize),
            Operand::Item3 => s(3),
            Operand::StreamAddress => s(STREAM_ADDRESS) + Felt::new(candidate),
            Operand::FmpRoom => Felt::new(candidate + 1) * room,
        };
        let value = self.felt(row, fail::VALUE.at(0));
        assert_eq!(value, expected);

        let is_quotient = rule.operand == Operand::Quotient && candidate == 1;
        let number = value.as_int();
        let depth = self.cell(row, stack::DEPTH);
        let nonzero = |value: Felt| Some(value).filter(|&value| value != Felt::ZERO);
        let inverse_of = match rule.predicate {
            Predicate::NotOne => nonzero(value - Felt::ONE),
            Predicate::NotZero => nonzero(value),
            Predicate::NotBinary => nonzero(value * (value - Felt::ONE)),
            // The quotient of the dividend is 2^32 or more.
            Predicate::NotU32 if is_quotient => {
                nonzero(s(0)).filter(|divisor| (number / divisor.as_int()) >> 32 > 0)
            }
            Predicate::NotU32 => nonzero(Felt::new(number >> 32)),
            Predicate::TooDeep => nonzero(Felt::new(depth - 16)),
            Predicate::Zero => (number == 0).then_some(Felt::ZERO),
            Predicate::OutsideSyscall => (self.cell(row, system::INSYS) == 0).then_some(Felt::ZERO),
            Predicate::InsideSyscall => (self.cell(row, system::INSYS) == 1).then_some(Felt::ZERO),
            Predicate::Always => Some(Felt::ZERO),
        };
        let inverse_of = inverse_of.unwrap_or_else(|| panic!("row {row}: {:?} of {number}", rule.predicate));
        assert_eq!(self.felt(row, fail::WITNESS.at(0)), inverse_of.inv());

        let is_split = rule.predicate == Predicate::NotU32;
        let less = if is_quotient { s(0).as_int() << 32 } else { 0 };
        let split = (0..4).map(|i| if is_split { (number - less) >> (16 * i) & 0xffff } else { 0 });
        assert!(self.ints(row, fail::LIMBS).into_iter().eq(split));
        assert_eq!(self.cell(row, fail::HIGH), if is_split { number >> 32 } else { 0 });
        let (hi, lo) = (number >> 32, number % (1 << 32));
        let canonical =
            if is_split && lo != 0 { Felt::new(u64::from(u32::MAX) - hi).inv() } else { Felt::ZERO };
        assert_eq!(self.felt(row, fail::CANONICAL.at(0)), canonical);
        let named = [fail::CANDIDATE, fail::VALUE, fail::HIGH].map(|column| column.start());
        self.is_zero(row, decoder::GROUPS.range().filter(|column| !named.contains(column)));
    }

    /// Rules that link the statement to the row of the failing step and to the last rows.
    pub(crate) fn failed(&self, row: usize, recorded: &ExecutionTrace) {
        let claim = recorded.outcome().fault().unwrap();
        let code = u64::from(claim.opcode.code());
        let rows = match FaultPlace::of(claim.opcode).unwrap() {
            FaultPlace::Operation => {
                assert_eq!((self.opcode(row), self.cell(row, trap::DIGIT)), (Opcode::Trap, code));
                assert_ne!(self.opcode(row - 1), Opcode::Trap);
                let p = self.ints(row, decoder::POSITION);
                9 - (3 * p[1] + p[0])
            }
            FaultPlace::Node => {
                assert_eq!((self.opcode(row), self.int(row, decoder::HELPERS.at(5))), (Opcode::NTrap, code));
                1
            }
            FaultPlace::Return => {
                assert_eq!((self.opcode(row), self.cell(row, decoder::DONE)), (Opcode::Return, 0));
                1
            }
        };
        if claim.code == FaultCode::SyscallTargetNotInKernel {
            let target = claim.target.unwrap();
            assert_eq!(programs::felts(&self.ints(row, decoder::GROUPS)[..4]), target.elements());
        }
        assert_eq!(recorded.part_rows().execution, row + rows as usize + 2);
        let last = self.num_rows - 1;
        let outputs: Vec<u64> = recorded.outputs().items().iter().map(StarkField::as_int).collect();
        assert_eq!((self.opcode(last), self.ints(last, stack::S)), (Opcode::Fail, outputs));
        assert_eq!(self.cell(last, system::ADV), u64::from(!claim.deterministic));
    }
}

#[test]
fn traces_of_failing_programs_follow_the_rules() {
    for case in faults::all() {
        let trace = check_with(&case.program, &case.inputs, &ExecutionOptions::default());
        assert_eq!(trace.outcome().fault().unwrap().code, case.code, "{}", case.name);
    }
}

#[test]
fn traces_that_stop_at_the_limit_follow_the_rules() {
    let (program, inputs) = faults::ending();
    let cycles = check_with(&program, &inputs, &ExecutionOptions::default()).cycles();
    for limit in 0..=cycles {
        check_with(&program, &inputs, &ExecutionOptions::default().with_cycle_limit(Some(limit)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn generated_traces_that_stop_at_a_limit_follow_the_rules(
        tree in programs::tree(),
        stack in programs::stack_inputs(),
        limit in 0..300u64,
    ) {
        let inputs = miden_core::ProgramInputs { advice: programs::advice(), ..inputs(&stack) };
        let options = ExecutionOptions::default().with_cycle_limit(Some(limit));
        check_with(&tree.program(), &inputs, &options);
    }
}
