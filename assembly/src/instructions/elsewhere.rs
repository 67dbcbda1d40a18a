//! Instructions that other releases of the language have, and this one does not.

/// Instructions that other releases have, and what to do without them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ForeignInstructions {
    /// Their names.
    pub names: &'static [&'static str],
    /// What to write instead, or why there is nothing.
    pub instead: &'static str,
}

const FOREIGN: &[ForeignInstructions] = &[
    ForeignInstructions {
        names: &["u32widening_mul"],
        instead: "`u32overflowing_mul` computes the same, with the high half on top; `swap` puts the low one there",
    },
    ForeignInstructions {
        names: &["u32widening_madd"],
        instead: "`u32overflowing_madd` computes the same, with the high half on top; `swap` puts the low one there",
    },
    ForeignInstructions {
        names: &["debug", "breakpoint", "trace"],
        instead: "programs do not print or stop yet; `emit.n` signals an event to the host",
    },
    ForeignInstructions {
        names: &["adv.push_ext2intt", "adv.smt_get", "adv.push_smtpeek", "adv.push_sig"],
        instead: "hints of this kind come from the host: `emit.n` signals an event, whose handler gives advice",
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
        instead: "the machine has no operations for the verification of proofs",
    },
];

/// Instructions that other releases have, and this one does not.
pub const fn foreign_instructions() -> &'static [ForeignInstructions] {
    FOREIGN
}

/// What to write instead of an instruction of another release.
pub(crate) fn instead_of(name: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|foreign| foreign.names.contains(&name)).map(|foreign| foreign.instead)
}
