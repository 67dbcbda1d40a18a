//! Semantics of the operations. An operation that fails leaves the state unchanged.

use miden_core::{Felt, Opcode, Operation, field::FieldElement};

use crate::{Fault, host::Oracle, state::MachineState, tracer::Tracer};

mod advice;
mod bitwise;
mod crypto;
mod failure;
mod field;
mod memory;
mod moves;
mod system;
#[cfg(test)]
mod tests;
mod u32;

pub(crate) use crypto::hasher_state;
pub(crate) use failure::Failure;
pub(crate) use field::binary;
pub(crate) use u32::{difference, split};

/// Executes an operation of a block; reports its memory accesses and Merkle paths to the tracer.
#[inline(always)]
pub(crate) fn execute(
    operation: Operation,
    state: &mut MachineState,
    oracle: &mut impl Oracle,
    tracer: &mut impl Tracer,
) -> Result<(), Failure> {
    use Opcode::*;
    let stack = &mut state.stack;
    let opcode = match operation {
        Operation::Push(value) => {
            stack.push(value);
            return Ok(());
        }
        Operation::Plain(opcode) => opcode,
    };
    match opcode {
        Noop => {}
        Neg => field::map(stack, |a| -a),
        Incr => field::map(stack, |a| a + Felt::ONE),
        Eqz => field::map(stack, |a| field::flag(a == Felt::ZERO)),
        Inv => field::inv(stack)?,
        Not => field::not(stack)?,
        Add => field::combine(stack, |b, a| a + b),
        Sub => field::combine(stack, |b, a| a - b),
        Mul => field::combine(stack, |b, a| a * b),
        Eq => field::combine(stack, |b, a| field::flag(a == b)),
        And => field::logic(stack, |b, a| a & b)?,
        Or => field::logic(stack, |b, a| a | b)?,
        Assert => field::assert(stack, Felt::ONE)?,
        AssertZ => field::assert(stack, Felt::ZERO)?,

        Pad => stack.push(Felt::ZERO),
        SDepth => stack.push(Felt::new(stack.depth() as u64)),
        Drop => stack.drop_top(),
        Dup0 => stack.push(stack.item(0)),
        Dup1 => stack.push(stack.item(1)),
        Dup2 => stack.push(stack.item(2)),
        Dup3 => stack.push(stack.item(3)),
        Dup4 => stack.push(stack.item(4)),
        Dup5 => stack.push(stack.item(5)),
        Dup6 => stack.push(stack.item(6)),
        Dup7 => stack.push(stack.item(7)),
        Dup9 => stack.push(stack.item(9)),
        Dup11 => stack.push(stack.item(11)),
        Dup13 => stack.push(stack.item(13)),
        Dup15 => stack.push(stack.item(15)),
        Swap => moves::swap(stack, 0, 1, 1),
        SwapW => moves::swap(stack, 0, 4, 4),
        SwapW2 => moves::swap(stack, 0, 8, 4),
        SwapW3 => moves::swap(stack, 0, 12, 4),
        SwapDW => moves::swap(stack, 0, 8, 8),
        MovUp2 => moves::up(stack, 2),
        MovUp3 => moves::up(stack, 3),
        MovUp4 => moves::up(stack, 4),
        MovUp5 => moves::up(stack, 5),
        MovUp6 => moves::up(stack, 6),
        MovUp7 => moves::up(stack, 7),
        MovUp8 => moves::up(stack, 8),
        MovDn2 => moves::down(stack, 2),
        MovDn3 => moves::down(stack, 3),
        MovDn4 => moves::down(stack, 4),
        MovDn5 => moves::down(stack, 5),
        MovDn6 => moves::down(stack, 6),
        MovDn7 => moves::down(stack, 7),
        MovDn8 => moves::down(stack, 8),
        CSwap => moves::conditional_swap(stack, 1)?,
        CSwapW => moves::conditional_swap(stack, 4)?,

        ExpAcc => u32::expacc(stack)?,
        U32Assert2 => u32::assert2(stack)?,
        U32Split => u32::split_top(stack),
        U32Add => u32::two_halves(stack, |b, a| a + b),
        U32Mul => u32::two_halves(stack, |b, a| a * b),
        U32Sub => u32::sub(stack),
        U32Add3 => u32::three_to_halves(stack, |c, b, a| a + b + c),
        U32MAdd => u32::three_to_halves(stack, |b, a, c| a * b + c),
        U32WAdd => field::combine(stack, |b, a| split(a + b).1),
        U32Lt => field::combine(stack, |b, a| Felt::ONE - split(difference(b, a)).0),
        U32Rot => field::combine(stack, |b, a| {
            let (hi, lo) = split(a * b);
            hi + lo
        }),
        U32Div => u32::div(stack)?,

        U32And => bitwise::two(stack, |b, a| a & b)?,
        U32Xor => bitwise::two(stack, |b, a| a ^ b)?,
        U32Or => bitwise::two(stack, |b, a| a | b)?,
        U32AndN => bitwise::two(stack, |b, a| a & !b)?,
        U32Xr16 => bitwise::two(stack, |b, a| (a ^ b).rotate_right(16))?,
        U32Xr12 => bitwise::two(stack, |b, a| (a ^ b).rotate_right(12))?,
        U32Xr8 => bitwise::two(stack, |b, a| (a ^ b).rotate_right(8))?,
        U32Xr7 => bitwise::two(stack, |b, a| (a ^ b).rotate_right(7))?,
        U32Maj => bitwise::three(stack, bitwise::majority)?,
        U32Ch => bitwise::three(stack, bitwise::choice)?,
        U32Chi => bitwise::three(stack, bitwise::chi)?,

        FmpAdd => system::fmp_add(state),
        FmpUpdate => system::fmp_update(state)?,
        Caller => system::caller(state)?,
        Clk => system::clk(state),

        MLoad => memory::load(state, tracer)?,
        MLoadW => memory::load_word(state, tracer)?,
        MStore => memory::store(state, tracer)?,
        MStoreW => memory::store_word(state, tracer)?,
        MStream => memory::stream(state, tracer)?,
        Pipe => memory::pipe(state, oracle, tracer)?,
        Read => advice::read(state, oracle)?,
        ReadW => advice::read_word(state, oracle)?,

        HPerm => crypto::hperm(stack, oracle),
        MpVerify => crypto::mpverify(state, oracle, tracer)?,
        MrUpdate => crypto::mrupdate(state, oracle, tracer)?,

        // `push` carries its value; the others are not operations of blocks.
        Push | Join | Call | SysCall | DynCall | Block | Dyn | NTrap | Loop | Split | Halt | Fail | Trap
        | Return | Input | Output => {
            return Err(Fault::NotBuilt { opcode }.into());
        }
    }
    Ok(())
}
