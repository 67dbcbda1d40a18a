//! The predicate of each fault in both directions.

use miden_air::{MidenAir, ParameterSet, PublicInputs, inspect::StatementConstants, trace_info};
use miden_core::{
    Digest, FaultClaim, FaultCode, Felt, Kernel, Opcode, Outcome, StackInputs, StackOutputs, Statement,
    field::{FieldElement, StarkField},
    outcome::{FAULT_RULES, FaultPlace},
    params::MIN_TRACE_ROWS,
    trace::{
        decoder::{GROUPS, HELPERS, POSITION},
        stack::{DEPTH, S},
        system::{CLK, FMP, INSYS},
        write_opcode,
    },
};
use winter_air::{Air, EvaluationFrame};

use crate::{
    common::{Cell, Random, Row, TestFrame, felt, next, now, periodic_row},
    idle_row,
};

const P: u64 = Felt::MODULUS;

/// The first number that is not a u32.
const WORD: u64 = 1 << 32;

/// States per fault.
const NUM_STATES: usize = 250;

/// The part of a state on which faults depend.
#[derive(Clone, Copy, Debug)]
struct State {
    items: [u64; 16],
    fmp: u64,
    in_syscall: bool,
    depth: u64,
}

/// Whether the step fails with the code. `None`: no such fault. Book: design/faults.md#what-each-code-proves
///
/// The kernel does not matter here: the statement shows that it lacks the procedure.
fn fails(opcode: Opcode, code: FaultCode, state: &State) -> Option<bool> {
    use FaultCode::*;
    use Opcode::*;
    let State { items: [s0, s1, s2, s3, ..], fmp, in_syscall, depth } = *state;
    let s12 = state.items[12];
    Some(match (code, opcode) {
        (FailedAssertion, Assert) => s0 != 1,
        (FailedAssertion, AssertZ) => s0 != 0,
        (DivideByZero, Inv | U32Div) => s0 == 0,
        (NotBinaryValue, Not | CSwap | CSwapW | Split | Loop) => s0 > 1,
        (NotBinaryValue, And | Or) => s0 > 1 || s1 > 1,
        // A quotient exists for a divisor other than 0.
        (NotU32Value, U32Div) => s0 >= WORD || s1.checked_div(s0).is_some_and(|quotient| quotient >= WORD),
        (
            NotU32Value,
            U32Assert2 | U32And | U32Xor | U32Or | U32AndN | U32Xr16 | U32Xr12 | U32Xr8 | U32Xr7,
        ) => s0 >= WORD || s1 >= WORD,
        (NotU32Value, U32Maj | U32Ch | U32Chi) => s0 >= WORD || s1 >= WORD || s2 >= WORD,
        (NotU32Value, ExpAcc) => s3 >= WORD,
        (MemoryAddressOutOfRange, MLoad | MLoadW | MStore | MStoreW) => s0 >= WORD,
        // The two addresses are s12 and s12 + 1.
        (MemoryAddressOutOfRange, MStream | Pipe) => s12 >= WORD - 1,
        (InvalidFmpValue, FmpUpdate) => !(1 << 30..3 << 30).contains(&sum(fmp, s0)),
        (CallerNotInSyscall, Caller) | (SyscallTargetNotInKernel, SysCall) => !in_syscall,
        (CallInSyscall, Call | SysCall | DynCall) => in_syscall,
        (InvalidStackDepthOnReturn, Return) => depth != 16,
        _ => return None,
    })
}

/// The sum in the field.
fn sum(a: u64, b: u64) -> u64 {
    ((u128::from(a) + u128::from(b)) % u128::from(P)) as u64
}

/// A field element near an edge, or any.
fn value(random: &mut Random) -> u64 {
    const EDGES: [u64; 16] = [
        0,
        1,
        2,
        0xFFFF,
        1 << 16,
        (1 << 16) + 1,
        1 << 31,
        WORD - 2,
        WORD - 1,
        WORD,
        WORD + 1,
        2 * WORD,
        // The split into halves of p − 1 has the largest high half, and 0.
        P - WORD,
        P - WORD + 1,
        P - 2,
        P - 1,
    ];
    match random.below(8) {
        0..5 => EDGES[random.below(16) as usize],
        5 => random.below(WORD),
        6 => random.below(4),
        _ => random.bits() % P,
    }
}

/// A state with edges of each predicate; registers have values that occur in an execution.
fn state(random: &mut Random) -> State {
    let mut items = [0; 16].map(|_| value(random));
    let edges = [1 << 30, (1 << 30) + 1, 1 << 31, (3 << 30) - 2, (3 << 30) - 1];
    let fmp = edges[random.below(5) as usize];
    match random.below(4) {
        // Conditions.
        2 => items = items.map(|_| random.below(2)),
        // A new free memory pointer at the edges of its range.
        0 => {
            let targets = [0, (1 << 30) - 1, 1 << 30, 1 << 31, (3 << 30) - 1, 3 << 30, WORD - 1, WORD, P - 1];
            items[0] = sum(targets[random.below(9) as usize], P - fmp);
        }
        // A quotient around 2^32, with the smallest and the largest remainder.
        1 => {
            let divisor = [1, 2, 5, 1 << 16, WORD - 2, WORD - 1, 1 + random.below(WORD - 1)];
            let divisor = divisor[random.below(7) as usize];
            let dividend = u128::from(divisor) * u128::from(WORD) + u128::from(random.below(3)) - 1;
            items[0] = divisor;
            items[1] = (dividend % u128::from(P)) as u64;
        }
        _ => {}
    }
    let depth = [16, 16, 17, 18, WORD][random.below(5) as usize];
    State { items, fmp, in_syscall: random.below(2) == 1, depth }
}

/// The constraints of a statement that claims one fault.
struct Claim {
    opcode: Opcode,
    candidates: u64,
    air: MidenAir,
    constants: StatementConstants,
    labels: Vec<String>,
}

impl Claim {
    fn new(opcode: Opcode, code: FaultCode) -> Self {
        let target = (code == FaultCode::SyscallTargetNotInKernel).then(Digest::default);
        let items = vec![Felt::ZERO; 16];
        let statement = Statement {
            program: Digest::default(),
            kernel: Kernel::default(),
            inputs: StackInputs::new(Vec::new()).expect("inputs"),
            outputs: StackOutputs::new(items).expect("outputs"),
            outcome: Outcome::Fault(FaultClaim { code, opcode, clk: 1, deterministic: true, target }),
            cycle_limit: None,
        };
        let constants = StatementConstants::new(&statement);
        let set = ParameterSet::Fast96;
        let air =
            MidenAir::new(trace_info(MIN_TRACE_ROWS), PublicInputs::new(statement, set), set.proof_options());
        let labels = miden_air::inspect::main_degrees().iter().map(|(label, _)| label.to_string()).collect();
        Self { opcode, candidates: num_candidates(opcode, code), air, constants, labels }
    }

    fn frame(&self, current: Row, next: Row) -> TestFrame {
        let mut frame = TestFrame { current, next, periodic: periodic_row(1), constants: self.constants };
        frame.next[CLK.at(0)] = frame.current[CLK.at(0)] + Felt::ONE;
        frame
    }

    /// The value of a constraint.
    fn residual(&self, label: &str, frame: &TestFrame) -> Felt {
        let mut residuals = vec![Felt::ZERO; self.labels.len()];
        let rows = EvaluationFrame::from_rows(frame.current.to_vec(), frame.next.to_vec());
        self.air.evaluate_transition(&rows, &frame.periodic, &mut residuals);
        residuals[self.labels.iter().position(|known| known == label).expect("a constraint")]
    }

    /// `(c, k)` if the constraint is `c + k·x` for the cell `x`.
    fn line(&self, label: &str, frame: &TestFrame, cell: Cell) -> (Felt, Felt) {
        let at = |value: u64| self.residual(label, &frame.clone().set(cell, felt(value)));
        let (constant, slope) = (at(0), at(1) - at(0));
        assert_eq!(at(P - 3), constant - slope * felt(3), "{label} is not linear");
        (constant, slope)
    }

    /// The frame with the only value of the cell for which these constraints, linear in it, hold. If every value will
    /// do, with 0.
    fn solve(&self, labels: &[&str], frame: TestFrame, cell: Cell) -> Option<TestFrame> {
        let lines: Vec<_> = labels.iter().map(|label| self.line(label, &frame, cell)).collect();
        let determined = lines.iter().find(|(_, slope)| *slope != Felt::ZERO);
        let root = determined.map_or(Felt::ZERO, |&(constant, slope)| -constant * slope.inv());
        let holds = lines.iter().all(|&(constant, slope)| constant + slope * root == Felt::ZERO);
        holds.then(|| frame.set(cell, root))
    }

    /// FAIL rows on this state with the operand of this number, and the row before them; `None` if there are none.
    fn fail_rows(&self, state: &State, candidate: u64) -> Option<[TestFrame; 2]> {
        let mut row = state_row(state, Opcode::Fail);
        row[CANDIDATE.0] = felt(candidate);
        let frame = self.frame(row, row);
        if self.residual("fault.candidate", &frame) != Felt::ZERO {
            return None;
        }
        let frame = self.solve(&["fault.value"], frame, OPERAND)?;
        // With h2 = h3 = 0 this is the part of the high half that the limbs do not show.
        let frame = self.solve(&["fault.high"], frame, HIGH)?;
        let number = self.residual("fault.split", &frame);
        splits(number).into_iter().find_map(|split| self.fail_rows_with_limbs(frame.clone(), split))
    }

    fn fail_rows_with_limbs(&self, mut frame: TestFrame, split: u64) -> Option<[TestFrame; 2]> {
        for i in 0..4 {
            frame = frame.set(now(HELPERS, i), felt(split >> (16 * i) & 0xFFFF));
        }
        let frame = self.solve(&["fault.high"], frame, HIGH)?;
        if self.residual("fault.split", &frame) != Felt::ZERO {
            return None;
        }
        let frame = self.solve(&["fault.canonical", "fault.idle_canonical"], frame, now(HELPERS, 5))?;
        let mut frame = self.solve(&["fault.not_zero"], frame, now(HELPERS, 4))?;
        frame = self.frame(frame.current, frame.current);
        let before = self.row_before(&frame.current)?;
        [&before, &frame].iter().all(|frame| frame.broken().is_empty()).then_some([before, frame])
    }

    /// The row of the failing step and the first FAIL row.
    fn row_before(&self, fail: &Row) -> Option<TestFrame> {
        let mut row = *fail;
        [GROUPS, HELPERS].iter().for_each(|column| row[column.range()].fill(Felt::ZERO));
        let opcode = Felt::from(self.opcode.code());
        match FaultPlace::of(self.opcode).expect("a step of a program") {
            FaultPlace::Operation => {
                // The failing operation is the last one of a full group: t = 3·2 + 2.
                write_opcode(&mut row, Opcode::Trap);
                row[POSITION.range()].fill(felt(2));
                row[GROUPS.at(0)] = opcode;
                row[HELPERS.at(0)] = opcode;
                row[HELPERS.at(1)] = opcode * felt(512);
                let frame = self.frame(row, *fail);
                // h2 + 2^16·h3 is a u32.
                let frame = self.solve(&["fault.trap_limbs"], frame, now(HELPERS, 2))?;
                let high = frame.get(now(HELPERS, 2)).as_int();
                let high = u32::try_from(high).ok()?;
                let frame = frame.set(now(HELPERS, 2), felt(u64::from(high) & 0xFFFF));
                Some(frame.set(now(HELPERS, 3), felt(u64::from(high) >> 16)))
            }
            FaultPlace::Node => {
                write_opcode(&mut row, Opcode::NTrap);
                row[HELPERS.at(5)] = opcode;
                Some(self.frame(row, *fail))
            }
            FaultPlace::Return => {
                write_opcode(&mut row, Opcode::Return);
                Some(self.frame(row, *fail))
            }
        }
    }

    /// The numbers of candidates are the only roots: a polynomial of degree 3 in `b` that agrees with a multiple of
    /// `b·(b − 1)·(b − 2)`, cut off after the last candidate, at more than three places is equal to it.
    fn assert_candidates(&self, state: &State) {
        let row = state_row(state, Opcode::Fail);
        let at = |number: Felt| {
            let frame = self.frame(row, row).set(CANDIDATE, number);
            self.residual("fault.candidate", &frame)
        };
        let roots = |number: Felt| (0..self.candidates).fold(Felt::ONE, |x, root| x * (number - felt(root)));
        let factor = at(felt(7)) * roots(felt(7)).inv();
        assert_ne!(factor, Felt::ZERO, "{}", self.opcode);
        for number in [0, 1, 2, 3, 4, 5, P - 1].map(felt) {
            assert_eq!(at(number), factor * roots(number), "{}", self.opcode);
        }
    }
}

/// The cells `b`, `v` and `high` of FAIL rows.
const CANDIDATE: Cell = (GROUPS.start() + 1, false);
const OPERAND: Cell = (GROUPS.start() + 2, false);
const HIGH: Cell = (GROUPS.start() + 3, false);

/// Number of operands among which the prover chooses; without operands, one row.
fn num_candidates(opcode: Opcode, code: FaultCode) -> u64 {
    use FaultCode::*;
    match (code, opcode) {
        (NotBinaryValue, Opcode::And | Opcode::Or) => 2,
        (NotU32Value, Opcode::U32Maj | Opcode::U32Ch | Opcode::U32Chi) => 3,
        (NotU32Value, Opcode::ExpAcc) => 1,
        (NotU32Value, _) | (InvalidFmpValue, _) => 2,
        (MemoryAddressOutOfRange, Opcode::MStream | Opcode::Pipe) => 2,
        _ => 1,
    }
}

/// All integers of four limbs that are equal to this element of the field.
fn splits(number: Felt) -> Vec<u64> {
    let number = number.as_int();
    [Some(number), number.checked_add(P)].into_iter().flatten().collect()
}

/// A row of this kind with the state, and no other content.
fn state_row(state: &State, kind: Opcode) -> Row {
    let mut row = idle_row();
    write_opcode(&mut row, kind);
    row[S.range()].copy_from_slice(&state.items.map(felt));
    row[CLK.at(0)] = felt(1001);
    row[FMP.at(0)] = felt(state.fmp);
    row[INSYS.at(0)] = felt(state.in_syscall.into());
    row[DEPTH.at(0)] = felt(state.depth);
    row
}

#[test]
fn fail_rows_exist_if_and_only_if_the_step_fails() {
    for (number, rule) in FAULT_RULES.iter().enumerate() {
        let claim = Claim::new(rule.opcode, rule.code);
        let mut random = Random::new(number as u64);
        let mut verdicts = [0; 2];
        claim.assert_candidates(&state(&mut random));
        for _ in 0..NUM_STATES {
            let state = state(&mut random);
            let expected = fails(rule.opcode, rule.code, &state).expect("a fault of the book");
            let rows = (0..claim.candidates).find_map(|candidate| claim.fail_rows(&state, candidate));
            assert_eq!(rows.is_some(), expected, "{} {:?} on {state:?}", rule.opcode, rule.code);
            verdicts[usize::from(expected)] += 1;
        }
        assert!(verdicts.iter().all(|&count| count >= 20), "{} {:?}: {verdicts:?}", rule.opcode, rule.code);
    }
}

#[test]
fn the_limbs_enter_the_split_as_written_in_the_book() {
    // high·2^32 + h0 + 2^16·h1, where high = h2 + 2^16·h3 + …: the numbers that `splits` lists are all there are.
    let claim = Claim::new(Opcode::U32Div, FaultCode::NotU32Value);
    let mut random = Random::new(1);
    for _ in 0..20 {
        let row = state_row(&state(&mut random), Opcode::Fail);
        let frame = claim.frame(row, row).set(CANDIDATE, random.small(2));
        let slope = |label, cell| claim.line(label, &frame, cell).1;
        for (i, place) in [-Felt::ONE, -felt(1 << 16), Felt::ZERO, Felt::ZERO].into_iter().enumerate() {
            assert_eq!(slope("fault.split", now(HELPERS, i)), place);
        }
        for (i, place) in [Felt::ZERO, Felt::ZERO, -Felt::ONE, -felt(1 << 16)].into_iter().enumerate() {
            assert_eq!(slope("fault.high", now(HELPERS, i)), place);
        }
        assert_eq!((slope("fault.split", HIGH), slope("fault.high", HIGH)), (-felt(WORD), Felt::ONE));
        assert_eq!(slope("fault.split", next(GROUPS, 3)), Felt::ZERO);
    }
}

#[test]
fn every_fault_of_the_model_is_in_the_table_and_no_other() {
    let state = state(&mut Random::new(0));
    for info in miden_core::operations::OPERATIONS {
        for &code in FaultCode::ALL {
            let is_rule = FAULT_RULES.iter().any(|rule| (rule.opcode, rule.code) == (info.opcode, code));
            assert_eq!(fails(info.opcode, code, &state).is_some(), is_rule, "{} {code:?}", info.name);
        }
    }
}
