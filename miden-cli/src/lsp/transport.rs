//! Framing of messages: a header with the length, then JSON.

use std::io::{self, BufRead, Read, Write};

use gen_lsp_types::{
    ErrorCodes,
    json_rpc::{Error, Id, RequestObject, ResponseObject},
};
use serde::Serialize;
use serde_json::Value;

/// Length limit of messages, in bytes.
const MAX_LEN: u64 = 1 << 27;
/// Length limit of header lines, in bytes.
const MAX_HEADER: u64 = 1 << 12;

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
        let Some(len) = read_headers(stream)? else { return Ok(None) };
        let Some(len) = len else {
            let message = "the message has no valid Content-Length";
            return Ok(Some(malformed(Id::Null, ErrorCodes::ParseError, message)));
        };
        if len > MAX_LEN {
            io::copy(&mut stream.by_ref().take(len), &mut io::sink())?;
            let message = format!("the message has {len} bytes; the limit is {MAX_LEN}");
            return Ok(Some(malformed(Id::Null, ErrorCodes::InvalidRequest, message)));
        }
        let mut content = Vec::new();
        stream.by_ref().take(len).read_to_end(&mut content)?;
        if (content.len() as u64) < len {
            return Ok(None);
        }
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

/// Reads up to the empty line after the headers. Returns the length of the content if a header states it, and `None` at
/// the end of the stream.
fn read_headers(stream: &mut impl BufRead) -> io::Result<Option<Option<u64>>> {
    let mut len = None;
    loop {
        let mut line = Vec::new();
        stream.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            return Ok(Some(len));
        }
        let header =
            line.iter().position(|byte| *byte == b':').and_then(|colon| line.split_at_checked(colon));
        if let Some((name, value)) = header
            && name.eq_ignore_ascii_case(b"Content-Length")
        {
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            len = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
        }
    }
}

fn malformed(id: Id, code: ErrorCodes, message: impl Into<String>) -> Incoming {
    Incoming::Malformed(Box::new(failure(id, code, message)))
}

/// Response to a request that failed.
pub(super) fn failure(id: Id, code: ErrorCodes, message: impl Into<String>) -> ResponseObject {
    ResponseObject::from_error(id, Error { code, message: message.into(), data: None })
}

/// Writes a message.
pub(super) fn write(stream: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let content = serde_json::to_vec(message)?;
    write!(stream, "Content-Length: {}\r\n\r\n", content.len())?;
    stream.write_all(&content)?;
    stream.flush()
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
