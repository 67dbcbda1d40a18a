//! Progress and cancellation of a proof, shared by the threads that work on it.

use alloc::sync::Arc;
#[cfg(not(feature = "std"))]
use core::cell::RefCell as Lock;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
#[cfg(feature = "std")]
use std::sync::Mutex as Lock;

use crate::{ProofObserver, ProverError, Stage};

/// Stops a proof, from any thread.
///
/// The proof ends within a fraction of a second with [`ProverError::Cancelled`], and leaves nothing behind. Clones share
/// their state, which never returns to "not cancelled".
#[derive(Clone, Debug, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// A cancellation that has not been requested yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the proof.
    pub fn cancel(&self) {
        self.0.store(true, Relaxed);
    }

    /// Whether [`Self::cancel`] has been called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Connects the work on a proof with those who watch and stop it.
///
/// A stage has a number of units of work, which the threads that work on it count. Before each piece of work, they check
/// whether the proof has been cancelled; pieces take a few milliseconds at most. A step that was cancelled leaves its
/// result incomplete: the pipeline checks after each step.
pub(crate) struct Control<'a> {
    observer: Lock<Option<&'a mut dyn ProofObserver>>,
    cancellation: Cancellation,
    /// Position of the stage in [`Stage::ALL`].
    stage: AtomicUsize,
    units: AtomicUsize,
    done: AtomicUsize,
}

impl<'a> Control<'a> {
    pub(crate) fn new(observer: Option<&'a mut dyn ProofObserver>, cancellation: Cancellation) -> Self {
        Self {
            observer: Lock::new(observer),
            cancellation,
            stage: AtomicUsize::new(0),
            units: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }
    }

    /// Work that nobody watches.
    #[cfg(test)]
    pub(crate) fn unwatched() -> Self {
        Self::new(None, Cancellation::new())
    }

    /// The cancellation of the proof.
    pub(crate) const fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// Whether work on the proof continues.
    pub(crate) fn proceeds(&self) -> bool {
        !self.cancellation.is_cancelled()
    }

    /// Fails if the proof has been cancelled.
    pub(crate) fn check(&self) -> Result<(), ProverError> {
        if self.proceeds() { Ok(()) } else { Err(ProverError::Cancelled) }
    }

    /// Reports the start of a stage that consists of this many units of work.
    pub(crate) fn begin(&self, stage: Stage, units: usize) -> Result<(), ProverError> {
        self.check()?;
        self.units.store(units, Relaxed);
        self.done.store(0, Relaxed);
        self.stage.store(stage as usize, Relaxed);
        self.report(|observer| observer.begin(stage));
        Ok(())
    }

    /// Counts units of work that are done, and reports the share if it has changed by a percent.
    pub(crate) fn count(&self, units: usize) {
        let total = self.units.load(Relaxed).max(1);
        let before = self.done.fetch_add(units, Relaxed);
        if percent(before, total) < percent(before + units, total) {
            self.report(|observer| {
                // Read while no other thread reports, so that shares ascend.
                let share = self.done.load(Relaxed) as f64 / total as f64;
                observer.advance(Stage::ALL[self.stage.load(Relaxed)], share.min(1.0));
            });
        }
    }

    /// Reports to the observer unless another thread does just now: a report is not worth waiting for. A panic of the
    /// observer has poisoned the lock and continues on its own thread.
    fn report(&self, action: impl FnOnce(&mut dyn ProofObserver)) {
        #[cfg(feature = "std")]
        let Ok(mut observer) = self.observer.try_lock() else { return };
        #[cfg(not(feature = "std"))]
        let mut observer = self.observer.borrow_mut();
        if let Some(observer) = &mut *observer {
            action(&mut **observer);
        }
    }
}

fn percent(done: usize, total: usize) -> u128 {
    (done as u128 * 100 / total as u128).min(100)
}

/// Code that several threads call, with the feature `concurrent`; any code without it, where there need not be a lock
/// that threads can share.
#[cfg(feature = "concurrent")]
pub(crate) trait Shared: Send + Sync {}
#[cfg(feature = "concurrent")]
impl<T: Send + Sync> Shared for T {}

/// Code that several threads call, with the feature `concurrent`; any code without it, where there need not be a lock
/// that threads can share.
#[cfg(not(feature = "concurrent"))]
pub(crate) trait Shared {}
#[cfg(not(feature = "concurrent"))]
impl<T> Shared for T {}
