use crate::{
    Run,
    run::{P, push},
};

const KERNEL: &str = "
    proc.internal.1 loc_store.0 loc_load.0 end
    export.get mem_load.0 swap drop end
    export.set mem_store.0 end
    export.who caller end
    export.where.1 locaddr.0 exec.internal swap drop end
    export.run dynexec end
";

fn on_kernel(program: &str) -> Run {
    Run::program(program).kernel(KERNEL)
}

#[test]
fn a_system_call_uses_the_memory_of_the_root_context() {
    let program = "
        proc.contract
            push.9 mem_store.0
            mul.0 add.5 syscall.set syscall.get
        end
        begin
            call.contract
            mem_load.0
        end";
    on_kernel(program).stack([0, 1]).gives([5, 5]);
}

#[test]
fn locals_of_a_system_call_have_their_own_region() {
    let first = (1 << 31) + 1;
    on_kernel("begin syscall.where end").stack([0, 1]).gives([first, 1]);
    let program = "proc.foo.7 syscall.where dup loc_store.0 end begin call.foo end";
    on_kernel(program).stack([0, 1]).gives([first, 1]);
}

#[test]
fn a_system_call_has_the_stack_rules_of_a_call() {
    let kernel = "export.push push.1 end export.drop drop end export.depth sdepth swap drop end";
    Run::program("begin syscall.push end").kernel(kernel).fails("InvalidStackDepthOnReturn");
    Run::program("begin syscall.drop end").kernel(kernel).stack(1..=17).gives((2..=16).chain([0, 17]));
    let run = Run::program("begin push.1.2.3 syscall.depth sdepth end").kernel(kernel);
    assert_eq!(run.end()[..2], [19, 16]);
}

#[test]
fn the_caller_is_the_procedure_that_was_called_last() {
    // From the root: zeros.
    on_kernel("begin syscall.who end").stack([1, 2, 3, 4, 5]).gives([0, 0, 0, 0, 5]);
    on_kernel("proc.foo syscall.who end begin exec.foo end").stack([1, 2, 3, 4, 5]).gives([0, 0, 0, 0, 5]);
    // `exec` does not change it; a return restores it.
    let program = "
        proc.inner syscall.who end
        proc.other add.0 end
        proc.foo call.other exec.inner end
        begin call.foo procref.foo eqw movdn.8 dropw dropw end";
    on_kernel(program).gives([1]);
    let program = "
        proc.inner syscall.who end
        proc.foo call.inner procref.inner eqw movdn.8 dropw dropw swap drop end
        begin call.foo syscall.who end";
    assert_eq!(on_kernel(program).end()[..4], [0; 4]);
    // A dynamic call counts as a call.
    let program = "
        proc.foo swapw syscall.who swapw end
        begin padw procref.foo dyncall eqw movdn.8 dropw dropw end";
    on_kernel(program).gives([1]);
}

#[test]
fn nothing_can_be_called_from_a_system_call() {
    for inside in ["call.nothing", "syscall.who", "dyncall"] {
        let program = format!("proc.nothing end proc.evil {inside} end begin procref.evil syscall.run end");
        on_kernel(&program).fails("CallInSyscall");
    }
    on_kernel("proc.fine add.0 end begin procref.fine syscall.run dropw end").gives([]);
}

#[test]
fn kernel_code_has_no_caller_outside_of_a_system_call() {
    let kernel = "export.who caller end";
    let program = Run::program("begin syscall.who end").kernel(kernel).assemble();
    let [digest] = program.kernel().procedures() else { panic!("one procedure is exported") };
    let body = format!("begin syscall.who dropw {} dynexec end", push(digest));
    Run::program(&body).kernel(kernel).fails("CallerNotInSyscall");
}

#[test]
fn the_kernel_of_a_program_is_the_set_of_exported_procedures() {
    let kernel =
        |text: &str| Run::program("begin push.1 end").kernel(text).assemble().kernel().procedures().len();
    assert_eq!(kernel(KERNEL), 5);
    // Equal procedures count once.
    assert_eq!(kernel("export.a add end export.b add end export.c mul end"), 2);
    // Names and private procedures are irrelevant.
    let with = |text: &str| Run::program("begin push.1 end").kernel(text).assemble().kernel().clone();
    assert_eq!(with("export.a add end"), with("proc.x mul end export.b add end"));
    assert_ne!(with("export.a add end"), with("export.a mul end"));
    // The program hash does not depend on it.
    let digest = |run: Run| run.assemble().digest();
    assert_eq!(digest(Run::body("push.1")), digest(Run::body("push.1").kernel(KERNEL)));
}

#[test]
fn kernels_can_refer_to_procedures() {
    let kernel = "
        proc.hidden movup.4 add.1 movdn.4 end
        export.run procref.hidden dynexec dropw end";
    Run::program("begin syscall.run end").kernel(kernel).stack([P - 2, 7]).gives([P - 1, 7]);
}
