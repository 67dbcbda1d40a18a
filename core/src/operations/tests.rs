use alloc::collections::BTreeSet;

use super::{OPERATIONS, Opcode, class::digits};

#[test]
fn opcodes_decode_to_themselves() {
    for code in 0..=u8::MAX {
        match Opcode::from_code(code) {
            Some(opcode) => assert_eq!(opcode.code(), code),
            None => assert!(OPERATIONS.iter().all(|info| info.opcode.code() != code)),
        }
    }
}

#[test]
fn digits_recompose_the_opcode() {
    for info in OPERATIONS {
        let code = info.opcode.code();
        let (hi, mid, lo) = digits(code);
        assert_eq!(16 * hi + 4 * mid + lo, usize::from(code));
        assert!(hi < 8 && mid < 4 && lo < 4);
    }
}

#[test]
fn names_are_distinct() {
    let names: BTreeSet<_> = OPERATIONS.iter().map(|info| info.name).collect();
    assert_eq!(names.len(), OPERATIONS.len());
}
