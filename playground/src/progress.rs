use miden_prover::{ProofObserver, Stage};

#[allow(unsafe_code, reason = "the host has this function")]
#[link(wasm_import_module = "playground")]
unsafe extern "C" {
    /// Called while a proof is made: the position of the stage in the list of stages, and the share of the whole proof that
    /// is done, in thousandths.
    safe fn progress(stage: u32, permille: u32);
}

/// Reports the progress of a proof to the host.
pub(crate) struct Progress;

impl ProofObserver for Progress {
    fn begin(&mut self, stage: Stage) {
        self.advance(stage, 0.0);
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        let position = Stage::ALL.iter().position(|other| *other == stage).unwrap_or(0);
        let before: u32 = Stage::ALL.iter().take(position).map(|stage| stage.typical_percent()).sum();
        let own = f64::from(stage.typical_percent()) * 10.0 * share;
        progress(position as u32, before * 10 + own as u32);
    }
}
