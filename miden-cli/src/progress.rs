//! Progress bar of the prover.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miden_prover::{ProofObserver, Stage};

/// A line on the terminal with stage, share of it and elapsed time; nothing in a pipe.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shows the bar.
    pub(crate) fn start() -> Self {
        // Draws only on a terminal.
        let bar = ProgressBar::with_draw_target(Some(Stage::ALL.len() as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} {elapsed_precise}");
        bar.set_style(style.expect("the template is valid"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }
}

impl ProofObserver for Progress {
    fn begin(&mut self, stage: Stage) {
        log::info!("{stage}");
        self.bar.inc(1);
        self.bar.set_message(stage.name());
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        self.bar.set_message(format!("{stage}: {:.0} %", share * 100.0));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
