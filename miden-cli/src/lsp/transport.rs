//! Messages of the protocol.

use std::io::{self, BufRead};

use gen_lsp_types::{
    ErrorCodes,
    json_rpc::{Error, Id, RequestObject, ResponseObject},
};
use serde_json::Value;

pub(super) use crate::framing::write;
use crate::framing::{self, Framed, MAX_LEN};

/// Input from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A request or a notification.
    Message(RequestObject),
    /// Anything else, with the error response to send.
    Malformed(Box<ResponseObject>),
}

/// Reads the next message; `None` at the end of the stream. Skips responses, because our requests need none.
pub(super) fn read(stream: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    loop {
        let content = match framing::read(stream)? {
            None => return Ok(None),
            Some(Framed::Content(content)) => content,
            Some(Framed::NoLength) => {
                let message = "the message has no valid Content-Length";
                return Ok(Some(malformed(Id::Null, ErrorCodes::ParseError, message)));
            }
            Some(Framed::TooLong(len)) => {
                let message = format!("the message has {len} bytes; the limit is {MAX_LEN}");
                return Ok(Some(malformed(Id::Null, ErrorCodes::InvalidRequest, message)));
            }
        };
        let value: Value = match serde_json::from_slice(&content) {
            Ok(value) => value,
            Err(error) => {
                let message = format!("the message is not JSON: {error}");
                return Ok(Some(malformed(Id::Null, ErrorCodes::ParseError, message)));
            }
        };
        let is_response =
            value.get("method").is_none() && (value.get("result").is_some() || value.get("error").is_some());
        if is_response {
            continue;
        }
        let id = value.get("id").and_then(|id| serde_json::from_value(id.clone()).ok()).unwrap_or(Id::Null);
        return Ok(Some(match serde_json::from_value::<RequestObject>(value) {
            Ok(request) if !request.method().is_empty() => Incoming::Message(request),
            Ok(_) => malformed(id, ErrorCodes::InvalidRequest, "the request has no method"),
            Err(error) => {
                malformed(id, ErrorCodes::InvalidRequest, format!("the message is not a request: {error}"))
            }
        }));
    }
}

fn malformed(id: Id, code: ErrorCodes, message: impl Into<String>) -> Incoming {
    Incoming::Malformed(Box::new(failure(id, code, message)))
}

/// Response to a request that failed.
pub(super) fn failure(id: Id, code: ErrorCodes, message: impl Into<String>) -> ResponseObject {
    ResponseObject::from_error(id, Error { code, message: message.into(), data: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages read from a stream.
    fn read_all(mut bytes: &[u8]) -> Vec<String> {
        core::iter::from_fn(|| read(&mut bytes).unwrap())
            .map(|incoming| match incoming {
                Incoming::Message(request) => format!("{} {:?}", request.method(), request.id()),
                Incoming::Malformed(response) => {
                    let error = response.error().unwrap();
                    format!("{:?} {}", error.code, error.message)
                }
            })
            .collect()
    }

    fn framed(content: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{content}", content.len())
    }

    #[test]
    fn consecutive_messages_are_read() {
        let text = framed(r#"{"jsonrpc":"2.0","method":"a"}"#)
            + "content-type: x\r\nCONTENT-LENGTH:  37\n\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"b\"}";
        assert_eq!(read_all(text.as_bytes()), ["a None", "b Some(Number(1))"]);
    }

    #[test]
    fn malformed_messages_are_answered_and_skipped() {
        let next = framed(r#"{"jsonrpc":"2.0","method":"next"}"#);
        for (text, code) in [
            ("\r\n".into(), "ParseError"),
            ("Content-Length: x\r\n\r\n".into(), "ParseError"),
            ("Content-Length: 99999999999999999999999\r\n\r\n".into(), "ParseError"),
            ("nonsense\r\n\r\n".into(), "ParseError"),
            (framed("{"), "ParseError"),
            (framed(""), "ParseError"),
            (framed(&"[".repeat(100_000)), "ParseError"),
            (framed("[]"), "InvalidRequest"),
            (framed("{}"), "InvalidRequest"),
            (framed(r#"{"jsonrpc":"1.0","id":1,"method":"b"}"#), "InvalidRequest"),
            (framed(r#"{"jsonrpc":"2.0","id":1}"#), "InvalidRequest"),
            (framed(r#"{"jsonrpc":"2.0","id":1,"method":7}"#), "InvalidRequest"),
        ] {
            let read = read_all((text.clone() + &next).as_bytes());
            assert_eq!(read.len(), 2, "{text}: {read:?}");
            assert!(read[0].starts_with(code), "{text}: {read:?}");
            assert_eq!(read[1], "next None");
        }
    }

    #[test]
    fn a_length_alone_allocates_nothing() {
        assert_eq!(read_all(b"Content-Length: 134217728\r\n\r\n{"), [""; 0]);
        let huge = read_all(b"Content-Length: 18446744073709551615\r\n\r\n{");
        assert!(huge[0].starts_with("InvalidRequest"), "{huge:?}");
    }

    #[test]
    fn responses_of_the_client_are_skipped() {
        let text = framed(r#"{"jsonrpc":"2.0","id":1,"result":null}"#)
            + &framed(r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#)
            + &framed(r#"{"jsonrpc":"2.0","method":"next"}"#);
        assert_eq!(read_all(text.as_bytes()), ["next None"]);
    }
}
