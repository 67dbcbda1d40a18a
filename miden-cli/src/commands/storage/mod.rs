//! `miden storage`: commands for the file itself.

use clap::{Args, Subcommand};

use super::execute::Execute;
use crate::{error::CliError, report::Report};

mod entries;
mod file;
mod history;
mod key;
mod lines;
mod state;

pub(crate) use history::{History, HistoryError};

/// Creates, reads, changes and verifies persistent storage.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Storage {
    #[command(subcommand)]
    action: Action,
}

/// Declares [`Action`] with a variant per subcommand, in the order of the help.
macro_rules! actions {
    ($($module:ident::$Action:ident,)*) => {
        #[derive(Debug, Subcommand)]
        enum Action {
            $($Action($module::$Action),)*
        }

        impl Action {
            const fn as_execute(&self) -> &dyn Execute {
                match self {
                    $(Self::$Action(action) => action,)*
                }
            }

            const fn as_execute_mut(&mut self) -> &mut dyn Execute {
                match self {
                    $(Self::$Action(action) => action,)*
                }
            }
        }
    };
}

actions! {
    state::Init,
    state::Info,
    entries::Get,
    entries::Set,
    lines::Dump,
    lines::Load,
    history::Log,
    history::Verify,
    history::Gc,
    entries::ExportProof,
}

impl Execute for Storage {
    fn complete(&mut self) -> Result<(), CliError> {
        self.action.as_execute_mut().complete()
    }

    fn run(&self) -> Result<Report, CliError> {
        self.action.as_execute().run()
    }

    fn json(&self) -> bool {
        self.action.as_execute().json()
    }

    fn failure(&self, error: &CliError) -> Report {
        self.action.as_execute().failure(error)
    }
}
