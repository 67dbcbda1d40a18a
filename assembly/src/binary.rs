//! Common parts of the file formats of compiled libraries and packages.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use miden_core::{DecodeError, Reader, Writer, hash_bytes};

/// Length of the digest at the end of a file.
const DIGEST_BYTES: usize = 32;

/// Appends the digest of all bytes, which ends a file.
pub(crate) fn seal(writer: Writer) -> Vec<u8> {
    let mut bytes = writer.finish();
    bytes.extend(hash_bytes(&bytes).to_bytes());
    bytes
}

/// Checks the digest at the end of a file, and returns a reader of the content after the header.
pub(crate) fn unseal<'a>(bytes: &'a [u8], header: &Reader<'a>) -> Result<Reader<'a>, DecodeError> {
    let len = bytes.len().saturating_sub(DIGEST_BYTES);
    let (content, stated) = bytes.split_at(len);
    if hash_bytes(content).to_bytes() != stated {
        let reason = "it does not match the file, which is damaged or cut off";
        return Err(DecodeError::Invalid { what: "digest", offset: len, reason });
    }
    let mut reader = Reader::new(content);
    reader.bytes(header.offset(), "header")?;
    Ok(reader)
}

/// Writes a count or an index, which is at most `u32::MAX`.
pub(crate) fn write_count(count: usize, writer: &mut Writer) {
    writer.u32(u32::try_from(count).expect("sources, nodes and instructions number fewer than 2^32"));
}

pub(crate) fn write_text(text: &str, writer: &mut Writer) {
    write_count(text.len(), writer);
    writer.bytes(text.as_bytes());
}

pub(crate) fn read_text(reader: &mut Reader<'_>, what: &'static str) -> Result<String, DecodeError> {
    let len = reader.count(1, what)?;
    let offset = reader.offset();
    let text = core::str::from_utf8(reader.bytes(len, what)?);
    text.map(ToString::to_string).map_err(|_| DecodeError::Invalid {
        what,
        offset,
        reason: "it is not UTF-8",
    })
}

pub(crate) fn write_optional(text: Option<&str>, writer: &mut Writer) {
    writer.u8(text.is_some().into());
    if let Some(text) = text {
        write_text(text, writer);
    }
}

pub(crate) fn read_optional(
    reader: &mut Reader<'_>,
    what: &'static str,
) -> Result<Option<String>, DecodeError> {
    Ok(if read_flag(reader, what)? { Some(read_text(reader, what)?) } else { None })
}

pub(crate) fn read_flag(reader: &mut Reader<'_>, what: &'static str) -> Result<bool, DecodeError> {
    let offset = reader.offset();
    match reader.u8(what)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(DecodeError::Invalid { what, offset, reason: "neither 0 nor 1" }),
    }
}

/// Reads a list whose items take at least `item_bytes` bytes.
pub(crate) fn read_list<'a, T>(
    reader: &mut Reader<'a>,
    item_bytes: usize,
    what: &'static str,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = reader.count(item_bytes, what)?;
    (0..count).map(|_| item(reader)).collect()
}

/// The file with changed content and a matching digest.
#[cfg(test)]
pub(crate) fn tampered(bytes: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut content = bytes[..bytes.len() - DIGEST_BYTES].to_vec();
    for (index, value) in changes {
        let index = index % content.len();
        content[index] ^= value;
    }
    let mut writer = Writer::new();
    writer.bytes(&content);
    seal(writer)
}
