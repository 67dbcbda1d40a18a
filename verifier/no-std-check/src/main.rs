//! Verifies a stored proof in a program without the standard library, with its own panic handler and allocator, and
//! with the verifier as the only dependency of the project.
//!
//! Exits with 0 if the proof is accepted for its statement and rejected for other outputs; in a build without its
//! parameter set, if it is rejected for that.

#![no_std]
#![no_main]
#![deny(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;
use core::{ffi::c_int, panic::PanicInfo};

use miden_verifier::{Kernel, ParameterSet, StackInputs, StackOutputs, Statement, VerifierError, verify};

/// Proof of a loop that adds the numbers from 10 down to 1, above twenty items that it leaves alone.
const PROOF: &[u8] = include_bytes!("../../tests/fixtures/format-5.bin");
const SET: ParameterSet = ParameterSet::Small96;
const PROGRAM: &str = include_str!("../../tests/fixtures/format-5.digest");

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// The precompiled `alloc` refers to two functions of the unwinder; nothing calls them, as panics abort.
#[allow(unsafe_code, reason = "the linker looks for these names")]
mod unwinder {
    #[unsafe(no_mangle)]
    extern "C" fn rust_eh_personality() {}

    #[unsafe(no_mangle)]
    extern "C" fn _Unwind_Resume() -> ! {
        loop {
            core::hint::spin_loop();
        }
    }
}

/// The statement with this sum; `None` if its parts are malformed.
fn statement(sum: u64) -> Option<Statement> {
    let inputs: Vec<u64> = (100..120).chain([0, 10]).collect();
    let outputs: Vec<u64> = [0, sum].into_iter().chain((100..120).rev()).collect();
    let (inputs, outputs) = (StackInputs::from_ints(&inputs).ok()?, StackOutputs::from_ints(&outputs).ok()?);
    Some(Statement::success(PROGRAM.trim().parse().ok()?, Kernel::default(), inputs, outputs))
}

/// Entry point, called by the C runtime.
#[allow(unsafe_code, reason = "the entry point has to keep its name")]
#[unsafe(no_mangle)]
pub extern "C" fn main() -> c_int {
    let (Some(stated), Some(other)) = (statement(55), statement(56)) else { return 2 };
    match (verify(&stated, PROOF), verify(&other, PROOF)) {
        (Ok(_), Err(_)) => 0,
        (Err(VerifierError::ParameterSet { set }), _) if set == SET && !SET.is_available() => 0,
        _ => 1,
    }
}
