use miden_processor::ExecutionError;

use crate::Run;

#[track_caller]
fn code(error: &ExecutionError) -> (u32, Option<String>) {
    match error {
        ExecutionError::Fault { code: Some(code), .. } => {
            (code.code, code.message.as_ref().map(|message| message.to_string()))
        }
        other => panic!("{other:?} has no code"),
    }
}

#[test]
fn failures_carry_the_code_of_their_instruction() {
    for (instruction, stack, kind) in [
        ("assert", vec![0], "FailedAssertion"),
        ("assertz", vec![1], "FailedAssertion"),
        ("assert_eq", vec![1, 2], "FailedAssertion"),
        ("assert_eqw", vec![1, 2, 3, 4, 1, 2, 3, 5], "FailedAssertion"),
        ("assert_eqw", vec![1, 2, 3, 4, 0, 2, 3, 4], "FailedAssertion"),
        ("u32assert", vec![1 << 32], "NotU32Value"),
        ("u32assert.1", vec![1 << 32], "NotU32Value"),
        ("u32assert.2", vec![0, 1 << 32], "NotU32Value"),
        ("u32assert2", vec![1 << 32, 0], "NotU32Value"),
        ("u32assertw", vec![0, 0, 0, 1 << 32], "NotU32Value"),
        ("u32assertw", vec![1 << 32], "NotU32Value"),
    ] {
        let run = |text: &str| Run::body(&format!("{instruction}{text}")).stack(stack.clone());
        let error = run(".err=4294967295").fails(kind);
        assert_eq!(code(&error), (u32::MAX, None));
        assert!(error.to_string().contains("4294967295"), "{error}");
        let error = run(".err=\"to be. or # not\"").fails(kind);
        assert_eq!(code(&error), (0, Some("to be. or # not".to_owned())));
        assert!(error.to_string().contains("to be. or # not"), "{error}");
        let error = run(r#".err="a \" b\\""#).fails(kind);
        assert_eq!(code(&error), (0, Some(r#"a " b\"#.to_owned())));
        let ExecutionError::Fault { code, .. } = run("").fails(kind) else { panic!("not a fault") };
        assert_eq!(code, None);
    }
}

#[test]
fn a_code_applies_to_its_own_instruction_only() {
    let body = "assert.err=1 assertz.err=2 assert assert.err=4";
    let failing = |stack: [u64; 4]| match Run::body(body).stack(stack).fails("FailedAssertion") {
        ExecutionError::Fault { code, .. } => code.map(|code| code.code),
        other => panic!("{other}"),
    };
    assert_eq!(failing([0, 0, 1, 1]), Some(1));
    assert_eq!(failing([1, 1, 1, 1]), Some(2));
    assert_eq!(failing([1, 0, 0, 1]), None);
    assert_eq!(failing([1, 0, 1, 0]), Some(4));
    Run::body(body).stack([1, 0, 1, 1]).gives([]);
}

#[test]
fn codes_follow_their_instructions_in_repeated_code() {
    // [x1, x2, …]: the first that is not 1 fails, wherever it is in a block.
    let body = "repeat.300 assert.err=5 end repeat.3 repeat.50 assert.err=6 end end";
    for (ones, expected) in [(0, 5), (71, 5), (72, 5), (299, 5), (300, 6), (371, 6), (449, 6)] {
        let stack = core::iter::repeat_n(1, ones).chain([0]).chain(core::iter::repeat_n(1, 500));
        let error = Run::body(body).stack(stack).fails("FailedAssertion");
        assert_eq!(code(&error).0, expected, "{ones}");
    }
}

#[test]
fn codes_do_not_change_the_digest() {
    let digest = |body: &str| Run::body(body).assemble().digest();
    assert_eq!(digest("assert"), digest("assert.err=5"));
    assert_eq!(digest("assert"), digest("assert.err=\"text\""));
    assert_eq!(digest("add adv.keyval mul emit.1"), digest("add mul"));
}
