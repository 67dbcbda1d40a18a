//! The book's page of commands, generated from their definitions, and the README's copy of its tables.

use std::{fmt::Write, fs, path::Path};

use clap::{Arg, Command as Definition, CommandFactory, Parser};
use expect_test::expect_file;

use super::Command;
use crate::exit::ExitStatus;

#[derive(Parser)]
#[command(name = "miden")]
struct Cli {
    #[command(subcommand)]
    _command: Command,
}

/// The subcommands in the order of the help.
fn definitions() -> Vec<Definition> {
    let mut cli = Cli::command();
    cli.build();
    cli.get_subcommands().filter(|command| command.get_name() != "help").cloned().collect()
}

/// Name of an argument's value; empty for a flag.
fn value(argument: &Arg) -> String {
    match argument.get_value_names() {
        Some([name]) if argument.get_action().takes_values() => name.to_string(),
        _ => String::new(),
    }
}

/// A command with its required arguments.
fn usage(command: &Definition) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("[OPTIONS]", "").replace('|', "\\|");
    let usage = usage.split_whitespace().collect::<Vec<_>>().join(" ");
    let names = command.get_arguments().map(value);
    names.fold(usage, |usage, name| usage.replace(&format!("<{name}>"), &name))
}

fn sentence(text: impl ToString) -> String {
    text.to_string().trim().trim_end_matches('.').replace('\n', " ").replace('|', "\\|")
}

fn commands() -> String {
    let mut table = String::from("| Command | What it does |\n|---|---|\n");
    for command in definitions() {
        let about = command.get_about().map(sentence).expect("a command has a description");
        writeln!(table, "| `{}` | {about} |", usage(&command)).expect("writing to a string");
    }
    table
}

fn statuses() -> String {
    let mut table = String::from("| Exit status | Meaning |\n|---|---|\n");
    for status in [ExitStatus::Success, ExitStatus::Failed, ExitStatus::Refused] {
        writeln!(table, "| {} | {} |", status as u8, status.meaning()).expect("writing to a string");
    }
    table
}

fn options(command: &Definition) -> String {
    let mut table = String::from("| Argument | Meaning |\n|---|---|\n");
    for argument in command
        .get_arguments()
        .filter(|argument| argument.get_id() != "help" && argument.get_id() != "version")
    {
        let value = value(argument);
        let short = argument.get_short_and_visible_aliases().unwrap_or_default();
        let long = argument.get_long_and_visible_aliases().unwrap_or_default();
        let flags = short.iter().map(|c| format!("-{c}")).chain(long.iter().map(|name| format!("--{name}")));
        let mut forms: Vec<_> =
            flags.map(|flag| format!("`{}`", format!("{flag} {value}").trim_end())).collect();
        if forms.is_empty() {
            forms.push(format!("`{value}`"));
        }
        let help = argument.get_help().map(sentence).expect("an argument has a description");
        let default: Vec<_> =
            argument.get_default_values().iter().map(|value| format!("`{}`", value.display())).collect();
        let default = if default.is_empty() || !argument.get_action().takes_values() {
            String::new()
        } else {
            format!("; default {}", default.join(", "))
        };
        let possible: Vec<_> =
            argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        let possible = if possible.is_empty() || !argument.get_action().takes_values() {
            String::new()
        } else {
            format!("; one of {}", possible.join(", "))
        };
        writeln!(table, "| {} | {help}{default}{possible} |", forms.join(", ")).expect("writing to a string");
    }
    table
}

fn anchored(name: &str, text: &str) -> String {
    format!("<!-- ANCHOR: {name} -->\n{text}<!-- ANCHOR_END: {name} -->\n")
}

#[test]
fn page_of_commands_is_current() {
    let mut page = String::from(
        "# Commands and options\n\nThis page is written by `miden-cli/src/commands/reference.rs`; `UPDATE_EXPECT=1` renews \
         it.\n\n",
    );
    page += &anchored("commands", &commands());
    page += "\n## Exit status\n\n";
    page += &anchored("statuses", &statuses());
    for command in definitions() {
        write!(page, "\n## miden {}\n\n{}", command.get_name(), options(&command))
            .expect("writing to a string");
    }
    expect_file!["../../../docs/src/generated/commands.md"].assert_eq(&page);
}

/// The README is the front page of the crate, where nothing can be included.
#[test]
fn readme_has_the_tables_of_commands_and_statuses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README is text");
    let mut expected = readme.clone();
    for table in [commands(), statuses()] {
        let head = table.split_inclusive('\n').next().expect("a table has a head");
        let start = expected.find(head).expect("the README has the table");
        let len = expected[start..].find("\n\n").map_or(expected.len() - start, |len| len + 1);
        expected.replace_range(start..start + len, &table);
    }
    expect_file![path].assert_eq(&expected);
}
