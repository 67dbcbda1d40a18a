//! Links of the documentation lead to files and headings that exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use crate::marked::root;

/// Markdown files that the repository keeps, by their path below its root.
fn documents() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            if entry.file_type().unwrap().is_dir() {
                let kept = !name.starts_with('.')
                    && !["target", "book", "corpus", "node_modules"].contains(&name.as_str());
                folders.extend(kept.then_some(path));
            } else if name.ends_with(".md") {
                found.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    found
}

/// The lines of a text outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// Targets of the links `[…](target)` of a text, without those in code blocks.
fn links(text: &str) -> Vec<&str> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1));
    targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// Anchors of a text: headings, as mdBook and GitHub name them, and explicit ones.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#')).map(anchor);
    let explicit = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    headings.chain(explicit.map(str::to_owned)).collect()
}

fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The path without `.` and `..`.
fn normalized(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, component| {
        match component {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
        path
    })
}

/// Why a link of `document` leads nowhere; `None` if it leads somewhere or out of the repository.
fn broken(documents: &BTreeMap<PathBuf, String>, document: &Path, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let folder = document.parent().unwrap_or(Path::new(""));
    let path = if file.is_empty() { document.to_owned() } else { normalized(&folder.join(file)) };
    if !root().join(&path).exists() {
        return Some("no such file");
    }
    let text = documents.get(&path)?;
    anchor.filter(|anchor| !anchors(text).contains(*anchor)).map(|_| "no such heading")
}

#[test]
fn links_lead_to_files_and_headings() {
    let documents = documents();
    assert!(documents.len() > 40, "only {} documents found", documents.len());
    let mut wrong = Vec::new();
    for (document, text) in &documents {
        for target in links(text) {
            let reason = broken(&documents, document, target);
            wrong.extend(reason.map(|reason| format!("{}: {target}: {reason}", document.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_summary_lists_every_page() {
    let documents = documents();
    let (pages, summary) = (Path::new("docs/src"), Path::new("docs/src/SUMMARY.md"));
    let listed: BTreeSet<_> =
        links(&documents[summary]).into_iter().map(|target| pages.join(target)).collect();
    for page in documents.keys().filter(|path| path.starts_with(pages) && *path != summary) {
        assert!(listed.contains(page), "{} is not listed", page.display());
    }
}

#[test]
fn the_tour_names_files_and_items_that_exist() {
    let path = Path::new("docs/src/contributing/tour.md");
    let text = fs::read_to_string(root().join(path)).unwrap();
    let mut count = 0;
    for line in prose(&text) {
        // A file in code, and what to look for in it: `path/file.rs`: `item`, `item`.
        let mut file: Option<String> = None;
        for code in line.split('`').skip(1).step_by(2) {
            let is_file =
                code.contains('/') && !code.contains(' ') && code.rsplit('/').next().unwrap().contains('.');
            if is_file {
                let text = fs::read_to_string(root().join(code));
                file = Some(text.unwrap_or_else(|error| panic!("tour: {code}: {error}")));
                count += 1;
            } else if let Some(text) = &file {
                assert!(text.contains(code), "tour: `{code}` is not in the file named before it: {line}");
            }
        }
    }
    assert!(count >= 10, "the tour names {count} files");
}

#[test]
fn missing_files_and_headings_are_noticed() {
    let page = Path::new("docs/src/a.md");
    let documents: BTreeMap<_, _> =
        [(PathBuf::from("docs/src/introduction.md"), "# One Two\n".to_owned())].into();
    let reason = |target| broken(&documents, page, target);
    assert_eq!(reason("introduction.md"), None);
    assert_eq!(reason("introduction.md#one-two"), None);
    assert_eq!(reason("introduction.md#three"), Some("no such heading"));
    assert_eq!(reason("nowhere.md"), Some("no such file"));
    assert_eq!(reason("https://example.org/nowhere"), None);
    assert_eq!(links("[a](b.md) and\n```\n[c](d.md)\n```\n[e](https://f.g)"), ["b.md", "https://f.g"]);
}
