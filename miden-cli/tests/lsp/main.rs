//! The editor server, as an editor sees it: `|` marks the cursor in the texts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod diagnostics;
mod features;
mod lifecycle;
