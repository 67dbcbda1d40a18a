use alloc::{format, string::String};

use miden_assembly::DiagnosticKind;
use miden_assembly_syntax::did_you_mean;

/// A warning about code that assembles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lint {
    /// Branches leave different numbers of items.
    #[error("{}", match .second {
        Some(second) => format!("the branches differ: the first {}, the second {}", change(*first), change(*second)),
        None => format!("the branches differ: one {}, the empty one none", change(*first)),
    })]
    UnbalancedBranches {
        /// Number of items that the first branch adds; negative if it removes items.
        first: i64,
        /// The same for the second branch; `None` if it is empty.
        second: Option<i64>,
    },
    /// An iteration does not leave the stack as high as it was.
    #[error("the loop is not balanced: each iteration {}", change(*shift))]
    UnbalancedLoop {
        /// Number of items that an iteration adds; negative if it removes items.
        shift: i64,
    },
    /// A procedure uses more items than its comment states.
    #[error("the procedure reaches {} deep, but its comment states {stated}", items(*inputs))]
    ReadsBelowInputs {
        /// Number of items that it reads, moves or removes.
        inputs: u64,
        /// Number of items in the comment.
        stated: u64,
    },
    /// A procedure leaves another number of items than its comment states.
    #[error(
        "the procedure leaves {} in place of {inputs}, but its comment states {stated}", items(*outputs)
    )]
    OtherEffect {
        /// Number of inputs in the comment.
        inputs: u64,
        /// Number of items that replace them.
        outputs: u64,
        /// Number of outputs in the comment.
        stated: u64,
    },
    /// A called procedure returns with more than 16 items.
    #[error("the call always fails: the procedure returns with {} on the stack", items(*depth))]
    CallTooDeep {
        /// Number of items.
        depth: u64,
    },
    /// Nothing uses a procedure.
    #[error("procedure `{name}` is not used")]
    UnusedProcedure {
        /// Its name.
        name: String,
    },
    /// An attribute allows a lint that does not exist.
    #[error("no lint is called `{name}`")]
    UnknownLint {
        /// The name.
        name: String,
        /// The lint with the most similar name.
        nearest: Option<&'static str>,
    },
}

/// Expands the list of lints to the enum and its properties.
macro_rules! lints {
    ($($kind:ident $name:literal $text:literal;)+) => {
        /// Kind of a lint.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum LintKind {
            $(#[doc = $text] $kind,)+
        }

        impl LintKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// The name, by which `@allow(name)` before a procedure turns it off there.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// Description of the code that it warns of.
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)+
                }
            }
        }

        impl Lint {
            /// The kind.
            pub const fn kind(&self) -> LintKind {
                match self {
                    $(Self::$kind { .. } => LintKind::$kind,)+
                }
            }
        }
    };
}

lints! {
    UnbalancedBranches "unbalanced_branches" "Branches of an `if` that leave different numbers of items.";
    UnbalancedLoop "unbalanced_loop" "A loop whose iterations leave more or fewer items than before.";
    ReadsBelowInputs "reads_below_inputs" "A procedure that reads or moves items below the inputs that its comment states.";
    OtherEffect "other_effect" "A procedure that leaves another number of items than its comment states.";
    CallTooDeep "call_too_deep" "A call of a procedure that returns with more than 16 items, which always fails.";
    UnusedProcedure "unused_procedure" "A procedure that is neither exported nor used.";
    UnknownLint "unknown_lint" "An attribute `@allow(…)` with a name that is not one of a lint.";
}

impl LintKind {
    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl Lint {
    pub(super) fn unknown(name: String) -> Self {
        let nearest = miden_assembly_syntax::nearest(&name, LintKind::ALL.iter().map(|kind| kind.name()));
        Self::UnknownLint { name, nearest }
    }
}

impl DiagnosticKind for Lint {
    fn help(&self) -> Option<String> {
        let allow = |advice: &str| {
            Some(format!("{advice}, or write `@allow({})` before the procedure", self.kind().name()))
        };
        match self {
            Self::UnbalancedBranches { second: Some(_), .. } => {
                allow("the code that follows finds other items in each case; drop or push the difference")
            }
            Self::UnbalancedBranches { .. } => allow("add an `else` that does the same to the stack"),
            Self::UnbalancedLoop { .. } => allow(
                "the code that follows cannot know the height of the stack; drop or push the difference",
            ),
            Self::ReadsBelowInputs { .. } | Self::OtherEffect { .. } => {
                allow("correct the code or the comment")
            }
            Self::CallTooDeep { .. } => allow("drop the items that are not results"),
            Self::UnusedProcedure { .. } => allow("remove it"),
            Self::UnknownLint { nearest, .. } => {
                let names = LintKind::ALL.iter().map(|kind| format!("`{}`", kind.name()));
                did_you_mean(nearest.as_slice()).or_else(|| {
                    Some(format!("the lints are {}", names.collect::<alloc::vec::Vec<_>>().join(", ")))
                })
            }
        }
    }

    fn is_warning(&self) -> bool {
        true
    }
}

fn items(count: u64) -> String {
    if count == 1 { "1 item".into() } else { format!("{count} items") }
}

/// A change of the height of the stack in words.
fn change(shift: i64) -> String {
    match shift {
        0 => "adds and removes equally many items".into(),
        1.. => format!("adds {}", items(shift.unsigned_abs())),
        _ => format!("removes {}", items(shift.unsigned_abs())),
    }
}
