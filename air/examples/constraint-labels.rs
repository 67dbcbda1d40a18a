//! Prints the label of every constraint, one per line.
#![allow(clippy::print_stdout, reason = "printing is its purpose")]

fn main() {
    for (label, _) in miden_air::inspect::degrees() {
        println!("{label}");
    }
}
