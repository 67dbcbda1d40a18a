//! The subcommands, one module each.
//!
//! A new command is a file with a type that implements [`clap::Args`] and [`Execute`], its `mod` line and its entry in
//! the list below. The first sentence of the type's documentation is the help text and the entry in the book.

use clap::Subcommand;

mod analyze;
mod bundle;
mod check;
mod compile;
mod completions;
mod dap;
mod debug;
mod execute;
mod explain;
mod fmt;
mod inputs;
mod lock;
mod lsp;
mod man;
mod new;
mod profile;
mod prove;
#[cfg(test)]
mod reference;
mod repl;
mod reproduce;
mod run;
mod storage;
mod test;
mod verify;

pub(crate) use debug::SessionArgs;
pub(crate) use execute::Execute;
pub(crate) use storage::HistoryError;
pub(crate) use verify::rejection;

/// Declares [`Command`] with a variant per subcommand, in the order of the help.
macro_rules! commands {
    ($($module:ident::$Command:ident,)*) => {
        /// The subcommand with its arguments.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($Command($module::$Command),)*
        }

        impl Command {
            pub(crate) const fn as_execute(&self) -> &dyn Execute {
                match self {
                    $(Self::$Command(command) => command,)*
                }
            }

            pub(crate) const fn as_execute_mut(&mut self) -> &mut dyn Execute {
                match self {
                    $(Self::$Command(command) => command,)*
                }
            }
        }
    };
}

commands! {
    new::New,
    compile::Compile,
    reproduce::Reproduce,
    bundle::Bundle,
    run::Run,
    prove::Prove,
    verify::Verify,
    storage::Storage,
    debug::Debug,
    analyze::Analyze,
    profile::Profile,
    inputs::Inputs,
    check::Check,
    test::Test,
    repl::Repl,
    fmt::Fmt,
    lock::Lock,
    lsp::Lsp,
    dap::Dap,
    explain::Explain,
    completions::Completions,
    man::Man,
}
