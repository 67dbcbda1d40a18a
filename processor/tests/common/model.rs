//! A model of the operations of a block, on `u64` and `u128`.

use std::collections::{BTreeMap, VecDeque};

use miden_core::{
    Felt, Opcode, Operation,
    field::StarkField,
    params::{FMP_INIT, FMP_MAX, STACK_TOP},
    permute,
};

/// The modulus.
pub(crate) const P: u64 = 0xffff_ffff_0000_0001;

const TWO_32: u64 = 1 << 32;

/// Four elements, element 0 first.
pub(crate) type Word = [u64; 4];

/// The failure of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Assertion,
    DivideByZero,
    NotBinary(u64),
    NotU32(u64),
    Address(u64),
    Fmp {
        old: u64,
        new: u64,
    },
    NoCaller,
    /// The kind of a host error.
    Host(&'static str),
    OtherNode,
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

/// Applies a function of bits to each bit position of three values.
fn bits(f: impl Fn(u64, u64, u64) -> u64, x: u64, y: u64, z: u64) -> u64 {
    (0..32).map(|i| f(x >> i & 1, y >> i & 1, z >> i & 1) << i).sum()
}

/// A new item on top of its three operands.
fn below(s: &[u64], top: u64) -> Vec<u64> {
    [&[top], s].concat()
}

/// The items that replace the operands of an operation, top first.
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

/// The state that operations read and change.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// At least 16 items, top first.
    pub(crate) stack: Vec<u64>,
    pub(crate) ctx: u64,
    pub(crate) fmp: u64,
    /// In a system call: the procedure that called.
    pub(crate) caller: Option<Word>,
    /// Number of cycles before the operation.
    pub(crate) clk: u64,
    /// The written words, by context and address.
    pub(crate) memory: BTreeMap<(u64, u64), Word>,
    pub(crate) tape: VecDeque<u64>,
    /// The leaves of complete trees, by root.
    pub(crate) trees: BTreeMap<Word, Vec<Word>>,
}

impl Machine {
    /// The root context with a stack and nothing else.
    pub(crate) fn new(stack: Vec<u64>) -> Self {
        Self {
            stack,
            ctx: 0,
            fmp: FMP_INIT,
            caller: None,
            clk: 0,
            memory: BTreeMap::new(),
            tape: VecDeque::new(),
            trees: BTreeMap::new(),
        }
    }

    /// Executes an operation of a block.
    pub(crate) fn apply(&mut self, operation: Operation) -> Result<(), Failure> {
        use Opcode::*;
        let s = self.stack.clone();
        let taken = operation.opcode().info().inputs;
        let on_top = |word: Word| word.iter().rev().copied().collect::<Vec<_>>();
        let results = match operation.opcode() {
            SDepth => vec![s.len() as u64],
            Clk => vec![self.clk],
            FmpAdd => vec![add(s[0], self.fmp)],
            FmpUpdate => {
                let new = add(self.fmp, s[0]);
                if !(FMP_INIT..=FMP_MAX).contains(&new) {
                    return Err(Failure::Fmp { old: self.fmp, new });
                }
                self.fmp = new;
                vec![]
            }
            Caller => on_top(self.caller.ok_or(Failure::NoCaller)?),
            Read => vec![self.take(1)?[0]],
            ReadW => self.take(4)?.into_iter().rev().collect(),
            MLoad => vec![self.word(s[0])?[0]],
            MLoadW => on_top(self.word(s[0])?),
            MStore => {
                let mut word = self.word(s[0])?;
                word[0] = s[1];
                self.memory.insert((self.ctx, s[0]), word);
                vec![s[1]]
            }
            MStoreW => {
                self.word(s[0])?;
                self.memory.insert((self.ctx, s[0]), word_at(&s, 1));
                s[1..5].to_vec()
            }
            MStream | Pipe => {
                let (address, next) = (s[12], add(s[12], 1));
                let mut words = [self.word(address)?, self.word(next)?];
                if operation.opcode() == Pipe {
                    let values = self.take(8)?;
                    words = [word_of(&values[..4]), word_of(&values[4..])];
                    self.memory.extend([((self.ctx, address), words[0]), ((self.ctx, next), words[1])]);
                }
                let sums = |word: Word, items: &[u64]| {
                    on_top(word).into_iter().zip(items).map(|(a, &b)| add(a, b)).collect::<Vec<_>>()
                };
                [sums(words[1], &s[..4]), sums(words[0], &s[4..8]), s[8..12].to_vec(), vec![add(address, 2)]]
                    .concat()
            }
            MpVerify => {
                self.path(&s)?;
                s[..10].to_vec()
            }
            MrUpdate => {
                let path = self.path(&s)?;
                let root = path.iter().fold((word_at(&s, 10), s[5]), |(node, index), &sibling| {
                    (if index % 2 == 1 { parent(sibling, node) } else { parent(node, sibling) }, index / 2)
                });
                [on_top(root.0), s[4..14].to_vec()].concat()
            }
            _ => results(operation, &s[..taken])?,
        };
        self.stack.splice(..taken, results);
        if self.stack.len() < STACK_TOP {
            self.stack.resize(STACK_TOP, 0);
        }
        Ok(())
    }

    /// The word at an address of the context.
    fn word(&self, address: u64) -> Result<Word, Failure> {
        if address >= TWO_32 {
            return Err(Failure::Address(address));
        }
        Ok(self.memory.get(&(self.ctx, address)).copied().unwrap_or_default())
    }

    /// The next values of the tape.
    fn take(&mut self, count: usize) -> Result<Vec<u64>, Failure> {
        if self.tape.len() < count {
            return Err(Failure::Host("AdviceTapeReadFailed"));
        }
        Ok(self.tape.drain(..count).collect())
    }

    /// The siblings of the node `[V, d, i, R]`, from the node upwards.
    fn path(&self, s: &[u64]) -> Result<Vec<Word>, Failure> {
        let (node, depth, index, root) = (word_at(s, 0), s[4], s[5], word_at(s, 6));
        let lookup_failed = Failure::Host("AdviceSetLookupFailed");
        if !(1..64).contains(&depth) {
            return Err(lookup_failed);
        }
        if index >> depth != 0 {
            return Err(lookup_failed);
        }
        let leaves = self.trees.get(&root).ok_or(Failure::Host("AdviceSetNotFound"))?;
        let mut levels = vec![leaves.clone()];
        while levels.last().unwrap().len() > 1 {
            let parents = levels.last().unwrap().chunks(2).map(|pair| parent(pair[0], pair[1])).collect();
            levels.push(parents);
        }
        levels.reverse();
        let level = levels.get(depth as usize).ok_or(lookup_failed)?;
        if level[index as usize] != node {
            return Err(Failure::OtherNode);
        }
        let sibling = |depth: u64| levels[depth as usize][(index >> (s[4] - depth)) as usize ^ 1];
        Ok((1..=depth).rev().map(sibling).collect())
    }
}

/// The root of the complete tree with these leaves.
pub(crate) fn root(leaves: &[Word]) -> Word {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            parent(root(left), root(right))
        }
    }
}

/// The hash of two nodes.
fn parent(left: Word, right: Word) -> Word {
    let mut state = std::array::from_fn(|i| {
        let value = match i {
            0 => 8,
            1..4 => 0,
            4..8 => left[i - 4],
            _ => right[i - 8],
        };
        Felt::new(value)
    });
    permute(&mut state);
    std::array::from_fn(|i| state[4 + i].as_int())
}

/// The word whose topmost item is at `position`.
fn word_at(s: &[u64], position: usize) -> Word {
    [3, 2, 1, 0].map(|below| s[position + below])
}

fn word_of(values: &[u64]) -> Word {
    values.try_into().unwrap()
}
