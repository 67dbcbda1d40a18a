//! Executes every form of every instruction and compares it with a model over integers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use miden_assembly::{InstructionForm, instruction_forms};
use proptest::{collection::vec, prelude::*, sample::select};

mod support;

use support::{P, Stack, add, mul, pow, require, run};

/// The stack after an instruction, or the failure. The depth reflects the instruction as a whole: one that
/// leaves as many items as it takes never deepens the stack.
fn after(instruction: &str, stack: &Stack) -> Result<Stack, String> {
    let mut stack = stack.clone();
    model(instruction, &mut stack)?;
    Ok(Stack::new(stack.0))
}

/// The effect of an instruction according to the language reference.
fn model(instruction: &str, stack: &mut Stack) -> Result<(), &'static str> {
    let (name, parameter) = instruction.split_once('.').unwrap_or((instruction, ""));
    let n = parameter.parse::<usize>();
    match name {
        "push" => {
            parameter.split('.').for_each(|value| stack.push(value.parse().unwrap()));
            return Ok(());
        }
        // An immediate is the top operand.
        "add" | "sub" | "mul" | "div" | "eq" | "neq" | "exp" | "lt" | "lte" | "gt" | "gte" => {
            if let Ok(value) = parameter.parse() {
                stack.push(value);
            }
        }
        _ => {}
    }
    match name {
        "assert" => require(stack.pop() == 1, "FailedAssertion")?,
        "assertz" => require(stack.pop() == 0, "FailedAssertion")?,
        "assert_eq" => require(stack.pop() == stack.pop(), "FailedAssertion")?,
        "assert_eqw" => {
            let equal = (0..4).all(|i| stack.0[i] == stack.0[4 + i]);
            stack.drop(8);
            require(equal, "FailedAssertion")?;
        }
        "is_odd" => {
            let a = stack.pop();
            stack.push(a % 2);
        }
        "ilog2" => {
            let a = stack.pop();
            require(a != 0, "FailedAssertion")?;
            stack.push(a.ilog2().into());
        }
        "ext2neg" | "ext2inv" => {
            let a = [stack.pop(), stack.pop()];
            let zero = [0, 0];
            extension(&name[4..], if name == "ext2neg" { [zero, a] } else { [[0, 1], a] }, stack)?;
        }
        "ext2add" | "ext2sub" | "ext2mul" | "ext2div" => {
            let b = [stack.pop(), stack.pop()];
            let a = [stack.pop(), stack.pop()];
            extension(&name[4..], [a, b], stack)?;
        }
        "reversew" => stack.0.make_contiguous()[..4].reverse(),
        "reversedw" => stack.0.make_contiguous()[..8].reverse(),
        "nop" => {}
        "neg" => {
            let a = stack.pop();
            stack.push((P - a) % P);
        }
        "inv" => {
            let a = stack.pop();
            require(a != 0, "DivideByZero")?;
            stack.push(pow(a, P - 2));
        }
        "pow2" => {
            let a = stack.pop();
            require(a <= 63, "FailedAssertion")?;
            stack.push(1 << a);
        }
        "not" => {
            let a = stack.pop();
            require(a <= 1, "NotBinaryValue")?;
            stack.push(1 - a);
        }
        "add" | "sub" | "mul" | "div" | "eq" | "neq" | "lt" | "lte" | "gt" | "gte" | "and" | "or" | "xor"
        | "exp" => {
            let (b, a) = (stack.pop(), stack.pop());
            stack.push(binary(name, parameter, a, b)?);
        }
        "eqw" => {
            let equal = (0..4).all(|i| stack.0[i] == stack.0[4 + i]);
            stack.push(equal.into());
        }
        "drop" => stack.drop(1),
        "dropw" => stack.drop(4),
        "padw" => (0..4).for_each(|_| stack.push(0)),
        "dup" => stack.push(stack.0[n.unwrap_or(0)]),
        "dupw" => (0..4).for_each(|_| stack.push(stack.0[4 * n.clone().unwrap_or(0) + 3])),
        "swap" => stack.0.swap(0, n.unwrap_or(1)),
        "swapw" => stack.swap_words(0, n.unwrap_or(1)),
        "swapdw" => {
            stack.swap_words(0, 2);
            stack.swap_words(1, 3);
        }
        "movup" => stack.move_up(n.unwrap()),
        "movdn" => stack.move_down(n.unwrap()),
        "movupw" => {
            let n = n.unwrap();
            (0..4).for_each(|_| stack.move_up(4 * n + 3));
        }
        "movdnw" => {
            let n = n.unwrap();
            (0..4).for_each(|_| stack.move_down(4 * n + 3));
        }
        "cswap" | "cswapw" | "cdrop" | "cdropw" => {
            let len = if name.ends_with('w') { 4 } else { 1 };
            let condition = stack.pop();
            require(condition <= 1, "NotBinaryValue")?;
            if condition == 1 {
                (0..len).for_each(|i| stack.0.swap(i, len + i));
            }
            if name.starts_with("cdrop") {
                stack.drop(len);
            }
        }
        "sdepth" => stack.push(stack.0.len() as u64),
        other => panic!("no model of {other}"),
    }
    Ok(())
}

/// Arithmetic of `a1·φ + a0` with `φ² = φ − 2`; pairs have the coefficient of `φ` first. Division multiplies
/// by `b^(p² − 2)`.
fn extension(name: &str, [a, b]: [[u64; 2]; 2], stack: &mut Stack) -> Result<(), &'static str> {
    let negative = |x: u64| (P - x) % P;
    let product = |[a1, a0]: [u64; 2], [b1, b0]: [u64; 2]| {
        let square = mul(a1, b1);
        [add(add(mul(a0, b1), mul(a1, b0)), square), add(mul(a0, b0), mul(P - 2, square))]
    };
    let [c1, c0] = match name {
        "add" => [add(a[0], b[0]), add(a[1], b[1])],
        "sub" | "neg" => [add(a[0], negative(b[0])), add(a[1], negative(b[1]))],
        "mul" => product(a, b),
        _ => {
            require(b != [0, 0], "DivideByZero")?;
            let exponent = u128::from(P) * u128::from(P) - 2;
            let inverse = (0..128).rev().fold([0, 1], |power, bit| {
                let square = product(power, power);
                if exponent >> bit & 1 == 1 { product(square, b) } else { square }
            });
            product(a, inverse)
        }
    };
    stack.push(c0);
    stack.push(c1);
    Ok(())
}

fn binary(name: &str, parameter: &str, a: u64, b: u64) -> Result<u64, &'static str> {
    Ok(match name {
        "add" => add(a, b),
        "sub" => add(a, P - b),
        "mul" => mul(a, b),
        "div" => {
            require(b != 0, "DivideByZero")?;
            mul(a, pow(b, P - 2))
        }
        "eq" => (a == b).into(),
        "neq" => (a != b).into(),
        "lt" => (a < b).into(),
        "lte" => (a <= b).into(),
        "gt" => (a > b).into(),
        "gte" => (a >= b).into(),
        "exp" => {
            if let Some(bits) = parameter.strip_prefix('u') {
                let bits: u32 = bits.parse().unwrap();
                require(u128::from(b) < 1 << bits, "FailedAssertion")?;
            }
            pow(a, b)
        }
        _ => {
            require(a <= 1 && b <= 1, "NotBinaryValue")?;
            match name {
                "and" => a & b,
                "or" => a | b,
                _ => a ^ b,
            }
        }
    })
}

/// Edge values.
const EDGES: [u64; 14] = [
    0,
    1,
    2,
    3,
    63,
    64,
    1 << 16,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    1 << 63,
    P - (1 << 32),
    P - 2,
    P - 1,
];

/// Every form of every instruction, with edge values as immediates.
fn forms() -> Vec<String> {
    let plain = "assert assertz assert_eq add sub mul div neg inv pow2 exp not and or xor eq neq lt lte gt gte \
                 eqw drop dropw padw dup dupw swap swapw swapdw cswap cswapw cdrop cdropw sdepth push.1.2.3 \
                 assert_eqw is_odd ilog2 ext2add ext2sub ext2mul ext2div ext2neg ext2inv reversew reversedw nop";
    let mut forms: Vec<String> = plain.split_whitespace().map(str::to_owned).collect();
    for value in EDGES {
        let names = ["push", "add", "sub", "mul", "div", "eq", "neq", "exp", "lt", "lte", "gt", "gte"];
        let allowed = names.into_iter().filter(|name| *name != "div" || value != 0);
        forms.extend(allowed.map(|name| format!("{name}.{value}")));
    }
    forms.extend([4, 5, 6, 7, 8, 9, 15, 16, 255, 256, 1000].map(|value| format!("exp.{value}")));
    forms.extend([0, 1, 2, 6, 16, 31, 32, 33, 34, 63, 64].map(|bits| format!("exp.u{bits}")));
    forms.extend((0..16).map(|n| format!("dup.{n}")));
    forms.extend((1..16).map(|n| format!("swap.{n}")));
    forms.extend((2..16).flat_map(|n| [format!("movup.{n}"), format!("movdn.{n}")]));
    forms.extend((0..4).map(|n| format!("dupw.{n}")));
    forms.extend((1..4).map(|n| format!("swapw.{n}")));
    forms.extend((2..4).flat_map(|n| [format!("movupw.{n}"), format!("movdnw.{n}")]));
    forms
}

fn check(instruction: &str, stack: &Stack) -> Result<Stack, String> {
    let result = run(instruction, stack);
    assert_eq!(result, after(instruction, stack), "{instruction} on {:?}", stack.0);
    result
}

/// Forms of the chapters tested here; the other chapters have their own tests.
fn documented_forms() -> impl Iterator<Item = InstructionForm> {
    let tested = ["Assertions and field arithmetic", "Stack"];
    instruction_forms().into_iter().filter(move |form| tested.contains(&form.chapter))
}

#[test]
fn instructions_do_as_the_reference_says_at_the_edges() {
    // By name and kind of parameter.
    let kind = |text: &str| text.split_once('.').map(|(_, parameter)| parameter.starts_with('u'));
    let mut failures: BTreeMap<(String, Option<bool>), BTreeSet<String>> = BTreeMap::new();
    for instruction in forms() {
        for b in EDGES {
            for a in EDGES {
                let result = check(&instruction, &Stack::new([b, a].into_iter().chain(100..119)));
                let name = instruction.split('.').next().unwrap();
                failures.entry((name.to_owned(), kind(&instruction))).or_default().extend(result.err());
            }
        }
    }
    for form in documented_forms() {
        let documented: BTreeSet<String> =
            form.failures.iter().map(|failure| failure.kind.to_string()).collect();
        assert_eq!(
            failures.get(&(form.name.to_owned(), kind(&form.text))),
            Some(&documented),
            "{}",
            form.text
        );
    }
}

#[test]
fn words_are_equal_only_if_all_items_are() {
    for different in 0..8 {
        let mut items: Vec<u64> = [EDGES[10], 7, 0, P - 1].repeat(2);
        for instruction in ["eqw", "assert_eqw"] {
            let _ = check(instruction, &Stack::new(items.clone()));
            items[different] = add(items[different], 1);
            let _ = check(instruction, &Stack::new(items.clone()));
        }
    }
}

#[test]
fn bodies_do_as_the_reference_says() {
    for (body, inputs, top) in [
        ("push.3 push.5 sub", vec![], vec![P - 2]),
        ("push.3 push.5 lt", vec![], vec![1]),
        ("push.1.2.3 movup.2", vec![], vec![1, 3, 2]),
        ("push.1.2.3 movdn.2", vec![], vec![2, 1, 3]),
        ("push.10.20.1 cswap", vec![], vec![10, 20]),
        ("push.10.20.1 cdrop", vec![], vec![20]),
        ("add", vec![2, 1], vec![3]),
        ("sub", vec![4, 10], vec![6]),
        ("push.1 while.true push.0 end push.9", vec![], vec![9]),
        ("push.1 if.true push.2 else push.3 end", vec![], vec![2]),
        ("push.0 if.true push.2 else push.3 end", vec![], vec![3]),
        ("push.0 if.true push.2 end", vec![7], vec![7]),
        ("repeat.3 push.1 end add add", vec![], vec![3]),
        ("sdepth", vec![2, 1], vec![16, 2, 1]),
        ("push.0x00000000000000010000000000000002", vec![], vec![2, 1]),
        ("push.-1.-0x10.-0", vec![], vec![0, P - 16, P - 1]),
        ("push.[-1,2, -3,4] add.-4 mul.-1 eq.-3", vec![], vec![0, 2, P - 3, 4]),
        ("push.7 add.-8 div.-1", vec![], vec![1]),
        ("push.0x1 push.0x123#odd\nadd#without a space\n", vec![], vec![0x124]),
        // 3 + 2 + 1 in a loop, and 2^1000 in a long repetition.
        ("push.0.3 dup neq.0 while.true dup movdn.2 add swap sub.1 dup neq.0 end drop", vec![], vec![6]),
        ("push.1 repeat.1000 mul.2 end", vec![], vec![pow(2, 1000)]),
        ("repeat.200 dup if.true sub.1 else add.1 end end", vec![0], vec![0]),
    ] {
        let result = run(body, &Stack::new(inputs)).unwrap();
        assert!(result.0.iter().take(top.len()).eq(&top), "{body} gives {:?}", result.0);
        assert!(result.0.iter().skip(top.len()).all(|item| *item == 0), "{body} gives {:?}", result.0);
    }
    for body in ["push.2 if.true add end", "push.2 while.true add end", "push.2.1 while.true end"] {
        assert_eq!(run(body, &Stack::new([])), Err("NotBinaryValue".to_owned()), "{body}");
    }
}

fn value() -> impl Strategy<Value = u64> {
    prop_oneof![3 => select(&EDGES[..]), 2 => 0u64..3, 1 => 0..1u64 << 33, 3 => 0..P]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn instructions_do_as_the_reference_says(instruction in select(forms()), items in vec(value(), 0..24)) {
        let _ = check(&instruction, &Stack::new(items));
    }

    #[test]
    fn immediates_are_the_top_operand(
        name in select(vec!["add", "sub", "mul", "div", "eq", "neq", "exp", "lt", "lte", "gt", "gte"]),
        immediate in value(),
        items in vec(value(), 1..20),
    ) {
        prop_assume!(name != "div" || immediate != 0);
        let _ = check(&format!("{name}.{immediate}"), &Stack::new(items));
    }

    #[test]
    fn exponents_are_checked_against_their_number_of_bits(bits in 0u32..=64, a in value(), b in value()) {
        let _ = check(&format!("exp.u{bits}"), &Stack::new([b, a]));
        // The largest exponent that fits, and the smallest that does not.
        let limit = (1u128 << bits).min(u128::from(P) - 1) as u64;
        let _ = check(&format!("exp.u{bits}"), &Stack::new([limit.saturating_sub(1), a]));
        let _ = check(&format!("exp.u{bits}"), &Stack::new([limit, a]));
    }

    #[test]
    fn comparisons_agree_with_integers(a in value(), b in value(), offset in 0u64..3) {
        let near = add(a, offset);
        for instruction in ["lt", "lte", "gt", "gte"] {
            let _ = check(instruction, &Stack::new([b, a]));
            let _ = check(instruction, &Stack::new([near, a]));
            let _ = check(instruction, &Stack::new([a, near]));
        }
    }
}
