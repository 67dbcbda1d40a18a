//! The table of crates, from their manifests.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use crate::{
    marked::{check_sections, root},
    svg::{self, Svg},
};

/// A crate of the workspace that is published.
pub(crate) struct Crate {
    folder: String,
    name: String,
    description: String,
    /// Folders of the crates of the workspace that it depends on, tests aside.
    dependencies: Vec<String>,
}

/// The value of `key = "value"` in the lines of a section of a manifest.
fn value<'a>(section: &[&'a str], key: &str) -> Option<&'a str> {
    let values = section.iter().filter_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    values.map(|value| value.trim().trim_matches('"')).next()
}

/// The lines of the section `[name]` of a manifest.
fn section<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

/// The published crates, each after those that it depends on.
pub(crate) fn crates() -> Vec<Crate> {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = workspace.split("members = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    let folders: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    let manifests: Vec<(&str, String)> = folders
        .iter()
        .map(|folder| (*folder, fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap()))
        .collect();
    let names: BTreeMap<&str, &str> = manifests
        .iter()
        .map(|(folder, manifest)| (value(&section(manifest, "package"), "name").unwrap(), *folder))
        .collect();
    let mut open: Vec<Crate> = Vec::new();
    for (folder, manifest) in &manifests {
        let package = section(manifest, "package");
        if value(&package, "publish") == Some("false") {
            continue;
        }
        let dependency = |line: &&str| {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            names.get(name).map(|folder| (*folder).to_owned())
        };
        let mut dependencies: Vec<String> =
            section(manifest, "dependencies").iter().filter_map(dependency).collect();
        dependencies.sort();
        let text = |key| value(&package, key).unwrap_or_else(|| panic!("{folder} has no {key}")).to_owned();
        open.push(Crate {
            folder: (*folder).to_owned(),
            name: text("name"),
            description: text("description"),
            dependencies,
        });
    }
    open.sort_by(|a, b| a.folder.cmp(&b.folder));
    let mut ordered: Vec<Crate> = Vec::new();
    while !open.is_empty() {
        let ready = |krate: &Crate| {
            krate.dependencies.iter().all(|name| ordered.iter().any(|done| done.folder == *name))
        };
        let next = open.iter().position(ready).expect("dependencies have no cycle");
        ordered.push(open.remove(next));
    }
    ordered
}

/// The table; `prefix` leads from the file to the root of the repository.
fn table(prefix: &str) -> String {
    let mut out = "| Crate | Purpose | Depends on |\n|---|---|---|\n".to_owned();
    for Crate { folder, name, description, dependencies } in crates() {
        let dependencies: Vec<String> = dependencies.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            out,
            "| [`{folder}`]({prefix}{folder}/README.md), `{name}` | {description} | {} |",
            dependencies.join(", ")
        );
    }
    out
}

#[test]
fn the_tables_of_crates_are_up_to_date() {
    check_sections("README.md", &[("crates", table(""))]);
    check_sections("CONTRIBUTING.md", &[("crates", table(""))]);
    check_sections("docs/src/contributing/architecture.md", &[("crates", table("../../../"))]);
}

/// The dependencies of each crate that do not follow from others.
fn direct(crates: &[Crate]) -> BTreeMap<&str, Vec<&str>> {
    let mut direct: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Crate { folder, dependencies, .. } in crates {
        let implied = |name: &str| dependencies.iter().any(|via| via != name && reaches(crates, via, name));
        let names = dependencies.iter().map(String::as_str).filter(|name| !implied(name));
        direct.insert(folder, names.collect());
    }
    direct
}

/// The crates that use `name` directly.
fn users<'a>(direct: &BTreeMap<&'a str, Vec<&'a str>>, name: &str) -> Vec<&'a str> {
    let users = direct.iter().filter(|(_, list)| list.contains(&name));
    users.map(|(user, _)| *user).collect()
}

/// Whether `from` depends on `to`, directly or not.
fn reaches(crates: &[Crate], from: &str, to: &str) -> bool {
    let found = crates.iter().find(|krate| krate.folder == from);
    found.is_some_and(|krate| krate.dependencies.iter().any(|name| name == to || reaches(crates, name, to)))
}

const BOX: f64 = 150.0;
const GAP: f64 = 30.0;

/// Moves the centres of a row of boxes apart as far as they overlap, without a bias to either side.
fn spread(centres: &mut [f64]) {
    let wanted: f64 = centres.iter().sum();
    for i in 1..centres.len() {
        centres[i] = centres[i].max(centres[i - 1] + BOX + GAP);
    }
    let shift = (wanted - centres.iter().sum::<f64>()) / centres.len() as f64;
    centres.iter_mut().for_each(|centre| *centre += shift);
}

#[test]
fn the_picture_of_the_crates_is_up_to_date() {
    const HEIGHT: f64 = 40.0;
    const STEP: f64 = 90.0;
    let crates = crates();
    let direct = direct(&crates);
    let users = |name: &str| users(&direct, name);
    // A crate is one level below its lowest user, and below the middle of its users if there is room.
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for krate in crates.iter().rev() {
        let level = users(&krate.folder).iter().map(|user| levels[user] + 1).max().unwrap_or(0);
        levels.insert(&krate.folder, level);
        rows.resize(rows.len().max(level + 1), Vec::new());
        rows[level].push(&krate.folder);
    }
    let mut centres: BTreeMap<&str, f64> = BTreeMap::new();
    for row in &mut rows {
        let wanted = |name: &str| {
            let users = users(name);
            users.iter().map(|user| centres[user]).sum::<f64>() / users.len().max(1) as f64
        };
        // Neighbours use the same crates.
        row.sort_by(|a, b| {
            wanted(a).total_cmp(&wanted(b)).then_with(|| (&direct[a], a).cmp(&(&direct[b], b)))
        });
        let mut places: Vec<f64> = row.iter().map(|name| wanted(name)).collect();
        spread(&mut places);
        centres.extend(row.iter().copied().zip(places));
    }

    let left = centres.values().copied().fold(f64::INFINITY, f64::min) - BOX / 2.0 - GAP;
    let right = centres.values().copied().fold(f64::NEG_INFINITY, f64::max) + BOX / 2.0 + GAP;
    let place = |name: &str| (centres[name] - left, 20.0 + levels[name] as f64 * STEP);
    let mut svg = Svg::new(right - left, rows.len() as f64 * STEP - (STEP - HEIGHT) + 40.0);
    for (user, list) in &direct {
        for name in list {
            let (from, to) = (place(user), place(name));
            svg.arrow(from.0, from.1 + HEIGHT, to.0, to.1);
        }
    }
    for (name, level) in &levels {
        let (x, y) = place(name);
        svg.rect(x - BOX / 2.0, y, BOX, HEIGHT, svg::colour(*level));
        svg.text(x, y + HEIGHT / 2.0 + 5.0, 15.0, name);
    }
    svg.check("crates.svg");
}
