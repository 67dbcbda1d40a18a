//! Executes code before and after each rule, on stacks of all kinds.

use alloc::{format, string::String, vec, vec::Vec};

use miden_core::{
    Felt,
    Opcode::{self, *},
    Operation::{self, Plain, Push},
    Program, ProgramInputs, StackInputs,
    field::StarkField,
    operations::OPERATIONS,
    program::ProgramBuilder,
};
use miden_processor::{ExecutionError, ExecutionOptions, Fault, execute};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{RULES, Rewrite, WINDOW, patterns::PATTERNS, shorten};

fn program(operations: &[Operation]) -> Program {
    let mut builder = ProgramBuilder::new();
    let blocks: Vec<_> = operations.chunks(20).map(|operations| builder.block(operations).unwrap()).collect();
    let empty = builder.block(&[]).unwrap();
    let root = blocks.into_iter().fold(empty, |left, right| builder.join(left, right).unwrap());
    builder.finish(root)
}

/// The final stack, or the fault without its place and without the values of an assertion, which may differ.
fn run(operations: &[Operation], stack: &[u64]) -> Result<Vec<Felt>, String> {
    let inputs = ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..Default::default() };
    match execute(&program(operations), &inputs, &ExecutionOptions::default()) {
        Ok(execution) => Ok(execution.outputs.items().to_vec()),
        Err(ExecutionError::Fault { fault: Fault::FailedAssertion { .. }, .. }) => Err("assertion".into()),
        Err(ExecutionError::Fault { fault, .. }) => Err(format!("{fault:?}")),
        Err(error) => panic!("{error}"),
    }
}

fn plain(opcodes: &[Opcode]) -> Vec<Operation> {
    opcodes.iter().map(|&opcode| Plain(opcode)).collect()
}

fn push(value: u64) -> Operation {
    Push(Felt::new(value))
}

fn without_origins(rewrite: &Rewrite) -> Vec<Operation> {
    rewrite.to.iter().map(|(operation, _)| *operation).collect()
}

/// The code after the assembler has applied all rules.
fn optimized(operations: &[Operation]) -> Vec<Operation> {
    let (mut code, mut pending) = (Vec::new(), operations.to_vec());
    pending.reverse();
    while let Some(operation) = pending.pop() {
        code.push(operation);
        if let Some(rewrite) = shorten(&code) {
            code.truncate(code.len() - rewrite.len);
            pending.extend(without_origins(&rewrite).into_iter().rev());
        }
    }
    code
}

const EDGES: [u64; 8] = [0, 1, 2, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 63, Felt::MODULUS - 1];

/// Stacks with edge values on top, of exactly 16 items or more.
fn edge_stacks() -> impl Iterator<Item = Vec<u64>> {
    let pairs = EDGES.iter().flat_map(|a| EDGES.iter().map(move |b| [*a, *b]));
    let operands = pairs.flat_map(|[a, b]| [1, 0xFFFF_FFFF, 1 << 32].map(|c| [c, a, b]));
    operands.flat_map(|operands| [3, 16, 17].map(|depth| (100..97 + depth).chain(operands).collect()))
}

/// Code before and after a rule.
struct Example {
    rule: &'static str,
    from: Vec<Operation>,
    to: Vec<Operation>,
}

fn examples() -> Vec<Example> {
    let example = |rule, from, to| Example { rule, from, to };
    let mut examples = vec![
        example("constants", vec![push(3), push(5), Plain(Sub)], vec![push(Felt::MODULUS - 2)]),
        example("constants", vec![push(3), Plain(Neg)], vec![push(Felt::MODULUS - 3)]),
        example("constants", vec![Plain(Pad), Plain(Eqz)], vec![push(1)]),
        example("constants", vec![push(2), Plain(Inv)], vec![push(Felt::MODULUS.div_ceil(2))]),
        example("constants", vec![push(3), Plain(Dup0), Plain(Mul)], vec![push(9)]),
        example("constants", vec![push(8), push(9), Plain(Swap)], vec![push(9), push(8)]),
        example("constants", vec![push(1 << 33), Plain(U32Split), Plain(Drop)], vec![Plain(Pad)]),
        example("constants", vec![push(7), push(2), Plain(U32Div), Plain(Drop)], vec![push(3)]),
        example("constants", vec![push(1), Plain(Assert)], vec![]),
        example("constants", vec![push(8), push(9), Plain(Pad), Plain(CSwap)], vec![push(8), push(9)]),
        example("constants", vec![push(7), push(8), push(9), Plain(MovUp2)], vec![push(8), push(9), push(7)]),
        example("unused results", plain(&[Dup7, Drop]), vec![]),
        example("unused results", vec![push(9), Plain(Drop)], vec![]),
        example("unused results", plain(&[SDepth, Drop]), vec![]),
        example("unused results", plain(&[Clk, Drop]), vec![]),
        example("unused results", plain(&[Add, Drop]), plain(&[Drop, Drop])),
        example("unused results", plain(&[U32Split, Drop, Drop]), plain(&[Drop])),
        example("unused results", plain(&[MovUp2, Drop, Drop, Drop]), plain(&[Drop, Drop, Drop])),
        example("moves", plain(&[Swap, Swap]), vec![]),
        example("moves", plain(&[MovUp5, MovDn5]), vec![]),
        example("moves", plain(&[MovUp2, MovUp2]), plain(&[MovDn2])),
        example("moves", plain(&[MovUp3, Swap, Swap]), plain(&[MovUp3])),
        example("moves", plain(&[Swap, MovUp2, MovUp3, Swap, MovUp2, MovUp3]), vec![]),
        example("sums", vec![push(1), Plain(Add)], plain(&[Incr])),
        example("sums", vec![Plain(Pad), Plain(Sub)], vec![]),
        example("sums", vec![push(2), Plain(Add)], plain(&[Incr, Incr])),
        example("sums", plain(&[Incr, Incr, Incr]), vec![push(3), Plain(Add)]),
        example("sums", vec![push(9), Plain(Add), push(4), Plain(Sub)], vec![push(5), Plain(Add)]),
        example("sums", vec![push(4), Plain(Add), push(9), Plain(Sub)], vec![push(5), Plain(Sub)]),
        example("products", vec![push(1), Plain(Mul)], vec![]),
        example("products", vec![push(2), Plain(Mul)], plain(&[Dup0, Add])),
        example("products", vec![push(Felt::MODULUS - 1), Plain(Mul)], plain(&[Neg])),
        example("products", plain(&[Neg, Neg]), vec![]),
        example("products", vec![Plain(Neg), push(5), Plain(Mul)], vec![push(Felt::MODULUS - 5), Plain(Mul)]),
        example("products", plain(&[Dup0, Add, Dup0, Add]), vec![push(4), Plain(Mul)]),
        example("truth values", plain(&[Eq, Not, Not]), plain(&[Eq])),
        example("truth values", vec![Plain(And), push(1), Plain(Eq)], plain(&[And])),
        example("truth values", plain(&[Eq, Not, Assert]), plain(&[Eq, AssertZ])),
        example("truth values", plain(&[Or, Not, AssertZ]), plain(&[Or, Assert])),
        example(
            "stores",
            vec![Plain(Dup0), push(7), Plain(MStore), Plain(Drop)],
            vec![push(7), Plain(MStore)],
        ),
        example("stores", plain(&[Dup0, Pad, MStore, Drop]), plain(&[Pad, MStore])),
        example(
            "stores",
            vec![Plain(Dup0), push(9), Plain(FmpAdd), Plain(MStore), Plain(Drop)],
            vec![push(9), Plain(FmpAdd), Plain(MStore)],
        ),
        example(
            "stores",
            vec![Plain(Dup0), push(1 << 32), Plain(MStore), Plain(Drop)],
            vec![push(1 << 32), Plain(MStore)],
        ),
    ];
    examples.extend(PATTERNS.iter().map(|pattern| {
        let to = pattern.to.iter().map(|(opcode, _)| Plain(*opcode)).collect();
        example("patterns", pattern.from.to_vec(), to)
    }));
    examples
}

#[test]
fn every_rule_rewrites_its_examples() {
    let examples = examples();
    for (name, _) in RULES {
        assert!(examples.iter().any(|example| example.rule == *name), "{name}");
    }
    for Example { rule: name, from, to } in examples {
        let (_, rule) = RULES.iter().find(|(other, _)| *other == name).unwrap();
        // Preceding operations are irrelevant and are not replaced.
        let mut code = vec![Plain(Noop)];
        code.extend(&from);
        let rewrite = rule(&code).unwrap_or_else(|| panic!("{from:?}"));
        assert!(rewrite.len < code.len(), "{from:?}");
        let mut expected = vec![Plain(Noop)];
        expected.extend(&to);
        assert_eq!(optimized(&code), expected, "{from:?}");
    }
}

#[test]
fn the_book_has_every_rule() {
    let page = include_str!("../../../docs/src/design/shorter-code.md");
    for (name, _) in RULES {
        assert!(page.contains(&format!("| {name} |")), "{name}");
    }
}

#[test]
fn patterns_are_well_formed() {
    for pattern in PATTERNS {
        assert!(pattern.from.len() <= WINDOW);
        assert!(pattern.to.len() < pattern.from.len());
        assert!(pattern.to.iter().all(|(_, index)| *index < pattern.from.len()));
        // Otherwise the pattern could never match.
        let (_, start) = pattern.from.split_last().unwrap();
        assert_eq!(optimized(start), start, "another rule comes first");
    }
}

#[test]
fn rules_are_exact_at_the_edges() {
    for Example { from, to, .. } in examples() {
        for stack in edge_stacks() {
            assert_eq!(run(&from, &stack), run(&to, &stack), "{from:?} on {stack:?}");
        }
    }
}

#[test]
fn stores_keep_their_value_without_a_copy() {
    for (address, place) in
        [(vec![push(7)], vec![push(7)]), (vec![push(9), Plain(FmpAdd)], vec![push(9), Plain(FmpAdd)])]
    {
        let store = [vec![Plain(Dup0)], address, plain(&[MStore, Drop])].concat();
        let load = [plain(&[Incr]), place, plain(&[MLoad])].concat();
        let (long, short) = ([&store[..], &load].concat(), [optimized(&store), load].concat());
        assert_eq!(short.len() + 2, long.len());
        let stack = run(&short, &[5]).unwrap();
        assert_eq!(stack[..2], [Felt::new(5), Felt::new(6)]);
        assert_eq!(run(&long, &[5]).unwrap(), stack);
    }
}

/// Operations whose effect depends only on the stack.
fn operation() -> impl Strategy<Value = Operation> {
    let opcodes: Vec<Opcode> = OPERATIONS
        .iter()
        .filter(|info| info.is_block_operation())
        .map(|info| info.opcode)
        .filter(|opcode| {
            !matches!(
                opcode,
                Opcode::Push | Read | ReadW | Pipe | MpVerify | MrUpdate | Caller | FmpUpdate | Clk
            )
        })
        .collect();
    const FREQUENT: &[Opcode] =
        &[Drop, Swap, Pad, Dup0, Dup1, MovUp2, MovDn2, Add, Sub, Neg, Incr, Eq, Eqz, Not, Assert];
    prop_oneof![
        2 => select(opcodes).prop_map(Plain),
        4 => select(FREQUENT).prop_map(Plain),
        2 => select(&EDGES[..]).prop_map(push),
        1 => (0..Felt::MODULUS).prop_map(push),
    ]
}

fn stack() -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![3 => 0..3u64, 3 => 0..1u64 << 32, 2 => select(&EDGES[..]), 2 => 0..Felt::MODULUS], 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn rules_are_exact(example in 0..examples().len(), stack in stack()) {
        let Example { from, to, .. } = &examples()[example];
        prop_assert_eq!(run(from, &stack), run(to, &stack), "{:?}", from);
    }

    #[test]
    fn every_rewrite_of_random_code_is_exact(
        code in vec(operation(), 1..12),
        stacks in vec(stack(), 1..6),
    ) {
        for (name, rule) in RULES {
            let Some(rewrite) = rule(&code) else { continue };
            let (_, from) = code.split_at(code.len() - rewrite.len);
            let to = without_origins(&rewrite);
            prop_assert!(to.len() <= from.len());
            prop_assert!(rewrite.to.iter().all(|(_, index)| *index < from.len()));
            for stack in &stacks {
                prop_assert_eq!(run(from, stack), run(&to, stack), "{}: {:?}, {:?}", name, from, to);
            }
        }
    }

    #[test]
    fn optimized_code_is_equivalent(code in vec(operation(), 0..60), stacks in vec(stack(), 1..4)) {
        let short = optimized(&code);
        prop_assert!(short.len() <= code.len());
        prop_assert_eq!(optimized(&short).len(), short.len());
        for stack in &stacks {
            prop_assert_eq!(run(&code, stack), run(&short, stack), "{:?}", short);
        }
    }

    /// Random code of moves only, which are rare elsewhere.
    #[test]
    fn optimized_moves_are_equivalent(
        moves in vec(select(&[Swap, SwapW, SwapW2, SwapW3, SwapDW, MovUp2, MovUp3, MovUp8, MovDn2, MovDn8][..]), 0..20),
        stack in vec(0..100u64, 0..20),
    ) {
        let code = plain(&moves);
        prop_assert_eq!(run(&code, &stack), run(&optimized(&code), &stack));
    }
}

#[test]
fn long_chains_of_rewrites_take_linear_time() {
    // Every trailing drop removes one more of these.
    let mut code = [Plain(Neg), Plain(Eqz)].repeat(100_000);
    code.push(Plain(Drop));
    assert_eq!(optimized(&code), plain(&[Drop]));
    let mut code = [Plain(Swap), Plain(MovUp3)].repeat(100_000);
    code.extend([Plain(MovDn3), Plain(Swap)].repeat(100_000));
    assert_eq!(optimized(&code), []);
}
