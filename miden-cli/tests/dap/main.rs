//! `miden dap` and a client, over a pipe and over TCP.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod client;
mod editors;
mod nonsense;
mod session;
