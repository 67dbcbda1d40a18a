//! Finds the commit that is built, for `miden --version`.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::{env, path::Path, process::Command};

fn main() {
    // Changes with every commit and checkout. A source archive has neither the file nor a commit.
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.git/logs/HEAD");
    if log.exists() {
        println!("cargo::rerun-if-changed={}", log.display());
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_default();
    println!("cargo::rustc-env=MIDEN_COMMIT={commit}");
    let variable = |name| env::var(name).unwrap_or_default();
    println!("cargo::rustc-env=MIDEN_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=MIDEN_TARGET_FEATURES={}", variable("CARGO_CFG_TARGET_FEATURE"));
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().into())
}
