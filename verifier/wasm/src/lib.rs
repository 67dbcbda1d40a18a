//! The verifier as a WebAssembly module without imports.
//!
//! The host writes a statement and a proof into two buffers, calls [`verify`], and reads the verdict; see
//! `npm/index.js`. All numbers of the verdict are u32, little-endian:
//!
//! | Words | Content |
//! |---|---|
//! | 0 | 0 if the proof is accepted, otherwise the number of the error, and nothing follows |
//! | 1…5 | parameter set, binary logarithm of the rows, 1 if the proof hides the execution, conjectured and proven bits |
//! | 5 per round | kind, layer of a fold, conjectured bits, bits by unique decoding and by list decoding, in tenths |

#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;
use core::panic::PanicInfo;

use miden_verifier::{
    ParameterSet, Policy, ProofBundleError, Round, SecurityLevel, Statement, Verified, verify_with,
};
use spin::Mutex;

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Statement, proof, verdict.
static BUFFERS: Mutex<[Vec<u8>; 3]> = Mutex::new([Vec::new(), Vec::new(), Vec::new()]);

/// Gives a buffer a length, and returns its address for the host to write or read; 0 if there is no such buffer, or not
/// enough memory. Buffer 0 is for the statement, 1 for the proof.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn buffer(index: u32, length: u32) -> usize {
    let mut buffers = BUFFERS.lock();
    let Some(buffer) = buffers.get_mut(index as usize) else { return 0 };
    buffer.clear();
    if buffer.try_reserve_exact(length as usize).is_err() {
        return 0;
    }
    buffer.resize(length as usize, 0);
    buffer.as_mut_ptr().addr()
}

/// Verifies the proof in buffer 1 for the statement in buffer 0, and empties both. Bit `i` of `sets` accepts the
/// parameter set with number `i`. Returns the number of words of the verdict, whose address is [`verdict`].
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn verify(sets: u32, demands_hiding: u32, conjectured: u32, proven: u32) -> u32 {
    let mut buffers = BUFFERS.lock();
    let [statement, proof, verdict] = &mut *buffers;
    let accepted = ParameterSet::ALL.into_iter().filter(|set| sets >> set.id() & 1 == 1);
    let policy = Policy::only(accepted)
        .with_hiding(demands_hiding != 0)
        .with_minimum(SecurityLevel { conjectured, proven });
    let words = match check(statement, proof, &policy) {
        Ok(verified) => accepted_words(&verified),
        Err(error) => [error.code().into()].into(),
    };
    (*statement, *proof) = (Vec::new(), Vec::new());
    verdict.clear();
    verdict.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    words.len() as u32
}

/// Address of the verdict.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn verdict() -> usize {
    let [.., verdict] = &*BUFFERS.lock();
    verdict.as_ptr().addr()
}

fn check(statement: &[u8], proof: &[u8], policy: &Policy) -> Result<Verified, ProofBundleError> {
    Ok(verify_with(&Statement::from_bytes(statement)?, proof, policy)?)
}

fn accepted_words(verified: &Verified) -> Vec<u32> {
    let mut words = Vec::from([
        0,
        verified.parameter_set.id().into(),
        verified.trace_rows.ilog2(),
        verified.hides.into(),
        verified.security.conjectured,
        verified.security.proven,
    ]);
    for round in verified.security_report.rounds() {
        let (kind, layer) = match round.round {
            Round::Bus => (0, 0),
            Round::Composition => (1, 0),
            Round::OutOfDomain => (2, 0),
            Round::Batching => (3, 0),
            Round::Fold(layer) => (4, layer),
            Round::Queries => (5, 0),
            Round::Hash => (6, 0),
            _ => (7, 0),
        };
        let bits = [round.conjectured, round.unique_decoding, round.list_decoding];
        words.extend([kind, layer]);
        words.extend(bits.map(|bits| bits.tenths()));
    }
    words
}
