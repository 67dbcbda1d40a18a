//! Shorter operations for straight-line code that spells them out.
//!
//! A rule is exact: on every stack both sides leave the same items at the same depth, or fail with the same fault,
//! that is, of several operands that are no u32 the same one is reported. What differs is the number of cycles, and
//! which operation of the code is at fault. Code with a decorator in it is left alone.

use miden_core::{
    Felt,
    Opcode::{
        self, Drop, Dup1, Dup3, MovDn3, MovUp2, Swap, U32Add, U32And, U32AndN, U32Assert2, U32Maj, U32Rot,
        U32WAdd, U32Xor, U32Xr7, U32Xr8, U32Xr12, U32Xr16,
    },
    Operation::{self, Plain, Push},
    program::Decorator,
};

use super::straight::{Decoration, Straight};

/// Code, and what replaces it.
struct Rule {
    from: &'static [Operation],
    /// Operations, and the index in `from` of the one whose instruction they come from.
    to: &'static [(Opcode, usize)],
}

/// `NOT a` is `a XOR ALL`.
const ALL: Operation = Push(Felt::new(u32::MAX as u64));

/// The constant that makes `u32rot` rotate right by `bits`.
const fn right(bits: u32) -> Operation {
    Push(Felt::new(1 << (u32::BITS - bits)))
}

const RULES: &[Rule] = &[
    // [b, a]: the result of `u32xor` and the constant are u32s, so that only `u32xor` can fail.
    Rule { from: &[Plain(U32Xor), right(16), Plain(U32Rot)], to: &[(U32Xr16, 0)] },
    Rule { from: &[Plain(U32Xor), right(12), Plain(U32Rot)], to: &[(U32Xr12, 0)] },
    Rule { from: &[Plain(U32Xor), right(8), Plain(U32Rot)], to: &[(U32Xr8, 0)] },
    Rule { from: &[Plain(U32Xor), right(7), Plain(U32Rot)], to: &[(U32Xr7, 0)] },
    Rule { from: &[Plain(U32Xor), right(16), Plain(U32Assert2), Plain(U32Rot)], to: &[(U32Xr16, 0)] },
    Rule { from: &[Plain(U32Xor), right(12), Plain(U32Assert2), Plain(U32Rot)], to: &[(U32Xr12, 0)] },
    Rule { from: &[Plain(U32Xor), right(8), Plain(U32Assert2), Plain(U32Rot)], to: &[(U32Xr8, 0)] },
    Rule { from: &[Plain(U32Xor), right(7), Plain(U32Assert2), Plain(U32Rot)], to: &[(U32Xr7, 0)] },
    // [b, a]: NOT looks at b, AND at a, and `u32andn` at b, then a.
    Rule { from: &[ALL, Plain(U32Xor), Plain(U32And)], to: &[(U32AndN, 2)] },
    Rule { from: &[ALL, Plain(U32Xor), Plain(Swap), Plain(U32And)], to: &[(U32AndN, 3)] },
    // [c, b, a]: NOT looks at c, AND at a.
    Rule {
        from: &[ALL, Plain(U32Xor), Plain(MovUp2), Plain(U32And)],
        to: &[(MovUp2, 2), (Swap, 3), (U32AndN, 3)],
    },
    // [c, b, a]: the first AND looks at c, then b, the second one at a; `u32maj` looks at c, b, a.
    Rule {
        from: &[
            Plain(Dup1),
            Plain(Dup1),
            Plain(U32And),
            Plain(Swap),
            Plain(Dup3),
            Plain(U32And),
            Plain(U32Xor),
            Plain(MovUp2),
            Plain(MovUp2),
            Plain(U32And),
            Plain(U32Xor),
        ],
        to: &[(U32Maj, 2), (MovDn3, 10), (Drop, 10), (Drop, 10), (Drop, 10)],
    },
    // [b, a]: the lower half of the sum; neither side looks at the operands.
    Rule { from: &[Plain(U32Add), Plain(Drop)], to: &[(U32WAdd, 0)] },
];

/// Length of the longest code that is replaced.
const LONGEST: usize = 11;

impl Straight {
    /// Appends code that is finished. Where the two parts meet, rules may apply.
    pub(super) fn append(&mut self, other: &Self) {
        // A match that reaches across the seam ends within one length less 1 behind it.
        let near = other.operations.len().min(LONGEST - 1);
        let mut decorations = other.decorations.as_slice();
        for (index, (&operation, &origin)) in
            other.operations.iter().zip(&other.origins).take(near).enumerate()
        {
            let before = decorations.partition_point(|decoration| decoration.index <= index);
            let (now, later) = decorations.split_at_checked(before).unwrap_or_default();
            for decoration in now {
                self.decorations.push(Decoration { index: self.operations.len(), ..decoration.clone() });
            }
            decorations = later;
            self.push_operation(operation, origin);
        }
        let start = self.operations.len();
        self.operations.extend_from_slice(other.operations.get(near..).unwrap_or_default());
        self.origins.extend_from_slice(other.origins.get(near..).unwrap_or_default());
        self.decorations.extend(decorations.iter().map(|decoration| Decoration {
            index: start + decoration.index.saturating_sub(near),
            ..decoration.clone()
        }));
    }

    /// Replaces the code that the last operation completes, if there is a rule for it.
    pub(super) fn rewrite_end(&mut self) {
        let Some(Plain(U32Rot | U32And | U32Xor | Drop)) = self.operations.last() else { return };
        let Some(rule) = RULES.iter().find(|rule| self.operations.ends_with(rule.from)) else { return };
        let start = self.operations.len() - rule.from.len();
        if self.has_decorator_from(start) {
            return;
        }
        let origins = self.origins.split_off(start);
        self.operations.truncate(start);
        for (opcode, index) in rule.to {
            self.operations.push(Plain(*opcode));
            self.origins.extend(origins.get(*index).copied());
        }
    }

    /// Whether a decorator acts behind operation `start`, or says how that one fails.
    fn has_decorator_from(&self, start: usize) -> bool {
        self.decorations
            .iter()
            .rev()
            .take_while(|decoration| decoration.index >= start)
            .any(|decoration| decoration.index > start || matches!(decoration.decorator, Decorator::Error(_)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use miden_core::{
        Program, ProgramInputs, StackInputs,
        field::StarkField,
        program::{ErrorCode, ProgramBuilder},
    };
    use miden_processor::{ExecutionError, ExecutionOptions, execute};
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn program(operations: &[Operation]) -> Program {
        let mut builder = ProgramBuilder::new();
        let block = builder.block(operations).unwrap();
        builder.finish(block)
    }

    /// The final stack, or the fault without its place.
    fn run(operations: &[Operation], stack: &[u64]) -> Result<Vec<Felt>, String> {
        let inputs = ProgramInputs { stack: StackInputs::from_ints(stack).unwrap(), ..Default::default() };
        match execute(&program(operations), &inputs, &ExecutionOptions::default()) {
            Ok(execution) => Ok(execution.outputs.items().to_vec()),
            Err(ExecutionError::Fault { fault, .. }) => Err(alloc::format!("{fault:?}")),
            Err(error) => panic!("{error}"),
        }
    }

    fn replacement(rule: &Rule) -> Vec<Operation> {
        rule.to.iter().map(|(opcode, _)| Plain(*opcode)).collect()
    }

    fn straight(operations: &[Operation]) -> Straight {
        let mut straight = Straight::default();
        operations.iter().for_each(|&operation| straight.push_operation(operation, Default::default()));
        straight
    }

    #[test]
    fn rules_are_well_formed() {
        assert_eq!(RULES.iter().map(|rule| rule.from.len()).max(), Some(LONGEST));
        for rule in RULES {
            assert!(rule.to.len() < rule.from.len());
            assert!(rule.to.iter().all(|(_, index)| *index < rule.from.len()));
            assert_eq!(straight(rule.from).operations, replacement(rule));
            assert_eq!(straight(rule.from).origins.len(), rule.to.len());
        }
    }

    const EDGES: [u64; 8] =
        [0, 1, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, (1 << 32) + 1, 1 << 63, Felt::MODULUS - 1];

    #[test]
    fn rules_are_exact_at_the_edges() {
        for rule in RULES {
            for index in 0..EDGES.len().pow(3) {
                let operand = |place: u32| EDGES[index / EDGES.len().pow(place) % EDGES.len()];
                // Exactly 16 items, and more.
                for depth in [3, 16, 17] {
                    let mut stack: Vec<u64> = (0..depth - 3).collect();
                    stack.extend([operand(0), operand(1), operand(2)]);
                    assert_eq!(run(rule.from, &stack), run(&replacement(rule), &stack), "{:?}", rule.from);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn rules_are_exact(
            rule in (0..RULES.len()),
            stack in vec(prop_oneof![4 => 0..1u64 << 32, 1 => select(&EDGES[..]), 1 => 0..Felt::MODULUS], 0..20),
        ) {
            let rule = &RULES[rule];
            prop_assert_eq!(run(rule.from, &stack), run(&replacement(rule), &stack));
        }

        #[test]
        fn seams_are_rewritten_like_code_in_one_piece(rules in vec(0..RULES.len(), 1..4), seam in 0usize..40) {
            let operations: Vec<Operation> = rules.iter().flat_map(|rule| RULES[*rule].from).copied().collect();
            let whole = straight(&operations);
            let (front, back) = operations.split_at(seam.min(operations.len()));
            let mut parts = straight(front);
            parts.append(&straight(back));
            prop_assert_eq!(parts.operations.len(), parts.origins.len());
            let stack: Vec<u64> = (1..20).collect();
            prop_assert_eq!(run(&parts.operations, &stack), run(&operations, &stack));
            prop_assert_eq!(run(&whole.operations, &stack), run(&operations, &stack));
        }
    }

    #[test]
    fn decorators_keep_code_as_it_is() {
        let rule = &RULES[4];
        for place in 0..=rule.from.len() {
            for decorator in [Decorator::Emit(1), Decorator::Error(ErrorCode { code: 1, message: None })] {
                let is_error = matches!(decorator, Decorator::Error(_));
                let mut code = Straight::default();
                for (index, &operation) in rule.from.iter().enumerate() {
                    if index == place {
                        code.decorate(decorator.clone(), Default::default());
                    }
                    code.push_operation(operation, Default::default());
                }
                let is_kept = (1..rule.from.len()).contains(&place) || (place == 0 && is_error);
                let expected = if is_kept { rule.from.to_vec() } else { replacement(rule) };
                assert_eq!(code.operations, expected, "{place}");

                let mut seam = Straight::default();
                seam.append(&code);
                assert_eq!(seam.operations, code.operations);
                assert!(
                    seam.decorations.iter().map(|d| d.index).eq(code.decorations.iter().map(|d| d.index))
                );
            }
        }
    }
}
