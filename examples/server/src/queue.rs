//! Jobs that wait for a worker, and workers that each prove with threads of their own.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use miden::{
    Program, ProgramInputs, Prover, ProverError, ProverOptions, Stage,
    proof::{Cancellation, ProofObserver},
};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// The size of a queue.
#[derive(Clone, Copy, Debug)]
pub struct QueueOptions {
    /// Number of proofs at a time.
    pub workers: usize,
    /// Number of threads of each proof.
    pub threads: usize,
    /// Number of jobs that may wait.
    pub max_waiting: usize,
    /// Number of jobs whose results are kept; the oldest ones go first.
    pub max_ended: usize,
    /// Parameters and limits of each proof.
    pub prover: ProverOptions,
}

/// Number of a job.
pub type JobId = u64;

/// What has become of a job.
#[derive(Clone, Debug)]
pub enum Status {
    /// It has not begun.
    Waiting {
        /// Number of jobs that come before it.
        ahead: usize,
    },
    /// It is being proven.
    Proving {
        /// The work that is done now.
        stage: &'static str,
        /// The share of all work that is done, from 0 to 1.
        share: f64,
    },
    /// The bundle of statement and proof.
    Proven(Arc<Vec<u8>>),
    /// There is no proof.
    Failed {
        /// Number of the error.
        code: u16,
        /// Its text.
        message: String,
    },
    /// It was cancelled.
    Cancelled,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} jobs are waiting already; try again later")]
pub struct QueueFull(usize);

/// A queue with its workers. When it is dropped, it cancels all jobs and waits for the workers.
#[derive(Debug)]
pub struct Queue {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    options: QueueOptions,
    state: Mutex<State>,
    /// A job has come, or the queue is closing.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    last_id: JobId,
    waiting: VecDeque<(JobId, Program, ProgramInputs)>,
    proving: BTreeMap<JobId, (Cancellation, Status)>,
    ended: BTreeMap<JobId, Status>,
    is_closing: bool,
}

impl Queue {
    /// Starts the workers.
    ///
    /// # Errors
    /// If the system has no threads for them.
    pub fn new(options: QueueOptions) -> Result<Self, ThreadPoolBuildError> {
        let shared = Arc::new(Shared { options, state: Mutex::default(), changed: Condvar::new() });
        let pool = || ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pools = (0..options.workers).map(|_| pool()).collect::<Result<Vec<_>, _>>()?;
        let start = |pool| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work(&pool))
        };
        let workers = pools.into_iter().map(start).collect();
        Ok(Self { shared, workers })
    }

    /// Adds a job.
    ///
    /// # Errors
    /// If too many are waiting.
    pub fn submit(&self, program: Program, inputs: ProgramInputs) -> Result<JobId, QueueFull> {
        let mut state = self.shared.state();
        if state.waiting.len() >= self.shared.options.max_waiting {
            return Err(QueueFull(state.waiting.len()));
        }
        state.last_id += 1;
        let id = state.last_id;
        state.waiting.push_back((id, program, inputs));
        drop(state);
        self.shared.changed.notify_one();
        Ok(id)
    }

    /// What has become of a job; `None` if there is none, or its result is no longer kept.
    pub fn status(&self, id: JobId) -> Option<Status> {
        let state = self.shared.state();
        if let Some(ahead) = state.waiting.iter().position(|(waiting, ..)| *waiting == id) {
            return Some(Status::Waiting { ahead });
        }
        state.proving.get(&id).map(|(_, status)| status).or_else(|| state.ended.get(&id)).cloned()
    }

    /// Cancels a job that has not ended. Returns whether there is one.
    pub fn cancel(&self, id: JobId) -> bool {
        let mut state = self.shared.state();
        if let Some(at) = state.waiting.iter().position(|(waiting, ..)| *waiting == id) {
            state.waiting.remove(at);
            self.shared.end(&mut state, id, Status::Cancelled);
            return true;
        }
        let proving = state.proving.get(&id);
        proving.inspect(|(cancellation, _)| cancellation.cancel()).is_some()
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_closing = true;
        state.proving.values().for_each(|(cancellation, _)| cancellation.cancel());
        drop(state);
        self.shared.changed.notify_all();
        for worker in self.workers.drain(..) {
            // A worker that has panicked has said so.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// Every change is complete when the lock is released, so a panic elsewhere leaves nothing half-done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Proves jobs until the queue closes.
    fn work(&self, pool: &ThreadPool) {
        while let Some((id, program, inputs, cancellation)) = self.next() {
            let mut progress = Progress { shared: self, id };
            let options = self.options.prover;
            // Everything that the prover does in parallel runs on the threads of this pool.
            let result = pool.install(|| {
                let prover = Prover::new(&program).with_inputs(inputs).with_options(options);
                prover.with_progress(&mut progress).with_cancellation(&cancellation).prove()
            });
            let status = match result {
                Ok(proof) => Status::Proven(Arc::new(proof.into_bundle().to_bytes())),
                Err(ProverError::Cancelled) => Status::Cancelled,
                Err(error) => Status::Failed { code: error.code(), message: error.to_string() },
            };
            let mut state = self.state();
            state.proving.remove(&id);
            self.end(&mut state, id, status);
        }
    }

    /// Waits for a job; `None` when the queue closes.
    fn next(&self) -> Option<(JobId, Program, ProgramInputs, Cancellation)> {
        let mut state = self.state();
        loop {
            if state.is_closing {
                return None;
            }
            if let Some((id, program, inputs)) = state.waiting.pop_front() {
                let cancellation = Cancellation::new();
                let begun = Status::Proving { stage: Stage::Execute.name(), share: 0.0 };
                state.proving.insert(id, (cancellation.clone(), begun));
                return Some((id, program, inputs, cancellation));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, state: &mut State, id: JobId, status: Status) {
        state.ended.insert(id, status);
        while state.ended.len() > self.options.max_ended {
            state.ended.pop_first();
        }
    }
}

/// Keeps the status of a job up to date.
struct Progress<'a> {
    shared: &'a Shared,
    id: JobId,
}

impl ProofObserver for Progress<'_> {
    fn begin(&mut self, stage: Stage) {
        self.advance(stage, 0.0);
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        let percent = |stage: Stage| f64::from(stage.typical_percent());
        let before: f64 = Stage::ALL.into_iter().take_while(|other| *other != stage).map(percent).sum();
        let share = (before + percent(stage) * share) / 100.0;
        if let Some((_, status)) = self.shared.state().proving.get_mut(&self.id) {
            *status = Status::Proving { stage: stage.name(), share };
        }
    }
}
