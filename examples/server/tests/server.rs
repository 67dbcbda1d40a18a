//! The server without a network: requests to its router.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{sync::Arc, thread, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use miden::{ExecutionOptions, Expectation, Policy, ProofBundle, ProverOptions, verify_bundle};
use miden_example_server::{Queue, QueueOptions, router};
use serde_json::{Value, json};
use tokio::runtime;
use tower::ServiceExt;

/// A loop whose proof takes many seconds in a test build.
const LONG: &str = "begin push.30000 dup neq.0 while.true sub.1 dup neq.0 end drop end";
const SHORT: &str = "begin add end";

fn server(workers: usize, max_waiting: usize) -> Router {
    let prover = ProverOptions::default()
        .with_execution(ExecutionOptions::default().with_max_trace_rows(1 << 19))
        .with_max_memory(Some(1 << 40));
    let options = QueueOptions { workers, threads: 1, max_waiting, max_ended: 3, prover };
    router(Arc::new(Queue::new(options).unwrap()))
}

fn request(router: &Router, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Vec<u8>) {
    let body = body.map_or_else(Body::empty, |value| Body::from(value.to_string()));
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.body(body).unwrap();
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let response = router.clone().oneshot(request).await.unwrap();
        (response.status(), to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec())
    })
}

fn submit(router: &Router, source: &str) -> u64 {
    let job = json!({"source": source, "stack": [3, 4]});
    let (status, body) = request(router, "POST", "/proofs", Some(job));
    assert_eq!(status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice::<Value>(&body).unwrap()["id"].as_u64().unwrap()
}

fn status(router: &Router, id: u64) -> Value {
    let (status, body) = request(router, "GET", &format!("/proofs/{id}"), None);
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

/// The first status of another kind than these.
fn wait(router: &Router, id: u64, passing: &[&str]) -> Value {
    loop {
        let found = status(router, id);
        if !passing.iter().any(|kind| found["status"] == **kind) {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn programs_are_proven_in_their_order() {
    let router = server(1, 10);
    let ids: Vec<_> = (0..3).map(|_| submit(&router, SHORT)).collect();
    for id in &ids {
        assert_eq!(wait(&router, *id, &["waiting", "proving"]), json!({"status": "proven"}));
    }
    let (code, bytes) = request(&router, "GET", &format!("/proofs/{}/bundle", ids[0]), None);
    assert_eq!(code, StatusCode::OK);
    let bundle = ProofBundle::from_bytes(&bytes).unwrap();
    assert_eq!(bundle.statement.outputs.items()[0].as_int(), 7);
    verify_bundle(&bundle, &Expectation::new(bundle.statement.program), &Policy::default()).unwrap();
    // The results of the last three jobs are kept.
    let last = submit(&router, SHORT);
    wait(&router, last, &["waiting", "proving"]);
    assert_eq!(request(&router, "GET", &format!("/proofs/{}", ids[0]), None).0, StatusCode::NOT_FOUND);
}

#[test]
fn a_long_proof_leaves_the_other_worker_alone_and_can_be_cancelled() {
    let router = server(2, 10);
    let long = submit(&router, LONG);
    assert_eq!(wait(&router, long, &["waiting"])["status"], "proving");
    let short = submit(&router, SHORT);
    assert_eq!(wait(&router, short, &["waiting", "proving"])["status"], "proven");
    assert_eq!(status(&router, long)["status"], "proving");
    assert_eq!(request(&router, "DELETE", &format!("/proofs/{long}"), None).0, StatusCode::ACCEPTED);
    assert_eq!(wait(&router, long, &["proving"])["status"], "cancelled");
    assert_eq!(request(&router, "DELETE", &format!("/proofs/{long}"), None).0, StatusCode::NOT_FOUND);
}

#[test]
fn waiting_jobs_can_be_cancelled_and_a_full_queue_says_so() {
    let router = server(1, 1);
    let long = submit(&router, LONG);
    wait(&router, long, &["waiting"]);
    let waiting = submit(&router, SHORT);
    assert_eq!(status(&router, waiting), json!({"status": "waiting", "ahead": 0}));
    let job = json!({"source": SHORT});
    assert_eq!(request(&router, "POST", "/proofs", Some(job)).0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(request(&router, "DELETE", &format!("/proofs/{waiting}"), None).0, StatusCode::ACCEPTED);
    assert_eq!(status(&router, waiting)["status"], "cancelled");
    // When the queue is dropped, the long proof ends, too.
}

#[test]
fn bad_requests_and_programs_get_an_answer() {
    let router = server(1, 10);
    for (job, expected) in [
        (json!({"source": "begin ad end"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"source": SHORT, "stack": [u64::MAX]}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"source": SHORT, "advice": [u64::MAX]}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"sources": SHORT}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"source": "#".repeat(1 << 20)}), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(request(&router, "POST", "/proofs", Some(job)).0, expected);
    }
    let (_, body) = request(&router, "POST", "/proofs", Some(json!({"source": "begin ad end"})));
    assert!(String::from_utf8_lossy(&body).contains("did you mean `add`"), "{body:?}");
    assert_eq!(request(&router, "GET", "/proofs/9", None).0, StatusCode::NOT_FOUND);
    assert_eq!(request(&router, "GET", "/proofs/x", None).0, StatusCode::BAD_REQUEST);
    // A failure of the program is proven like a success.
    let fails = submit(&router, "begin push.0 assert end");
    assert_eq!(wait(&router, fails, &["waiting", "proving"])["status"], "proven");
    let endless = submit(&router, "begin push.1 while.true push.1 end end");
    let failed = wait(&router, endless, &["waiting", "proving"]);
    assert_eq!((&failed["status"], failed["code"].is_u64()), (&json!("failed"), true), "{failed}");
}
