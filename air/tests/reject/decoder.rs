//! Opcodes, the order of rows, blocks, nodes, calls, idle cells.

use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    operations::{Class, OPERATIONS, Shift},
    trace::{
        decoder::{CONTINUATION, DONE, GROUP_END, GROUPS, HELPERS, HI, LO, MID, POSITION},
        stack::{DEPTH, S},
        write_opcode,
    },
};

use crate::{
    Cases, MINUS_ONE, MINUS_SQRT_2, SQRT_2,
    common::{TestFrame, Trace, felt, next, now},
    inside, occurs, zero,
};

pub(crate) fn opcodes(cases: &mut Cases, trace: &Trace) {
    let frame = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    for (column, name, first) in [(HI, "hi", 1), (MID, "mid", 0), (LO, "lo", 0)] {
        for i in 0..column.width() {
            for value in [2, MINUS_ONE, SQRT_2, MINUS_SQRT_2] {
                let forged = frame.clone().set(now(column, i), felt(value));
                cases.among(name, &forged, &format!("decoder.{name}_binary[{}]", i + first));
            }
        }
        // Two digits at once leave −1 or less for the implicit digit.
        let implicit = if first == 1 { 0 } else { column.width() };
        let both = (0..column.width()).fold(frame.clone(), |f, i| f.set(now(column, i), Felt::ONE));
        cases.among(name, &both, &format!("decoder.{name}_binary[{implicit}]"));
    }
    // SWAP of equal items, with its last digit changed to that of the unassigned opcode after it.
    let swap = trace.frame(trace.rows_of(Opcode::Swap)[0]);
    let swap = [now(S, 0), now(S, 1), next(S, 0), next(S, 1)]
        .into_iter()
        .fold(swap, |f, cell| f.set(cell, Felt::ONE));
    let swap = swap.holds();
    cases.only("unassigned", &swap.bump(now(GROUPS, 0)).set(now(LO, 2), Felt::ZERO), &["decoder.assigned"]);

    cases.among("done", &frame.clone().set(now(DONE, 0), felt(2)), "decoder.done_binary");
    cases.among("ge", &frame.clone().set(now(GROUP_END, 0), felt(2)), "decoder.ge_binary");
    let ends = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0)))).holds();
    cases.among("both", &ends.set(now(GROUP_END, 0), Felt::ONE), "decoder.ge_not_done");
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    cases.among("ge", &halt.clone().set(now(GROUP_END, 0), Felt::ONE), "decoder.ge_in_block");
    cases.among("done", &halt.set(now(DONE, 0), Felt::ONE), "decoder.done_frame");
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]).holds();
    cases.among("done", &join.set(now(DONE, 0), Felt::ONE), "decoder.done_node");
    // A loop whose condition is 2 neither ends nor continues.
    let entered = trace.frame(trace.find(Opcode::Loop, |row| !zero(row, now(S, 0)))).holds();
    cases.only("condition", &entered.set(now(S, 0), felt(2)), &["decoder.done_loop"]);
    let split = trace.frame(trace.rows_of(Opcode::Split)[0]).holds();
    cases.among("condition", &split.set(now(S, 0), felt(2)), "decoder.split_binary");
}

pub(crate) fn succession(cases: &mut Cases, trace: &Trace) {
    let becomes = |frame: TestFrame, opcode| {
        let mut frame = frame.holds();
        write_opcode(&mut frame.next, opcode);
        frame
    };
    let inside_block = trace.frame(trace.find(Opcode::Noop, inside));
    cases.only("halt in a block", &becomes(inside_block, Opcode::Halt), &["decoder.next_in_block"]);
    let block = trace.frame(trace.rows_of(Opcode::Block)[0]);
    cases.only("block without operations", &becomes(block, Opcode::Halt), &["decoder.next_in_block"]);
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]);
    cases.only("join without child", &becomes(join, Opcode::Noop), &["decoder.next_descend"]);
    let ends = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0))));
    cases.only("operation after the last node", &becomes(ends.clone(), Opcode::Noop), &["decoder.next_done"]);
    cases.only("end with a continuation left", &becomes(ends, Opcode::Halt), &["decoder.next_end"]);
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]);
    cases.only("operation after HALT", &becomes(halt, Opcode::Noop), &["decoder.next_halt"]);
    let output = trace.frame(trace.rows_of(Opcode::Output)[0]);
    cases.only("operation after the outputs", &becomes(output, Opcode::Noop), &["decoder.next_output"]);
    let input = trace.frame(trace.rows_of(Opcode::Input)[0]);
    cases.only("operation without a node", &becomes(input, Opcode::Noop), &["decoder.next_input"]);
}

pub(crate) fn blocks(cases: &mut Cases, trace: &Trace) {
    let same = trace.frame(trace.find(Opcode::Noop, inside)).holds();
    cases.only("digit", &same.clone().bump(next(GROUPS, 0)), &["decoder.group_digit"]);
    cases.only("position", &same.clone().bump(next(POSITION, 0)), &["decoder.position"]);

    let pushes = trace.rows_of(Opcode::Push);
    let ends_group = |&row: &usize| !zero(&trace.rows[row], now(GROUP_END, 0)) && !pushes.contains(&row);
    let group_end = trace.frame((0..trace.rows.len()).find(ends_group).expect("a group that ends"));
    let group_end_push = trace.frame(trace.find(Opcode::Push, |row| !zero(row, now(GROUP_END, 0))));
    let block_end = trace.frame(trace.find(Opcode::Drop, |row| !zero(row, now(DONE, 0))));
    let block_end_push = trace.frame(trace.find(Opcode::Push, |row| !zero(row, now(DONE, 0))));
    for (what, frame) in [("group", &group_end), ("push", &group_end_push), ("block", &block_end)] {
        let frame = frame.clone().holds();
        cases.only(what, &frame.bump(now(GROUPS, 0)), &["decoder.group_ends"]);
    }
    for frame in [&group_end, &group_end_push] {
        cases.only("next group", &frame.clone().bump(next(GROUPS, 0)), &["decoder.next_group"]);
        for i in 0..POSITION.width() {
            let label = format!("decoder.position_start[{i}]");
            cases.only("position", &frame.clone().bump(next(POSITION, i)), &[&label]);
        }
    }
    cases.only("operations left", &block_end.bump(now(GROUPS, 1)), &["decoder.block_ends"]);
    cases.only("operations left", &block_end_push.holds().bump(now(GROUPS, 2)), &["decoder.block_ends"]);

    let block = trace.frame(trace.rows_of(Opcode::Block)[0]).holds();
    cases.only("first group", &block.clone().bump(next(GROUPS, 0)), &["decoder.first_group"]);
    let push = trace.frame(trace.find(Opcode::Push, inside)).holds();
    for frame in [&same, &block, &push, &group_end, &group_end_push] {
        for i in 1..GROUPS.width() {
            cases.only("shift", &frame.clone().bump(next(GROUPS, i)), &[&format!("decoder.shift[{i}]")]);
        }
    }
    // Position 3·p1 + p0 is kept while one of its digits leaves 0..2.
    let wide = same.clone().set(now(POSITION, 0), felt(3)).set(now(POSITION, 1), Felt::ZERO);
    let wide = wide.set(next(POSITION, 0), felt(1)).set(next(POSITION, 1), Felt::ONE);
    cases.only("digit 3", &wide, &["decoder.position_digit[0]"]);
    let wide = same.set(now(POSITION, 0), Felt::ZERO).set(now(POSITION, 1), felt(3));
    let wide = wide.set(next(POSITION, 0), Felt::ONE).set(next(POSITION, 1), felt(3));
    cases.only("digit 3", &wide, &["decoder.position_digit[1]"]);
}

pub(crate) fn nodes(cases: &mut Cases, trace: &Trace) {
    let join = trace.frame(trace.rows_of(Opcode::Join)[0]).holds();
    let entered = trace.frame(trace.find(Opcode::Loop, |row| !zero(row, now(S, 0)))).holds();
    let splits = trace.rows_of(Opcode::Split);
    let split = [0, 1].map(|i| trace.frame(splits[i]).holds());
    let calls = [Opcode::Call, Opcode::SysCall, Opcode::Dyn, Opcode::DynCall];
    let calls = calls.map(|opcode| trace.frame(trace.rows_of(opcode)[0]).holds());
    for frame in [&join, &entered].into_iter().chain(&split).chain(&calls) {
        cases.only("domain", &frame.clone().bump(now(HELPERS, 5)), &["decoder.domain"]);
        for i in 0..4 {
            cases.only("child", &frame.clone().bump(next(HELPERS, i)), &[&format!("decoder.child[{i}]")]);
        }
        cases.only("continuation", &frame.clone().bump(next(CONTINUATION, 0)), &["decoder.cs"]);
    }
    // Another procedure on the stack.
    for frame in [&calls[2], &calls[3]] {
        for i in 0..4 {
            cases.among("target", &frame.clone().bump(now(S, 3 - i)), &format!("decoder.child[{i}]"));
        }
    }
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    let output = trace.frame(trace.rows_of(Opcode::Output)[0]).holds();
    for frame in [&halt, &output] {
        let forged = frame.clone().bump(now(CONTINUATION, 0)).bump(next(CONTINUATION, 0));
        cases.only("continuation left", &forged, &["decoder.end_cs"]);
    }
    let deep = halt.bump(now(DEPTH, 0)).bump(next(DEPTH, 0));
    cases.only("items left", &deep, &["decoder.halt_depth"]);

    let row = trace.rows_of(Opcode::Return)[0];
    let (before, returns) = (trace.frame(row - 1).holds(), trace.frame(row).holds());
    cases.only("another frame", &before.bump(next(HELPERS, 4)), &["decoder.return_address"]);
    cases.only("items left", &returns.bump(now(DEPTH, 0)), &["decoder.return_depth"]);
}

pub(crate) fn idle_cells(cases: &mut Cases, trace: &Trace) {
    let split = trace.frame(trace.rows_of(Opcode::Split)[0]).holds();
    let halt = trace.frame(trace.rows_of(Opcode::Halt)[0]).holds();
    let returns = trace.frame(trace.rows_of(Opcode::Return)[0]).holds();
    for frame in [&split, &halt, &returns] {
        for i in 0..POSITION.width() {
            cases.only("p", &frame.clone().bump(now(POSITION, i)), &[&format!("decoder.idle_p[{i}]")]);
        }
    }
    for i in 0..GROUPS.width() {
        cases.only("g", &halt.clone().bump(now(GROUPS, i)), &[&format!("decoder.idle_g[{i}]")]);
    }
    // Helpers that an operation does not use are 0.
    for info in OPERATIONS.iter().filter(|info| occurs(info.opcode) && !Class::Node.contains(info.opcode)) {
        let frame = trace.frame(trace.rows_of(info.opcode)[0]).holds();
        for i in 0..HELPERS.width() {
            let multiplicity = i == 5 && info.shift() == Shift::Right;
            if !info.uses_helper(i) && !multiplicity {
                let label = format!("decoder.idle_h[{i}]");
                cases.among(info.name, &frame.clone().bump(now(HELPERS, i)), &label);
            }
        }
    }
    for i in 0..HELPERS.width() {
        cases.only("h", &halt.clone().bump(now(HELPERS, i)), &[&format!("decoder.idle_h[{i}]")]);
    }
}
