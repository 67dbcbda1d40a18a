//! Keeps the book in step with the code: computed numbers, pictures, links, the table of crates.
//!
//! A page or README marks what a test computes:
//!
//! ```text
//! <!-- computed: name -->
//! …
//! <!-- end -->
//! ```
//!
//! `UPDATE_EXPECT=1 cargo test -p miden-book` rewrites these sections and the pictures.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod background;
mod crates;
mod example;
mod glossary;
mod links;
mod marked;
mod pictures;
mod scaling;
mod schema;
mod steps;
mod svg;
