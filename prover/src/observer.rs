use crate::Stage;

/// Watches the making of a proof. Closures that take a [`Stage`] are observers.
///
/// The reports of a stage come from the threads that work on it, one at a time. An observer that takes long delays the
/// proof.
pub trait ProofObserver: Send {
    /// A stage begins.
    fn begin(&mut self, stage: Stage);

    /// This share of the stage is done, between 0 and 1, ascending. Reported about every percent.
    fn advance(&mut self, stage: Stage, share: f64) {
        let _ = (stage, share);
    }
}

impl<F: FnMut(Stage) + Send> ProofObserver for F {
    fn begin(&mut self, stage: Stage) {
        self(stage);
    }
}
