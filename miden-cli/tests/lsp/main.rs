//! The editor server through its protocol. `|` marks the cursor in texts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod diagnostics;
mod features;
mod lifecycle;
