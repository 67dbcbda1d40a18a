//! The editor server through its protocol. `|` marks the cursor in texts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod diagnostics;
mod editing;
mod features;
mod lifecycle;
