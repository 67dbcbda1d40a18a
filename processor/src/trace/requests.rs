//! What operations on the stack ask of the chiplets.

use miden_core::{Felt, Opcode};

use super::chiplets::{BitwiseKind, Chiplets};
use crate::{operations::hasher_state, state::Stack};

/// Makes the requests of an operation; returns helper `h4` if they lead to it. The book has the messages: design/bus.md
#[inline]
pub(super) fn ask(chiplets: &mut Chiplets<'_>, opcode: Opcode, stack: &Stack) -> Option<Felt> {
    use BitwiseKind::{And, XorRotate7, XorRotate8, XorRotate12, XorRotate16};
    // Operands that are none of u32 make the operation fail.
    let s = |position| stack.item(position).as_int() as u32;
    let mut and = |a: u32, b: u32| {
        chiplets.bitwise(And, a, b);
        a & b
    };
    let h4 = match opcode {
        Opcode::U32And | Opcode::U32Xor | Opcode::U32Or | Opcode::U32AndN => {
            and(s(0), s(1));
            return None;
        }
        // b − 1 − r has no bit above those of b, hence 0 ≤ r < b
        Opcode::U32Div => {
            let (divisor, dividend) = (u64::from(s(0)), stack.item(1).as_int());
            let rest = divisor - 1 - dividend.checked_rem(divisor)?;
            and(rest as u32, s(0))
        }
        Opcode::U32Maj => {
            let both = and(s(0), s(1));
            and(s(2), s(0) ^ s(1));
            both
        }
        Opcode::U32Ch => {
            let chosen = and(s(2), s(1));
            and(s(2), s(0));
            chosen
        }
        Opcode::U32Chi => {
            // !b & c = c − (b & c)
            let rest = s(0) - and(s(1), s(0));
            and(s(2), rest);
            rest
        }
        Opcode::U32Xr16 | Opcode::U32Xr12 | Opcode::U32Xr8 | Opcode::U32Xr7 => {
            let kind = match opcode {
                Opcode::U32Xr16 => XorRotate16,
                Opcode::U32Xr12 => XorRotate12,
                Opcode::U32Xr8 => XorRotate8,
                _ => XorRotate7,
            };
            chiplets.bitwise(kind, s(0), s(1));
            return None;
        }
        Opcode::HPerm => return Some(chiplets.permute(&hasher_state(stack))),
        _ => return None,
    };
    Some(Felt::from(h4))
}
