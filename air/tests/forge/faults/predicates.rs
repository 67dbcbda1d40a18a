//! Faults whose predicate does not hold, and steps executed although it does.

use miden_core::{
    FaultClaim, FaultCode, Felt,
    Opcode::*,
    field::{FieldElement, StarkField},
    outcome::{FAULT_RULES, FaultRule, Operand, Predicate},
    params::{FMP_INIT, FMP_MAX, STACK_TOP, STREAM_ADDRESS},
    trace::{
        decoder::{
            GROUPS,
            fail::{CANONICAL, HIGH, LIMBS, VALUE, WITNESS},
        },
        stack::{DEPTH, OVERFLOW_POP, S},
        system::{CLK, FMP, INSYS},
    },
};

use super::{TRACES, claim, row, rule};
use crate::{
    assert_broken,
    common::{Row, TestFrame, everything, fail_row, felt, next},
};

const MAX_U32: u64 = u32::MAX as u64;

/// A square root of 2 modulo `p`.
const SQRT_2: u64 = 18446742969919734017;

/// Values of the operand for which the predicate does not hold, at its edges.
fn refuting(predicate: Predicate) -> Vec<u64> {
    match predicate {
        Predicate::NotOne => vec![1],
        Predicate::NotZero => vec![0],
        Predicate::Zero => vec![1, MAX_U32, MAX_U32 + 1, SQRT_2, Felt::MODULUS - 1],
        Predicate::NotBinary => vec![0, 1],
        Predicate::NotU32 => vec![0, 1, 0xFFFF, 1 << 16, MAX_U32 - 1, MAX_U32],
        // About registers, not operands.
        Predicate::OutsideSyscall | Predicate::InsideSyscall | Predicate::TooDeep | Predicate::Always => {
            Vec::new()
        }
    }
}

/// Variants of this state on which the step succeeds: every candidate is valid.
fn refuting_states(rule: &FaultRule, state: &Row) -> Vec<Row> {
    let with = |columns: &[usize], value: Felt| {
        let mut state = *state;
        columns.iter().for_each(|&column| state[column] = value);
        state
    };
    let on_items = |columns: &[usize]| -> Vec<Row> {
        refuting(rule.predicate).into_iter().map(|value| with(columns, felt(value))).collect()
    };
    match (rule.operand, rule.predicate) {
        (Operand::Items(count), _) => on_items(&(0..count).map(|i| S.at(i)).collect::<Vec<_>>()),
        (Operand::Item3, _) => on_items(&[S.at(3)]),
        // The second address is 1 more.
        (Operand::StreamAddress, _) => {
            let address = S.at(STREAM_ADDRESS);
            on_items(&[address]).into_iter().filter(|row| row[address] != felt(MAX_U32)).collect()
        }
        // The last one has no quotient.
        (Operand::Quotient, _) => {
            let pairs = [
                (1, MAX_U32),
                (MAX_U32, Felt::MODULUS - 2),
                (1, 0),
                (5, 5 * (MAX_U32 + 1) - 1),
                (0, Felt::MODULUS - 1),
            ];
            let pair = |(divisor, dividend): (u64, u64)| {
                let mut state = with(&[S.at(0)], felt(divisor));
                state[S.at(1)] = felt(dividend);
                state
            };
            pairs.map(pair).into()
        }
        (Operand::FmpRoom, _) => {
            let fmp = state[FMP.at(0)];
            [FMP_INIT, FMP_MAX].map(|new| with(&[S.at(0)], felt(new) - fmp)).into()
        }
        (Operand::None, Predicate::OutsideSyscall) => [with(&[INSYS.at(0)], Felt::ONE)].into(),
        (Operand::None, Predicate::InsideSyscall) => [with(&[INSYS.at(0)], Felt::ZERO)].into(),
        (Operand::None, Predicate::TooDeep) => [with(&[DEPTH.at(0)], felt(STACK_TOP as u64))].into(),
        (Operand::None, _) => Vec::new(),
    }
}

/// Witnesses that a prover could try for this operand, besides the honest ones: every split into limbs, with all
/// inverses that exist.
fn attempts(row: Row) -> Vec<Row> {
    let value = row[VALUE.at(0)].as_int();
    let other_split = u128::from(value) + u128::from(Felt::MODULUS);
    let splits =
        [u128::from(value), other_split, 0].into_iter().filter_map(|split| u64::try_from(split).ok());
    let mut rows = vec![row];
    for split in splits {
        let high = felt(split >> 32);
        let room = felt(MAX_U32) - high;
        let divisor = row[S.at(0)];
        let witnesses = [high, divisor, felt(value), felt(value) - Felt::ONE].map(|x| x.inv());
        for witness in witnesses.into_iter().chain([Felt::ZERO, Felt::ONE]) {
            for canonical in [room.inv(), Felt::ZERO, Felt::ONE] {
                let mut row = row;
                (0..LIMBS.width()).for_each(|i| row[LIMBS.at(i)] = felt(split >> (16 * i) & 0xFFFF));
                row[HIGH.at(0)] = high;
                row[WITNESS.at(0)] = witness;
                row[CANONICAL.at(0)] = canonical;
                rows.push(row);
            }
        }
    }
    rows
}

/// Constraints of the predicate.
const PREDICATE: [&str; 6] =
    ["fault.canonical", "fault.high", "fault.idle_canonical", "fault.not_zero", "fault.split", "fault.zero"];

#[test]
fn a_fault_where_the_predicate_does_not_hold_is_rejected() {
    let mut count = 0;
    for honest in &*TRACES {
        let (rule, fail) = (rule(honest), honest.rows_of(Fail)[0]);
        let frame = honest.frame(fail).holds();
        for state in refuting_states(&rule, &frame.current) {
            for candidate in 0..rule.operand.candidates().max(1) as u64 {
                for row in attempts(fail_row(&state, &rule, candidate)) {
                    let mut forged = TestFrame { current: row, ..frame.clone() };
                    forged.next[..OVERFLOW_POP.end()].copy_from_slice(&row[..OVERFLOW_POP.end()]);
                    let broken = forged.set(next(CLK, 0), row[CLK.at(0)] + Felt::ONE).broken();
                    let expected = broken.iter().all(|label| PREDICATE.contains(&label.as_str()));
                    assert!(!broken.is_empty() && expected, "{rule:?}: {broken:?}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn a_step_that_was_executed_cannot_have_failed() {
    // A step of a successful execution is claimed to have failed, with each of its operands.
    let honest = everything();
    for rule in FAULT_RULES.iter().filter(|rule| rule.code != FaultCode::SyscallTargetNotInKernel) {
        let row = honest.rows_of(rule.opcode)[0];
        for candidate in 0..rule.operand.candidates().max(1) as u64 {
            let trace = honest.failing(row, rule.opcode, rule.code, candidate);
            let mut broken = trace.violations();
            // Omitted memory accesses cannot be settled.
            broken.retain(|label| !label.starts_with("bus("));
            let [label] = &broken.into_iter().collect::<Vec<_>>()[..] else { panic!("{rule:?}") };
            assert!(PREDICATE.contains(&label.as_str()), "{rule:?}: {label}");
        }
    }
}

#[test]
fn a_procedure_of_the_kernel_is_not_missing() {
    let honest = everything();
    let row = honest.rows_of(SysCall)[0];
    let trace = honest.failing(row, SysCall, FaultCode::SyscallTargetNotInKernel, 0);
    assert_broken(&trace, &["statement"]);
    // The statement names a kernel without it, so the row of the kernel section is no longer requested.
    let mut trace = trace;
    trace.statement.kernel = miden_core::Kernel::default();
    assert!(trace.violations().contains("bus(KernelProcedure)"));
}

/// The constraint that rejects a row that executes the step although the predicate holds for this candidate.
fn rejecting_label(rule: &FaultRule, candidate: usize) -> &'static str {
    match (rule.opcode, candidate) {
        (Assert, _) => "field.assert",
        (AssertZ, _) => "field.assertz",
        (Inv, _) => "field.inv",
        (Not, _) => "field.not_binary",
        (CSwap | CSwapW, _) | (And | Or, 0) => "stack.binary_top",
        (And | Or, _) => "field.and_or_binary",
        (Split, _) => "decoder.split_binary",
        (Loop, _) => "decoder.done_loop",
        (U32Assert2, 0) => "u32.assert2[0]",
        (U32Assert2, _) => "u32.assert2[1]",
        (U32Div, 1) => "u32.div",
        (U32Div | U32And | U32Xor | U32Or | U32AndN | U32Maj | U32Ch | U32Chi, _) => "bus(And)",
        (U32Xr16, _) => "bus(XorRotate16)",
        (U32Xr12, _) => "bus(XorRotate12)",
        (U32Xr8, _) => "bus(XorRotate8)",
        (U32Xr7, _) => "bus(XorRotate7)",
        (ExpAcc, _) => "u32.expacc_exponent",
        (MLoad | MLoadW | MStore | MStoreW, _) => "memory.address",
        (MStream | Pipe, 0) => "memory.stream_address[0]",
        (MStream | Pipe, _) => "memory.stream_address[1]",
        (FmpUpdate, 0) => "system.fmp_range[0]",
        (FmpUpdate, _) => "system.fmp_range[1]",
        (Caller, _) => "system.caller_in_syscall",
        (SysCall, _) if rule.code == FaultCode::SyscallTargetNotInKernel => "bus(KernelCall)",
        (Call | SysCall | DynCall, _) => "system.no_call_in_syscall",
        (Return, _) => "decoder.return_depth",
        (opcode, _) => panic!("{opcode} has no fault"),
    }
}

/// Changes the row so that the predicate holds for this candidate.
fn make_fail(row: &mut Row, rule: &FaultRule, candidate: usize) {
    let bad = felt(match rule.predicate {
        Predicate::NotOne | Predicate::Zero => 0,
        Predicate::NotZero => 1,
        Predicate::NotBinary => 2,
        _ => MAX_U32 + 1,
    });
    let fmp = row[FMP.at(0)];
    match (rule.operand, rule.predicate) {
        (Operand::Items(_), _) => row[S.at(candidate)] = bad,
        (Operand::Item3, _) => row[S.at(3)] = bad,
        // A dividend with the quotient 2^32.
        (Operand::Quotient, _) if candidate == 1 => row[S.at(1)] = row[S.at(0)] * bad,
        (Operand::Quotient, _) => row[S.at(0)] = bad,
        (Operand::StreamAddress, _) => row[S.at(STREAM_ADDRESS)] = bad - felt(candidate as u64),
        // y = 2^32 and y = 2^31
        (Operand::FmpRoom, _) => row[S.at(0)] = felt(FMP_MAX) - fmp - felt(1 << (32 - candidate)),
        (Operand::None, Predicate::OutsideSyscall) if rule.opcode == SysCall => {
            row[GROUPS.at(0)] += Felt::ONE
        }
        (Operand::None, Predicate::OutsideSyscall) => row[INSYS.at(0)] = Felt::ZERO,
        (Operand::None, Predicate::InsideSyscall) => row[INSYS.at(0)] = Felt::ONE,
        (Operand::None, _) => row[DEPTH.at(0)] += Felt::ONE,
    }
}

#[test]
fn a_step_that_fails_cannot_be_executed() {
    let honest = everything();
    for rule in FAULT_RULES {
        for candidate in 0..rule.operand.candidates().max(1) {
            // A system call by the root, where the registers are those before any call.
            let row = honest.rows_of(rule.opcode)[0];
            let mut trace = honest.clone();
            make_fail(&mut trace.rows[row], rule, candidate);
            // Limbs are adapted where they exist; those that cannot exist fail on the bus.
            let label = rejecting_label(rule, candidate);
            let violations = trace.violations();
            assert!(violations.contains(label), "{rule:?}: {label} not in {violations:?}");
        }
    }
}

#[test]
fn another_code_is_rejected() {
    // All codes of an operation, on traces of each of them.
    let mut count = 0;
    for honest in &*TRACES {
        let FaultClaim { opcode, code, .. } = claim(honest);
        for other in FAULT_RULES.iter().filter(|rule| rule.opcode == opcode && rule.code != code) {
            for candidate in 0..other.operand.candidates().max(1) as u64 {
                let mut trace = honest.failing(row(honest), opcode, other.code, candidate);
                if other.code == FaultCode::SyscallTargetNotInKernel {
                    // The kernel of this statement lacks it.
                    trace.statement.kernel = miden_core::Kernel::default();
                    trace.settle();
                }
                let mut broken = trace.violations();
                broken.retain(|label| !label.starts_with("bus(Kernel") && !label.starts_with("bus(Limb"));
                let labels: Vec<_> = broken.iter().map(String::as_str).collect();
                let expected = labels.iter().all(|label| PREDICATE.contains(label));
                assert!(expected && !labels.is_empty(), "{opcode}: {other:?}, {labels:?}");
            }
            count += 1;
        }
    }
    // U32DIV by zero or by a value that is not a u32; SYSCALL in a system call or outside the kernel.
    assert_eq!(count, 4);
}
