//! `std::sys`.

use crate::support::Run;

fn run(name: &str, depth: u64) -> Run {
    Run::of(format!("std::sys::{name}")).stack(1..=depth)
}

pub(crate) fn measured() -> Vec<Run> {
    vec![
        run("drop_stack_top", 16),
        run("truncate_stack", 16).alone(),
        run("truncate_stack", 17).alone(),
        run("truncate_stack", 80).alone(),
    ]
}

#[test]
fn truncate_stack_keeps_sixteen_items_of_any_stack() {
    for depth in (0..=70).chain([255, 256, 257, 1000]) {
        let top = (1..=16).map(|item| if item <= depth { item } else { 0 });
        run("truncate_stack", depth).alone().gives(top);
    }
}

#[test]
fn drop_stack_top_drops_sixteen_items() {
    run("drop_stack_top", 16).gives::<u64>([]);
    run("drop_stack_top", 19).gives([17_u64, 18, 19]);
    run("drop_stack_top", 19).alone().gives((0..16).map(|item| [17_u64, 18, 19, 0][item.min(3)]));
}
