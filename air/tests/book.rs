//! Compares the book with the code: constraints, operations, references and links, in both directions. Also writes the
//! generated pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;
use miden_air::inspect::{boundary_cells, constraints, degrees};
use miden_core::{
    Digest, FaultClaim, FaultCode, Kernel, Opcode, Outcome, StackInputs, StackOutputs, Statement,
    operations::{Class, OPERATIONS, OperationInfo},
    outcome::{FAULT_RULES, FaultRule, Operand, Predicate},
};

/// A page: its path below `docs/src` and its text.
struct Page {
    path: String,
    text: String,
}

impl Page {
    /// Targets for links: headings, as mdBook names them, and explicit anchors.
    fn anchors(&self) -> BTreeSet<String> {
        let headings = lines_outside_code(&self.text).filter(|line| line.starts_with('#')).map(slug);
        let explicit = self.text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        headings.chain(explicit.map(String::from)).collect()
    }

    /// Targets of the links.
    fn links(&self) -> Vec<&str> {
        let lines = lines_outside_code(&self.text);
        lines.flat_map(|line| line.split("](").skip(1).filter_map(|rest| rest.split(')').next())).collect()
    }

    /// The rows of all tables whose first column is headed `Label`, as cells by heading.
    fn labelled_rows(&self) -> Vec<BTreeMap<&str, &str>> {
        let mut rows = Vec::new();
        let mut header: Vec<&str> = Vec::new();
        for line in self.text.lines() {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            if !line.starts_with('|') {
                header.clear();
            } else if header.is_empty() {
                header = cells;
            } else if header[0] == "Label" && !cells[0].starts_with("---") && !cells[0].is_empty() {
                assert_eq!(cells.len(), header.len(), "{}: {line}", self.path);
                rows.push(header.iter().copied().zip(cells).collect());
            }
        }
        rows
    }
}

fn lines_outside_code(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// The anchor that mdBook gives to a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files below `folder` with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// All pages of the book.
fn book() -> Vec<Page> {
    let source = root().join("docs/src");
    let page = |path: PathBuf| Page {
        path: path.strip_prefix(&source).expect("below the source").display().to_string().replace('\\', "/"),
        text: fs::read_to_string(&path).expect("a readable page"),
    };
    files(&source, "md").into_iter().map(page).collect()
}

/// Labels and degrees of the constraints as the book writes them, by family.
fn families() -> BTreeMap<&'static str, (String, String)> {
    let mut members: BTreeMap<&str, (BTreeSet<Option<usize>>, BTreeSet<usize>)> = BTreeMap::new();
    for (label, degree) in degrees() {
        let (indexes, degrees) = members.entry(label.name).or_default();
        assert!(indexes.insert(label.index), "{label} occurs twice");
        degrees.insert(degree.0);
    }
    let family = |(name, (indexes, degrees)): (&'static str, (BTreeSet<Option<usize>>, BTreeSet<usize>))| {
        let (first, last) = (indexes.first().copied().flatten(), indexes.last().copied().flatten());
        let label = match (first, last) {
            (Some(first), Some(last)) => {
                assert_eq!(indexes.len(), last - first + 1, "{name} has gaps");
                format!("`{name}[i]`, i = {first}…{last}")
            }
            _ => format!("`{name}`"),
        };
        let degrees: Vec<String> = degrees.iter().map(usize::to_string).collect();
        (name, (label, degrees.join(", ")))
    };
    members.into_iter().map(family).collect()
}

/// A statement with more inputs and outputs than fit the top of the stack, so that every kind of cell occurs.
fn statement() -> Statement {
    let items = [7; 20];
    Statement::success(
        Digest::default(),
        Kernel::default(),
        StackInputs::from_ints(&items).expect("inputs"),
        StackOutputs::from_ints(&items).expect("outputs"),
    )
}

/// The outcome of a failure.
fn fault() -> Outcome {
    let (code, opcode) = (FaultCode::FailedAssertion, Opcode::Assert);
    Outcome::Fault(FaultClaim { code, opcode, clk: 100, deterministic: true, target: None })
}

#[test]
fn every_constraint_has_one_row_with_its_degree_and_every_row_a_constraint() {
    let mut written = Vec::new();
    for page in book() {
        for row in page.labelled_rows().into_iter().filter(|row| row.contains_key("Degree")) {
            written.push(format!("{} | {}", row["Label"], row["Degree"]));
        }
    }
    written.sort();
    let mut expected: Vec<String> =
        families().into_values().map(|(label, degree)| format!("{label} | {degree}")).collect();
    expected.sort();
    assert_same(&expected, &written);
}

#[test]
fn every_family_of_fixed_cells_has_one_row_and_every_row_a_family() {
    let mut written = Vec::new();
    for page in book() {
        let rows = page.labelled_rows();
        written
            .extend(rows.iter().filter(|row| row.contains_key("Cells")).map(|row| row["Label"].to_string()));
    }
    written.sort();
    let limited = Statement { cycle_limit: Some(100), ..statement() };
    let failed = Statement { outcome: fault(), ..statement() };
    let cells = [limited, failed].into_iter().flat_map(|statement| boundary_cells(&statement, 1024));
    let names: BTreeSet<_> = cells.map(|cell| cell.name).collect();
    let expected: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    assert_same(&expected, &written);
}

/// Both lists are sorted.
#[track_caller]
fn assert_same(code: &[String], book: &[String]) {
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>().join("\n")
    };
    assert!(code == book, "only in the code:\n{}\nonly in the book:\n{}", only(code, book), only(book, code));
}

/// Whether `page` (below `docs/src`) exists, and has `anchor`, if one is given.
fn resolves(book: &[Page], page: &str, anchor: Option<&str>) -> bool {
    let page = book.iter().find(|candidate| candidate.path == page);
    page.is_some_and(|page| anchor.is_none_or(|anchor| page.anchors().contains(anchor)))
}

fn split_anchor(target: &str) -> (&str, Option<&str>) {
    match target.split_once('#') {
        Some((page, anchor)) => (page, Some(anchor)),
        None => (target, None),
    }
}

#[test]
fn every_operation_has_its_section() {
    let book = book();
    for info in OPERATIONS {
        let (page, anchor) = split_anchor(info.page);
        assert!(anchor.is_some(), "{} names no section", info.name);
        assert!(
            resolves(&book, &format!("design/{page}.md"), anchor),
            "{}: no section {}",
            info.name,
            info.page
        );
    }
}

#[test]
fn comments_name_existing_sections_of_the_book() {
    let book = book();
    let mut count = 0;
    for file in files(&root().join("air/src"), "rs") {
        let text = fs::read_to_string(&file).expect("a readable file");
        for rest in text.split("Book: ").skip(1) {
            let target = rest.split_whitespace().next().unwrap_or_default().trim_end_matches(['.', ',', ')']);
            let target =
                target.strip_suffix(".md").map_or_else(|| target.to_string(), |page| format!("{page}.md"));
            let (page, anchor) = split_anchor(&target);
            assert!(resolves(&book, page, anchor), "{}: no {target} in the book", file.display());
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} references found");
}

#[test]
fn the_summary_lists_every_page_and_no_other() {
    let book = book();
    let summary = book.iter().find(|page| page.path == "SUMMARY.md").expect("a summary");
    let listed: Vec<String> = summary.links().into_iter().map(String::from).collect();
    let distinct: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), distinct.len(), "a page is listed twice");
    let pages = book.iter().map(|page| page.path.clone()).filter(|path| path != "SUMMARY.md");
    assert_same(&pages.collect::<Vec<_>>(), &distinct.into_iter().collect::<Vec<_>>());
}

#[test]
fn relative_links_resolve() {
    let book = book();
    let source = root().join("docs/src");
    for page in &book {
        for link in page.links().into_iter().filter(|link| !link.contains("://")) {
            let (target, anchor) = split_anchor(link);
            let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
            let path = if target.is_empty() { page.path.clone() } else { normalized(&folder.join(target)) };
            let is_page = book.iter().any(|other| other.path == path);
            let found = if is_page { resolves(&book, &path, anchor) } else { source.join(&path).is_file() };
            assert!(found, "{}: {link} has no target", page.path);
        }
    }
}

/// Resolves `..` as far as the path stays below the source.
fn normalized(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        let part = part.as_os_str().to_string_lossy().into_owned();
        match (part.as_str(), parts.last().map(String::as_str)) {
            ("..", Some(last)) if last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Number of rows in the table of soundness bugs.
const NUM_SOUNDNESS_BUGS: usize = 53;

#[test]
fn the_tests_named_on_the_soundness_page_exist() {
    let book = book();
    let page = book.iter().find(|page| page.path == "contributing/soundness.md").expect("the page");
    let mut numbers = Vec::new();
    for line in page.text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, .., tests] = &cells[..] else { panic!("{line}") };
        let Ok(number) = number.parse::<usize>() else { continue };
        numbers.push(number);
        // `path`: `test`, `test`; `path`: …
        for tests in tests.split("; ") {
            let mut names = tests.split('`').skip(1).step_by(2);
            let path = names.next().unwrap_or_else(|| panic!("row {number} names no test"));
            let text = fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
            let names: Vec<_> = names.collect();
            assert!(!names.is_empty(), "row {number} names no test of {path}");
            for name in names {
                assert!(has_test(&text, name), "row {number}: no test {name} in {path}");
            }
        }
    }
    assert_eq!(numbers, Vec::from_iter(1..=NUM_SOUNDNESS_BUGS));
}

/// Whether the source has a test with this name.
fn has_test(source: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let before = |i: usize| lines[..i].iter().rev().take_while(|line| line.starts_with("#["));
    (0..lines.len()).any(|i| lines[i].starts_with(&head) && before(i).any(|line| *line == "#[test]"))
}

const WRITTEN_BY: &str = "This page is generated by `air/tests/book.rs`; `UPDATE_EXPECT=1` updates it.";

#[test]
fn the_page_of_polynomials_is_up_to_date() {
    let mut page = format!("# Constraints\n\n{WRITTEN_BY}\n\n");
    page += "Each polynomial is 0 in rows 0 to N − 2; `'` marks the next row.\n";
    page += "Flags are shown by name, see [Opcodes and classes](../design/opcodes.md).\n";
    page += "The constraints of the bus are in [Bus](../design/bus.md#columns).\n";
    let mut part = "";
    for constraint in constraints() {
        let name = constraint.label.name;
        let this_part = name.split('.').next().unwrap_or_default();
        if this_part != part {
            part = this_part;
            let _ = write!(page, "\n## {part}\n");
        }
        let text = shorten(&constraint.polynomial);
        let _ = write!(page, "\n`{}`, degree {}\n\n", constraint.label, constraint.degree.0);
        let _ = write!(page, "```text\n{}```\n", wrap(&text, 110));
    }
    expect_file!["../../docs/src/generated/constraints.md"].assert_eq(&page);
}

/// Names long terms in parentheses that occur more than once.
fn shorten(text: &str) -> String {
    const LONG: usize = 60;
    let (mut text, mut names) = (text.to_string(), String::new());
    for name in ["A", "B"] {
        let terms = parenthesised(&text);
        let repeated = terms.into_iter().filter(|term| term.len() > LONG && text.matches(term).count() > 1);
        let Some(term) = repeated.max_by_key(|term| term.len()).map(String::from) else { break };
        text = text.replace(&term, name);
        let _ = write!(names, "\nwhere {name} = {}", &term[1..term.len() - 1]);
    }
    text + &names
}

/// All terms in parentheses, including the parentheses.
fn parenthesised(text: &str) -> Vec<&str> {
    let (mut open, mut terms) = (Vec::new(), Vec::new());
    for (index, byte) in text.bytes().enumerate() {
        match (byte, open.last()) {
            (b'(', _) => open.push(index),
            (b')', Some(&start)) => {
                open.pop();
                terms.push(&text[start..=index]);
            }
            _ => {}
        }
    }
    terms
}

/// Breaks lines between words.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    for line in text.lines() {
        let mut used = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                wrapped += "\n    ";
                used = 4;
            } else if used > 0 {
                wrapped.push(' ');
                used += 1;
            }
            wrapped += word;
            used += length;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[test]
fn the_page_of_operations_is_up_to_date() {
    let mut page = format!("# Operations\n\n{WRITTEN_BY}\n\n");
    page += "*Stack* is the number of items that an operation takes from the top and that of those it puts there.\n";
    page += "Operations without a section are reserved: they have an opcode and cannot be executed.\n\n";
    page += "| Opcode | Name | Stack | Classes | Helpers | Section |\n|---|---|---|---|---|---|\n";
    for info in OPERATIONS {
        let _ = writeln!(page, "{}", operation_row(info));
    }
    expect_file!["../../docs/src/generated/operations.md"].assert_eq(&page);
}

#[test]
fn the_page_of_faults_is_up_to_date() {
    let mut page = format!("# Faults by operation\n\n{WRITTEN_BY}\n\n");
    page += "What fails, and when; see [Faults](../design/faults.md).\n";
    page += "Where there are several operands, the operation fails if one of them is bad.\n\n";
    page += "| Code | Number | Operations | Fails if | Operands |\n|---|---|---|---|---|\n";
    let mut rules = FAULT_RULES;
    while let [first, ..] = rules {
        let same = |rule: &&FaultRule| {
            (rule.code, rule.predicate, rule.operand) == (first.code, first.predicate, first.operand)
        };
        let (group, rest) = rules.split_at(rules.iter().take_while(same).count());
        let names: Vec<String> = group.iter().map(|rule| rule.opcode.info().name.to_uppercase()).collect();
        let (code, number) = (first.code, first.code.number());
        let operand = operand_text(first.operand);
        let condition = match code {
            FaultCode::SyscallTargetNotInKernel => {
                "no system call runs; the kernel of the statement has no such procedure"
            }
            _ => predicate_text(first.predicate),
        };
        let _ = writeln!(page, "| `{code}` | {number} | {} | {condition} | {operand} |", names.join(", "));
        rules = rest;
    }
    let (code, number) = (FaultCode::CycleLimitExceeded, FaultCode::CycleLimitExceeded.number());
    let condition = predicate_text(Predicate::Always);
    let _ = writeln!(page, "| `{code}` | {number} | all operations, all nodes, RETURN | {condition} | |");
    expect_file!["../../docs/src/generated/faults.md"].assert_eq(&page);
}

fn predicate_text(predicate: Predicate) -> &'static str {
    match predicate {
        Predicate::NotOne => "not 1",
        Predicate::NotZero => "not 0",
        Predicate::Zero => "0",
        Predicate::NotBinary => "neither 0 nor 1",
        Predicate::NotU32 => "2^32 or more",
        Predicate::OutsideSyscall => "no system call runs",
        Predicate::InsideSyscall => "a system call runs",
        Predicate::TooDeep => "the depth is not 16",
        Predicate::Always => "its cycle is the limit",
    }
}

fn operand_text(operand: Operand) -> &'static str {
    match operand {
        Operand::None => "",
        Operand::Items(1) => "`s0`",
        Operand::Items(2) => "`s0`, `s1`",
        Operand::Items(_) => "`s0`, `s1`, `s2`",
        Operand::Item3 => "`s3`",
        Operand::StreamAddress => "`s12`, `s12 + 1`",
        Operand::Quotient => "`s0`, the quotient `s1 / s0`",
        Operand::FmpRoom => "`y = 3·2^30 − 1 − fmp − s0`, `2·y`",
    }
}

fn operation_row(info: &OperationInfo) -> String {
    use Class::{BinaryTop, Call, Canon, Frame, Left, Limb, Node, Right};
    let classes = [
        (Node, "node"),
        (Frame, "frame"),
        (Left, "left"),
        (Right, "right"),
        (Limb, "limb"),
        (Canon, "canon"),
        (BinaryTop, "binary_top"),
        (Call, "call"),
    ];
    let classes: Vec<String> = classes
        .into_iter()
        .filter(|(class, _)| class.contains(info.opcode))
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    let helpers: Vec<String> = info.helpers.iter().map(|helper| format!("`h{helper}`")).collect();
    let (page, anchor) = split_anchor(info.page);
    let section = match anchor {
        Some(anchor) => format!("[{page}](../design/{page}.md#{anchor})"),
        None => String::new(),
    };
    let name = info.name.to_uppercase();
    let (code, inputs, outputs) = (info.opcode.code(), info.inputs, info.outputs);
    format!(
        "| `{code:#04x}` | {name} | {inputs} → {outputs} | {} | {} | {section} |",
        classes.join(", "),
        helpers.join(", ")
    )
}
