//! Random items of the stack, and the search for small ones with which a test fails.

use std::cell::RefCell;

use miden_core::{Felt, field::StarkField};
use proptest::{
    prelude::*,
    strategy::BoxedStrategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

/// A kind of random items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generator {
    Felt,
    /// Four elements.
    Word,
    U32,
    /// The lower and the upper half, which is on top.
    U64,
    Bool,
    /// From the first number up to the second one, which is excluded.
    Range(u64, u64),
}

impl Generator {
    /// The forms, for messages.
    pub(crate) const FORMS: &str = "\"felt\", \"word\", \"u32\", \"u64\", \"bool\" or a range such as \"1..100\", which excludes its end";

    /// Parses one of the forms.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "felt" => Self::Felt,
            "word" => Self::Word,
            "u32" => Self::U32,
            "u64" => Self::U64,
            "bool" => Self::Bool,
            _ => {
                let (start, end) = text.split_once("..")?;
                let (start, end) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
                (start < end && end <= Felt::MODULUS).then_some(Self::Range(start, end))?
            }
        })
    }

    /// A strategy for each of the items.
    fn strategies(self) -> Vec<BoxedStrategy<u64>> {
        let felt = || with_edges(Felt::MODULUS);
        let u32 = || with_edges(1 << 32);
        match self {
            Self::Felt => vec![felt()],
            Self::Word => vec![felt(), felt(), felt(), felt()],
            Self::U32 => vec![u32()],
            Self::U64 => vec![u32(), u32()],
            Self::Bool => vec![(0..2_u64).boxed()],
            Self::Range(start, end) => vec![(start..end).boxed()],
        }
    }
}

/// Numbers below a bound; those next to the ends, where programs fail first, more often than the others. The search for
/// small ones ends with the first strategy.
fn with_edges(end: u64) -> BoxedStrategy<u64> {
    prop_oneof![6 => 0..end, 1 => 0..3_u64, 1 => end - 3..end].boxed()
}

/// A series of random inputs: equal settings give equal inputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random {
    pub(crate) seed: u64,
    pub(crate) runs: u32,
}

impl Random {
    /// Items with which a test fails, as small as a search finds them.
    pub(crate) fn find_failure(
        self,
        generators: &[Generator],
        passes: impl Fn(&[Felt]) -> bool,
    ) -> Option<Vec<Felt>> {
        let result = self.runner().run(&strategy(generators), |items| match passes(&felts(&items)) {
            true => Ok(()),
            false => Err(TestCaseError::fail("fails")),
        });
        match result {
            Err(TestError::Fail(_, items)) => Some(felts(&items)),
            // The strategies reject nothing.
            _ => None,
        }
    }

    /// The first items of the series.
    pub(crate) fn first(self, generators: &[Generator]) -> Vec<Felt> {
        let first = RefCell::new(Vec::new());
        Self { runs: 1, ..self }.find_failure(generators, |items| {
            *first.borrow_mut() = items.to_vec();
            true
        });
        first.into_inner()
    }

    fn runner(self) -> TestRunner {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        let config = Config { cases: self.runs, failure_persistence: None, ..Config::default() };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
    }
}

fn strategy(generators: &[Generator]) -> Vec<BoxedStrategy<u64>> {
    generators.iter().copied().flat_map(Generator::strategies).collect()
}

fn felts(items: &[u64]) -> Vec<Felt> {
    items.iter().copied().map(Felt::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: Random = Random { seed: 0, runs: 500 };

    #[test]
    fn forms_are_parsed() {
        assert_eq!(Generator::parse("1..100"), Some(Generator::Range(1, 100)));
        assert_eq!(Generator::parse("u64"), Some(Generator::U64));
        for text in ["", "u8", "5..5", "1..=2", "..3", "0..18446744069414584322"] {
            assert_eq!(Generator::parse(text), None, "{text}");
        }
    }

    #[test]
    fn failing_items_are_made_small() {
        let generators = [Generator::U32, Generator::Range(10, 20)];
        let passes = |items: &[Felt]| items[0].as_int() < 1000;
        assert_eq!(RANDOM.find_failure(&generators, passes), Some([1000, 10].map(Felt::new).to_vec()));
        assert_eq!(RANDOM.find_failure(&generators, |items| items[1].as_int() < 20), None);
    }

    #[test]
    fn equal_seeds_give_equal_items_with_the_ends_of_their_ranges() {
        let all = |random: Random| {
            let items = RefCell::new(Vec::new());
            random.find_failure(&[Generator::Felt, Generator::U64], |drawn| {
                items.borrow_mut().push(drawn.to_vec());
                true
            });
            items.into_inner()
        };
        let items = all(RANDOM);
        assert_eq!((items.len(), &items), (500, &all(RANDOM)));
        assert_ne!(items, all(Random { seed: 1, ..RANDOM }));
        assert_eq!(items[0], RANDOM.first(&[Generator::Felt, Generator::U64]));
        let has = |index: usize, value: u64| items.iter().any(|drawn| drawn[index] == Felt::new(value));
        assert!(has(0, 0) && has(0, Felt::MODULUS - 1) && has(1, 0) && has(2, u64::from(u32::MAX)));
    }
}
