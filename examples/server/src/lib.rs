//! A server that proves programs: a queue in memory, and an interface over HTTP.
//!
//! | Request | Answer |
//! |---|---|
//! | `POST /proofs` with `{"source": "begin … end", "stack": [1, 2], "advice": [3]}` | 202 and `{"id": 1}`; 422 if the source has errors or the inputs are malformed; 503 if the queue is full |
//! | `GET /proofs/1` | `{"status": "waiting", "ahead": 2}`, `{"status": "proving", "stage": "…", "percent": 40}`, `{"status": "proven"}`, `{"status": "failed", "code": 201, "message": "…"}` or `{"status": "cancelled"}` |
//! | `GET /proofs/1/bundle` | the proof bundle, for `miden verify` |
//! | `DELETE /proofs/1` | 202, and the proof stops; 404 if there is none |
//!
//! Each worker has a thread pool of its own, so that a long proof does not slow a short one down.

mod queue;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use miden::{AdviceInputs, Assembler, Program, ProgramInputs, Source, StackInputs, StdLibrary};
use serde::Deserialize;
use serde_json::{Value, json};

pub use queue::{JobId, Queue, QueueFull, QueueOptions, Status};

/// Bytes of the largest request.
const MAX_REQUEST: usize = 1 << 20;

/// A program with its inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Job {
    source: String,
    /// The initial stack, the last item on top.
    #[serde(default)]
    stack: Vec<u64>,
    /// The advice tape.
    #[serde(default)]
    advice: Vec<u64>,
}

/// The interface of a queue.
pub fn router(queue: Arc<Queue>) -> Router {
    Router::new()
        .route("/proofs", post(submit))
        .route("/proofs/{id}", get(status).delete(cancel))
        .route("/proofs/{id}/bundle", get(bundle))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(queue)
}

async fn submit(State(queue): State<Arc<Queue>>, Json(job): Json<Job>) -> Response {
    let (program, inputs) = match assemble(&job) {
        Ok(assembled) => assembled,
        Err(message) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &message),
    };
    match queue.submit(program, inputs) {
        Ok(id) => (StatusCode::ACCEPTED, Json(json!({"id": id}))).into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

fn assemble(job: &Job) -> Result<(Program, ProgramInputs), String> {
    let assembler = StdLibrary::add_to(Assembler::new()).map_err(|error| error.to_string())?;
    let assembly =
        assembler.assemble(&Source::new("program", &job.source)).map_err(|errors| errors.render(false))?;
    let inputs = ProgramInputs {
        stack: StackInputs::from_ints(&job.stack).map_err(|error| error.to_string())?,
        advice: AdviceInputs::from_ints(&job.advice).map_err(|error| error.to_string())?,
    };
    Ok((assembly.program, inputs))
}

async fn status(State(queue): State<Arc<Queue>>, Path(id): Path<JobId>) -> Response {
    queue.status(id).map_or_else(unknown, |status| Json(to_json(&status)).into_response())
}

async fn bundle(State(queue): State<Arc<Queue>>, Path(id): Path<JobId>) -> Response {
    match queue.status(id) {
        Some(Status::Proven(bundle)) => bundle.to_vec().into_response(),
        Some(_) => problem(StatusCode::CONFLICT, "the program is not proven"),
        None => unknown(),
    }
}

async fn cancel(State(queue): State<Arc<Queue>>, Path(id): Path<JobId>) -> Response {
    match queue.cancel(id) {
        true => StatusCode::ACCEPTED.into_response(),
        false => unknown(),
    }
}

fn to_json(status: &Status) -> Value {
    match status {
        Status::Waiting { ahead } => json!({"status": "waiting", "ahead": ahead}),
        Status::Proving { stage, share } => {
            json!({"status": "proving", "stage": stage, "percent": (share * 100.0).round()})
        }
        Status::Proven(_) => json!({"status": "proven"}),
        Status::Failed { code, message } => json!({"status": "failed", "code": code, "message": message}),
        Status::Cancelled => json!({"status": "cancelled"}),
    }
}

fn unknown() -> Response {
    problem(StatusCode::NOT_FOUND, "there is no such job, or its result is no longer kept")
}

fn problem(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"message": message}))).into_response()
}
