//! Text from the bytes of a file.

use std::path::Path;

use super::{FileError, display_path};

/// Byte-order mark of UTF-8, which some editors write.
pub(crate) const MARK: &str = "\u{feff}";

/// Decodes UTF-8 text, without its byte-order mark.
pub(crate) fn decode(path: &Path, mut bytes: Vec<u8>) -> Result<String, FileError> {
    let path = || display_path(path).into();
    if let Some(encoding) = other_encoding(&bytes) {
        return Err(FileError::Encoding { path: path(), encoding });
    }
    if has_mark(&bytes) {
        bytes.drain(..MARK.len());
    }
    String::from_utf8(bytes)
        .map_err(|error| FileError::NotText { path: path(), offset: error.utf8_error().valid_up_to() })
}

/// Whether the bytes begin with a byte-order mark.
pub(crate) fn has_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(MARK.as_bytes())
}

/// Recognizes UTF-16 and UTF-32 by their byte-order marks, and UTF-16 without a mark by the zero bytes of its ASCII
/// characters.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    /// Characters that must agree.
    const SAMPLE: usize = 16;
    let (characters, _) = bytes.as_chunks::<2>();
    let sample = &characters[..characters.len().min(SAMPLE)];
    let all = |is_ascii: fn(&[u8; 2]) -> bool| sample.len() > 1 && sample.iter().all(is_ascii);
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ if all(|[low, high]| *low != 0 && *high == 0) => Some("UTF-16"),
        _ if all(|[high, low]| *low != 0 && *high == 0) => Some("UTF-16"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_named() {
        let text = "begin add end";
        let little: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<_> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, encoding) in [
            (little.clone(), "UTF-16"),
            (big.clone(), "UTF-16"),
            ([&[0xff, 0xfe], &little[..]].concat(), "UTF-16"),
            ([&[0xfe, 0xff], &big[..]].concat(), "UTF-16"),
            (vec![0xff, 0xfe, 0, 0, b'b', 0, 0, 0], "UTF-32"),
        ] {
            let error = decode(Path::new("p.masm"), bytes).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("cannot read p.masm: it is {encoding} text; save it as UTF-8")
            );
        }
    }

    #[test]
    fn one_mark_is_removed() {
        let decode = |text: &str| decode(Path::new("p.masm"), text.into()).unwrap();
        assert_eq!(decode("\u{feff}begin"), "begin");
        assert_eq!(decode("\u{feff}\u{feff}"), "\u{feff}");
        assert_eq!((&*decode(""), &*decode("a"), &*decode("a\0")), ("", "a", "a\0"));
    }
}
