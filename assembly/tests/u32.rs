//! Executes every form of every u32 instruction and compares it with a model: Rust's integers for operands below
//! 2^32, the machine's arithmetic for larger ones.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use miden_assembly::{Assembler, InstructionForm, Source, instruction_forms};
use miden_core::Program;
use proptest::{collection::vec, prelude::*, sample::select};

mod support;

use support::{P, Stack, add, assemble, mul, pow, require, run_program};

const CHAPTER: &str = "u32 arithmetic";

/// 2^32
const TWO_32: u64 = 1 << 32;

/// Edge values.
#[rustfmt::skip]
const EDGES: [u64; 20] = [
    0, 1, 2, 5, 31, 32, 33, 63, 64, 0xFFFF, 1 << 16, 1 << 31, 0xAAAA_AAAA, TWO_32 - 2, TWO_32 - 1,
    TWO_32, TWO_32 + 1, P - TWO_32, P - 2, P - 1,
];

type Result<T = (), E = &'static str> = std::result::Result<T, E>;

fn forms() -> impl Iterator<Item = InstructionForm> {
    instruction_forms().into_iter().filter(|form| form.chapter == CHAPTER)
}

/// Whether the parameter of an instruction is its top operand.
fn takes_operand(name: &str) -> bool {
    !matches!(name, "u32assert" | "u32xorrotr" | "dup" | "movup")
}

/// The text of every form, with edge values as parameters.
fn instructions() -> Vec<String> {
    let immediates = |form: &InstructionForm| -> Vec<u64> {
        match form.name {
            "u32assert" => vec![1, 2],
            "u32xorrotr" => (0..32).collect(),
            name if name.contains("shl") || name.contains("shr") || name.contains("rot") => (0..32).collect(),
            name if name.contains("div") || name.contains("mod") => {
                vec![1, 2, 3, 1 << 16, 1 << 31, TWO_32 - 1]
            }
            _ => vec![0, 1, 2, 31, 32, 0x1234_5678, 1 << 31, TWO_32 - 1],
        }
    };
    let texts = |form: InstructionForm| match form.text.contains('.') {
        false => vec![form.text],
        true => immediates(&form).iter().map(|value| format!("{}.{value}", form.name)).collect(),
    };
    forms().flat_map(texts).collect()
}

/// The stack after an instruction, or the failure.
fn after(instruction: &str, stack: &Stack) -> Result<Stack, String> {
    let mut stack = stack.clone();
    let (name, parameter) = instruction.split_once('.').unwrap_or((instruction, ""));
    let parameter: Option<u64> = parameter.parse().ok();
    if let Some(value) = parameter.filter(|_| takes_operand(name)) {
        stack.push(value);
    }
    model(name, parameter, &mut stack)?;
    Ok(Stack::new(stack.0))
}

fn u32_of(value: u64) -> Result<u32> {
    u32::try_from(value).map_err(|_| "NotU32Value")
}

/// The canonical halves of an integer modulo `p`.
fn halves(value: u64) -> (u64, u64) {
    (value >> 32, value & (TWO_32 - 1))
}

/// The machine's comparison: 1 minus the high half of `a − b + 2^32`.
fn less(a: u64, b: u64) -> u64 {
    let (hi, _) = halves(add(add(a, P - b), TWO_32));
    add(1, P - hi)
}

fn model(name: &str, parameter: Option<u64>, stack: &mut Stack) -> Result {
    match name {
        "drop" => stack.drop(1),
        "swap" => stack.0.swap(0, 1),
        "dup" => stack.push(stack.0[parameter.unwrap() as usize]),
        "movup" => stack.move_up(parameter.unwrap() as usize),
        "u32test" => {
            let fits = stack.0[0] < TWO_32;
            stack.push(fits.into());
        }
        "u32testw" => {
            let fits = (0..4).all(|i| stack.0[i] < TWO_32);
            stack.push(fits.into());
        }
        "u32assert" | "u32assert2" | "u32assertw" => {
            let count = match (name, parameter) {
                ("u32assertw", _) => 4,
                ("u32assert2", _) | (_, Some(2)) => 2,
                _ => 1,
            };
            (0..count).try_for_each(|i| u32_of(stack.0[i]).map(drop))?;
        }
        "u32cast" => {
            let (_, lo) = halves(stack.pop());
            stack.push(lo);
        }
        "u32split" => {
            let (hi, lo) = halves(stack.pop());
            stack.push(lo);
            stack.push(hi);
        }
        "u32checked_not" | "u32popcnt" | "u32clz" | "u32ctz" | "u32clo" | "u32cto" => {
            let a = u32_of(stack.pop())?;
            stack.push(u64::from(match name {
                "u32checked_not" => !a,
                "u32popcnt" => a.count_ones(),
                "u32clz" => a.leading_zeros(),
                "u32ctz" => a.trailing_zeros(),
                "u32clo" => a.leading_ones(),
                _ => a.trailing_ones(),
            }));
        }
        "u32wrapping_add3"
        | "u32overflowing_add3"
        | "u32widening_add3"
        | "u32wrapping_madd"
        | "u32overflowing_madd" => {
            let [x, y, z] = [stack.pop(), stack.pop(), stack.pop()];
            let sum = if name.ends_with("madd") { add(mul(x, y), z) } else { add(add(x, y), z) };
            push_halves(name, halves(sum), stack);
        }
        "u32maj" | "u32ch" | "u32chi" => {
            let [c, b, a] = [u32_of(stack.0[0])?, u32_of(stack.0[1])?, u32_of(stack.0[2])?];
            stack.push(u64::from(match name {
                "u32maj" => (a & b) | (a & c) | (b & c),
                "u32ch" => (a & b) | (!a & c),
                _ => a ^ (!b & c),
            }));
        }
        _ => {
            let (b, a) = (stack.pop(), stack.pop());
            binary(name, parameter, a, b, stack)?;
        }
    }
    Ok(())
}

/// Pushes the halves of a sum or product that the instruction returns, in its order.
fn push_halves(name: &str, (hi, lo): (u64, u64), stack: &mut Stack) {
    if name.contains("wrapping") {
        stack.push(lo);
    } else if name.contains("widening") {
        stack.push(hi);
        stack.push(lo);
    } else {
        stack.push(lo);
        stack.push(hi);
    }
}

fn binary(name: &str, parameter: Option<u64>, a: u64, b: u64, stack: &mut Stack) -> Result {
    let instruction = name.strip_prefix("u32").unwrap();
    let (checked, instruction) = match instruction.split_once('_') {
        Some(("checked", rest)) => (true, rest),
        Some((_, rest)) => (false, rest),
        None => (false, instruction),
    };
    match instruction {
        "and" | "or" | "xor" | "andnot" | "xorrotr" => {
            let (b, a) = (u32_of(b)?, u32_of(a)?);
            stack.push(u64::from(match instruction {
                "and" => a & b,
                "or" => a | b,
                "xor" => a ^ b,
                "andnot" => a & !b,
                _ => (a ^ b).rotate_right(parameter.unwrap() as u32),
            }));
            return Ok(());
        }
        "shl" | "shr" | "rotl" | "rotr" => {
            return shift(instruction, checked, parameter.is_some(), a, b, stack);
        }
        _ if checked => {
            u32_of(b)?;
            u32_of(a)?;
        }
        _ => {}
    }
    match instruction {
        "add" | "mul" => {
            let (hi, lo) = halves(if instruction == "add" { add(a, b) } else { mul(a, b) });
            if checked {
                require(hi == 0, "FailedAssertion")?;
                stack.push(lo);
            } else {
                push_halves(name, (hi, lo), stack);
            }
        }
        "sub" => {
            let (hi, lo) = halves(add(add(a, P - b), TWO_32));
            if checked {
                require(hi == 1, "FailedAssertion")?;
                stack.push(lo);
            } else {
                push_halves(name, (add(1, P - hi), lo), stack);
            }
        }
        "div" | "mod" | "divmod" => {
            let divisor = u64::from(u32_of(b)?);
            require(divisor != 0, "DivideByZero")?;
            let (quotient, remainder) = (a / divisor, a % divisor);
            u32_of(quotient)?;
            if instruction != "mod" {
                stack.push(quotient);
            }
            if instruction != "div" {
                stack.push(remainder);
            }
        }
        "eq" => stack.push((a == b).into()),
        "neq" => stack.push((a != b).into()),
        "lt" => stack.push(less(a, b)),
        "gt" => stack.push(less(b, a)),
        "lte" => stack.push(less(a, add(b, 1))),
        "gte" => stack.push(less(b, add(a, 1))),
        "min" | "max" => {
            let other_first = if instruction == "min" { less(b, a) } else { less(a, b) };
            require(other_first <= 1, "NotBinaryValue")?;
            stack.push(if other_first == 1 { b } else { a });
        }
        other => panic!("no model of {other}"),
    }
    Ok(())
}

fn shift(instruction: &str, checked: bool, immediate: bool, a: u64, b: u64, stack: &mut Stack) -> Result {
    // The reference covers operands below 2^32 and amounts below 32.
    if let (Ok(a), 0..32) = (u32_of(a), b) {
        stack.push(u64::from(match instruction {
            "shl" => a << b,
            "shr" => a >> b,
            "rotl" => a.rotate_left(b as u32),
            _ => a.rotate_right(b as u32),
        }));
        return Ok(());
    }
    if (instruction, checked) == ("rotr", true) {
        u32_of(b)?;
        u32_of(a)?;
        return Err("FailedAssertion");
    }
    let amount = match instruction {
        "rotr" if immediate => (32 - b) % 32,
        "rotr" => add(32, P - b),
        _ => b,
    };
    require(amount <= 63, "FailedAssertion")?;
    let power = pow(2, amount);
    if checked {
        u32_of(power)?;
        u32_of(a)?;
    }
    let (hi, lo) = halves(mul(a, power));
    stack.push(match instruction {
        "shl" => lo,
        "shr" => {
            let divisor = u64::from(u32_of(power)?);
            u64::from(u32_of(a / divisor)?)
        }
        _ => hi + lo,
    });
    Ok(())
}

/// Instructions that the assembler may merge.
const MERGED: [&str; 12] = [
    "u32checked_xor",
    "u32checked_and",
    "u32checked_not",
    "swap",
    "dup.1",
    "dup.3",
    "movup.2",
    "drop",
    "u32overflowing_add",
    "u32unchecked_rotr.16",
    "u32checked_rotr.7",
    "u32unchecked_rotl.20",
];

/// The usual code of BLAKE, SHA-2 and Keccak, and its cycles once merged.
const SPELLED_OUT: [(&str, usize); 6] = [
    ("u32checked_xor u32unchecked_rotr.16", 1),
    ("u32checked_xor u32checked_rotr.7", 1),
    ("u32checked_not u32checked_and", 1),
    ("u32overflowing_add drop", 1),
    ("swap dup.1 u32checked_and swap u32checked_not movup.2 u32checked_and u32checked_xor", 6),
    (
        "dup.1 dup.1 u32checked_and swap dup.3 u32checked_and u32checked_xor \
         movup.2 movup.2 u32checked_and u32checked_xor",
        5,
    ),
];

/// The stack after several instructions, or the failure.
fn after_all(body: &str, stack: &Stack) -> Result<Stack, String> {
    body.split_whitespace().try_fold(stack.clone(), |stack, instruction| after(instruction, &stack))
}

#[test]
fn spelled_out_operations_are_merged() {
    for (body, cycles) in SPELLED_OUT {
        assert_eq!(support::cycles(body), cycles, "{body}");
        let in_procedures: Vec<String> = body.split_whitespace().map(str::to_owned).collect();
        let (first, rest) = in_procedures.split_at(1);
        let text = format!("proc.a {} end proc.b {} end begin exec.a exec.b end", first[0], rest.join(" "));
        let assembly = Assembler::new().assemble(&Source::new("test", text)).unwrap();
        assert_eq!(support::num_operations(&assembly.program), cycles, "{body}");
    }
}

/// An instruction and its program.
struct Case {
    text: String,
    program: Program,
}

impl Case {
    fn new(text: String) -> Self {
        Self { program: assemble(&text), text }
    }

    fn check(&self, stack: &Stack) -> Result<Stack, String> {
        let result = run_program(&self.program, stack);
        assert_eq!(result, after(&self.text, stack), "{} on {:?}", self.text, stack.0);
        result
    }
}

/// Number of items that a form takes from the stack.
fn num_operands(form: &InstructionForm) -> usize {
    let inputs = form.stack.split(']').next().unwrap().trim_start_matches('[');
    match inputs {
        "" => 0,
        "A" => 4,
        items => items.split(", ").count(),
    }
}

#[test]
fn instructions_do_as_the_reference_says_at_the_edges() {
    // By name and presence of a parameter.
    let mut failures: BTreeMap<(&str, bool), BTreeSet<String>> = BTreeMap::new();
    let has_immediate = |text: &str, name: &str| usize::from(text.contains('.') && takes_operand(name));
    let all_operands = |form: &InstructionForm| num_operands(form) + has_immediate(&form.text, form.name);
    let operands: BTreeMap<&str, usize> = forms().map(|form| (form.name, all_operands(&form))).collect();
    for case in instructions().into_iter().map(Case::new) {
        let name = case.text.split('.').next().unwrap();
        let (&name, &count) = operands.get_key_value(name).unwrap();
        let count = count - has_immediate(&case.text, name);
        for index in 0..EDGES.len().pow(count.min(3) as u32) {
            let operands = (0..count as u32).map(|i| EDGES[index / EDGES.len().pow(i % 3) % EDGES.len()]);
            // Exactly 16 items, or more.
            let depth = if index % 2 == 0 { 16 } else { 21 };
            let stack = Stack::new(operands.chain(100..).take(depth));
            if let Err(failure) = case.check(&stack) {
                failures.entry((name, case.text.contains('.'))).or_default().insert(failure);
            }
        }
    }
    for form in forms() {
        let documented: BTreeSet<String> =
            form.failures.iter().map(|failure| failure.kind.to_string()).collect();
        assert_eq!(
            failures.get(&(form.name, form.text.contains('.'))).cloned().unwrap_or_default(),
            documented,
            "{}",
            form.text
        );
    }
}

#[test]
fn words_are_tested_item_by_item() {
    for instruction in ["u32testw", "u32assertw"] {
        let case = Case::new(instruction.to_owned());
        for pattern in 0..81u32 {
            // High halves whose sum is 0 modulo 2^32 must not count as 0.
            let value = |i: u32| [TWO_32 - 1, TWO_32, P - TWO_32][(pattern / 3u32.pow(i) % 3) as usize];
            let _ = case.check(&Stack::new((0..4).map(value)));
        }
    }
}

#[test]
fn aliases_assemble_to_the_same_program() {
    let mut count = 0;
    for form in forms().filter(|form| !form.text.contains('.')) {
        let digest = |name: &str| {
            let program = assemble(name);
            *program.node(program.root()).digest()
        };
        for alias in form.aliases {
            assert_eq!(digest(alias), digest(form.name), "{alias}");
            count += 1;
        }
    }
    assert_eq!(count, 19);
}

fn value() -> impl Strategy<Value = u64> {
    prop_oneof![3 => select(&EDGES[..]), 4 => 0..TWO_32, 2 => 0u64..70, 1 => 0..P]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn merged_instructions_are_equivalent_to_single_ones(
        parts in vec(prop_oneof![
            3 => select(&MERGED[..]).prop_map(str::to_owned),
            1 => select(&SPELLED_OUT[..]).prop_map(|(body, _)| body.to_owned()),
        ], 1..8),
        items in vec(value(), 0..24),
    ) {
        let (body, stack) = (parts.join(" "), Stack::new(items));
        prop_assert_eq!(run_program(&assemble(&body), &stack), after_all(&body, &stack), "{}", body);
    }

    #[test]
    fn instructions_do_as_the_reference_says(instruction in select(instructions()), items in vec(value(), 0..24)) {
        let _ = Case::new(instruction).check(&Stack::new(items));
    }

    #[test]
    fn immediates_are_the_top_operand(
        form in select(forms().filter(|form| form.text.contains('.') && takes_operand(form.name)).collect::<Vec<_>>()),
        immediate in any::<u32>(),
        items in vec(value(), 1..20),
    ) {
        let is_shift = ["shl", "shr", "rot"].iter().any(|part| form.name.contains(part));
        let immediate = if is_shift { immediate % 32 } else { immediate.max(1) };
        let _ = Case::new(format!("{}.{immediate}", form.name)).check(&Stack::new(items));
    }

    #[test]
    fn bits_are_counted_in_every_place(bit in 0u32..32, noise in any::<u32>()) {
        let leading = noise >> bit | 1 << (31 - bit);
        let trailing = noise << bit | 1 << bit;
        for instruction in ["u32clz", "u32ctz", "u32clo", "u32cto", "u32popcnt"] {
            let case = Case::new(instruction.to_owned());
            for a in [leading, trailing, !leading, !trailing] {
                let _ = case.check(&Stack::new([a.into()]));
            }
        }
    }
}
