use alloc::{collections::BTreeSet, vec::Vec};

use super::{
    DUPS, MOVE_DOWNS, MOVE_UPS, MOVES, Movement, OPERATIONS, Opcode, OperandStack, apply, class::digits,
};
use crate::{Felt, params::STACK_TOP};

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

/// Items, the last one on top.
struct Items(Vec<Felt>);

impl OperandStack for Items {
    fn item(&self, position: usize) -> Felt {
        self.0[self.0.len() - 1 - position]
    }

    fn set(&mut self, position: usize, value: Felt) {
        let index = self.0.len() - 1 - position;
        self.0[index] = value;
    }

    fn top_mut(&mut self, count: usize) -> &mut [Felt] {
        let below = self.0.len() - count;
        &mut self.0[below..]
    }

    fn push(&mut self, value: Felt) {
        self.0.push(value);
    }

    fn drop_top(&mut self) {
        self.0.pop();
    }
}

/// Items, top first, after an operation on `items`; `None` if it fails or needs more than the stack.
fn results(opcode: Opcode, items: &[Felt]) -> Option<Vec<Felt>> {
    let mut stack = Items(items.iter().rev().copied().collect());
    match apply(opcode.into(), &mut stack) {
        Ok(None) => Some(stack.0.into_iter().rev().collect()),
        Ok(Some(_)) | Err(_) => None,
    }
}

fn block_operations() -> impl Iterator<Item = Opcode> {
    let infos = OPERATIONS.iter().filter(|info| info.is_block_operation());
    infos.map(|info| info.opcode).filter(|&opcode| opcode != Opcode::Push)
}

#[test]
fn moves_and_copies_are_what_the_operations_do() {
    // No operation computes one of these values from others.
    let items: Vec<Felt> = (0..STACK_TOP as u64).map(|i| Felt::new(0xABCD_0123_4567 * (i + 1) + 7)).collect();
    for opcode in block_operations() {
        let results = results(opcode, &items);
        let copied = (0..STACK_TOP).find(|&n| {
            let copy = [&[items[n]], items.as_slice()].concat();
            results.as_ref() == Some(&copy)
        });
        assert_eq!(opcode.copied_item(), copied, "{opcode}");

        let moved = opcode.movement().map(|movement| {
            let mut items = items.clone();
            match movement {
                Movement::Exchange { distance, count } => {
                    (0..count).for_each(|i| items.swap(i, i + distance))
                }
                Movement::Up(n) => items[..=n].rotate_right(1),
                Movement::Down(n) => items[..=n].rotate_left(1),
            }
            items
        });
        let mut sorted = results.clone().unwrap_or_default();
        sorted.sort_by_key(|item| item.as_int());
        let reorders = sorted == items && results.as_ref() != Some(&items);
        assert_eq!(moved, results.filter(|_| reorders), "{opcode}");
    }
}

#[test]
fn movements_are_listed_by_position() {
    for (opcode, movement) in MOVES {
        match movement {
            Movement::Exchange { .. } => {}
            Movement::Up(n) => assert_eq!(MOVE_UPS[n], Some(opcode)),
            Movement::Down(n) => assert_eq!(MOVE_DOWNS[n], Some(opcode)),
        }
    }
    let dups: Vec<_> = DUPS.into_iter().flatten().collect();
    assert!(dups.into_iter().eq(block_operations().filter(|opcode| opcode.copied_item().is_some())));
}

#[test]
fn operations_reach_as_deep_and_leave_as_much_as_the_table_says() {
    for opcode in block_operations() {
        let info = opcode.info();
        // Zeros and ones suit every operation but `inv`, `u32div` and one of the two assertions.
        let depths = [Felt::new(0), Felt::new(1)].map(|item| {
            let results = results(opcode, &[item].repeat(info.inputs));
            results.map(|results| results.len())
        });
        let expected = opcode.machine_operation().is_none().then_some(info.outputs);
        assert_eq!(depths.into_iter().flatten().next(), expected, "{opcode}");
    }
}
