//! Digests as people write them.

use miden_core::{Digest, HexError};

/// Parses 64 hex digits of either case, with or without `0x`.
pub(crate) fn parse(text: &str) -> Result<Digest, HexError> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    digits.to_ascii_lowercase().parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_case_make_no_difference() {
        let text = format!("{}1f", "0a".repeat(31));
        let digest = text.parse::<Digest>().unwrap();
        for text in
            [text.clone(), text.to_uppercase(), format!("0x{text}"), format!("0X{}", text.to_uppercase())]
        {
            assert_eq!(parse(&text), Ok(digest));
        }
        assert!(parse(&format!("0x0x{text}")).is_err());
        assert!(parse(&format!("x{text}")).is_err());
    }
}
