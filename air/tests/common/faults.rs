//! Executions that end in a fault, written without the processor: any execution can be claimed to fail in any row,
//! honestly or not, and the rest of the trace follows from the claim.

use std::collections::BTreeMap;

use miden_air::inspect::{MessageKind, Unbalanced, Violation, check};
use miden_core::{
    FaultClaim, FaultCode, Felt, Opcode, Outcome, StackInputs,
    field::{FieldElement, StarkField},
    outcome::{FaultPlace, FaultRule, Operand, Predicate},
    params::{FMP_MAX, HASH_CYCLE, STACK_TOP, STREAM_ADDRESS},
    trace::{
        chiplets::M,
        decoder::{
            DONE, GROUP_END, GROUPS, HELPERS, POSITION,
            fail::{CANDIDATE, CANONICAL, HIGH, LIMBS, VALUE, WITNESS},
            trap::{DIGIT, LIMBS as TRAP_LIMBS, SCALED},
        },
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE as LIST},
        stack::{DEPTH, OVERFLOW_POP, S},
        system::{ADV, FMP},
        write_opcode,
    },
};

use super::{Row, Section, Trace, felt, with_outputs};

/// Largest gap in the list of 16-bit values.
const MAX_GAP: u64 = 255;

/// A row of this kind with the state of `row` and no other content.
fn bare(row: &Row, kind: Opcode) -> Row {
    let mut bare = *row;
    for column in [GROUPS, HELPERS, POSITION, GROUP_END, DONE, OVERFLOW_POP] {
        column.range().for_each(|cell| bare[cell] = Felt::ZERO);
    }
    write_opcode(&mut bare, kind);
    bare
}

/// The FAIL row for this state, with this candidate as the operand.
pub fn fail_row(state: &Row, rule: &FaultRule, candidate: u64) -> Row {
    let s = |i: usize| state[S.at(i)];
    let room = felt(FMP_MAX) - state[FMP.at(0)] - s(0);
    let value = match rule.operand {
        Operand::None => Felt::ZERO,
        Operand::Items(_) | Operand::Quotient => s(candidate as usize),
        Operand::Item3 => s(3),
        Operand::StreamAddress => s(STREAM_ADDRESS) + felt(candidate),
        Operand::FmpRoom => room * felt(candidate + 1),
    };
    let mut row = bare(state, Opcode::Fail);
    row[CANDIDATE.at(0)] = felt(candidate);
    row[VALUE.at(0)] = value;
    let number = value.as_int();
    let is_quotient = rule.operand == Operand::Quotient && candidate == 1;
    let not_zero = match rule.predicate {
        Predicate::NotOne => value - Felt::ONE,
        Predicate::NotZero => value,
        Predicate::NotBinary => value * (value - Felt::ONE),
        Predicate::NotU32 if is_quotient => s(0),
        Predicate::NotU32 => felt(number >> 32),
        Predicate::TooDeep => state[DEPTH.at(0)] - felt(STACK_TOP as u64),
        Predicate::Zero | Predicate::OutsideSyscall | Predicate::InsideSyscall | Predicate::Always => {
            Felt::ZERO
        }
    };
    row[WITNESS.at(0)] = not_zero.inv();
    if rule.predicate == Predicate::NotU32 {
        // A value that is not a difference of words gets limbs, too: those of another value.
        let less = if is_quotient { s(0).as_int() << 32 } else { 0 };
        let number_of_limbs = number.wrapping_sub(less);
        for i in 0..LIMBS.width() {
            row[LIMBS.at(i)] = felt(number_of_limbs >> (16 * i) & 0xFFFF);
        }
        row[HIGH.at(0)] = felt(number >> 32);
        row[CANONICAL.at(0)] = felt(u64::from(u32::MAX) - (number >> 32)).inv();
    }
    row
}

/// The TRAP rows that consume the rest of the group from the row of an operation on.
pub fn trap_rows(row: &Row) -> Vec<Row> {
    let position = row[POSITION.at(0)].as_int() + 3 * row[POSITION.at(1)].as_int();
    let mut rest = row[GROUPS.at(0)].as_int();
    let trap = |position: u64| {
        let mut trap = bare(row, Opcode::Trap);
        trap[GROUPS.range()].copy_from_slice(&row[GROUPS.range()]);
        trap[GROUPS.at(0)] = felt(rest);
        trap[DIGIT.at(0)] = felt(rest % 128);
        trap[SCALED.at(0)] = felt(rest % 128 * 512);
        trap[POSITION.at(0)] = felt(position % 3);
        trap[POSITION.at(1)] = felt(position / 3);
        rest /= 128;
        trap
    };
    (position..9).map(trap).collect()
}

impl Trace {
    /// Number of INPUT rows.
    pub fn num_input_rows(&self) -> usize {
        self.rows_of(Opcode::Input).len()
    }

    /// The same execution up to `row`, where `opcode` is claimed to fail with `code`.
    pub fn failing(&self, row: usize, opcode: Opcode, code: FaultCode, candidate: u64) -> Self {
        let rule = FaultRule::of(opcode, code).expect("a fault of the table");
        let state = self.rows[row];
        let mut rows = self.rows[..row].to_vec();
        match FaultPlace::of(opcode).expect("a step of a program") {
            FaultPlace::Operation => {
                rows.extend(trap_rows(&state));
                if let (Operand::Quotient, Some(last)) = (rule.operand, rows.last_mut()) {
                    let high = fail_row(&state, &rule, candidate)[HIGH.at(0)].as_int();
                    (0..2).for_each(|i| last[TRAP_LIMBS.at(i)] = felt(high >> (16 * i) & 0xFFFF));
                }
            }
            FaultPlace::Node => {
                let mut trap = state;
                write_opcode(&mut trap, Opcode::NTrap);
                trap[HELPERS.at(5)] = felt(opcode.code().into());
                [POSITION.at(1), DONE.at(0), OVERFLOW_POP.at(0)]
                    .into_iter()
                    .for_each(|cell| trap[cell] = Felt::ZERO);
                rows.push(trap);
            }
            FaultPlace::Return => {
                let mut returns = state;
                returns[DONE.at(0)] = Felt::ZERO;
                rows.push(returns);
            }
        }
        rows.push(fail_row(&state, &rule, candidate));
        let mut trace = self.clone();
        trace.splice_execution(rows);
        trace.statement = with_outputs(&self.statement, state[S.range()].to_vec());
        let target = (code == FaultCode::SyscallTargetNotInKernel).then(|| {
            let digest: [Felt; 4] = state[GROUPS.start()..GROUPS.at(4)].try_into().expect("four elements");
            digest.into()
        });
        let clk = (row - self.num_input_rows()) as u64;
        if code == FaultCode::CycleLimitExceeded {
            trace.statement.cycle_limit = Some(clk);
        }
        trace.statement.outcome = Outcome::Fault(FaultClaim {
            code,
            opcode,
            clk,
            deterministic: state[ADV.at(0)] == Felt::ZERO,
            target,
        });
        trace.settle();
        trace
    }

    /// Replaces the topmost inputs of a program with one INPUT row, top first, in all rows up to `last`.
    pub fn with_inputs(&self, items: &[Felt], last: usize) -> Self {
        let mut trace = self.clone();
        let mut inputs = trace.statement.inputs.items().to_vec();
        let count = inputs.len();
        for (position, &value) in items.iter().enumerate() {
            inputs[count - 1 - position] = value;
            // Row 0 pushes the topmost input.
            if position > 0 {
                trace.rows[0][S.at(position - 1)] = value;
            }
            trace.rows[1..=last].iter_mut().for_each(|row| row[S.at(position)] = value);
        }
        trace.statement.inputs = StackInputs::new(inputs).expect("inputs");
        trace
    }

    /// Sets multiplicities to the number of requests where possible, as any prover can.
    pub fn settle(&mut self) {
        let mut limbs = BTreeMap::new();
        for violation in self.check() {
            if let Violation::Bus(message) = violation {
                self.settle_message(&message, &mut limbs);
            }
        }
        if !limbs.is_empty() {
            self.settle_limbs(&limbs);
        }
    }

    fn settle_message(&mut self, message: &Unbalanced, limbs: &mut BTreeMap<u64, Felt>) {
        let Unbalanced { kind: Some(kind), values, surplus, rows } = message else { return };
        let address = values.get(1).map_or(0, |value| value.as_int() as usize);
        let (row, column) = match kind {
            MessageKind::Limb => {
                limbs.insert(values.get(1).map_or(0, Felt::as_int), *surplus);
                return;
            }
            MessageKind::Code | MessageKind::Frame => (address, POSITION.at(1)),
            MessageKind::Overflow => (address, HELPERS.at(5)),
            MessageKind::HasherInput => (address, M.at(0)),
            MessageKind::HasherOutput => (address + HASH_CYCLE - 1, M.at(0)),
            MessageKind::Digest => (address + HASH_CYCLE - 1, M.at(1)),
            MessageKind::KernelCall => match self.among(rows, Section::Kernel) {
                Some(row) => (row, M.at(0)),
                None => return,
            },
            _ => match self.among(rows, Section::Bitwise) {
                Some(row) => (row, M.at(0)),
                None => return,
            },
        };
        self.rows[row][column] -= *surplus;
    }

    fn among(&self, rows: &[usize], section: Section) -> Option<usize> {
        let section = self.section(section);
        rows.iter().copied().find(|row| section.contains(row))
    }

    /// Rewrites the list of 16-bit values without these lookups.
    fn settle_limbs(&mut self, surplus: &BTreeMap<u64, Felt>) {
        let mut counts: BTreeMap<u64, Felt> = BTreeMap::from([(0, Felt::ZERO), (0xFFFF, Felt::ZERO)]);
        for row in &self.rows {
            *counts.entry(row[LIST.at(0)].as_int()).or_insert(Felt::ZERO) += row[MULTIPLICITY.at(0)];
        }
        for (&value, &surplus) in surplus.iter().filter(|(value, _)| **value < 1 << 16) {
            *counts.entry(value).or_insert(Felt::ZERO) -= surplus;
        }
        let ends = [0, 0xFFFF];
        counts.retain(|value, count| ends.contains(value) || *count != Felt::ZERO);
        let mut list: Vec<(u64, Felt)> = Vec::new();
        for (value, count) in counts {
            while list.last().is_some_and(|&(last, _)| value - last > MAX_GAP) {
                let last = list.last().expect("a value").0;
                list.push((last + MAX_GAP, Felt::ZERO));
            }
            list.push((value, count));
        }
        list.resize(self.rows.len(), (0xFFFF, Felt::ZERO));
        let mut gaps = [0u64; MAX_GAP as usize + 1];
        list.windows(2).for_each(|pair| gaps[(pair[1].0 - pair[0].0) as usize] += 1);
        for (i, (row, (value, count))) in self.rows.iter_mut().zip(list).enumerate() {
            row[LIST.at(0)] = felt(value);
            row[MULTIPLICITY.at(0)] = count;
            row[BYTE_MULTIPLICITY.at(0)] = felt(gaps.get(i).copied().unwrap_or(0));
        }
    }
}
