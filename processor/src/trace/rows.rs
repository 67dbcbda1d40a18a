//! Rows of execution: system, decoder and stack.

use alloc::{vec, vec::Vec};

use miden_core::{
    Felt, Opcode, Operation,
    field::FieldElement,
    operations::{OperationInfo, Shift},
    params::STACK_TOP,
    program::HashedNode,
    trace::{
        decoder::{CS, DONE, G, GE, H, P},
        stack::{DEPTH, OVF, S, Z},
        write_opcode,
    },
};

use super::{EXECUTION_WIDTH, ExecutionRow, register::Register};
use crate::{process::Visit, stack::Stack};

/// The rows so far, and what the next one depends on beside the stack.
///
/// A list entry (a continuation, an item below the top 16) is named by the number of the row that pushed it; the row
/// that takes it out again marks it there.
#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<ExecutionRow>,
    /// Rows of the continuations that are waiting, the next one last.
    continuations: Vec<usize>,
    /// Rows of the items below the top 16, the uppermost one last.
    overflow: Vec<usize>,
    register: Register,
    /// The last row ended its node, so that this one continues what is waiting.
    ended: bool,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Begins a row: its opcode, the state before it, and what its shift does to the items below the top 16.
    pub(super) fn begin(&mut self, opcode: Opcode, stack: &Stack) -> &mut ExecutionRow {
        let number = self.rows.len();
        let mut row = [Felt::ZERO; EXECUTION_WIDTH];
        write_opcode(&mut row, opcode);
        for (cell, &item) in row[S.range()].iter_mut().zip(stack.window().iter().rev()) {
            *cell = item;
        }
        row[OVF.at(0)] = address(self.overflow.last());
        // Row 0 makes room for the first input: it has one item less than a stack, and pushes nothing below.
        let is_first = number == 0;
        row[DEPTH.at(0)] = Felt::new((stack.depth() - usize::from(is_first)) as u64);
        match OperationInfo::shift(opcode.info()) {
            Shift::Right if !is_first => self.overflow.push(number),
            Shift::Left => {
                if let Some(entry) = self.overflow.pop() {
                    row[Z.at(0)] = Felt::ONE;
                    self.rows[entry][H.at(5)] = Felt::ONE;
                }
            }
            Shift::Right | Shift::None => {}
        }
        self.rows.push(row);
        &mut self.rows[number]
    }

    /// The row was one of no block and ends nothing.
    pub(super) fn end(&mut self) {
        self.ended = false;
    }

    /// The visit of a node.
    pub(super) fn node(&mut self, visit: Visit, node: &HashedNode, hasher_address: Felt, stack: &Stack) {
        self.take_continuation();
        let opcode = node.node().opcode();
        let continuation = address(self.continuations.last());
        let number = self.rows.len();
        let row = self.begin(opcode, stack);
        row[G.range()].copy_from_slice(node.rate());
        row[H.start()..H.at(4)].copy_from_slice(node.digest().elements());
        row[H.at(4)] = hasher_address;
        row[H.at(5)] = Felt::from(opcode.code());
        row[CS.at(0)] = continuation;
        row[DONE.at(0)] = if visit.ends { Felt::ONE } else { Felt::ZERO };
        if visit.pushes {
            self.continuations.push(number);
        }
        self.ended = visit.ends;
        if let miden_core::Node::Block(block) = node.node() {
            self.register = Register::new(block, *node.rate());
        }
    }

    /// An operation of the block that was visited last.
    pub(super) fn operation(&mut self, operation: Operation, helpers: &[Felt; 6], stack: &Stack) {
        let continuation = address(self.continuations.last());
        let step = self.register.step(operation);
        let row = self.begin(operation.opcode(), stack);
        row[G.range()].copy_from_slice(&step.groups);
        row[H.range()].copy_from_slice(helpers);
        row[P.at(0)] = Felt::from(step.position % 3);
        row[P.at(1)] = Felt::from(step.position / 3);
        row[CS.at(0)] = continuation;
        row[GE.at(0)] = if step.ends_group && !step.ends_block { Felt::ONE } else { Felt::ZERO };
        row[DONE.at(0)] = if step.ends_block { Felt::ONE } else { Felt::ZERO };
        self.ended = step.ends_block;
    }

    /// The outputs below the top 16 are taken out one by one.
    pub(super) fn finish(&mut self, outputs: &[Felt]) {
        let items: Vec<Felt> = outputs.iter().rev().copied().collect();
        for depth in (STACK_TOP + 1..=items.len()).rev() {
            self.begin(Opcode::Output, &Stack::new(&items[..depth]));
        }
        let deepest = items.len().min(STACK_TOP);
        self.begin(Opcode::Halt, &Stack::new(&items[..deepest]));
    }

    /// The columns; the last row is repeated to the end.
    pub(super) fn into_columns(self, num_rows: usize) -> Vec<Vec<Felt>> {
        let mut columns: Vec<Vec<Felt>> = vec![Vec::with_capacity(num_rows); EXECUTION_WIDTH];
        // A band of rows at a time, so that it is read from the cache for each column.
        for band in self.rows.chunks(64) {
            for (index, column) in columns.iter_mut().enumerate() {
                column.extend(band.iter().map(|row| row[index]));
            }
        }
        for column in &mut columns {
            let last = column.last().copied().unwrap_or(Felt::ZERO);
            column.resize(num_rows, last);
        }
        columns
    }

    /// If the last node has ended, the uppermost continuation is the one that the next node answers.
    fn take_continuation(&mut self) {
        if self.ended {
            if let Some(entry) = self.continuations.pop() {
                self.rows[entry][P.at(1)] = Felt::ONE;
            }
            self.ended = false;
        }
    }
}

/// Pointer to a list entry; 0 if the list is empty, since row 0 pushes nothing.
fn address(entry: Option<&usize>) -> Felt {
    Felt::new(entry.map_or(0, |&row| row as u64))
}
