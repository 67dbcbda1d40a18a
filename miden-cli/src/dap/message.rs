use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use crate::framing::{self, Framed, MAX_LEN};

/// A request of the client.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) seq: i64,
    pub(super) command: String,
    #[serde(default)]
    pub(super) arguments: Value,
}

impl Request {
    /// Whether a running program is stopped for it.
    pub(super) fn interrupts(&self) -> bool {
        matches!(&*self.command, "pause" | "disconnect" | "terminate")
    }
}

/// Input from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    Request(Request),
    /// Anything else: the number of the message, if it has one, and the problem.
    Malformed {
        seq: i64,
        problem: String,
    },
}

/// Reads the next message; `None` at the end of the stream. Skips responses, because we make no requests.
pub(super) fn read(stream: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    loop {
        let malformed = |seq, problem| Ok(Some(Incoming::Malformed { seq, problem }));
        let content = match framing::read(stream)? {
            None => return Ok(None),
            Some(Framed::Content(content)) => content,
            Some(Framed::NoLength) => return malformed(0, "the message has no valid Content-Length".into()),
            Some(Framed::TooLong(len)) => {
                return malformed(0, format!("the message has {len} bytes; the limit is {MAX_LEN}"));
            }
        };
        let value: Value = match serde_json::from_slice(&content) {
            Ok(value) => value,
            Err(error) => return malformed(0, format!("the message is not JSON: {error}")),
        };
        let seq = value.get("seq").and_then(Value::as_i64).unwrap_or(0);
        match value.get("type").and_then(Value::as_str) {
            Some("response") => {}
            Some("request") => {
                return match serde_json::from_value(value) {
                    Ok(request) => Ok(Some(Incoming::Request(request))),
                    Err(error) => malformed(seq, format!("the message is not a request: {error}")),
                };
            }
            _ => return malformed(seq, "the message is not a request".into()),
        }
    }
}
