use crate::Stage;

/// Watches the making of a proof. Closures that take a [`Stage`] are observers.
pub trait ProofObserver {
    /// A stage begins.
    fn begin(&mut self, stage: Stage);
}

impl<F: FnMut(Stage)> ProofObserver for F {
    fn begin(&mut self, stage: Stage) {
        self(stage);
    }
}
