//! Prints the label of every constraint, one per line.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

fn main() {
    for (label, _) in miden_air::inspect::degrees() {
        println!("{label}");
    }
}
