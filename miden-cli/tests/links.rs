//! Links in the documentation have targets.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Markdown files of the repository.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !name.starts_with('.') && !["target", "book"].contains(&name) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// Targets of the links `[…](target)` in a text, except in code.
fn links(text: &str) -> Vec<String> {
    let mut in_code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    });
    let targets = prose.flat_map(|line| line.split("](").skip(1));
    targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

fn exists(document: &Path, target: &str) -> bool {
    let file = target.split('#').next().unwrap_or_default();
    let external = target.contains("://") || target.starts_with("mailto:");
    external || file.is_empty() || document.parent().unwrap().join(file).exists()
}

#[test]
fn links_in_markdown_have_targets() {
    let documents = documents();
    assert!(documents.len() > 10);
    for document in documents {
        for target in links(&fs::read_to_string(&document).unwrap()) {
            assert!(exists(&document, &target), "{} links to {target}", document.display());
        }
    }
}

#[test]
fn book_lists_every_page() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src");
    let listed = links(&fs::read_to_string(pages.join("SUMMARY.md")).unwrap());
    let listed: Vec<_> = listed.iter().map(|target| pages.join(target).canonicalize().unwrap()).collect();
    for document in documents() {
        let document = document.canonicalize().unwrap();
        let is_page =
            document.starts_with(pages.canonicalize().unwrap()) && !document.ends_with("SUMMARY.md");
        let generated = document.components().any(|part| part.as_os_str() == "generated");
        assert!(!is_page || generated || listed.contains(&document), "{} is not listed", document.display());
    }
}

#[test]
fn missing_target_is_noticed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_eq!(links("[a](b.md) and\n```\n[c](d.md)\n```\n[e](https://f.g)"), ["b.md", "https://f.g"]);
    assert!(!exists(&here, "b.md") && exists(&here, "https://f.g") && exists(&here, "src/main.rs#L1"));
}
