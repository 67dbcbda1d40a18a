use miden_core::Node;

use crate::{Run, run::items};

#[test]
fn arguments_and_results_pass_through_the_top_of_the_stack() {
    Run::program("proc.foo add end begin call.foo end").stack([1, 2, 3]).gives([3, 3]);
    Run::program("proc.foo push.7 swap drop end begin call.foo end").stack([1, 2]).gives([7, 2]);
    // Items below the top 16 are hidden: zeros shift in instead.
    let program = "proc.foo repeat.16 drop end push.1 drop end begin call.foo end";
    Run::program(program).stack(1..=20).gives([0; 16].into_iter().chain(17..=20));
    Run::program("proc.foo drop end begin call.foo end").stack(1..=18).gives((2..=16).chain([0, 17, 18]));
}

#[test]
fn a_call_begins_and_ends_with_sixteen_items() {
    let program = "proc.foo sdepth swap drop end begin push.1.2.3 call.foo sdepth end";
    Run::program(program).stack(1..=16).gives([19, 16, 2, 1].into_iter().chain(1..=16));
    for body in ["push.1", "dup", "push.1 push.2", "padw"] {
        let error = Run::program(&format!("proc.foo {body} end begin call.foo end"))
            .fails("InvalidStackDepthOnReturn");
        assert!(error.to_string().contains("16"), "{error}");
    }
    // `exec` has no such restriction.
    Run::program("proc.foo push.1 end begin exec.foo end").gives([1]);
}

#[test]
fn every_call_has_its_own_memory() {
    let program = "
        proc.write push.7 mem_store.0 end
        proc.read mem_load.0 swap drop end
        proc.both push.5 mem_store.0 call.write call.read mem_load.0 swap.2 drop end
        begin
            push.3 mem_store.0
            call.write call.read
            mem_load.0
            call.both
        end";
    Run::program(program).stack([9, 9, 9]).gives([0, 5, 9, 9]);
}

#[test]
fn locals_of_a_call_start_over() {
    let first = (1u64 << 30) + 1;
    let program = "
        proc.where.2 locaddr.0 swap drop end
        proc.outer.5 call.where exec.where end
        begin exec.outer end";
    Run::program(program).stack([0, 1]).gives([first + 5, 1]);
    let program = "
        proc.where.2 locaddr.0 swap drop end
        proc.outer.5 call.where end
        begin exec.outer end";
    Run::program(program).stack([0, 1]).gives([first, 1]);
}

#[test]
fn calls_nest_and_return_in_order() {
    let program = "
        proc.inner mul.2 end
        proc.middle add.1 call.inner push.100.101.102 call.inner drop drop drop end
        proc.outer add.10 call.middle call.inner end
        begin push.1.2.3 call.outer call.inner end";
    Run::program(program).gives([2 * 2 * 2 * 14, 2, 1]);
}

#[test]
fn a_reference_is_the_digest_of_the_procedure() {
    let run = Run::program("proc.foo add mul end begin call.foo procref.foo end");
    let program = run.assemble();
    let called = program.nodes().iter().find_map(|hashed| match hashed.node() {
        Node::Call(callee) => Some(*program.node(*callee).digest()),
        _ => None,
    });
    run.gives(items(&called.unwrap()));
}

#[test]
fn dynamic_calls_run_the_procedure_whose_digest_is_on_top() {
    // The digest stays on the stack.
    let foo = "proc.foo push.7 mem_store.0 movup.4 add.1 movdn.4 end ";
    for (instruction, memory) in [("dynexec", 7), ("dyncall", 0)] {
        let program = format!("{foo} begin procref.foo {instruction} dropw mem_load.0 end");
        Run::program(&program).stack([5]).gives([memory, 6]);
    }
    Run::program("proc.foo push.1 end begin procref.foo dynexec movdn.4 dropw end").gives([1]);
    Run::program("proc.foo push.1 end begin procref.foo dyncall end").fails("InvalidStackDepthOnReturn");
    // One of several, chosen at run time.
    let program = "
        proc.double mul.2 end
        proc.triple mul.3 end
        proc.apply_double movup.4 exec.double movdn.4 end
        proc.apply_triple movup.4 exec.triple movdn.4 end
        begin
            procref.apply_double procref.apply_triple movup.8 cdropw dyncall dropw
        end";
    Run::program(program).stack([1, 5]).gives([15]);
    Run::program(program).stack([0, 5]).gives([10]);
}

#[test]
fn dynamic_calls_of_unknown_digests_fail() {
    for instruction in ["dynexec", "dyncall"] {
        Run::body(instruction).stack([1, 2, 3, 4]).fails("CodeBlockNotFound");
        // A call or a reference makes a procedure callable; an inlined copy does not.
        let named = Run::program("proc.foo add end begin procref.foo end").end();
        let body = format!("proc.foo add end begin exec.foo {instruction} end");
        Run::program(&body).stack(named).fails("CodeBlockNotFound");
        let body =
            format!("proc.foo movup.4 add.1 movdn.4 end begin call.foo procref.foo {instruction} dropw end");
        assert_eq!(Run::program(&body).stack([0; 6]).end()[0], 1);
    }
}

#[test]
fn recursion_ends_by_itself_or_at_the_cycle_limit() {
    // [H, n, sum] → [H, 0, sum + n + … + 1]
    for instruction in ["dynexec", "dyncall"] {
        let program = format!(
            "
            proc.sum
                dup.5 dup.5 add swap.6 drop
                movup.4 sub.1 movdn.4
                dup.4 neq.0 if.true {instruction} end
            end
            begin procref.sum dynexec dropw end"
        );
        Run::program(&program).stack([100, 0]).gives([0, 5050]);
        Run::program(&program).stack([0, 0]).max_cycles(100_000).fails("CycleLimitExceeded");
    }
}

#[test]
fn equal_procedures_share_a_digest() {
    let run = Run::program("proc.a add end proc.b add end begin procref.a procref.b eqw end");
    assert_eq!(run.end()[0], 1);
    let run = Run::program("proc.a add end proc.b mul end begin procref.a procref.b eqw end");
    assert_eq!(run.end()[0], 0);
}
