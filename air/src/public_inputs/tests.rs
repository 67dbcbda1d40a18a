use miden_core::{
    Digest, FaultClaim, FaultCode, Kernel, Opcode, Outcome, StackInputs, StackOutputs, Statement,
    params::{MAX_TRACE_LOG2, STACK_TOP},
};

use super::{StatementError, check_rows};
use crate::boundary::boundaries;

const ROWS: usize = 1 << 10;

/// A failed assertion in this cycle, after 20 inputs, which take 5 rows.
fn fault(clk: u64) -> Statement {
    let claim = FaultClaim {
        code: FaultCode::FailedAssertion,
        opcode: Opcode::Assert,
        clk,
        deterministic: true,
        target: None,
    };
    Statement { outcome: Outcome::Fault(claim), ..success(None) }
}

fn success(cycle_limit: Option<u64>) -> Statement {
    Statement {
        cycle_limit,
        ..Statement::success(
            Digest::default(),
            Kernel::default(),
            StackInputs::from_ints(&[1; 20]).unwrap(),
            StackOutputs::from_ints(&[0; STACK_TOP]).unwrap(),
        )
    }
}

/// Row numbers in this test exceed 32 bits, and those after `2^64` have no number: both are the same on every machine.
#[test]
fn the_least_number_of_rows_does_not_depend_on_the_size_of_an_address() {
    let cases = [
        (1, 9),
        (ROWS as u64 - 8, ROWS as u64),
        (ROWS as u64 - 7, ROWS as u64 + 1),
        ((1 << 32) - 1, (1 << 32) + 7),
        (1 << 32, (1 << 32) + 8),
        ((1 << 32) + 1, (1 << 32) + 9),
        (u64::MAX - 9, u64::MAX - 1),
        (u64::MAX - 8, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (u64::MAX, u64::MAX),
    ];
    for (clk, least) in cases {
        let got = ROWS as u64;
        let expected = if least > got { Err(StatementError::TraceTooShort { least, got }) } else { Ok(()) };
        assert_eq!(check_rows(&fault(clk), ROWS), expected, "a fault in cycle {clk}");
    }
    for rows_log2 in 10..=MAX_TRACE_LOG2 {
        let (rows, least) = (1 << rows_log2, u64::MAX);
        let expected = Err(StatementError::TraceTooShort { least, got: 1 << rows_log2 });
        assert_eq!(check_rows(&fault(u64::MAX), rows), expected);
    }
}

#[test]
fn a_limit_after_the_end_fixes_no_cell_however_large_it_is() {
    let without = boundaries(&success(None), ROWS);
    for limit in [ROWS as u64 - 7, 1 << 32, (1 << 32) + 100, u64::MAX - 5, u64::MAX] {
        assert_eq!(boundaries(&success(Some(limit)), ROWS), without, "limit {limit}");
    }
    assert_eq!(boundaries(&success(Some(ROWS as u64 - 8)), ROWS).len(), without.len() + 2);
}
