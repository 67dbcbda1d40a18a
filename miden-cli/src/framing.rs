//! Messages of editors: a header with the length, then JSON.

use std::io::{self, BufRead, Read, Write};

use serde::Serialize;

/// Length limit of messages, in bytes.
pub(crate) const MAX_LEN: u64 = 1 << 27;
/// Length limit of header lines, in bytes.
const MAX_HEADER: u64 = 1 << 12;

/// A message, or the lack of one.
#[derive(Debug)]
pub(crate) enum Framed {
    /// The content of a message.
    Content(Vec<u8>),
    /// The headers state no valid length.
    NoLength,
    /// The message is longer than the limit; it has been skipped.
    TooLong(u64),
}

/// Reads the next message; `None` at the end of the stream.
pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Option<Framed>> {
    let Some(len) = read_headers(stream)? else { return Ok(None) };
    let Some(len) = len else { return Ok(Some(Framed::NoLength)) };
    if len > MAX_LEN {
        io::copy(&mut stream.by_ref().take(len), &mut io::sink())?;
        return Ok(Some(Framed::TooLong(len)));
    }
    let mut content = Vec::new();
    stream.by_ref().take(len).read_to_end(&mut content)?;
    Ok((content.len() as u64 == len).then_some(Framed::Content(content)))
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

/// Writes a message.
pub(crate) fn write(stream: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let content = serde_json::to_vec(message)?;
    write!(stream, "Content-Length: {}\r\n\r\n", content.len())?;
    stream.write_all(&content)?;
    stream.flush()
}
