//! Progress bar of the prover.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miden_prover::{ProofObserver, Stage};

/// A line on the terminal with stage, share of it, elapsed time and an estimate of the time left; nothing in a pipe.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// The end of the execution, whose share is not known while it runs.
    executed: Option<Instant>,
}

impl Progress {
    /// Shows the bar.
    pub(crate) fn start() -> Self {
        // Draws only on a terminal.
        let bar = ProgressBar::with_draw_target(Some(Stage::ALL.len() as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} {elapsed_precise}");
        bar.set_style(style.expect("the template is valid"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, executed: None }
    }
}

impl ProofObserver for Progress {
    fn begin(&mut self, stage: Stage) {
        log::info!("{stage}");
        if stage != Stage::Execute {
            self.executed.get_or_insert_with(Instant::now);
        }
        self.bar.inc(1);
        self.bar.set_message(stage.name());
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        let left = self.executed.and_then(|executed| time_left(executed.elapsed(), stage, share));
        let left = left.map_or_else(String::new, |left| format!(", about {} s left", left.as_secs() + 1));
        self.bar.set_message(format!("{stage}: {:.0} %{left}", share * 100.0));
    }
}

/// The time that is left, from that since the execution and the share of a stage that is done; `None` at the start.
fn time_left(elapsed: Duration, stage: Stage, share: f64) -> Option<Duration> {
    let stages = Stage::ALL.into_iter().filter(|&other| other != Stage::Execute);
    let percent = |stage: Stage| f64::from(stage.typical_percent());
    let all: f64 = stages.clone().map(percent).sum();
    let before: f64 = stages.take_while(|&other| other != stage).map(percent).sum();
    let done = before + percent(stage) * share;
    (done >= 0.05 * all).then(|| elapsed.mul_f64((all - done).max(0.0) / done))
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_in_proportion_to_the_time_that_the_stages_take() {
        let second = Duration::from_secs(1);
        assert_eq!(time_left(second, Stage::CommitTrace, 0.0), None);
        // 35 of 98 percent are done.
        let left = time_left(35 * second, Stage::CommitTrace, 1.0).unwrap();
        assert!(left.abs_diff(63 * second) < Duration::from_millis(1), "{left:?}");
        assert_eq!(time_left(second, Stage::BuildAuxTrace, 0.0), time_left(second, Stage::CommitTrace, 1.0));
        assert_eq!(time_left(second, Stage::LowDegreeTest, 1.0), Some(Duration::ZERO));
    }
}
