use std::path::PathBuf;

use clap::Args;
use miden_core::Felt;
use serde_json::{Map, Value, json};

use super::execute::Execute;
use crate::{
    args::{InputArgs, JsonArgs, required_project},
    error::CliError,
    files::Files,
    report::Report,
    value_file::{Inputs as Values, Item, ItemKind},
};

/// Checks inputs and shows what they give to a program.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// The program, whose inputs are in the file with the extension `.inputs`. Defaults to the project.
    #[arg(value_name = "PROGRAM")]
    program: Option<PathBuf>,
    #[command(flatten)]
    inputs: InputArgs,
    /// Show every element with its place and the form in which it is written.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Inputs {
    fn complete(&mut self) -> Result<(), CliError> {
        if self.program.is_none() && !self.inputs.are_named() {
            let project = required_project("PROGRAM")?;
            self.program = Some(project.results());
            self.inputs.complete(&project);
        }
        Ok(())
    }

    fn run(&self) -> Result<Report, CliError> {
        let inputs = self.inputs.read(self.program.as_deref(), &Files::default())?;
        let report = add_text(Report::new(), &inputs, self.explain);
        Ok(add_object(report, &inputs))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

fn add_text(report: Report, inputs: &Values, explain: bool) -> Report {
    let Values { values, file, missing, stack, tape, trees } = inputs;
    let source = file.as_deref().or(missing.as_deref()).map(|path| {
        let is_missing = if missing.is_some() { " does not exist: no inputs" } else { "" };
        format!("File: {}{is_missing}", path.display())
    });
    let map = values.advice.map();
    let elements = map.values().map(Vec::len).sum::<usize>();
    let nodes = values.advice.merkle_store().len();
    let (pushed, read) = (pushed(stack).len(), values.advice.tape().len());
    let report = report.lines(source).line(format!("Stack: {}", count(pushed, "element")));
    let report = if explain { add_items(report, stack, Order::TopFirst) } else { report };
    let report = report.line(format!("Advice tape: {}", count(read, "element")));
    let report = if explain { add_items(report, tape, Order::AsRead) } else { report };
    let mut report =
        report.line(format!("Advice map: {} with {}", count(map.len(), "list"), count(elements, "element")));
    for (key, list) in map.iter().filter(|_| explain) {
        report = report.line(format!("  {key} = [{}]", list_of(list)));
    }
    let mut report = report.line(format!(
        "Merkle trees: {} with {}",
        count(trees.len(), "tree"),
        count(nodes, "inner node")
    ));
    for tree in trees {
        let name = tree.name.as_deref().unwrap_or("(no name)").escape_debug();
        let leaves = count(tree.leaves, "leaf");
        report = report.line(format!("  {name}: {} of {leaves}, root {}", tree.kind, tree.root));
    }
    report
}

/// The order in which elements are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// From the top of the stack down; the last item is on top.
    TopFirst,
    AsRead,
}

/// Adds a line for each item: the position of its first element, its elements and its form.
fn add_items(mut report: Report, items: &[Item], order: Order) -> Report {
    let mut shown: Vec<_> = items.iter().enumerate().collect();
    if order == Order::TopFirst {
        shown.reverse();
    }
    let mut position = 0;
    for (index, item) in shown {
        let mut elements = match order {
            Order::TopFirst => item.pushed(),
            Order::AsRead => item.elements.clone(),
        };
        if order == Order::TopFirst {
            elements.reverse();
        }
        report =
            report.line(format!("{position:>6}  {}  ({}, item {index})", list_of(&elements), form(item)));
        position += elements.len();
    }
    report
}

fn form(item: &Item) -> String {
    match &item.kind {
        ItemKind::Number => "number".into(),
        ItemKind::Word => "word".into(),
        ItemKind::Bytes => "bytes".into(),
        ItemKind::Text(text) => format!("text \"{}\"", text.escape_debug()),
        ItemKind::Root(name) => format!("root of \"{}\"", name.escape_debug()),
    }
}

fn add_object(report: Report, inputs: &Values) -> Report {
    let Values { values, file, missing, stack, trees, .. } = inputs;
    let map = values.advice.map().iter();
    let map: Map<String, Value> = map.map(|(key, list)| (key.to_hex(), numbers(list).into())).collect();
    let trees = trees.iter().map(|tree| {
        json!({"name": tree.name, "kind": tree.kind, "leaves": tree.leaves, "root": tree.root.to_hex()})
    });
    report
        .key("outcome", "success")
        .optional_key("file", file.as_ref().map(|path| path.display().to_string()))
        .optional_key("missing", missing.as_ref().map(|path| path.display().to_string()))
        .key("operand_stack", numbers(&pushed(stack)))
        .key("advice_stack", numbers(values.advice.tape()))
        .key("advice_map", map)
        .key("merkle_trees", trees.collect::<Vec<_>>())
}

/// The elements of a stack as they are given, without the zeros below.
fn pushed(stack: &[Item]) -> Vec<Felt> {
    stack.iter().flat_map(Item::pushed).collect()
}

fn numbers(list: &[Felt]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn list_of(list: &[Felt]) -> String {
    numbers(list).join(", ")
}

fn count(number: usize, thing: &str) -> String {
    match (number, thing) {
        (1, _) => format!("1 {thing}"),
        (_, "leaf") => format!("{number} leaves"),
        _ => format!("{number} {thing}s"),
    }
}
