use alloc::vec::Vec;

use miden_core::{Operation, program::Decorator};

use crate::{
    debug::{FrameId, InstructionId, Origin, Origins},
    instructions::Operations,
    optimize::{self, Rewrite, WINDOW},
};

/// Operation run with decorators, and the instruction that each operation comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct OperationRun {
    pub(super) operations: Vec<Operation>,
    pub(super) origins: Vec<Origin>,
    /// Sorted by position.
    decorations: Vec<Decoration>,
    /// Number of debug commands among the decorators.
    num_debug: usize,
    /// Index of the first operation that optimization may replace: no decorator comes after it or gives its error code.
    free: usize,
}

/// A decorator and its position.
#[derive(Clone, Debug)]
pub(super) struct Decoration {
    /// Index of the operation after it; the number of operations if there is none.
    pub(super) index: usize,
    pub(super) decorator: Decorator,
    pub(super) origin: Origin,
}

impl Decoration {
    /// Index of the first operation that may be replaced despite the decorator. A debug command must not change the
    /// code, so it protects nothing.
    fn first_free(&self) -> usize {
        match self.decorator {
            Decorator::Debug(_) => 0,
            Decorator::Error(_) => self.index + 1,
            _ => self.index,
        }
    }

    const fn is_debug(&self) -> bool {
        matches!(self.decorator, Decorator::Debug(_))
    }
}

impl OperationRun {
    /// A run without code.
    pub(super) const EMPTY: Self =
        Self { operations: Vec::new(), origins: Vec::new(), decorations: Vec::new(), num_debug: 0, free: 0 };

    pub(super) fn new(
        operations: Vec<Operation>,
        origins: Vec<Origin>,
        decorations: Vec<Decoration>,
    ) -> Self {
        let free = decorations.iter().map(Decoration::first_free).max().unwrap_or(0);
        let num_debug = decorations.iter().filter(|decoration| decoration.is_debug()).count();
        Self { operations, origins, decorations, num_debug, free }
    }

    /// The origins of its operations and decorators.
    pub(super) fn places(&self) -> Origins {
        Origins {
            operations: self.origins.as_slice().into(),
            decorators: self.decorations.iter().map(|decoration| decoration.origin).collect(),
        }
    }

    pub(super) const fn decorations(&self) -> &[Decoration] {
        self.decorations.as_slice()
    }

    /// The invocations that its decorators were inlined through.
    pub(super) fn decoration_frames(&mut self) -> impl Iterator<Item = &mut FrameId> {
        self.decorations.iter_mut().map(|decoration| &mut decoration.origin.frames)
    }

    fn push_decoration(&mut self, decoration: Decoration) {
        self.free = self.free.max(decoration.first_free());
        self.num_debug += usize::from(decoration.is_debug());
        self.decorations.push(decoration);
    }

    /// Number of operations and decorators, which is the cost of a copy. Debug commands do not count: the code must be
    /// the same with and without them.
    pub(super) fn len(&self) -> usize {
        self.operations.len() + self.decorations.len() - self.num_debug
    }

    /// Whether nothing of the run takes part in the digest or changes the advice.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the run consists of debug commands.
    pub(super) fn is_debug(&self) -> bool {
        self.is_empty() && self.num_debug > 0
    }

    /// Appends a copy without optimization.
    pub(super) fn extend(&mut self, other: &Self) {
        let start = self.operations.len();
        self.operations.extend_from_slice(&other.operations);
        self.origins.extend_from_slice(&other.origins);
        for decoration in &other.decorations {
            self.push_decoration(Decoration { index: start + decoration.index, ..decoration.clone() });
        }
    }

    /// Appends the lowering of an instruction.
    pub(super) fn push(&mut self, operations: &Operations, origin: InstructionId, optimize: bool) {
        let mut decorators = operations.decorators();
        for (index, &operation) in operations.as_slice().iter().enumerate() {
            while let Some(((place, decorator), later)) = decorators.split_first()
                && *place <= index
            {
                self.decorate(decorator.clone(), origin.into());
                decorators = later;
            }
            self.push_operation(operation, Origin::at(origin, index), optimize);
        }
        decorators.iter().for_each(|(_, decorator)| self.decorate(decorator.clone(), origin.into()));
    }

    /// Appends optimized code, and optimizes across the boundary.
    pub(super) fn append(&mut self, other: &Self, optimize: bool) {
        let mut decorations = other.decorations.as_slice();
        let mut done = 0;
        // A rule that crosses the boundary ends within one window after it, or after the last place where one applied.
        let mut near = if optimize { WINDOW } else { 0 };
        for (&operation, &origin) in other.operations.iter().zip(&other.origins) {
            if near == 0 {
                break;
            }
            let before = decorations.partition_point(|decoration| decoration.index <= done);
            let (now, later) = decorations.split_at(before);
            for decoration in now {
                let index = self.operations.len();
                self.push_decoration(Decoration { index, ..decoration.clone() });
            }
            decorations = later;
            near = if self.push_operation(operation, origin, optimize) { WINDOW } else { near - 1 };
            done += 1;
        }
        let start = self.operations.len();
        self.operations.extend_from_slice(other.operations.split_at(done).1);
        self.origins.extend_from_slice(other.origins.split_at(done).1);
        for decoration in decorations {
            let index = start + decoration.index.saturating_sub(done);
            self.push_decoration(Decoration { index, ..decoration.clone() });
        }
    }

    /// Appends an operation. Returns whether a rule applied.
    fn push_operation(&mut self, operation: Operation, origin: Origin, optimize: bool) -> bool {
        self.operations.push(operation);
        self.origins.push(origin);
        optimize && self.shorten_end()
    }

    /// Applies rules to the end of the code until none applies.
    fn shorten_end(&mut self) -> bool {
        // The last operation has been appended. Replacements are appended one at a time.
        let mut pending: Vec<(Operation, Origin)> = Vec::new();
        let mut shortened = false;
        loop {
            // A decorator can protect the next operation, which is not there yet.
            let free = self.operations.get(self.free..).unwrap_or_default();
            if let Some(Rewrite { len, to }) = optimize::shorten(free) {
                let start =
                    self.operations.len().checked_sub(len).expect("a rule replaces operations of the run");
                let origins = self.origins.split_off(start);
                let replaced = self.operations.split_off(start);
                // Only debug commands are within the replaced code; they now come before it.
                let moved = self.decorations.iter_mut().rev();
                moved.take_while(|decoration| decoration.index > start).for_each(|moved| moved.index = start);
                let origin =
                    |index: usize| *origins.get(index).expect("a rule names operations that it replaces");
                let same = |(place, &(operation, index)): (usize, &(Operation, usize))| {
                    place == index && replaced.get(index) == Some(&operation)
                };
                let kept = to.iter().enumerate().take_while(|place| same(*place)).count();
                let to = to.iter().enumerate().map(|(place, &(operation, index))| {
                    let origin = origin(index);
                    (operation, if place < kept { origin } else { origin.changed() })
                });
                pending.extend(to.rev());
                shortened = true;
            }
            let Some((operation, origin)) = pending.pop() else { return shortened };
            self.operations.push(operation);
            self.origins.push(origin);
        }
    }

    /// Appends a decorator.
    fn decorate(&mut self, decorator: Decorator, origin: Origin) {
        self.push_decoration(Decoration { index: self.operations.len(), decorator, origin });
    }

    /// Splits off the first `len` operations, with the decorators before them.
    pub(super) fn split_off_front(&mut self, len: usize) -> Self {
        let split = self.decorations.partition_point(|decoration| decoration.index < len);
        let decorations = self.decorations.split_off(split);
        let num_debug = decorations.iter().filter(|decoration| decoration.is_debug()).count();
        self.num_debug -= num_debug;
        let mut rest = Self {
            operations: self.operations.split_off(len),
            origins: self.origins.split_off(len),
            decorations,
            num_debug,
            free: self.free.saturating_sub(len),
        };
        rest.decorations.iter_mut().for_each(|decoration| decoration.index -= len);
        core::mem::replace(self, rest)
    }
}

#[cfg(test)]
mod tests {
    use miden_core::{Felt, Opcode, program::ErrorCode};
    use proptest::prelude::*;

    use super::*;

    /// A run of sums, with events and error codes between them.
    fn run_of(words: &[u8], optimize: bool) -> OperationRun {
        let mut run = OperationRun::default();
        for word in words {
            let mut operations = Operations::new();
            match word {
                0 => operations.decorate(Decorator::Emit(1)),
                1 => {
                    operations.decorate(Decorator::Error(ErrorCode { code: 1, message: None }));
                    operations.push(Opcode::Assert.into());
                }
                2 => operations.push(Operation::Push(Felt::new(7))),
                _ => operations.push(Opcode::Add.into()),
            }
            run.push(&operations, InstructionId::default(), optimize);
        }
        run
    }

    /// Number of operations that decorators protect from rules.
    fn num_kept(run: &OperationRun) -> usize {
        run.decorations.iter().map(Decoration::first_free).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn decorators_protect_the_code_before_them(
            first in proptest::collection::vec(0_u8..5, 0..30),
            second in proptest::collection::vec(0_u8..5, 0..30),
            optimize: bool,
            at: proptest::sample::Index,
        ) {
            let (first, second) = (run_of(&first, optimize), run_of(&second, optimize));
            let mut appended = first.clone();
            appended.append(&second, optimize);
            let mut extended = first.clone();
            extended.extend(&second);
            let mut rest = extended.clone();
            let front = rest.split_off_front(at.index(extended.operations.len() + 1));
            prop_assert_eq!(front.operations.len() + rest.operations.len(), extended.operations.len());
            for code in [first, second, appended, extended] {
                prop_assert_eq!(code.free, num_kept(&code));
                prop_assert_eq!(code.origins.len(), code.operations.len());
            }
            prop_assert_eq!(rest.free, num_kept(&rest));
        }
    }
}
