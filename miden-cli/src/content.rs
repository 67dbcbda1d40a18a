//! Digests of the content of files, which lock files and manifests of programs record.

use std::path::Path;

use miden_assembly::Library;
use miden_core::{Digest, Felt, hash_elements};

use crate::{
    files::{FileError, Files},
    sources::Sources,
};

/// Digest of a file, or of the names and texts of all sources below a directory.
pub(crate) fn digest(path: &Path, files: &Files) -> Result<Digest, FileError> {
    if !path.is_dir() {
        return Ok(digest_of(&[&files.read(path)?]));
    }
    let mut parts = Vec::new();
    let mut sources = Sources::below(path).collect::<Result<Vec<_>, _>>()?;
    sources.sort();
    for source in sources {
        let name = source.strip_prefix(path).unwrap_or(&source);
        let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        parts.push(name.join("/").into_bytes());
        parts.push(files.read(&source)?);
    }
    Ok(digest_of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// Digest of the paths and texts of all modules of a library.
pub(crate) fn digest_of_library(library: &Library) -> Digest {
    let mut modules: Vec<_> = library.modules().map(|(path, source)| [path, source.text()]).collect();
    modules.sort_unstable();
    digest_of(&modules.iter().flatten().map(|part| part.as_bytes()).collect::<Vec<_>>())
}

/// Digest of a list of byte strings. Their lengths come first, and no element has more than 7 bytes, so that different
/// lists have different elements.
fn digest_of(parts: &[&[u8]]) -> Digest {
    let mut elements = Vec::new();
    for part in parts {
        elements.push(Felt::new(part.len() as u64));
        elements.extend(part.chunks(7).map(|chunk| {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            Felt::new(u64::from_le_bytes(bytes))
        }));
    }
    hash_elements(&elements)
}
