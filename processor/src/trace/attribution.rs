//! Rows by the cycles that cause them.

use alloc::collections::BTreeSet;
use core::sync::atomic::AtomicBool;

use miden_core::{Digest, NodeId, Operation, Program, StackInputs, program::HashedNode};

use super::{FirstRun, PartRows, chiplets::BitwiseRequest, counter::RowCounter, parts::check_length};
use crate::{
    CycleObserver, ExecutionError, ExecutionOptions, Host, Step, Unobserved,
    observer::ObserverTracer,
    state::{Frame, MachineState, Stack},
    tracer::{Access, MerklePath, Tracer, Visit},
};

/// Rows that a cycle adds to the trace, besides its own row. Where cycles share a row, the first one causes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CausedRows {
    /// 16-bit values that no cycle before has looked up.
    pub range: usize,
    /// Permutations, eight rows each.
    pub hasher: usize,
    /// Bitwise operations.
    pub bitwise: usize,
    /// Memory accesses.
    pub memory: usize,
    /// Levels of Merkle paths.
    pub merkle: usize,
}

/// Watches an execution and the rows that its cycles cause.
pub trait RowObserver: CycleObserver {
    /// Called after a cycle that causes rows, before the next one is observed.
    fn caused(&mut self, rows: &CausedRows);
}

impl<O: RowObserver + ?Sized> RowObserver for &mut O {
    #[inline]
    fn caused(&mut self, rows: &CausedRows) {
        (**self).caused(rows);
    }
}

/// Counts the rows that a trace would have, and tells the observer which cycle causes which.
pub(crate) fn attribute_rows(
    program: &Program,
    inputs: &StackInputs,
    host: &mut impl Host,
    observer: impl RowObserver,
    options: &ExecutionOptions,
    interrupt: Option<&AtomicBool>,
) -> Result<PartRows, ExecutionError> {
    let mut first = ObserverTracer(Unobserved);
    let run = FirstRun::new(program, inputs, host, &mut first, options, interrupt)?;
    let mut tracer = Attribution {
        counter: RowCounter::new(program, run.answers.permutations(), run.witness),
        observer: ObserverTracer(observer),
        counted: CausedRows::default(),
        num_requests: 0,
        bitwise: BTreeSet::new(),
    };
    run.repeat(program, inputs, options, interrupt, &mut tracer)?;
    let parts = tracer.counter.finish();
    check_length(parts.longest(), options)?;
    Ok(parts)
}

/// Passes everything to the counter, and compares its counts before and after each cycle.
struct Attribution<'a, O> {
    counter: RowCounter<'a>,
    observer: ObserverTracer<O>,
    /// The counts before the current cycle.
    counted: CausedRows,
    /// Number of bitwise requests before the current cycle.
    num_requests: usize,
    /// The bitwise requests so far; equal ones share a row.
    bitwise: BTreeSet<BitwiseRequest>,
}

impl<O: RowObserver> Attribution<'_, O> {
    /// Ends a cycle.
    #[inline]
    fn attribute(&mut self) {
        let requests = self.counter.bitwise_requests();
        let new = requests.get(self.num_requests..).unwrap_or_default();
        self.num_requests += new.len();
        self.bitwise.extend(new);
        let now = CausedRows { bitwise: self.bitwise.len(), ..self.counter.caused() };
        if now == self.counted {
            return;
        }
        let before = core::mem::replace(&mut self.counted, now);
        self.observer.0.caused(&CausedRows {
            range: now.range - before.range,
            hasher: now.hasher - before.hasher,
            bitwise: now.bitwise - before.bitwise,
            memory: now.memory - before.memory,
            merkle: now.merkle - before.merkle,
        });
    }
}

impl<O: RowObserver> Tracer for Attribution<'_, O> {
    fn input(&mut self, stack: &Stack) {
        self.counter.input(stack);
    }

    fn node(&mut self, visit: Visit, node: &HashedNode, state: &MachineState) {
        self.attribute();
        self.observer.node(visit, node, state);
        self.counter.node(visit, node, state);
    }

    fn operation(&mut self, node: NodeId, index: usize, operation: Operation, state: &MachineState) {
        self.attribute();
        self.observer.operation(node, index, operation, state);
        self.counter.operation(node, index, operation, state);
    }

    fn returns(&mut self, call: NodeId, frame: &Frame, state: &MachineState) {
        self.attribute();
        self.observer.returns(call, frame, state);
        self.counter.returns(call, frame, state);
    }

    fn stop(&mut self, id: NodeId, node: &HashedNode, step: Step, state: &MachineState) {
        self.attribute();
        self.counter.stop(id, node, step, state);
    }

    fn end(&mut self, state: &MachineState) {
        self.attribute();
        self.counter.end(state);
    }

    fn access(&mut self, access: Access) {
        self.counter.access(access);
    }

    fn merkle_path(&mut self, path: MerklePath<'_>, new_node: Option<&Digest>) {
        self.counter.merkle_path(path, new_node);
    }
}
