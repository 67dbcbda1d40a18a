//! The whole machine as a WebAssembly module: diagnostics, runs, analysis, proofs and their verification.
//!
//! The host writes a request into buffer 0, calls [`call`] with the number of an operation, and reads the answer; see
//! `web/engine.js`. Requests and answers are JSON; proof bundles are bytes.
//!
//! | Buffer | Content |
//! |---|---|
//! | 0 | request |
//! | 1 | 32 random bytes for `prove`, a proof bundle for `verify` |
//! | 2 | answer |
//! | 3 | proof bundle, after `prove` |
//!
//! Whatever the request, the answer is an object with the key `outcome`: `success`, `fault` for a failure that can be
//! proven, or `error`. The module keeps nothing from one call to the next.

#![deny(unsafe_code)]

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

mod analyze;
mod check;
mod failure;
mod limits;
mod problem;
mod program;
mod progress;
mod prove;
mod request;
mod run;
mod seed;
mod verify;

use problem::Problem;
use request::Request;

/// Request, bytes, answer, bundle.
static BUFFERS: Mutex<[Vec<u8>; 4]> = Mutex::new([const { Vec::new() }; 4]);

/// Largest lengths of the buffers that the host writes.
const MAX_LENGTHS: [usize; 2] = [limits::REQUEST_BYTES, limits::BUNDLE_BYTES];

/// Gives a buffer a length, and returns its address for the host to write; 0 if there is no such buffer, the length is
/// over the limit, or there is not enough memory.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn buffer(index: u32, length: u32) -> usize {
    let (index, length) = (index as usize, length as usize);
    let mut buffers = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(buffer) = buffers.get_mut(index) else { return 0 };
    if MAX_LENGTHS.get(index).is_none_or(|max| length > *max) {
        return 0;
    }
    buffer.clear();
    if buffer.try_reserve_exact(length).is_err() {
        return 0;
    }
    buffer.resize(length, 0);
    buffer.as_mut_ptr().addr()
}

/// Performs an operation on the request in buffer 0, and empties it. The answer is then in buffer 2.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn call(operation: u32) {
    let mut buffers = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    let [request, bytes] = [0, 1].map(|index: usize| std::mem::take(&mut buffers[index]));
    let mut bundle = Vec::new();
    let answer = perform(operation, &request, &bytes, &mut bundle);
    let [_, _, text, proof] = &mut *buffers;
    (*text, *proof) = (answer.unwrap_or_else(|problem| problem.to_json()).to_string().into(), bundle);
}

/// Address of a buffer.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn address(index: u32) -> usize {
    let buffers = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    buffers.get(index as usize).map_or(0, |buffer| buffer.as_ptr().addr())
}

/// Length of a buffer.
#[allow(unsafe_code, reason = "the host looks for the name")]
#[unsafe(no_mangle)]
pub extern "C" fn length(index: u32) -> usize {
    let buffers = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    buffers.get(index as usize).map_or(0, Vec::len)
}

fn perform(operation: u32, request: &[u8], bytes: &[u8], bundle: &mut Vec<u8>) -> Result<Value, Problem> {
    if operation == 0 {
        return Ok(describe());
    }
    let request = Request::parse(request)?;
    match operation {
        1 => check::check(&request),
        2 => run::run(&request),
        3 => analyze::analyze(&request),
        4 => prove::prove(&request, bytes, bundle),
        5 => verify::verify(&request, bytes),
        _ => Err(Problem::Operation(operation)),
    }
}

/// The choices and the limits of the module.
fn describe() -> Value {
    json!({
        "outcome": "success",
        "parameter_sets": miden_prover::ParameterSet::ALL.map(|set| json!({
            "name": set.name(), "purpose": set.purpose(),
        })),
        "stages": miden_prover::Stage::ALL.map(|stage| stage.name()),
        "limits": {
            "source_bytes": limits::SOURCE_BYTES,
            "cycles": limits::CYCLES,
            "analyzed_cycles": limits::ANALYZED_CYCLES,
            "trace_rows": limits::TRACE_ROWS,
        },
    })
}
