//! The cycles of every instruction against those of the language reference, release 0.3.

use miden_assembly::{Assembler, Source};
use miden_core::Node;

/// Number of operations that an instruction lowers to.
fn cycles(instruction: &str) -> usize {
    let source = Source::new(instruction, format!("begin {instruction} end"));
    let program = Assembler::new().assemble(&source).unwrap_or_else(|errors| panic!("{errors}")).program;
    let blocks = program.nodes().iter().filter_map(|hashed| match hashed.node() {
        Node::Block(block) => Some(block.operations().len()),
        _ => None,
    });
    blocks.sum()
}

/// The reference's numbers, by the text of the instruction.
fn reference() -> Vec<(String, usize)> {
    let fixed = [
        ("assert", 1),
        ("assertz", 2),
        ("assert_eq", 2),
        ("add", 1),
        ("add.0", 2),
        ("add.1", 1),
        ("add.2", 2),
        ("sub", 2),
        ("sub.0", 2),
        ("sub.1", 2),
        ("sub.2", 2),
        ("mul", 1),
        ("mul.0", 2),
        ("mul.1", 2),
        ("mul.2", 2),
        ("div", 2),
        ("div.1", 2),
        ("div.2", 2),
        ("neg", 1),
        ("inv", 1),
        ("pow2", 16),
        ("exp.0", 3),
        ("exp.1", 1),
        ("not", 1),
        ("and", 1),
        ("or", 1),
        ("xor", 7),
        ("eq", 1),
        ("eq.0", 1),
        ("eq.1", 2),
        ("eq.2", 2),
        ("neq", 2),
        ("neq.0", 2),
        ("neq.1", 3),
        ("neq.2", 3),
        ("lt", 17),
        ("lte", 18),
        ("gt", 18),
        ("gte", 19),
        ("eqw", 15),
        ("drop", 1),
        ("dropw", 4),
        ("padw", 4),
        ("dup", 1),
        ("dupw", 4),
        ("swap", 1),
        ("swapw", 1),
        ("swapdw", 1),
        ("swapw.1", 1),
        ("swapw.2", 1),
        ("swapw.3", 1),
        ("movupw.2", 2),
        ("movupw.3", 3),
        ("movdnw.2", 2),
        ("movdnw.3", 3),
        ("cswap", 1),
        ("cswapw", 1),
        ("cdrop", 2),
        ("cdropw", 5),
        ("push.0", 1),
        ("push.1", 2),
        ("push.2", 1),
        ("push.0.1.2", 4),
        ("sdepth", 1),
    ];
    let mut rows: Vec<(String, usize)> = fixed.map(|(text, cycles)| (text.to_owned(), cycles)).into();
    rows.extend((0..16).map(|n| (format!("dup.{n}"), if matches!(n, 8 | 10 | 12 | 14) { 3 } else { 1 })));
    rows.extend((0..4).map(|n| (format!("dupw.{n}"), 4)));
    rows.extend((1..16).map(|n| {
        let cycles = match n {
            1 => 1,
            2..=8 => 2,
            9 => 5,
            _ => 6,
        };
        (format!("swap.{n}"), cycles)
    }));
    for name in ["movup", "movdn"] {
        rows.extend((2..16).map(|n| (format!("{name}.{n}"), if n <= 8 { 1 } else { 4 })));
    }
    rows.extend((2..=7).map(|b| (format!("exp.{b}"), 2 * (b - 1))));
    let larger = (8..200).chain((8..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, (1 << bit) + 1]));
    rows.extend(
        larger.chain([0xFFFF_FFFF_0000_0000]).map(|b: u64| (format!("exp.{b}"), 11 + b.ilog2() as usize)),
    );
    rows.extend((0..=64).map(|bits| (format!("exp.u{bits}"), 9 + bits)));
    rows.push(("exp".to_owned(), 73));
    rows
}

/// Cycles above the reference: its exponentiation works off a field element bit by bit, which has two
/// solutions for some exponents, so that ours splits an exponent of more than 32 bits into its halves.
fn allowance(instruction: &str) -> usize {
    match instruction.strip_prefix("exp.u").map(|bits| bits.parse().unwrap_or(0)) {
        Some(33..64) => 2,
        Some(64) => 1,
        _ if instruction == "exp" => 1,
        _ => 0,
    }
}

#[test]
fn no_instruction_takes_more_cycles_than_the_reference() {
    for (instruction, reference) in reference() {
        let most = reference + allowance(&instruction);
        let ours = cycles(&instruction);
        assert!(ours <= most, "{instruction} takes {ours} cycles, at most {most} are allowed");
    }
}

#[test]
fn allowances_are_used_up() {
    for (instruction, reference) in reference().into_iter().filter(|(text, _)| allowance(text) > 0) {
        assert_eq!(cycles(&instruction), reference + allowance(&instruction), "{instruction}");
    }
}
