use core::fmt;

use miden_air::PublicInputs;
use miden_core::{AdviceInputs, Program, ProgramInputs, StackInputs};
use miden_processor::{CycleObserver, Executor, HostSource, Unobserved};
use rand_core::CryptoRng;

use crate::{
    Cancellation, ExecutionProof, ProofObserver, ProverError, ProverOptions, Stage,
    control::Control,
    entropy::Entropy,
    memory::MemoryBudget,
    pipeline::Trace,
    randomness::Randomness,
    stark::{self, Form, StarkProof},
};

/// A proof that is about to be made: the program, its inputs, who supplies advice, and who watches.
///
/// Everything but the program is optional, and everything combines. The methods that describe the execution are those
/// of [`Executor`](miden_processor::Executor).
///
/// ```
/// use miden_core::{Opcode, StackInputs, program::ProgramBuilder};
/// use miden_prover::{ParameterSet, Prover, ProverOptions, Stage};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut builder = ProgramBuilder::new();
/// let root = builder.block(&[Opcode::Add.into()])?;
/// let program = builder.finish(root);
///
/// let mut stages = Vec::new();
/// let proof = Prover::new(&program)
///     .with_stack(StackInputs::from_ints(&[3, 4])?)
///     .with_options(ProverOptions::new(ParameterSet::Std128))
///     .with_progress(&mut |stage| stages.push(stage))
///     .prove()?;
/// assert_eq!(proof.parameter_set(), ParameterSet::Std128);
/// assert_eq!(stages, Stage::ALL);
/// # Ok(())
/// # }
/// ```
#[must_use = "a prover does nothing until `prove` is called"]
pub struct Prover<'a, H = AdviceInputs, O = Unobserved> {
    executor: Executor<'a, H, O>,
    options: ProverOptions,
    progress: Option<&'a mut dyn ProofObserver>,
    cancellation: Cancellation,
    entropy: Entropy<'a>,
}

impl<'a> Prover<'a> {
    /// Proves an execution of `program` on an empty stack, without advice, with the default options.
    pub fn new(program: &'a Program) -> Self {
        Self {
            executor: Executor::new(program),
            options: ProverOptions::default(),
            progress: None,
            cancellation: Cancellation::new(),
            entropy: Entropy::System,
        }
    }
}

impl<'a, H, O> Prover<'a, H, O> {
    /// Sets the initial stack and the advice; replaces a host.
    pub fn with_inputs(self, inputs: ProgramInputs) -> Prover<'a, AdviceInputs, O> {
        self.map(|executor| executor.with_inputs(inputs))
    }

    /// Sets the initial stack.
    pub fn with_stack(self, stack: StackInputs) -> Self {
        self.map(|executor| executor.with_stack(stack))
    }

    /// Sets the advice, which is then held in memory; events have no handlers. Replaces a host.
    pub fn with_advice(self, advice: AdviceInputs) -> Prover<'a, AdviceInputs, O> {
        self.map(|executor| executor.with_advice(advice))
    }

    /// Sets the host, which supplies advice and handles events; replaces the advice. A host passed as `&mut host` is
    /// available again afterwards.
    ///
    /// Each request is made to the host once. A host cannot make a false statement provable.
    pub fn with_host<S: HostSource>(self, host: S) -> Prover<'a, S, O> {
        self.map(|executor| executor.with_host(host))
    }

    /// Shows every cycle of the execution to `observer` before it takes effect, including one that fails.
    pub fn with_observer<C: CycleObserver>(self, observer: C) -> Prover<'a, H, C> {
        self.map(|executor| executor.with_observer(observer))
    }

    /// Sets the parameters of the proof and the limits of the execution.
    pub fn with_options(self, options: ProverOptions) -> Self {
        Self { options, ..self }
    }

    /// Reports the progress of the proof to `observer`, which may be a closure that takes a [`Stage`].
    pub fn with_progress(self, observer: &'a mut dyn ProofObserver) -> Self {
        Self { progress: Some(observer), ..self }
    }

    /// Stops the proof when `cancellation` says so: [`Self::prove`] then returns [`ProverError::Cancelled`].
    pub fn with_cancellation(self, cancellation: &Cancellation) -> Self {
        Self { cancellation: cancellation.clone(), ..self }
    }

    /// Hides the execution with randomness from `generator` in place of the operating system's: for a machine without one.
    ///
    /// The proof takes 32 bytes from it, and mixes them with statement and advice, so a generator that repeats itself is not
    /// fatal; one that can be guessed is.
    pub fn with_rng(self, generator: &'a mut dyn CryptoRng) -> Self {
        Self { entropy: Entropy::Generator(generator), ..self }
    }

    /// Makes the same proof each time. For tests only: anyone who knows or guesses `seed` can read the execution from the
    /// proof.
    pub fn with_fixed_seed_for_tests(self, seed: [u8; 32]) -> Self {
        Self { entropy: Entropy::Fixed(seed), ..self }
    }

    fn map<S, C>(self, change: impl FnOnce(Executor<'a, H, O>) -> Executor<'a, S, C>) -> Prover<'a, S, C> {
        let Self { executor, options, progress, cancellation, entropy } = self;
        Prover { executor: change(executor), options, progress, cancellation, entropy }
    }
}

impl<H: HostSource, O: CycleObserver> Prover<'_, H, O> {
    /// Executes the program and proves the outcome: success, or a fault.
    ///
    /// The proof carries its [statement](ExecutionProof::statement). If the program has failed,
    /// [`ExecutionProof::failure`] says how, in more detail than can be proven.
    ///
    /// # Errors
    /// If the program fails in a way that cannot be proven: the host has failed, or a limit was exceeded that is not
    /// part of the statement. If the trace is longer than the parameter set accepts. If there is no randomness.
    pub fn prove(self) -> Result<ExecutionProof, ProverError> {
        let Self { executor, options, progress, cancellation, entropy } = self;
        let control = Control::new(progress, cancellation);

        // 1 ----- execute and record; the trace determines the statement
        control.begin(Stage::Execute, 1)?;
        let (program, stack, set) = (executor.program(), executor.stack().clone(), options.parameter_set());
        let budget = MemoryBudget::new(&options);
        let executor = executor.with_interrupt(control.cancellation().flag());
        let trace =
            executor.with_options(budget.execution()).trace().map_err(|error| budget.explain(error))?;
        let statement = trace.statement(program, &stack);
        let (cycles, failure) = (trace.cycles(), trace.failure().cloned());
        let low_memory = budget.low_memory(trace.num_rows());

        // 2 to 4 ----- see `stark`
        let public_inputs = PublicInputs::new(statement.clone(), set).with_hiding(options.hiding());
        let randomness = if options.hiding() {
            let (rows, answers) = (trace.num_rows(), trace.host_answers());
            Some(Randomness::new(&entropy.draw()?, &public_inputs, rows, answers))
        } else {
            None
        };
        let trace = Trace { panels: trace.into_panels(), randomness, low_memory };
        let proof = stark::prove_trace(trace, public_inputs, Form::Ours, &control)?;
        let StarkProof { bytes, header, security } = proof;
        Ok(ExecutionProof { bytes, header, security, cycles, statement, failure })
    }
}

impl<H: fmt::Debug, O: fmt::Debug> fmt::Debug for Prover<'_, H, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prover")
            .field("executor", &self.executor)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Executes `program` on `inputs` and proves the outcome: success, or a fault. [`Prover`] does more.
///
/// # Errors
/// Like [`Prover::prove`].
pub fn prove(
    program: &Program,
    inputs: &ProgramInputs,
    options: &ProverOptions,
) -> Result<ExecutionProof, ProverError> {
    Prover::new(program).with_inputs(inputs.clone()).with_options(*options).prove()
}
