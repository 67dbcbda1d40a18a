//! Addresses of files: `file:///home/a%20b` and the path `/home/a b`.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Characters of paths that addresses encode.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// Path of a file; `None` for anything but a local file, such as a text that has not been saved.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // A Windows drive follows a slash.
    let drive = path.strip_prefix('/').filter(|rest| rest.get(1..).is_some_and(|rest| rest.starts_with(':')));
    let path = PathBuf::from(drive.unwrap_or(&path));
    path.is_absolute().then_some(path)
}

/// Address of a file.
pub(super) fn of(path: &Path) -> Uri {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    let slash = if path.starts_with('/') { "" } else { "/" };
    Uri(format!("file://{slash}{}", utf8_percent_encode(&path, ENCODED)))
}

/// The normal form of an address, which is the name of its source.
pub(super) fn name(uri: &Uri) -> String {
    path(uri).map_or_else(|| uri.clone(), |path| of(&path)).0
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri(text.into())
    }

    #[test]
    fn file_addresses_become_paths() {
        assert_eq!(path(&uri("file:///a/b.masm")), Some("/a/b.masm".into()));
        assert_eq!(path(&uri("file://localhost/a%20%C3%A4")), Some("/a ä".into()));
        assert_eq!(path(&uri("untitled:Untitled-1")), None);
        assert_eq!(path(&uri("file://server/a")), None);
        assert_eq!(path(&uri("file:///%ff")), None);
        assert_eq!(path(&uri("")), None);
    }

    #[test]
    fn addresses_are_normalized() {
        assert_eq!(of(Path::new("/a b/ä#?.masm")), uri("file:///a%20b/%C3%A4%23%3F.masm"));
        assert_eq!(name(&uri("file:///%61%2Db")), "file:///a-b");
        assert_eq!(name(&uri("untitled:%61")), "untitled:%61");
    }
}
