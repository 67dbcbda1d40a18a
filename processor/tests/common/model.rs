//! What the operations of a block do, on `u64` and `u128`.

use miden_core::{Felt, Opcode, Operation, field::StarkField, params::STACK_TOP, permute};

/// The modulus.
pub(crate) const P: u64 = 0xffff_ffff_0000_0001;

const TWO_32: u64 = 1 << 32;

/// Operations that work on more than the stack; the model does not have them.
pub(crate) const STATEFUL: [Opcode; 14] = [
    Opcode::FmpAdd,
    Opcode::FmpUpdate,
    Opcode::Caller,
    Opcode::Clk,
    Opcode::Read,
    Opcode::ReadW,
    Opcode::Pipe,
    Opcode::MStream,
    Opcode::MLoad,
    Opcode::MLoadW,
    Opcode::MStore,
    Opcode::MStoreW,
    Opcode::MpVerify,
    Opcode::MrUpdate,
];

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Assertion,
    DivideByZero,
    NotBinary(u64),
    NotU32(u64),
}

pub(crate) fn add(a: u64, b: u64) -> u64 {
    ((u128::from(a) + u128::from(b)) % u128::from(P)) as u64
}

pub(crate) fn mul(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

pub(crate) fn sub(a: u64, b: u64) -> u64 {
    add(a, (P - b) % P)
}

fn inverse(a: u64) -> u64 {
    let (mut result, mut power, mut exponent) = (1, a, P - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, power);
        }
        power = mul(power, power);
        exponent >>= 1;
    }
    result
}

fn halves(value: u64) -> (u64, u64) {
    (value >> 32, value & (TWO_32 - 1))
}

fn binary(value: u64) -> Result<u64, Failure> {
    if value < 2 { Ok(value) } else { Err(Failure::NotBinary(value)) }
}

fn u32(value: u64) -> Result<u64, Failure> {
    if value < TWO_32 { Ok(value) } else { Err(Failure::NotU32(value)) }
}

fn rotated_right(value: u64, bits: u32) -> u64 {
    (value >> bits | value << (32 - bits)) % TWO_32
}

/// Applies a function of bits to each bit of three values.
fn bits(f: impl Fn(u64, u64, u64) -> u64, x: u64, y: u64, z: u64) -> u64 {
    (0..32).map(|i| f(x >> i & 1, y >> i & 1, z >> i & 1) << i).sum()
}

/// A new item on top of the three that it was made of.
fn below(s: &[u64], top: u64) -> Vec<u64> {
    [&[top], s].concat()
}

/// The items that an operation leaves in the place of those that it takes, top first.
fn results(operation: Operation, s: &[u64]) -> Result<Vec<u64>, Failure> {
    use Opcode::*;
    let words = |order: &[usize]| order.iter().flat_map(|w| s[4 * w..4 * w + 4].to_vec()).collect::<Vec<_>>();
    let copy = |n: usize| [&[s[n]], s].concat();
    let split = |value: u64| halves(value);
    let pair = |(hi, lo): (u64, u64)| vec![hi, lo];
    Ok(match operation.opcode() {
        Noop => vec![],
        Push => vec![operation.immediate().unwrap().as_int()],
        Pad => vec![0],
        Drop => vec![],
        Neg => vec![(P - s[0]) % P],
        Incr => vec![add(s[0], 1)],
        Inv if s[0] == 0 => return Err(Failure::DivideByZero),
        Inv => vec![inverse(s[0])],
        Not => vec![1 - binary(s[0])?],
        Eqz => vec![u64::from(s[0] == 0)],
        Eq => vec![u64::from(s[0] == s[1])],
        Add => vec![add(s[1], s[0])],
        Sub => vec![sub(s[1], s[0])],
        Mul => vec![mul(s[1], s[0])],
        And => vec![binary(s[0])? & binary(s[1])?],
        Or => vec![binary(s[0])? | binary(s[1])?],
        Assert if s[0] == 1 => vec![],
        AssertZ if s[0] == 0 => vec![],
        Assert | AssertZ => return Err(Failure::Assertion),
        Swap => vec![s[1], s[0]],
        SwapW => words(&[1, 0]),
        SwapW2 => words(&[2, 1, 0]),
        SwapW3 => words(&[3, 1, 2, 0]),
        SwapDW => words(&[2, 3, 0, 1]),
        MovUp2 | MovUp3 | MovUp4 | MovUp5 | MovUp6 | MovUp7 | MovUp8 => {
            [&s[s.len() - 1..], &s[..s.len() - 1]].concat()
        }
        MovDn2 | MovDn3 | MovDn4 | MovDn5 | MovDn6 | MovDn7 | MovDn8 => [&s[1..], &s[..1]].concat(),
        CSwap if binary(s[0])? == 1 => vec![s[2], s[1]],
        CSwap => vec![s[1], s[2]],
        CSwapW if binary(s[0])? == 1 => [&s[5..9], &s[1..5]].concat(),
        CSwapW => s[1..9].to_vec(),
        Dup0 => copy(0),
        Dup1 => copy(1),
        Dup2 => copy(2),
        Dup3 => copy(3),
        Dup4 => copy(4),
        Dup5 => copy(5),
        Dup6 => copy(6),
        Dup7 => copy(7),
        Dup9 => copy(9),
        Dup11 => copy(11),
        Dup13 => copy(13),
        Dup15 => copy(15),
        U32Split => pair(split(s[0])),
        U32Assert2 => vec![u32(s[0])?, u32(s[1])?],
        U32Add => pair(split(add(s[0], s[1]))),
        U32WAdd => vec![split(add(s[0], s[1])).1],
        U32Sub => {
            let (hi, lo) = split(add(sub(s[1], s[0]), TWO_32));
            vec![sub(1, hi), lo]
        }
        U32Lt => vec![sub(1, split(add(sub(s[1], s[0]), TWO_32)).0)],
        U32Mul => pair(split(mul(s[0], s[1]))),
        U32Rot => {
            let (hi, lo) = split(mul(s[0], s[1]));
            vec![hi + lo]
        }
        U32Add3 => pair(split(add(add(s[0], s[1]), s[2]))),
        U32MAdd => pair(split(add(mul(s[0], s[1]), s[2]))),
        ExpAcc => {
            let b = u32(s[3])?;
            let factor = if b % 2 == 1 { s[1] } else { 1 };
            vec![b % 2, mul(s[1], s[1]), mul(s[2], factor), b / 2]
        }
        U32Div if s[0] == 0 => return Err(Failure::DivideByZero),
        U32Div if s[1] / u32(s[0])? >= TWO_32 => return Err(Failure::NotU32(s[1])),
        U32Div => vec![s[1] % s[0], s[1] / s[0]],
        U32And => vec![u32(s[0])? & u32(s[1])?],
        U32Xor => vec![u32(s[0])? ^ u32(s[1])?],
        U32Or => vec![u32(s[0])? | u32(s[1])?],
        U32AndN => {
            let (b, a) = (u32(s[0])?, u32(s[1])?);
            vec![a - (a & b)]
        }
        U32Xr16 => vec![rotated_right(u32(s[0])? ^ u32(s[1])?, 16)],
        U32Xr12 => vec![rotated_right(u32(s[0])? ^ u32(s[1])?, 12)],
        U32Xr8 => vec![rotated_right(u32(s[0])? ^ u32(s[1])?, 8)],
        U32Xr7 => vec![rotated_right(u32(s[0])? ^ u32(s[1])?, 7)],
        U32Maj => below(s, bits(|c, b, a| u64::from(a + b + c >= 2), u32(s[0])?, u32(s[1])?, u32(s[2])?)),
        U32Ch => below(s, bits(|g, f, e| if e == 1 { f } else { g }, u32(s[0])?, u32(s[1])?, u32(s[2])?)),
        U32Chi => below(s, bits(|c, b, a| a ^ ((1 - b) * c), u32(s[0])?, u32(s[1])?, u32(s[2])?)),
        HPerm => {
            let mut state = std::array::from_fn(|j| Felt::new(s[11 - j]));
            permute(&mut state);
            state.iter().rev().map(StarkField::as_int).collect()
        }
        other => panic!("{other} works on more than the stack"),
    })
}

/// Applies an operation to a stack of at least 16 items, top first.
pub(crate) fn apply(operation: Operation, stack: &mut Vec<u64>) -> Result<(), Failure> {
    let taken = operation.opcode().info().inputs;
    let results = match operation.opcode() {
        Opcode::SDepth => vec![stack.len() as u64],
        _ => results(operation, &stack[..taken])?,
    };
    stack.splice(..taken, results);
    if stack.len() < STACK_TOP {
        stack.resize(STACK_TOP, 0);
    }
    Ok(())
}
