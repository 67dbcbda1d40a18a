//! What `miden --version` says of the build.

use std::sync::LazyLock;

use miden_core::params::FORMAT_VERSION;

/// Instruction sets that the speed of proving depends on.
const INSTRUCTIONS: [&str; 6] = ["adx", "avx2", "avx512f", "avx512ifma", "bmi2", "neon"];

/// Version, commit, features and formats, for reports of errors and measurements.
pub(crate) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(text);
    &TEXT
}

fn text() -> String {
    let commit = match env!("MIDEN_COMMIT") {
        "" => "unknown",
        commit => commit,
    };
    let enabled: Vec<_> = env!("MIDEN_TARGET_FEATURES").split(',').collect();
    let instructions = INSTRUCTIONS.into_iter().filter(|instruction| enabled.contains(instruction));
    let features: Vec<_> = ["concurrent"].into_iter().chain(instructions).collect();
    format!(
        "{}\ncommit: {commit}\nfeatures: {}\ntarget: {}\nproof format: {FORMAT_VERSION}",
        env!("CARGO_PKG_VERSION"),
        features.join(", "),
        env!("MIDEN_TARGET"),
    )
}
