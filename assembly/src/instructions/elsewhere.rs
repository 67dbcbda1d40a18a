//! Instructions that only exist in other releases of the language.

/// Instructions of other releases, and their replacement.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ForeignInstructions {
    /// Their names.
    pub names: &'static [&'static str],
    /// The replacement, or the reason why there is none.
    pub instead: &'static str,
}

const FOREIGN: &[ForeignInstructions] = &[
    ForeignInstructions {
        names: &["u32widening_mul"],
        instead: "use `u32overflowing_mul swap`: `u32overflowing_mul` leaves the high half on top",
    },
    ForeignInstructions {
        names: &["u32widening_madd"],
        instead: "use `u32overflowing_madd swap`: `u32overflowing_madd` leaves the high half on top",
    },
    ForeignInstructions {
        names: &["debug", "breakpoint", "trace"],
        instead: "programs cannot print or stop yet; `emit.n` signals an event to the host",
    },
    ForeignInstructions {
        names: &["adv.push_ext2intt", "adv.smt_get", "adv.push_smtpeek", "adv.push_sig"],
        instead: "the host supplies this advice: `emit.n` signals an event to its handler",
    },
    ForeignInstructions {
        names: &[
            "fri_ext2fold4",
            "rcomb_base",
            "horner_eval_base",
            "horner_eval_ext",
            "eval_circuit",
            "log_precompile",
            "log_deferred",
            "crypto_stream",
        ],
        instead: "the machine has no operations for verifying proofs",
    },
];

/// Instructions that only exist in other releases.
pub const fn foreign_instructions() -> &'static [ForeignInstructions] {
    FOREIGN
}

/// The replacement for an instruction of another release.
pub(crate) fn instead_of(name: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|foreign| foreign.names.contains(&name)).map(|foreign| foreign.instead)
}
