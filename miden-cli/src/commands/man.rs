use std::path::PathBuf;

use clap::{Args, Command as Definition};
use clap_mangen::Man as Page;

use super::execute::Execute;
use crate::{
    cli,
    error::CliError,
    files::{self, Files},
    report::Report,
};

/// Prints the manual page of the command line or of a command.
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The command; without it, the page of `miden` itself.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write all pages to this directory instead: `miden.1`, `miden-run.1` and so on.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Execute for Man {
    fn run(&self) -> Result<Report, CliError> {
        let mut definition = cli::definition().disable_help_subcommand(true);
        // Names the subcommands `miden-run` and so on.
        definition.build();
        let Some(directory) = &self.output else {
            let page = match self.command.as_deref() {
                None => definition,
                Some(name) => find(&definition, name)?.clone(),
            };
            return Ok(Report::new().verbatim(String::from_utf8_lossy(&render(page)).into()));
        };
        let pages = with_subcommands(&definition);
        let mut files = Files::default();
        let pages = pages.into_iter().map(|page| {
            let name = page.get_display_name().unwrap_or(page.get_name()).to_owned();
            Ok((files.target(directory.join(format!("{name}.1")))?, render(page)))
        });
        let (targets, pages): (Vec<_>, Vec<_>) =
            pages.collect::<Result<Vec<_>, CliError>>()?.into_iter().unzip();
        files::write_all(targets.into_iter().zip(pages.iter().map(Vec::as_slice)))?;
        Ok(Report::new())
    }
}

/// A command and all commands below it.
fn with_subcommands(definition: &Definition) -> Vec<Definition> {
    let below = definition.get_subcommands().flat_map(with_subcommands);
    [definition.clone()].into_iter().chain(below).collect()
}

fn find<'d>(definition: &'d Definition, name: &str) -> Result<&'d Definition, CliError> {
    definition.get_subcommands().find(|command| command.get_name() == name).ok_or_else(|| {
        let names: Vec<_> = definition.get_subcommands().map(Definition::get_name).collect();
        CliError::Usage(format!("there is no command `{name}`; the commands are {}", names.join(", ")))
    })
}

/// The page in the language of `man`.
fn render(definition: Definition) -> Vec<u8> {
    let mut page = Vec::new();
    Page::new(definition).render(&mut page).expect("writing to a vector");
    page
}
