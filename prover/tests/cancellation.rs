//! Progress, cancellation, and several proofs at once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{sync::mpsc, thread};

use miden_core::{Opcode, Operation, Program, program::ProgramBuilder};
use miden_prover::{
    Cancellation, ExecutionProof, ParameterSet, ProofObserver, Prover, ProverError, ProverOptions, Stage,
};

/// A program whose trace has at least this many rows.
fn program(rows: usize) -> Program {
    let mut builder = ProgramBuilder::new();
    let operations: Vec<Operation> = [Opcode::Dup0.into(), Opcode::Drop.into()].repeat(rows / 2);
    let root = builder.block(&operations).unwrap();
    builder.finish(root)
}

/// Writes down the reports, and cancels the proof at one of them.
#[derive(Default)]
struct Watch {
    stages: Vec<Stage>,
    shares: Vec<(Stage, f64)>,
    /// The stage, and the share of it at which the proof is cancelled.
    cancel: Option<(Stage, f64, Cancellation)>,
}

impl Watch {
    fn cancel_at(&self, stage: Stage, share: f64) {
        if let Some((at, least, cancellation)) = &self.cancel
            && *at == stage
            && *least <= share
        {
            cancellation.cancel();
        }
    }
}

impl ProofObserver for Watch {
    fn begin(&mut self, stage: Stage) {
        self.stages.push(stage);
        self.cancel_at(stage, 0.0);
    }

    fn advance(&mut self, stage: Stage, share: f64) {
        self.shares.push((stage, share));
        self.cancel_at(stage, share);
    }
}

#[test]
fn the_shares_of_each_stage_ascend_to_one() {
    let program = program(3000);
    for set in ParameterSet::ALL {
        let mut watch = Watch::default();
        Prover::new(&program)
            .with_options(ProverOptions::new(set))
            .with_progress(&mut watch)
            .prove()
            .unwrap();
        assert_eq!(watch.stages, Stage::ALL);
        // The execution has no shares.
        for stage in &Stage::ALL[1..] {
            let shares: Vec<f64> =
                watch.shares.iter().filter(|(of, _)| of == stage).map(|&(_, share)| share).collect();
            assert!(shares.is_sorted(), "{set}, {stage}: {shares:?}");
            // The last report may be lost to another thread's.
            assert!(shares.last().is_some_and(|&last| last > 0.9), "{set}, {stage}: {shares:?}");
        }
    }
}

#[test]
fn a_proof_can_be_cancelled_in_every_stage() {
    let program = program(3000);
    for stage in Stage::ALL {
        for share in [0.0, 0.5] {
            if stage == Stage::Execute && share > 0.0 {
                continue;
            }
            let cancellation = Cancellation::new();
            let mut watch = Watch { cancel: Some((stage, share, cancellation.clone())), ..Watch::default() };
            let result =
                Prover::new(&program).with_progress(&mut watch).with_cancellation(&cancellation).prove();
            assert_eq!(result, Err(ProverError::Cancelled), "{stage} at {share}");
            assert_eq!(watch.stages.last(), Some(&stage), "no later stage begins");
            // Few pieces of work are left once the flag is set.
            let after = watch.shares.iter().filter(|&&(of, at)| of == stage && at >= share + 0.5).count();
            assert!(after == 0, "{stage} at {share}: {:?}", watch.shares);
        }
    }
}

#[test]
fn another_thread_cancels_an_endless_program() {
    let mut builder = ProgramBuilder::new();
    let before = builder.block(&[Opcode::Pad.into(), Opcode::Not.into()]).unwrap();
    let body = builder.block(&[Opcode::Pad.into(), Opcode::Not.into()]).unwrap();
    let repeated = builder.while_true(body).unwrap();
    let root = builder.join(before, repeated).unwrap();
    let program = builder.finish(root);

    let cancellation = Cancellation::new();
    let (send, begun) = mpsc::channel();
    let result = thread::scope(|scope| {
        let proof = scope.spawn(|| {
            let execution = miden_prover::ExecutionOptions::default().with_max_cycles(u64::MAX);
            Prover::new(&program)
                .with_options(ProverOptions::default().with_execution(execution))
                .with_cancellation(&cancellation)
                .with_progress(&mut |stage: Stage| send.send(stage).unwrap())
                .prove()
        });
        assert_eq!(begun.recv(), Ok(Stage::Execute));
        cancellation.cancel();
        proof.join().unwrap()
    });
    assert_eq!(result, Err(ProverError::Cancelled));
}

/// A proof with the same randomness whenever it is made.
fn proof(program: &Program) -> ExecutionProof {
    Prover::new(program).with_fixed_seed_for_tests([7; 32]).prove().unwrap()
}

#[test]
fn eight_proofs_at_once_share_the_threads() {
    let program = program(3000);
    let expected = proof(&program);
    thread::scope(|scope| {
        let proofs: Vec<_> = (0..8).map(|_| scope.spawn(|| proof(&program))).collect();
        for proof in proofs {
            assert!(proof.join().unwrap() == expected);
        }
    });
}

#[cfg(feature = "concurrent")]
#[test]
fn the_number_of_threads_does_not_matter() {
    let program = program(3000);
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| proof(&program))
    };
    let one = with_threads(1);
    assert!([2, 3, 8].into_iter().all(|count| with_threads(count) == one));
}
