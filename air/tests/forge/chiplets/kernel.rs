use miden_core::{
    Digest, Felt, Kernel, Opcode,
    field::FieldElement,
    program::ProgramBuilder,
    trace::chiplets::kernel::{CALLED, NUMERATORS, STATED},
};

use crate::{
    assert_broken, assert_honest, assert_rejected,
    common::{Section, Trace, felt, ops},
};

/// Calls one of two procedures of a kernel, twice.
fn system_calls() -> Trace {
    let mut b = ProgramBuilder::new();
    let called = b.block(&ops(&[Opcode::Incr])).expect("a block");
    let unused = b.block(&ops(&[Opcode::Neg])).expect("a block");
    let kernel = Kernel::new([called, unused].map(|id| *b.node(id).digest()).to_vec()).expect("a kernel");
    let call = b.syscall(called).expect("a system call");
    let root = b.join(call, call).expect("a join");
    let (program, _) = b.finish_with(root, &[], kernel);
    let trace = Trace::honest(&program, &[5]);
    assert_honest(&trace);
    trace
}

fn kernel_of(digests: &[Digest]) -> Kernel {
    Kernel::new(digests.to_vec()).expect("a kernel")
}

#[test]
fn another_kernel_is_rejected() {
    let honest = system_calls();
    let procedures = honest.statement.kernel.procedures();
    let other = Digest::new([1, 2, 3, 4].map(felt));
    let kernels = [
        kernel_of(&[]),
        kernel_of(&procedures[..1]),
        kernel_of(&procedures[1..]),
        kernel_of(&[procedures[0], other]),
        kernel_of(&[procedures[0], procedures[1], other]),
    ];
    for kernel in kernels {
        let mut trace = honest.clone();
        trace.statement.kernel = kernel;
        assert_broken(&trace, &["bus(KernelProcedure)"]);
    }
}

#[test]
fn a_call_of_a_procedure_that_is_not_stated_is_rejected() {
    // The kernel of the statement lacks the called procedure; its row in the kernel section has no counterpart.
    let honest = system_calls();
    for row in honest.section(Section::Kernel) {
        let digest: Vec<Felt> = honest.rows[row][CALLED.range()].to_vec();
        let rest =
            honest.statement.kernel.procedures().iter().filter(|other| other.elements() != &digest[..]);
        let mut trace = honest.clone();
        trace.statement.kernel = kernel_of(&rest.copied().collect::<Vec<_>>());
        trace.rows[row][NUMERATORS.at(1)] = Felt::ZERO;
        assert_broken(&trace, &["kernel.numerator"]);
        // The row claims another procedure towards the statement.
        let mut trace = honest.clone();
        let stated = Digest::new([1, 2, 3, 4].map(felt));
        trace.statement.kernel = kernel_of(
            &trace
                .statement
                .kernel
                .procedures()
                .iter()
                .map(|other| if other.elements() == &digest[..] { stated } else { *other })
                .collect::<Vec<_>>(),
        );
        trace.rows[row][STATED.range()].copy_from_slice(stated.elements());
        assert_rejected(&trace, "kernel.digest");
    }
}

#[test]
fn a_call_that_is_not_counted_is_rejected() {
    let mut trace = system_calls();
    let rows = trace.section(Section::Kernel);
    let called = rows.into_iter().find(|&row| trace.rows[row][NUMERATORS.at(0)] == felt(2));
    trace.rows[called.expect("a procedure that is called twice")][NUMERATORS.at(0)] = Felt::ONE;
    assert_broken(&trace, &["bus(KernelCall)"]);
}
